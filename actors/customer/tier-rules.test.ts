/** Sentences on tiers that have no table of their own (PROGRAM: Tiers; "Edges: Tiers"). */
import t from 'tap';
import { EARN, giveBack, given, programOf, purchase, type Scenario } from './scenario.js';

const LEVELS = [
  { id: 'member', atLeast: 0 },
  { id: 'silver', atLeast: 1000 },
  { id: 'gold', atLeast: 3000 },
];
const buy = (id: string, day: string, total: number) => purchase(id, `${day}T10:00:00Z`, total);
const shown = (scenario: Scenario, now: string) =>
  scenario.profile(Date.parse(now)).tiers as Record<string, Record<string, unknown>>;
const spending = (more: object = {}) =>
  programOf({ tiers: [{ id: 'main', basis: { spend: true }, window: { calendar: 'year' }, levels: LEVELS, ...more }] });

t.test('shown of a tier: need is null at the top, until of the lowest null, since a fall’s own end', (t) => {
  const grace = spending({ downgrade: { how: 'full', grace: 'P30D' } });
  const { scenario } = given(grace, buy('p', '2026-03-01', 3000));
  t.same(shown(scenario, '2026-04-01T00:00:00Z').main, {
    level: 'gold',
    since: '2026-03-01T10:00:00Z',
    until: '2027-12-31T23:59:59Z',
    have: 3000,
    need: null,
    next: null,
    projected: 'gold',
  });
  t.match(shown(scenario, '2028-01-30T23:59:58Z').main, { level: 'gold', have: 0 }, 'within its grace');
  scenario.time('2028-02-10T00:00:00Z');
  t.same(shown(scenario, '2028-02-10T00:00:00Z').main, {
    level: 'member',
    since: '2028-01-30T23:59:59Z',
    until: null,
    have: 0,
    need: 1000,
    next: 'silver',
    projected: 'member',
  });
  t.end();
});

t.test('several tier systems stand side by side, each by its own basis and window', (t) => {
  const system = (id: string, basis: object, window: object, atLeast: number) => ({
    id,
    basis,
    window,
    levels: [
      { id: 'low', atLeast: 0 },
      { id: 'high', atLeast },
    ],
  });
  const program = programOf({
    campaigns: [EARN],
    tiers: [
      system('spend', { spend: true }, { calendar: 'month' }, 2000),
      system('count', { count: 'purchase' }, { rolling: 'P10D' }, 3),
      system('points', { points: 'stars' }, { calendar: 'year' }, 30),
    ],
  });
  const { scenario } = given(program, buy('a', '2026-03-30', 1500), buy('b', '2026-03-31', 400));
  scenario.report(buy('c', '2026-04-01', 700));
  t.match(shown(scenario, '2026-04-01T12:00:00Z'), {
    spend: { level: 'low', have: 700 },
    count: { level: 'high', have: 3 },
    points: { level: 'low', have: 26 },
  });
  scenario.report(buy('d', '2026-04-02', 1300));
  t.match(shown(scenario, '2026-04-02T12:00:00Z'), {
    spend: { level: 'high', have: 2000, until: '2026-05-31T23:59:59Z' },
    count: { level: 'high', have: 4, until: '2026-04-12T10:00:00Z' },
    points: { level: 'high', have: 39, until: '2027-12-31T23:59:59Z' },
  });
  t.end();
});

t.test('a blind return counts at its own time', (t) => {
  const { scenario } = given(spending(), buy('p', '2026-03-01', 900));
  scenario.report(giveBack('r', '2027-01-05T10:00:00Z', undefined, 300));
  t.match(shown(scenario, '2027-01-06T00:00:00Z').main, { have: -300, level: 'member' });
  scenario.report(buy('q', '2027-01-07', 1299));
  t.match(shown(scenario, '2027-01-08T00:00:00Z').main, { have: 999, level: 'member' });
  scenario.report(buy('s', '2027-01-09', 1));
  t.match(shown(scenario, '2027-01-10T00:00:00Z').main, { have: 1000, level: 'silver' });
  t.end();
});
