/** A TCP link that can be cut in one direction or both while its connections stay, as a network does. Used by tests only. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface CuttableLink {
  readonly port: number;
  /** Bytes that way are held back until `heal`. */
  cut(way: 'there' | 'back' | 'both'): void;
  heal(): void;
  close(): void;
}

export async function cuttableLink(target: number): Promise<CuttableLink> {
  let there = true;
  let back = true;
  const sockets = new Set<Socket>();
  /** Held back: kept in order, given on once it is healed. */
  const held: { readonly to: Socket; readonly chunk: Buffer }[] = [];
  const pass = (from: Socket, to: Socket, open: () => boolean): void => {
    from.on('data', (chunk) => {
      if (open() && !held.some((one) => one.to === to)) to.write(chunk);
      else held.push({ to, chunk });
    });
  };
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    pass(near, far, () => there);
    pass(far, near, () => back);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as { port: number }).port,
    cut(way) {
      there = way === 'back';
      back = way === 'there';
    },
    heal() {
      there = true;
      back = true;
      for (const { to, chunk } of held.splice(0)) to.write(chunk);
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
