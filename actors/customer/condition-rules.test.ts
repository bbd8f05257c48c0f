/** What the paths of a condition come to for a customer with a past (PROGRAM: Conditions; "Edges: Conditions"). */
import t from 'tap';
import { behaving, course } from './course.js';
import { arriving, EARN, event, giveBack, line, programOf, purchase, type Reported, Scenario } from './scenario.js';

const RFM = { window: 'P10D', recencyDays: [1, 2, 3, 4], frequency: [1, 2, 3, 4], monetary: [1, 2, 3, 4] };
const BASKET = {
  lines: [line('1', 2, 450), line('2', 1, 100, { excluded: true })],
  discounts: [{ lineId: '1', amount: 100 }, { amount: 90 }],
};
const buy = (id: string, time: string, what: number | object = 100) => purchase(id, time, what);

/** Whether an event of a type, the last one reported, meets a condition. */
function meets(where: object, type: string, parts: object, ...reports: Reported[]): boolean {
  const scenario = new Scenario(behaving({ all: [{ event: type, where }] }, {}, parts));
  return course(scenario, ...reports).endsWith('c');
}

t.test('amount is the net, of a purchase and of a return', (t) => {
  const bought = buy('p', '2026-03-01T10:00:00Z', BASKET);
  t.ok(meets({ field: 'amount', eq: 810 }, 'purchase', {}, bought));
  t.ok(meets({ field: 'quantity', eq: 3 }, 'purchase', {}, bought));
  const back = giveBack('r', '2026-03-02T10:00:00Z', 'p', { lines: [{ lineId: '1', quantity: 1 }] });
  t.ok(meets({ field: 'amount', eq: 360 }, 'return', {}, bought, back), 'what was paid for the unit');
  t.ok(meets({ field: 'amount', eq: 250 }, 'return', {}, bought, giveBack('r', '2026-03-02T10:00:00Z', 'p', 250)));
  t.end();
});

t.test('a line’s amount is after the shop’s own discounts, also its share of one over the check', (t) => {
  const bought = buy('p', '2026-03-01T10:00:00Z', BASKET);
  for (const [sku, amount] of [
    ['sku-1', 720],
    ['sku-2', 90],
  ] as const) {
    const where = {
      all: [
        { field: 'sku', eq: sku },
        { field: 'amount', eq: amount },
      ],
    };
    t.ok(meets({ lines: { where } }, 'purchase', {}, bought), sku);
    t.ok(meets({ lines: { where: { field: 'sku', eq: sku }, amount: { eq: amount } } }, 'purchase', {}, bought), sku);
  }
  t.end();
});

t.test('a purchase with only a total has no lines and no quantity', (t) => {
  const bought = buy('p', '2026-03-01T10:00:00Z', 500);
  t.ok(meets({ field: 'quantity', exists: false }, 'purchase', {}, bought));
  t.ok(meets({ field: 'amount', eq: 500 }, 'purchase', {}, bought));
  t.notOk(meets({ lines: {} }, 'purchase', {}, bought));
  t.notOk(meets({ lines: { amount: { gte: 0 } } }, 'purchase', {}, bought));
  t.end();
});

t.test('at least one unit must match lines, whatever their quantity and amount', (t) => {
  const bought = buy('p', '2026-03-01T10:00:00Z', BASKET);
  t.notOk(meets({ lines: { where: { field: 'sku', eq: 'tea' }, amount: { gte: 0 } } }, 'purchase', {}, bought));
  t.notOk(meets({ lines: { where: { field: 'sku', eq: 'tea' }, quantity: { lte: 3 } } }, 'purchase', {}, bought));
  t.end();
});

t.test('customer.rfm is as of the event’s time', (t) => {
  const before = [buy('a', '2026-03-01T10:00:00Z', 300), buy('b', '2026-03-10T10:00:00Z', 500)];
  const rfm = { rfm: RFM };
  for (const [name, time, field, value] of [
    ['before both', '2026-02-28T10:00:00Z', 'frequency', 0],
    ['between them', '2026-03-05T10:00:00Z', 'frequency', 1],
    ['between them', '2026-03-05T10:00:00Z', 'monetary', 300],
    ['whole days since the one before it', '2026-03-05T09:59:59Z', 'recencyDays', 3],
    ['after both', '2026-03-10T12:00:00Z', 'frequency', 2],
    ['after the first has left the window', '2026-03-11T10:00:00Z', 'frequency', 1],
  ] as const) {
    const late = arriving(buy('l', time), '2026-03-12T10:00:00Z');
    t.ok(meets({ field: `customer.rfm.${field}`, eq: value }, 'purchase', rfm, ...before, late), `${name}: ${field}`);
  }
  t.end();
});

t.test('customer.offers are those that are held and usable', (t) => {
  const offers = [
    { id: 'good', kind: 'digital', validity: { for: 'P30D' } },
    { id: 'ended', kind: 'digital', validity: { for: 'P1D' } },
    { id: 'later', kind: 'digital', validity: { from: '2026-06-01T00:00:00Z', until: '2026-07-01T00:00:00Z' } },
    { id: 'used', kind: 'digital', validity: { for: 'P30D' }, uses: 1 },
  ];
  const gift = {
    id: 'gift',
    kind: 'promotion',
    behavior: { all: [{ event: 'survey' }] },
    outcomes: offers.map(({ id }) => ({ offer: id })),
  };
  const watchers = offers.map(({ id }) => ({
    id,
    kind: 'promotion',
    behavior: { all: [{ event: 'purchase', where: { field: 'customer.offers', has: id } }] },
    outcomes: [{ tag: { add: id } }],
  }));
  const scenario = new Scenario(programOf({ events: [{ type: 'survey' }], offers, campaigns: [gift, ...watchers] }));
  const issued = scenario
    .report(event('survey', 's', '2026-03-01T10:00:00Z', {}))
    .flatMap((outcome) =>
      outcome.type === 'offer.issued' && outcome.data.offerId === 'used' ? [outcome.data.issueId] : [],
    );
  scenario.report(event('offer.redeemed', 'o', '2026-03-01T11:00:00Z', { issueId: issued[0] }));
  const seen = scenario.report(buy('p', '2026-03-03T10:00:00Z'));
  t.same(
    seen.flatMap((outcome) => (outcome.type === 'tag.added' ? [outcome.data.tag] : [])),
    ['good'],
  );
  t.end();
});

t.test('customer.ageDays is whole days of 24 hours since the first event', (t) => {
  const first = event('profile.updated', 'u', '2026-03-01T10:00:00Z', { timeZone: 'America/New_York' });
  for (const [time, days] of [
    ['2026-03-01T10:00:00Z', 0],
    ['2026-03-02T09:59:59Z', 0],
    ['2026-03-02T10:00:00Z', 1],
    ['2026-03-09T09:59:59Z', 7],
    ['2026-03-09T10:00:00Z', 8],
  ] as const)
    t.ok(meets({ field: 'customer.ageDays', eq: days }, 'purchase', {}, first, buy('p', time)), time);
  const before = arriving(buy('p', '2026-02-20T10:00:00Z'), '2026-03-02T10:00:00Z');
  t.ok(meets({ field: 'customer.ageDays', eq: 0 }, 'purchase', {}, first, before), 'never less than nothing');
  t.end();
});

t.test('customer.points are the active ones, pending and owed aside', (t) => {
  const parts = {
    points: { accounts: [{ id: 'stars' }, { id: 'later', activation: { kind: 'after', duration: 'P5D' } }] },
  };
  const give = (id: string, account: string, points: number, time: string) =>
    event('points.adjusted', id, time, { account, points, reason: 'test' });
  const has = (account: string, eq: number, ...before: Reported[]) =>
    meets({ field: `customer.points.${account}`, eq }, 'purchase', parts, ...before, buy('p', '2026-03-04T10:00:00Z'));
  t.ok(has('stars', 0));
  t.ok(has('stars', 7, give('a', 'stars', 7, '2026-03-01T10:00:00Z')));
  t.ok(has('stars', 0, give('a', 'stars', -7, '2026-03-01T10:00:00Z')), 'a debt');
  t.ok(has('later', 0, give('a', 'later', 7, '2026-03-01T10:00:00Z')), 'pending');
  t.ok(has('later', 7, give('a', 'later', 7, '2026-02-25T10:00:00Z')), 'active by then');
  t.end();
});

t.test('text compares by code point and types are never converted, in a purchase as in a profile', (t) => {
  const attributes = { name: '\u{1f600}', size: '5' };
  const first = event('profile.updated', 'u', '2026-03-01T10:00:00Z', { attributes });
  const earns = (where: object) => {
    const scenario = new Scenario(programOf({ campaigns: [{ ...EARN, target: { where } }] }));
    scenario.report(first);
    return scenario.report(buy('p', '2026-03-02T10:00:00Z')).some(({ type }) => type === 'points.earned');
  };
  t.ok(earns({ field: 'customer.attributes.name', gt: '\uffff' }));
  t.notOk(earns({ field: 'customer.attributes.size', eq: 5 }));
  t.notOk(earns({ field: 'customer.attributes.size', gt: 4 }));
  t.notOk(earns({ field: 'customer.attributes.size', lte: 5 }));
  t.ok(earns({ field: 'customer.attributes.size', ne: 5 }));
  t.end();
});
