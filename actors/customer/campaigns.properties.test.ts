/** What must hold of campaigns over several customers, whatever they do: shared limits, groups, shadows, outcomes counted. */
import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import type { Outcome } from '../outcome.js';
import { histories } from './histories.js';
import { MemoryHistory } from './history.memory.js';
import { decide } from './judge.js';
import { programOf, type Reported, Scenario } from './scenario.js';
import { recordedLimits } from './shared-limits.js';
import { MemoryLimits } from './shared-limits.memory.js';
import { copyOf } from './state.js';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
t.comment(`seed ${seed}`);

const TOTAL = 5;
const BUDGET = 50;
const points = (fixed: number, account = 'stars') => ({ points: { account, fixed } });
const campaign = (id: string, all: object[], outcomes: object[], more: object = {}) => ({
  id,
  kind: 'promotion',
  behavior: { all },
  outcomes,
  ...more,
});
const bought = { event: 'purchase' };
const rate = { points: { account: 'stars', rate: { points: 1, per: 100, of: 'amount' } } };

function program(onReturn: 'keep' | 'clawback') {
  const carry = { event: 'purchase', sum: { of: 'amount', atLeast: 700, carry: true } };
  return programOf({
    statuses: [
      { id: 'good', default: true },
      { id: 'bad', earns: false },
    ],
    events: [{ type: 'survey' }],
    points: {
      accounts: [
        { id: 'stars', expiry: { kind: 'rolling', after: 'P9D' } },
        { id: 'status', caps: [{ per: { calendar: 'day' }, points: 25 }] },
      ],
    },
    tiers: [
      {
        id: 'main',
        basis: { points: 'status' },
        window: { calendar: 'month' },
        levels: [
          { id: 'low', atLeast: 0 },
          { id: 'mid', atLeast: 30 },
          { id: 'top', atLeast: 90 },
        ],
      },
    ],
    campaigns: [
      campaign('earn', [bought], [rate], { base: true, group: 'g', best: 'highest' }),
      campaign('rival', [{ event: 'purchase', times: 2 }], [points(9), points(9, 'status')], {
        group: 'g',
        best: 'highest',
        onReturn,
      }),
      campaign('total', [carry], [{ tag: { add: 'early' } }], { limits: { total: TOTAL }, onReturn }),
      campaign('budget', [bought], [points(7), points(6, 'status')], {
        limits: { budget: { points: BUDGET } },
        onReturn,
      }),
      campaign('shadow', [{ event: 'purchase', times: 2 }], [points(1000)], {
        shadow: true,
        limits: { perCustomer: 3 },
      }),
      campaign('move', [{ event: 'survey' }], [{ tier: { system: 'main', level: 'mid' } }]),
      campaign('risen', [{ event: 'tier.changed', where: { field: 'data.to', eq: 'mid' } }], [points(3)], {
        limits: { total: 4 },
      }),
      campaign('chain', [{ event: 'points.earned', times: 3 }], [points(2)]),
      campaign('lapsed', [{ event: 'points.expired' }], [{ tag: { add: 'lapsed', for: 'P1D' } }]),
    ],
  });
}

/** Several customers over one time, taking from the same limits. */
class Brand {
  readonly limits = new MemoryLimits();
  readonly customers: Scenario[];

  constructor(of: ReturnType<typeof program>) {
    this.customers = [0, 1, 2].map(() => {
      const scenario = new Scenario(of);
      scenario.shared = this.limits;
      return scenario;
    });
  }

  completions(campaignId: string): number {
    let sum = 0;
    for (const { state } of this.customers) {
      sum += state?.behaviors.find((progress) => progress.campaignId === campaignId)?.completions ?? 0;
    }
    return sum;
  }
}

const plays = fc.tuple(
  fc.constantFrom('keep' as const, 'clawback' as const),
  histories,
  fc.array(fc.nat(2), { minLength: 40, maxLength: 40 }),
);

function play(
  [onReturn, history, who]: readonly ['keep' | 'clawback', readonly Reported[], readonly number[]],
  each: (brand: Brand, outcomes: readonly Outcome[]) => void,
): void {
  const brand = new Brand(program(onReturn));
  const entries = [0, 0, 0];
  history.forEach((reported, i) => {
    const place = who[i]!;
    const customer = brand.customers[place]!;
    const state = customer.state === undefined ? undefined : copyOf(customer.state);
    const past = new MemoryHistory();
    past.absorb(customer.history);
    const outcomes = customer.report(reported);
    const { event, stamp = event.time, imported = false } = reported;
    const entry = { kind: 'event', position: `0-${++entries[place]!}`, stamp, event, imported } as const;
    const again = decide(state, entry, customer.program, past, recordedLimits(outcomes));
    deepStrictEqual(again, outcomes, 'judged again from what was recorded');
    each(brand, outcomes);
  });
}

t.test('shared limits are never exceeded, and are what stands of what was given', (t) => {
  fc.assert(
    fc.property(plays, (given) => {
      let taken = 0;
      play(given, (brand, outcomes) => {
        for (const { type, data, cause } of outcomes)
          if (type === 'points.earned' && cause.campaignId === 'budget') taken += data.points;
        const [total, risen, budget] = [
          brand.limits.count('total', 'total'),
          brand.limits.count('total', 'risen'),
          brand.limits.count('budget', 'budget'),
        ];
        if (total > TOTAL || risen > 4 || budget > BUDGET || budget < 0 || total < 0)
          throw new Error(`${total} ${risen} ${budget}`);
        deepStrictEqual([total, risen], [brand.completions('total'), brand.completions('risen')]);
        if (given[0] === 'keep') deepStrictEqual(budget, taken);
      });
    }),
    { seed, numRuns: 300 },
  );
  t.end();
});

t.test('of a group one gives, and a shadow nothing', (t) => {
  fc.assert(
    fc.property(plays, (given) => {
      play(given, (_brand, outcomes) => {
        const gave = new Set<string>();
        for (const { type, cause } of outcomes) {
          const { campaignId } = cause;
          if (campaignId === 'shadow' && !type.startsWith('behavior.') && !type.startsWith('progress.'))
            throw new Error(`the shadow gave ${type}`);
          if (type === 'points.earned' && (campaignId === 'earn' || campaignId === 'rival')) gave.add(campaignId);
        }
        if (gave.size > 1) throw new Error('both of the group gave');
        for (const { type, data } of outcomes) {
          if (type === 'behavior.completed' && data.lostTo !== undefined && gave.has(data.campaignId))
            throw new Error('a loser gave');
        }
      });
    }),
    { seed, numRuns: 300 },
  );
  t.end();
});
