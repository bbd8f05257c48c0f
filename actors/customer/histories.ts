/**
 * Random histories of one customer, for property tests: everything that can be reported, in and out of order, under a
 * program that uses every rule there is.
 */
import fc from 'fast-check';
import type { Event } from '../event.js';
import type { Program } from '../program/program.js';
import { programOf, type Reported } from './scenario.js';

const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 0, 20, 12);

/** `without`: the ids of campaigns to leave out. */
export function richProgram(
  negative: 'allow' | 'clamp',
  returnsWindow = 'P50D',
  without: readonly string[] = [],
): Program {
  const rate = (account: string, more: object = {}) => ({
    points: { account, rate: { points: 3, per: 100, of: 'amount' }, ...more },
  });
  const campaign = (id: string, all: object[], outcomes: object[], more: object = {}) => ({
    id,
    kind: 'promotion',
    behavior: { all },
    outcomes,
    ...more,
  });
  const lines = { field: 'sku', eq: 'A' };
  return programOf({
    timeZone: 'Europe/London',
    statuses: [
      { id: 'good', default: true },
      { id: 'bad', earns: false },
    ],
    events: [{ type: 'survey' }],
    points: {
      accounts: [
        { id: 'stars', negative, expiry: { kind: 'rolling', after: 'P20D' } },
        { id: 'status', negative, expiry: { kind: 'rolling', after: 'P1M', roundUpTo: 'month' } },
      ],
    },
    tiers: [
      {
        id: 'main',
        basis: { points: 'status' },
        window: { calendar: 'month' },
        levels: [
          { id: 'low', atLeast: 0 },
          { id: 'mid', atLeast: 40, multiplier: 1.25 },
          { id: 'top', atLeast: 120, multiplier: 2 },
        ],
      },
      {
        id: 'visits',
        basis: { count: 'purchase' },
        window: { calendar: 'week' },
        levels: [
          { id: 'rare', atLeast: 0 },
          { id: 'often', atLeast: 3 },
        ],
      },
      {
        id: 'spent',
        basis: { spend: true },
        window: { calendar: 'quarter' },
        levels: [
          { id: 'little', atLeast: 0 },
          { id: 'much', atLeast: 5000 },
        ],
      },
      {
        id: 'club',
        basis: { spend: true },
        window: { rolling: 'P15D' },
        downgrade: { how: 'oneDown', grace: 'P3D' },
        onReturn: 'revoke',
        levels: [
          { id: 'out', atLeast: 0, onEntry: [{ tag: { add: 'welcome', for: 'P9D' } }] },
          { id: 'in', atLeast: 1000, onEntry: [{ points: { account: 'status', fixed: 30 } }] },
          { id: 'best', atLeast: 3000, onEntry: [{ offer: 'o' }, { points: { account: 'stars', fixed: 7 } }] },
        ],
      },
      {
        id: 'season',
        basis: { points: 'stars' },
        window: { calendar: 'month' },
        upgrade: 'windowEnd',
        levels: [
          { id: 'cold', atLeast: 0 },
          { id: 'warm', atLeast: 50, onEntry: [{ points: { account: 'stars', fixed: 3 } }] },
          { id: 'hot', atLeast: 150, sticky: true },
        ],
      },
      {
        id: 'pairs',
        basis: { behavior: { all: [{ event: 'purchase', times: 2, within: { rolling: 'P10D' } }] } },
        window: { rolling: 'P1M' },
        onReturn: 'revoke',
        levels: [
          { id: 'few', atLeast: 0 },
          { id: 'many', atLeast: 2 },
        ],
      },
    ],
    campaigns: [
      campaign(
        'earn',
        [{ event: 'purchase' }],
        [rate('stars', { multiply: { tier: 'main' }, round: 'halfUp' }), rate('status')],
        { base: true },
      ),
      campaign(
        'lines',
        [{ event: 'purchase' }],
        [
          { points: { account: 'stars', rate: { points: 1, per: 7, of: { lines, of: 'amount' } } } },
          { points: { account: 'stars', rate: { points: 2, per: 1, of: 'quantity' } } },
        ],
      ),
      campaign(
        'three',
        [{ event: 'purchase', times: 3, within: { rolling: 'P10D' } }],
        [{ points: { account: 'stars', fixed: 20 } }, { tag: { add: 'three', for: 'P5D' } }],
        { onReturn: 'clawback' },
      ),
      campaign(
        'sum',
        [{ event: 'purchase', sum: { of: 'amount', atLeast: 4000 }, within: { calendar: 'month' } }],
        [{ offer: 'o' }],
        { limits: { perCustomer: 1, per: { calendar: 'month' } }, onReturn: 'clawback' },
      ),
      campaign(
        'both',
        [
          {
            event: 'purchase',
            where: { field: 'customer.attributes.color', eq: 'red' },
            distinct: { of: 'day', atLeast: 3 },
          },
          { event: 'survey' },
        ],
        [{ points: { account: 'status', fixed: 15 } }, { tag: { remove: 'three' } }],
        { limits: { perCustomer: 2, per: { rolling: 'P15D' } } },
      ),
      ...BEHAVIORS.filter(({ id }) => !without.includes(id)),
    ],
    offers: [{ id: 'o', kind: 'closedLoop', validity: { for: 'P6D' } }],
    rfm: { window: 'P40D', recencyDays: [1, 5, 10, 20], frequency: [1, 2, 3, 4], monetary: [100, 1000, 2000, 5000] },
    geofences: [{ id: 'cafe', circle: { latitude: 0, longitude: 0, radiusMeters: 80 } }],
    returns: { window: returnsWindow },
  });
}

/** Every way to join rules, every measure and window, with and without clawback. */
const BEHAVIORS = [
  behaving('any', {
    any: [
      { event: 'purchase', times: 4, within: { sinceFirst: 'P9D' } },
      { event: 'survey', times: 2 },
    ],
  }),
  behaving('same', {
    all: [
      { event: 'purchase', where: { field: 'quantity', gte: 2 }, times: 2 },
      { event: 'purchase', sum: { of: 'amount', atLeast: 1500 } },
    ],
    sameEvent: true,
  }),
  behaving(
    'carry',
    { all: [{ event: 'purchase', sum: { of: 'amount', atLeast: 700, carry: true }, within: { rolling: 'P12D' } }] },
    { limits: { perCustomer: 6, per: { calendar: 'month' } } },
  ),
  behaving('streak', { all: [{ event: 'purchase', streak: { unit: 'day', atLeast: 2 } }] }),
  behaving('steps', {
    sequence: [
      { event: 'purchase', sum: { of: 'amount', atLeast: 800 }, within: { rolling: 'P10D' } },
      { event: 'survey', absent: true, within: { rolling: 'P3D' } },
      { event: 'purchase', streak: { unit: 'week', atLeast: 1 } },
    ],
  }),
  behaving('away', { all: [{ event: 'purchase', absent: true, within: { rolling: 'P4D' } }] }),
  behaving('quiet', {
    all: [
      { event: 'survey', absent: true, within: { calendar: 'week' } },
      { event: 'purchase', times: 1, within: { calendar: 'month' } },
    ],
  }),
].flatMap((each) => [each, { ...each, id: `${each.id}-back`, onReturn: 'clawback' }]);

function behaving(id: string, behavior: object, more: object = {}) {
  const outcomes = [{ points: { account: 'stars', fixed: 7 } }, { tag: { add: id, for: 'P8D' } }];
  return { id, kind: 'promotion', behavior, outcomes, ...more };
}

/** What is reported, in the order of the journal. */
export const histories: fc.Arbitrary<readonly Reported[]> = fc
  .array(step(), { minLength: 1, maxLength: 40 })
  .map((steps) => {
    let stamp = START;
    return steps.map(({ after, late, made }, i) => {
      stamp += after;
      const { type, data } = made(`t${i}`, i);
      const event: Event = { id: `e${i}`, source: 'test', type, subject: 'c', time: stamp - late, data };
      return { event, stamp };
    });
  });

interface Step {
  readonly after: number;
  readonly late: number;
  readonly made: (transactionId: string, index: number) => { readonly type: string; readonly data: object };
}

function step(): fc.Arbitrary<Step> {
  return fc.record({
    after: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 6 * DAY_MS })),
    late: fc.oneof(
      { weight: 3, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 40 * DAY_MS }) },
    ),
    made: fc.oneof(
      { weight: 8, arbitrary: bought() },
      { weight: 4, arbitrary: returned() },
      { weight: 1, arbitrary: adjusted() },
      { weight: 2, arbitrary: other() },
    ),
  });
}

type Made = Step['made'];

function bought(): fc.Arbitrary<Made> {
  const line = fc.record({
    sku: fc.constantFrom('A', 'B'),
    quantity: fc.integer({ min: 1, max: 3 }),
    unitPrice: fc.integer({ min: 0, max: 900 }),
  });
  const ofLines = fc
    .array(line, { minLength: 1, maxLength: 3 })
    .map((lines) => ({ lines: lines.map((each, i) => ({ ...each, lineId: String(i) })) }));
  const ofTotal = fc.record({ total: fc.integer({ min: 0, max: 3000 }) });
  return fc
    .oneof(ofLines, ofTotal)
    .map((what) => (transactionId: string) => ({ type: 'purchase', data: { transactionId, ...what } }));
}

/** Of one of the earlier events (often a purchase), or of none. */
function returned(): fc.Arbitrary<Made> {
  const line = fc.record({
    lineId: fc.constantFrom('0', '1'),
    quantity: fc.integer({ min: 1, max: 3 }),
    unitPrice: fc.integer({ min: 0, max: 900 }),
  });
  const what = fc.oneof(
    fc.record({ lines: fc.array(line, { minLength: 1, maxLength: 2 }) }),
    fc.record({ total: fc.integer({ min: 0, max: 1500 }) }),
  );
  return fc
    .tuple(what, fc.option(fc.integer({ min: 1, max: 6 })))
    .map(([data, back]) => (transactionId: string, index: number) => ({
      type: 'return',
      data: { transactionId, ...data, ...(back === null ? {} : { originalTransactionId: `t${index - back}` }) },
    }));
}

function adjusted(): fc.Arbitrary<Made> {
  return fc
    .record({
      account: fc.constantFrom('stars', 'status'),
      points: fc.integer({ min: -200, max: 100 }).filter((points) => points !== 0),
    })
    .map((data) => () => ({ type: 'points.adjusted', data }));
}

function other(): fc.Arbitrary<Made> {
  const made = (type: string, data: object) => ({ type, data });
  return fc
    .constantFrom(
      made('survey', {}),
      made('tag.added', { tag: 'x', for: 'P2D' }),
      made('tag.removed', { tag: 'x' }),
      made('status.changed', { status: 'bad' }),
      made('status.changed', { status: 'good' }),
      made('profile.updated', { attributes: { color: 'red' }, timeZone: 'Asia/Tokyo' }),
      made('profile.updated', { attributes: { color: null }, timeZone: 'America/New_York', locale: 'en' }),
      made('profile.updated', { timeZone: null }),
      made('location', { latitude: 0, longitude: 0 }),
      made('location', { latitude: 1, longitude: 0 }),
      made('check_in', { venueId: 'cafe', latitude: 0, longitude: 0 }),
      made('no.such.type', {}),
    )
    .map((event) => () => event);
}
