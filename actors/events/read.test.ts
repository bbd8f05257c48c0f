/** What is read of events, and what is said of those that cannot be. It is long because its tables are. */
import fc from 'fast-check';
import t from 'tap';
import { limits } from '../limits.js';
import { readEvent } from './read.js';

type Loose = Record<string, unknown>;

function purchase(data: Loose = {}, envelope: Loose = {}): Loose {
  return {
    id: '536365',
    source: 'pos/bos-1',
    type: 'purchase',
    subject: '17850',
    time: '2026-11-24T08:26:00-05:00',
    data: {
      transactionId: '536365',
      lines: [
        { lineId: '1', sku: 'LATTE-L', categories: ['latte'], quantity: 2, unitPrice: 450 },
        { lineId: '2', sku: 'MUFFIN', quantity: 1, unitPrice: 300 },
      ],
      ...data,
    },
    ...envelope,
  };
}
function of(type: string, data: unknown): Loose {
  return { ...purchase(), type, data };
}
function line(change: Loose): Loose {
  return purchase({ lines: [{ lineId: '1', sku: 'A', quantity: 1, unitPrice: 100, ...change }] });
}
function without(event: Loose, key: string): Loose {
  return Object.fromEntries(Object.entries(event).filter(([name]) => name !== key));
}
function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = { a: value };
  return value;
}
const own = (key: string, value: unknown): Loose => JSON.parse(`{${JSON.stringify(key)}: ${JSON.stringify(value)}}`);

t.test('a valid event comes out with exactly its own fields', (t) => {
  const read = readEvent(
    purchase({}, { specversion: '1.0', datacontenttype: 'application/json', traceparent: 'x' }),
    'till',
  );
  t.ok(read.ok);
  if (read.ok) {
    t.same(Object.keys(read.event).sort(), ['data', 'id', 'source', 'subject', 'time', 'type']);
    t.equal(read.event.time, Date.parse('2026-11-24T13:26:00Z'));
  }
  const defaulted = readEvent(without(purchase(), 'source'), 'till');
  t.equal(defaulted.ok && defaulted.event.source, 'till', 'the source is the property where none is named');
  t.end();
});

t.test('what is valid is taken', (t) => {
  const valid: [string, Loose][] = [
    ['a total alone', purchase({ lines: undefined, total: 1200 })],
    ['a total that says the same as the lines', purchase({ total: 1200 })],
    ['a free line', line({ unitPrice: 0 })],
    [
      'discounts over a line and the check',
      purchase({ discounts: [{ lineId: '1', amount: 100 }, { amount: 50 }], total: 1050 }),
    ],
    [
      'a discount over what an earlier one over the check left of its line',
      purchase({ discounts: [{ amount: 600 }, { lineId: '2', amount: 150 }], total: 450 }),
    ],
    ['a discount of everything', purchase({ discounts: [{ amount: 1200 }], total: 0 })],
    ['fields of the brand', purchase({ basket: { tags: ['x'], gift: true } })],
    [
      '__proto__ as a value',
      purchase({ transactionId: '__proto__', storeId: 'constructor' }, { subject: '__proto__', id: '__proto__' }),
    ],
    ['__proto__ as a line', line({ lineId: '__proto__' })],
    ['ids of any script', purchase({}, { subject: 'Žofie-日本-😀' })],
    ['128 characters, each two code units', purchase({}, { subject: '😀'.repeat(128) })],
    [
      'a return by line',
      of('return', {
        transactionId: 'r',
        originalTransactionId: 'p',
        lines: [{ lineId: '1', quantity: 1, units: [2] }],
      }),
    ],
    [
      'a blind return',
      of('return', { transactionId: 'r', lines: [{ sku: 'A', name: 'Mug', quantity: 2, unitPrice: 500 }] }),
    ],
    ['a return by total', of('return', { transactionId: 'r', originalTransactionId: 'p', total: 500 })],
    [
      'a profile',
      of('profile.updated', { attributes: { city: 'Zürich', child: null }, timeZone: 'Europe/Zurich', locale: null }),
    ],
    ['a status', of('status.changed', { status: 'blocked', reason: 'fraud' })],
    ['a tag for a time', of('tag.added', { tag: 'vip', for: 'P30D' })],
    ['a tag removed', of('tag.removed', { tag: 'vip' })],
    ['points taken', of('points.adjusted', { account: 'stars', points: -5, reason: 'goodwill' })],
    ['an app opened, without data', without(of('app.opened', {}), 'data')],
    ['an app opened', of('app.opened', {})],
    ['a message opened', of('message.opened', { messageId: '17-88-0' })],
    ['a message dismissed', of('message.dismissed', { messageId: '17-88-0' })],
    ['an execution viewed', of('execution.viewed', { messageId: '17-88-0' })],
    ['a video watched', of('video.watched', { messageId: '17-88-0', seconds: 12.5, completed: false })],
    ['a video of no message', of('video.watched', {})],
    ['a declared type without data', without(of('survey.done', {}), 'data')],
  ];
  for (const [name, event] of valid) {
    const read = readEvent(event, 'till');
    t.ok(read.ok, read.ok ? name : `${name}: ${JSON.stringify(read.errors)}`);
  }
  t.end();
});

t.test('bad input by name: where, which code', (t) => {
  const bad: [name: string, event: unknown, pointer: string, code: string][] = [
    ['not an object', 'purchase', '', 'not_an_event'],
    ['a list', [], '', 'not_an_event'],
    ['null', null, '', 'not_an_event'],
    ['no id', without(purchase(), 'id'), '/id', 'required'],
    ['no subject', without(purchase(), 'subject'), '/subject', 'required'],
    ['a step of the till', of('pos.lock', { transactionId: 't' }), '/type', 'type_reserved'],
    ['an id of a wrong type', purchase({}, { id: 5 }), '/id', 'wrong_type'],
    ['an empty id', purchase({}, { id: '' }), '/id', 'id_invalid'],
    ['an id with a control character', purchase({}, { id: 'a\u0007' }), '/id', 'id_invalid'],
    ['an id with a C1 control character', purchase({}, { subject: 'a\u0085' }), '/subject', 'id_invalid'],
    ['an id with a lone surrogate', purchase({}, { subject: 'a\ud800' }), '/subject', 'id_invalid'],
    ['an id of 129 characters', purchase({}, { subject: 'a'.repeat(129) }), '/subject', 'id_invalid'],
    ['a sku with a control character', line({ sku: 'a\n' }), '/data/lines/0/sku', 'id_invalid'],
    ['no time', without(purchase(), 'time'), '/time', 'required'],
    ['a time without an offset', purchase({}, { time: '2026-11-24T08:26:00' }), '/time', 'time_invalid'],
    ['a day that does not exist', purchase({}, { time: '2026-02-30T08:26:00Z' }), '/time', 'time_invalid'],
    ['an unknown key of the envelope', purchase({}, { Data: {} }), '/Data', 'unknown_key'],
    ['another CloudEvents version', purchase({}, { specversion: '0.3' }), '/specversion', 'not_allowed'],
    ['an unknown key of a line', line({ qty: 1 }), '/data/lines/0/qty', 'unknown_key'],
    [
      'an unknown key of an adjustment',
      of('points.adjusted', { account: 'a', points: 1, reason: 'x', note: 'y' }),
      '/data/note',
      'unknown_key',
    ],
    ['no data', without(purchase(), 'data'), '/data', 'required'],
    ['data that is a list', of('purchase', []), '/data', 'wrong_type'],
    ['a negative price', line({ unitPrice: -1 }), '/data/lines/0/unitPrice', 'too_small'],
    ['a fractional price', line({ unitPrice: 4.5 }), '/data/lines/0/unitPrice', 'not_an_integer'],
    ['a price beyond 2^53', line({ unitPrice: 2 ** 53 }), '/data/lines/0/unitPrice', 'too_large'],
    ['a price as text', line({ unitPrice: '450' }), '/data/lines/0/unitPrice', 'wrong_type'],
    ['a quantity of 0', line({ quantity: 0 }), '/data/lines/0/quantity', 'too_small'],
    ['a fractional quantity', line({ quantity: 0.5 }), '/data/lines/0/quantity', 'not_an_integer'],
    ['an unsafe quantity', line({ quantity: 2 ** 53 }), '/data/lines/0/quantity', 'too_large'],
    ['a sum beyond 2^53', line({ quantity: 1_000_000, unitPrice: 2 ** 52 }), '/data/lines/0', 'amount_too_large'],
    ['a total that differs', purchase({ total: 1201 }), '/data/total', 'total_mismatch'],
    ['neither lines nor total', purchase({ lines: undefined }), '/data', 'lines_or_total'],
    ['no lines at all', purchase({ lines: [] }), '/data/lines', 'too_few'],
    [
      'the same line twice',
      purchase({ lines: [1, 2].map(() => ({ lineId: '1', sku: 'A', quantity: 1, unitPrice: 1 })) }),
      '/data/lines/1/lineId',
      'line_id_reused',
    ],
    [
      'a discount larger than its line',
      purchase({ discounts: [{ lineId: '2', amount: 301 }] }),
      '/data/discounts/0/amount',
      'discount_exceeds_line',
    ],
    [
      'discounts larger than the check',
      purchase({ discounts: [{ amount: 1200 }, { amount: 1 }] }),
      '/data/discounts/1/amount',
      'discount_exceeds_total',
    ],
    [
      'a discount larger than what an earlier one over the check left of its line',
      purchase({ discounts: [{ amount: 600 }, { lineId: '2', amount: 151 }] }),
      '/data/discounts/1/amount',
      'discount_exceeds_line',
    ],
    [
      'too many discounts over the check',
      purchase({ discounts: Array.from({ length: limits.checkDiscountsMax + 1 }, () => ({ amount: 1 })) }),
      `/data/discounts/${limits.checkDiscountsMax}`,
      'too_many',
    ],
    [
      'a discount over a line that is not there',
      purchase({ discounts: [{ lineId: '9', amount: 1 }] }),
      '/data/discounts/0/lineId',
      'unknown_line',
    ],
    [
      'discounts without lines',
      purchase({ lines: undefined, total: 5, discounts: [{ amount: 1 }] }),
      '/data/discounts',
      'discounts_without_lines',
    ],
    ['a forbidden property name', purchase(own('x', own('__proto__', 1))), '/data/x/__proto__', 'forbidden_key'],
    [
      'nesting a thousand deep',
      purchase({ x: nested(1_000) }),
      `/data/x${'/a'.repeat(limits.nestingDepthMax - 1)}`,
      'nested_too_deep',
    ],
    ['a number that is not exact', purchase({ x: 2 ** 60 }), '/data/x', 'not_exact'],
    ['a return without lines or total', of('return', { transactionId: 'r' }), '/data', 'lines_or_total'],
    [
      'a return with both',
      of('return', { transactionId: 'r', total: 1, lines: [{ sku: 'A', quantity: 1, unitPrice: 1 }] }),
      '/data',
      'lines_or_total',
    ],
    [
      'a blind return without a price',
      of('return', { transactionId: 'r', lines: [{ sku: 'A', quantity: 1 }] }),
      '/data/lines/0/unitPrice',
      'price_needed',
    ],
    [
      'a named return of an unnamed line',
      of('return', { transactionId: 'r', originalTransactionId: 'p', lines: [{ quantity: 1 }] }),
      '/data/lines/0',
      'line_unnamed',
    ],
    [
      'units that are not as many',
      of('return', {
        transactionId: 'r',
        originalTransactionId: 'p',
        lines: [{ lineId: '1', quantity: 2, units: [1] }],
      }),
      '/data/lines/0/units',
      'units_mismatch',
    ],
    ['a profile that changes nothing', of('profile.updated', {}), '/data', 'nothing_to_change'],
    ['a zone that does not exist', of('profile.updated', { timeZone: 'Mars/Base' }), '/data/timeZone', 'not_a_zone'],
    [
      '__proto__ as an attribute',
      of('profile.updated', { attributes: own('__proto__', 1) }),
      '/data/attributes/__proto__',
      'forbidden_key',
    ],
    ['a status without a reason', of('status.changed', { status: 'blocked' }), '/data/reason', 'required'],
    ['a tag for no time', of('tag.added', { tag: 'a', for: 'P0D' }), '/data/for', 'duration_not_positive'],
    [
      'an adjustment by nothing',
      of('points.adjusted', { account: 'a', points: 0, reason: 'x' }),
      '/data/points',
      'nothing_to_adjust',
    ],
    ['a claim without a code', of('promo_code.claimed', {}), '/data/code', 'required'],
    ['a message opened that names none', of('message.opened', {}), '/data/messageId', 'required'],
    ['a message opened without data', without(of('message.opened', {}), 'data'), '/data', 'required'],
    [
      'a message with a control character',
      of('message.dismissed', { messageId: 'a\u0007' }),
      '/data/messageId',
      'id_invalid',
    ],
    ['a misspelt key', of('app.opened', { plattform: 'ios' }), '/data/plattform', 'unknown_key'],
    ['a video watched for less than nothing', of('video.watched', { seconds: -1 }), '/data/seconds', 'too_small'],
    ['declared data that is a list', of('survey.done', []), '/data', 'wrong_type'],
  ];
  for (const [name, event, pointer, code] of bad) {
    const read = readEvent(event, 'till');
    t.notOk(read.ok, `${name} is refused`);
    if (read.ok) continue;
    const found = read.errors.some(
      (error) => error.pointer === pointer && error.code === code && error.detail.length > 10,
    );
    t.ok(found, `${name}: ${JSON.stringify(read.errors)}`);
  }
  t.end();
});

t.test('__proto__ as a key of the envelope is refused', (t) => {
  const event = JSON.parse(`{"__proto__": 1, ${JSON.stringify(purchase()).slice(1)}`);
  const read = readEvent(event, 'till');
  t.match(read, { ok: false, errors: [{ pointer: '/__proto__', code: 'forbidden_key' }] });
  t.end();
});

t.test('no input throws, and no refusal is without a reason', (t) => {
  const anything = fc.oneof(
    fc.jsonValue(),
    fc.record({
      id: fc.jsonValue(),
      type: fc.constantFrom('purchase', 'return', 'profile.updated', 'tag.added', 'x'),
      subject: fc.string(),
      time: fc.string(),
      data: fc.jsonValue(),
    }),
    fc
      .record({
        transactionId: fc.string(),
        lines: fc.array(
          fc.record({ lineId: fc.string(), sku: fc.string(), quantity: fc.integer(), unitPrice: fc.double() }),
        ),
        total: fc.option(fc.integer(), { nil: undefined }),
      })
      .map((data) => purchase(data)),
  );
  fc.assert(
    fc.property(anything, (value) => {
      const read = readEvent(value, 'till');
      return (
        read.ok || (read.errors.length > 0 && read.errors.every(({ code, detail }) => code !== '' && detail !== ''))
      );
    }),
    { numRuns: 2_000 },
  );
  t.end();
});
