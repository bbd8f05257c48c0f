/** Random baskets, offers and issues, small enough to be worked out by trying everything, and often in each other's way. */
import fc from 'fast-check';
import type { Condition } from '../../reference/document.js';
import { type Line, type ShopDiscount, unitsOf } from './check.js';
import type { Discount, Get, Issue, Offer } from './offer.js';

export const NOW = Date.UTC(2026, 10, 24, 12);

export interface RandomBasket {
  readonly lines: readonly Line[];
  readonly discounts: readonly ShopDiscount[];
}

const often = <T>(weight: number, arbitrary: fc.Arbitrary<T>, none: T): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary }, { weight: 10 - weight, arbitrary: fc.constant(none) });
const maybe = <T>(weight: number, key: string, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<object> =>
  often<object>(
    weight,
    arbitrary.map((value): object => ({ [key]: value })),
    {},
  );
const merged = (...parts: fc.Arbitrary<object>[]): fc.Arbitrary<object> =>
  fc.tuple(...parts).map((each): object => Object.assign({}, ...each));

// ---- baskets --------------------------------------------------------------------------------------------------------

const price = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(0, 1, 5, 99, 99, 100, 100, 100, 250, 250, 300, 450, 450, 999) },
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 700 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 3_000_000_000 }) },
);
const quantity = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 1, max: 3 }) },
  { weight: 2, arbitrary: fc.integer({ min: 4, max: 15 }) },
);
const line = fc.tuple(
  fc.constantFrom('a', 'b', 'c'),
  fc.integer({ min: 0, max: 2 }),
  quantity,
  price,
  fc.integer({ min: 0, max: 9 }),
);

/** `[tenths of what is left, the line or none]` for each of the shop's discounts. */
const discounts = often(
  3,
  fc.array(fc.tuple(fc.integer({ min: 0, max: 10 }), often<number>(5, fc.nat(5), -1)), { minLength: 1, maxLength: 3 }),
  [],
);

export const baskets: fc.Arbitrary<RandomBasket> = fc
  .tuple(fc.array(line, { minLength: 1, maxLength: 5 }), discounts)
  .map(([specs, wanted]) => {
    const lines = specs.map(
      ([category, kind, units, unitPrice, luck], at): Line => ({
        lineId: `${category}${at}`,
        sku: `${category}-${kind}`,
        categories: [category],
        quantity: units,
        unitPrice,
        ...(luck === 0 ? { excluded: true } : {}),
      }),
    );
    const shop: ShopDiscount[] = [];
    for (const [tenths, at] of wanted) {
      const over = at < 0 ? undefined : lines[at % lines.length]!;
      const left = unitsOf(lines, shop)
        .filter((unit) => over === undefined || lines[unit.line] === over)
        .reduce((sum, unit) => sum + unit.left, 0);
      const amount = Math.floor((left * tenths) / 10);
      shop.push({ amount, ...(over === undefined ? {} : { lineId: over.lineId }) });
    }
    return { lines, discounts: shop };
  });

// ---- offers ---------------------------------------------------------------------------------------------------------

const lines = fc.constantFrom<Condition>(
  { field: 'categories', has: 'a' },
  { field: 'categories', has: 'a' },
  { field: 'categories', has: 'b' },
  { field: 'categories', hasAny: ['b', 'c'] },
  { field: 'sku', startsWith: 'a-' },
  { field: 'unitPrice', gte: 250 },
  { field: 'amount', lt: 300 },
  { field: 'quantity', gte: 2 },
  { not: { field: 'categories', has: 'c' } },
);
const percent = fc.constantFrom(0, 0.0001, 5, 10, 12.5, 33.3333, 50, 50, 99.9999, 100, 100);
const amount = fc.constantFrom(1, 2, 10, 50, 99, 100, 250, 500);
const chosen = merged(
  maybe(4, 'lines', lines),
  fc.constantFrom<object>(
    {},
    { choose: 'all' },
    { choose: 'cheapest' },
    { choose: 'dearest' },
    { choose: 'cheapest', units: 2 },
    { choose: 'dearest', units: 3 },
  ),
);
const got = fc.oneof(
  percent.map((percentOff) => ({ percentOff })),
  amount.map((amountOff) => ({ amountOff })),
  fc.constantFrom(0, 50, 100, 400).map((setPrice) => ({ setPrice })),
);
const buyXGetY = fc
  .tuple(
    merged(
      maybe(5, 'lines', lines),
      fc.constantFrom(1, 1, 2, 3).map((quantity) => ({ quantity })),
    ),
    merged(
      maybe(5, 'lines', lines),
      fc.integer({ min: 1, max: 2 }).map((quantity) => ({ quantity })),
      got,
    ),
    merged(
      maybe(5, 'choose', fc.constantFrom('cheapest', 'dearest')),
      maybe(4, 'maxApplications', fc.integer({ min: 1, max: 2 })),
    ),
  )
  .map(([buy, get, more]) => ({ kind: 'buyXGetY', buy, get: get as Get, ...more }) as Discount);
const discount: fc.Arbitrary<Discount> = fc.oneof(
  { weight: 2, arbitrary: amount.map((amount): Discount => ({ kind: 'amountOffCheck', amount })) },
  { weight: 2, arbitrary: percent.map((percent): Discount => ({ kind: 'percentOffCheck', percent })) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(amount, chosen)
      .map(([amount, which]): Discount => ({ kind: 'amountOffItem', amount, ...which })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(percent, chosen)
      .map(([percent, which]): Discount => ({ kind: 'percentOffItem', percent, ...which })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(0, 50, 100, 400), chosen)
      .map(([price, which]): Discount => ({ kind: 'setPrice', price, ...which })),
  },
  { weight: 6, arbitrary: buyXGetY },
);
const where = fc.constantFrom<Condition>(
  { field: 'storeId', in: ['s-1'] },
  { field: 'channel', eq: 'pos' },
  { field: 'source', eq: 'pos' },
  { field: 'local.hour', lt: 13 },
  { field: 'amount', gte: 500 },
  { field: 'quantity', lt: 4 },
  { lines: { where: { field: 'categories', has: 'a' }, quantity: { gte: 2 } } },
  { lines: { amount: { gte: 300 } } },
);
const flag = (weight: number, key: string) => maybe(weight, key, fc.constant(true));
const stacking = merged(
  maybe(4, 'group', fc.constantFrom('g', 'g', 'h')),
  flag(2, 'exclusive'),
  maybe(4, 'priority', fc.integer({ min: -1, max: 1 })),
  flag(4, 'reuseQualifying'),
  flag(4, 'stackDiscounted'),
  maybe(4, 'withItself', fc.integer({ min: 1, max: 3 })),
);
const offerParts = merged(
  discount.map((discount) => ({ discount })),
  maybe(8, 'stacking', stacking),
  maybe(2, 'minimumSpend', fc.constantFrom(100, 500, 1_000)),
  maybe(1, 'where', where),
  maybe(3, 'cap', fc.constantFrom(1, 7, 50, 100, 333)),
  maybe(5, 'onReturn', fc.constantFrom('keep', 'reprice', 'reprice')),
);

const issueParts = merged(
  maybe(4, 'expiresAt', fc.constantFrom(NOW - 1, NOW, NOW + 1, NOW + 1, NOW + 2, NOW + 2, NOW + 2)),
  maybe(1, 'startsAt', fc.constantFrom(NOW - 1, NOW, NOW + 1)),
  maybe(1, 'usesLeft', fc.constantFrom(0, 1, 2)),
  often<object>(1, fc.constantFrom({ lockedElsewhere: true }, { isLockedHere: true }), {}),
  flag(3, 'named'),
);

const IDS = [...'ponqmrlsktjuiv'];

/** Up to `most` issues of up to as many offers; some offers have several. */
export function issuesOf(most: number): fc.Arbitrary<readonly Issue[]> {
  const offers = fc
    .array(offerParts, { minLength: 1, maxLength: most })
    .map((each) => each.map((parts, at) => ({ id: IDS[at]!, ...parts }) as Offer));
  return offers.chain((all) =>
    fc
      .tuple(
        fc.array(issueParts, { minLength: all.length, maxLength: most }),
        fc.array(fc.nat(all.length - 1), { minLength: most, maxLength: most }),
      )
      .map(([parts, picks]) =>
        parts.map((one, place): Issue => {
          const offer = place < all.length ? all[place]! : all[picks[place]!]!;
          return {
            id: `i${place}`,
            place,
            expiresAt: null,
            startsAt: null,
            usesLeft: 1,
            lockedElsewhere: false,
            named: false,
            isLockedHere: false,
            ...one,
            offer,
          };
        }),
      ),
  );
}

/** How often each size comes: trying everything doubles with each issue. */
export const issues = fc.oneof(
  { weight: 3, arbitrary: issuesOf(2) },
  { weight: 10, arbitrary: issuesOf(4) },
  { weight: 5, arbitrary: issuesOf(6) },
  { weight: 1, arbitrary: issuesOf(8) },
);
