import t from 'tap';
import type { PurchaseData } from '../event.js';
import { isPublic } from '../outcome.js';
import { decide, judge } from './judge.js';
import { arriving, EARN, event, giveBack, given, imported, programOf, purchase, Scenario } from './scenario.js';
import { NOTHING_TAKEN } from './shared-limits.js';

const SIMPLE = programOf({ campaigns: [EARN] });

t.test('public outcomes are numbered in the order decided, internal ones have no id', (t) => {
  const { outcomes } = given(
    programOf({ campaigns: [{ ...EARN, outcomes: [{ tag: { add: 'a' } }, { tag: { add: 'b' } }] }] }),
  ).when(purchase('p', '2026-03-01T10:00:00Z', 100));
  t.same(
    outcomes.filter(isPublic).map(({ id }) => id),
    ['0-1-0', '0-1-1'],
  );
  t.ok(outcomes.filter((outcome) => !isPublic(outcome)).every(({ id }) => id === ''));
  t.same(outcomes.at(-1)!.cause, { eventId: 'p', campaignId: 'earn' });
  t.end();
});

t.test('an unknown customer is created by its first event, with the default status', (t) => {
  const { scenario } = given(SIMPLE).when(purchase('p', '2026-03-01T10:00:00Z', 100));
  t.match(scenario.state, { id: 'c', status: 'good', createdAt: Date.parse('2026-03-01T10:00:00Z') });
  t.end();
});

t.test('a second purchase with a transaction id is refused, naming the first event', (t) => {
  given(SIMPLE, purchase('p', '2026-03-01T10:00:00Z', 100))
    .when(event('purchase', 'other', '2026-03-02T10:00:00Z', { transactionId: 'p', total: 100 }))
    .gives(t, [['event.refused', { reason: 'transaction_exists', firstEventId: 'p' }]]);
  t.end();
});

t.test('so is a second return with one, but a return may share its id with a purchase', (t) => {
  const before = [
    purchase('p', '2026-03-01T10:00:00Z', 100),
    event('return', 'r', '2026-03-02T10:00:00Z', { transactionId: 'p', originalTransactionId: 'p', total: 10 }),
  ];
  const again = event('return', 'r2', '2026-03-03T10:00:00Z', {
    transactionId: 'p',
    originalTransactionId: 'p',
    total: 10,
  });
  given(SIMPLE, ...before)
    .when(again)
    .gives(t, [['event.refused', { reason: 'transaction_exists', firstEventId: 'r' }]]);
  t.end();
});

t.test('a refused event changes nothing but the clock; what was due before it is done', (t) => {
  const program = programOf({
    campaigns: [EARN],
    points: { accounts: [{ id: 'stars', expiry: { kind: 'rolling', after: 'P1D' } }] },
  });
  const scenario = given(program, purchase('p', '2026-03-01T10:00:00Z', 100))
    .when(event('purchase', 'other', '2026-03-05T10:00:00Z', { transactionId: 'p', total: 100 }))
    .gives(t, [
      ['points.expired', { points: 1 }],
      ['event.refused', {}],
    ]);
  t.equal(scenario.state!.totals.purchases, 1);
  t.equal(scenario.state!.arrival, Date.parse('2026-03-05T10:00:00Z'));
  t.end();
});

t.test('an event that the program cannot take is refused as invalid and changes nothing', (t) => {
  for (const [bad, code, pointer] of [
    [event('survey', 'e', '2026-03-02T10:00:00Z', {}), 'unknown_type', '/type'],
    [purchase('q', '2026-03-02T10:00:00Z', { total: 1, currency: 'EUR' }), 'currency_mismatch', '/data/currency'],
    [event('status.changed', 'e', '2026-03-02T10:00:00Z', { status: 'gone' }), 'unknown_status', '/data/status'],
    [
      event('points.adjusted', 'e', '2026-03-02T10:00:00Z', { account: 'gone', points: 1 }),
      'unknown_account',
      '/data/account',
    ],
  ] as const) {
    const { scenario, outcomes } = given(SIMPLE, purchase('p', '2026-03-01T10:00:00Z', 100)).when(bad);
    t.match(outcomes.at(-1), { type: 'event.refused', data: { reason: 'invalid', errors: [{ code, pointer }] } });
    t.match(scenario.state, { totals: { purchases: 1 }, status: 'good' });
  }
  t.end();
});

t.test('too late: a purchase counts in totals and RFM, no campaign judges it', (t) => {
  const program = programOf({
    campaigns: [EARN],
    rfm: { window: 'P365D', recencyDays: [1, 2, 3, 4], frequency: [1, 2, 3, 4], monetary: [1, 2, 3, 4] },
  });
  const scenario = given(program, purchase('p', '2026-03-31T10:00:00Z', 100))
    .when(arriving(purchase('late', '2026-03-01T09:59:59Z', 500), '2026-03-31T10:00:00Z'))
    .gives(t, [['event.ignored', { reason: 'too_late' }]]);
  t.match(scenario.profile(), { totals: { purchases: 2, net: 600 }, rfm: { frequency: 2, monetary: 600 } });
  t.end();
});

t.test('exactly as old as the lateness is not too late', (t) => {
  given(SIMPLE, purchase('p', '2026-03-31T10:00:00Z', 100))
    .when(arriving(purchase('late', '2026-03-01T10:00:00Z', 500), '2026-03-31T10:00:00Z'))
    .gives(t, [['points.earned', { points: 5 }]]);
  t.end();
});

t.test('too late, other types: what they say of themselves is done, and a return is never too late', (t) => {
  const late = (reported: ReturnType<typeof event>) => arriving(reported, '2026-06-01T10:00:00Z');
  const scenario = given(SIMPLE, purchase('p', '2026-03-01T10:00:00Z', 1000))
    .when(late(event('tag.added', 't', '2026-03-02T10:00:00Z', { tag: 'x' })))
    .gives(t, [['tag.added', { tag: 'x' }]]);
  t.equal(scenario.report(late(giveBack('r', '2026-03-03T10:00:00Z', 'p', 500))).at(-1)!.type, 'points.reversed');
  t.end();
});

t.test('a too late event of a declared type is ignored', (t) => {
  const program = programOf({
    events: [{ type: 'survey' }],
    campaigns: [{ ...EARN, base: false, behavior: { all: [{ event: 'survey' }] }, outcomes: [{ tag: { add: 'x' } }] }],
  });
  given(program)
    .when(arriving(event('survey', 's', '2026-03-02T10:00:00Z', {}), '2026-06-01T10:00:00Z'))
    .gives(t, [['event.ignored', { reason: 'too_late' }]]);
  given(program)
    .when(event('survey', 's', '2026-03-02T10:00:00Z', {}))
    .gives(t, [
      ['behavior.completed', {}],
      ['tag.added', { tag: 'x' }],
    ]);
  t.end();
});

t.test('imported: the clock is the customer’s own and never goes back', (t) => {
  const { scenario } = given(SIMPLE, imported(purchase('p', '2020-03-10T10:00:00Z', 100))).when(
    imported(purchase('q', '2020-03-01T10:00:00Z', 100)),
  );
  t.match(scenario.state, { arrival: Date.parse('2020-03-10T10:00:00Z'), imported: true });
  scenario.report({ ...purchase('live', '2026-03-01T10:00:00Z', 100), stamp: Date.parse('2026-03-01T10:00:05Z') });
  t.match(scenario.state, { arrival: Date.parse('2026-03-01T10:00:05Z'), imported: false });
  t.end();
});

t.test('a deadline entry does nothing where nothing is due', (t) => {
  const { scenario } = given(SIMPLE, purchase('p', '2026-03-01T10:00:00Z', 100));
  const before = scenario.state;
  t.same(scenario.time('2026-04-01T10:00:00Z'), []);
  t.equal(scenario.state, before);
  t.same(
    judge(
      undefined,
      { kind: 'due', position: '0-1', stamp: 1, customerId: 'nobody' },
      SIMPLE,
      scenario.history,
      NOTHING_TAKEN,
    ).outcomes,
    [],
  );
  t.end();
});

t.test('all campaigns see one view: as before the event’s outcomes, after what it says of itself', (t) => {
  const to = (id: string, field: string, test: object, tag: string) => ({
    id,
    kind: 'promotion',
    target: { where: { field, ...test } },
    behavior: { all: [{ event: 'status.changed' }] },
    outcomes: [{ tag: { add: tag } }],
  });
  const program = programOf({
    statuses: [{ id: 'good', default: true }, { id: 'vip' }],
    campaigns: [
      to('first', 'customer.status', { eq: 'vip' }, 'one'),
      to('second', 'customer.tags', { has: 'one' }, 'two'),
    ],
  });
  given(program)
    .when(event('status.changed', 's', '2026-03-01T10:00:00Z', { status: 'vip', reason: 'merit' }))
    .gives(t, [
      ['status.changed', { from: 'good', to: 'vip', reason: 'merit' }],
      ['behavior.completed', { campaignId: 'first' }],
      ['tag.added', { tag: 'one' }],
    ]);
  t.end();
});

t.test('the event is not yet in RFM when campaigns judge it', (t) => {
  const target = { where: { field: 'customer.rfm.frequency', eq: 0 } };
  const program = programOf({
    rfm: { window: 'P365D', recencyDays: [1, 2, 3, 4], frequency: [1, 2, 3, 4], monetary: [1, 2, 3, 4] },
    campaigns: [{ ...EARN, base: false, target, outcomes: [{ tag: { add: 'welcome' } }] }],
  });
  const scenario = given(program)
    .when(purchase('p', '2026-03-01T10:00:00Z', 1))
    .gives(t, [
      ['behavior.completed', {}],
      ['tag.added', { tag: 'welcome' }],
    ]);
  t.equal(scenario.report(purchase('q', '2026-03-02T10:00:00Z', 1)).filter(isPublic).length, 0);
  t.end();
});

t.test('a status that does not earn stops campaigns only', (t) => {
  const program = programOf({
    campaigns: [EARN],
    statuses: [
      { id: 'good', default: true },
      { id: 'blocked', earns: false },
    ],
  });
  const blocked = event('status.changed', 's', '2026-03-02T10:00:00Z', { status: 'blocked' });
  const scenario = given(program, purchase('p', '2026-03-01T10:00:00Z', 1000), blocked)
    .when(purchase('q', '2026-03-03T10:00:00Z', 1000))
    .gives(t, []);
  t.match(scenario.state, { totals: { purchases: 2, net: 2000 } });
  t.match(scenario.report(giveBack('r', '2026-03-04T10:00:00Z', 'p', 1000)).at(-1), {
    type: 'points.reversed',
    data: { points: 10 },
  });
  t.end();
});

t.test(
  'the same status again, a tag that is not there, attributes that are so already: applied, and nothing to tell',
  (t) => {
    const before = event('profile.updated', 'a', '2026-03-01T10:00:00Z', {
      attributes: { city: 'Bath' },
      timeZone: 'Europe/London',
    });
    for (const nothing of [
      event('status.changed', 'e', '2026-03-02T10:00:00Z', { status: 'good' }),
      event('tag.removed', 'e', '2026-03-02T10:00:00Z', { tag: 'none' }),
      event('profile.updated', 'e', '2026-03-02T10:00:00Z', {
        attributes: { city: 'Bath', none: null },
        timeZone: 'Europe/London',
      }),
    ]) {
      given(SIMPLE, before).when(nothing).gives(t, []);
    }
    t.end();
  },
);

t.test('attributes merge, null removes, and no name is special', (t) => {
  const attributes = JSON.parse('{"a": 1, "constructor": "x"}') as object;
  const scenario = given(SIMPLE, event('profile.updated', 'a', '2026-03-01T10:00:00Z', { attributes }))
    .when(event('profile.updated', 'b', '2026-03-02T10:00:00Z', { attributes: { a: null, b: [1] }, locale: 'de' }))
    .gives(t, [['profile.changed', { attributes: { a: null, b: [1] }, locale: 'de', timeZone: undefined }]]);
  t.same(scenario.state!.attributes, { constructor: 'x', b: [1] });
  t.end();
});

t.test('deciding alone leaves the state as it is', (t) => {
  const { scenario } = given(SIMPLE, purchase('p', '2026-03-01T10:00:00Z', 1000));
  const before = structuredClone(scenario.state);
  const { event: back } = giveBack('r', '2026-03-02T10:00:00Z', 'p', 500);
  const entry = { kind: 'event', position: '0-9', stamp: back.time, event: back, imported: false } as const;
  t.ok(decide(scenario.state, entry, SIMPLE, scenario.history, NOTHING_TAKEN).length > 2);
  t.same(scenario.state, before);
  t.end();
});

t.test('ids from outside that are names of Object are ids like any other', (t) => {
  const program = programOf({ campaigns: [EARN] });
  const scenario = new Scenario(program);
  const lines = [{ lineId: '__proto__', sku: 'constructor', quantity: 2, unitPrice: 500 }];
  scenario.report({
    event: { ...purchase('__proto__', '2026-03-01T10:00:00Z', { lines }).event, subject: '__proto__' },
  });
  const back = giveBack('toString', '2026-03-02T10:00:00Z', '__proto__', {
    lines: [{ lineId: '__proto__', quantity: 1 }],
  });
  scenario.report({ event: { ...back.event, subject: '__proto__' } });
  t.match(scenario.state, { id: '__proto__', totals: { net: 500 } });
  t.equal((scenario.history.purchase('__proto__')!.event.data as PurchaseData).transactionId, '__proto__');
  t.equal(scenario.history.purchase('__proto__')!.record!.refunded, 500);
  t.end();
});
