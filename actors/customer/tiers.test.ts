import t from 'tap';
import { arriving, EARN, event, giveBack, given, line, programOf, purchase, Scenario } from './scenario.js';

const LEVELS = [
  { id: 'member', atLeast: 0 },
  { id: 'silver', atLeast: 1000, multiplier: 1.25 },
  { id: 'gold', atLeast: 5000, multiplier: 1.5 },
];
const tiers = (basis: object, window: object = { calendar: 'year' }) => [{ id: 'main', basis, window, levels: LEVELS }];
const SPEND = programOf({ tiers: tiers({ spend: true }) });
const at = (text: string) => Date.parse(text);
const main = (scenario: Scenario, now?: string) =>
  (scenario.profile(now === undefined ? undefined : at(now)).tiers as Record<string, unknown>).main;

t.test('the lowest level is held from the first event on', (t) => {
  const scenario = given(SPEND)
    .when(purchase('p', '2026-03-01T10:00:00Z', 100))
    .gives(t, [
      ['tier.changed', { system: 'main', from: null, to: 'member', since: at('2026-03-01T10:00:00Z'), until: null }],
    ]);
  t.same(main(scenario), {
    level: 'member',
    since: '2026-03-01T10:00:00Z',
    until: null,
    have: 100,
    need: 1000,
    next: 'silver',
    projected: 'member',
  });
  t.end();
});

t.test('a level is reached at once and held to the end of the next window', (t) => {
  const scenario = given(SPEND, purchase('p', '2026-03-01T10:00:00Z', 400))
    .when(purchase('q', '2026-04-01T10:00:00Z', 600))
    .gives(t, [
      [
        'tier.changed',
        { from: 'member', to: 'silver', since: at('2026-04-01T10:00:00Z'), until: at('2027-12-31T23:59:59Z') },
      ],
    ]);
  t.same(main(scenario), {
    level: 'silver',
    since: '2026-04-01T10:00:00Z',
    until: '2027-12-31T23:59:59Z',
    have: 1000,
    need: 5000,
    next: 'gold',
    projected: 'silver',
  });
  t.match(main(scenario, '2027-06-01T00:00:00Z'), { level: 'silver', have: 0, projected: 'member' });
  t.end();
});

t.test('a first purchase may pass several levels', (t) => {
  given(SPEND)
    .when(purchase('p', '2026-03-01T10:00:00Z', 6000))
    .gives(t, [
      ['tier.changed', { from: null, to: 'member' }],
      ['tier.changed', { from: 'member', to: 'gold', until: at('2027-12-31T23:59:59Z') }],
    ]);
  t.end();
});

t.test('after its until a level falls to the highest still held, at that instant', (t) => {
  const scenario = given(
    SPEND,
    purchase('p', '2026-03-01T10:00:00Z', 6000),
    purchase('q', '2027-03-01T10:00:00Z', 1500),
  )
    .whenTime('2028-01-01T00:00:00Z')
    .gives(t, [
      [
        'tier.changed',
        { from: 'gold', to: 'silver', since: at('2027-12-31T23:59:59Z'), until: at('2028-12-31T23:59:59Z') },
      ],
    ]);
  t.match(main(scenario), { level: 'silver', since: '2027-12-31T23:59:59Z' });
  t.match(scenario.time('2029-01-01T00:00:00Z').at(-1), {
    type: 'tier.changed',
    data: { from: 'silver', to: 'member', until: null },
  });
  t.same(scenario.time('2035-01-01T00:00:00Z'), []);
  t.end();
});

t.test('a level reached again is renewed without an outcome', (t) => {
  const scenario = given(SPEND, purchase('p', '2026-03-01T10:00:00Z', 1000))
    .when(purchase('q', '2027-03-01T10:00:00Z', 1000))
    .gives(t, []);
  t.match(main(scenario), { level: 'silver', until: '2028-12-31T23:59:59Z', projected: 'silver' });
  t.end();
});

t.test('the purchase that lifts a customer earns at the level held before it', (t) => {
  const outcomes = [{ points: { account: 'stars', rate: { points: 1, per: 100, of: 'amount' }, multiply: 'tier' } }];
  const program = programOf({ tiers: tiers({ spend: true }), campaigns: [{ ...EARN, outcomes }] });
  given(program)
    .when(purchase('p', '2026-03-01T10:00:00Z', 5000))
    .gives(t, [
      ['points.earned', { points: 50 }],
      ['tier.changed', {}],
      ['tier.changed', {}],
    ]);
  given(program, purchase('p', '2026-03-01T10:00:00Z', 5000))
    .when(purchase('q', '2026-03-02T10:00:00Z', 1010))
    .gives(t, [['points.earned', { points: 15 }]]);
  t.end();
});

t.test('a basis of points: earned less reversed; spending, expiry and adjustments do not count', (t) => {
  const program = programOf({
    points: { accounts: [{ id: 'stars', expiry: { kind: 'rolling', after: 'P1D' } }] },
    rewards: [{ id: 'mug', price: { account: 'stars', points: 100 } }],
    campaigns: [EARN],
    tiers: tiers({ points: 'stars' }),
  });
  const adjusted = event('points.adjusted', 'a', '2026-03-05T10:00:00Z', { account: 'stars', points: 900 });
  const spent = event('reward.purchased', 's', '2026-03-01T11:00:00Z', { rewardId: 'mug' });
  const { scenario } = given(program, purchase('p', '2026-03-01T10:00:00Z', 30_000), spent, adjusted).when(
    purchase('q', '2026-03-06T10:00:00Z', 10_000),
  );
  t.match(scenario.profile().points, { stars: { spent: 100, expired: 1100 } });
  t.match(main(scenario), { level: 'member', have: 400 });
  scenario.report(giveBack('r', '2026-03-07T10:00:00Z', 'p', 15_000));
  t.match(main(scenario), { have: 250 });
  t.end();
});

t.test('a reversal with its own lot counts at the time that lot was earned, a blind one at its own', (t) => {
  const program = programOf({ campaigns: [EARN], tiers: tiers({ points: 'stars' }) });
  const scenario = given(program, purchase('p', '2026-12-01T10:00:00Z', 90_000)).when(
    giveBack('r', '2027-02-01T10:00:00Z', 'p', 50_000),
  ).scenario;
  t.match(main(scenario), { have: 0 });
  scenario.report(giveBack('s', '2027-02-02T10:00:00Z', undefined, 2000));
  t.match(main(scenario), { have: -20 }, 'the sum may be negative');
  t.end();
});

t.test('a return takes no level back, and the sum has to be reached again', (t) => {
  const scenario = given(SPEND, purchase('p', '2026-03-01T10:00:00Z', 1000))
    .when(giveBack('r', '2026-03-02T10:00:00Z', 'p', 1000))
    .gives(t, []);
  t.match(main(scenario), { level: 'silver', have: 0 });
  t.end();
});

t.test('spend: a named return counts at its purchase’s time', (t) => {
  const scenario = given(SPEND, purchase('p', '2026-12-01T10:00:00Z', 900)).when(
    giveBack('r', '2027-01-10T10:00:00Z', 'p', 500),
  ).scenario;
  t.match(main(scenario), { have: 0 });
  scenario.report(arriving(purchase('q', '2026-12-30T10:00:00Z', 700), '2027-01-11T00:00:00Z'));
  t.match(main(scenario), { level: 'silver', until: '2027-12-31T23:59:59Z' }, '900 − 500 + 700, all in 2026');
  t.end();
});

t.test('count: purchases whose units have not all come back', (t) => {
  const levels = [
    { id: 'low', atLeast: 0 },
    { id: 'high', atLeast: 2 },
  ];
  const program = programOf({
    tiers: [{ id: 'main', basis: { count: 'purchase' }, window: { calendar: 'month' }, levels }],
  });
  const two = { lines: [line('1', 2, 100)] };
  const one = { lines: [{ lineId: '1', quantity: 1 }] };
  const scenario = given(
    program,
    purchase('p', '2026-03-01T10:00:00Z', two),
    giveBack('r', '2026-03-02T10:00:00Z', 'p', one),
  ).scenario;
  t.match(main(scenario), { have: 1 });
  scenario.report(giveBack('s', '2026-03-03T10:00:00Z', 'p', one));
  t.match(main(scenario), { have: 0 });
  scenario.report(purchase('q', '2026-03-04T10:00:00Z', 1));
  t.match(main(scenario), { level: 'low', have: 1 });
  scenario.report(purchase('s', '2026-03-05T10:00:00Z', 1));
  t.match(main(scenario), { level: 'high', have: 2, until: '2026-04-30T23:59:59Z' });
  t.end();
});

t.test('a late purchase reaches the level of its own window', (t) => {
  const monthly = programOf({ tiers: tiers({ spend: true }, { calendar: 'month' }) });
  const late = arriving(purchase('q', '2026-03-20T10:00:00Z', 500), '2026-04-02T10:00:00Z');
  given(monthly, purchase('p', '2026-03-10T10:00:00Z', 600))
    .when(late)
    .gives(t, [
      [
        'tier.changed',
        { from: 'member', to: 'silver', since: at('2026-03-20T10:00:00Z'), until: at('2026-04-30T23:59:59Z') },
      ],
    ]);
  t.end();
});

t.test('a too late purchase counts in no tier, and neither does its return', (t) => {
  const scenario = given(SPEND, purchase('p', '2026-06-01T10:00:00Z', 100)).when(
    arriving(purchase('q', '2026-02-01T10:00:00Z', 5000), '2026-06-02T10:00:00Z'),
  ).scenario;
  t.match(main(scenario), { level: 'member', have: 100 });
  scenario.report(giveBack('r', '2026-06-03T10:00:00Z', 'q', 1000));
  t.match(main(scenario), { have: 100 });
  t.end();
});

t.test('a window is drawn in the zone in force at the judging, and what lies in it by its time counts', (t) => {
  const scenario = given(SPEND, purchase('p', '2026-12-31T20:00:00Z', 600)).when(
    purchase('q', '2027-01-05T10:00:00Z', 300),
  ).scenario;
  t.match(main(scenario), { have: 300 });
  scenario.report(event('profile.updated', 'z', '2027-01-06T10:00:00Z', { timeZone: 'Asia/Tokyo' }));
  t.match(main(scenario), { have: 900 }, 'in Tokyo the first purchase was made in 2027');
  t.end();
});

t.test('a boundary once fixed is not moved by a later change of zone', (t) => {
  const scenario = given(SPEND, purchase('p', '2026-03-01T10:00:00Z', 1000)).when(
    event('profile.updated', 'z', '2026-03-02T10:00:00Z', { timeZone: 'Asia/Tokyo' }),
  ).scenario;
  t.match(main(scenario), { until: '2028-01-01T08:59:59+09:00' });
  t.end();
});

t.test('a system published later begins at the next event; one no longer there is waited for no more', (t) => {
  const scenario = given(programOf(), purchase('p', '2026-03-01T10:00:00Z', 9000)).scenario;
  scenario.program = SPEND;
  t.match(main(scenario), { level: 'member', have: 0 });
  scenario.report(purchase('q', '2026-03-02T10:00:00Z', 1000));
  t.match(main(scenario), { level: 'silver', have: 1000 });
  scenario.program = programOf();
  scenario.time('2029-01-01T00:00:00Z');
  t.same(scenario.time('2029-01-02T00:00:00Z'), []);
  t.end();
});

t.test('many years of events keep the state small', (t) => {
  const daily = programOf({ tiers: tiers({ spend: true }, { calendar: 'day' }) });
  const scenario = new Scenario(daily);
  for (let day = 0; day < 400; day++)
    scenario.report(purchase(`p${day}`, new Date(at('2026-01-01T10:00:00Z') + day * 86_400_000).toISOString(), 10));
  t.ok(scenario.state!.tiers[0]!.sums.length <= 100, String(scenario.state!.tiers[0]!.sums.length));
  t.match(main(scenario), { have: 10 });
  t.end();
});
