/** The baseline on uWebSockets.js, bare. The only file of the bench that knows it. */
import type { HttpResponse } from 'uWebSockets.js';
import type { Answers } from './answer.js';

/** Rejects where there is no binary for this platform and Node. */
export async function listen(port: number, answers: Answers): Promise<void> {
  const uws = await import('uWebSockets.js');
  const app = uws.App();
  app.get('/readyz', (res) => {
    res.end('uWebSockets.js');
  });
  app.get('/v1/customers/:id', (res, req) => {
    res.writeHeader('content-type', 'application/json').end(answers.profile(req.getParameter(0) ?? ''));
  });
  app.post('/v1/events', (res, req) => {
    const contentType = req.getHeader('content-type');
    readBody(res, (body) => {
      const reply = answers.events(contentType, body);
      res.cork(() => {
        res
          .writeHeader('content-type', typeof reply === 'string' ? 'application/json' : 'application/msgpack')
          .end(typeof reply === 'string' ? reply : (reply as Uint8Array<ArrayBuffer>));
      });
    });
  });
  app.post('/v1/pos/quote', (res) => {
    readBody(res, (body) => {
      const reply = answers.quote(body);
      res.cork(() => {
        res.writeHeader('content-type', 'application/json').end(reply);
      });
    });
  });
  await new Promise<void>((resolve, reject) => {
    app.listen('127.0.0.1', port, (socket) => (socket ? resolve() : reject(new Error(`port ${port} is taken`))));
  });
}

function readBody(res: HttpResponse, use: (body: Buffer) => void): void {
  let aborted = false;
  let before: Buffer | undefined;
  res.onAborted(() => {
    aborted = true;
  });
  res.onData((chunk, isLast) => {
    const piece = Buffer.from(chunk);
    if (!isLast) before = before === undefined ? Buffer.from(piece) : Buffer.concat([before, piece]);
    else if (!aborted) use(before === undefined ? piece : Buffer.concat([before, piece]));
  });
}
