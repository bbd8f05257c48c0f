import fc from 'fast-check';
import t from 'tap';
import { limits } from '../limits.js';
import { compileProgram } from './compile.js';
import { mutated } from './document.arbitrary.js';
import { problemsOf } from './problem-table.js';
import { coffeeDocument, type Loose, purchaseView } from './specimen.js';
import { validateProgram } from './validate.js';

t.test('the specimen is valid, and given back as it is', async (t) => {
  const document = coffeeDocument();
  t.same(validateProgram(document), { ok: true, document });
});

t.test('the smallest program needs a name, a currency and a zone', async (t) => {
  t.same(problemsOf({ program: 'p', currency: 'EUR', timeZone: 'Europe/Paris' }), []);
  t.match(
    problemsOf({}),
    ['program', 'currency', 'timeZone'].map((key) => ({ pointer: `/${key}`, code: 'required', detail: /is missing/ })),
  );
});

t.test('what is no document at all is told', async (t) => {
  for (const value of [undefined, null, 'program: x', 7, [], true]) {
    t.match(problemsOf(value), [{ pointer: '', code: 'wrong_type', detail: /Takes an object/ }], String(value));
  }
});

t.test('__proto__ is a key like any other: unknown, and harmless', async (t) => {
  const document = JSON.parse(
    JSON.stringify(coffeeDocument()).replace('"program"', '"__proto__": {"currency": "EUR"}, "program"'),
  );
  t.match(problemsOf(document), [{ pointer: '/__proto__', code: 'unknown_key' }]);
  t.equal(({} as { currency?: string }).currency, undefined);
  const ids = coffeeDocument();
  ids.stores![1]!.id = '__proto__' as unknown as Loose;
  ids.offers![2]!.id = '__proto__' as unknown as Loose;
  ids.statuses![1]!.id = '__proto__' as unknown as Loose;
  t.same(problemsOf(ids), [], 'as an id it is fine');
});

t.test('all problems are told at once, also beside a part whose shape is wrong', async (t) => {
  const document = coffeeDocument();
  document.currency = 'dollars' as unknown as Loose;
  document.points!.accounts![1]!.spendable = 'no' as unknown as Loose;
  document.campaigns![1]!.outcomes![0]!.offer = 'nothing' as unknown as Loose;
  document.campaigns![1]!.outcomes![1] = { tag: 5 } as unknown as Loose;
  document.campaigns![1]!.limits = { per: { calendar: 'month' } } as unknown as Loose;
  document.campaigns![2]!.behavior!.all![0]!.event = 'purchas' as unknown as Loose;
  document.campaigns![2]!.behavior!.all![1]!.times = -1 as unknown as Loose;
  t.strictSame(
    problemsOf(document)
      .map(({ pointer, code }) => `${pointer} ${code}`)
      .sort(),
    [
      '/campaigns/1/limits/per per_without_per_customer',
      '/campaigns/1/outcomes/0/offer unknown_offer',
      '/campaigns/1/outcomes/1/tag wrong_type',
      '/campaigns/2/behavior/all/0/event unknown_event_type',
      '/campaigns/2/behavior/all/1/times too_small',
      '/currency not_a_currency',
      '/points/accounts/1/spendable wrong_type',
    ],
  );
});

t.test('a document too deep, too large or in a circle is told and not walked', async (t) => {
  let nested: unknown = 1;
  for (let i = 0; i < 100_000; i++) nested = [nested];
  t.match(problemsOf(nested), [{ code: 'nested_too_deep' }]);
  const circle = coffeeDocument();
  circle.campaigns![0]!.target = circle;
  t.match(problemsOf(circle), [{ code: 'nested_too_deep' }]);
  let laughs: unknown = Array.from({ length: 10 }, () => 'ha');
  for (let i = 0; i < 20; i++) {
    const before = laughs;
    laughs = Array.from({ length: 10 }, () => before);
  }
  t.match(problemsOf({ campaigns: laughs }), [{ pointer: '', code: 'too_large' }]);
});

t.test('as many campaigns and stores as the limits say, and no more', async (t) => {
  const document = coffeeDocument();
  document.stores = Array.from({ length: limits.programStoresMax + 1 }, (_, i) => ({
    id: `s${i}`,
  })) as unknown as Loose;
  t.match(problemsOf(document), [{ pointer: '/stores', code: 'too_many', detail: /at most 1000, has 1001/ }]);
  document.stores!.pop();
  t.same(problemsOf(document), []);
  const campaign = document.campaigns![3]!;
  document.campaigns = Array.from({ length: limits.programCampaignsMax }, (_, i) => ({
    ...campaign,
    id: `c${i}`,
  })) as unknown as Loose;
  t.same(problemsOf(document), []);
  document.campaigns.push({ ...campaign, id: 'one-more' } as unknown as Loose);
  t.match(problemsOf(document), [{ pointer: '/campaigns', code: 'too_many' }]);
});

t.test('problems beyond the limit are not listed', async (t) => {
  const document = coffeeDocument();
  document.campaigns = Array.from({ length: 2_000 }, () => ({ id: 5 })) as unknown as Loose;
  t.equal(problemsOf(document).length, limits.programProblemsMax);
});

t.test('any document gets an answer, and what is accepted compiles and can be asked for candidates', async (t) => {
  const seed = Date.now() & 0x7fffffff;
  t.comment(`seed ${seed}`);
  let accepted = 0;
  fc.assert(
    fc.property(
      fc.oneof(
        { weight: 9, arbitrary: mutated(coffeeDocument()) },
        { weight: 1, arbitrary: fc.anything() as fc.Arbitrary<Loose> },
      ),
      (document) => {
        const result = validateProgram(document);
        if (!result.ok) return result.errors.length > 0;
        accepted++;
        const program = compileProgram(result.document, 1);
        for (const campaign of program.candidates(purchaseView())) {
          for (const rule of campaign.rules) rule.where?.explain(purchaseView());
        }
        return true;
      },
    ),
    { seed, numRuns: 1_500 },
  );
  t.comment(`accepted ${accepted}`);
  t.ok(accepted > 50, 'some were accepted');
});
