import fc from 'fast-check';
import t from 'tap';
import { type DecodedRecord, decodeRecord, encodeRecord, entryCount, type RecordEntry, sliceEntry } from './record.js';

const SEED = Number(process.env.REGULARS_SEED ?? Date.now() % 2 ** 31);
t.comment(`REGULARS_SEED=${SEED}`);

const entriesOf: fc.Arbitrary<RecordEntry[]> = fc.array(
  fc.record({
    shard: fc.nat(255),
    entry: fc.uint8Array({ maxLength: 300 }),
    outcomes: fc.uint8Array({ maxLength: 300 }),
  }),
  { minLength: 1, maxLength: 20 },
);

function decoded(bytes: Uint8Array): DecodedRecord {
  const found = decodeRecord(bytes);
  if ('torn' in found) throw new Error(found.torn);
  return found;
}

function small(): Buffer {
  return encodeRecord(77, 1_700_000_000_123, [
    { shard: 3, entry: Buffer.from('first'), outcomes: Buffer.from('one') },
    { shard: 64, entry: Buffer.from('second'), outcomes: Buffer.alloc(0) },
    { shard: 0, entry: Buffer.alloc(0), outcomes: Buffer.from('three') },
  ]);
}

t.test('format 1 stays what it is, byte by byte', (t) => {
  const bytes = encodeRecord(0x0102030405, 1_700_000_000_000, [
    { shard: 17, entry: Buffer.from('entry'), outcomes: Buffer.from('out') },
  ]);
  t.equal(
    bytes.toString('hex'),
    '52474c52' + // magic, as text "RGLR"
      '0100' + // version, zero
      '0100' + // one entry
      '050403020100' + // record number
      stampHex(1_700_000_000_000) +
      '33000000' + // 51 bytes long
      '11' + // shard 17
      '2b000000' + // the entry at 43
      '30000000' + // its outcomes at 48
      crcHex('entryout') +
      bytes.subarray(39, 43).toString('hex') +
      Buffer.from('entryout').toString('hex'),
  );
  t.end();
});

function stampHex(stamp: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(stamp);
  return bytes.toString('hex');
}

/** crc32 by its definition (reflected, polynomial 0xEDB88320), not by zlib. */
function crcHex(text: string): string {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(~crc >>> 0);
  return bytes.toString('hex');
}

t.test('what was encoded comes back, whole and entry by entry', (t) => {
  fc.assert(
    fc.property(entriesOf, fc.integer({ min: 1, max: 2 ** 40 }), fc.nat(2 ** 45), (entries, record, stamp) => {
      const bytes = encodeRecord(record, stamp, entries);
      const whole = decoded(bytes);
      if (whole.record !== record || whole.stamp !== stamp || whole.entries.length !== entries.length) return false;
      if (entryCount(bytes) !== entries.length) return false;
      return entries.every((entry, i) => {
        const sliced = sliceEntry(bytes, i);
        return [sliced, whole.entries[i]!].every(
          (found) =>
            found.shard === entry.shard &&
            found.stamp === stamp &&
            found.entry.equals(entry.entry) &&
            found.outcomes.equals(entry.outcomes),
        );
      });
    }),
    { seed: SEED, numRuns: 500 },
  );
  t.end();
});

t.test('a record cut anywhere is seen', (t) => {
  fc.assert(
    fc.property(entriesOf, (entries) => {
      const bytes = encodeRecord(9, 1, entries);
      for (let length = 0; length < bytes.length; length++) {
        if (!('torn' in decodeRecord(bytes.subarray(0, length)))) return false;
      }
      return true;
    }),
    { seed: SEED, numRuns: 50 },
  );
  t.end();
});

t.test('every single flipped bit is seen, by whoever reads the record or an entry that has it', (t) => {
  const bytes = small();
  for (let at = 0; at < bytes.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      bytes[at]! ^= 1 << bit;
      if (!('torn' in decodeRecord(bytes))) t.fail(`bit ${bit} of byte ${at} was not seen`);
      const slices = [0, 1, 2].filter((index) => throws(() => sliceEntry(bytes, index)));
      if (slices.length === 0) t.fail(`bit ${bit} of byte ${at} was seen by no slice`);
      bytes[at]! ^= 1 << bit;
    }
  }
  t.notOk('torn' in decodeRecord(bytes), 'and without a flip it is whole');
  t.end();
});

t.test('every byte replaced by any other is seen', (t) => {
  const bytes = small();
  for (let at = 0; at < bytes.length; at++) {
    const was = bytes[at]!;
    for (let value = 0; value < 256; value++) {
      if (value === was) continue;
      bytes[at] = value;
      if (!('torn' in decodeRecord(bytes))) t.fail(`byte ${at} as ${value} was not seen`);
    }
    bytes[at] = was;
  }
  t.end();
});

t.test('a tail of zeros or of garbage is seen', (t) => {
  const bytes = small();
  for (const tail of [Buffer.alloc(1), Buffer.alloc(4096), Buffer.from('garbage')]) {
    t.match(decodeRecord(Buffer.concat([bytes, tail])), { torn: /says it is .* bytes long/ });
  }
  t.end();
});

t.test('damage in one entry leaves the others readable', (t) => {
  const bytes = small();
  bytes[bytes.indexOf('second')] = 0;
  t.equal(sliceEntry(bytes, 0).entry.toString(), 'first');
  t.throws(() => sliceEntry(bytes, 1), /checksum of entry 1 is wrong/);
  t.equal(sliceEntry(bytes, 2).outcomes.toString(), 'three');
  t.match(decodeRecord(bytes), { torn: 'checksum of entry 1 is wrong' });
  t.end();
});

t.test('what breaks a limit is not encoded, and what is not there is not sliced', (t) => {
  const entry = { shard: 0, entry: Buffer.from('e'), outcomes: Buffer.alloc(0) };
  t.throws(() => encodeRecord(1, 1, []), RangeError);
  t.throws(() => encodeRecord(1, 1, new Array(4097).fill(entry)), /recordEntriesMax/);
  t.throws(() => encodeRecord(0, 1, [entry]), RangeError);
  t.throws(() => encodeRecord(1.5, 1, [entry]), RangeError);
  t.equal(decoded(encodeRecord(1, 1, new Array(4096).fill(entry))).entries.length, 4096);
  for (const index of [-1, 3, Number.NaN]) t.throws(() => sliceEntry(small(), index), RangeError);
  t.end();
});

t.test('a whole record of a newer version says so, a torn one does not', (t) => {
  const bytes = small();
  bytes[4] = 2;
  t.match(decodeRecord(bytes), { newer: true, torn: /format version 2/ });
  t.match(decodeRecord(bytes.subarray(0, bytes.length - 1)), { newer: false });
  t.match(decodeRecord(Buffer.alloc(100)), { newer: false, torn: /magic/ });
  t.end();
});

function throws(run: () => void): boolean {
  try {
    run();
    return false;
  } catch {
    return true;
  }
}
