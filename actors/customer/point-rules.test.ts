/** Sentences on points that have no table of their own (PROGRAM: Points; "Edges: Points"). */
import t from 'tap';
import { accountOf } from './account-state.js';
import { EARN, event, giveBack, given, programOf, purchase, type Scenario } from './scenario.js';

const buy = (id: string, day: string, total: number) => purchase(id, `${day}T10:00:00Z`, total);
const adjust = (id: string, day: string, points: number) =>
  event('points.adjusted', id, `${day}T10:00:00Z`, { account: 'stars', points, reason: 'test' });
const stars = (scenario: Scenario) => accountOf(scenario.state!, 'stars')!;
const system = (id: string, multiplier: number) => ({
  id,
  basis: { spend: true },
  window: { calendar: 'year' },
  levels: [{ id: 'only', atLeast: 0, multiplier }],
});
const earning = (more: object, parts: object = {}) =>
  programOf({
    campaigns: [
      { ...EARN, outcomes: [{ points: { account: 'stars', rate: { points: 1, per: 100, of: 'amount' }, ...more } }] },
    ],
    ...parts,
  });
const earns = (program: ReturnType<typeof programOf>, total: number) =>
  stars(given(program, buy('p', '2026-03-01', total)).scenario).earned;

t.test('without activation, expiry or negative an account is immediate, without end, and may owe', (t) => {
  const { scenario } = given(programOf({ campaigns: [EARN] }), buy('p', '2026-03-01', 1000));
  t.match(stars(scenario), { active: 10, pending: 0, lots: [{ expiresAt: null }] });
  scenario.time('2046-03-01T10:00:00Z');
  t.match(stars(scenario), { active: 10, expired: 0 });
  scenario.report(adjust('a', '2046-03-02', -15));
  t.match(stars(scenario), { active: 0, debt: 5 });
  t.end();
});

t.test('a multiplier of four decimals is an exact fraction', (t) => {
  for (const [multiplier, total, points] of [
    [1.2345, 1_000_000, 12_345],
    [1.2345, 8_100, 99],
    [1.1, 100_000, 1_100],
    [1.005, 100_000, 1_005],
    [1.0001, 1_000_000, 10_001],
    [0.3333, 3_000_000, 9_999],
    [0, 100_000, 0],
  ] as const) {
    const program = earning({ multiply: 'tier' }, { tiers: [system('main', multiplier)] });
    t.equal(
      accountOf(given(program, buy('p', '2026-03-01', total)).scenario.state!, 'stars')?.earned ?? 0,
      points,
      `${multiplier} of ${total}`,
    );
  }
  t.end();
});

t.test('a rate rounds by floor, half up or ceiling, after the multiplication', (t) => {
  const tiers = [system('main', 1.5)];
  for (const [round, total, points] of [
    [undefined, 199, 2],
    ['floor', 199, 2],
    ['halfUp', 166, 2],
    ['halfUp', 167, 3],
    ['halfUp', 100, 2],
    ['ceil', 134, 3],
    ['ceil', 133, 2],
    ['ceil', 1, 1],
  ] as const)
    t.equal(earns(earning({ multiply: 'tier', round }, { tiers }), total), points, `${round} of ${total}`);
  t.end();
});

t.test('with several tier systems the rate names whose multiplier it takes', (t) => {
  const tiers = [system('main', 2), system('club', 3)];
  t.equal(earns(earning({ multiply: { tier: 'main' } }, { tiers }), 1000), 20);
  t.equal(earns(earning({ multiply: { tier: 'club' } }, { tiers }), 1000), 30);
  t.end();
});

t.test('an adjustment is in adjusted by what was taken or given', (t) => {
  for (const [negative, points, wanted] of [
    ['allow', 5, { active: 15, adjusted: 5, debt: 0 }],
    ['allow', -4, { active: 6, adjusted: -4, debt: 0 }],
    ['allow', -14, { active: 0, adjusted: -14, debt: 4 }],
    ['clamp', -14, { active: 0, adjusted: -10, debt: 0 }],
  ] as const) {
    const program = programOf({ campaigns: [EARN], points: { accounts: [{ id: 'stars', negative }] } });
    const { scenario } = given(program, buy('p', '2026-03-01', 1000), adjust('a', '2026-03-02', points));
    t.match(stars(scenario), { earned: 10, reversed: 0, ...wanted }, `${negative} ${points}`);
  }
  t.end();
});

t.test('a status that does not earn: lots expire all the same', (t) => {
  const program = programOf({
    campaigns: [EARN],
    statuses: [
      { id: 'good', default: true },
      { id: 'blocked', earns: false },
    ],
    points: { accounts: [{ id: 'stars', expiry: { kind: 'rolling', after: 'P10D' } }] },
  });
  const blocked = event('status.changed', 's', '2026-03-02T10:00:00Z', { status: 'blocked' });
  const { scenario } = given(program, buy('p', '2026-03-01', 1000), blocked);
  scenario.time('2026-03-11T10:00:00Z');
  t.match(stars(scenario), { active: 0, expired: 10 });
  t.end();
});

t.test('an adjustment that adds does not come back with a purchase', (t) => {
  const { scenario } = given(
    programOf({ campaigns: [EARN] }),
    adjust('a', '2026-03-01', 5),
    buy('p', '2026-03-02', 1000),
  );
  scenario.report(giveBack('r', '2026-03-03T10:00:00Z', 'p', 1000));
  t.match(stars(scenario), { active: 5, adjusted: 5, earned: 10, reversed: 10 });
  t.end();
});
