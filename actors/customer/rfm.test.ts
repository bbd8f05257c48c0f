/** Recency, frequency and monetary value at their edges (PROGRAM: RFM; "Edges: Conditions"). */
import t from 'tap';
import { giveBack, given, programOf, purchase, type Reported } from './scenario.js';

const RFM = {
  window: 'P365D',
  recencyDays: [7, 30, 90, 180],
  frequency: [1, 3, 6, 12],
  monetary: [2000, 10000, 30000, 100000],
};
const buy = (id: string, time: string, total = 1000) => purchase(id, time, total);
const seen = (now: string, ...reports: Reported[]) =>
  (given(programOf({ rfm: RFM }), ...reports).scenario.profile(Date.parse(now)) as { rfm: Record<string, unknown> })
    .rfm;

t.test('recency is whole days of 24 hours since the last purchase that counts', (t) => {
  const reports = [buy('a', '2026-03-01T10:00:00Z'), buy('b', '2026-03-05T10:00:00Z')];
  for (const [now, recencyDays] of [
    ['2026-03-05T10:00:00Z', 0],
    ['2026-03-06T09:59:59Z', 0],
    ['2026-03-06T10:00:00Z', 1],
    ['2026-04-04T10:00:00Z', 30],
  ] as const)
    t.match(seen(now, ...reports), { recencyDays }, now);
  const back = giveBack('r', '2026-03-06T10:00:00Z', 'b', 1000);
  t.match(seen('2026-03-06T10:00:00Z', ...reports, back), { recencyDays: 5 }, 'one that is back does not count');
  t.end();
});

t.test('each score at, just below and just above its breakpoints', (t) => {
  const day = (days: number) => new Date(Date.parse('2026-01-01T00:00:00Z') + days * 86_400_000).toISOString();
  for (const [days, recency] of [
    [0, 5],
    [7, 5],
    [8, 4],
    [30, 4],
    [31, 3],
    [90, 3],
    [91, 2],
    [180, 2],
    [181, 1],
    [364, 1],
  ] as const)
    t.match(seen(day(days), buy('p', day(0))), { scores: { recency } }, `${days} days`);
  for (const [count, frequency] of [
    [1, 2],
    [2, 2],
    [3, 3],
    [5, 3],
    [6, 4],
    [11, 4],
    [12, 5],
  ] as const) {
    const reports = Array.from({ length: count }, (_, n) => buy(`p${n}`, day(n), 1));
    t.match(seen(day(count), ...reports), { frequency: count, scores: { frequency } }, `${count} purchases`);
  }
  for (const [total, monetary] of [
    [1999, 1],
    [2000, 2],
    [9999, 2],
    [10_000, 3],
    [29_999, 3],
    [30_000, 4],
    [99_999, 4],
    [100_000, 5],
  ] as const)
    t.match(seen(day(1), buy('p', day(0), total)), { monetary: total, scores: { monetary } }, `${total}`);
  t.end();
});

t.test('the score is a number of three digits, from 111 to 555', (t) => {
  const day = (n: number) => `2026-03-${String(n).padStart(2, '0')}T10:00:00Z`;
  const many = Array.from({ length: 12 }, (_, n) => buy(`p${n}`, day(n + 1), 10_000));
  t.match(seen(day(12), ...many), { score: 555 });
  t.match(seen('2028-01-01T00:00:00Z', ...many), { score: 111, recencyDays: null, frequency: 0, monetary: 0 });
  t.match(seen(day(9), buy('p', day(1), 10_000)), { score: 423 });
  t.end();
});
