/** Groups and shadows (PROGRAM: Campaigns). */
import t from 'tap';
import type { Outcome } from '../outcome.js';
import { event, giveBack, given, programOf, purchase } from './scenario.js';

const DAY = '2026-03-01T10:00:00Z';
const points = (fixed: number, account = 'stars') => ({ points: { account, fixed } });
const rate = (each: number) => ({ points: { account: 'stars', rate: { points: each, per: 100, of: 'amount' } } });
const campaign = (id: string, outcomes: object[], more: object = {}) => ({
  id,
  kind: 'promotion',
  behavior: { all: [{ event: 'purchase' }] },
  outcomes,
  ...more,
});
const FIRST = { group: 'g', best: 'first' };
const HIGHEST = { group: 'g', best: 'highest' };

/** Of the completions told: [campaign, lostTo]. */
function completions(outcomes: readonly Outcome[]) {
  return outcomes.flatMap(({ type, data }) => (type === 'behavior.completed' ? [[data.campaignId, data.lostTo]] : []));
}
function gave(outcomes: readonly Outcome[]) {
  return outcomes.flatMap(({ type, data, cause }) =>
    type === 'points.earned' ? [[cause.campaignId, data.points]] : [],
  );
}
function by(campaigns: object[], amount = 100, parts: object = {}) {
  return given(programOf({ campaigns, ...parts })).when(purchase('p', DAY, amount)).outcomes;
}

type Row = readonly [sentence: string, campaigns: object[], completed: unknown, gives: unknown, amount?: number];
const ROWS: readonly Row[] = [
  [
    'all that complete give their outcomes',
    [campaign('a', [points(1)]), campaign('b', [points(2)])],
    [
      ['a', undefined],
      ['b', undefined],
    ],
    [
      ['a', 1],
      ['b', 2],
    ],
  ],
  [
    'campaigns that share a group give the outcomes of one: the first',
    [campaign('a', [points(1)], FIRST), campaign('b', [points(2)], FIRST)],
    [
      ['a', undefined],
      ['b', 'a'],
    ],
    [['a', 1]],
  ],
  [
    'first is the first in the order of judging, by priority',
    [campaign('a', [points(1)], { ...FIRST, priority: 5 }), campaign('b', [points(2)], FIRST)],
    [
      ['b', undefined],
      ['a', 'b'],
    ],
    [['b', 2]],
  ],
  [
    'highest: the one that gives most points',
    [campaign('a', [points(1)], HIGHEST), campaign('b', [points(2)], HIGHEST)],
    [
      ['a', 'b'],
      ['b', undefined],
    ],
    [['b', 2]],
  ],
  [
    'highest compares points over all accounts',
    [campaign('a', [points(3)], HIGHEST), campaign('b', [points(2), points(2, 'miles')], HIGHEST)],
    [
      ['a', 'b'],
      ['b', undefined],
    ],
    [
      ['b', 2],
      ['b', 2],
    ],
  ],
  [
    'highest: ties go to the first',
    [campaign('a', [points(2)], HIGHEST), campaign('b', [points(2)], HIGHEST)],
    [
      ['a', undefined],
      ['b', 'a'],
    ],
    [['a', 2]],
  ],
  [
    'highest compares what a rate comes to for this event',
    [campaign('a', [points(7)], HIGHEST), campaign('b', [rate(4)], HIGHEST)],
    [
      ['a', 'b'],
      ['b', undefined],
    ],
    [['b', 8]],
    200,
  ],
  [
    'highest compares before caps and budgets',
    [
      campaign('a', [points(5)], HIGHEST),
      campaign('b', [points(9)], { ...HIGHEST, limits: { budget: { points: 1 } } }),
    ],
    [
      ['a', 'b'],
      ['b', undefined],
    ],
    [['b', 1]],
  ],
  [
    'campaigns of other groups and of none give all the same',
    [
      campaign('a', [points(1)], FIRST),
      campaign('b', [points(2)]),
      campaign('c', [points(3)], { group: 'h', best: 'first' }),
    ],
    [
      ['a', undefined],
      ['b', undefined],
      ['c', undefined],
    ],
    [
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ],
  ],
  [
    'the base may lose, and says nothing of itself',
    [campaign('a', [rate(1)], { ...HIGHEST, base: true }), campaign('b', [rate(2)], HIGHEST)],
    [['b', undefined]],
    [['b', 2]],
  ],
];

t.test('groups', (t) => {
  const parts = { points: { accounts: [{ id: 'stars' }, { id: 'miles' }] } };
  for (const [sentence, campaigns, completed, gives, amount] of ROWS) {
    const outcomes = by(campaigns, amount, parts);
    t.same(completions(outcomes), completed, sentence);
    t.same(gave(outcomes), gives, `${sentence}: gives`);
  }
  t.end();
});

t.test('a loser’s events are spent', (t) => {
  const twice = { behavior: { all: [{ event: 'purchase', times: 2 }] } };
  const program = programOf({
    campaigns: [campaign('a', [points(1)], FIRST), campaign('b', [points(2)], { ...FIRST, ...twice })],
  });
  const { scenario, outcomes } = given(program, purchase('p', DAY, 100)).when(purchase('p2', DAY, 100));
  t.same(completions(outcomes), [
    ['a', undefined],
    ['b', 'a'],
  ]);
  t.same(scenario.state!.behaviors.find(({ campaignId }) => campaignId === 'b')!.rules, []);
  t.end();
});

t.test('a loser’s limits are untouched', (t) => {
  const once = { limits: { perCustomer: 1, per: { calendar: 'month' }, total: 1 } };
  const program = programOf({
    campaigns: [
      campaign('a', [points(1)], { ...FIRST, limits: { perCustomer: 1 } }),
      campaign('b', [points(2)], { ...FIRST, ...once }),
    ],
  });
  const { scenario, outcomes } = given(program).when(purchase('p', DAY, 100));
  t.match(
    outcomes.filter(({ type }) => type === 'behavior.completed').map(({ data }) => data),
    [{ completions: 1 }, { completions: 0, lostTo: 'a' }],
  );
  t.notOk(outcomes.some(({ type }) => type === 'limit.counted'));
  t.same(gave(scenario.report(purchase('p2', DAY, 100))), [['b', 2]], 'and it gives when the other may no more');
  t.end();
});

t.test('a loser with clawback falls without having given, and its events count again', (t) => {
  const twice = { behavior: { all: [{ event: 'purchase', times: 2 }] }, onReturn: 'clawback' };
  const program = programOf({
    campaigns: [campaign('a', [points(1)], FIRST), campaign('b', [points(2)], { ...FIRST, ...twice })],
  });
  const { scenario } = given(program, purchase('p', DAY, 100), purchase('p2', DAY, 100));
  const outcomes = scenario.report(giveBack('r', '2026-03-02T10:00:00Z', 'p2', 100));
  t.match(
    outcomes.find(({ type }) => type === 'behavior.reverted'),
    { data: { campaignId: 'b', completions: 0 } },
  );
  t.notOk(outcomes.some(({ type }) => type === 'points.reversed'));
  t.equal(scenario.state!.behaviors.find(({ campaignId }) => campaignId === 'b')!.rules[0]!.matches.length, 1);
  t.end();
});

t.test('shadow: judged and counted, nothing given', (t) => {
  const shadow = campaign('s', [points(5), { tag: { add: 'x' } }], {
    shadow: true,
    limits: { perCustomer: 2 },
    behavior: { all: [{ event: 'purchase', times: 2 }] },
  });
  const { scenario } = given(programOf({ campaigns: [shadow] }));
  t.match(
    scenario.report(purchase('p1', DAY, 100)).find(({ type }) => type === 'behavior.progressed'),
    { data: { campaignId: 's', shadow: true } },
  );
  const told = scenario.report(purchase('p2', DAY, 100));
  t.match(
    told.find(({ type }) => type === 'behavior.completed'),
    { data: { campaignId: 's', completions: 1, shadow: true } },
  );
  for (const id of ['p3', 'p4', 'p5', 'p6']) scenario.report(purchase(id, DAY, 100));
  t.equal(scenario.state!.behaviors[0]!.completions, 2, 'its limits hold as if it gave');
  t.same([scenario.state!.accounts, scenario.state!.tags], [[], []]);
  t.end();
});

t.test('a shadow takes no part in its group', (t) => {
  const outcomes = by([campaign('s', [points(9)], { ...HIGHEST, shadow: true }), campaign('a', [points(1)], HIGHEST)]);
  t.same(completions(outcomes), [
    ['s', undefined],
    ['a', undefined],
  ]);
  t.same(gave(outcomes), [['a', 1]]);
  t.end();
});

t.test('{status: {set, reason}} sets the status; what is set already gives no outcome', (t) => {
  const program = programOf({
    statuses: [{ id: 'good', default: true }, { id: 'vip' }],
    events: [{ type: 'asked' }],
    campaigns: [
      campaign('up', [{ status: { set: 'vip', reason: 'asked' } }], { behavior: { all: [{ event: 'asked' }] } }),
    ],
  });
  const { scenario, outcomes } = given(program).when(event('asked', 'e', DAY, {}));
  t.match(
    outcomes.find(({ type }) => type === 'status.changed'),
    { cause: { campaignId: 'up' }, data: { from: 'good', to: 'vip', reason: 'asked' } },
  );
  t.notOk(scenario.report(event('asked', 'e2', DAY, {})).some(({ type }) => type === 'status.changed'));
  t.equal(scenario.state!.status, 'vip');
  t.end();
});

const LEVELS = {
  tiers: [
    {
      id: 'main',
      basis: { points: 'status' },
      window: { calendar: 'year' },
      levels: [
        { id: 'low', atLeast: 0 },
        { id: 'mid', atLeast: 100, onEntry: [{ tag: { add: 'mid' } }] },
        { id: 'top', atLeast: 1000 },
      ],
    },
  ],
  points: { accounts: [{ id: 'stars' }, { id: 'status' }] },
};

t.test('{tier: {system, level}} is a move to that level', (t) => {
  const program = programOf({ ...LEVELS, campaigns: [campaign('lift', [{ tier: { system: 'main', level: 'mid' } }])] });
  const { scenario, outcomes } = given(program).when(purchase('p', DAY, 100));
  t.match(
    outcomes.filter(({ type }) => type === 'tier.changed').map(({ data, cause }) => [data, cause.campaignId]),
    [
      [{ from: null, to: 'low' }, 'lift'],
      [{ from: 'low', to: 'mid', reason: 'moved' }, 'lift'],
    ],
  );
  t.same(
    scenario.state!.tags.map(({ tag }) => tag),
    ['mid'],
  );
  t.end();
});

t.test('clawback undoes a tier move', (t) => {
  const lift = campaign('lift', [{ tier: { system: 'main', level: 'mid' } }], { onReturn: 'clawback' });
  const program = programOf({ ...LEVELS, campaigns: [lift] });
  const { scenario } = given(program, purchase('p', DAY, 100));
  t.equal(scenario.state!.tiers[0]!.level, 'mid');
  const outcomes = scenario.report(giveBack('r', '2026-03-02T10:00:00Z', 'p', 100));
  t.match(
    outcomes.find(({ type }) => type === 'tier.changed'),
    { data: { from: 'mid', to: 'low', reason: 'undone' } },
  );
  t.end();
});
