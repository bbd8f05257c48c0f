import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import t from 'tap';
import { Compile } from 'typebox/compile';
import { parse } from 'yaml';
import { compileProgram } from './compile.js';
import { mutated } from './document.arbitrary.js';
import { type ProgramDocument, ProgramSchema, programSchema } from './document.js';
import { problemsOf } from './problem-table.js';
import { coffeeDocument, type Loose } from './specimen.js';
import { validateProgram } from './validate.js';

const compiledSchema = Compile(ProgramSchema);

t.test('the served schema is plain JSON Schema that describes its fields', async (t) => {
  t.match(programSchema, {
    $schema: /2020-12/,
    type: 'object',
    additionalProperties: false,
    required: ['program', 'currency', 'timeZone'],
  });
  t.same(JSON.parse(JSON.stringify(programSchema)), programSchema);
  const bare: string[] = [];
  const walk = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, child] of Object.entries(node)) walk(child, `${path}/${key}`);
    const { properties } = node as {
      properties?: Record<string, { description?: string; $ref?: string; type?: string }>;
    };
    for (const [name, property] of Object.entries(properties ?? {})) {
      const operand = path.includes('/$defs/');
      if (!operand && property.description === undefined && property.$ref === undefined) bare.push(`${path}/${name}`);
    }
  };
  walk(programSchema, '');
  t.same(bare, [], 'every field outside conditions has a description');
});

t.test('the walker and the compiled schema agree on documents that are right', async (t) => {
  const document = coffeeDocument();
  t.ok(compiledSchema.Check(document));
  t.same(problemsOf(document), []);
});

t.test('the walker and the compiled schema agree on documents with one value replaced', async (t) => {
  const seed = Date.now() & 0x7fffffff;
  t.comment(`seed ${seed}`);
  const sample = coffeeDocument();
  delete sample.events;
  sample.campaigns!.pop();
  const SHAPES = new Set([
    'unknown_key',
    'required',
    'wrong_type',
    'not_allowed',
    'not_supported_yet',
    'too_few',
    'too_many',
    'too_short',
    'too_long',
    'too_small',
    'too_large',
    'not_an_integer',
    'not_finite',
    'no_such_variant',
    'too_few_keys',
    'too_many_keys',
  ]);
  fc.assert(
    fc.property(mutated(sample), (document) => {
      const right = compiledSchema.Check(document);
      const problems = problemsOf(document);
      // The compiled schema knows no references and formats: where it says no, the walker must; where it says yes, any
      // problem told must be of another kind than shape.
      return right
        ? problems.every((p) => !SHAPES.has(p.code) || p.code === 'not_an_integer' || p.code === 'not_supported_yet')
        : problems.some((p) => SHAPES.has(p.code));
    }),
    { seed, numRuns: 3_000 },
  );
});

t.test('the program of the contract, reduced to what is supported, is valid', async (t) => {
  const document = parse(`
program: corner-coffee
currency: USD
timeZone: America/New_York
lateness: P30D
returns: {window: P24M}
stores:    [{id: bos-1, name: Boston Common, timeZone: America/New_York, latitude: 42.355, longitude: -71.065, tags: [boston]}]
statuses:  [{id: good, default: true, earns: true, redeems: true, messages: true}, {id: blocked, earns: false, redeems: false, messages: false}]
events:    [{type: survey.done, data: {type: object, properties: {score: {type: integer}}}}]
points:
  accounts:
    - {id: stars, name: Stars, spendable: true, activation: {kind: immediate}, expiry: {kind: rolling, after: P12M, roundUpTo: month}, negative: allow}
    - {id: status, spendable: false}
tiers:
  - id: main
    basis: {points: status}
    window: {calendar: year}
    upgrade: immediate
    downgrade: {how: full}
    onReturn: keep
    levels: [{id: member, atLeast: 0}, {id: silver, atLeast: 50000, multiplier: 1.25}, {id: gold, atLeast: 200000, multiplier: 1.5, sticky: false}]
campaigns:
  - {id: earn, kind: promotion, base: true, behavior: {all: [{event: purchase}]}, outcomes: [{points: {account: stars, rate: {points: 1, per: 100, of: amount}, multiply: tier}}]}
  - id: five-lattes
    kind: promotion
    schedule: {start: 2026-11-01T00:00:00-05:00, end: 2026-12-31T23:59:59-05:00}
    target: {where: {field: customer.rfm.frequency, gte: 5}}
    behavior: {all: [{event: purchase, where: {lines: {where: {field: categories, has: latte}}}, times: 5}]}
    outcomes: [{offer: free-latte}, {tag: {add: latte-lover, for: P90D}}]
    limits: {perCustomer: 1, per: {calendar: month}}
    onReturn: keep
  - id: mornings
    kind: promotion
    behavior:
      all:
        - {rule: spend, event: purchase, where: {field: local.hour, lt: 12}, sum: {of: amount, atLeast: 10000}, within: {rolling: P30D}}
        - {rule: visits, event: purchase, distinct: {of: storeId, atLeast: 3}, within: {calendar: month}}
    outcomes: [{points: {account: stars, fixed: 50}}]
offers:
  - id: free-latte
    kind: closedLoop
    validity: {for: P14D}
    uses: 1
    where: {field: storeId, in: [bos-1]}
    minimumSpend: 0
    discount: {kind: buyXGetY, buy: {lines: {field: categories, has: latte}, quantity: 1}, get: {lines: {field: categories, has: latte}, quantity: 1, percentOff: 100}, choose: cheapest, maxApplications: 1}
    stacking: {group: drinks, exclusive: false, priority: 10, reuseQualifying: false, stackDiscounted: false, withItself: 1}
    cap: 600
    onReturn: keep
rfm: {of: purchase, window: P365D, recencyDays: [7, 30, 90, 180], frequency: [1, 3, 6, 12], monetary: [2000, 10000, 30000, 100000]}
`);
  t.same(problemsOf(document), []);
  t.equal(compileProgram(document as ProgramDocument, 1).campaigns.length, 3);
});

t.test('every kind of discount is valid', async (t) => {
  const lines = { field: 'sku', eq: 'MUG' };
  for (const discount of [
    { kind: 'amountOffCheck', amount: 500 },
    { kind: 'percentOffCheck', percent: 12.5 },
    { kind: 'amountOffItem', amount: 100 },
    { kind: 'amountOffItem', amount: 100, lines, choose: 'all' },
    { kind: 'percentOffItem', percent: 33.3333, choose: 'cheapest' },
    { kind: 'setPrice', price: 0, choose: 'dearest', units: 3 },
    { kind: 'buyXGetY', buy: { quantity: 2 }, get: { quantity: 1, amountOff: 50 }, choose: 'dearest' },
    { kind: 'buyXGetY', buy: { lines, quantity: 2 }, get: { quantity: 1, setPrice: 0 } },
  ]) {
    const document = coffeeDocument();
    document.offers![1]!.discount = discount as unknown as Loose;
    t.same(problemsOf(document), [], JSON.stringify(discount));
  }
});

t.test('the program of the real retail data is valid', async (t) => {
  const found = dataFolder();
  if (found === undefined) {
    t.comment('the retail data (../shared/data/online-retail) is not here, so its program was not checked');
    return;
  }
  const document: unknown = parse(readFileSync(`${found}/program.yaml`, 'utf8'));
  const result = validateProgram(document);
  t.same(result.ok ? [] : result.errors, []);
  if (result.ok) t.equal(compileProgram(result.document, 1).campaigns.length, 5);
});

/** The folder of the retail data, beside the repository. */
function dataFolder(): string | undefined {
  const folder = fileURLToPath(new URL('../../../../shared/data/online-retail', import.meta.url));
  const built = fileURLToPath(new URL('../../../../../shared/data/online-retail', import.meta.url));
  return [folder, built].find((path) => existsSync(`${path}/program.yaml`));
}
