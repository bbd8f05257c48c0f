import fc from 'fast-check';
import t from 'tap';
import { condition, view } from './condition.arbitrary.js';
import { compileCondition, compileLineCondition } from './condition.js';
import type { ConditionDocument, LinesTest } from './document-condition.js';
import type { View } from './program.js';
import { lineView, purchaseView } from './specimen.js';

const holds = (document: ConditionDocument, subject: View): boolean => {
  const compiled = compileCondition(document);
  const verdict = compiled.test(subject);
  if (compiled.explain(subject).holds !== verdict) throw new Error(`explain disagrees on ${JSON.stringify(document)}`);
  return verdict;
};

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
      {
        lines: {
          where: purchaseView().lines!.map(({ lineId, sku }) => ({
            lineId,
            field: 'sku',
            op: 'eq',
            need: 'LATTE-L',
            have: sku,
            holds: sku === 'LATTE-L',
          })),
          quantity: { have: 2, need: { gte: 3 } },
          amount: { have: 800, need: null },
        },
        holds: false,
      },
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
