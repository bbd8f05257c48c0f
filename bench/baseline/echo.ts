/**
 * The baseline: the least that a server in this runtime can do with the same requests. It parses the body, makes an
 * answer of the same form and about the same size, and writes it. It checks nothing, knows nothing, keeps nothing.
 * uWebSockets.js where its binary loads, else `node:http`; which one is told by `GET /readyz`.
 *
 *   node echo.js <port>
 */
import { ANSWERS } from './answer.js';

const port = Number(process.argv[2]);

try {
  const { listen } = await import('./uws-echo.js');
  await listen(port, ANSWERS);
} catch {
  const { listen } = await import('./http-echo.js');
  await listen(port, ANSWERS);
}
process.on('SIGTERM', () => process.exit(0));
