/** Bytes to text, refusing what is not UTF-8: a name with a broken byte would otherwise become another name. */
import { isAscii, isUtf8 } from 'node:buffer';

/** Undefined where the bytes are not UTF-8. A byte order mark at the start is dropped. */
export function utf8(body: Uint8Array): string | undefined {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (isAscii(bytes)) return bytes.toString('latin1');
  if (!isUtf8(bytes)) return undefined;
  const text = bytes.toString('utf8');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
