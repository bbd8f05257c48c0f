/** What must hold of points whatever happens, with every feature of accounts and rewards in use. */
import { deepStrictEqual as deepEqual, equal } from 'node:assert/strict';
import fc from 'fast-check';
import { Packr } from 'msgpackr';
import t from 'tap';
import type { Outcome } from '../outcome.js';
import { startOf } from '../time/calendar.js';
import { nextDue } from './due.js';
import { ledgerProgram, ledgers, playLedger, STARS_A_DAY, STARS_A_MONTH } from './ledger-histories.js';
import { compareIssue } from './lots.js';
import { fromRow, toRow } from './row.js';
import type { AccountState, LotState } from './state.js';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
t.comment(`seed ${seed}`);
const runs = { seed, numRuns: Number(process.env.RUNS ?? 300) };
const negatives = fc.constantFrom('allow' as const, 'clamp' as const);
const packr = new Packr({ useRecords: false });

const leftIn = (lots: readonly LotState[]) => lots.reduce((sum, { left }) => sum + left, 0);

function sound(account: AccountState, negative: 'allow' | 'clamp'): void {
  const { earned, adjusted, active, pending, spent, expired, cancelled, reversed, debt, lots, waiting } = account;
  equal(earned + adjusted, active + pending + spent + expired + cancelled + reversed - debt, 'the identity');
  equal(leftIn(lots), active, 'active is what is left in the lots');
  equal(leftIn(waiting), pending, 'pending is what is left in the waiting lots');
  equal(
    lots.concat(waiting).every(({ left }) => left > 0),
    true,
    'no empty lot',
  );
  equal(Math.min(active, debt), 0, 'a debt is paid by whatever becomes active');
  for (const sum of [earned, spent, expired, cancelled, reversed, debt]) equal(sum >= 0, true, 'no sum below 0');
  if (negative === 'clamp') equal(debt, 0, 'no debt under clamp');
  for (let i = 1; i < lots.length; i++) equal(inOrder(lots[i - 1]!, lots[i]!), true, 'lots stand in order');
}

function inOrder(a: LotState, b: LotState): boolean {
  const ends = (lot: LotState) => lot.expiresAt ?? Number.POSITIVE_INFINITY;
  if (ends(a) !== ends(b)) return ends(a) < ends(b);
  if (a.earnedAt !== b.earnedAt) return a.earnedAt < b.earnedAt;
  return compareIssue(a.id, b.id) < 0;
}

t.test('earned + adjusted = active + pending + spent + expired + cancelled + reversed − debt, always', async () => {
  fc.assert(
    fc.property(negatives, ledgers, (negative, steps) => {
      playLedger(ledgerProgram(negative), steps, ({ state }) => {
        for (const account of state!.accounts) sound(account, negative);
      });
    }),
    runs,
  );
});

t.test('what the wire shows adds up to the account', async () => {
  fc.assert(
    fc.property(negatives, ledgers, (negative, steps) => {
      const balances = new Map<string, number>();
      const { state } = playLedger(ledgerProgram(negative), steps, (_, outcomes) => {
        for (const outcome of outcomes) {
          const [account, points] = movedBy(outcome);
          balances.set(account, (balances.get(account) ?? 0) + points);
        }
      });
      for (const { id, active, pending, debt } of state!.accounts)
        equal(active + pending - debt, balances.get(id) ?? 0, id);
    }),
    runs,
  );
});

function movedBy({ type, data }: Outcome): readonly [account: string, points: number] {
  switch (type) {
    case 'points.earned':
    case 'points.adjusted':
      return [data.account, data.points];
    case 'points.spent':
    case 'points.expired':
    case 'points.cancelled':
    case 'points.reversed':
      return [data.account, -data.points];
    default:
      return ['', 0];
  }
}

t.test('after an entry nothing is due that should have been done', async () => {
  fc.assert(
    fc.property(negatives, ledgers, (negative, steps) => {
      playLedger(ledgerProgram(negative), steps, ({ state }, _, { imported }) => {
        const due = nextDue(state!);
        if (due === null) return;
        equal(
          imported === true ? due >= state!.arrival : due > state!.arrival,
          true,
          `due ${due} at ${state!.arrival}`,
        );
      });
    }),
    runs,
  );
});

t.test('time alone ends every wait and every lot that expires', async () => {
  fc.assert(
    fc.property(negatives, ledgers, (negative, steps) => {
      const scenario = playLedger(ledgerProgram(negative), steps, () => {});
      scenario.time('2030-01-01T00:00:00Z');
      equal(nextDue(scenario.state!), null);
      for (const { waiting, lots } of scenario.state!.accounts) {
        equal(waiting.length, 0);
        equal(
          lots.every(({ expiresAt }) => expiresAt === null),
          true,
        );
      }
    }),
    { ...runs, numRuns: 100 },
  );
});

t.test('a row comes back as the state it was made of', async () => {
  fc.assert(
    fc.property(negatives, ledgers, (negative, steps) => {
      playLedger(ledgerProgram(negative), steps, ({ state }) => {
        deepEqual(fromRow(packr.unpack(packr.pack(toRow(state!))) as unknown[]), state);
      });
    }),
    { ...runs, numRuns: 100 },
  );
});

t.test('no day and no month gives more than its cap, reversals with their lot taken off', async () => {
  fc.assert(
    fc.property(negatives, ledgers, (negative, steps) => {
      const inOneZone = steps.filter(({ what }) => what.kind !== 'zone');
      if (inOneZone.length === 0) return;
      const sums = new Map<string, number>();
      const add = (unit: 'day' | 'month', at: number, points: number): number => {
        const key = `${unit} ${startOf(unit, 'Europe/London', at)}`;
        const sum = (sums.get(key) ?? 0) + points;
        sums.set(key, sum);
        return sum;
      };
      playLedger(ledgerProgram(negative), inOneZone, (_, outcomes) => {
        for (const { type, data } of outcomes) {
          if (type !== 'points.earned' && type !== 'points.reversed') continue;
          if (data.account !== 'stars' || (type === 'points.reversed' && data.lotId === undefined)) continue;
          const at = type === 'points.earned' ? data.earnedAt : data.countsAt!;
          const points = type === 'points.earned' ? data.points : -data.points;
          equal(add('day', at, points) <= STARS_A_DAY, true, 'a day');
          equal(add('month', at, points) <= STARS_A_MONTH, true, 'a month');
        }
      });
    }),
    runs,
  );
});

t.test('a reward bought and given back at once leaves every lot as it was', async () => {
  fc.assert(
    fc.property(negatives, ledgers, (negative, steps) => {
      const scenario = playLedger(ledgerProgram(negative), steps, () => {});
      const before = structuredClone(scenario.state!);
      const report = (id: string, type: string, data: object) =>
        scenario.report({ event: { id, source: 'test', type, subject: 'c', time: before.arrival, data } });
      const purchased = report('buy', 'reward.purchased', { rewardId: 'mug' }).find(
        ({ type }) => type === 'reward.purchased',
      );
      if (purchased === undefined) return;
      report('back', 'reward.refunded', { purchaseId: purchased.id });
      deepEqual(scenario.state!.accounts, before.accounts);
      deepEqual(scenario.state!.rewards, before.rewards);
      deepEqual(scenario.state!.offers, before.offers);
      deepEqual(
        scenario.state!.rewardPurchases,
        before.rewardPurchases.filter(({ id }) => scenario.state!.rewardPurchases.some((each) => each.id === id)),
      );
    }),
    runs,
  );
});
