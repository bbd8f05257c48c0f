/**
 * Where an entry stands: sequence = record number × 4096 + index in the record (DESIGN D4). It rises per shard and is
 * an address: record and index are read back from it without a look-up.
 */
import { limits } from '../../actors/limits.js';

export const ENTRIES_PER_RECORD = limits.recordEntriesMax;
/** Entries that belong to no customer (programs, properties, kept replies) stand in a shard of their own. */
export const CONTROL_SHARD = limits.shards;

export function sequenceOf(record: number, index: number): number {
  return record * ENTRIES_PER_RECORD + index;
}
export function recordOf(sequence: number): number {
  return Math.floor(sequence / ENTRIES_PER_RECORD);
}
export function indexOf(sequence: number): number {
  return sequence % ENTRIES_PER_RECORD;
}
export function formatPosition(shard: number, sequence: number): string {
  return shard + '-' + sequence;
}

/**
 * FNV-1a, 32 bit, over the UTF-8 bytes of the customer id, modulo the number of shards. Fixed for the life of the
 * data: `position.test.ts` holds the published vectors. Source: draft-eastlake-fnv.
 */
export function shardOf(customerId: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < customerId.length; i++) {
    const unit = customerId.charCodeAt(i);
    if (unit < 0x80) hash = Math.imul(hash ^ unit, 0x01000193);
    else {
      const code = customerId.codePointAt(i)!;
      if (code > 0xffff) i++;
      hash = utf8(hash, code);
    }
  }
  return (hash >>> 0) % limits.shards;
}

function utf8(start: number, code: number): number {
  const step = (hash: number, byte: number): number => Math.imul(hash ^ byte, 0x01000193);
  if (code < 0x800) return step(step(start, 0xc0 | (code >> 6)), 0x80 | (code & 63));
  if (code < 0x10000) {
    return step(step(step(start, 0xe0 | (code >> 12)), 0x80 | ((code >> 6) & 63)), 0x80 | (code & 63));
  }
  const high = step(step(start, 0xf0 | (code >> 18)), 0x80 | ((code >> 12) & 63));
  return step(step(high, 0x80 | ((code >> 6) & 63)), 0x80 | (code & 63));
}
