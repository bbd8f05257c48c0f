/** Returns by line, by total and blind. It is long because each kind of return is tried on each kind of purchase. */
import t from 'tap';
import type { ReturnLine } from '../event.js';
import { accountOf } from './account-state.js';
import {
  arriving,
  EARN,
  event,
  giveBack,
  given,
  line,
  programOf,
  purchase,
  type Reported,
  Scenario,
} from './scenario.js';

const SIMPLE = programOf({ campaigns: [EARN] });
const P = (what: number | object) => purchase('p', '2026-03-01T10:00:00Z', what);
const back = (id: string, what: number | ReturnLine[]) =>
  giveBack(id, '2026-03-02T10:00:00Z', 'p', typeof what === 'number' ? what : { lines: what });
const exceeds = [['event.refused', { reason: 'return_exceeds_purchase' }]] as const;

/** Net after each return, refusals as `x`. */
function nets(scenario: Scenario, ...reports: Reported[]): (number | string)[] {
  return reports.map((reported) => {
    const refused = scenario.report(reported).some(({ type }) => type === 'event.refused');
    return refused ? 'x' : scenario.state!.totals.net;
  });
}

t.test('rate points come back in proportion: floor(entry × back ÷ whole) in all', (t) => {
  const scenario = given(SIMPLE, P(1000))
    .when(back('r', 333))
    .gives(t, [['points.reversed', { points: 3, transactionId: 'p', lotId: '0-1-0' }]]);
  t.match(scenario.report(back('s', 333)).at(-1), { data: { points: 3 } });
  t.match(scenario.report(back('u', 334)).at(-1), { data: { points: 4 } }, 'everything once the full total is back');
  t.match(accountOf(scenario.state!, 'stars'), { earned: 10, reversed: 10, active: 0 });
  t.match(scenario.state!.totals, { purchases: 1, returns: 3, net: 0 });
  t.end();
});

t.test('with a multiplier and halfUp the entry is what is shared, not the rate', (t) => {
  const tiers = [
    {
      id: 'main',
      basis: { spend: true },
      window: { calendar: 'year' },
      levels: [{ id: 'only', atLeast: 0, multiplier: 1.5 }],
    },
  ];
  const outcomes = [
    { points: { account: 'stars', rate: { points: 1, per: 100, of: 'amount' }, multiply: 'tier', round: 'halfUp' } },
  ];
  given(programOf({ tiers, campaigns: [{ ...EARN, outcomes }] }), P(1100))
    .when(back('r', 500))
    .gives(t, [['points.reversed', { points: 7 }]]);
  t.end();
});

t.test('fixed points and rate points of other campaigns', (t) => {
  const bonus = {
    id: 'bonus',
    kind: 'promotion',
    behavior: { all: [{ event: 'purchase' }] },
    outcomes: [
      { points: { account: 'stars', fixed: 50 } },
      { points: { account: 'stars', rate: { points: 1, per: 10, of: 'amount' } } },
    ],
  };
  const { outcomes } = given(programOf({ campaigns: [EARN, bonus] }), P(1000)).when(back('r', 1000));
  t.same(
    outcomes
      .filter(({ type }) => type === 'points.reversed')
      .map(({ cause, data }) => [cause.campaignId, (data as { points: number }).points]),
    [
      ['earn', 10],
      ['bonus', 100],
    ],
  );
  t.end();
});

t.test('a rate of quantity: units back; a return by total reverses nothing until the full total is back', (t) => {
  const outcomes = [{ points: { account: 'stars', rate: { points: 10, per: 1, of: 'quantity' } } }];
  const program = programOf({ campaigns: [{ ...EARN, outcomes }] });
  const basket = { lines: [line('1', 3, 100)] };
  given(program, P(basket))
    .when(back('r', [{ lineId: '1', quantity: 2 }]))
    .gives(t, [['points.reversed', { points: 20 }]]);
  const scenario = given(program, P(basket)).when(back('r', 200)).gives(t, []);
  t.match(scenario.report(back('s', 100)).at(-1), { data: { points: 30 } });
  t.end();
});

t.test('a rate of lines: whole less what is paid for those kept', (t) => {
  const latte = { field: 'categories', has: 'latte' };
  const outcomes = [{ points: { account: 'stars', rate: { points: 1, per: 10, of: { lines: latte, of: 'amount' } } } }];
  const program = programOf({ campaigns: [{ ...EARN, outcomes }] });
  const basket = { lines: [line('1', 2, 400, { categories: ['latte'] }), line('2', 5, 100)] };
  const scenario = given(program, P(basket))
    .when(back('r', [{ lineId: '2', quantity: 5 }]))
    .gives(t, []);
  t.match(scenario.report(back('s', [{ lineId: '1', quantity: 1 }])).at(-1), { data: { points: 40 } });
  t.match(scenario.report(back('u', [{ lineId: '1', quantity: 1 }])).at(-1), { data: { points: 40 } });
  t.end();
});

t.test('the program may have changed since: what was earned says itself how it comes back', (t) => {
  const outcomes = [
    {
      points: {
        account: 'stars',
        rate: { points: 1, per: 10, of: { lines: { field: 'sku', eq: 'sku-1' }, of: 'quantity' } },
      },
    },
  ];
  const scenario = given(
    programOf({ campaigns: [{ ...EARN, outcomes }] }),
    P({ lines: [line('1', 20, 100), line('2', 1, 100)] }),
  ).scenario;
  scenario.program = programOf({ campaigns: [] });
  t.match(scenario.report(back('r', [{ lineId: '1', quantity: 10 }])).at(-1), {
    type: 'points.reversed',
    data: { points: 1 },
  });
  t.end();
});

t.test('the shop’s discounts are spread by largest remainder, ties to the earlier line, then the lower unit', (t) => {
  const basket = { lines: [line('1', 3, 100), line('2', 1, 50)], discounts: [{ amount: 100 }] };
  // 350 less 100: 28.57 off each 100 (28, remainder .57), 14.28 off the 50: two more cents go to units 1 and 2.
  const units = (unit: number) => back(`u${unit}`, [{ lineId: '1', quantity: 1, units: [unit] }]);
  t.same(
    nets(new Scenario(SIMPLE), P(basket), units(1), units(3), units(2), back('rest', [{ sku: 'sku-2', quantity: 1 }])),
    [250, 179, 107, 36, 0],
  );
  t.end();
});

t.test('discounts of a line, then of the check, in the order given, excluded lines too', (t) => {
  const basket = {
    lines: [line('1', 2, 100, { excluded: true }), line('2', 1, 100)],
    discounts: [{ lineId: '1', amount: 100 }, { amount: 20 }],
  };
  t.same(
    nets(
      new Scenario(SIMPLE),
      P(basket),
      back('a', [{ lineId: '1', quantity: 1 }]),
      back('b', [{ lineId: '2', quantity: 1 }]),
    ),
    [180, 135, 45],
  );
  t.end();
});

t.test(
  'a return by line or sku takes the unit for which least was paid, then the earlier line, then the lower unit',
  (t) => {
    const basket = {
      lines: [line('1', 2, 300, { sku: 'A' }), line('2', 2, 200, { sku: 'A' })],
      discounts: [{ lineId: '1', amount: 301 }],
    };
    // Line 1: 149 and 150; line 2: 200 and 200.
    const one = (id: string) => back(id, [{ sku: 'A', quantity: 1 }]);
    const scenario = new Scenario(SIMPLE);
    t.same(nets(scenario, P(basket), one('a'), one('b'), one('c'), one('d'), one('e')), [699, 550, 400, 200, 0, 'x']);
    const { record } = scenario.history.purchase('p')!;
    t.same(record, {
      v: 1,
      refunded: 699,
      back: [
        [1, 2],
        [1, 2],
      ],
      reversed: [['0-1-0', 6]],
      all: true,
    });
    t.end();
  },
);

t.test('units may be named, and lines of one return do not take them from each other', (t) => {
  const basket = { lines: [line('1', 2, 100, { sku: 'A' }), line('2', 1, 500, { sku: 'A' })] };
  const mixed = [
    { sku: 'A', quantity: 1 },
    { lineId: '1', quantity: 1 },
    { lineId: '1', quantity: 1, units: [1] },
  ];
  t.same(nets(new Scenario(SIMPLE), P(basket), back('r', mixed)), [700, 0]);
  t.end();
});

t.test(
  'returning more than was bought is refused: in units, in units named, in what was never bought, in refunds',
  (t) => {
    const basket = P({ lines: [line('1', 2, 100)] });
    given(SIMPLE, basket)
      .when(back('r', [{ lineId: '1', quantity: 3 }]))
      .gives(t, exceeds);
    given(SIMPLE, basket, back('a', [{ lineId: '1', quantity: 1, units: [2] }]))
      .when(back('r', [{ lineId: '1', quantity: 1, units: [2] }]))
      .gives(t, exceeds);
    given(SIMPLE, basket)
      .when(back('r', [{ lineId: '1', quantity: 1, units: [3] }]))
      .gives(t, exceeds);
    given(SIMPLE, basket)
      .when(back('r', [{ lineId: '1', quantity: 2, units: [1, 1] }]))
      .gives(t, exceeds);
    given(SIMPLE, basket)
      .when(back('r', [{ sku: 'other', quantity: 1 }]))
      .gives(t, exceeds);
    given(SIMPLE, basket).when(back('r', 201)).gives(t, exceeds);
    given(SIMPLE, basket, back('a', 150))
      .when(back('r', [{ lineId: '1', quantity: 1 }]))
      .gives(t, exceeds);
    given(SIMPLE, P(100))
      .when(back('r', [{ lineId: '1', quantity: 1 }]))
      .gives(t, exceeds);
    t.end();
  },
);

t.test('all units back: the purchase leaves RFM’s frequency, its amounts stay each at its own time', (t) => {
  const rfm = { window: 'P30D', recencyDays: [1, 2, 3, 4], frequency: [1, 2, 3, 4], monetary: [1, 2, 3, 4] };
  const program = programOf({ campaigns: [EARN], rfm });
  const scenario = given(
    program,
    P({ lines: [line('1', 2, 100)] }),
    back('r', [{ lineId: '1', quantity: 1 }]),
  ).scenario;
  t.match(scenario.profile(), { rfm: { frequency: 1, monetary: 100, recencyDays: 1 } });
  scenario.report(back('s', [{ lineId: '1', quantity: 1 }]));
  t.match(scenario.profile(), {
    rfm: {
      frequency: 0,
      monetary: 0,
      recencyDays: null,
      scores: { recency: 1, frequency: 1, monetary: 1 },
      score: 111,
    },
  });
  t.match(
    scenario.profile(Date.parse('2026-04-01T00:00:00Z')),
    { rfm: { monetary: -200 } },
    'the purchase has left the window, its returns have not',
  );
  t.end();
});

t.test('blind: the base campaign’s rates without multiplier, if its where, target and schedule hold', (t) => {
  const tiers = [
    {
      id: 'main',
      basis: { spend: true },
      window: { calendar: 'year' },
      levels: [{ id: 'only', atLeast: 0, multiplier: 3 }],
    },
  ];
  const outcomes = [
    { points: { account: 'stars', rate: { points: 1, per: 100, of: 'amount' }, multiply: 'tier' } },
    { points: { account: 'stars', fixed: 7 } },
  ];
  const blind = giveBack('r', '2026-03-02T10:00:00Z', undefined, {
    lines: [{ sku: 'A', quantity: 2, unitPrice: 175 }],
  });
  const scenario = given(programOf({ tiers, campaigns: [{ ...EARN, outcomes }] }), P(1000))
    .when(blind)
    .gives(t, [['points.reversed', { points: 3, originalKnown: false, transactionId: 'r' }]]);
  t.match(scenario.state!.totals, { purchases: 1, returns: 1, net: 650 });
  const only = (more: object) => given(programOf({ campaigns: [{ ...EARN, ...more }] }), P(1000)).when(blind);
  only({ schedule: { start: '2026-03-03T00:00:00Z' } }).gives(t, []);
  only({ target: { where: { field: 'customer.tags', has: 'none' } } }).gives(t, []);
  only({ behavior: { all: [{ event: 'purchase', where: { field: 'amount', gte: 351 } }] } }).gives(t, []);
  only({ behavior: { all: [{ event: 'purchase', where: { lines: { where: { field: 'sku', eq: 'A' } } } }] } }).gives(
    t,
    [['points.reversed', { points: 3 }]],
  );
  t.end();
});

t.test('a return that names a purchase not known, or no longer open, is blind and needs prices', (t) => {
  const unknown = giveBack('r', '2026-03-02T10:00:00Z', 'other', { lines: [{ lineId: '1', quantity: 1 }] });
  given(SIMPLE, P(1000))
    .when(unknown)
    .gives(t, [['event.refused', { reason: 'invalid' }]]);
  given(SIMPLE, P(1000))
    .when(giveBack('r', '2026-03-02T10:00:00Z', 'other', 250))
    .gives(t, [['points.reversed', { points: 2, originalKnown: false, countsAt: undefined }]]);
  const window = programOf({ campaigns: [EARN], returns: { window: 'P30D' } });
  given(window, P(1000))
    .when(giveBack('r', '2026-03-31T10:00:00Z', 'p', 250))
    .gives(t, [['points.reversed', { points: 2, originalKnown: undefined }]]);
  given(window, P(1000))
    .when(giveBack('r', '2026-03-31T10:00:01Z', 'p', 250))
    .gives(t, [['points.reversed', { points: 2, originalKnown: false }]]);
  t.end();
});

t.test('a purchase that cost nothing is back when its units are', (t) => {
  const times = {
    id: 'c',
    kind: 'promotion',
    behavior: { all: [{ event: 'purchase', times: 3 }] },
    outcomes: [{ tag: { add: 'x' } }],
  };
  const program = programOf({ campaigns: [times] });
  const basket = P({ lines: [line('1', 2, 0)] });
  given(program, basket)
    .when(back('r', [{ lineId: '1', quantity: 1 }]))
    .gives(t, []);
  given(program, basket, back('r', [{ lineId: '1', quantity: 1 }]))
    .when(back('s', [{ lineId: '1', quantity: 1 }]))
    .gives(t, [['behavior.progressed', {}]]);
  t.end();
});

t.test('a return of a purchase that was too late changes totals and RFM only', (t) => {
  const late = arriving(P(1000), '2026-06-01T10:00:00Z');
  const scenario = given(SIMPLE, late)
    .when(arriving(back('r', 400), '2026-06-02T10:00:00Z'))
    .gives(t, []);
  t.match(scenario.state!.totals, { net: 600, returns: 1 });
  t.end();
});

t.test('a line of a million units comes back unit by unit without being written out', (t) => {
  const basket = { lines: [line('1', 1_000_000, 3)], discounts: [{ amount: 1_000_001 }] };
  const scenario = new Scenario(SIMPLE);
  t.same(
    nets(
      scenario,
      P(basket),
      back('a', [{ lineId: '1', quantity: 999_999 }]),
      back('b', [{ lineId: '1', quantity: 1 }]),
    ),
    [1_999_999, 2, 0],
  );
  t.ok(JSON.stringify(scenario.history.purchase('p')!.record).length < 200);
  t.end();
});

t.test('points by rate for an event that is no purchase come back with no purchase', (t) => {
  const outcomes = [{ points: { account: 'stars', rate: { points: 1, per: 1, of: 'amount' } } }];
  const mixed = {
    id: 'c',
    kind: 'promotion',
    behavior: { all: [{ event: 'purchase' }, { event: 'tag.added' }] },
    outcomes,
  };
  const tag = event('tag.added', 't', '2026-03-01T11:00:00Z', { tag: 'x' });
  given(programOf({ campaigns: [mixed] }), P(10))
    .when(tag)
    .gives(t, [
      ['tag.added', {}],
      ['behavior.completed', {}],
    ]);
  const reversed = event('tag.added', 't', '2026-03-01T09:00:00Z', { tag: 'x' });
  given(programOf({ campaigns: [mixed] }), reversed, P(10))
    .when(back('r', 10))
    .gives(t, [['points.reversed', { points: 10 }]]);
  t.end();
});
