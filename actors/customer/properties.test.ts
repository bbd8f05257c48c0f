/** What must hold whatever happens. Every step of a scenario also proves that the state is the fold of its outcomes. */
import { deepStrictEqual as deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { Packr } from 'msgpackr';
import t from 'tap';
import type { PurchaseData } from '../event.js';
import { netOf } from '../event.js';
import { nextDue } from './due.js';
import { histories, richProgram } from './histories.js';
import { keptOf } from './kept.js';
import { fromRow, ROW_ATTRIBUTES, toRow } from './row.js';
import { type Reported, Scenario } from './scenario.js';
import type { AccountState, CustomerState } from './state.js';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
t.comment(`seed ${seed}`);
const runs = { seed, numRuns: 300 };
const negatives = fc.constantFrom('allow' as const, 'clamp' as const);
const packr = new Packr({ useRecords: false });

function played(
  negative: 'allow' | 'clamp',
  history: readonly Reported[],
  each: (scenario: Scenario, reported: Reported) => void,
  program = richProgram(negative),
): Scenario {
  const scenario = new Scenario(program);
  for (const reported of history) {
    scenario.report(reported);
    each(scenario, reported);
  }
  return scenario;
}

function identityHolds({
  lots,
  active,
  debt,
  earned,
  adjusted,
  spent,
  expired,
  cancelled,
  reversed,
}: AccountState): boolean {
  const inLots = lots.reduce((sum, lot) => sum + lot.left, 0);
  const sums = earned + adjusted === active + spent + expired + cancelled + reversed - debt;
  return (
    sums &&
    inLots === active &&
    debt >= 0 &&
    lots.every((lot) => lot.left > 0) &&
    (debt === 0 || active === 0 || debt > 0)
  );
}

t.test('earned + adjusted = active + pending + spent + expired + cancelled + reversed − debt, always', (t) => {
  fc.assert(
    fc.property(negatives, histories, (negative, history) => {
      played(negative, history, ({ state }) => {
        for (const account of state!.accounts) if (!identityHolds(account)) throw new Error(JSON.stringify(account));
        if (negative === 'clamp')
          for (const account of state!.accounts) if (account.debt !== 0) throw new Error('a debt under clamp');
      });
    }),
    runs,
  );
  t.end();
});

t.test('what the wire shows adds up to the account', (t) => {
  fc.assert(
    fc.property(negatives, histories, (negative, history) => {
      const scenario = new Scenario(richProgram(negative));
      const sums = new Map<string, number>();
      for (const reported of history) {
        for (const { type, data } of scenario.report(reported)) {
          if (!type.startsWith('points.')) continue;
          const { account, points } = data as { account: string; points: number };
          const sign = type === 'points.earned' || type === 'points.adjusted' ? 1 : -1;
          sums.set(account, (sums.get(account) ?? 0) + sign * points);
        }
      }
      for (const { id, active, debt } of scenario.state!.accounts) {
        if (active - debt !== (sums.get(id) ?? 0)) throw new Error(`${id}: ${active} − ${debt} is not ${sums.get(id)}`);
      }
    }),
    runs,
  );
  t.end();
});

t.test('after an entry nothing is due that should have been done', (t) => {
  fc.assert(
    fc.property(negatives, histories, (negative, history) => {
      played(negative, history, ({ state }) => {
        const due = nextDue(state!);
        if (due !== null && due <= state!.arrival) throw new Error(`due ${due} at ${state!.arrival}`);
      });
    }),
    runs,
  );
  t.end();
});

t.test('time alone brings everything to its end, and then nothing more', (t) => {
  fc.assert(
    fc.property(negatives, histories, (negative, history) => {
      // What waits for calendar units waits for ever.
      const scenario = played(negative, history, () => {}, richProgram(negative, 'P50D', ['quiet', 'quiet-back']));
      scenario.time('2030-01-01T00:00:00Z');
      const { state } = scenario;
      equal(nextDue(state!), null);
      ok(state!.accounts.every(({ active }) => active === 0));
      t.same(
        state!.tiers.filter(({ level }) => !['low', 'rare', 'little', 'out', 'cold', 'hot', 'few'].includes(level!)),
        [],
      );
      t.same(scenario.time('2031-01-01T00:00:00Z'), []);
    }),
    { seed, numRuns: 50 },
  );
  t.end();
});

t.test('a row comes back as the state it was made of', (t) => {
  fc.assert(
    fc.property(negatives, histories, (negative, history) => {
      played(negative, history, ({ state }) => {
        const row = toRow(state!);
        if (row[ROW_ATTRIBUTES] !== state!.attributes) throw new Error('attributes are not where ROW_ATTRIBUTES says');
        const back = fromRow(packr.unpack(packr.pack(row)) as unknown[]);
        if (!same(back, state!)) throw new Error(`${JSON.stringify(back)} is not ${JSON.stringify(state)}`);
      });
    }),
    { seed, numRuns: 100 },
  );
  t.end();
});

function same(a: CustomerState, b: CustomerState): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Every purchase of a history that campaigns judged, and then all of it back. */
const everythingBack = fc.tuple(
  histories,
  fc.array(
    fc.record({
      pick: fc.nat(1000),
      units: fc.integer({ min: 1, max: 2 }),
      byTotal: fc.boolean(),
      part: fc.integer({ min: 0, max: 100 }),
    }),
    { maxLength: 10 },
  ),
);

t.test('the return of everything is zero, in any partition and order', (t) => {
  fc.assert(
    fc.property(everythingBack, ([history, partial]) => {
      const scenario = new Scenario(richProgram('allow', 'P24M'));
      const purchases = history.filter(({ event }) => event.type === 'purchase');
      for (const reported of purchases) scenario.report({ ...reported, stamp: reported.event.time });
      if (purchases.length === 0) return;
      const stamp = scenario.state!.arrival;
      let n = 0;
      const giveBack = (original: string, data: object) => {
        const id = `r${n++}`;
        scenario.report({
          event: {
            id,
            source: 'test',
            type: 'return',
            subject: 'c',
            time: stamp,
            data: { transactionId: id, originalTransactionId: original, ...data },
          },
          stamp,
        });
      };
      for (const { pick, units, byTotal, part } of partial) {
        const { event } = purchases[pick % purchases.length]!;
        const data = event.data as PurchaseData;
        const lines = data.lines ?? [];
        if (byTotal || lines.length === 0)
          giveBack(data.transactionId, { total: Math.floor((netOf(data) * part) / 300) });
        else giveBack(data.transactionId, { lines: [{ lineId: lines[pick % lines.length]!.lineId, quantity: units }] });
      }
      for (const { event } of purchases) finish(scenario, event.data as PurchaseData, giveBack);
      everythingIsZero(
        scenario,
        purchases.map(({ event }) => event.data as PurchaseData),
      );
    }),
    { seed, numRuns: 200 },
  );
  t.end();
});

function everythingIsZero(scenario: Scenario, purchases: readonly PurchaseData[]): void {
  const { totals, accounts, behaviors, spend } = scenario.state!;
  equal(totals.net, 0);
  equal(spend.filter((counts, i) => i % 3 === 2 && counts === 1).length, 0, 'no purchase counts in frequency');
  for (const data of purchases) {
    const { outcomes, record } = scenario.history.purchase(data.transactionId)!;
    equal(record!.refunded, netOf(data));
    for (const outcome of outcomes) {
      if (outcome.type !== 'points.earned' || outcome.data.rate === undefined) continue;
      const { lotId, points } = outcome.data;
      equal(record!.reversed.find(([id]) => id === lotId)![1], points);
    }
  }
  ok(accounts.every(identityHolds));
  deepEqual(
    behaviors.flatMap(({ rules }) => rules.flatMap(({ matches }) => matches)),
    [],
    'progress is gone',
  );
  const { tiers } = scenario.profile() as { tiers: Record<string, { have: number }> };
  equal(tiers.visits!.have, 0);
  equal(tiers.spent!.have, 0);
}

/** What is left of a purchase comes back: its units, or (after a return by amount) the rest of the money. */
function finish(scenario: Scenario, data: PurchaseData, giveBack: (original: string, data: object) => void): void {
  const known = scenario.history.purchase(data.transactionId)!;
  const refunded = known.record?.refunded ?? 0;
  const kept = keptOf(data, known.record);
  const left = kept.runs.reduce((sum, run) => sum + (run.last - run.first + 1) * run.net, 0);
  if (data.lines === undefined || refunded + left > netOf(data))
    giveBack(data.transactionId, { total: netOf(data) - refunded });
  else {
    const lines = kept.runs.map((run) => ({
      lineId: data.lines![run.line]!.lineId,
      quantity: run.last - run.first + 1,
    }));
    if (lines.length > 0) giveBack(data.transactionId, { lines });
  }
}

t.test('the order of returns does not change what they come to', (t) => {
  const orders = fc.tuple(histories, fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4, maxLength: 4 }));
  fc.assert(
    fc.property(orders, ([history, order]) => {
      const purchases = history.filter(({ event }) => event.type === 'purchase').slice(0, 4);
      const sumsOf = (places: readonly number[]) => {
        // What `carry` has used of an event comes back from the newest completion: which one falls depends on the order.
        const scenario = new Scenario(richProgram('allow', 'P50D', ['carry-back']));
        for (const reported of purchases) scenario.report({ ...reported, stamp: reported.event.time });
        if (purchases.length === 0) return {};
        const stamp = scenario.state!.arrival;
        for (const place of places) {
          const original = purchases[place % purchases.length]!.event.data as PurchaseData;
          const what =
            original.lines === undefined
              ? { total: Math.floor(netOf(original) / 5) }
              : { lines: [{ lineId: '0', quantity: 1 }] };
          const id = `r${place}`;
          scenario.report({
            event: {
              id,
              source: 'test',
              type: 'return',
              subject: 'c',
              time: stamp,
              data: { transactionId: id, originalTransactionId: original.transactionId, ...what },
            },
            stamp,
          });
        }
        const { totals, accounts } = scenario.state!;
        return {
          totals,
          sums: accounts.map(({ id, earned, reversed, active, debt }) => ({
            id,
            earned,
            reversed,
            balance: active - debt,
          })),
        };
      };
      deepEqual(sumsOf(order), sumsOf([0, 1, 2, 3]));
    }),
    { seed, numRuns: 100 },
  );
  t.end();
});
