/**
 * Random histories of one customer for the agreement test: everything that can be reported, late and out of order, with
 * repeats, returns of all kinds, changes of zone, and looks at the profile in between.
 */
import fc from 'fast-check';
import type { ReportedEvent } from './life.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export type Step =
  | { readonly kind: 'event'; readonly event: ReportedEvent; readonly arrival: number; readonly imported: boolean }
  | { readonly kind: 'look'; readonly at: number };

interface Draft {
  readonly after: number;
  readonly late: number;
  readonly look: number | null;
  readonly made: (place: number) => { readonly type: string; readonly data: object };
}

/** Around the days on which clocks change, and around the turn of a year. */
const starts = fc.constantFrom(
  '2026-03-05T12:00:00Z',
  '2026-03-27T22:30:00Z',
  '2026-10-22T01:00:00Z',
  '2026-12-20T10:00:00Z',
  '2026-01-29T23:00:00Z',
);

export const histories: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    starts,
    fc.constantFrom('live', 'live', 'live', 'imported', 'turning'),
    fc.array(draft(), { minLength: 1, maxLength: 25 }),
  )
  .map(([start, how, drafts]) => {
    let now = Date.parse(start);
    const steps: Step[] = [];
    drafts.forEach(({ after, late, look, made }, place) => {
      if (look !== null) steps.push({ kind: 'look', at: now + Math.floor(after * look) });
      now += after;
      const { type, data } = made(place);
      const imported = how === 'imported' || (how === 'turning' && place < drafts.length / 2);
      const event = { id: `e${place}`, source: 'test', type, time: now - late, data };
      steps.push({ kind: 'event', event, arrival: now, imported });
    });
    steps.push({ kind: 'look', at: now }, { kind: 'look', at: now + 45 * DAY });
    return steps;
  });

function draft(): fc.Arbitrary<Draft> {
  return fc.record({
    after: fc.oneof(
      fc.constant(0),
      fc.integer({ min: 0, max: 12 * 60 }).map((minutes) => minutes * MINUTE),
      fc.constantFrom(DAY, 2 * DAY, 7 * DAY),
      fc.integer({ min: 0, max: 6 * DAY }),
    ),
    late: fc.oneof(
      { weight: 4, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 3 * DAY }) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 40 * DAY }) },
    ),
    look: fc.option(fc.double({ min: 0, max: 1, noNaN: true, noDefaultInfinity: true }), { freq: 4 }),
    made: fc.oneof(
      { weight: 8, arbitrary: bought() },
      { weight: 4, arbitrary: returned() },
      { weight: 1, arbitrary: adjusted() },
      { weight: 2, arbitrary: surveyed() },
      { weight: 2, arbitrary: other() },
    ),
  });
}

type Made = Draft['made'];

function places(): fc.Arbitrary<object> {
  return fc.record({
    storeId: fc.constantFrom(undefined, 'tokyo', 'york', 'bare', 'nowhere'),
    channel: fc.constantFrom(undefined, 'app', 'pos'),
  });
}

function bought(): fc.Arbitrary<Made> {
  const line = fc.record({
    sku: fc.constantFrom('A', 'B'),
    categories: fc.subarray(['latte', 'cake']),
    quantity: fc.integer({ min: 1, max: 3 }),
    unitPrice: fc.constantFrom(0, 1, 100, 333, 450),
  });
  const ofLines = fc
    .tuple(fc.array(line, { minLength: 1, maxLength: 3 }), fc.constantFrom(0, 0, 0.3, 1), fc.boolean())
    .map(([lines, part, ofCheck]) => {
      const discounts = discountsOf(lines, part, ofCheck);
      return {
        lines: lines.map((each, i) => ({ ...each, lineId: String(i) })),
        ...(discounts.length === 0 ? {} : { discounts }),
      };
    });
  const ofTotal = fc.record({ total: fc.constantFrom(0, 1, 250, 1234, 2600) });
  return fc
    .tuple(fc.oneof({ weight: 3, arbitrary: ofLines }, { weight: 1, arbitrary: ofTotal }), places(), repeated())
    .map(
      ([what, where, back]): Made =>
        (place) => ({
          type: 'purchase',
          data: clean({ transactionId: `t${place - back}`, ...where, ...what }),
        }),
    );
}

function discountsOf(
  lines: readonly { quantity: number; unitPrice: number }[],
  part: number,
  ofCheck: boolean,
): object[] {
  const over = ofCheck ? lines : lines.slice(0, 1);
  const amount = Math.floor(over.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0) * part);
  if (amount === 0) return [];
  return [ofCheck ? { amount } : { lineId: '0', amount }];
}

/** 0, or rarely how many events ago there was one with the same transaction. */
function repeated(): fc.Arbitrary<number> {
  return fc.oneof({ weight: 15, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }) });
}

/** Of one of the events before it (often a purchase), or of none. */
function returned(): fc.Arbitrary<Made> {
  const line = fc.record({
    lineId: fc.constantFrom('0', '0', '1'),
    quantity: fc.integer({ min: 1, max: 3 }),
    unitPrice: fc.constantFrom(100, 333),
  });
  const bySku = fc.record({
    sku: fc.constantFrom('A', 'B'),
    quantity: fc.integer({ min: 1, max: 2 }),
    unitPrice: fc.constant(100),
  });
  const byUnits = fc
    .record({
      lineId: fc.constantFrom('0', '1'),
      units: fc.subarray([1, 2, 3], { minLength: 1 }),
      unitPrice: fc.constant(50),
    })
    .map((each) => ({ ...each, quantity: each.units.length }));
  const what = fc.oneof(
    fc.record({ lines: fc.array(line, { minLength: 1, maxLength: 2 }) }),
    fc.record({ lines: fc.tuple(bySku) }),
    fc.record({ lines: fc.tuple(byUnits) }),
    fc.record({ total: fc.constantFrom(0, 1, 100, 250, 450, 1234) }),
  );
  return fc.tuple(what, fc.option(fc.integer({ min: 1, max: 6 }), { freq: 6 }), places(), repeated()).map(
    ([data, back, where, again]): Made =>
      (place) => ({
        type: 'return',
        data: clean({
          transactionId: `r${place - again}`,
          ...(back === null ? {} : { originalTransactionId: `t${place - back}` }),
          ...where,
          ...data,
        }),
      }),
  );
}

function adjusted(): fc.Arbitrary<Made> {
  return fc
    .record({
      account: fc.constantFrom('stars', 'status'),
      points: fc.constantFrom(-100, -20, -3, 5, 40),
      reason: fc.constant('why'),
    })
    .map(
      (data): Made =>
        () => ({ type: 'points.adjusted', data }),
    );
}

function surveyed(): fc.Arbitrary<Made> {
  return fc
    .record({
      color: fc.constantFrom(undefined, null, 'red', 'blue'),
      score: fc.constantFrom(undefined, 1, 3, '3'),
      likes: fc.constantFrom(undefined, [], ['a'], ['a', 'b'], 'a'),
      storeId: fc.constantFrom(undefined, 'tokyo', 'york'),
    })
    .map(
      (data): Made =>
        () => ({ type: 'survey', data: clean(data) }),
    );
}

function other(): fc.Arbitrary<Made> {
  const made = (type: string, data: object) => ({ type, data });
  return fc
    .constantFrom(
      made('tag.added', { tag: 'x', for: 'P2D' }),
      made('tag.added', { tag: 'x' }),
      made('tag.added', { tag: 'lover', for: 'P1M' }),
      made('tag.removed', { tag: 'x' }),
      made('status.changed', { status: 'bad', reason: 'late' }),
      made('status.changed', { status: 'good' }),
      made('status.changed', { status: 'none such' }),
      made('profile.updated', { attributes: { color: 'red' }, timeZone: 'Asia/Tokyo' }),
      made('profile.updated', { attributes: { color: null }, timeZone: 'America/New_York', locale: 'en' }),
      made('profile.updated', { attributes: { color: 'blue' } }),
      made('profile.updated', { timeZone: null }),
      made('no.such.type', {}),
    )
    .map(
      (event): Made =>
        () =>
          event,
    );
}

function clean(data: object): object {
  return JSON.parse(JSON.stringify(data)) as object;
}
