/** Arrivals at a fixed rate against real sockets; what is said of time is only what must have passed. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { runOpenLoop } from './open-loop.js';

const REQUESTS = 100;
const RATE = 200;

type Answering = (reply: () => void, request: IncomingMessage) => void;

/** A server that leaves to `answering` when each reply goes. Returns its URL. */
async function serverAt(t: { teardown(fn: () => void): unknown }, answering: Answering, status = 200) {
  const server = createServer((request, response) => {
    answering(() => {
      response.writeHead(status, { 'content-length': 2 });
      response.end('ok');
    }, request);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function order(url: string, connections: number) {
  return {
    url,
    serverPid: process.pid,
    key: 'key',
    shape: { kind: 'profile' },
    connections,
    rate: RATE,
    seconds: REQUESTS / RATE,
    firstEvent: 0,
    customersFirst: 0,
    customers: 10,
  } as const;
}

t.test('every request is sent at its time and answered', async (t) => {
  const result = await runOpenLoop(order(await serverAt(t, (reply) => reply()), 4));
  t.equal(result.requests, REQUESTS);
  t.equal(result.numbersUsed, REQUESTS);
  t.equal(result.failed, 0);
  t.equal(result.open?.offeredPerSecond, RATE);
  t.ok(result.seconds >= (REQUESTS - 1) / RATE, 'not sooner than offered');
});

t.test('a stall is charged with all that was due meanwhile, though no socket was free to send it', async (t) => {
  const STALL_MS = (REQUESTS * 1_000) / RATE;
  let first = true;
  const url = await serverAt(t, (reply) => {
    if (first) setTimeout(reply, STALL_MS);
    else reply();
    first = false;
  });
  const result = await runOpenLoop(order(url, 1));
  t.equal(result.requests, REQUESTS);
  // The stall lasts as long as the run: the n-th of all waited for what was left of it.
  t.ok(result.milliseconds.max >= STALL_MS * 0.95, `${result.milliseconds.max} ms at most`);
  t.ok(result.milliseconds.p50 >= STALL_MS * 0.45, `${result.milliseconds.p50} ms in the middle`);
});

t.test('what is answered other than 2xx has failed', async (t) => {
  const result = await runOpenLoop(order(await serverAt(t, (reply) => reply(), 503), 2));
  t.equal(result.failed, REQUESTS);
});

t.test('what was on the way when all sockets went, and what could not be sent, has failed', async (t) => {
  let answered = 0;
  const url = await serverAt(t, (reply, request) => {
    if (++answered > 10) request.socket.destroy();
    else reply();
  });
  const result = await runOpenLoop(order(url, 2));
  t.equal(result.requests, 10);
  t.equal(result.failed, REQUESTS - 10);
});
