/** A reply as it is kept under an Idempotency-Key: what is sent is what is kept. */
import type { KeptReply } from '../engine/contract.js';
import type { Reply } from './server/http-server.js';

/** `reply`: whole, with a body that is no stream. */
export function keptReply({ status, contentType, body }: Reply): KeptReply {
  const bytes = typeof body === 'string' ? Buffer.from(body) : (body as Uint8Array);
  return { status, contentType: contentType as string, body: bytes };
}
