/** NATS servers with JetStream on this machine, as processes of their own: for the demo and the tests of the cluster. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

const READY_MS = 30_000;

export interface NatsServers {
  readonly urls: readonly string[];
  /** Of the processes. */
  readonly pids: readonly number[];
  /** Of one server. */
  signal(index: number, signal: NodeJS.Signals): void;
  /** Starts a server that was killed again, with the data it had. */
  restart(index: number): Promise<void>;
  /** Kills them; resolves when they are gone. */
  stop(): Promise<void>;
}

/** Whether the binary is installed. */
export function hasNatsServer(): boolean {
  return spawnSync('nats-server', ['--version']).status === 0;
}

export interface NatsSetup {
  /** More of their configuration, such as who may come. */
  readonly settings?: readonly string[];
  /** More of its block of JetStream. */
  readonly jetStream?: string;
  /** Where each of them runs; on this machine unless told. */
  readonly places?: readonly Place[];
}

export interface Place {
  readonly address: string;
  /** Put before a command so that it runs there. */
  readonly command: readonly string[];
}

const HERE: Place = { address: '127.0.0.1', command: [] };

/** Starts so many servers as one cluster (one stands alone), their data in `folder`; resolves when all of them answer. */
export async function natsServers(folder: string, count: number, setup: NatsSetup = {}): Promise<NatsServers> {
  const { settings = [], jetStream = '', places = [] } = setup;
  const at = (index: number): Place => places[index] ?? HERE;
  mkdirSync(folder, { recursive: true });
  const ports = await freePorts(count * 2);
  const routes = ports.slice(count).map((port, index) => `nats://${at(index).address}:${port}`);
  const children: ChildProcess[] = [];
  const start = async (index: number): Promise<void> => {
    const config = join(folder, `${index}.conf`);
    const { address, command } = at(index);
    writeFileSync(
      config,
      [
        `server_name: s${ports[index]}`,
        `listen: ${address}:${ports[index]}`,
        'max_payload: 8MB',
        ...settings,
        `jetstream { store_dir: "${join(folder, String(index))}", max_mem: 64MB, max_file: 4GB${jetStream} }`,
        ...(count === 1
          ? []
          : [`cluster { name: test, listen: ${address}:${ports[count + index]}, routes: [${routes.join(', ')}] }`]),
      ].join('\n'),
    );
    const [file, ...args] = [...command, 'nats-server', '-c', config];
    const child = spawn(file!, args, { stdio: 'ignore' });
    children[index] = child;
    await answering(address, ports[index]!, child);
  };
  await Promise.all(Array.from({ length: count }, (_, index) => start(index)));
  return {
    urls: ports.slice(0, count).map((port, index) => `nats://${at(index).address}:${port}`),
    get pids() {
      return children.map(({ pid }) => pid!);
    },
    signal: (index, signal) => children[index]!.kill(signal),
    restart: (index) => start(index),
    stop: async () => {
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(children.map((child) => child.exitCode ?? child.signalCode ?? once(child, 'exit')));
    },
  };
}

async function answering(address: string, port: number, child: ChildProcess): Promise<void> {
  for (const started = performance.now(); performance.now() - started < READY_MS; ) {
    if (child.exitCode !== null) throw new Error(`nats-server ended with ${child.exitCode}`);
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, address, () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('nats-server does not answer');
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
