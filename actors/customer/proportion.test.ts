import fc from 'fast-check';
import t from 'tap';
import { proportion } from './proportion.js';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);

t.test('rounds once, at the end', (t) => {
  t.equal(proportion(350, 1, 10_000, 100, 10_000, 'floor'), 3);
  t.equal(proportion(350, 1, 10_000, 100, 10_000, 'halfUp'), 4);
  t.equal(proportion(349, 1, 10_000, 100, 10_000, 'halfUp'), 3);
  t.equal(proportion(301, 1, 10_000, 100, 10_000, 'ceil'), 4);
  t.equal(proportion(300, 1, 10_000, 100, 10_000, 'ceil'), 3);
  t.equal(proportion(9_007_199_254_740_991, 3, 1, 3, 1, 'floor'), 9_007_199_254_740_991);
  t.end();
});

t.test('is what whole numbers of any size give', (t) => {
  const natural = fc.integer({ min: 0, max: 2 ** 31 });
  const positive = fc.integer({ min: 1, max: 2 ** 31 });
  fc.assert(
    fc.property(natural, natural, fc.nat(20_000), positive, positive, (a, b, c, d, e) => {
      const above = BigInt(a) * BigInt(b) * BigInt(c);
      const below = BigInt(d) * BigInt(e);
      const floor = above / below;
      if (floor > BigInt(Number.MAX_SAFE_INTEGER)) return;
      t.equal(BigInt(proportion(a, b, c, d, e, 'floor')), floor);
      t.equal(BigInt(proportion(a, b, c, d, e, 'ceil')), (above + below - 1n) / below);
      t.equal(BigInt(proportion(a, b, c, d, e, 'halfUp')), (above * 2n + below) / (below * 2n));
    }),
    { seed, numRuns: 300 },
  );
  t.comment(`seed ${seed}`);
  t.end();
});
