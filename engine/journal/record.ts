/**
 * One journal record, which is one turn of the node: its entries and the outcomes decided, with a checksum over every
 * byte. Owns the bytes; journal.ts owns where they stand, entry.ts and outcomes.ts what they mean.
 *
 * Format 1, all numbers little-endian, n = number of entries:
 *
 *   at          bytes  what
 *   0           4      magic "RGLR"
 *   4           1      format version, 1
 *   5           1      zero
 *   6           2      n, 1 to 4096
 *   8           6      record number
 *   14          8      stamp: wall time of the turn, ms (float64)
 *   22          4      length of the whole record in bytes
 *   26 + 13 i   1      shard of entry i
 *   27 + 13 i   4      where entry i begins, from the start of the record
 *   31 + 13 i   4      where the outcomes of entry i begin
 *   35 + 13 i   4      crc32 of the bytes of entry i followed by its outcomes
 *   26 + 13 n   4      crc32 of everything before it
 *   30 + 13 n          all entries, then all outcomes, without gaps: each ends where the next begins
 *
 * Invariants:
 *  1. Every byte is under exactly one checksum, so a flipped bit anywhere is seen (crc32 sees every error of up to 32
 *     bits in a row), and the length tells a cut or a grown record.
 *  2. One entry can be read, and checked, without touching the bytes of the others (DESIGN D4).
 *  3. Every released format stays readable (DESIGN D8).
 */
import { crc32 } from 'node:zlib';
import { limits } from '../../actors/limits.js';

export interface RecordEntry {
  readonly shard: number;
  readonly entry: Uint8Array;
  readonly outcomes: Uint8Array;
}

/** One entry read back. The bytes are the caller's own, or a view of the record it passed in. */
export interface StoredEntry {
  readonly shard: number;
  /** Wall time of its turn, ms. */
  readonly stamp: number;
  readonly entry: Buffer;
  readonly outcomes: Buffer;
}

export interface DecodedRecord {
  readonly record: number;
  readonly stamp: number;
  readonly entries: StoredEntry[];
}

/** The bytes are not a whole record: cut short, overwritten, or of a version this build does not know. */
export interface TornRecord {
  readonly torn: string;
  /** It looks whole, and written by a version that this build cannot read: never to be removed. */
  readonly newer?: boolean;
}

const MAGIC = 0x524c4752;
const VERSION = 1;
const FIXED = 26;
const PER_ENTRY = 13;
const CHECKSUM = 4;
export const RECORD_NUMBER_MAX = 2 ** 40;

/**
 * The record's bytes; one allocation. `stamp`: ms. Throws RangeError where the caller broke a limit (a bug: the turn
 * bounds its records before).
 */
export function encodeRecord(record: number, stamp: number, entries: readonly RecordEntry[]): Buffer {
  const count = entries.length;
  if (count === 0 || count > limits.recordEntriesMax) {
    throw new RangeError(`a record holds 1 to ${limits.recordEntriesMax} entries (recordEntriesMax), not ${count}`);
  }
  if (!Number.isSafeInteger(record) || record < 1 || record > RECORD_NUMBER_MAX) {
    throw new RangeError(`record number ${record} is not between 1 and ${RECORD_NUMBER_MAX}`);
  }
  const head = FIXED + PER_ENTRY * count;
  let entryAt = head + CHECKSUM;
  let outcomesAt = entryAt;
  for (let i = 0; i < count; i++) outcomesAt += entries[i]!.entry.length;
  let length = outcomesAt;
  for (let i = 0; i < count; i++) length += entries[i]!.outcomes.length;

  const bytes = Buffer.allocUnsafeSlow(length);
  bytes.writeUInt32LE(MAGIC, 0);
  bytes[4] = VERSION;
  bytes[5] = 0;
  bytes.writeUInt16LE(count, 6);
  bytes.writeUIntLE(record, 8, 6);
  bytes.writeDoubleLE(stamp, 14);
  bytes.writeUInt32LE(length, 22);
  for (let i = 0, at = FIXED; i < count; i++, at += PER_ENTRY) {
    const { shard, entry, outcomes } = entries[i]!;
    bytes[at] = shard;
    bytes.writeUInt32LE(entryAt, at + 1);
    bytes.writeUInt32LE(outcomesAt, at + 5);
    bytes.writeUInt32LE(checksum(entry, outcomes), at + 9);
    bytes.set(entry, entryAt);
    bytes.set(outcomes, outcomesAt);
    entryAt += entry.length;
    outcomesAt += outcomes.length;
  }
  bytes.writeUInt32LE(crc32(bytes.subarray(0, head)), head);
  return bytes;
}

/** The whole record, every checksum verified; its entries are views of `bytes`. */
export function decodeRecord(bytes: Uint8Array): DecodedRecord | TornRecord {
  const buffer = asBuffer(bytes);
  const torn = headerTorn(buffer);
  if (torn !== undefined) return { torn, newer: looksNewer(buffer) };
  const count = buffer.readUInt16LE(6);
  const entries = new Array<StoredEntry>(count);
  let entryEnd = FIXED + PER_ENTRY * count + CHECKSUM;
  let outcomesEnd = buffer.readUInt32LE(FIXED + 5);
  for (let i = 0; i < count; i++) {
    const at = FIXED + PER_ENTRY * i;
    if (buffer.readUInt32LE(at + 1) !== entryEnd || buffer.readUInt32LE(at + 5) !== outcomesEnd) {
      return { torn: `entry ${i} does not begin where the one before it ends` };
    }
    const entry = sliceChecked(buffer, count, i);
    if (entry === undefined) return { torn: `checksum of entry ${i} is wrong` };
    entries[i] = entry;
    entryEnd += entry.entry.length;
    outcomesEnd += entry.outcomes.length;
  }
  return { record: buffer.readUIntLE(8, 6), stamp: buffer.readDoubleLE(14), entries };
}

/**
 * Entry `index` alone, as a view of `bytes`: header and its own bytes are verified, nothing else is read. Throws Error
 * where they are damaged and RangeError where the record has no such entry.
 */
export function sliceEntry(bytes: Uint8Array, index: number): StoredEntry {
  const buffer = asBuffer(bytes);
  const torn = headerTorn(buffer);
  if (torn !== undefined) throw new Error(`journal record is damaged: ${torn}`);
  const count = buffer.readUInt16LE(6);
  if (!(index >= 0 && index < count)) throw new RangeError(`the record has ${count} entries, none at ${index}`);
  const entry = sliceChecked(buffer, count, index);
  if (entry === undefined) throw new Error(`journal record is damaged: checksum of entry ${index} is wrong`);
  return entry;
}

/** How many entries the record says it has; call it only on bytes that passed `decodeRecord` or came from `encodeRecord`. */
export function entryCount(bytes: Buffer): number {
  return bytes.readUInt16LE(6);
}

/** What is wrong with the header, in words; undefined when it is whole. */
function headerTorn(buffer: Buffer): string | undefined {
  const length = buffer.length;
  if (length < FIXED + PER_ENTRY + CHECKSUM) return `only ${length} bytes, less than the smallest record`;
  if (buffer.readUInt32LE(0) !== MAGIC) return 'does not begin with the magic "RGLR"';
  if (buffer[4] !== VERSION) {
    return `format version ${buffer[4]}, this build reads ${VERSION} (damaged, or written by a newer version)`;
  }
  const count = buffer.readUInt16LE(6);
  if (count === 0 || count > limits.recordEntriesMax) return `says it has ${count} entries`;
  const head = FIXED + PER_ENTRY * count;
  if (length < head + CHECKSUM) return `cut in the header: ${length} bytes for ${count} entries`;
  const said = buffer.readUInt32LE(22);
  if (said !== length) return `says it is ${said} bytes long, is ${length}`;
  if (crc32(buffer.subarray(0, head)) !== buffer.readUInt32LE(head)) return 'checksum of the header is wrong';
  return undefined;
}

/** Magic, version and length keep their places in every version. */
function looksNewer(buffer: Buffer): boolean {
  if (buffer.length < FIXED || buffer.readUInt32LE(0) !== MAGIC) return false;
  return buffer[4]! > VERSION && buffer.readUInt32LE(22) === buffer.length;
}

/** Undefined when its checksum is wrong. The header must have been verified. */
function sliceChecked(buffer: Buffer, count: number, index: number): StoredEntry | undefined {
  const at = FIXED + PER_ENTRY * index;
  const last = index === count - 1;
  const entryEnd = last ? buffer.readUInt32LE(FIXED + 5) : buffer.readUInt32LE(at + PER_ENTRY + 1);
  const outcomesEnd = last ? buffer.length : buffer.readUInt32LE(at + PER_ENTRY + 5);
  const entry = buffer.subarray(buffer.readUInt32LE(at + 1), entryEnd);
  const outcomes = buffer.subarray(buffer.readUInt32LE(at + 5), outcomesEnd);
  if (checksum(entry, outcomes) !== buffer.readUInt32LE(at + 9)) return undefined;
  return { shard: buffer[at]!, stamp: buffer.readDoubleLE(14), entry, outcomes };
}

function checksum(entry: Uint8Array, outcomes: Uint8Array): number {
  const crc = crc32(entry);
  return outcomes.length === 0 ? crc : crc32(outcomes, crc);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
