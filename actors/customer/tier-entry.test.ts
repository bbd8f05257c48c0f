import t from 'tap';
import { isPublic, type Outcome } from '../outcome.js';
import { arriving, event, giveBack, given, imported, programOf, purchase } from './scenario.js';

const entry = (points: number, tag: string) => [
  { points: { account: 'stars', fixed: points } },
  { tag: { add: tag, for: 'P10D' } },
  { offer: 'gift' },
];
const LEVELS = [
  { id: 'member', atLeast: 0, onEntry: [{ tag: { add: 'welcome' } }] },
  { id: 'silver', atLeast: 1000, onEntry: entry(10, 'silver') },
  { id: 'gold', atLeast: 3000, onEntry: [{ points: { account: 'stars', fixed: 30 } }] },
];
const tiersOf = (more: object = {}, levels: object[] = LEVELS) =>
  programOf({
    offers: [{ id: 'gift', kind: 'physical' }],
    tiers: [{ id: 'main', basis: { spend: true }, window: { calendar: 'year' }, levels, ...more }],
  });
const types = (outcomes: readonly Outcome[]) => outcomes.filter(isPublic).map(({ type }) => type);
const levels = (outcomes: readonly Outcome[]) =>
  outcomes.flatMap(({ type, cause }) => (type === 'points.earned' ? [cause.tier!.level] : []));
const at = (text: string) => Date.parse(text);

t.test('a rise gives onEntry of each level passed, lowest first; the lowest level’s at the first event', (t) => {
  given(tiersOf())
    .when(purchase('p', '2026-03-01T10:00:00Z', 3000))
    .gives(t, [
      ['tier.changed', { from: null, to: 'member' }],
      ['tag.added', { tag: 'welcome' }],
      ['tier.changed', { from: 'member', to: 'gold' }],
      ['points.earned', { points: 10, earnedAt: at('2026-03-01T10:00:00Z') }],
      ['tag.added', { tag: 'silver', until: at('2026-03-11T10:00:00Z') }],
      ['offer.issued', { offerId: 'gift' }],
      ['points.earned', { points: 30 }],
    ]);
  t.end();
});

t.test('what an entry gives names the event and the level as its cause', (t) => {
  const { outcomes } = given(tiersOf(), purchase('p', '2026-03-01T10:00:00Z', 0)).when(
    purchase('q', '2026-03-02T10:00:00Z', 1000),
  );
  t.same(
    outcomes.filter(({ type }) => type === 'points.earned').map(({ cause }) => cause),
    [{ eventId: 'q', tier: { system: 'main', level: 'silver' } }],
  );
  t.end();
});

t.test('an entry that a deadline gives counts in a system that the program has begun meanwhile', (t) => {
  const parts = (more: object[]) => {
    const waiting = { id: 'main', basis: { spend: true }, window: { calendar: 'month' }, upgrade: 'windowEnd' };
    return { tiers: [{ ...waiting, levels: LEVELS.map((level) => ({ ...level, onEntry: entry(10, 'x') })) }, ...more] };
  };
  const offers = [{ id: 'gift', kind: 'physical' }];
  const { scenario } = given(programOf({ offers, ...parts([]) }), purchase('p', '2026-03-01T10:00:00Z', 1000));
  const stars = { id: 'stars', basis: { points: 'stars' }, window: { calendar: 'year' } };
  const levels = [
    { id: 'low', atLeast: 0 },
    { id: 'high', atLeast: 10 },
  ];
  scenario.program = programOf({ offers, ...parts([{ ...stars, levels }]) }, 2);
  const outcomes = scenario.time('2026-03-31T23:59:59Z');
  t.same(
    outcomes.flatMap(({ type, data }) => (type === 'tier.changed' ? [[data.system, data.to]] : [])),
    [
      ['main', 'silver'],
      ['stars', 'low'],
      ['stars', 'high'],
    ],
  );
  t.end();
});

t.test('the first event may be any: the lowest level’s entry needs no purchase', (t) => {
  given(tiersOf())
    .when(event('tag.added', 'e', '2026-03-01T10:00:00Z', { tag: 'x' }))
    .gives(t, [
      ['tag.added', { tag: 'x' }],
      ['tier.changed', { to: 'member' }],
      ['tag.added', { tag: 'welcome' }],
    ]);
  t.end();
});

t.test('a fall gives none, and a level is entered once in a calendar window', (t) => {
  const scenario = given(
    tiersOf({ window: { calendar: 'month' }, onReturn: 'revoke' }),
    purchase('p', '2026-03-01T10:00:00Z', 3000),
  ).scenario;
  t.same(types(scenario.report(giveBack('r', '2026-03-02T10:00:00Z', 'p', 2500))), ['tier.changed'], 'a fall');
  t.same(levels(scenario.report(purchase('q', '2026-03-03T10:00:00Z', 2600))), [], 'again in the same window');
  scenario.report(giveBack('s', '2026-03-04T10:00:00Z', 'q', 2600));
  t.same(levels(scenario.report(purchase('u', '2026-04-01T10:00:00Z', 1000))), ['silver'], 'in the next');
  t.same(levels(scenario.report(purchase('v', '2026-04-02T10:00:00Z', 2000))), ['gold']);
  t.end();
});

t.test('rolling: not again within the span', (t) => {
  const rows: readonly [again: string, given: string[]][] = [
    ['2026-03-30T09:59:59Z', []],
    ['2026-03-31T10:00:00Z', ['silver']],
  ];
  for (const [again, wanted] of rows) {
    const scenario = given(
      tiersOf({ window: { rolling: 'P30D' }, onReturn: 'revoke' }),
      purchase('p', '2026-03-01T10:00:00Z', 1000),
      giveBack('r', '2026-03-02T10:00:00Z', 'p', 1000),
    ).scenario;
    t.same(levels(scenario.report(purchase('q', again, 1000))), wanted, again);
  }
  t.end();
});

t.test('the window of an entry is the one of the event’s time', (t) => {
  const scenario = given(
    tiersOf({ window: { calendar: 'month' }, onReturn: 'revoke' }),
    purchase('p', '2026-04-01T10:00:00Z', 1000),
    giveBack('r', '2026-04-02T10:00:00Z', 'p', 1000),
  ).scenario;
  const late = arriving(purchase('q', '2026-03-20T10:00:00Z', 1000), '2026-04-03T10:00:00Z');
  t.same(levels(scenario.report(late)), ['silver'], 'March has had none');
  t.end();
});

t.test('entry points may lift in turn, in this system or another', (t) => {
  const status = (id: string, more: object = {}) => ({
    id,
    basis: { points: 'stars' },
    window: { calendar: 'year' },
    levels: [
      { id: 'low', atLeast: 0 },
      { id: 'mid', atLeast: 10, onEntry: [{ points: { account: 'stars', fixed: 5 } }] },
      { id: 'top', atLeast: 15, onEntry: [{ points: { account: 'stars', fixed: 1 } }] },
    ],
    ...more,
  });
  const program = programOf({
    offers: [{ id: 'gift', kind: 'physical' }],
    tiers: [
      status('stars'),
      { id: 'main', basis: { spend: true }, window: { calendar: 'year' }, levels: LEVELS.slice(0, 2) },
    ],
  });
  const { outcomes } = given(program, purchase('p', '2026-03-01T10:00:00Z', 1)).when(
    purchase('q', '2026-03-02T10:00:00Z', 1000),
  );
  t.same(
    outcomes.flatMap(({ type, data }) => (type === 'tier.changed' ? [`${data.system} ${data.to}`] : [])),
    ['main silver', 'stars mid', 'stars top'],
  );
  t.end();
});

t.test('an entry with the window’s end is dated and caused by time', (t) => {
  const scenario = given(tiersOf({ upgrade: 'windowEnd' }), purchase('p', '2026-03-01T10:00:00Z', 1000)).scenario;
  const given_ = scenario.time('2027-01-01T00:00:00Z').filter(({ type }) => type === 'points.earned');
  t.match(given_, [
    {
      time: at('2026-12-31T23:59:59Z'),
      cause: { tier: { system: 'main', level: 'silver' } },
      data: { earnedAt: at('2026-12-31T23:59:59Z') },
    },
  ]);
  t.equal(given_[0]!.cause.eventId, undefined);
  t.end();
});

t.test('entries of several levels given with windows’ ends come in order, each lifting on', (t) => {
  const program = programOf({
    campaigns: [
      {
        id: 'c',
        kind: 'promotion',
        behavior: { all: [{ event: 'purchase' }] },
        outcomes: [{ points: { account: 'stars', fixed: 10 } }],
      },
    ],
    tiers: [
      {
        id: 'main',
        basis: { points: 'stars' },
        upgrade: 'windowEnd',
        window: { calendar: 'month' },
        levels: [
          { id: 'low', atLeast: 0 },
          { id: 'mid', atLeast: 10, onEntry: [{ points: { account: 'stars', fixed: 5 } }] },
          { id: 'top', atLeast: 15 },
        ],
      },
    ],
  });
  const scenario = given(program, imported(purchase('p', '2026-03-01T10:00:00Z', 1))).scenario;
  const outcomes = scenario.time('2026-04-01T00:00:00Z');
  t.same(
    outcomes.flatMap(({ type, data }) => (type === 'tier.changed' ? [data.to] : [])),
    ['mid', 'top'],
  );
  t.end();
});

t.test('a status that does not earn stops campaigns only: levels and their entries go on', (t) => {
  const program = programOf({
    statuses: [
      { id: 'good', default: true },
      { id: 'bad', earns: false },
    ],
    offers: [{ id: 'gift', kind: 'physical' }],
    tiers: [{ id: 'main', basis: { spend: true }, window: { calendar: 'year' }, levels: LEVELS }],
  });
  const scenario = given(program, event('status.changed', 's', '2026-03-01T10:00:00Z', { status: 'bad' })).scenario;
  t.same(levels(scenario.report(purchase('p', '2026-03-02T10:00:00Z', 1000))), ['silver']);
  t.end();
});
