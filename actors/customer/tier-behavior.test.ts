import t from 'tap';
import { isPublic } from '../outcome.js';
import { explain } from './explain.js';
import { event, giveBack, given, line, programOf, purchase, type Reported, type Scenario } from './scenario.js';
import { NOTHING_TAKEN } from './shared-limits.js';
import { copyOf } from './state.js';

const LEVELS = [
  { id: 'member', atLeast: 0 },
  { id: 'silver', atLeast: 1 },
  { id: 'gold', atLeast: 2 },
];
const systemOf = (behavior: object, more: object = {}) => ({
  id: 'main',
  basis: { behavior },
  window: { calendar: 'year' },
  levels: LEVELS,
  ...more,
});
const tiersOf = (behavior: object, more: object = {}, parts: object = {}) =>
  programOf({ tiers: [systemOf(behavior, more)], ...parts });
const PAIR = { all: [{ event: 'purchase', times: 2 }] };
const main = (scenario: Scenario, now?: string) =>
  (scenario.profile(now === undefined ? undefined : Date.parse(now)).tiers as Record<string, unknown>).main;
const bought = (...days: number[]) => days.map((day) => purchase(`p${day}`, `2026-03-0${day}T10:00:00Z`, 100));

t.test('a basis of a behavior counts its completions in the window', (t) => {
  const scenario = given(tiersOf(PAIR), ...bought(1)).scenario;
  t.match(main(scenario), { level: 'member', have: 0, need: 1 });
  scenario.report(purchase('p2', '2026-03-02T10:00:00Z', 100));
  t.match(main(scenario), { level: 'silver', have: 1, until: '2027-12-31T23:59:59Z', since: '2026-03-02T10:00:00Z' });
  for (const reported of bought(3, 4)) scenario.report(reported);
  t.match(main(scenario), { level: 'gold', have: 2, need: null });
  t.match(main(scenario, '2027-03-01T00:00:00Z'), { have: 0 });
  t.end();
});

t.test('the behavior says nothing of itself and is not shown among the campaigns’', (t) => {
  const { scenario, outcomes } = given(tiersOf(PAIR), ...bought(1)).when(bought(2)[0]!);
  t.same(
    outcomes.filter(isPublic).map(({ type, cause }) => [type, cause]),
    [['tier.changed', { eventId: 'p2' }]],
  );
  t.same(scenario.profile().behaviors, {});
  t.end();
});

t.test('every kind of behavior will do', (t) => {
  const rows: readonly [name: string, behavior: object, have: number][] = [
    ['any', { any: [{ event: 'purchase', times: 3 }, { event: 'tag.added' }] }, 2],
    ['sequence', { sequence: [{ event: 'purchase' }, { event: 'tag.added' }] }, 1],
    ['carry', { all: [{ event: 'purchase', sum: { of: 'amount', atLeast: 40, carry: true } }] }, 7],
    ['distinct', { all: [{ event: 'purchase', distinct: { of: 'day', atLeast: 3 } }] }, 1],
    ['streak', { all: [{ event: 'purchase', streak: { unit: 'day', atLeast: 3 } }] }, 1],
    ['a rolling window', { all: [{ event: 'purchase', times: 2, within: { rolling: 'P1D' } }] }, 0],
  ];
  for (const [name, behavior, have] of rows) {
    const tag = event('tag.added', 'x', '2026-03-04T10:00:00Z', { tag: 'x' });
    t.match(main(given(tiersOf(behavior), ...bought(1, 2, 3), tag).scenario), { have }, name);
  }
  t.end();
});

t.test('a behavior of what is absent completes by time, and lifts then', (t) => {
  const behavior = { all: [{ event: 'purchase', absent: true, within: { rolling: 'P10D' } }] };
  const scenario = given(tiersOf(behavior), ...bought(1)).scenario;
  const changed = scenario.time('2026-03-12T00:00:00Z').filter(isPublic);
  t.match(changed, [{ type: 'tier.changed', time: Date.parse('2026-03-11T10:00:00Z'), data: { to: 'silver' } }]);
  t.same(changed[0]!.cause, {});
  t.end();
});

t.test('a completion that falls by a return counts no more; revoke takes the level back', (t) => {
  const rows: readonly [more: object, level: string][] = [
    [{}, 'silver'],
    [{ onReturn: 'revoke' }, 'member'],
  ];
  for (const [more, level] of rows) {
    const two = { lines: [line('1', 2, 100)] };
    const scenario = given(
      tiersOf(PAIR, more),
      purchase('p1', '2026-03-01T10:00:00Z', two),
      purchase('p2', '2026-03-02T10:00:00Z', 100),
    ).scenario;
    scenario.report(giveBack('r', '2026-03-03T10:00:00Z', 'p1', { lines: [{ lineId: '1', quantity: 1 }] }));
    t.match(main(scenario), { level: 'silver', have: 1 }, 'what is left still satisfies it');
    const outcomes = scenario.report(giveBack('s', '2026-03-04T10:00:00Z', 'p2', 100)).filter(isPublic);
    t.match(main(scenario), { level, have: 0 });
    t.same(
      outcomes.map(({ type }) => type),
      level === 'member' ? ['tier.changed'] : [],
    );
    scenario.report(purchase('p5', '2026-03-05T10:00:00Z', 100));
    t.match(main(scenario), { level: 'silver', have: 1 }, 'the remaining event counts again');
  }
  t.end();
});

t.test('of several completions by one event each may fall by itself', (t) => {
  const behavior = { all: [{ event: 'purchase', sum: { of: 'amount', atLeast: 100, carry: true } }] };
  const scenario = given(tiersOf(behavior), purchase('p', '2026-03-01T10:00:00Z', 350)).scenario;
  t.match(main(scenario), { have: 3 });
  scenario.report(giveBack('r', '2026-03-02T10:00:00Z', 'p', 160));
  t.match(main(scenario), { have: 1 });
  t.end();
});

t.test('a late completion counts at the time of the event that completed it', (t) => {
  const program = tiersOf(PAIR, { window: { calendar: 'month' } });
  const scenario = given(program, purchase('p', '2026-03-30T10:00:00Z', 1)).scenario;
  scenario.report({ ...purchase('q', '2026-03-31T10:00:00Z', 1), stamp: Date.parse('2026-04-02T10:00:00Z') });
  t.match(main(scenario), { level: 'silver', until: '2026-04-30T23:59:59Z', have: 0 });
  t.end();
});

t.test('two systems count each for itself, beside a campaign of the same behavior', (t) => {
  const program = programOf({
    tiers: [systemOf(PAIR), systemOf({ all: [{ event: 'purchase', times: 3 }] }, { id: 'other' })],
    campaigns: [
      {
        id: 'main',
        kind: 'promotion',
        behavior: PAIR,
        outcomes: [{ tag: { add: 'pair' } }],
        limits: { perCustomer: 1 },
      },
    ],
  });
  const scenario = given(program, ...bought(1, 2, 3, 4, 5, 6)).scenario;
  t.match(scenario.profile(), {
    tiers: { main: { have: 3 }, other: { have: 2 } },
    behaviors: { main: { completions: 1 } },
  });
  t.end();
});

t.test('another behavior begins anew; the same one under other levels goes on', (t) => {
  const scenario = given(tiersOf(PAIR), ...bought(1, 2, 3)).scenario;
  scenario.program = tiersOf(PAIR, { levels: LEVELS.slice(0, 2) });
  scenario.report(bought(4)[0]!);
  t.match(main(scenario), { have: 2 });
  scenario.program = tiersOf({ all: [{ event: 'purchase', times: 1 }] });
  scenario.report(bought(5)[0]!);
  t.match(main(scenario), { have: 1 });
  t.end();
});

t.test('a status that does not earn counts for no behavior', (t) => {
  const statuses = [
    { id: 'good', default: true },
    { id: 'bad', earns: false },
  ];
  const scenario = given(
    tiersOf(PAIR, {}, { statuses }),
    event('status.changed', 's', '2026-03-01T09:00:00Z', { status: 'bad' }),
    ...bought(1, 2),
  ).scenario;
  t.match(main(scenario), { level: 'member', have: 0 });
  t.end();
});

t.test('explain names no campaign that the document does not have', (t) => {
  const { scenario } = given(tiersOf(PAIR), ...bought(1, 2));
  const told = (reported: Reported) => {
    const { event } = reported;
    const entry = { kind: 'event', position: '7-9', stamp: event.time, event, imported: false } as const;
    const state = copyOf(scenario.state!);
    return explain(state, entry, scenario.program, scenario.history, NOTHING_TAKEN, false).campaigns;
  };
  t.same(told(purchase('q', '2026-03-03T10:00:00Z', 100)), []);
  t.same(told(giveBack('r', '2026-03-03T10:00:00Z', 'p1', 100)), []);
  t.end();
});

t.test('what a basis waits for that the program no longer has names no basis', (t) => {
  const away = systemOf({ all: [{ event: 'purchase', absent: true, within: { rolling: 'P7D' } }] });
  const second = { id: 'second', basis: { spend: true }, window: { calendar: 'year' }, levels: LEVELS };
  const { scenario } = given(programOf({ tiers: [away] }), ...bought(1));
  scenario.program = programOf({ tiers: [second] }, 2);
  t.same(
    scenario
      .time('2026-03-08T10:00:00Z')
      .filter(isPublic)
      .map(({ cause, data }) => [cause, (data as { system: string }).system]),
    [[{}, 'second']],
  );
  t.end();
});
