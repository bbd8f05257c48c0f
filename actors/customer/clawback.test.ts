/**
 * `onReturn: clawback`, sentence by sentence (PROGRAM: Behaviors, "A return"; "Edges: Behaviors" and "Points"). It is
 * long because everything that can be given is taken back here, from every kind of behavior.
 */
import t from 'tap';
import type { Json } from '../event.js';
import { limits } from '../limits.js';
import type { Outcome } from '../outcome.js';
import type { Program } from '../program/program.js';
import { accountOf } from './account-state.js';
import { evolve } from './evolve.js';
import { decide } from './judge.js';
import { progressOf } from './progress.js';
import { arriving, EARN, event, giveBack, given, line, programOf, purchase, type Scenario } from './scenario.js';
import { NOTHING_TAKEN } from './shared-limits.js';
import { tagOf } from './tags.js';

const OFFERS = [{ id: 'o', kind: 'closedLoop', validity: { for: 'P30D' } }];
const FIFTY = { points: { account: 'stars', fixed: 50 } };
const GIVES = [FIFTY, { offer: 'o' }, { tag: { add: 'done' } }];

/** One campaign `c` with clawback. */
function clawback(rules: object[], outcomes: object[] = GIVES, more: object = {}): Program {
  const campaign = { id: 'c', kind: 'promotion', behavior: { all: rules }, outcomes, onReturn: 'clawback', ...more };
  return programOf({ offers: OFFERS, campaigns: [campaign] });
}

const buy = (id: string, day: string, what: number | object = 1000) => purchase(id, `${day}T12:00:00Z`, what);
const back = (id: string, of: string, what: number | object = 1000, day = '2026-03-20') =>
  giveBack(id, `${day}T12:00:00Z`, of, what);

/** What a report did, in short. */
function course(outcomes: readonly Outcome[]): string[] {
  const shown: string[] = [];
  for (const { type, data } of outcomes) {
    if (type === 'behavior.completed') shown.push(`completed ${data.completions}`);
    else if (type === 'behavior.reverted') shown.push(`reverted ${data.completions}`);
    else if (type === 'behavior.progressed') shown.push(`have ${data.rules.map(({ have }) => have).join('/')}`);
    else if (type === 'points.earned') shown.push(`+${data.points}`);
    else if (type === 'points.reversed') shown.push(`-${data.points}`);
    else if (type === 'offer.issued' || type === 'offer.voided') shown.push(`${type} ${data.offerId}`);
    else if (type === 'tag.added' || type === 'tag.removed') shown.push(`${type} ${data.tag}`);
  }
  return shown;
}

const twice = [{ event: 'purchase', times: 2 }];

t.test('a completion falls when what is left of its own events no longer satisfies it', (t) => {
  const { scenario } = given(clawback(twice), buy('a', '2026-03-01'), buy('b', '2026-03-02'));
  t.same(course(scenario.report(back('r', 'b', 999))), [], 'a purchase of which any is left still matches');
  t.same(course(scenario.report(back('s', 'b', 1))), [
    'reverted 0',
    '-50',
    'offer.voided o',
    'tag.removed done',
    'have 1',
  ]);
  t.end();
});

t.test('onReturn: keep, the default, leaves it', (t) => {
  const { scenario } = given(
    clawback(twice, GIVES, { onReturn: 'keep' }),
    buy('a', '2026-03-01'),
    buy('b', '2026-03-02'),
  );
  t.same(course(scenario.report(back('r', 'b'))), []);
  t.same(progressOf(scenario.state!, 'c')!.completed, []);
  t.end();
});

t.test('clawback reverses its fixed points wholly, also after caps and a return in part', (t) => {
  const rules = [{ event: 'purchase', sum: { of: 'amount', atLeast: 800 } }];
  const { scenario } = given(clawback(rules, [FIFTY]), buy('a', '2026-03-01', 1000));
  t.same(course(scenario.report(back('r', 'a', 200))), []);
  t.same(course(scenario.report(back('s', 'a', 1))), ['reverted 0', '-50', 'have 799']);
  t.match(accountOf(scenario.state!, 'stars'), { earned: 50, reversed: 50, active: 0 });
  t.end();
});

t.test('what has been spent of them follows negative', (t) => {
  const { scenario } = given(
    clawback(twice, [FIFTY]),
    buy('a', '2026-03-01'),
    buy('b', '2026-03-02'),
    event('points.adjusted', 'm', '2026-03-03T00:00:00Z', { account: 'stars', points: -30, reason: 'x' }),
  );
  scenario.report(back('r', 'a'));
  t.match(accountOf(scenario.state!, 'stars'), { active: 0, debt: 30, reversed: 50 });
  t.end();
});

t.test('a used offer stays and is named in behavior.reverted.notTaken, also when its time has passed since', (t) => {
  for (const [uses, left, day] of [
    [1, 0, '2026-03-20'],
    [1, 0, '2026-05-01'],
    [3, 2, '2026-03-20'],
    [3, 2, '2026-05-01'],
  ] as const) {
    const offers = [{ ...OFFERS[0]!, uses }];
    const { document } = clawback(twice, [{ offer: 'o' }]);
    const program = programOf({ ...document, offers });
    const { scenario } = given(program, buy('a', '2026-03-01'), buy('b', '2026-03-02'));
    const issueId = scenario.state!.offers[0]!.id;
    const told = { id: '0-3-0', customerId: 'c', time: 0, cause: {} };
    const data = { issueId, offerId: 'o', usesLeft: left };
    const state = evolve(scenario.state, { ...told, type: 'offer.redeemed', data });
    const { event: returned } = back('r', 'b', 1000, day);
    const entry = { kind: 'event', position: '0-9', stamp: returned.time, event: returned, imported: false } as const;
    const outcomes = decide(state, entry, scenario.program, scenario.history, NOTHING_TAKEN);
    t.match(
      outcomes.find(({ type }) => type === 'behavior.reverted'),
      { data: { completions: 0, notTaken: [{ issueId, offerId: 'o' }] } },
      `${left} of ${uses} left on ${day}`,
    );
    t.notOk(outcomes.some(({ type }) => type === 'offer.voided'));
  }
  t.end();
});

t.test('an offer that has expired is neither taken back nor named', (t) => {
  const { scenario } = given(clawback(twice, [{ offer: 'o' }]), buy('a', '2026-03-01'), buy('b', '2026-03-02'));
  const outcomes = scenario.report(back('r', 'b', 1000, '2026-05-01'));
  t.match(
    outcomes.find(({ type }) => type === 'behavior.reverted'),
    { data: { campaignId: 'c', notTaken: undefined } },
  );
  t.notOk(outcomes.some(({ type }) => type === 'offer.voided'));
  t.end();
});

t.test('the remaining events count again from their own times', (t) => {
  const rules = [{ event: 'purchase', times: 3, within: { rolling: 'P10D' } }];
  const { scenario } = given(
    clawback(rules, [FIFTY]),
    buy('a', '2026-03-01'),
    buy('b', '2026-03-05'),
    buy('c', '2026-03-06'),
  );
  t.same(course(scenario.report(back('r', 'c', 1000, '2026-03-07'))), ['reverted 0', '-50', 'have 2']);
  t.same(course(scenario.report(buy('d', '2026-03-12'))), ['have 2'], 'the first is out of the window by now');
  t.same(course(scenario.report(buy('e', '2026-03-13'))), ['completed 1', '+50']);
  t.end();
});

t.test('a return never completes a behavior, even where enough counts again', (t) => {
  const { scenario } = given(
    clawback(twice, [FIFTY]),
    ...['a', 'b', 'c', 'd'].map((id, i) => buy(id, `2026-03-0${i + 1}`)),
  );
  scenario.report(back('r', 'a'));
  t.same(course(scenario.report(back('s', 'c'))), ['reverted 0', '-50', 'have 2']);
  t.same(course(scenario.report(buy('e', '2026-03-21'))), ['completed 1', '+50'], 'the next event does');
  t.end();
});

t.test('its place in the limit is free', (t) => {
  const per = { calendar: 'month' };
  for (const limits of [{ perCustomer: 1 }, { perCustomer: 1, per }, { perCustomer: 1, per: { rolling: 'P30D' } }]) {
    const { scenario } = given(
      clawback([{ event: 'purchase' }], [FIFTY], { limits }),
      buy('a', '2026-03-01'),
      buy('b', '2026-03-02'),
    );
    t.match(scenario.profile().behaviors, { c: { completions: 1 } });
    t.same(course(scenario.report(back('r', 'a'))), ['reverted 0', '-50', 'have 0']);
    t.match(scenario.profile().behaviors, { c: { completions: 0 } });
    t.same(course(scenario.report(buy('d', '2026-03-21'))), ['completed 1', '+50'], JSON.stringify(limits));
  }
  t.end();
});

t.test('`completions` counts those that stand and gave', (t) => {
  const { scenario } = given(
    clawback([{ event: 'purchase' }], [FIFTY]),
    buy('a', '2026-03-01'),
    buy('b', '2026-03-02'),
    buy('c', '2026-03-03'),
  );
  const completions = () => (scenario.profile().behaviors as { c: { completions: Json } }).c.completions;
  t.equal(completions(), 3);
  scenario.report(back('r', 'b'));
  t.equal(completions(), 2);
  t.match(scenario.report(buy('d', '2026-03-21'))[2], { type: 'behavior.completed', data: { completions: 3 } });
  t.end();
});

t.test(
  'within one return: rate points in order of lots, then clawbacks in order of judging, oldest completion first',
  (t) => {
    const campaign = (id: string, all: object[], fixed: number, priority: number) => ({
      id,
      kind: 'promotion',
      priority,
      behavior: { all },
      outcomes: [
        { points: { account: 'stars', fixed } },
        { points: { account: 'stars', rate: { points: 1, per: 10, of: 'amount' } } },
      ],
      onReturn: 'clawback',
    });
    const campaigns = [
      EARN,
      campaign('late', [{ event: 'purchase' }], 7, 2),
      campaign('early', [{ event: 'purchase' }], 3, 1),
    ];
    const { outcomes } = given(programOf({ campaigns }), buy('a', '2026-03-01')).when(back('r', 'a'));
    t.same(course(outcomes), ['-10', '-100', '-100', 'reverted 0', '-3', 'have 0', 'reverted 0', '-7', 'have 0']);
    t.end();
  },
);

t.test('rate points of a completion by an event that is not a purchase belong to the completion', (t) => {
  const rules = [
    { event: 'purchase', sum: { of: 'amount', atLeast: 500 } },
    { event: 'check', times: 1 },
  ];
  const outcomes = [{ points: { account: 'stars', rate: { points: 10, per: 1, of: 'amount' } } }, FIFTY];
  const program = (onReturn: string) =>
    programOf({
      events: [{ type: 'check' }],
      campaigns: [{ id: 'c', kind: 'promotion', behavior: { all: rules }, outcomes, onReturn }],
    });
  for (const [onReturn, expected] of [
    ['keep', []],
    ['clawback', ['reverted 0', '-50', 'have 400/1']],
  ] as const) {
    const { scenario } = given(program(onReturn), buy('a', '2026-03-01'));
    scenario.report(event('check', 'k', '2026-03-02T00:00:00Z', {}));
    t.same(course(scenario.report(back('r', 'a', 600))), expected, onReturn);
  }
  t.end();
});

t.test('one event in several completions of several campaigns: each is judged by its own rules', (t) => {
  const latte = { lines: { where: { field: 'categories', has: 'latte' } } };
  const campaign = (id: string, where: object | undefined, of: string, fixed: number) => ({
    id,
    kind: 'promotion',
    behavior: { all: [{ event: 'purchase', ...(where === undefined ? {} : { where }), distinct: { of, atLeast: 2 } }] },
    outcomes: [{ points: { account: 'stars', fixed } }],
    onReturn: 'clawback',
  });
  const campaigns = [campaign('stores', undefined, 'storeId', 1), campaign('days', latte, 'day', 2)];
  const basket = (storeId: string) => ({
    storeId,
    lines: [line('1', 1, 400, { categories: ['latte'] }), line('2', 1, 100)],
  });
  const { scenario } = given(
    programOf({ campaigns }),
    buy('a', '2026-03-01', basket('x')),
    buy('b', '2026-03-02', basket('y')),
  );
  const latteBack = { lines: [{ lineId: '1', quantity: 1 }] };
  t.same(course(scenario.report(back('r', 'a', latteBack))), ['reverted 0', '-2', 'have 1'], 'no latte is left');
  t.same(course(scenario.report(back('s', 'a', 100))), ['reverted 0', '-1', 'have 1'], 'nothing is left');
  t.end();
});

t.test('it is judged with the profile as it was then, and its target is not asked again', (t) => {
  const rules = [{ event: 'purchase', where: { field: 'customer.attributes.color', eq: 'red' } }];
  const target = { where: { field: 'customer.attributes.color', exists: true } };
  const color = (id: string, value: Json) =>
    event('profile.updated', id, '2026-03-01T00:00:00Z', { attributes: { color: value } });
  const { scenario } = given(clawback(rules, [FIFTY], { target }), color('x', 'red'), buy('a', '2026-03-01'));
  scenario.report(arriving(color('y', null), '2026-03-05T00:00:00Z'));
  t.same(course(scenario.report(back('r', 'a', 999))), []);
  t.same(course(scenario.report(back('s', 'a', 1))), ['reverted 0', '-50', 'have 0']);
  t.end();
});

t.test('the base campaign says it by its points and by what is reverted', (t) => {
  const base = { ...EARN, outcomes: [...EARN.outcomes, FIFTY], onReturn: 'clawback' };
  const { scenario } = given(programOf({ campaigns: [base] }), buy('a', '2026-03-01'), buy('b', '2026-03-02'));
  t.same(course(scenario.report(back('r', 'a'))), ['-10', 'reverted 1', '-50']);
  t.match(accountOf(scenario.state!, 'stars'), { active: 60 });
  t.end();
});

// ---- tags -----------------------------------------------------------------------------------------------------------

const tagged = (until?: string) => [{ tag: { add: 'x', ...(until === undefined ? {} : { for: until }) } }];
const one = [{ event: 'purchase' }];
const untilOf = (scenario: Scenario) => {
  const held = tagOf(scenario.state!, 'x');
  return held === undefined
    ? 'gone'
    : held.until === null
      ? 'for good'
      : new Date(held.until).toISOString().slice(0, 10);
};

t.test('a tag stays while a completion or event that added it stands, to the latest until among them', (t) => {
  const set = (id: string, day: string, span?: string) =>
    event('tag.added', id, `${day}T12:00:00Z`, { tag: 'x', ...(span === undefined ? {} : { for: span }) });
  const rows: readonly (readonly [
    name: string,
    span: string | undefined,
    reports: Parameters<Scenario['report']>[0][],
    left: string,
  ])[] = [
    ['nothing else set it', 'P90D', [buy('a', '2026-03-01')], 'gone'],
    ['nothing else set it, for good', undefined, [buy('a', '2026-03-01')], 'gone'],
    ['an event set it before, shorter', 'P90D', [set('e', '2026-03-01', 'P40D'), buy('a', '2026-03-01')], '2026-04-10'],
    ['an event set it before, longer', 'P90D', [set('e', '2026-03-01', 'P95D'), buy('a', '2026-03-01')], '2026-06-04'],
    ['an event set it after, shorter', 'P90D', [buy('a', '2026-03-01'), set('e', '2026-03-02', 'P40D')], '2026-04-11'],
    ['an event set it after, longer', 'P90D', [buy('a', '2026-03-01'), set('e', '2026-03-02', 'P90D')], '2026-05-31'],
    ['an event set it for good', 'P90D', [buy('a', '2026-03-01'), set('e', '2026-03-02')], 'for good'],
    ['an event that has ended by now', 'P90D', [set('e', '2026-03-01', 'P5D'), buy('a', '2026-03-01')], 'gone'],
    ['another completion set it later', 'P90D', [buy('a', '2026-03-01'), buy('b', '2026-03-05')], '2026-06-03'],
    ['another completion set it earlier', 'P90D', [buy('b', '2026-02-25'), buy('a', '2026-03-01')], '2026-05-26'],
    [
      'an event took it off meanwhile',
      'P90D',
      [buy('b', '2026-02-25'), buy('a', '2026-03-01'), event('tag.removed', 'e', '2026-03-02T12:00:00Z', { tag: 'x' })],
      'gone',
    ],
    [
      'an event took it off and another set it',
      'P90D',
      [
        buy('a', '2026-03-01'),
        event('tag.removed', 'e', '2026-03-02T12:00:00Z', { tag: 'x' }),
        set('f', '2026-03-03', 'P20D'),
      ],
      '2026-03-23',
    ],
  ];
  for (const [name, span, reports, left] of rows) {
    const { scenario } = given(clawback(one, tagged(span)), ...reports);
    scenario.report(back('r', 'a'));
    t.equal(untilOf(scenario), left, name);
  }
  t.end();
});

t.test('a completion that stands for good keeps its tag', (t) => {
  const keep = { id: 'k', kind: 'promotion', behavior: { all: one }, outcomes: tagged('P20D') };
  const claw = { ...keep, id: 'c', outcomes: tagged('P90D'), onReturn: 'clawback' };
  const { scenario } = given(programOf({ campaigns: [claw, keep] }), buy('a', '2026-03-01'));
  t.equal(untilOf(scenario), '2026-05-30');
  t.match(
    scenario.report(back('r', 'a')).filter(({ type }) => type === 'tag.added'),
    [{ data: { tag: 'x', until: Date.parse('2026-03-21T12:00:00Z') } }],
  );
  t.equal(untilOf(scenario), '2026-03-21');
  t.end();
});

// ---- levels, groups, shared limits ----------------------------------------------------------------------------------

const levels = [
  { id: 'low', atLeast: 0 },
  { id: 'mid', atLeast: 500, onEntry: [{ points: { account: 'stars', fixed: 5 } }] },
  { id: 'top', atLeast: 900 },
];
const tiers = [{ id: 'main', basis: { points: 'stars' }, window: { calendar: 'year' }, levels }];
const levelOf = (scenario: Scenario) => scenario.state!.tiers[0]!.level;

t.test('clawback undoes a tier move; what the level’s entry gave stays', (t) => {
  const { document } = clawback(one, [{ tier: { system: 'main', level: 'mid' } }]);
  const { scenario } = given(programOf({ ...document, tiers }), buy('a', '2026-03-01'));
  t.equal(levelOf(scenario), 'mid');
  t.same(course(scenario.report(back('r', 'a'))), ['reverted 0', 'have 0']);
  t.equal(levelOf(scenario), 'low');
  t.match(accountOf(scenario.state!, 'stars'), { active: 5 });
  t.end();
});

t.test('a move by another completion stands', (t) => {
  const { document } = clawback(one, [{ tier: { system: 'main', level: 'mid' } }]);
  const { scenario } = given(programOf({ ...document, tiers }), buy('a', '2026-03-01'), buy('b', '2026-03-02'));
  scenario.report(back('r', 'a'));
  t.equal(levelOf(scenario), 'mid');
  scenario.report(back('s', 'b'));
  t.equal(levelOf(scenario), 'low');
  t.end();
});

t.test('the loser of a group falls too: it gave nothing and had no place in the limits', (t) => {
  const campaign = (id: string, rules: object[], fixed: number) => ({
    id,
    kind: 'promotion',
    group: 'g',
    best: 'highest',
    behavior: { all: rules },
    outcomes: [{ points: { account: 'stars', fixed } }],
    limits: { perCustomer: 1 },
    onReturn: 'clawback',
  });
  const campaigns = [campaign('less', twice, 1), campaign('more', twice, 2)];
  const { scenario } = given(programOf({ campaigns }), buy('a', '2026-03-01'), buy('b', '2026-03-02'));
  t.match(scenario.profile().behaviors, { less: { completions: 0 }, more: { completions: 1 } });
  t.same(course(scenario.report(back('r', 'b'))), ['reverted 0', 'have 1', 'reverted 0', '-2', 'have 1']);
  t.match(scenario.profile().behaviors, { less: { completions: 0 }, more: { completions: 0 } });
  t.end();
});

t.test('its place in total and budget is free', (t) => {
  const limits = { total: 10, budget: { points: 60 } };
  const { scenario } = given(clawback(one, [FIFTY], { limits }), buy('a', '2026-03-01'));
  const freed = scenario.report(back('r', 'a')).flatMap(({ type, data }) => (type === 'limit.counted' ? [data] : []));
  t.same(freed, [
    { limit: 'total', of: 'c', by: -1 },
    { limit: 'budget', of: 'c', by: -50 },
  ]);
  t.end();
});

t.test('points that are pending are taken back before they become active', (t) => {
  const points = { accounts: [{ id: 'stars', activation: { kind: 'after', duration: 'P30D' } }] };
  const { document } = clawback(one, [FIFTY]);
  const { scenario } = given(programOf({ ...document, points }), buy('a', '2026-03-01'));
  t.match(accountOf(scenario.state!, 'stars'), { pending: 50, active: 0 });
  scenario.report(back('r', 'a'));
  t.match(accountOf(scenario.state!, 'stars'), { pending: 0, active: 0, debt: 0, reversed: 50 });
  t.same(course(scenario.time('2026-05-01T00:00:00Z')), []);
  t.end();
});

t.test(
  'points that were clipped are taken back as they were given, and leave room in the period they were earned in',
  (t) => {
    const points = { accounts: [{ id: 'stars', caps: [{ per: { calendar: 'month' }, points: 70 }] }] };
    const { document } = clawback(one, [FIFTY]);
    const { scenario } = given(programOf({ ...document, points }), buy('a', '2026-03-01'), buy('b', '2026-03-02'));
    t.match(accountOf(scenario.state!, 'stars'), { active: 70 });
    t.same(course(scenario.report(back('r', 'b'))), ['reverted 1', '-20', 'have 0']);
    t.same(course(scenario.report(back('s', 'a'))), ['reverted 0', '-50', 'have 0']);
    t.same(course(scenario.report(buy('d', '2026-03-21'))), ['completed 1', '+50']);
    t.same(course(scenario.report(buy('e', '2026-03-22'))), ['completed 2', '+20']);
    t.end();
  },
);

t.test('points that have expired since are taken from what is active, or owed', (t) => {
  const points = { accounts: [{ id: 'stars', expiry: { kind: 'rolling', after: 'P5D' } }] };
  const { document } = clawback(one, [FIFTY]);
  const { scenario } = given(programOf({ ...document, points }), buy('a', '2026-03-01'));
  scenario.report(back('r', 'a'));
  t.match(accountOf(scenario.state!, 'stars'), { active: 0, expired: 50, reversed: 50, debt: 50 });
  t.end();
});

// ---- every kind of behavior -----------------------------------------------------------------------------------------

/** One campaign `c` with clawback and this behavior. */
function behaving(behavior: object, outcomes: object[] = [FIFTY], more: object = {}): Program {
  const campaign = { id: 'c', kind: 'promotion', behavior, outcomes, onReturn: 'clawback', ...more };
  return programOf({ events: [{ type: 'check' }, { type: 'survey' }], campaigns: [campaign] });
}

t.test('`any` falls when none is full', (t) => {
  const any = [
    { event: 'purchase', times: 2 },
    { event: 'purchase', sum: { of: 'amount', atLeast: 1500 } },
  ];
  const { scenario } = given(behaving({ any }), buy('a', '2026-03-01'), buy('b', '2026-03-02'));
  t.same(course(scenario.report(back('r', 'a', 900))), [], 'two purchases are left');
  t.same(course(scenario.report(back('s', 'a', 100))), ['reverted 0', '-50', 'have 1/1000']);
  t.end();
});

t.test('sameEvent: a purchase that no longer satisfies every where counts for no rule', (t) => {
  const all = [
    { event: 'purchase', where: { field: 'amount', gte: 500 } },
    { event: 'purchase', where: { lines: { where: { field: 'sku', eq: 'sku-1' } } } },
  ];
  const { scenario } = given(
    behaving({ all, sameEvent: true }),
    buy('a', '2026-03-01', { lines: [line('1', 1, 400), line('2', 3, 100)] }),
  );
  t.same(course(scenario.report(back('r', 'a', { lines: [{ lineId: '2', quantity: 1 }] }))), []);
  t.same(course(scenario.report(back('s', 'a', { lines: [{ lineId: '2', quantity: 2 }] }))), [
    'reverted 0',
    '-50',
    'have 0/0',
  ]);
  t.end();
});

t.test('sameEvent: every where is asked with the profile as it was then', (t) => {
  const color = { field: 'customer.attributes.color', eq: 'red' };
  const all = [
    { event: 'purchase', where: { all: [color, { field: 'customer.tags', has: 'vip' }] } },
    { event: 'purchase', where: { field: 'customer.status', eq: 'good' } },
  ];
  const { scenario } = given(
    behaving({ all, sameEvent: true }),
    event('profile.updated', 'x', '2026-03-01T00:00:00Z', { attributes: { color: 'red' } }),
    event('tag.added', 'y', '2026-03-01T00:00:00Z', { tag: 'vip' }),
    buy('a', '2026-03-01'),
    event('profile.updated', 'z', '2026-03-02T00:00:00Z', { attributes: { color: null } }),
    event('tag.removed', 'w', '2026-03-02T00:00:00Z', { tag: 'vip' }),
  );
  t.same(course(scenario.report(back('r', 'a', 999))), [], 'it still satisfies both');
  t.same(course(scenario.report(back('s', 'a', 1))), ['reverted 0', '-50', 'have 0/0']);
  t.end();
});

const at = (storeId: string) => ({ field: 'storeId', eq: storeId });
const steps = [
  { event: 'purchase', where: at('x'), times: 2 },
  { event: 'check' },
  { event: 'purchase', where: at('y') },
];
const buyAt = (storeId: string, id: string, day: string) => buy(id, day, { storeId, total: 1000 });
const check = (id: string, day: string) => event('check', id, `${day}T12:00:00Z`, {});

t.test('sequence: a return undoes a finished step that no longer holds, and those after it', (t) => {
  const { scenario } = given(
    behaving({ sequence: steps }),
    buyAt('x', 'a', '2026-03-01'),
    buyAt('x', 'b', '2026-03-02'),
    check('k', '2026-03-03'),
  );
  t.match(scenario.profile().behaviors, { c: { rules: { 1: { have: 2 }, 2: { have: 1 }, 3: { have: 0 } } } });
  t.same(course(scenario.report(back('r', 'b', 1000, '2026-03-04'))), ['have 1/0/0']);
  t.same(course(scenario.report(buyAt('x', 'd', '2026-03-05'))), ['have 2/0/0'], 'the check came before it');
  t.same(course(scenario.report(check('l', '2026-03-06'))), ['have 2/1/0']);
  t.same(course(scenario.report(buyAt('y', 'e', '2026-03-07'))), ['completed 1', '+50']);
  t.end();
});

t.test('sequence: a completion falls with any of its steps; those before it stay finished', (t) => {
  const { scenario } = given(
    behaving({ sequence: steps }),
    buyAt('x', 'a', '2026-03-01'),
    buyAt('x', 'b', '2026-03-02'),
    check('k', '2026-03-03'),
    buyAt('y', 'c', '2026-03-04'),
  );
  t.same(course(scenario.report(back('r', 'c'))), ['reverted 0', '-50', 'have 2/1/0']);
  t.same(course(scenario.report(buyAt('y', 'd', '2026-03-21'))), ['completed 1', '+50']);
  t.same(course(scenario.report(back('s', 'a'))), ['reverted 0', '-50', 'have 1/0/0']);
  t.end();
});

t.test('a streak falls by its own run, whatever other runs there were', (t) => {
  const all = [{ event: 'purchase', streak: { unit: 'day', atLeast: 2 } }, { event: 'check' }];
  const { scenario } = given(
    behaving({ all }),
    buy('a', '2026-03-01', 100),
    buy('b', '2026-03-02', 100),
    buy('c', '2026-03-08', 100),
    buy('d', '2026-03-09', 100),
    check('k', '2026-03-10'),
  );
  t.same(course(scenario.report(back('r', 'd', 100, '2026-03-11'))), ['reverted 0', '-50', 'have 0/1']);
  t.end();
});

t.test('carry: what comes back is taken from the excess, then from the newest completion', (t) => {
  const all = [{ event: 'purchase', sum: { of: 'amount', atLeast: 1000, carry: true } }];
  const { scenario } = given(behaving({ all }), buy('a', '2026-03-01', 2500));
  t.match(scenario.profile().behaviors, { c: { completions: 2, rules: { 1: { have: 500 } } } });
  t.same(course(scenario.report(back('r', 'a', 400))), ['have 100']);
  t.same(course(scenario.report(back('s', 'a', 200))), ['reverted 1', '-50', 'have 900']);
  t.same(course(scenario.report(back('u', 'a', 900))), ['have 0']);
  t.same(course(scenario.report(back('v', 'a', 1))), ['reverted 0', '-50', 'have 999']);
  t.end();
});

t.test('carry under keep: what is used stays used', (t) => {
  const all = [{ event: 'purchase', sum: { of: 'amount', atLeast: 1000, carry: true } }];
  const { scenario } = given(behaving({ all }, [FIFTY], { onReturn: 'keep' }), buy('a', '2026-03-01', 1500));
  t.same(course(scenario.report(back('r', 'a', 400))), ['have 100']);
  t.same(course(scenario.report(back('s', 'a', 600))), ['have 0']);
  t.same(course(scenario.report(back('u', 'a', 500))), []);
  t.end();
});

t.test('carry: what the limit dropped comes back with the completion that dropped it', (t) => {
  const all = [{ event: 'purchase', sum: { of: 'amount', atLeast: 1000, carry: true } }];
  const { scenario } = given(
    behaving({ all }, [FIFTY], { limits: { perCustomer: 1 } }),
    buy('a', '2026-03-01', 400),
    buy('b', '2026-03-02', 2500),
  );
  t.match(scenario.profile().behaviors, { c: { completions: 1, rules: { 1: { have: 0 } } } });
  t.same(course(scenario.report(back('r', 'b', 1900))), [], 'of what was dropped');
  t.same(course(scenario.report(back('s', 'b', 1))), ['reverted 0', '-50', 'have 999']);
  t.end();
});

t.test('streak: it falls when a unit of it goes; its units serve again', (t) => {
  const all = [{ event: 'purchase', streak: { unit: 'day', atLeast: 3 } }];
  const { scenario } = given(behaving({ all }), ...['a', 'b', 'c'].map((id, i) => buy(id, `2026-03-0${i + 1}`)));
  t.same(course(scenario.report(buy('d', '2026-03-03'))), [], 'no unit of a closed streak serves another');
  t.same(course(scenario.report(back('r', 'b', 1000, '2026-03-03'))), ['reverted 0', '-50', 'have 1']);
  t.same(course(scenario.report(arriving(buy('e', '2026-03-02'), '2026-03-04T00:00:00Z'))), ['completed 1', '+50']);
  t.end();
});

t.test('absent: a completion falls with the rules that were complete beside it', (t) => {
  const all = [{ event: 'purchase' }, { event: 'check', absent: true, within: { rolling: 'P5D' } }];
  const { scenario } = given(behaving({ all }), check('k', '2026-03-01'), buy('a', '2026-03-02'));
  t.same(course(scenario.time('2026-03-07T00:00:00Z')), ['completed 1', '+50']);
  t.same(course(scenario.report(back('r', 'a'))), ['reverted 0', '-50', 'have 0/0']);
  t.end();
});

t.test('sinceFirst: a completion falls by what lay in its window', (t) => {
  const all = [{ event: 'purchase', times: 2, within: { sinceFirst: 'P5D' } }];
  const { scenario } = given(behaving({ all }), buy('a', '2026-03-01'), buy('b', '2026-03-05'));
  t.same(course(scenario.report(back('r', 'a', 1000, '2026-03-06'))), ['reverted 0', '-50', 'have 1']);
  t.same(course(scenario.report(buy('d', '2026-03-09'))), ['completed 1', '+50'], 'the window opens with what is left');
  t.end();
});

t.test('matches outside the window are spent with a completion and do not make it stand', (t) => {
  const all = [{ event: 'purchase', times: 2, within: { rolling: 'P5D' } }];
  const { scenario } = given(behaving({ all }), buy('a', '2026-03-01'), buy('b', '2026-03-09'), buy('c', '2026-03-10'));
  t.same(course(scenario.report(back('r', 'a', 1000, '2026-03-11'))), [], 'it was not of its own events');
  t.same(course(scenario.report(back('s', 'c', 1000, '2026-03-11'))), ['reverted 0', '-50', 'have 1']);
  t.end();
});

t.test('a campaign that has gone from the program takes back what it gave when nothing is left', (t) => {
  const { scenario } = given(clawback(twice), buy('a', '2026-03-01'), buy('b', '2026-03-02'));
  scenario.program = programOf({ offers: OFFERS }, 2);
  t.same(course(scenario.report(back('r', 'b', 500))), []);
  t.same(course(scenario.report(back('s', 'b', 500))), ['reverted 0', '-50', 'offer.voided o', 'tag.removed done']);
  t.end();
});

t.test('the newest completions can fall, as many as are kept', (t) => {
  const { scenario } = given(clawback(one, [FIFTY, { tag: { add: 'x' } }]));
  for (let i = 0; i <= limits.completionsKeptMax; i++) scenario.report(buy(`p${i}`, '2026-03-01'));
  t.equal(progressOf(scenario.state!, 'c')!.completed.length, limits.completionsKeptMax);
  t.same(course(scenario.report(back('r', 'p0'))), [], 'one more than that have followed');
  t.equal(course(scenario.report(back('s', 'p1')))[0], `reverted ${limits.completionsKeptMax}`);
  t.end();
});

t.test('a completion is forgotten once none of its purchases can be returned by name', (t) => {
  const { document } = clawback(twice, [{ tag: { add: 'x' } }]);
  const program = programOf({ ...document, returns: { window: 'P20D' } });
  const dates = ['2026-01-01', '2026-01-02', '2026-04-01', '2026-04-02'];
  const { scenario } = given(program, ...dates.map((day, i) => buy(`p${i}`, day)));
  t.equal(progressOf(scenario.state!, 'c')!.completed.length, 1);
  scenario.report(back('r', 'p3', 1000, '2026-04-03'));
  t.equal(untilOf(scenario), 'for good', 'the first set it for good');
  t.end();
});

t.test('what counts again arrived before what has come since the completion', (t) => {
  const { scenario } = given(
    clawback([{ event: 'purchase', times: 2, within: { sinceFirst: 'P30D' } }], [{ tag: { add: 'x' } }]),
    buy('a', '2026-03-01'),
    buy('b', '2026-03-05'),
    arriving(buy('c', '2026-03-04'), '2026-03-06T12:00:00Z'),
  );
  t.same(
    course(scenario.report(back('r', 'a'))),
    ['reverted 0', 'tag.removed x', 'have 1'],
    'b opens the window again, and c is before it',
  );
  t.end();
});
