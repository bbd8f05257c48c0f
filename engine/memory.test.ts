import fc from 'fast-check';
import t from 'tap';
import { limits } from '../actors/limits.js';
import { hashName, Memory } from './memory.js';

t.test('a name is found again at the sequence it was added with, newest first', (t) => {
  const memory = new Memory();
  memory.add(hashName('e', 'one', 'till'), 4096, 1);
  memory.add(hashName('e', 'two', 'till'), 4097, 1);
  memory.add(hashName('e', 'one', 'till'), 9000, 1);
  const seen: number[] = [];
  memory.find(hashName('e', 'one', 'till'), (sequence) => {
    seen.push(sequence);
    return false;
  });
  t.same(seen, [9000, 4096]);
  t.equal(
    memory.find(hashName('e', 'two', 'till'), () => true),
    4097,
  );
  t.equal(
    memory.find(hashName('e', 'three', 'till'), () => true),
    undefined,
  );
  t.end();
});

t.test('id, source and kind are told apart, and where one ends the other begins', (t) => {
  const names = [
    hashName('e', 'a', 'b'),
    hashName('e', 'b', 'a'),
    hashName('p', 'a'),
    hashName('t', 'a'),
    hashName('r', 'a'),
    hashName('e', 'ab'),
    hashName('e', '', 'ab'),
  ];
  t.equal(new Set(names).size, names.length);
  for (const name of names) t.ok(Number.isSafeInteger(name) && name >= 0);
  t.end();
});

t.test('bytes give the same memory back, and only newer names stay in the row', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ id: fc.string(), until: fc.integer({ min: 0, max: 200 }) }), { maxLength: 300 }),
      (names) => {
        const memory = new Memory();
        for (const [i, { id, until }] of names.entries()) memory.add(hashName('e', id, 's'), i + 1, until);
        const over = memory.overflow(100);
        const back = new Memory([...memory.numbers], memory.spilled);
        if (back.count > limits.rememberedIdsInRowMax) return false;
        if (back.spilled !== over.length > 0) return false;
        const spilled = new Set(over.map(({ sequence }) => sequence));
        return names.every(({ id, until }, i) => {
          const inRow = back.find(hashName('e', id, 's'), (sequence) => sequence === i + 1) !== undefined;
          return inRow || spilled.has(i + 1) || until < 100;
        });
      },
    ),
    { numRuns: 300 },
  );
  t.end();
});
