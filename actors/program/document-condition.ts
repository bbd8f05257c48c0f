/**
 * Conditions as a program writes them (PROGRAM: Conditions): data, never code. Static types and their schemas, which
 * are recursive and so live under `$defs` of the document's schema.
 */
import Type from 'typebox';
import { limits } from '../limits.js';
import { closed, list, oneOf } from './fields.js';

export type Scalar = string | number | boolean;

export const OPERATORS = [
  'eq',
  'ne',
  'gt',
  'gte',
  'lt',
  'lte',
  'in',
  'nin',
  'has',
  'hasAny',
  'hasAll',
  'exists',
  'between',
  'startsWith',
  'contains',
] as const;
export type Operator = (typeof OPERATORS)[number];

/** Exactly one operator stands beside `field`. */
export interface FieldCondition {
  field: string;
  eq?: Scalar;
  ne?: Scalar;
  gt?: string | number;
  gte?: string | number;
  lt?: string | number;
  lte?: string | number;
  in?: Scalar[];
  nin?: Scalar[];
  has?: Scalar;
  hasAny?: Scalar[];
  hasAll?: Scalar[];
  exists?: boolean;
  between?: (string | number)[];
  startsWith?: string;
  contains?: string;
}

export type LineConditionDocument =
  | FieldCondition
  | { all: LineConditionDocument[] }
  | { any: LineConditionDocument[] }
  | { not: LineConditionDocument };

export interface NumberTest {
  eq?: number;
  ne?: number;
  gt?: number;
  gte?: number;
  lt?: number;
  lte?: number;
  in?: number[];
  nin?: number[];
  between?: number[];
}

/** `quantity` and `amount` hold for the matching lines together; each may carry several comparisons, all must hold. */
export interface LinesTest {
  where?: LineConditionDocument;
  quantity?: NumberTest;
  amount?: NumberTest;
}

export type ConditionDocument =
  | FieldCondition
  | { all: ConditionDocument[] }
  | { any: ConditionDocument[] }
  | { not: ConditionDocument }
  | { lines: LinesTest };

/** Use these where a schema takes a condition. */
export const Condition = Type.Unsafe<ConditionDocument>({ $ref: '#/$defs/condition' });
export const LineCondition = Type.Unsafe<LineConditionDocument>({ $ref: '#/$defs/lineCondition' });

const Value = Type.Union([Type.String(), Type.Number(), Type.Boolean()], {
  description: 'A text, a number or true/false. A null is missing: ask with exists.',
});
const Ordered = Type.Union([Type.String(), Type.Number()], {
  description: 'A number, or a text compared by code point.',
});
const Values = list(Value, 'One or more texts, numbers or true/false.', limits.conditionValuesMax, 1);

const field = closed(
  {
    field: Type.String({
      description: 'Path of what is looked at, as data.color, amount, storeId or customer.tier.main.',
      minLength: 1,
      maxLength: limits.pathCharactersMax,
    }),
    eq: Type.Optional(Value),
    ne: Type.Optional(Value),
    gt: Type.Optional(Ordered),
    gte: Type.Optional(Ordered),
    lt: Type.Optional(Ordered),
    lte: Type.Optional(Ordered),
    in: Type.Optional(Values),
    nin: Type.Optional(Values),
    has: Type.Optional(Value),
    hasAny: Type.Optional(Values),
    hasAll: Type.Optional(Values),
    exists: Type.Optional(Type.Boolean({ description: 'true: it is there; false: it is missing or null.' })),
    between: Type.Optional(
      Type.Array(Ordered, { description: 'Lowest and highest value, both included.', minItems: 2, maxItems: 2 }),
    ),
    startsWith: Type.Optional(Type.String()),
    contains: Type.Optional(Type.String({ description: 'Text within the text; on a list, within any element.' })),
  },
  `A field and exactly one operator: ${OPERATORS.join(', ')}. A missing field makes every comparison false.`,
  { minProperties: 2, maxProperties: 2 },
);

const Numbers = list(Type.Number(), 'One or more numbers.', limits.conditionValuesMax, 1);

const numberTest = closed(
  {
    eq: Type.Optional(Type.Number()),
    ne: Type.Optional(Type.Number()),
    gt: Type.Optional(Type.Number()),
    gte: Type.Optional(Type.Number()),
    lt: Type.Optional(Type.Number()),
    lte: Type.Optional(Type.Number()),
    in: Type.Optional(Numbers),
    nin: Type.Optional(Numbers),
    between: Type.Optional(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 })),
  },
  'Comparisons with a number; all of them must hold.',
  { minProperties: 1 },
);

const linesTest = closed(
  {
    where: Type.Optional(LineCondition),
    quantity: Type.Optional(numberTest),
    amount: Type.Optional(numberTest),
  },
  'The matching lines together reach the quantity (units) and the amount (minor units); with neither, one unit is enough. At least one unit must match.',
  { minProperties: 1 },
);

function branches(own: Type.TSchema): Type.TSchema[] {
  const several = list(own, 'One or more conditions.', limits.conditionBranchesMax, 1);
  return [
    field,
    closed({ all: several }, 'Every one of these holds.'),
    closed({ any: several }, 'At least one of these holds.'),
    closed({ not: own }, 'This does not hold; a missing field makes it true.'),
  ];
}

/** `$defs` of the document's schema. */
export const conditionDefinitions = {
  condition: Type.Union([...branches(Condition), closed({ lines: linesTest }, 'Looks at the lines of the purchase.')], {
    description: `A condition, nested at most ${limits.conditionNestingMax} deep.`,
  }),
  lineCondition: Type.Union(branches(LineCondition), {
    description: 'A condition on one line: sku, name, categories, quantity, unitPrice, amount, attributes.<name>.',
  }),
};

/** What a rate or a sum is taken of. */
export const QuantityOf = Type.Union(
  [
    oneOf(['amount', 'quantity'], 'amount: net of the purchase, minor units. quantity: units.'),
    closed(
      {
        lines: LineCondition,
        of: oneOf(['amount', 'quantity'], 'Amount (minor units, after the shop’s discounts) or units of these lines.'),
      },
      'Only the lines that match.',
    ),
  ],
  { description: 'amount, quantity, or those of matching lines.' },
);
export type QuantityOfDocument = Type.Static<typeof QuantityOf>;
