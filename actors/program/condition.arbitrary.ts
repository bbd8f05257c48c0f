/** Random conditions and views for property tests: small alphabets, so that conditions often hold and often do not. */
import fc from 'fast-check';
import type { Json } from '../event.js';
import type { ConditionDocument, FieldCondition, LineConditionDocument, Scalar } from './document-condition.js';
import type { LineView, View } from './program.js';
import { lineView, purchaseView } from './specimen.js';

const word = fc.constantFrom('a', 'b', 'ab', 'B', 'é', '\u{1f600}', '\uffff', '__proto__', '');
const number = fc.constantFrom(-1, 0, 1, 2, 2.5, 100);
const scalar: fc.Arbitrary<Scalar> = fc.oneof(word, number, fc.boolean());
const ordered = fc.oneof(word, number);
const scalars = fc.array(scalar, { minLength: 1, maxLength: 12 });
const json: fc.Arbitrary<Json> = fc.oneof(
  scalar,
  fc.constant(null),
  fc.array(fc.oneof(scalar, fc.constant(null)), { maxLength: 3 }),
  fc.constant({ a: 'b' }),
);

const operator: fc.Arbitrary<Omit<FieldCondition, 'field'>> = fc.oneof(
  fc.record({ eq: scalar }),
  fc.record({ ne: scalar }),
  fc.record({ gt: ordered }),
  fc.record({ gte: ordered }),
  fc.record({ lt: ordered }),
  fc.record({ lte: ordered }),
  fc.record({ in: scalars }),
  fc.record({ nin: scalars }),
  fc.record({ has: scalar }),
  fc.record({ hasAny: scalars }),
  fc.record({ hasAll: scalars }),
  fc.record({ exists: fc.boolean() }),
  fc.oneof(fc.tuple(word, word), fc.tuple(number, number)).map((pair) => ({ between: [...pair] })),
  fc.record({ startsWith: word }),
  fc.record({ contains: word }),
);

const field = (...paths: string[]) =>
  fc.tuple(fc.constantFrom(...paths), operator).map(([path, rest]): FieldCondition => ({ field: path, ...rest }));

const eventField = field(
  'data.x',
  'data.y',
  'data.x.a',
  'amount',
  'quantity',
  'storeId',
  'store.tags',
  'channel',
  'customer.tags',
  'customer.status',
  'customer.attributes.x',
  'customer.tier.main',
  'customer.points.stars',
  'local.hour',
  'local.date',
);
const lineField = field('sku', 'name', 'categories', 'quantity', 'unitPrice', 'amount', 'attributes.x');
const numberTest = fc.oneof(
  fc.record({ gte: number }),
  fc.record({ eq: number }),
  fc.record({ gt: number, lte: number }),
  fc.record({ in: fc.array(number, { minLength: 1, maxLength: 3 }) }),
);

const line = fc.letrec<{ node: LineConditionDocument }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    lineField,
    fc.record({ all: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('node') }),
  ),
}));
export const lineCondition: fc.Arbitrary<LineConditionDocument> = line.node;

const lines = fc.record({
  lines: fc.record({ where: lineCondition, quantity: numberTest, amount: numberTest }, { requiredKeys: [] }),
});

const event = fc.letrec<{ node: ConditionDocument }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    eventField,
    lines,
    fc.record({ all: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('node') }),
  ),
}));
export const condition: fc.Arbitrary<ConditionDocument> = event.node;

const lineOf: fc.Arbitrary<LineView> = fc
  .record({
    sku: word,
    name: fc.option(word, { nil: undefined }),
    categories: fc.array(word, { maxLength: 2 }),
    quantity: fc.constantFrom(0, 1, 2),
    unitPrice: fc.constantFrom(0, 1, 100),
    amount: fc.constantFrom(0, 1, 2, 100),
    attributes: fc.option(fc.record({ x: json }), { nil: undefined }),
  })
  .map(lineView);

export const view: fc.Arbitrary<View> = fc
  .record({
    type: fc.constantFrom('purchase', 'survey.done'),
    data: fc.record({ x: json, y: json }, { requiredKeys: [] }),
    time: fc.integer({ min: 0, max: 10 }),
    amount: fc.option(number, { nil: undefined }),
    storeId: fc.option(word, { nil: undefined }),
    channel: fc.option(word, { nil: undefined }),
    storeTags: fc.option(fc.array(word, { maxLength: 2 }), { nil: undefined }),
    tags: fc.array(word, { maxLength: 3 }),
    status: word,
    attributes: fc.record({ x: json }, { requiredKeys: [] }),
    tier: fc.option(word, { nil: undefined }),
    lines: fc.option(fc.array(lineOf, { maxLength: 3 }), { nil: undefined }),
  })
  .map((r) =>
    purchaseView({
      event: { type: r.type, data: r.data, time: r.time },
      amount: r.amount,
      quantity: r.amount,
      storeId: r.storeId,
      channel: r.channel,
      store: r.storeTags === undefined ? undefined : { id: 's', zone: undefined, tags: r.storeTags },
      lines: r.lines,
      customer: {
        tags: r.tags,
        status: r.status,
        attributes: r.attributes,
        tier: () => r.tier,
        points: () => r.amount,
      },
    }),
  );
