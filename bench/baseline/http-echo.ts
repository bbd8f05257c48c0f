/** The baseline on `node:http`, for where no binary of uWebSockets.js loads. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { Answers } from './answer.js';

export async function listen(port: number, answers: Answers): Promise<void> {
  const server = createServer((request, response) => {
    if (request.url === '/readyz') {
      response.end('node:http');
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const reply = replyTo(answers, request, Buffer.concat(chunks));
      const type = typeof reply === 'string' ? 'application/json' : 'application/msgpack';
      response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(reply) });
      response.end(reply);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}

function replyTo(answers: Answers, request: IncomingMessage, body: Buffer): string | Uint8Array {
  const url = request.url!;
  if (request.method === 'GET') return answers.profile(url.slice(url.lastIndexOf('/') + 1));
  return url === '/v1/pos/quote' ? answers.quote(body) : answers.events(request.headers['content-type'] ?? '', body);
}
