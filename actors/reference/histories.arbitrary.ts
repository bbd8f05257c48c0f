/**
 * Random histories of one customer for the agreement test: everything that can be reported, late and out of order, with
 * repeats, returns of all kinds, changes of zone, and looks at the profile in between. It is long because every kind of
 * step stands here.
 */
import fc from 'fast-check';
import { FEATURES } from './features.arbitrary.js';
import type { ReportedEvent } from './life.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export type Step =
  | { readonly kind: 'event'; readonly event: ReportedEvent; readonly arrival: number; readonly imported: boolean }
  | { readonly kind: 'look'; readonly at: number }
  | { readonly kind: 'send'; readonly run: number; readonly at: number; readonly arrival: number };

/** A purchase reported before. */
interface Bought {
  readonly transactionId: string;
  readonly lines?: readonly {
    readonly lineId: string;
    readonly sku: string;
    readonly quantity: number;
    readonly unitPrice: number;
  }[];
  readonly discounts?: readonly { readonly amount: number }[];
  readonly total?: number;
}

interface Draft {
  readonly after: number;
  readonly late: number;
  /** The next time at this time of day, UTC. */
  readonly snap: string | null;
  readonly look: number | null;
  readonly made: (place: number, bought: readonly Bought[]) => { readonly type: string; readonly data: object };
}

/** First and last instants of local days, and times that a spring day jumps over or an autumn day has twice. */
const EDGES = [
  '00:00:00',
  '23:59:59',
  '04:59:59',
  '03:59:59',
  '14:59:59',
  '15:00:00',
  '05:00:00',
  '07:30:00',
  '06:30:00',
];

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
    fc.array(draft(), { minLength: 1, maxLength: 25, size: 'max' }),
  )
  .map(([start, how, drafts]) => {
    let now = Date.parse(start);
    const steps: Step[] = [];
    const bought: Bought[] = [];
    drafts.forEach(({ after, late, snap, look, made }, place) => {
      if (look !== null) steps.push({ kind: 'look', at: now + Math.floor(after * look) });
      now += after;
      if (snap !== null) now = nextTimeOfDay(now, snap);
      const { type, data } = made(place, bought);
      if (type === 'purchase') bought.push(data as Bought);
      if (type === 'send') {
        steps.push({ kind: 'send', run: (data as { run: number }).run, at: now - late, arrival: now });
        return;
      }
      const imported = how === 'imported' || (how === 'turning' && place < drafts.length / 2);
      const event = { id: `e${place}`, source: 'test', type, time: now - late, data };
      steps.push({ kind: 'event', event, arrival: now, imported });
    });
    steps.push({ kind: 'look', at: now }, { kind: 'look', at: now + 45 * DAY });
    return steps;
  });

function nextTimeOfDay(instant: number, time: string): number {
  const today = Date.parse(`${new Date(instant).toISOString().slice(0, 10)}T${time}Z`);
  return today >= instant ? today : today + DAY;
}

function draft(): fc.Arbitrary<Draft> {
  return fc.record({
    after: fc.oneof(
      fc.constant(0),
      fc.integer({ min: 0, max: 12 * 60 }).map((minutes) => minutes * MINUTE),
      fc.constantFrom(DAY, 2 * DAY, 5 * DAY, 7 * DAY),
      fc.integer({ min: 0, max: 6 * DAY }),
    ),
    late: fc.oneof(
      { weight: 5, arbitrary: fc.constant(0) },
      { weight: 2, arbitrary: fc.integer({ min: 0, max: DAY }) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 40 * DAY }) },
      // Exactly as late as may be, or a second more.
      {
        weight: 1,
        arbitrary: fc.constantFrom(DAY, 3 * DAY, 5 * DAY, 5 * DAY + 1_000, 10 * DAY, 30 * DAY, 30 * DAY + 1_000),
      },
    ),
    snap: fc.option(fc.constantFrom(...EDGES), { freq: 3 }),
    // A part of the time until then; a random double would nearly always be next to nothing.
    look: fc.option(
      fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100),
      { freq: 4 },
    ),
    made: fc.oneof(
      { weight: 10, arbitrary: purchased() },
      { weight: 5, arbitrary: returned() },
      { weight: 2, arbitrary: adjusted() },
      { weight: 2, arbitrary: surveyed() },
      { weight: 2, arbitrary: other() },
      ...(FEATURES.sends ? [{ weight: 1, arbitrary: sent() }] : []),
      ...(FEATURES.rewards ? [{ weight: 3, arbitrary: rewarded() }] : []),
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

function purchased(): fc.Arbitrary<Made> {
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

/** Of one of the purchases before it, or of none that is known. */
function returned(): fc.Arbitrary<Made> {
  const known = fc
    .tuple(
      fc.nat(4),
      fc.array(givenBack(), { minLength: 1, maxLength: 2 }),
      fc.constantFrom(null, null, null, 'whole', 0, 0.1, 0.5, 1, 1.1),
    )
    .map(([which, given, part]) => (bought: readonly Bought[]) => {
      const purchase = bought[bought.length - 1 - (which % Math.max(1, bought.length))];
      const { transactionId = 'none', lines = [] } = purchase ?? {};
      const named = { originalTransactionId: transactionId };
      if (lines.length === 0 || typeof part === 'number')
        return { ...named, total: Math.floor(paidFor(purchase) * (typeof part === 'number' ? part : 1)) };
      if (part === 'whole') return { ...named, lines: lines.map(({ lineId, quantity }) => ({ lineId, quantity })) };
      return { ...named, lines: given.map((each) => each(lines)) };
    });
  return fc
    .tuple(fc.oneof({ weight: 4, arbitrary: known }, { weight: 1, arbitrary: blind() }), places(), repeated())
    .map(
      ([what, where, again]): Made =>
        (place, bought) => ({
          type: 'return',
          data: clean({
            transactionId: `r${place - again}`,
            ...where,
            ...(typeof what === 'function' ? what(bought) : what),
          }),
        }),
    );
}

function paidFor({ lines = [], discounts = [], total }: Partial<Bought> = {}): number {
  if (total !== undefined) return total;
  const bought = lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
  return discounts.reduce((sum, { amount }) => sum - amount, bought);
}

type Lines = NonNullable<Bought['lines']>;

/** Units of a line, by its id, by sku or named one by one; sometimes more than there are. */
function givenBack(): fc.Arbitrary<(lines: Lines) => object> {
  return fc
    .tuple(
      fc.nat(2),
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom('line', 'line', 'sku', 'units'),
      fc.integer({ min: 1, max: 3 }),
    )
    .map(([which, most, how, first]) => (lines: Lines) => {
      const { lineId, sku, quantity: bought } = lines[which % lines.length]!;
      const quantity = most === 9 ? bought + 1 : 1 + (most % bought);
      if (how === 'sku') return { sku, quantity };
      if (how === 'line') return { lineId, quantity };
      return { lineId, quantity, units: Array.from({ length: quantity }, (_, i) => 1 + ((first - 1 + i) % quantity)) };
    });
}

/** Without a purchase that is known. */
function blind(): fc.Arbitrary<object> {
  const line = fc.record({
    lineId: fc.constantFrom('0', '1'),
    sku: fc.constantFrom('A', 'B'),
    quantity: fc.integer({ min: 1, max: 3 }),
    unitPrice: fc.constantFrom(100, 333, undefined),
  });
  return fc.oneof(
    fc.record({ lines: fc.array(line, { minLength: 1, maxLength: 2 }) }),
    fc.record({ total: fc.constantFrom(1, 450), originalTransactionId: fc.constantFrom(undefined, 'elsewhere') }),
  );
}

function adjusted(): fc.Arbitrary<Made> {
  return fc
    .record({
      account: fc.constantFrom('stars', 'status'),
      points: fc.constantFrom(-100, -20, -3, 5, 40, 40),
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

/** A run of a send comes by, sometimes a second time. */
function sent(): fc.Arbitrary<Made> {
  return fc.integer({ min: 1, max: 4 }).map(
    (run): Made =>
      () => ({ type: 'send', data: { run } }),
  );
}

/** A reward bought, or one of those bought before given back: `purchase` is its number. */
function rewarded(): fc.Arbitrary<Made> {
  return fc
    .oneof(
      {
        weight: 2,
        arbitrary: fc.record({
          rewardId: fc.constantFrom('mug', 'mug', 'mug', 'mug', 'mug', 'mug', 'none'),
          quantity: fc.constantFrom(undefined, 1, 2),
        }),
      },
      { weight: 1, arbitrary: fc.record({ purchaseId: fc.constantFrom(1, 1, 2) }) },
    )
    .map(
      (data): Made =>
        () => ({ type: 'purchaseId' in data ? 'reward.refunded' : 'reward.purchased', data: clean(data) }),
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
