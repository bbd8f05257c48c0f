/** `onReturn: clawback`, sentence by sentence (PROGRAM: Behaviors, "A return"; "Edges: Behaviors" and "Points"). */
import t from 'tap';
import type { Json } from '../event.js';
import type { Outcome } from '../outcome.js';
import type { Program } from '../program/program.js';
import { accountOf } from './account-state.js';
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

t.test('a used offer stays and is named in behavior.reverted.notTaken', (t) => {
  const { scenario } = given(clawback(twice, [{ offer: 'o' }]), buy('a', '2026-03-01'), buy('b', '2026-03-02'));
  const { id: issueId } = scenario.state!.offers[0]!;
  const state = { ...scenario.state!, offers: [] };
  const { event: returned } = back('r', 'b');
  const entry = { kind: 'event', position: '0-9', stamp: returned.time, event: returned, imported: false } as const;
  const outcomes = decide(state, entry, scenario.program, scenario.history, NOTHING_TAKEN);
  t.match(
    outcomes.find(({ type }) => type === 'behavior.reverted'),
    { data: { completions: 0, notTaken: [{ issueId, offerId: 'o' }] } },
  );
  t.notOk(outcomes.some(({ type }) => type === 'offer.voided'));
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
