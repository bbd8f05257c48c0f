/**
 * Random histories of one customer's points, for property tests: every activation, expiry and cap, overrides, several
 * accounts, returns, adjustments, rewards bought and given back, in and out of order, live and imported.
 */
import fc from 'fast-check';
import type { Event } from '../event.js';
import type { Outcome } from '../outcome.js';
import type { Program } from '../program/program.js';
import { programOf, type Reported, Scenario } from './scenario.js';

const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 0, 20, 12);

/** Most stars earned on one day, and in one month. */
export const STARS_A_DAY = 40;
export const STARS_A_MONTH = 150;

export function ledgerProgram(negative: 'allow' | 'clamp'): Program {
  const rate = (account: string, points: number, expiry?: object) => ({
    points: { account, rate: { points, per: 100, of: 'amount' }, ...(expiry === undefined ? {} : { expiry }) },
  });
  const inactivity = { kind: 'inactivity', after: 'P12D', events: ['purchase', 'survey'] };
  return programOf({
    timeZone: 'Europe/London',
    events: [{ type: 'survey' }],
    points: {
      accounts: [
        {
          id: 'stars',
          negative,
          expiry: inactivity,
          caps: [
            { per: { calendar: 'day' }, points: STARS_A_DAY },
            { per: { calendar: 'month' }, points: STARS_A_MONTH },
          ],
        },
        {
          id: 'slow',
          negative,
          activation: { kind: 'after', duration: 'P4D' },
          expiry: { kind: 'fixed', dates: ['02-10', '03-05'] },
        },
        {
          id: 'asked',
          negative,
          activation: { kind: 'on', event: 'survey', within: 'P6D' },
          expiry: { kind: 'rolling', after: 'P9D' },
          caps: [{ per: { rolling: 'P3D' }, points: 60 }],
        },
      ],
    },
    campaigns: [
      {
        id: 'earn',
        kind: 'promotion',
        base: true,
        behavior: { all: [{ event: 'purchase' }] },
        outcomes: [
          rate('stars', 1),
          rate('slow', 2),
          rate('asked', 1),
          rate('stars', 1, { kind: 'rolling', after: 'P5D' }),
        ],
      },
      {
        id: 'twice',
        kind: 'promotion',
        onReturn: 'clawback',
        behavior: { all: [{ event: 'purchase', times: 2 }] },
        outcomes: [
          { points: { account: 'slow', fixed: 7, expiry: inactivity } },
          { points: { account: 'stars', fixed: 9, expiry: { kind: 'none' } } },
        ],
      },
    ],
    rewards: [
      { id: 'mug', price: { account: 'stars', points: 15 }, gives: { offer: 'o' } },
      { id: 'cup', price: { account: 'slow', points: 20 }, perCustomer: 3 },
    ],
    offers: [{ id: 'o', kind: 'physical', validity: { for: 'P6D' } }],
    returns: { window: 'P40D' },
  });
}

export interface Step {
  readonly after: number;
  readonly late: number;
  readonly imported: boolean;
  readonly what: What;
}

type What =
  | { readonly kind: 'buy'; readonly total: number }
  | { readonly kind: 'return'; readonly total: number; readonly back: number | null }
  | { readonly kind: 'adjust'; readonly account: string; readonly points: number }
  | { readonly kind: 'survey' }
  | { readonly kind: 'zone'; readonly zone: string | null }
  | { readonly kind: 'reward'; readonly rewardId: string; readonly quantity: number }
  | { readonly kind: 'refund'; readonly pick: number };

const what: fc.Arbitrary<What> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('buy' as const), total: fc.integer({ min: 0, max: 3000 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('return' as const),
      total: fc.integer({ min: 0, max: 2000 }),
      back: fc.option(fc.integer({ min: 1, max: 6 })),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('adjust' as const),
      account: fc.constantFrom('stars', 'slow', 'asked'),
      points: fc.integer({ min: -60, max: 40 }).filter((points) => points !== 0),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'survey' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('zone' as const),
      zone: fc.constantFrom('Asia/Tokyo', 'America/New_York', null),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('reward' as const),
      rewardId: fc.constantFrom('mug', 'cup', 'none'),
      quantity: fc.integer({ min: 1, max: 2 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('refund' as const), pick: fc.nat(20) }) },
);

export const ledgers: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    after: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4 * DAY_MS })),
    late: fc.oneof(
      { weight: 3, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 35 * DAY_MS }) },
    ),
    imported: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    what,
  }),
  { minLength: 1, maxLength: 40 },
);

/** Plays a history; `each` is told every step's outcomes. */
export function playLedger(
  program: Program,
  steps: readonly Step[],
  each: (scenario: Scenario, outcomes: readonly Outcome[], reported: Reported) => void,
): Scenario {
  const scenario = new Scenario(program);
  const bought: string[] = [];
  let stamp = START;
  steps.forEach(({ after, late, imported, what }, i) => {
    stamp += after;
    const event: Event = { id: `e${i}`, source: 'test', subject: 'c', time: stamp - late, ...made(what, i, bought) };
    const reported = { event, stamp, imported };
    const outcomes = scenario.report(reported);
    for (const { type, data } of outcomes) if (type === 'reward.purchased') bought.push(data.purchaseId);
    each(scenario, outcomes, reported);
  });
  return scenario;
}

function made(what: What, i: number, bought: readonly string[]): { readonly type: string; readonly data: object } {
  switch (what.kind) {
    case 'buy':
      return { type: 'purchase', data: { transactionId: `t${i}`, total: what.total } };
    case 'return': {
      const named = what.back === null ? {} : { originalTransactionId: `t${i - what.back}` };
      return { type: 'return', data: { transactionId: `t${i}`, total: what.total, ...named } };
    }
    case 'adjust':
      return { type: 'points.adjusted', data: { account: what.account, points: what.points, reason: 'test' } };
    case 'survey':
      return { type: 'survey', data: {} };
    case 'zone':
      return { type: 'profile.updated', data: { timeZone: what.zone } };
    case 'reward':
      return { type: 'reward.purchased', data: { rewardId: what.rewardId, quantity: what.quantity } };
    case 'refund':
      return {
        type: 'reward.refunded',
        data: { purchaseId: bought[what.pick % Math.max(1, bought.length)] ?? 'none' },
      };
  }
}
