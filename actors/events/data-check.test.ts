import fc from 'fast-check';
import t from 'tap';
import { firstMisfit, lineNets } from '../customer/paid.js';
import { netOf, type PurchaseData } from '../event.js';
import { readEvent } from './read.js';

type Loose = Record<string, unknown>;
const HALF = 'half \ud83d';

function event(type: string, data: unknown): Loose {
  return { id: 'e1', source: 'pos', type, subject: 'c1', time: '2026-11-24T08:26:00-05:00', data };
}
function purchaseOf(line: Loose, data: Loose = {}): Loose {
  const lines = [{ lineId: '1', sku: 'A', quantity: 1, unitPrice: 100, ...line }];
  return event('purchase', { transactionId: 't', lines, ...data });
}
/** `pointer code` of each problem. */
function told(value: unknown): string[] {
  const read = readEvent(value, 'till');
  return read.ok ? [] : read.errors.map(({ pointer, code }) => `${pointer} ${code}`).sort();
}

t.test('half of a character is refused wherever text may stand: it would come back changed from disk', (t) => {
  const rows: [name: string, event: Loose, pointer: string][] = [
    ['the name of a line', purchaseOf({ name: HALF }), '/data/lines/0/name half_character'],
    ['a category', purchaseOf({ categories: ['a', HALF] }), '/data/lines/0/categories/1 id_invalid'],
    [
      'an attribute of a line',
      purchaseOf({ attributes: { a: [HALF] } }),
      '/data/lines/0/attributes/a/0 half_character',
    ],
    ['a channel', purchaseOf({}, { channel: HALF }), '/data/channel id_invalid'],
    ['a field of the brand', purchaseOf({}, { note: HALF }), '/data/note half_character'],
    [
      'the reason of a discount',
      purchaseOf({}, { discounts: [{ amount: 1, reason: HALF }] }),
      '/data/discounts/0/reason half_character',
    ],
    ['a reason', event('status.changed', { status: 'a', reason: HALF }), '/data/reason half_character'],
    ['a locale', event('profile.updated', { locale: HALF }), '/data/locale half_character'],
    ['an attribute', event('profile.updated', { attributes: { a: HALF } }), '/data/attributes/a half_character'],
    ['declared data', event('survey.done', { a: HALF }), '/data/a half_character'],
  ];
  for (const [name, value, expected] of rows) t.same(told(value), [expected], name);
  t.same(told(purchaseOf({ name: 'whole 😀' })), [], 'whole ones are fine');
  t.end();
});

t.test('all that is wrong with a purchase is told at once', (t) => {
  const value = event('purchase', {
    transactionId: 'a\u0001',
    lines: [
      { lineId: '1', sku: 'b\u0002', quantity: 1, unitPrice: 5, qty: 2 },
      { lineId: '1', sku: 'B', quantity: 1, unitPrice: 5, categories: ['c\u0003'] },
    ],
    basket: { deep: Number.POSITIVE_INFINITY },
  });
  t.same(told(value), [
    '/data/basket/deep not_exact',
    '/data/lines/0/qty unknown_key',
    '/data/lines/0/sku id_invalid',
    '/data/lines/1/categories/0 id_invalid',
    '/data/lines/1/lineId line_id_reused',
    '/data/transactionId id_invalid',
  ]);
  t.end();
});

t.test("a brand's own fields are looked at even where the known ones have another shape", (t) => {
  const forbidden = JSON.parse('{"__proto__": 1}');
  t.same(told(event('purchase', { transactionId: 5, extra: forbidden })), [
    '/data/extra/__proto__ forbidden_key',
    '/data/transactionId wrong_type',
  ]);
  t.end();
});

t.test('ids count characters, not code units', (t) => {
  t.same(told(purchaseOf({ sku: '😀'.repeat(128) })), []);
  t.same(told(purchaseOf({ sku: '😀'.repeat(129) })), ['/data/lines/0/sku too_long']);
  t.same(told(purchaseOf({ sku: '😀'.repeat(128), quantity: 0 })), ['/data/lines/0/quantity too_small']);
  t.end();
});

t.test('money stays exact up to 2^53 − 1 and not a unit further', (t) => {
  const most = Number.MAX_SAFE_INTEGER;
  t.same(told(purchaseOf({ unitPrice: most }, { total: most })), []);
  t.same(told(purchaseOf({ unitPrice: most, quantity: 2 })), ['/data/lines/0 amount_too_large']);
  t.same(told(event('purchase', { transactionId: 't', total: most + 1 })), ['/data/total too_large']);
  t.same(told(event('points.adjusted', { account: 'a', points: -most, reason: 'r' })), []);
  t.end();
});

const id = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme-ascii' });
const line = fc.record(
  {
    sku: id,
    name: fc.string({ unit: 'grapheme' }),
    categories: fc.array(id, { maxLength: 3 }),
    quantity: fc.integer({ min: 1, max: 1_000 }),
    unitPrice: fc.integer({ min: 0, max: 1_000_000 }),
    attributes: fc.dictionary(id, fc.oneof(fc.integer(), fc.boolean(), fc.constant('x')), { noNullPrototype: true }),
    excluded: fc.boolean(),
  },
  { requiredKeys: ['sku', 'quantity', 'unitPrice'], noNullPrototype: true },
);
const purchase = fc
  .tuple(id, fc.array(line, { minLength: 1, maxLength: 12 }), fc.boolean())
  .map(([transactionId, lines, withTotal]) => {
    const data = { transactionId, lines: lines.map((one, index) => ({ ...one, lineId: `${index + 1}` })) };
    return event('purchase', withTotal ? { ...data, total: netOf(data as PurchaseData) } : data);
  });

t.test('what is valid comes out as it went in, also after a trip through JSON', (t) => {
  fc.assert(
    fc.property(purchase, (value) => {
      const { __proto__: _, ...rest } = value as { __proto__?: unknown };
      const read = readEvent(JSON.parse(JSON.stringify(rest)), 'till');
      if (!read.ok) {
        // The one name that attributes may not have.
        return JSON.stringify(value).includes('__proto__');
      }
      t.same(read.event.data, value.data);
      return read.event.time === Date.parse(value.time as string);
    }),
    { numRuns: 300, verbose: true },
  );
  t.end();
});

t.test('the quick check and the explanation agree: what is refused has a reason of its own', (t) => {
  const odd = fc.oneof(
    fc.constantFrom<unknown>(null, -1, 0, 1.5, 2 ** 53, '', 'a\u0000', HALF, [], {}, true, Number.NaN, 'x'.repeat(200)),
    fc.jsonValue({ maxDepth: 2 }),
  );
  const field = fc.constantFrom(
    ...['transactionId', 'storeId', 'currency', 'total', 'discounts', 'lines', 'note', 'lineId', 'sku', 'name'],
    ...['categories', 'quantity', 'unitPrice', 'attributes', 'excluded', 'qty', 'units'],
  );
  fc.assert(
    fc.property(purchase, fc.constantFrom('data', 'line', 'return'), field, odd, (value, place, key, wrong) => {
      const data = value.data as { lines: Loose[] };
      if (place === 'data') (data as Loose)[key] = wrong;
      else data.lines[0]![key] = wrong;
      if (place === 'return') value.type = 'return';
      const read = readEvent(value, 'till');
      return read.ok || read.errors.every(({ code, detail }) => code !== 'invalid' && detail.length > 10);
    }),
    { numRuns: 3_000, verbose: true },
  );
  t.end();
});

t.test('discounts are taken exactly where they fit what is left, and then the lines cost the net', (t) => {
  const discounts = fc.array(fc.record({ line: fc.option(fc.nat(2), { nil: undefined }), amount: fc.nat(120) }), {
    maxLength: 4,
  });
  const lines = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.nat(60)), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(lines, discounts, (basket, given) => {
      const data = {
        transactionId: 't',
        lines: basket.map(([quantity, unitPrice], index) => ({ lineId: `${index}`, sku: 'A', quantity, unitPrice })),
        discounts: given.map(({ line: over, amount }) =>
          over === undefined ? { amount } : { lineId: `${over}`, amount },
        ),
      };
      const problems = told(event('purchase', data));
      const misfit = firstMisfit(data);
      if (misfit === undefined) {
        const nets = lineNets(data) ?? basket.map(([quantity, unitPrice]) => quantity * unitPrice);
        return problems.length === 0 && nets.reduce((sum, net) => sum + net, 0) === netOf(data);
      }
      const what = data.discounts[misfit.discount]!.lineId === undefined ? 'total' : 'line';
      return problems.join() === `/data/discounts/${misfit.discount}/amount discount_exceeds_${what}`;
    }),
    { numRuns: 2_000, verbose: true },
  );
  t.end();
});
