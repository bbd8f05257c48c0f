/** A node asks another: over real sockets, with a server that counts them. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { ForwardClient } from './forward-client.js';

async function serving(t: Test, answer: (request: IncomingMessage, body: Buffer, response: ServerResponse) => void) {
  let connections = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(request, Buffer.concat(chunks), response));
  });
  server.on('connection', () => connections++);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, connections: () => connections };
}

t.test('what is asked comes as it was, what is answered comes back, and connections are used again', async (t) => {
  const { url, connections } = await serving(t, (request, body, response) => {
    response.writeHead(201, { 'Content-Type': 'text/plain', 'X-Own': 'kept' });
    response.end(`${request.method} ${request.url} ${request.headers['x-asked']} ${body.byteLength} ${body[0] ?? '-'}`);
  });
  const client = new ForwardClient();
  const headers = ['X-Asked', 'yes'];
  for (const [method, body, told] of [
    ['POST', Buffer.alloc(300_000, 7), '300000 7'],
    ['POST', undefined, '0 -'],
    ['PUT', new Uint8Array([1]), '1 1'],
    ['GET', undefined, '0 -'],
  ] as const) {
    const answered = await client.ask({ url, method, target: '/v1/x?y=z', headers, body });
    t.equal(answered.status, 201);
    t.equal(Buffer.from(answered.body).toString(), `${method} /v1/x?y=z yes ${told}`);
    t.ok(answered.headers.includes('kept'));
  }
  t.equal(connections(), 1, 'one after the other: one connection');
  t.equal(client.underWay, 0);
});

t.test('no whole answer is a rejection: nobody there, cut off in the middle, given up', async (t) => {
  const client = new ForwardClient();
  const asked = { method: 'GET', target: '/', headers: [], body: undefined };
  await t.rejects(client.ask({ ...asked, url: 'http://127.0.0.1:1' }));
  const { url } = await serving(t, (request, _, response) => {
    if (request.url === '/never') return;
    response.writeHead(200, { 'Content-Length': '1000' });
    response.write('half');
    setTimeout(() => response.destroy(), 20);
  });
  await t.rejects(client.ask({ ...asked, url }), 'half an answer');
  const never = client.ask({ ...asked, url, target: '/never' });
  setTimeout(() => client.giveUp((of, ms) => of === url && ms > 0), 50);
  await t.rejects(never, /given up/);
  t.equal(client.underWay, 0);
});
