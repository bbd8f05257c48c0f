import fc from 'fast-check';
import t from 'tap';
import { HIDDEN, INSTANTS, type Outcome, toWire } from '../../actors/outcome.js';
import type { Decision } from '../../engine/contract.js';
import { decisionValue, writeDecision } from './decision-reply.js';
import { JsonWriter } from './json-writer.js';
import { outcomeText } from './write-outcome.js';

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', '"', '\\', '\u0000', '\ud800', '€', ''),
);
const instant = fc.integer({ min: -62_000_000_000_000, max: 200_000_000_000_000 });
const zone = fc.constantFrom('UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe');
const scalar = fc.oneof(text, fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.constant(undefined));
const plain = fc.oneof(
  scalar,
  fc.array(fc.oneof(text, fc.integer()), { maxLength: 3 }),
  fc.dictionary(fc.string(), scalar, { maxKeys: 3 }),
);
const known = fc.constantFrom(
  'account',
  'points',
  'lotId',
  'desired',
  'lots',
  'reason',
  'attributes',
  'have',
  'need',
  ...INSTANTS,
  ...HIDDEN,
);
const fields = fc
  .array(fc.tuple(known, plain, instant), { maxLength: 8 })
  .map((pairs) =>
    Object.fromEntries(
      pairs
        .filter(([key]) => key !== 'zone')
        .map(([key, value, at]) => [key, INSTANTS.has(key) && value !== null ? at : value]),
    ),
  );
const data = fc
  .tuple(fields, fc.option(zone, { nil: undefined }), fc.option(fc.array(fields, { maxLength: 3 }), { nil: undefined }))
  .map(([own, at, rules]) => ({
    ...own,
    ...(at === undefined ? {} : { zone: at }),
    ...(rules === undefined ? {} : { rules }),
  }));
const outcome = fc.record({
  id: text,
  type: fc.constantFrom('points.earned', 'tier.changed', 'behavior.progressed'),
  customerId: text,
  time: instant,
  cause: fc.oneof(
    fc.record({ eventId: text, campaignId: text }),
    fc.record({ campaignId: text }),
    fc.record({ eventId: text }),
    fc.constant({}),
  ),
  data,
}) as unknown as fc.Arbitrary<Outcome>;

t.test('outcomes written by hand are what JSON.stringify makes of their wire form', async (t) => {
  fc.assert(
    fc.property(outcome, (one) => {
      const written = outcomeText(one);
      const expected = JSON.stringify(toWire(one));
      if (written !== expected) throw new Error(`${written}\n${expected}`);
    }),
    { numRuns: 3_000, verbose: true },
  );
  t.pass();
});

t.test('so are decisions', async (t) => {
  const out = new JsonWriter();
  const place = {
    position: fc.constant('17-1'),
    programVersion: fc.nat(),
    outcomes: fc.array(outcome, { maxLength: 3 }),
  };
  const reasons = {
    reason: text,
    detail: fc.option(text, { nil: undefined }),
    firstEventId: fc.option(text, { nil: undefined }),
  };
  const decision = fc.oneof(
    fc.record({ status: fc.constant('applied' as const), ...place }),
    fc.record({ status: fc.constantFrom('ignored' as const, 'refused' as const), ...reasons, ...place }),
    fc.record({
      status: fc.constant('duplicate' as const),
      first: fc.record({ status: fc.constantFrom('applied' as const, 'refused' as const) }),
      ...place,
    }),
    fc.record({
      status: fc.constant('invalid' as const),
      errors: fc.array(fc.record({ pointer: text, code: text, detail: text })),
    }),
    fc.record({ status: fc.constant('parked' as const) }),
  ) as fc.Arbitrary<Decision>;
  fc.assert(
    fc.property(fc.record({ id: text, source: text }), decision, (named, one) => {
      writeDecision(out, named, one);
      const written = Buffer.from(out.take()).toString('utf8');
      const expected = JSON.stringify(decisionValue(named, one));
      if (written !== expected) throw new Error(`${written}\n${expected}`);
    }),
    { numRuns: 2_000, verbose: true },
  );
  t.pass();
});

t.test('text is escaped where it must be, and the buffer grows as it must', async (t) => {
  const out = new JsonWriter();
  for (const one of [
    'plain',
    'a"b',
    'a\\b',
    'a\nb',
    '\u2028',
    '€',
    '\ud83d\ude00',
    '\ud83d',
    'x'.repeat(100),
    'é'.repeat(60_000),
    'x'.repeat(5_000_000),
  ]) {
    out.text(one);
    t.ok(out.takeText() === JSON.stringify(one), one.slice(0, 20));
  }
  for (let n = 0; n < 10_000; n++) out.number(n / 4);
  t.equal(out.takeText(), Array.from({ length: 10_000 }, (_, n) => String(n / 4)).join(''));
  const first = out.take();
  out.raw('later');
  t.equal(first.byteLength, 0, 'what was taken is the taker’s own');
  t.equal(out.takeText(), 'later');
});
