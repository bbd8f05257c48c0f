/** The baseline on `node:http`, for where no binary of uWebSockets.js loads. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Answer } from './answer.js';

export async function listen(port: number, answer: Answer): Promise<void> {
  const server = createServer((request, response) => {
    if (request.url === '/readyz') {
      response.end('node:http');
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const isRead = request.method === 'GET';
      const id = isRead ? request.url!.slice(request.url!.lastIndexOf('/') + 1) : '';
      const reply = answer(request.headers['content-type'] ?? '', isRead ? undefined : Buffer.concat(chunks), id);
      const type = typeof reply === 'string' ? 'application/json' : 'application/msgpack';
      response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(reply) });
      response.end(reply);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}
