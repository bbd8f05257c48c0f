import t from 'tap';
import { compileExpiry } from '../program/compile-points.js';
import type { ExpiryDocument } from '../program/document-points.js';
import { accountOf } from './account-state.js';
import { expiryOf } from './expiry.js';
import { EARN, event, given, programOf, purchase, type Scenario } from './scenario.js';

const at = (text: string) => Date.parse(text);

type Row = readonly [name: string, expiry: ExpiryDocument, earnedAt: string, zone: string, expiresAt: string | null];

const ROWS: readonly Row[] = [
  ['none: never', 'none', '2026-03-01T10:00:00Z', 'UTC', null],
  ['rolling: since earned', { kind: 'rolling', after: 'P30D' }, '2026-03-01T10:00:00Z', 'UTC', '2026-03-31T10:00:00Z'],
  [
    'rolling by months: the day of month clipped',
    { kind: 'rolling', after: 'P1M' },
    '2026-01-31T10:00:00Z',
    'UTC',
    '2026-02-28T10:00:00Z',
  ],
  [
    'rounded up to the month: 23:59:59 of its last local day',
    { kind: 'rolling', after: 'P12M', roundUpTo: 'month' },
    '2026-11-24T13:26:00Z',
    'America/New_York',
    '2027-11-30T23:59:59-05:00',
  ],
  [
    'rounded up to the quarter',
    { kind: 'rolling', after: 'P1D', roundUpTo: 'quarter' },
    '2026-03-31T12:00:00Z',
    'UTC',
    '2026-06-30T23:59:59Z',
  ],
  [
    'rounded up to the year',
    { kind: 'rolling', after: 'P1D', roundUpTo: 'year' },
    '2026-12-30T12:00:00Z',
    'UTC',
    '2026-12-31T23:59:59Z',
  ],
  [
    'fixed: the next of the dates',
    { kind: 'fixed', dates: ['06-30', '12-31'] },
    '2026-03-01T10:00:00Z',
    'UTC',
    '2026-06-30T23:59:59Z',
  ],
  [
    'fixed: after the first comes the second',
    { kind: 'fixed', dates: ['12-31', '06-30'] },
    '2026-07-01T00:00:00Z',
    'UTC',
    '2026-12-31T23:59:59Z',
  ],
  [
    'fixed: after the last comes the first of next year',
    { kind: 'fixed', dates: ['06-30'] },
    '2026-07-01T00:00:00Z',
    'UTC',
    '2027-06-30T23:59:59Z',
  ],
  [
    'fixed: on the day itself its own end',
    { kind: 'fixed', dates: ['06-30'] },
    '2026-06-30T23:59:59Z',
    'UTC',
    '2026-06-30T23:59:59Z',
  ],
  [
    'fixed: in the customer’s zone',
    { kind: 'fixed', dates: ['12-31'] },
    '2027-01-01T02:00:00Z',
    'America/New_York',
    '2026-12-31T23:59:59-05:00',
  ],
  [
    'fixed: where there is no 29th of February its last day',
    { kind: 'fixed', dates: ['02-29'] },
    '2026-02-01T00:00:00Z',
    'UTC',
    '2026-02-28T23:59:59Z',
  ],
  [
    'fixed: where there is one',
    { kind: 'fixed', dates: ['02-29'] },
    '2027-03-01T00:00:00Z',
    'UTC',
    '2028-02-29T23:59:59Z',
  ],
  [
    'inactivity: without any such event since the lot’s own time',
    { kind: 'inactivity', after: 'P6M', events: ['purchase'] },
    '2026-08-31T10:00:00Z',
    'UTC',
    '2027-02-28T10:00:00Z',
  ],
];

t.test('when a lot expires', async (t) => {
  for (const [name, expiry, earnedAt, zone, expiresAt] of ROWS) {
    const wanted = expiresAt === null ? null : at(expiresAt);
    t.equal(expiryOf(compileExpiry(expiry), undefined, at(earnedAt), zone), wanted, name);
  }
});

const IDLE = { kind: 'inactivity', after: 'P10D', events: ['purchase', 'survey'] };
const idle = (campaigns: object[] = [EARN]) =>
  programOf({
    points: { accounts: [{ id: 'stars', expiry: IDLE }] },
    events: [{ type: 'survey' }, { type: 'other' }],
    campaigns,
  });
const ends = (scenario: Scenario) =>
  accountOf(scenario.state!, 'stars')!.lots.map(({ expiresAt }) => new Date(expiresAt!).toISOString().slice(0, 10));

t.test('inactivity: every lot lasts from the last of the events', async (t) => {
  const { scenario } = given(
    idle(),
    purchase('p', '2026-03-01T10:00:00Z', 100),
    event('other', 'o', '2026-03-02T10:00:00Z', {}),
  );
  t.same(ends(scenario), ['2026-03-11'], 'another event prolongs nothing');
  scenario.report(event('survey', 's', '2026-03-05T10:00:00Z', {}));
  t.same(ends(scenario), ['2026-03-15']);
  scenario.report(purchase('q', '2026-03-06T10:00:00Z', 100));
  t.same(ends(scenario), ['2026-03-16', '2026-03-16']);
  t.same(
    scenario.time('2026-03-16T10:00:00Z').map(({ type }) => type),
    ['entry.judged', 'points.expired', 'points.expired'],
  );
});

t.test('inactivity: a late event never shortens, and prolongs only by its own time', async (t) => {
  const { scenario } = given(idle(), purchase('p', '2026-03-05T10:00:00Z', 100));
  scenario.report({ ...event('survey', 'a', '2026-03-01T10:00:00Z', {}), stamp: at('2026-03-06T10:00:00Z') });
  t.same(ends(scenario), ['2026-03-15']);
  scenario.report({ ...event('survey', 'b', '2026-03-06T11:00:00Z', {}), stamp: at('2026-03-09T10:00:00Z') });
  t.same(ends(scenario), ['2026-03-16']);
});

t.test('inactivity: a lot earned late lasts from the last event, which was later', async (t) => {
  const { scenario } = given(idle(), event('survey', 's', '2026-03-09T10:00:00Z', {}));
  scenario.report({ ...purchase('p', '2026-03-01T10:00:00Z', 100), stamp: at('2026-03-10T10:00:00Z') });
  t.same(ends(scenario), ['2026-03-19']);
});

t.test('inactivity: by months, clipped, an event before the lot prolongs it by nothing', async (t) => {
  const expiry = { kind: 'inactivity', after: 'P1M', events: ['survey'] };
  const { scenario } = given(
    programOf({ points: { accounts: [{ id: 'stars', expiry }] }, events: [{ type: 'survey' }], campaigns: [EARN] }),
    event('survey', 'a', '2026-01-29T23:00:00Z', {}),
    purchase('p', '2026-01-31T00:00:00Z', 100),
    event('survey', 'b', '2026-01-31T04:00:00Z', {}),
  );
  t.same(new Date(accountOf(scenario.state!, 'stars')!.lots[0]!.expiresAt!).toISOString(), '2026-02-28T04:00:00.000Z');
});

t.test('inactivity: where clipped months make a later event end earlier, it shortens nothing', async (t) => {
  const expiry = { kind: 'inactivity', after: 'P1M', events: ['survey'] };
  const program = programOf({
    points: { accounts: [{ id: 'stars', expiry }] },
    events: [{ type: 'survey' }],
    campaigns: [EARN],
  });
  const bought = purchase('p', '2026-01-29T23:00:00Z', 100);
  const asked = event('survey', 's', '2026-01-30T00:00:00Z', {});
  const end = (scenario: Scenario) => accountOf(scenario.state!, 'stars')!.lots[0]!.expiresAt;
  t.equal(end(given(program, bought, asked).scenario), at('2026-02-28T23:00:00Z'));
  t.equal(end(given(program, asked, bought).scenario), at('2026-02-28T23:00:00Z'));
});

t.test('inactivity: an event at the very end comes first, and what is gone stays gone', async (t) => {
  const first = given(idle(), purchase('p', '2026-03-01T10:00:00Z', 100)).scenario;
  first.report(event('survey', 's', '2026-03-11T10:00:00Z', {}));
  t.same(ends(first), ['2026-03-21']);
  const second = given(idle(), purchase('p', '2026-03-01T10:00:00Z', 100)).scenario;
  second.report(event('survey', 's', '2026-03-11T10:00:01Z', {}));
  t.same(ends(second), []);
});

t.test('inactivity: a too late event and a refused one prolong nothing', async (t) => {
  const { scenario } = given(
    programOf({
      lateness: 'P1D',
      points: { accounts: [{ id: 'stars', expiry: IDLE }] },
      campaigns: [EARN],
    }),
    purchase('p', '2026-03-01T10:00:00Z', 100),
  );
  scenario.report({ ...purchase('late', '2026-03-05T10:00:00Z', 100), stamp: at('2026-03-07T10:00:00Z') });
  t.same(ends(scenario), ['2026-03-11']);
  scenario.report({ ...purchase('again', '2026-03-08T10:00:00Z', { transactionId: 'p', total: 5 }) });
  t.same(ends(scenario), ['2026-03-11']);
});

t.test('an outcome may override its account’s expiry, with any kind', async (t) => {
  const to = (expiry: object) => ({ points: { account: 'stars', fixed: 1, expiry } });
  const outcomes = [
    to({ kind: 'none' }),
    to({ kind: 'rolling', after: 'P1D' }),
    to({ kind: 'fixed', dates: ['04-01'] }),
    to({ kind: 'inactivity', after: 'P3D', events: ['purchase'] }),
    { points: { account: 'stars', fixed: 1 } },
  ];
  const program = idle([{ ...EARN, outcomes }]);
  const { scenario } = given(program, purchase('p', '2026-03-01T10:00:00Z', 1));
  const days = () =>
    accountOf(scenario.state!, 'stars')!.lots.map(({ id, expiresAt }) => [
      id,
      expiresAt === null ? null : new Date(expiresAt).toISOString().slice(0, 10),
    ]);
  t.same(days(), [
    ['0-1-1', '2026-03-02'],
    ['0-1-3', '2026-03-04'],
    ['0-1-4', '2026-03-11'],
    ['0-1-2', '2026-04-01'],
    ['0-1-0', null],
  ]);
  scenario.report(event('survey', 's', '2026-03-01T11:00:00Z', {}));
  scenario.report(purchase('q', '2026-03-01T12:00:00Z', 1));
  t.same(days().slice(0, 2), [
    ['0-1-1', '2026-03-02'],
    ['0-3-1', '2026-03-02'],
  ]);
  t.same(
    days().filter(([id]) => id === '0-1-3' || id === '0-1-4'),
    [
      ['0-1-3', '2026-03-04'],
      ['0-1-4', '2026-03-11'],
    ],
  );
  t.equal(
    accountOf(scenario.state!, 'stars')!.lots.find(({ id }) => id === '0-1-3')!.expiresAt,
    at('2026-03-04T12:00:00Z'),
  );
});
