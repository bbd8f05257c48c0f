/**
 * MessagePack at the edge, bounded. The only importer of its library here. What has no JSON counterpart (binary,
 * extension types) is refused; a timestamp becomes the RFC 3339 text it stands for; a map key `__proto__` is refused.
 */
import { Decoder, decodeTimestampExtension, Encoder, EXT_TIMESTAMP, ExtensionCodec } from '@msgpack/msgpack';
import { limits } from '../actors/limits.js';

const extensions = new ExtensionCodec();
extensions.register({
  type: EXT_TIMESTAMP,
  encode: () => null,
  decode: (bytes) => (decodeTimestampExtension(bytes) as Date).toISOString(),
});

const decoder = new Decoder({
  extensionCodec: extensions,
  maxStrLength: limits.bodyBytesMax,
  maxBinLength: 0,
  maxExtLength: 12,
  maxArrayLength: limits.msgpackElementsMax,
  maxMapLength: limits.msgpackElementsMax,
});
const encoder = new Encoder({ ignoreUndefined: true });

export type Decoded = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly detail: string };

/** One value, and nothing after it. */
export function decodeMsgpack(body: Uint8Array): Decoded {
  try {
    return { ok: true, value: decoder.decode(body) };
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
