import t from 'tap';
import { accountOf } from './account-state.js';
import { EARN, event, giveBack, given, programOf, purchase, Scenario } from './scenario.js';

const accounts = (parts: object) => ({ points: { accounts: [{ id: 'stars', ...parts }] } });
const MUG = { id: 'mug', price: { account: 'stars', points: 50 } };
const buy = (id: string, time: string) => event('reward.purchased', id, time, { rewardId: 'mug' });
const stars = (scenario: Scenario) => accountOf(scenario.state!, 'stars')!;

t.test('a reversal goes on to other active lots when its own lot has expired', async (t) => {
  const program = programOf({ campaigns: [EARN], ...accounts({ expiry: { kind: 'rolling', after: 'P10D' } }) });
  given(program, purchase('p', '2026-03-01T10:00:00Z', 500), purchase('q', '2026-03-10T10:00:00Z', 800))
    .when(giveBack('r', '2026-03-12T10:00:00Z', 'p', 500))
    .gives(t, [
      ['points.expired', { points: 5, lotId: '0-1-0' }],
      ['points.reversed', { points: 5, lots: [{ lotId: '0-2-0', points: 5 }], lotId: '0-1-0' }],
    ]);
});

t.test('a reversal goes on to other active lots when its own lot has been spent', async (t) => {
  const program = programOf({ campaigns: [EARN], rewards: [MUG] });
  given(
    program,
    purchase('p', '2026-03-01T10:00:00Z', 5000),
    purchase('q', '2026-03-02T10:00:00Z', 3000),
    buy('b', '2026-03-03T10:00:00Z'),
  )
    .when(giveBack('r', '2026-03-04T10:00:00Z', 'p', 5000))
    .gives(t, [['points.reversed', { points: 50, lots: [{ lotId: '0-2-0', points: 30 }], debt: 20 }]]);
});

t.test('a spend undone after its lot was reversed pays the debt that left', async (t) => {
  const program = programOf({ campaigns: [EARN], rewards: [MUG] });
  const { scenario } = given(
    program,
    purchase('p', '2026-03-01T10:00:00Z', 5000),
    buy('b', '2026-03-03T10:00:00Z'),
    giveBack('r', '2026-03-04T10:00:00Z', 'p', 5000),
    event('reward.refunded', 'f', '2026-03-05T10:00:00Z', { purchaseId: '0-2-0' }),
  );
  t.match(stars(scenario), { active: 0, debt: 0, spent: 0, earned: 50, reversed: 50, lots: [] });
});

t.test('with clamp, what is reversed is what was taken, for tiers too', async (t) => {
  const levels = [
    { id: 'low', atLeast: 0 },
    { id: 'high', atLeast: 100 },
  ];
  const program = programOf({
    campaigns: [EARN],
    rewards: [MUG],
    ...accounts({ negative: 'clamp' }),
    tiers: [{ id: 'main', basis: { points: 'stars' }, window: { calendar: 'year' }, levels }],
  });
  const { scenario } = given(
    program,
    purchase('p', '2026-03-01T10:00:00Z', 8000),
    buy('b', '2026-03-02T10:00:00Z'),
    giveBack('r', '2026-03-03T10:00:00Z', 'p', 8000),
  );
  t.match(stars(scenario), { earned: 80, spent: 50, reversed: 30, debt: 0 });
  t.match(scenario.profile().tiers, { main: { have: 50 } });
});

t.test('spending, expiry and adjustments do not count in a tier', async (t) => {
  const levels = [
    { id: 'low', atLeast: 0 },
    { id: 'high', atLeast: 1000 },
  ];
  const program = programOf({
    campaigns: [EARN],
    rewards: [MUG],
    ...accounts({ expiry: { kind: 'rolling', after: 'P2D' } }),
    tiers: [{ id: 'main', basis: { points: 'stars' }, window: { calendar: 'year' }, levels }],
  });
  const scenario = new Scenario(program);
  scenario.report(purchase('p', '2026-03-01T10:00:00Z', 8000));
  scenario.report(buy('b', '2026-03-02T10:00:00Z'));
  scenario.report(event('points.adjusted', 'a', '2026-03-02T11:00:00Z', { account: 'stars', points: 5, reason: 'x' }));
  scenario.time('2026-03-03T10:00:00Z');
  t.match(stars(scenario), { spent: 50, expired: 30, adjusted: 5 });
  t.match(scenario.profile().tiers, { main: { have: 80 } });
});
