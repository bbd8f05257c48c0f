/** What both customers of a merge have counted, capped and reached, as it stands together (PROGRAM: Merge). */
import t from 'tap';
import type { Outcome } from '../outcome.js';
import { event, giveBack, programOf, purchase, type Reported } from './scenario.js';
import { Pair } from './testing/pair.js';

const noon = (day: string) => `2026-${day}T12:00:00Z`;
const buy = (day: string, what: number | object = 100) => purchase(`b${day}`, noon(day), what);
const ask = (day: string) => event('survey', `s${day}`, noon(day), {});
const say = (day: string) => event('tag.removed', `x${day}`, noon(day), { tag: 'none' });
const named = (outcomes: readonly Outcome[], ...types: string[]) =>
  outcomes.filter(({ type }) => types.includes(type)).map(({ type }) => type);

type Shown = { readonly rules: Readonly<Record<string, { readonly have: number; readonly dueAt?: string | null }>> };

/** Ann, bob, and what each rule then has; what is reported next, and whether it completes. */
type Row = readonly [
  name: string,
  behavior: object,
  ann: readonly Reported[],
  bob: readonly Reported[],
  have: readonly number[],
  next: Reported,
  completes: boolean,
];

const ROWS: readonly Row[] = [
  [
    'steps of the old one that is further on stay, and what the survivor has matched counts from there on',
    { sequence: [{ event: 'purchase' }, { event: 'survey', times: 2 }] },
    [buy('05-01')],
    [ask('05-02')],
    [1, 1],
    ask('05-11'),
    true,
  ],
  [
    'and what the old one has matched counts for a step the survivor has come to',
    { sequence: [{ event: 'purchase' }, { event: 'survey', times: 2 }] },
    [ask('05-02')],
    [buy('05-01')],
    [1, 1],
    ask('05-11'),
    true,
  ],
  [
    'of two who are as far the survivor’s steps stay',
    { sequence: [{ event: 'purchase' }, { event: 'survey', times: 2 }] },
    [buy('05-01'), ask('05-02')],
    [buy('05-03')],
    [1, 0],
    ask('05-11'),
    false,
  ],
  [
    'a finished step takes none of the other’s events for its own',
    { sequence: [{ event: 'purchase', times: 2 }, { event: 'survey' }] },
    [buy('05-02')],
    [buy('05-01'), buy('05-03')],
    [2, 0],
    ask('05-11'),
    true,
  ],
  [
    'a finished step of the old one does neither',
    { sequence: [{ event: 'purchase', times: 2 }, { event: 'survey' }] },
    [buy('05-01'), buy('05-03')],
    [buy('05-02')],
    [2, 0],
    ask('05-11'),
    true,
  ],
  [
    'a window sinceFirst is opened by the earliest of both',
    { all: [{ event: 'purchase', times: 4, within: { sinceFirst: 'P20D' } }] },
    [buy('04-20'), buy('04-21'), buy('04-22'), buy('04-23'), buy('05-01')],
    [buy('05-03')],
    [2],
    buy('05-11'),
    false,
  ],
  [
    'a unit that closed a streak of one serves none of the other',
    { all: [{ event: 'purchase', streak: { unit: 'day', atLeast: 2 } }] },
    [purchase('a', '2026-05-09T13:00:00Z', 100)],
    [buy('05-08'), buy('05-09')],
    [0],
    buy('05-10'),
    false,
  ],
];

t.test('what both have counted stands together', (t) => {
  for (const [name, behavior, ann, bob, have, next, completes] of ROWS) {
    const campaign = { id: 'c', kind: 'promotion', behavior, outcomes: [{ tag: { add: 'done' } }] };
    const two = new Pair(programOf({ events: [{ type: 'survey' }], campaigns: [campaign] }));
    for (const each of ann) two.report('ann', each);
    for (const each of bob) two.report('bob', each);
    two.merge('2026-05-10T10:00:00Z');
    const { rules } = (two.profile('2026-05-10T10:00:00Z').behaviors as unknown as { c: Shown }).c;
    t.same(
      Object.values(rules).map((rule) => rule.have),
      have,
      name,
    );
    t.equal(named(two.report('bob', next), 'behavior.completed').length, completes ? 1 : 0, name);
  }
  t.end();
});

t.test('what the other has matched counts for a finished step once that is undone', (t) => {
  const behavior = { sequence: [{ rule: 'two', event: 'purchase', times: 2 }, { event: 'survey' }] };
  const campaign = { id: 'c', kind: 'promotion', behavior, outcomes: [{ tag: { add: 'done' } }] };
  const two = new Pair(programOf({ events: [{ type: 'survey' }], campaigns: [campaign] }));
  for (const day of ['05-01', '05-03']) two.report('bob', buy(day));
  two.report('ann', buy('05-02'));
  two.merge('2026-05-10T10:00:00Z');
  two.report('bob', giveBack('r', noon('05-11'), 'b05-03', 100));
  const { rules } = (two.profile(noon('05-11')).behaviors as unknown as { c: Shown }).c;
  t.equal(rules.two!.have, 2);
  t.end();
});

t.test('a return by a name that both have used is of the survivor’s purchase, and undoes nothing of the other', (t) => {
  const two = new Pair(
    programOf({
      campaigns: [
        {
          id: 'c',
          kind: 'promotion',
          behavior: { all: [{ rule: 'three', event: 'purchase', times: 3 }] },
          outcomes: [{ tag: { add: 'done' } }],
        },
      ],
    }),
  );
  const same = (id: string, day: string) => event('purchase', id, noon(day), { transactionId: 't', total: 100 });
  two.report('ann', same('a', '05-01'));
  two.report('ann', giveBack('r1', noon('05-02'), 't', 60));
  two.report('bob', same('b', '05-03'));
  two.merge('2026-05-10T10:00:00Z');
  t.match(two.report('bob', giveBack('r2', noon('05-11'), 't', 100)), [{}, { type: 'return.recorded' }]);
  const { rules } = (two.profile(noon('05-11')).behaviors as unknown as { c: Shown }).c;
  t.equal(rules.three!.have, 1);
  t.end();
});

t.test('an absence is waited for from the last match of both, also where the survivor’s has fired', (t) => {
  const behavior = { all: [{ rule: 'gone', event: 'purchase', absent: true, within: { rolling: 'P10D' } }] };
  const campaign = { id: 'c', kind: 'promotion', behavior, outcomes: [{ tag: { add: 'gone' } }] };
  const two = new Pair(programOf({ campaigns: [campaign] }));
  two.report('ann', buy('04-01'));
  two.report('ann', buy('05-08'));
  two.report('bob', buy('04-10'));
  two.report('bob', say('05-01'));
  two.merge('2026-05-10T10:00:00Z');
  const { rules } = (two.profile('2026-05-10T10:00:00Z').behaviors as unknown as { c: Shown }).c;
  t.equal(rules.gone!.dueAt, '2026-05-18T12:00:00Z');
  t.end();
});

t.test('completions that may fall stand in the order in which they came about', (t) => {
  const behavior = { all: [{ event: 'purchase' }] };
  const campaign = { id: 'c', kind: 'promotion', behavior, outcomes: [{ tag: { add: 'x' } }], onReturn: 'clawback' };
  const two = new Pair(programOf({ campaigns: [campaign] }));
  two.report('ann', buy('05-05'));
  two.report('bob', buy('05-04'));
  two.report('ann', { ...buy('05-01'), stamp: Date.parse(noon('05-06')) });
  two.merge('2026-05-10T10:00:00Z');
  t.same(
    two.states.bob!.behaviors[0]!.completed.map(({ at }) => at),
    ['05-05', '05-04', '05-01'].map((day) => Date.parse(noon(day))),
  );
  t.end();
});

t.test('caps are of both: what is reversed gives room back to the period, whosever it was', (t) => {
  const account = { id: 'stars', caps: [{ per: { calendar: 'month' }, points: 40 }] };
  const campaign = {
    id: 'earn',
    kind: 'promotion',
    base: true,
    behavior: { all: [{ event: 'purchase' }] },
    outcomes: [{ points: { account: 'stars', rate: { points: 1, per: 100, of: 'amount' } } }],
  };
  const two = new Pair(programOf({ points: { accounts: [account] }, campaigns: [campaign] }));
  two.report('ann', buy('05-12', 1_000));
  two.report('bob', buy('05-13', 500));
  two.merge(noon('05-14'));
  two.report('bob', giveBack('r1', noon('05-15'), 'b05-13', 500));
  two.report('bob', giveBack('r2', noon('05-15'), 'b05-12', 1_000));
  const earned = two.report('bob', buy('05-16', 9_000)).find(({ type }) => type === 'points.earned');
  t.match(earned, { data: { points: 40, clippedBy: 'cap' } });
  t.end();
});

const counting = (more: object, mid: object = {}) => ({
  id: 'main',
  basis: { count: 'purchase' },
  levels: [
    { id: 'low', atLeast: 0, onEntry: [{ tag: { add: 'in' } }] },
    { id: 'mid', atLeast: 1, ...mid },
  ],
  ...more,
});

t.test('a level that was given with a window’s end stays', (t) => {
  const tier = counting(
    { window: { calendar: 'month' }, upgrade: 'windowEnd' },
    { onEntry: [{ tag: { add: 'mid' } }] },
  );
  const two = new Pair(programOf({ tiers: [tier] }));
  two.report('ann', buy('04-10'));
  two.report('ann', say('05-05'));
  two.report('bob', say('05-06'));
  const outcomes = two.merge('2026-05-10T10:00:00Z');
  const [since, until] = ['2026-04-30T23:59:59Z', '2026-05-31T23:59:59Z'].map(Date.parse);
  t.match(
    outcomes.filter(({ type }) => type === 'tier.changed'),
    [{ data: { from: 'low', to: 'mid', since, until, reason: 'merged' } }],
  );
  t.same(named(outcomes, 'tag.added'), []);
  t.end();
});

t.test('a level both wait for is given with the earlier window’s end, and held to the later', (t) => {
  const tier = counting({ window: { calendar: 'day' }, upgrade: 'windowEnd' });
  const two = new Pair(programOf({ tiers: [tier] }));
  const zone = event('profile.updated', 'z', '2026-05-05T01:00:00Z', { timeZone: 'Asia/Tokyo' });
  two.report('ann', buy('05-05'));
  two.report('bob', zone);
  two.report('bob', purchase('b', '2026-05-05T02:00:00Z', 100));
  two.merge(noon('05-05'));
  const outcomes = two.report('bob', say('05-06'));
  const [since, until] = ['2026-05-05T14:59:59Z', '2026-05-06T23:59:59Z'].map(Date.parse);
  t.match(
    outcomes.filter(({ type }) => type === 'tier.changed'),
    [{ data: { to: 'mid', since, until } }],
  );
  t.end();
});

t.test('a level that a move took away comes back with its own until when that is undone', (t) => {
  const tier = counting({ window: { rolling: 'P10D' } });
  const move = {
    id: 'down',
    kind: 'promotion',
    behavior: { all: [{ event: 'purchase', where: { field: 'amount', gte: 900 } }, { event: 'survey' }] },
    outcomes: [{ tier: { system: 'main', level: 'low' } }],
    onReturn: 'clawback',
  };
  const two = new Pair(programOf({ events: [{ type: 'survey' }], tiers: [tier], campaigns: [move] }));
  two.report('ann', buy('05-01'));
  two.report('bob', buy('05-08', 900));
  two.report('bob', ask('05-09'));
  two.merge('2026-05-10T10:00:00Z');
  const until = () => (two.profile('2026-05-10T12:00:00Z').tiers as unknown as { main: { until: string } }).main.until;
  two.report('bob', giveBack('r', '2026-05-10T11:00:00Z', 'b05-08', 900));
  t.equal(until(), '2026-05-18T12:00:00Z');
  t.end();
});

t.test('where neither has a level yet the survivor’s first event gives the lowest, with its entry', (t) => {
  const two = new Pair(programOf({ tiers: [counting({ window: { calendar: 'month' } })] }));
  two.report('ann', event('reward.refunded', 'r', noon('05-01'), { purchaseId: 'none' }));
  t.same(named(two.merge('2026-05-10T10:00:00Z'), 'tier.changed', 'tag.added'), ['tier.changed', 'tag.added']);
  t.end();
});
