/**
 * The key a request carries: `Authorization: Bearer <key>`. A browser cannot set headers on a WebSocket, so there the
 * key may come as a subprotocol `bearer.<key>` beside the real one. Never in the URL: URLs end up in logs.
 */
import type { Head } from '../server/http-server.js';

const SUBPROTOCOL = 'bearer.';

/** '' where there is none. */
export function bearerOf(head: Head, webSocket: boolean): string {
  const header = head.header('authorization');
  if (header.length > 7 && (header.charCodeAt(0) | 32) === 98 && header.slice(0, 7).toLowerCase() === 'bearer ') {
    return header.slice(7).trim();
  }
  if (!webSocket) return '';
  for (const offered of head.header('sec-websocket-protocol').split(',')) {
    const name = offered.trim();
    if (name.startsWith(SUBPROTOCOL)) return name.slice(SUBPROTOCOL.length);
  }
  return '';
}
