import t from 'tap';
import { accountOf } from './account-state.js';
import { EARN, event, giveBack, given, imported, line, programOf, purchase, Scenario } from './scenario.js';

const at = (text: string) => Date.parse(text);
const adjust = (id: string, time: string, points: number) =>
  event('points.adjusted', id, time, { account: 'stars', points, reason: 'test' });
const program = (account: object, more: object = {}) =>
  programOf({
    points: { accounts: [{ id: 'stars', ...account }] },
    events: [{ type: 'survey' }],
    campaigns: [EARN],
    ...more,
  });
const AFTER = { activation: { kind: 'after', duration: 'P14D' } };
const ON = { activation: { kind: 'on', event: 'survey', within: 'P30D' } };
const stars = (scenario: Scenario) => accountOf(scenario.state!, 'stars')!;

t.test('after: points are pending for the duration, from the time they were earned, then active', async (t) => {
  const { scenario } = given(program(AFTER), purchase('p', '2026-03-01T10:00:00Z', 1000));
  t.match(stars(scenario), { active: 0, pending: 10, earned: 10 });
  t.match(scenario.profile().points, {
    stars: { active: 0, pending: 10, next: null, nextActive: { points: 10, activatesAt: '2026-03-15T10:00:00Z' } },
  });
  t.same(
    scenario.time('2026-03-15T09:59:59Z').map(({ type }) => type),
    [],
  );
  t.match(scenario.time('2026-03-15T10:00:00Z'), [
    {},
    { type: 'points.activated', time: at('2026-03-15T10:00:00Z'), data: { points: 10, lotId: '0-1-0' }, cause: {} },
  ]);
  t.match(stars(scenario), { active: 10, pending: 0, waiting: [] });
  t.match(scenario.profile().points, { stars: { active: 10, pending: 0, nextActive: null } });
});

t.test('what was earned late is active at once where its time is past', async (t) => {
  given(program(AFTER))
    .when({ ...purchase('p', '2026-03-01T10:00:00Z', 100), stamp: at('2026-03-20T10:00:00Z') })
    .gives(t, [
      ['points.earned', { points: 1, activatesAt: at('2026-03-15T10:00:00Z') }],
      ['points.activated', { points: 1 }],
    ]);
});

t.test('on: the next such event of the customer activates every lot that waits for it', async (t) => {
  const before = [purchase('p', '2026-03-01T10:00:00Z', 300), purchase('q', '2026-03-02T10:00:00Z', 500)];
  given(program(ON), ...before)
    .when(event('survey', 's', '2026-03-05T10:00:00Z', {}))
    .gives(t, [
      ['points.activated', { points: 3, lotId: '0-1-0' }],
      ['points.activated', { points: 5, lotId: '0-2-0' }],
    ]);
});

t.test('on: lots of several accounts are activated in order of issue', async (t) => {
  const account = (id: string) => ({ id, ...ON });
  const to = (id: string) => ({ points: { account: id, fixed: 1 } });
  const all = programOf({
    points: { accounts: [account('a'), account('b')] },
    events: [{ type: 'survey' }],
    campaigns: [{ ...EARN, outcomes: [to('b'), to('a'), to('b')] }],
  });
  given(all, purchase('p', '2026-03-01T10:00:00Z', 1))
    .when(event('survey', 's', '2026-03-05T10:00:00Z', {}))
    .gives(t, [
      ['points.activated', { account: 'b', lotId: '0-1-0' }],
      ['points.activated', { account: 'a', lotId: '0-1-1' }],
      ['points.activated', { account: 'b', lotId: '0-1-2' }],
    ]);
});

t.test('on: without the event within its time a lot is cancelled', async (t) => {
  const { scenario } = given(program(ON), purchase('p', '2026-03-01T10:00:00Z', 300));
  t.match(scenario.time('2026-03-31T10:00:00Z'), [
    {},
    { type: 'points.cancelled', data: { points: 3, lotId: '0-1-0' } },
  ]);
  t.match(stars(scenario), { active: 0, pending: 0, earned: 3, cancelled: 3, waiting: [] });
});

t.test('on: of an event and the end of the wait at one instant the event comes first', async (t) => {
  given(program(ON), purchase('p', '2026-03-01T10:00:00Z', 300))
    .when(event('survey', 's', '2026-03-31T10:00:00Z', {}))
    .gives(t, [['points.activated', { points: 3 }]]);
});

t.test('on: only an event that arrives later and happened no earlier than the lot activates', async (t) => {
  const own = program({ activation: { kind: 'on', event: 'purchase', within: 'P30D' } });
  const first = given(own, purchase('p', '2026-03-10T10:00:00Z', 300));
  t.match(stars(first.scenario), { active: 0, pending: 3 }, 'not the event that gave it');
  const late = { ...purchase('late', '2026-03-09T10:00:00Z', 100), stamp: at('2026-03-11T10:00:00Z') };
  first.scenario.report(late);
  t.match(stars(first.scenario), { active: 0, pending: 4 }, 'not one from before it');
  first.scenario.report(purchase('q', '2026-03-12T10:00:00Z', 500));
  t.match(stars(first.scenario), { active: 4, pending: 5 });
});

t.test('on: an event that is too late activates nothing', async (t) => {
  const { scenario } = given(
    program({ activation: { kind: 'on', event: 'survey', within: 'P60D' } }),
    purchase('p', '2026-03-01T10:00:00Z', 300),
  );
  scenario.report({ ...event('survey', 's', '2026-03-02T10:00:00Z', {}), stamp: at('2026-04-10T10:00:00Z') });
  t.match(stars(scenario), { active: 0, pending: 3 });
});

t.test('a status that does not earn activates all the same', async (t) => {
  const statuses = [
    { id: 'good', default: true },
    { id: 'bad', earns: false },
  ];
  const { scenario } = given(
    program(ON, { statuses }),
    purchase('p', '2026-03-01T10:00:00Z', 300),
    event('status.changed', 'b', '2026-03-02T10:00:00Z', { status: 'bad' }),
    event('survey', 's', '2026-03-03T10:00:00Z', {}),
  );
  t.match(stars(scenario), { active: 3, pending: 0 });
});

t.test('what an event activates is not in what its campaigns see', async (t) => {
  const rich = {
    id: 'rich',
    kind: 'promotion',
    behavior: { all: [{ event: 'survey', where: { field: 'customer.points.stars', gte: 1 } }] },
    outcomes: [{ tag: { add: 'rich' } }],
  };
  const { scenario } = given(
    program(ON, { campaigns: [EARN, rich] }),
    purchase('p', '2026-03-01T10:00:00Z', 300),
    event('survey', 's', '2026-03-03T10:00:00Z', {}),
  );
  t.same(scenario.state!.tags, []);
  scenario.report(event('survey', 's2', '2026-03-04T10:00:00Z', {}));
  t.equal(scenario.state!.tags.length, 1);
});

t.test('a debt is paid by what becomes active next, not by what is pending', async (t) => {
  const { scenario } = given(
    program(AFTER),
    adjust('a', '2026-03-01T09:00:00Z', -4),
    purchase('p', '2026-03-01T10:00:00Z', 1000),
  );
  t.match(stars(scenario), { active: 0, pending: 10, debt: 4 });
  t.match(scenario.time('2026-03-15T10:00:00Z'), [{}, { type: 'points.activated', data: { points: 10, paidDebt: 4 } }]);
  t.match(stars(scenario), { active: 6, pending: 0, debt: 0 });
});

t.test('a reversal takes its own lot while it is pending, then active lots', async (t) => {
  const scenario = new Scenario(program(AFTER));
  scenario.report(purchase('p', '2026-03-01T10:00:00Z', 500));
  scenario.time('2026-03-15T10:00:00Z');
  scenario.report(purchase('q', '2026-03-16T10:00:00Z', { lines: [line('1', 2, 200)] }));
  t.match(scenario.report(giveBack('r', '2026-03-17T10:00:00Z', 'q', { lines: [{ lineId: '1', quantity: 1 }] })), [
    {},
    {},
    { type: 'points.reversed', data: { points: 2, lots: [{ lotId: '0-3-0', points: 2 }] } },
  ]);
  t.match(stars(scenario), { active: 5, pending: 2, reversed: 2 });
});

t.test('a negative adjustment takes from active lots only', async (t) => {
  const { scenario } = given(
    program(AFTER),
    purchase('p', '2026-03-01T10:00:00Z', 1000),
    adjust('a', '2026-03-02T10:00:00Z', -4),
  );
  t.match(stars(scenario), { active: 0, pending: 10, debt: 4, adjusted: -4 });
});

t.test('a positive adjustment is a lot of the account: activation holds', async (t) => {
  given(program(AFTER))
    .when(adjust('a', '2026-03-01T10:00:00Z', 7))
    .gives(t, [['points.adjusted', { points: 7, activatesAt: at('2026-03-15T10:00:00Z'), lotId: '0-1-0' }]]);
  given(program(ON), adjust('a', '2026-03-01T10:00:00Z', 7))
    .when(event('survey', 's', '2026-03-02T10:00:00Z', {}))
    .gives(t, [['points.activated', { points: 7 }]]);
});

t.test('a lot expires since earned, and where that comes first while it is pending', async (t) => {
  const { scenario } = given(
    program({ ...AFTER, expiry: { kind: 'rolling', after: 'P3D' } }),
    purchase('p', '2026-03-01T10:00:00Z', 300),
  );
  t.match(scenario.time('2026-03-20T10:00:00Z'), [{}, { type: 'points.expired', data: { points: 3 } }]);
  t.match(stars(scenario), { active: 0, pending: 0, expired: 3 });
});

t.test('at one instant lots are activated before any expires', async (t) => {
  const { scenario } = given(
    program({ ...AFTER, expiry: { kind: 'rolling', after: 'P14D' } }),
    purchase('p', '2026-03-01T10:00:00Z', 300),
  );
  t.same(
    scenario.time('2026-03-15T10:00:00Z').map(({ type }) => type),
    ['entry.judged', 'points.activated', 'points.expired'],
  );
});

t.test('pending points count in a tier when they are earned', async (t) => {
  const levels = [
    { id: 'low', atLeast: 0 },
    { id: 'high', atLeast: 5 },
  ];
  const { scenario } = given(
    program(AFTER, { tiers: [{ id: 'main', basis: { points: 'stars' }, window: { calendar: 'year' }, levels }] }),
    purchase('p', '2026-03-01T10:00:00Z', 1000),
  );
  t.match(scenario.profile().tiers, { main: { level: 'high', have: 10 } });
});

t.test('for an imported customer activations fall due in order of their own time', async (t) => {
  const { outcomes } = given(program(AFTER), imported(purchase('p', '2020-03-01T10:00:00Z', 100))).when(
    imported(purchase('q', '2020-04-01T10:00:00Z', 200)),
  );
  t.match(
    outcomes.filter(({ type }) => type.startsWith('points')),
    [
      { type: 'points.activated', time: at('2020-03-15T10:00:00Z') },
      { type: 'points.earned', time: at('2020-04-01T10:00:00Z') },
    ],
  );
});
