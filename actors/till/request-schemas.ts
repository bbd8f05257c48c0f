/** Bodies of `POST /v1/pos/…`, for validation and OpenAPI (API: Point of sale). */
import Type from 'typebox';
import { DiscountSchema, LineSchema, ReturnLineSchema } from '../events/schemas.js';
import { limits } from '../limits.js';

const id = (description: string): Type.TString =>
  Type.String({ description, minLength: 1, maxLength: limits.idCharactersMax, 'x-format': 'id' });
const closed = <P extends Type.TProperties>(properties: P, description: string): Type.TObject<P> =>
  Type.Object(properties, { additionalProperties: false, description });
const optional = Type.Optional;
const count = (description: string, minimum: number, maximum: number): Type.TInteger =>
  Type.Integer({ description, minimum, maximum });

const transactionId = id('Names the transaction: one state machine each, one purchase of the customer.');
const customerId = id('The customer’s id; without one it is an anonymous transaction.');
const time = Type.String({
  description: 'When, RFC 3339 with an offset: dates are judged by it.',
  'x-format': 'instant',
});
const basket = {
  requestId: optional(id('The till’s own name of the request; not looked at.')),
  customerId: optional(id('The customer; without one nobody earns.')),
  transactionId,
  storeId: id('Where.'),
  registerId: optional(id('At which register.')),
  time,
  currency: Type.String({ description: 'The program’s currency.', minLength: 3, maxLength: 3 }),
  lines: Type.Array(LineSchema, { description: 'The basket.', minItems: 1, maxItems: limits.linesPerPurchaseMax }),
  discounts: optional(
    Type.Array(DiscountSchema, {
      description: 'The shop’s own discounts, spread before any offer, in the order given.',
      maxItems: limits.linesPerPurchaseMax,
    }),
  ),
  codes: optional(
    Type.Array(id('A code.'), {
      description: 'Promo codes as typed: their discounts are added to the offers.',
      maxItems: 20,
    }),
  ),
  offers: optional(
    Type.Array(id('An issue.'), {
      description: 'Only these issues; absent: all closed-loop offers held.',
      maxItems: limits.tillNamedIssuesMax,
    }),
  ),
  select: optional(
    Type.Enum(['order', 'best'], {
      description:
        'How offers are combined. Default order. best: exact for up to 10 offers and 512 units; beyond, as good as a bounded search finds, never worse than order, and said by `search: "partial"`.',
    }),
  ),
  explain: optional(Type.Enum(['reasons', 'full'], { description: 'full: every condition with the value seen.' })),
};
const unit = closed(
  {
    lineId: id('The line.'),
    unit: count('The unit of the line, from 1.', 1, limits.unitsPerLineMax),
    role: optional(Type.Enum(['discounted', 'required'], { description: 'Default discounted.' })),
    amount: count('Its share, minor units.', 0, Number.MAX_SAFE_INTEGER),
  },
  'A unit an offer took.',
);
const stated = closed(
  {
    issueId: id('The issue.'),
    offerId: optional(id('The offer.')),
    units: Type.Array(unit, { description: 'What it took.', maxItems: limits.tillUnitsMax }),
  },
  'An offer that an offline till applied.',
);

/** Bodies of `POST /v1/pos/…`. */
export const TILL_SCHEMAS = {
  quote: closed(basket, 'A basket to price.'),
  lock: closed(
    { ...basket, ttlSeconds: optional(count('How long the lock lives.', 1, limits.lockSecondsMax)) },
    'A basket to price and hold.',
  ),
  redeem: closed(
    {
      ...basket,
      storeId: optional(basket.storeId),
      time: optional(time),
      currency: optional(basket.currency),
      lines: optional(basket.lines),
      payments: optional(Type.Unknown({ description: 'How it was paid; kept, not looked at.' })),
      expect: optional(
        closed(
          { net: count('What the till expects to be due, minor units.', 0, Number.MAX_SAFE_INTEGER) },
          'A difference is refused and changes nothing.',
        ),
      ),
      offline: optional(Type.Boolean({ description: 'The till had no line: it is recorded as stated.' })),
      applied: optional(
        Type.Array(stated, { description: 'What an offline till applied.', maxItems: limits.tillNamedIssuesMax }),
      ),
    },
    'Redeems what was locked, or a whole basket.',
  ),
  unlock: closed({ customerId: optional(customerId), transactionId, time: optional(time) }, 'Gives a lock up.'),
  void: closed(
    { customerId: optional(customerId), transactionId, time: optional(time) },
    'Undoes everything the transaction did.',
  ),
  return: closed(
    {
      customerId: optional(customerId),
      transactionId,
      returnId: id('Names the return.'),
      time: optional(time),
      lines: Type.Array(ReturnLineSchema, {
        description: 'Which lines, and how many units.',
        minItems: 1,
        maxItems: limits.linesPerPurchaseMax,
      }),
    },
    'Takes units of a sale back.',
  ),
} as const;
