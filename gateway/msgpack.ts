/**
 * MessagePack at the edge, bounded. The only importer of its library here. What has no JSON counterpart (binary,
 * extension types) is refused; a timestamp becomes the RFC 3339 text it stands for; a map key `__proto__` is refused.
 */
import { Decoder, decodeTimestampExtension, Encoder, EXT_TIMESTAMP, type ExtensionCodecType } from '@msgpack/msgpack';
import { limits } from '../actors/limits.js';

const TIMESTAMP_BYTES_MAX = 12;
const extensionCodec: ExtensionCodecType<undefined> = {
  tryToEncode: () => null,
  decode(bytes, type) {
    if (type !== EXT_TIMESTAMP) throw new Error(`extension type ${type} is not known here`);
    return (decodeTimestampExtension(bytes) as Date).toISOString();
  },
};

const decoder = new Decoder({
  extensionCodec,
  maxStrLength: limits.bodyBytesMax,
  // The library counts a timestamp as binary too; real binary is refused below.
  maxBinLength: TIMESTAMP_BYTES_MAX,
  maxExtLength: TIMESTAMP_BYTES_MAX,
  maxArrayLength: limits.msgpackElementsMax,
  maxMapLength: limits.msgpackElementsMax,
});
const encoder = new Encoder({ ignoreUndefined: true });

export type Decoded = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly detail: string };

/** One value, and nothing after it. */
export function decodeMsgpack(body: Uint8Array): Decoded {
  try {
    const value = decoder.decode(body);
    if (mayHoldBinary(body) && holdsBinary(value))
      return { ok: false, detail: 'binary values are not understood here: send text' };
    return { ok: true, value };
  } catch (error) {
    return {
      ok: false,
      detail: `not MessagePack as it is read here: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

export function encodeMsgpack(value: unknown): Uint8Array {
  return encoder.encode(value);
}

/** Whether any byte could begin a binary value; most bodies have none, and are not walked again. */
function mayHoldBinary(body: Uint8Array): boolean {
  return body.includes(0xc4) || body.includes(0xc5) || body.includes(0xc6);
}

function holdsBinary(root: unknown): boolean {
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (value instanceof Uint8Array) return true;
    if (Array.isArray(value)) for (const item of value) open.push(item);
    else for (const item of Object.values(value)) open.push(item);
  }
  return false;
}
