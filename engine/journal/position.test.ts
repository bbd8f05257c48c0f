import { createHash } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { formatPosition, indexOf, recordOf, sequenceOf, shardOf } from './position.js';

/** FNV-1a 32 straight from its definition, over real UTF-8 bytes. */
function reference(text: string): number {
  let hash = 0x811c9dc5n;
  for (const byte of new TextEncoder().encode(text)) hash = ((hash ^ BigInt(byte)) * 0x01000193n) & 0xffffffffn;
  return Number(hash % 64n);
}

t.test('published vectors: a customer stays in its shard for ever', (t) => {
  const vectors: [string, number][] = [
    ['a', 0xe40c292c % 64],
    ['foobar', 0xbf9cf968 % 64],
    ['17850', reference('17850')],
    ['Zoë', reference('Zoë')],
    ['日本', reference('日本')],
    ['😀', reference('😀')],
    ['__proto__', reference('__proto__')],
  ];
  for (const [id, shard] of vectors) t.equal(shardOf(id), shard, id);
  t.end();
});

t.test('shardOf agrees with FNV-1a 32 over the UTF-8 bytes of any well-formed id', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 128 }), (id) => shardOf(id) === reference(id)),
    { numRuns: 2_000 },
  );
  t.end();
});

t.test('customers spread evenly over the shards', (t) => {
  const counts = new Array<number>(64).fill(0);
  for (let i = 0; i < 64_000; i++) counts[shardOf(createHash('sha1').update(String(i)).digest('hex'))]!++;
  t.ok(Math.min(...counts) > 800 && Math.max(...counts) < 1200, `${Math.min(...counts)} to ${Math.max(...counts)}`);
  t.end();
});

t.test('a sequence is an address: record and index come back from it', (t) => {
  for (const [record, index] of [
    [1, 0],
    [1, 4095],
    [2, 0],
    [123_456_789, 17],
  ] as const) {
    const sequence = sequenceOf(record, index);
    t.equal(recordOf(sequence), record);
    t.equal(indexOf(sequence), index);
  }
  t.equal(formatPosition(17, sequenceOf(22, 99)), '17-90211');
  t.end();
});
