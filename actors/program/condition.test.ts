import fc from 'fast-check';
import t from 'tap';
import type { Json } from '../event.js';
import { condition, view } from './condition.arbitrary.js';
import { compileCondition, compileLineCondition } from './condition.js';
import type { ConditionDocument, FieldCondition, LinesTest } from './document-condition.js';
import type { View } from './program.js';
import { lineView, purchaseView } from './specimen.js';

const holds = (document: ConditionDocument, subject: View): boolean => {
  const compiled = compileCondition(document);
  const verdict = compiled.test(subject);
  if (compiled.explain(subject).holds !== verdict) throw new Error(`explain disagrees on ${JSON.stringify(document)}`);
  return verdict;
};
const ofData = (x: Json | undefined, operator: Omit<FieldCondition, 'field'>): boolean =>
  holds({ field: 'data.x', ...operator }, purchaseView({ event: { data: x === undefined ? {} : { x } } }));

const BIG = ['q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z'];
const OPERATORS: readonly (readonly [value: Json, operator: Omit<FieldCondition, 'field'>, holds: boolean])[] = [
  ['red', { eq: 'red' }, true],
  ['red', { eq: 'Red' }, false],
  [5, { eq: 5 }, true],
  [5, { eq: '5' }, false],
  ['5', { eq: 5 }, false],
  [1, { eq: true }, false],
  [true, { eq: true }, true],
  [0, { eq: false }, false],
  [['a', 'b'], { eq: 'b' }, true],
  [['a', 'b'], { eq: 'c' }, false],
  [[], { eq: 'c' }, false],
  [{ a: 1 }, { eq: 'a' }, false],
  ['red', { ne: 'blue' }, true],
  ['red', { ne: 'red' }, false],
  [5, { ne: '5' }, true],
  [['a', 'b'], { ne: 'b' }, false],
  [['a', 'b'], { ne: 'c' }, true],
  [[], { ne: 'c' }, true],
  [5, { gt: 4 }, true],
  [5, { gt: 5 }, false],
  [4.5, { gt: 4.25 }, true],
  ['5', { gt: 4 }, false],
  ['b', { gt: 'a' }, true],
  ['a', { gt: 'B' }, true],
  ['\u{1f600}', { gt: '\uffff' }, true],
  [[5], { gt: 4 }, false],
  [true, { gt: 0 }, false],
  [5, { gte: 5 }, true],
  [4, { gte: 5 }, false],
  ['a', { gte: 'a' }, true],
  ['5', { gte: 5 }, false],
  [4, { lt: 5 }, true],
  [5, { lt: 5 }, false],
  ['a', { lt: 'b' }, true],
  ['4', { lt: 5 }, false],
  [5, { lte: 5 }, true],
  [6, { lte: 5 }, false],
  ['a', { lte: 'a' }, true],
  [['a'], { lte: 'a' }, false],
  ['a', { in: ['a', 'b'] }, true],
  ['c', { in: ['a', 'b'] }, false],
  [5, { in: ['5'] }, false],
  [['c', 'a'], { in: ['a', 'b'] }, true],
  [['c'], { in: ['a', 'b'] }, false],
  ['x', { in: BIG }, true],
  ['a', { in: BIG }, false],
  [['a', 'x'], { in: BIG }, true],
  [['a'], { in: BIG }, false],
  ['c', { nin: ['a', 'b'] }, true],
  ['a', { nin: ['a', 'b'] }, false],
  [['c', 'a'], { nin: ['a', 'b'] }, false],
  [['c'], { nin: ['a', 'b'] }, true],
  ['x', { nin: BIG }, false],
  [['a', 'x'], { nin: BIG }, false],
  [['a', 'b'], { has: 'a' }, true],
  [['a', 'b'], { has: 'c' }, false],
  ['a', { has: 'a' }, false],
  [[1], { has: '1' }, false],
  [['a', 'b'], { hasAny: ['c', 'b'] }, true],
  [['a', 'b'], { hasAny: ['c'] }, false],
  ['b', { hasAny: ['b'] }, false],
  [['a', 'x'], { hasAny: BIG }, true],
  [['a', 'b'], { hasAll: ['b', 'a'] }, true],
  [['a', 'b'], { hasAll: ['a', 'c'] }, false],
  ['a', { hasAll: ['a'] }, false],
  ['', { exists: true }, true],
  [0, { exists: true }, true],
  [false, { exists: true }, true],
  [[], { exists: true }, true],
  ['a', { exists: false }, false],
  [5, { between: [5, 7] }, true],
  [7, { between: [5, 7] }, true],
  [8, { between: [5, 7] }, false],
  [4, { between: [5, 7] }, false],
  ['6', { between: [5, 7] }, false],
  ['b', { between: ['a', 'b'] }, true],
  ['c', { between: ['a', 'b'] }, false],
  ['\u{1f600}', { between: ['a', '\uffff'] }, false],
  [6, { between: ['5', '7'] }, false],
  ['latte', { startsWith: 'lat' }, true],
  ['latte', { startsWith: 'Lat' }, false],
  [['latte'], { startsWith: 'lat' }, false],
  [5, { startsWith: '5' }, false],
  ['a big latte', { contains: 'big' }, true],
  ['a big latte', { contains: 'Big' }, false],
  [['tea', 'latte'], { contains: 'att' }, true],
  [['tea'], { contains: 'att' }, false],
  [[7], { contains: '7' }, false],
  [57, { contains: '7' }, false],
];

t.test('every operator, on texts, numbers, booleans and lists', async (t) => {
  for (const [value, operator, expected] of OPERATORS) {
    t.equal(ofData(value, operator), expected, `${JSON.stringify(value)} ${JSON.stringify(operator)} is ${expected}`);
  }
});

t.test('a missing field, and a null, make every operator false but exists: false', async (t) => {
  const operators: Omit<FieldCondition, 'field'>[] = [
    { eq: 'a' },
    { ne: 'a' },
    { gt: 1 },
    { gte: 1 },
    { lt: 1 },
    { lte: 1 },
    { in: ['a'] },
    { nin: ['a'] },
    { nin: BIG },
    { has: 'a' },
    { hasAny: ['a'] },
    { hasAll: ['a'] },
    { between: [0, 1] },
    { startsWith: '' },
    { contains: '' },
    { exists: true },
  ];
  for (const operator of operators) {
    t.equal(ofData(undefined, operator), false, `missing: ${JSON.stringify(operator)}`);
    t.equal(ofData(null, operator), false, `null: ${JSON.stringify(operator)}`);
  }
  t.equal(ofData(undefined, { exists: false }), true);
  t.equal(ofData(null, { exists: false }), true);
  t.equal(
    holds({ not: { field: 'data.x', eq: 'a' } }, purchaseView({ event: { data: {} } })),
    true,
    'not is how to ask for "is not or is missing"',
  );
});

t.test('every path of an event is read', async (t) => {
  const table: readonly (readonly [path: string, value: string | number | boolean, list?: 'list'])[] = [
    ['type', 'purchase'],
    ['source', 'pos/bos-1'],
    ['data.color', 'red'],
    ['data.gift', true],
    ['data.score', 4.5],
    ['data.deep.er.est', 7],
    ['data.sizes', 'M', 'list'],
    ['amount', 800],
    ['quantity', 2],
    ['storeId', 'bos-1'],
    ['store.tags', 'flagship', 'list'],
    ['channel', 'pos'],
    ['local.hour', 8],
    ['local.minuteOfDay', 506],
    ['local.dayOfWeek', 1],
    ['local.date', '2026-11-23'],
    ['customer.attributes.city', 'Boston'],
    ['customer.attributes.address.zip', '02108'],
    ['customer.status', 'good'],
    ['customer.tags', 'early', 'list'],
    ['customer.tier.main', 'silver'],
    ['customer.points.stars', 120],
    ['customer.audiences', 'regulars', 'list'],
    ['customer.rfm.recencyDays', 3],
    ['customer.rfm.frequency', 5],
    ['customer.rfm.monetary', 12_000],
    ['customer.rfm.score', 533],
    ['customer.ageDays', 40],
    ['customer.offers', 'free-latte', 'list'],
  ];
  for (const [field, value, list] of table) {
    t.equal(holds({ field, eq: value }, purchaseView()), true, `${field} is ${value}`);
    t.equal(holds({ field, eq: 'something else' }, purchaseView()), false, `${field} is nothing else`);
    if (list !== undefined) t.equal(holds({ field, has: value }, purchaseView()), true, `${field} has ${value}`);
  }
});

t.test('what an event or customer does not have is missing', async (t) => {
  const bare = purchaseView({
    event: { data: undefined },
    amount: undefined,
    quantity: undefined,
    lines: undefined,
    storeId: undefined,
    store: undefined,
    channel: undefined,
    customer: { rfm: undefined, tier: () => undefined, points: () => undefined, attributes: {} },
  });
  for (const field of [
    'data.color',
    'amount',
    'quantity',
    'storeId',
    'store.tags',
    'channel',
    'customer.attributes.city',
    'customer.tier.main',
    'customer.points.stars',
    'customer.rfm.frequency',
    'customer.rfm.recencyDays',
  ]) {
    t.equal(holds({ field, exists: false }, bare), true, field);
  }
  t.equal(holds({ lines: { quantity: { gte: 1 } } }, bare), false, 'without lines no condition on them holds');
  t.equal(
    holds(
      { field: 'customer.rfm.recencyDays', exists: false },
      purchaseView({ customer: { rfm: { recencyDays: undefined, frequency: 0, monetary: 0, score: 111 } } }),
    ),
    true,
  );
});

t.test('data is walked by own properties only, and never into lists', async (t) => {
  const data = JSON.parse('{"__proto__": {"x": 1}, "list": [{"x": 1}], "text": "abc", "real": {"hasOwnProperty": 1}}');
  const subject = purchaseView({ event: { data } });
  for (const field of [
    'data.constructor',
    'data.toString',
    'data.list.length',
    'data.list.0',
    'data.list.x',
    'data.text.length',
    'data.real.constructor',
    'data.real.hasOwnProperty.x',
  ]) {
    t.equal(holds({ field, exists: true }, subject), false, field);
  }
  t.equal(holds({ field: 'data.real.hasOwnProperty', eq: 1 }, subject), true);
});

t.test('every path of a line is read', async (t) => {
  for (const [field, value] of [
    ['sku', 'LATTE-L'],
    ['name', 'Large latte'],
    ['categories', 'drinks'],
    ['quantity', 2],
    ['unitPrice', 450],
    ['amount', 800],
    ['attributes.size', 'L'],
    ['attributes.hot', true],
  ] as const) {
    t.equal(compileLineCondition({ field, eq: value }).test(lineView()), true, field);
    t.equal(holds({ lines: { where: { field, eq: value } } }, purchaseView()), true, field);
    t.equal(holds({ lines: { where: { field, eq: 'other' } } }, purchaseView()), false, field);
  }
  t.equal(compileLineCondition({ field: 'name', exists: false }).test(lineView({ name: undefined })), true);
  t.equal(
    compileLineCondition({ field: 'attributes.size', exists: false }).test(lineView({ attributes: undefined })),
    true,
  );
});

t.test('the matching lines together reach the quantity and the amount', async (t) => {
  const basket = purchaseView({
    lines: [
      lineView({ lineId: '1', categories: ['latte'], quantity: 2, amount: 900 }),
      lineView({ lineId: '2', categories: ['muffin'], quantity: 1, amount: 300 }),
      lineView({ lineId: '3', categories: ['latte'], quantity: 1, amount: 400 }),
      lineView({ lineId: '4', categories: ['bagel'], quantity: 0, amount: 0 }),
    ],
  });
  const latte = { field: 'categories', has: 'latte' };
  const table: readonly (readonly [lines: LinesTest, holds: boolean])[] = [
    [{ where: latte }, true],
    [{ where: { field: 'categories', has: 'tea' } }, false],
    [{ where: { field: 'categories', has: 'bagel' } }, false],
    [{ where: latte, quantity: { gte: 3 } }, true],
    [{ where: latte, quantity: { gte: 4 } }, false],
    [{ where: latte, quantity: { eq: 3 } }, true],
    [{ where: latte, quantity: { ne: 3 } }, false],
    [{ where: latte, quantity: { between: [1, 3] } }, true],
    [{ where: latte, quantity: { in: [2, 3] } }, true],
    [{ where: latte, quantity: { nin: [2, 3] } }, false],
    [{ where: latte, quantity: { gt: 2, lt: 4 } }, true],
    [{ where: latte, quantity: { gt: 2, lt: 3 } }, false],
    [{ where: latte, amount: { gte: 1300 } }, true],
    [{ where: latte, amount: { gte: 1301 } }, false],
    [{ where: latte, quantity: { gte: 3 }, amount: { lte: 1300 } }, true],
    [{ where: latte, quantity: { gte: 3 }, amount: { lt: 1300 } }, false],
    [{ quantity: { gte: 4 } }, true],
    [{ where: { field: 'categories', has: 'tea' }, quantity: { lt: 5 } }, false],
    [{ where: { all: [latte, { not: { field: 'quantity', eq: 2 } }] }, quantity: { eq: 1 } }, true],
    [{ where: { any: [latte, { field: 'categories', has: 'muffin' }] }, quantity: { eq: 4 } }, true],
  ];
  for (const [lines, expected] of table) t.equal(holds({ lines }, basket), expected, JSON.stringify(lines));
});

t.test('all, any and not join conditions', async (t) => {
  const yes = { field: 'storeId', eq: 'bos-1' };
  const no = { field: 'storeId', eq: 'nyc-1' };
  for (const [document, expected] of [
    [{ all: [yes] }, true],
    [{ all: [yes, yes] }, true],
    [{ all: [yes, no] }, false],
    [{ all: [yes, yes, yes] }, true],
    [{ all: [yes, yes, no] }, false],
    [{ any: [no, yes] }, true],
    [{ any: [no, no] }, false],
    [{ not: no }, true],
    [{ not: { any: [no, yes] } }, false],
  ] as const) {
    t.equal(holds(document as unknown as ConditionDocument, purchaseView()), expected, JSON.stringify(document));
  }
});

t.test('an explanation shows what was needed and what was there', async (t) => {
  const document: ConditionDocument = {
    all: [
      { field: 'data.x', gte: 5 },
      { any: [{ not: { field: 'customer.tags', has: 'early' } }] },
      { lines: { where: { field: 'sku', eq: 'LATTE-L' }, quantity: { gte: 3 } } },
    ],
  };
  t.same(compileCondition(document).explain(purchaseView()), {
    all: [
      { field: 'data.x', op: 'gte', need: 5, have: null, holds: false },
      {
        any: [
          {
            not: { field: 'customer.tags', op: 'has', need: 'early', have: ['regular', 'early'], holds: true },
            holds: false,
          },
        ],
        holds: false,
      },
      { lines: { quantity: { have: 2, need: { gte: 3 } }, amount: { have: 800, need: null } }, holds: false },
    ],
    holds: false,
  });
});

t.test('explain says what test says, for any condition and view', async (t) => {
  const seed = Date.now() & 0x7fffffff;
  t.comment(`seed ${seed}`);
  let held = 0;
  fc.assert(
    fc.property(condition, view, (document, subject) => {
      const compiled = compileCondition(document);
      const verdict = compiled.test(subject);
      if (verdict) held++;
      return compiled.explain(subject).holds === verdict;
    }),
    { seed, numRuns: 5_000 },
  );
  t.ok(held > 500 && held < 4_500, 'both verdicts were met often');
});
