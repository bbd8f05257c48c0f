import t from 'tap';
import {
  arriving,
  EARN,
  event,
  giveBack,
  given,
  programOf,
  purchase,
  type Reported,
  type Scenario,
} from './scenario.js';

const LEVELS = [
  { id: 'member', atLeast: 0 },
  { id: 'silver', atLeast: 1000 },
  { id: 'gold', atLeast: 3000 },
];
const rolling = (span: string, more: object = {}, basis: object = { spend: true }) =>
  programOf({
    campaigns: 'points' in basis ? [EARN] : [],
    tiers: [{ id: 'main', basis, window: { rolling: span }, levels: LEVELS, ...more }],
  });
const PROGRAM = rolling('P30D');
const at = (text: string) => Date.parse(text);
const main = (scenario: Scenario, now?: string) =>
  (scenario.profile(now === undefined ? undefined : at(now)).tiers as Record<string, unknown>).main;

t.test('rolling: a level is reached by the span (t − d, t] and held for the span from that instant', (t) => {
  const scenario = given(PROGRAM, purchase('p', '2026-03-01T10:00:00Z', 400))
    .when(purchase('q', '2026-03-30T10:00:00Z', 600))
    .gives(t, [
      [
        'tier.changed',
        {
          from: 'member',
          to: 'silver',
          since: at('2026-03-30T10:00:00Z'),
          until: at('2026-04-29T10:00:00Z'),
          reason: 'reached',
        },
      ],
    ]);
  t.same(main(scenario), {
    level: 'silver',
    since: '2026-03-30T10:00:00Z',
    until: '2026-04-29T10:00:00Z',
    have: 1000,
    need: 3000,
    next: 'gold',
    projected: 'member',
  });
  t.end();
});

t.test('rolling: what lies exactly one span back is out, what lies a moment less is in', (t) => {
  const first = purchase('p', '2026-03-01T10:00:00Z', 400);
  const out = given(PROGRAM, first, purchase('q', '2026-03-31T10:00:00Z', 600)).scenario;
  t.match(main(out), { level: 'member', have: 600 });
  const inside = given(PROGRAM, first, purchase('q', '2026-03-31T09:59:59.999Z', 600)).scenario;
  t.match(main(inside), { level: 'silver', have: 1000 });
  t.end();
});

t.test('rolling: renewed by each event that adds and leaves the sum at the level or above, and by no other', (t) => {
  const reached = [purchase('p', '2026-03-01T10:00:00Z', 900), purchase('q', '2026-03-10T10:00:00Z', 100)];
  const rows: readonly [name: string, reported: Reported, until: string][] = [
    ['adds and stays above', purchase('r', '2026-03-11T10:00:00Z', 1), '2026-04-10T10:00:00Z'],
    ['adds, but the sum is below by then', purchase('r', '2026-04-01T10:00:00Z', 1), '2026-04-09T10:00:00Z'],
    ['adds nothing', purchase('r', '2026-03-11T10:00:00Z', 0), '2026-04-09T10:00:00Z'],
    ['takes away', giveBack('r', '2026-03-11T10:00:00Z', 'p', 10), '2026-04-09T10:00:00Z'],
    ['is of another kind', event('tag.added', 'r', '2026-03-11T10:00:00Z', { tag: 'x' }), '2026-04-09T10:00:00Z'],
  ];
  for (const [name, reported, until] of rows) {
    const scenario = given(PROGRAM, ...reached).when(reported).scenario;
    t.match(main(scenario, '2026-04-02T00:00:00Z'), { level: 'silver', until }, name);
  }
  t.end();
});

t.test('rolling: each level has its own until', (t) => {
  const scenario = given(
    PROGRAM,
    purchase('p', '2026-03-01T10:00:00Z', 3000),
    purchase('q', '2026-04-20T10:00:00Z', 1000),
  ).scenario;
  t.match(main(scenario), { level: 'silver', until: '2026-05-20T10:00:00Z' });
  const both = given(PROGRAM, purchase('p', '2026-03-01T10:00:00Z', 3000), purchase('q', '2026-03-30T10:00:00Z', 10));
  t.match(main(both.scenario), { level: 'gold', until: '2026-04-29T10:00:00Z' }, 'both renewed');
  const apart = given(PROGRAM, purchase('p', '2026-03-01T10:00:00Z', 2500), purchase('q', '2026-03-20T10:00:00Z', 500));
  apart.scenario.report(giveBack('r', '2026-03-21T10:00:00Z', 'q', 100));
  apart.scenario.report(purchase('s', '2026-03-25T10:00:00Z', 50));
  t.match(main(apart.scenario), { level: 'gold', until: '2026-04-19T10:00:00Z', projected: 'silver' });
  const fallen = apart.scenario.time('2026-04-20T00:00:00Z');
  t.match(fallen.at(-1), {
    type: 'tier.changed',
    time: at('2026-04-19T10:00:00Z'),
    data: { from: 'gold', to: 'silver', since: at('2026-04-19T10:00:00Z'), until: at('2026-04-24T10:00:00Z') },
  });
  t.end();
});

t.test('rolling: a late addition is judged at its own instant', (t) => {
  const late = arriving(purchase('q', '2026-03-05T10:00:00Z', 1000), '2026-03-20T10:00:00Z');
  given(PROGRAM, purchase('p', '2026-03-19T10:00:00Z', 0))
    .when(late)
    .gives(t, [
      ['tier.changed', { to: 'silver', until: at('2026-04-04T10:00:00Z'), since: at('2026-03-05T10:00:00Z') }],
    ]);
  t.end();
});

t.test('rolling: and at each later addition whose span holds it', (t) => {
  const late = (amount: number) => arriving(purchase('late', '2026-03-05T10:00:00Z', amount), '2026-04-01T10:00:00Z');
  const program = rolling('P20D');
  const before = [purchase('p', '2026-03-15T10:00:00Z', 600), purchase('q', '2026-03-24T10:00:00Z', 300)];
  given(program, ...before)
    .when(late(200))
    .gives(t, [['tier.changed', { to: 'silver', until: at('2026-04-13T10:00:00Z') }]]);
  const partly = given(program, ...before).when(late(100)).scenario;
  t.match(main(partly), { level: 'silver', until: '2026-04-13T10:00:00Z' }, '100 + 600 + 300 in the span of the last');
  const beyond = [purchase('p', '2026-03-15T10:00:00Z', 600), purchase('q', '2026-03-25T10:00:00Z', 900)];
  given(program, ...beyond)
    .when(late(399))
    .gives(t, []);
  t.end();
});

t.test('rolling: a late addition whose time has passed already lifts nobody', (t) => {
  const late = arriving(purchase('q', '2026-03-02T10:00:00Z', 1000), '2026-03-20T10:00:00Z');
  given(rolling('P7D'), purchase('p', '2026-03-01T10:00:00Z', 10))
    .when(late)
    .gives(t, []);
  t.end();
});

t.test('rolling: until is a calendar step of months in the customer’s zone', (t) => {
  const rows: readonly [zone: string, span: string, time: string, until: string][] = [
    ['UTC', 'P1M', '2026-01-31T10:00:00Z', '2026-02-28T10:00:00Z'],
    ['UTC', 'P12M', '2028-02-29T10:00:00Z', '2029-02-28T10:00:00Z'],
    // Across the change to summer time the local time of day stays: an hour less.
    ['America/New_York', 'P1M', '2026-02-15T10:00:00-05:00', '2026-03-15T10:00:00-04:00'],
    // 02:30 does not exist on that day there: it moves on by the gap.
    ['America/New_York', 'P1M', '2026-02-08T02:30:00-05:00', '2026-03-08T03:30:00-04:00'],
    // Days are exact: the local time of day moves.
    ['America/New_York', 'P30D', '2026-02-15T10:00:00-05:00', '2026-03-17T11:00:00-04:00'],
    // 01:30 occurs twice: the first.
    ['America/New_York', 'P1M', '2026-10-01T01:30:00-04:00', '2026-11-01T01:30:00-04:00'],
  ];
  for (const [zone, span, time, until] of rows) {
    const scenario = given(
      rolling(span),
      event('profile.updated', 'z', time, { timeZone: zone }),
      purchase('p', time, 1000),
    ).scenario;
    t.match(main(scenario), { level: 'silver', until }, `${span} from ${time} in ${zone}`);
  }
  t.end();
});

t.test('rolling: a basis of points counts a reversal with its lot at the time the lot was earned', (t) => {
  const program = rolling('P30D', {}, { points: 'stars' });
  const scenario = given(program, purchase('p', '2026-03-01T10:00:00Z', 90_000)).scenario;
  scenario.report(giveBack('r', '2026-03-20T10:00:00Z', 'p', 50_000));
  t.match(main(scenario), { have: 400 });
  t.match(main(scenario, '2026-03-31T10:00:00Z'), { have: 0 }, 'and leaves with it');
  t.end();
});

t.test('rolling: a late addition is not judged at a purchase that has come back whole, nor at a blind return', (t) => {
  const program = rolling('P20D');
  const bought = [purchase('p', '2026-03-10T10:00:00Z', 600), purchase('q', '2026-03-20T10:00:00Z', 300)];
  const late = arriving(purchase('late', '2026-03-08T10:00:00Z', 400), '2026-03-22T10:00:00Z');
  const named = given(program, ...bought, giveBack('r', '2026-03-21T10:00:00Z', 'q', 300)).when(late).scenario;
  t.match(main(named), { level: 'silver', until: '2026-03-30T10:00:00Z' });
  const blind = given(program, bought[0]!, giveBack('r', '2026-03-21T10:00:00Z', undefined, 1)).when(late).scenario;
  t.match(main(blind), { level: 'silver', until: '2026-03-30T10:00:00Z' });
  t.end();
});
