/**
 * Bytes sealed with a key: AES-256-GCM, and what they look like.
 *
 *   at   bytes  what
 *   0    1      format version, 1
 *   1    4      generation of the key: how many the customer had before it (little-endian)
 *   5    12     nonce, random for each sealing
 *   17   n      the bytes, encrypted
 *   17+n 16     tag
 *
 * What stands before the nonce and a label (the customer id, stored nowhere here) are authenticated with the bytes:
 * what was sealed for one customer does not open for another. Random nonces of 96 bits are safe for 2^32 sealings
 * under one key (NIST SP 800-38D, 8.3).
 */
import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto';

const VERSION = 1;
const HEAD = 5;
const NONCE = 12;
const TAG = 16;
export const SEALED_EXTRA_BYTES = HEAD + NONCE + TAG;

/** What was sealed was changed, or sealed for another label or with another key. */
export class SealBroken extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'SealBroken';
  }
}

/** Drawn from the system many at a time. */
const nonces = Buffer.allocUnsafeSlow(NONCE * 512);
let nextNonce = nonces.length;

export function sealBytes(key: Uint8Array, generation: number, label: string, bytes: Uint8Array): Buffer {
  if (nextNonce === nonces.length) {
    randomFillSync(nonces);
    nextNonce = 0;
  }
  const sealed = Buffer.allocUnsafeSlow(bytes.length + SEALED_EXTRA_BYTES);
  sealed[0] = VERSION;
  sealed.writeUInt32LE(generation, 1);
  nonces.copy(sealed, HEAD, nextNonce, nextNonce + NONCE);
  nextNonce += NONCE;
  const cipher = createCipheriv('aes-256-gcm', key, sealed.subarray(HEAD, HEAD + NONCE));
  cipher.setAAD(authenticated(sealed, label));
  cipher.update(bytes).copy(sealed, HEAD + NONCE);
  cipher.final();
  cipher.getAuthTag().copy(sealed, HEAD + NONCE + bytes.length);
  return sealed;
}

/** Which of the customer's keys it was sealed with. Throws SealBroken where this cannot be sealed bytes. */
export function generationOf(sealed: Uint8Array): number {
  if (sealed.length < SEALED_EXTRA_BYTES) {
    throw new SealBroken(`only ${sealed.length} sealed bytes, at least ${SEALED_EXTRA_BYTES} are needed`);
  }
  if (sealed[0] !== VERSION) {
    throw new SealBroken(
      `sealed in format version ${sealed[0]}, this build reads ${VERSION} (damaged, or written by a newer version)`,
    );
  }
  return sealed[1]! + sealed[2]! * 0x100 + sealed[3]! * 0x10000 + sealed[4]! * 0x1000000;
}

/** Throws SealBroken; never gives back bytes that are not exactly what was sealed. */
export function openBytes(key: Uint8Array, label: string, sealed: Uint8Array): Buffer {
  generationOf(sealed);
  const end = sealed.length - TAG;
  const nonce = sealed.subarray(HEAD, HEAD + NONCE);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG });
  decipher.setAAD(authenticated(sealed, label));
  decipher.setAuthTag(sealed.subarray(end));
  const bytes = decipher.update(sealed.subarray(HEAD + NONCE, end));
  try {
    decipher.final();
  } catch {
    bytes.fill(0);
    throw new SealBroken(
      'sealed bytes do not check out: they were changed, or sealed for another customer or with another key',
    );
  }
  return bytes;
}

function authenticated(sealed: Uint8Array, label: string): Buffer {
  const bytes = Buffer.allocUnsafe(HEAD + Buffer.byteLength(label));
  bytes.set(sealed.subarray(0, HEAD), 0);
  bytes.write(label, HEAD);
  return bytes;
}
