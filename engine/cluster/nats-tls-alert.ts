/**
 * What a NATS server says of this node's certificate. It says so only once the handshake is over for the client, which
 * then sees no more than a connection that never answers; so it is asked once more, by hand.
 */
import { readFileSync } from 'node:fs';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { NatsTls } from './nats-access.js';
import { TIMEOUT_MS } from './nats-errors.js';

/** The alert of the first of the servers that has one, else undefined; within a few seconds. */
export async function tlsAlert(servers: readonly string[], tls: NatsTls | undefined): Promise<Error | undefined> {
  const alerts = await Promise.all(servers.map((server) => alertOf(server, tls)));
  return alerts.find((alert) => alert !== undefined);
}

function alertOf(server: string, tls: NatsTls | undefined): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(`nats://${server.replace(/^[a-z]+:\/\//i, '')}`);
    const plain = connectTcp({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 4222) });
    const done = (alert?: Error): void => {
      clearTimeout(late);
      plain.destroy();
      resolve(alert);
    };
    const late = setTimeout(done, TIMEOUT_MS);
    plain.on('error', () => done());
    plain.once('data', (greeting) => {
      if (/"tls_(required|available)":\s*true/.test(greeting.toString())) alertAfter(plain, tls, done);
      else done();
    });
  });
}

function alertAfter(plain: Socket, tls: NatsTls | undefined, done: (alert?: Error) => void): void {
  const file = (path: string | undefined) => (path === undefined ? undefined : readFileSync(path));
  const certificate = { cert: file(tls?.certFile), key: file(tls?.keyFile) };
  // Whether the server's own certificate will do was judged before.
  const secure = connectTls({ socket: plain, rejectUnauthorized: false, ...certificate });
  secure.on('error', done);
  // Whoever is welcome is asked to say who it is, and hears nothing else.
  secure.on('data', () => done());
  secure.on('secureConnect', () => secure.write('PING\r\n'));
}
