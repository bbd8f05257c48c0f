/** What must hold through a merge, whatever two customers did before and do after it. */
import { deepStrictEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { Packr } from 'msgpackr';
import t from 'tap';
import type { Program } from '../program/program.js';
import { nextDue } from './due.js';
import { histories, richProgram } from './histories.js';
import { judge } from './judge.js';
import { fromRow, toRow } from './row.js';
import { programOf, type Reported } from './scenario.js';
import { NOTHING_TAKEN } from './shared-limits.js';
import type { CustomerState } from './state.js';
import { Pair } from './testing/pair.js';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
t.comment(`seed ${seed}`);
const packr = new Packr({ useRecords: false });

/** Every kind of rule, activation, expiry and tier window. */
function wideProgram(): Program {
  const campaign = (id: string, behavior: object, more: object = {}) => ({
    id,
    kind: 'promotion',
    behavior,
    outcomes: [{ points: { account: 'stars', fixed: 7 } }, { tag: { add: id, for: 'P9D' } }],
    ...more,
  });
  const bought = (more: object) => ({ event: 'purchase', ...more });
  return programOf({
    events: [{ type: 'survey' }],
    statuses: [{ id: 'good', default: true }, { id: 'bad' }],
    points: {
      accounts: [
        {
          id: 'stars',
          activation: { kind: 'after', duration: 'P2D' },
          expiry: { kind: 'inactivity', after: 'P12D', events: ['purchase'] },
          caps: [{ per: { rolling: 'P10D' }, points: 40 }],
        },
        {
          id: 'status',
          activation: { kind: 'on', event: 'survey', within: 'P5D' },
          expiry: { kind: 'fixed', dates: ['03-31'] },
        },
      ],
    },
    tiers: [
      {
        id: 'main',
        basis: { points: 'stars' },
        window: { rolling: 'P30D' },
        downgrade: { how: 'oneDown', grace: 'P3D' },
        levels: [
          { id: 'a', atLeast: 0 },
          { id: 'b', atLeast: 15, onEntry: [{ tag: { add: 'b' } }] },
          { id: 'c', atLeast: 40 },
        ],
      },
    ],
    campaigns: [
      campaign(
        'rate',
        { all: [bought({})] },
        {
          base: true,
          outcomes: [
            { points: { account: 'stars', rate: { points: 1, per: 100, of: 'amount' }, multiply: 'tier' } },
            { points: { account: 'status', rate: { points: 1, per: 50, of: 'amount' } } },
          ],
        },
      ),
      campaign('steps', {
        sequence: [bought({ times: 2 }), { event: 'survey' }, bought({ sum: { of: 'amount', atLeast: 500 } })],
      }),
      campaign('claw', { all: [bought({ times: 3, within: { rolling: 'P20D' } })] }, { onReturn: 'clawback' }),
      campaign('carry', { all: [bought({ sum: { of: 'amount', atLeast: 1500, carry: true } })] }),
      campaign('streak', { all: [bought({ streak: { unit: 'week', atLeast: 3 } })] }),
      campaign('first', { any: [bought({ times: 3, within: { sinceFirst: 'P6D' } }), { event: 'survey', times: 2 }] }),
      campaign('gone', { all: [bought({ absent: true, within: { rolling: 'P8D' } })] }, { limits: { perCustomer: 2 } }),
    ],
  });
}

const PROGRAMS = { allow: richProgram('allow'), clamp: richProgram('clamp'), wide: wideProgram() };
const programs = fc.constantFrom(...(Object.keys(PROGRAMS) as (keyof typeof PROGRAMS)[]));
const MERGING: ReadonlySet<string> = new Set([
  'entry.judged',
  'tier.counted',
  'state.moved',
  'tier.changed',
  'customer.merged',
]);

/** Ids of each its own. */
function named(prefix: string, history: readonly Reported[]): Reported[] {
  return history.map(({ event, stamp }) => {
    const data = { ...(event.data as Record<string, unknown>) };
    for (const key of ['transactionId', 'originalTransactionId'])
      if (typeof data[key] === 'string') data[key] = prefix + data[key];
    return { event: { ...event, id: prefix + event.id, data }, ...(stamp === undefined ? {} : { stamp }) };
  });
}

/** Both live, ann is merged into bob, and bob lives on, also as who returns what ann bought. */
function lived(program: Program, ann: readonly Reported[], bob: readonly Reported[], after: readonly Reported[]): Pair {
  const pair = new Pair(program);
  for (const reported of named('a', ann)) pair.report('ann', reported);
  for (const reported of named('b', bob)) pair.report('bob', reported);
  const last = Math.max(pair.states.ann!.arrival, pair.states.bob!.arrival);
  pair.merge(new Date(last).toISOString(), 'ann', last);
  for (const { event } of named('a', after)) {
    pair.report('bob', { event: { ...event, id: `after-${event.id}`, time: last }, stamp: last + event.time });
    check(pair.states.bob!);
  }
  return pair;
}

function check(state: CustomerState): void {
  deepStrictEqual(fromRow(packr.unpack(packr.pack(toRow(state)))), state, 'row');
  for (const account of state.accounts) {
    const { active, pending, debt, earned, adjusted, spent, expired, cancelled, reversed } = account;
    equal(earned + adjusted, active + pending + spent + expired + cancelled + reversed - debt, 'ledger identity');
    equal(
      account.lots.reduce((sum, { left }) => sum + left, 0),
      active,
      'lots',
    );
    equal(
      account.waiting.reduce((sum, { left }) => sum + left, 0),
      pending,
      'waiting lots',
    );
    for (let i = 1; i < account.lots.length; i++)
      ok((account.lots[i - 1]!.expiresAt ?? Infinity) <= (account.lots[i]!.expiresAt ?? Infinity), 'order of lots');
  }
  for (let i = 3; i < state.spend.length; i += 3) ok(state.spend[i - 3]! <= state.spend[i]!, 'spend by time');
}

t.test('rows, the ledger identity and the fold hold through merges', (t) => {
  fc.assert(
    fc.property(programs, histories, histories, histories, (name, ann, bob, after) => {
      check(lived(PROGRAMS[name], ann, bob, after).states.bob!);
    }),
    { seed, numRuns: 300 },
  );
  t.end();
});

t.test('nothing is made or lost by a merge: sums are those of both', (t) => {
  fc.assert(
    fc.property(programs, histories, histories, (name, ann, bob) => {
      const pair = new Pair(PROGRAMS[name]);
      for (const reported of named('a', ann)) pair.report('ann', reported);
      for (const reported of named('b', bob)) pair.report('bob', reported);
      const both = [pair.states.ann!, pair.states.bob!].map(sums);
      const last = Math.max(pair.states.ann!.arrival, pair.states.bob!.arrival);
      const outcomes = pair.merge(new Date(last).toISOString(), 'ann', last);
      // What fell due meanwhile is told beside it.
      if (outcomes.every(({ type }) => MERGING.has(type)))
        deepStrictEqual(
          sums(pair.states.bob!),
          both[0]!.map((sum, i) => sum + both[1]![i]!),
        );
      ok(
        !outcomes.some(({ type, cause }) => type === 'behavior.completed' && cause.eventId === 'm'),
        'nothing completes',
      );
    }),
    { seed, numRuns: 300 },
  );
  t.end();
});

function sums(state: CustomerState): number[] {
  const { purchases, returns, net } = state.totals;
  const of = (id: string, key: 'active' | 'pending' | 'debt' | 'earned' | 'expired' | 'reversed' | 'adjusted') =>
    state.accounts.find((account) => account.id === id)?.[key] ?? 0;
  const keys = ['active', 'pending', 'debt', 'earned', 'expired', 'reversed', 'adjusted'] as const;
  return [
    purchases,
    returns,
    net,
    state.spend.length,
    state.offers.length,
    ...keys.map((key) => of('stars', key)),
    ...keys.map((key) => of('status', key)),
    state.behaviors.reduce((sum, { completions }) => sum + completions, 0),
    state.behaviors.reduce((sum, { completed }) => sum + completed.length, 0),
  ];
}

t.test('what a survivor has pending comes to an end', (t) => {
  fc.assert(
    fc.property(programs, histories, histories, (name, ann, bob) => {
      const program = PROGRAMS[name];
      const pair = lived(program, ann, bob, []);
      let state = pair.states.bob!;
      for (let years = 0; years < 3; years++) {
        const stamp = state.arrival + 400 * 86_400_000;
        const entry = { kind: 'due', position: `9-${years + 1}`, stamp, customerId: 'bob' } as const;
        state = judge(state, entry, program, pair.histories.bob, NOTHING_TAKEN).state;
        check(state);
        const due = nextDue(state);
        ok(due === null || due > stamp, 'nothing due is left');
      }
    }),
    { seed, numRuns: 150 },
  );
  t.end();
});
