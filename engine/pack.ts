/**
 * Bytes for our own eyes: MessagePack without records, so that every value stands alone and needs no dictionary to
 * be read back (a slice of a journal record, a row). What leaves the process is packed by the gateway, not here.
 */
import { Packr } from 'msgpackr';

const packr = new Packr({ useRecords: false, mapsAsObjects: true, structuredClone: false });

/** The bytes are a view of a pooled buffer that is never reused while the view lives. */
export function pack(value: unknown): Buffer {
  return packr.pack(value) as Buffer;
}

export function unpack<T>(bytes: Uint8Array): T {
  return packr.unpack(bytes) as T;
}
