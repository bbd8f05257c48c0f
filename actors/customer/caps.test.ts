import t from 'tap';
import { accountOf } from './account-state.js';
import { EARN, event, giveBack, given, line, programOf, purchase } from './scenario.js';

const at = (text: string) => Date.parse(text);
const capped = (caps: object[], account: object = {}, more: object = {}) =>
  programOf({ points: { accounts: [{ id: 'stars', caps, ...account }] }, campaigns: [EARN], ...more });
const DAY = [{ per: { calendar: 'day' }, points: 10 }];

t.test('what is over a cap is clipped, and says so', async (t) => {
  given(capped(DAY), purchase('p', '2026-03-01T10:00:00Z', 700))
    .when(purchase('q', '2026-03-01T11:00:00Z', 800))
    .gives(t, [['points.earned', { points: 3, desired: 8, applied: 3, clippedBy: 'cap' }]]);
});

t.test('what leaves nothing is told with 0 and is no lot', async (t) => {
  const { scenario } = given(capped(DAY), purchase('p', '2026-03-01T10:00:00Z', 1000)).when(
    purchase('q', '2026-03-01T11:00:00Z', 800),
  );
  t.match(accountOf(scenario.state!, 'stars'), { earned: 10, active: 10, lots: [{ left: 10 }] });
  t.equal(accountOf(scenario.state!, 'stars')!.lots.length, 1);
});

t.test('a cap that is not reached says nothing', async (t) => {
  given(capped(DAY))
    .when(purchase('p', '2026-03-01T10:00:00Z', 1000))
    .gives(t, [['points.earned', { points: 10, desired: undefined, applied: undefined, clippedBy: undefined }]]);
});

t.test('the next period has its own room, in the customer’s zone', async (t) => {
  const zone = event('profile.updated', 'z', '2026-03-01T00:00:00Z', { timeZone: 'America/New_York' });
  const { scenario } = given(capped(DAY), zone, purchase('p', '2026-03-01T10:00:00Z', 1000));
  t.match(scenario.report(purchase('q', '2026-03-02T04:59:59Z', 300))[2]!, { data: { points: 0 } });
  t.match(scenario.report(purchase('r', '2026-03-02T05:00:00Z', 300))[2]!, { data: { points: 3 } });
});

t.test('a cap runs over all campaigns in the order of judging', async (t) => {
  const more = {
    id: 'more',
    kind: 'promotion',
    behavior: { all: [{ event: 'purchase' }] },
    outcomes: [{ points: { account: 'stars', fixed: 6 } }, { points: { account: 'stars', fixed: 6 } }],
  };
  given(capped(DAY, {}, { campaigns: [more, EARN] }))
    .when(purchase('p', '2026-03-01T10:00:00Z', 500))
    .gives(t, [
      ['behavior.completed', {}],
      ['points.earned', { points: 6 }],
      ['points.earned', { points: 4, desired: 6 }],
      ['points.earned', { points: 0, desired: 5 }],
    ]);
});

t.test('a cap is of its account only, and all of an account’s caps hold', async (t) => {
  const both = [
    { per: { calendar: 'day' }, points: 10 },
    { per: { calendar: 'month' }, points: 15 },
  ];
  const { scenario } = given(capped(both), purchase('p', '2026-03-01T10:00:00Z', 1000));
  t.match(scenario.report(purchase('q', '2026-03-02T10:00:00Z', 1000))[2]!, { data: { points: 5, desired: 10 } });
  t.match(scenario.report(purchase('r', '2026-04-01T10:00:00Z', 2000))[2]!, { data: { points: 10, desired: 20 } });
});

t.test('a rolling cap looks at (t − d, t]', async (t) => {
  const { scenario } = given(
    capped([{ per: { rolling: 'P1D' }, points: 10 }]),
    purchase('p', '2026-03-01T10:00:00Z', 1000),
  );
  t.match(scenario.report(purchase('q', '2026-03-02T09:59:59Z', 100))[2]!, { data: { points: 0 } });
  t.match(scenario.report(purchase('r', '2026-03-02T10:00:00Z', 100))[2]!, { data: { points: 1 } });
});

t.test('a late event counts in the period of its own time', async (t) => {
  const { scenario } = given(
    capped(DAY),
    purchase('p', '2026-03-01T10:00:00Z', 800),
    purchase('q', '2026-03-02T10:00:00Z', 800),
  );
  const late = { ...purchase('late', '2026-03-01T12:00:00Z', 500), stamp: at('2026-03-03T10:00:00Z') };
  t.match(scenario.report(late)[2]!, { data: { points: 2, desired: 5 } });
});

t.test('what is reversed with its lot gives room back to the period it was earned in', async (t) => {
  const { scenario } = given(
    capped(DAY),
    purchase('p', '2026-03-01T10:00:00Z', { lines: [line('1', 2, 500)] }),
    giveBack('r', '2026-03-01T11:00:00Z', 'p', { lines: [{ lineId: '1', quantity: 1 }] }),
  );
  t.match(scenario.report(purchase('q', '2026-03-01T12:00:00Z', 800))[2]!, { data: { points: 5, desired: 8 } });
  scenario.report(giveBack('r2', '2026-03-02T11:00:00Z', 'p', { lines: [{ lineId: '1', quantity: 1 }] }));
  t.match(scenario.report(purchase('s', '2026-03-02T12:00:00Z', 2000))[2]!, { data: { points: 10 } }, 'not to today');
  const late = { ...purchase('late', '2026-03-01T13:00:00Z', 900), stamp: at('2026-03-02T13:00:00Z') };
  t.match(scenario.report(late)[2]!, { data: { points: 5, desired: 9 } }, 'but to then');
});

t.test('a month gives room back to the month, whenever in it the lot was earned', async (t) => {
  const { scenario } = given(
    capped([{ per: { calendar: 'month' }, points: 10 }]),
    purchase('p', '2026-03-03T10:00:00Z', 400),
    purchase('q', '2026-03-20T10:00:00Z', 600),
    giveBack('r', '2026-04-02T11:00:00Z', 'q', 600),
  );
  t.same(accountOf(scenario.state!, 'stars')!.capped.length, 2, 'one pair for the month');
  const late = { ...purchase('late', '2026-03-31T10:00:00Z', 900), stamp: at('2026-04-03T13:00:00Z') };
  t.match(scenario.report(late)[2]!, { data: { points: 6, desired: 9 } });
});

t.test('with clamp only what was taken gives room back', async (t) => {
  const { scenario } = given(
    capped(DAY, { negative: 'clamp' }),
    purchase('p', '2026-03-01T10:00:00Z', 1000),
    event('points.adjusted', 'a', '2026-03-01T11:00:00Z', { account: 'stars', points: -7, reason: 'x' }),
    giveBack('r', '2026-03-01T12:00:00Z', 'p', 1000),
  );
  t.match(scenario.report(purchase('q', '2026-03-01T13:00:00Z', 800))[2]!, { data: { points: 3 } });
});

t.test('adjustments and blind returns stand outside caps', async (t) => {
  const { scenario } = given(
    capped(DAY),
    event('points.adjusted', 'a', '2026-03-01T09:00:00Z', { account: 'stars', points: 50, reason: 'x' }),
    purchase('p', '2026-03-01T10:00:00Z', 1000),
    giveBack('r', '2026-03-01T11:00:00Z', undefined, 500),
  );
  t.match(accountOf(scenario.state!, 'stars'), { earned: 10, adjusted: 50, reversed: 5 });
  t.match(scenario.report(purchase('q', '2026-03-01T12:00:00Z', 100))[2]!, { data: { points: 0 } });
});

t.test('a clipped award comes back in proportion to what was given', async (t) => {
  const { scenario } = given(capped(DAY), purchase('p', '2026-03-01T10:00:00Z', 4000));
  const [, , reversed] = scenario.report(giveBack('r', '2026-03-02T10:00:00Z', 'p', 1000));
  t.match(reversed!, { type: 'points.reversed', data: { points: 2 } });
});

t.test('periods that no event can reach any more are forgotten', async (t) => {
  const { scenario } = given(capped(DAY, {}, { lateness: 'P2D' }));
  for (let day = 0; day < 200; day++) {
    const time = new Date(at('2026-01-01T10:00:00Z') + day * 86_400_000).toISOString();
    scenario.report(purchase(`p${day}`, time, 300));
  }
  t.ok(accountOf(scenario.state!, 'stars')!.capped.length <= 64);
});
