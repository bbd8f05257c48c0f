import t from 'tap';
import { initial } from './state.js';
import { PAIRS_MAX, purchaseCounted, returnCounted, sumWithin, tierCounted, tierOf } from './tier-state.js';

function opened(byMonth: boolean) {
  const state = initial('c');
  tierCounted(state, { system: 'main', dueAt: null, basis: 'spend', byMonth });
  const add = (at: number, net: number) => purchaseCounted(state, { transactionId: 't', at, net });
  const back = (countsAt: number, amount: number) =>
    returnCounted(state, { transactionId: 'r', at: 0, amount, originalKnown: true, countsAt });
  return { tier: tierOf(state, 'main')!, state, add, back };
}

t.test('pairs stand ascending by time, one for each instant, and none that comes to nothing', (t) => {
  const { tier, add, back } = opened(false);
  add(5, 10);
  add(3, 20);
  add(9, 1);
  add(5, 4);
  t.same(tier.sums, [3, 20, 5, 14, 9, 1]);
  back(5, 14);
  back(4, 2);
  t.same(tier.sums, [3, 20, 4, -2, 9, 1]);
  t.equal(sumWithin(tier, 3, 9), 18);
  t.equal(sumWithin(tier, 4, 10), -1);
  t.end();
});

t.test('what no zone could put into another month stands in the middle of its month', (t) => {
  const { tier, add } = opened(true);
  add(Date.UTC(2026, 2, 3), 1);
  add(Date.UTC(2026, 2, 30), 1);
  add(Date.UTC(2026, 2, 31, 23), 1);
  add(Date.UTC(2026, 3, 1, 3), 1);
  t.same(tier.sums, [Date.UTC(2026, 2, 15), 2, Date.UTC(2026, 2, 31, 23), 1, Date.UTC(2026, 3, 1, 3), 1]);
  t.end();
});

t.test('what matters no more is forgotten, and another basis begins anew', (t) => {
  const { tier, state, add } = opened(false);
  for (let i = 1; i <= 5; i++) add(i, 1);
  tierCounted(state, { system: 'main', dueAt: null, keepFrom: 3 });
  t.same(tier.sums, [3, 1, 4, 1, 5, 1]);
  tierCounted(state, { system: 'main', dueAt: null, basis: 'count', byMonth: false });
  t.same(tier.sums, []);
  t.end();
});

t.test('ten thousand instants are held by a bounded list whose sum is exact', (t) => {
  const { tier, add } = opened(false);
  for (let i = 0; i < 10_000; i++) add(i * 1000, 1 + (i % 3));
  t.ok(tier.sums.length <= 2 * PAIRS_MAX, String(tier.sums.length));
  t.equal(sumWithin(tier, 0, 10_000_000), 3333 * 6 + 1);
  const latest = tier.sums.slice(-2 * (PAIRS_MAX / 2));
  t.same(latest[0], 10_000_000 - 1000 * (PAIRS_MAX / 2), 'the later half is held one by one');
  t.same(
    tier.sums.filter((at, i) => i % 2 === 0 && i > 0 && at <= tier.sums[i - 2]!),
    [],
    'ascending',
  );
  t.end();
});
