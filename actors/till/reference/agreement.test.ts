/**
 * The engine's quote and its returns are what the reference says, which shares no code with them, for random baskets,
 * offers and issues; and what must hold of both holds. A seed is printed; SEED and PATH_OF_CASE repeat a run,
 * REGULARS_BASKETS makes it longer.
 */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { amountOf, keptOf, keptRuns, takeUnits } from '../../customer/kept.js';
import type { PaidRun } from '../../customer/paid.js';
import { paidRuns } from '../../customer/paid.js';
import { EventView, measuredOf } from '../../customer/view.js';
import { netOf, type PurchaseData, SaleData } from '../../event.js';
import type { PurchaseRecord } from '../../outcome.js';
import { compileProgram } from '../../program/compile.js';
import type { ProgramDocument } from '../../program/document.js';
import { NOBODY } from '../nobody.js';
import { type HeldIssue, type Quote, quote } from '../quote.js';
import { reprice } from '../reprice.js';
import { saleOffers } from '../sale-offers.js';
import { baskets, issues, issuesOf, NOW, type RandomBasket } from './baskets.arbitrary.js';
import type { Issue } from './offer.js';
import { type Asked, type NotApplied, type Quoted, quoted } from './quote.js';
import { everythingLeft, wantedBy } from './return.arbitrary.js';
import { Sale, type Wanted } from './taking-back.js';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const numRuns = Number(process.env.REGULARS_BASKETS ?? 20_000);
const path = process.env.PATH_OF_CASE;
// A long run takes as long as it takes; a usual one half a minute of a core.
t.setTimeout(process.env.REGULARS_BASKETS === undefined ? 240_000 : 0);

const CASE = {
  basket: baskets,
  issues,
  redeems: fc.integer({ min: 0, max: 19 }).map((luck) => luck > 0),
  select: fc.constantFrom<'order' | 'best'>('order', 'best'),
  storeId: fc.constantFrom('s-1', 's-2'),
  /** Read by the returns: which units come back, and how they are asked for. */
  tape: fc.array(fc.nat(1_000), { minLength: 1, maxLength: 12 }),
};
const cases = fc.record(CASE);
type Case = typeof cases extends fc.Arbitrary<infer C> ? C : never;

t.test(`engine and reference agree on ${numRuns} random baskets`, (t) => {
  t.comment(`seed ${seed}`);
  const property = fc.property(cases, (each) => {
    const difference = firstDifference(each);
    if (difference !== undefined) throw new Error(difference);
  });
  const run = fc.check(property, { seed, numRuns, ...(path === undefined ? {} : { path }) });
  const message = (run.errorInstance as Error | null)?.message ?? '';
  for (const line of message.split('\n')) if (run.failed) t.comment(line);
  t.notOk(run.failed, `repeat it with SEED=${run.seed} PATH_OF_CASE=${run.counterexamplePath}`);
  t.end();
});

const many = fc.record({ ...CASE, issues: issuesOf(14), select: fc.constant<'best'>('best') });

t.test('beyond ten issues best is never worse than the order, and says that it is partial', (t) => {
  t.comment(`seed ${seed}`);
  const property = fc.property(many, (each) => {
    const data = dataOf(each);
    const best = engineQuote(data, each);
    const order = engineQuote(data, { ...each, select: 'order' });
    const off = ({ offOfLine }: Quote) => offOfLine.reduce((sum, amount) => sum + amount, 0);
    const asked: Asked = { ...each.basket, ...each, select: 'order', channel: 'pos', time: NOW };
    const { candidates, totals } = quoted(asked);
    if (netOf(data) - off(order) !== totals.net) throw new Error('the order is not what the reference says');
    if (off(best) < off(order)) throw new Error(`${off(best)} is worse than ${off(order)}: ${JSON.stringify(each)}`);
    if (best.partial !== candidates > 10) throw new Error(`${candidates} candidates, partial: ${best.partial}`);
  });
  const run = fc.check(property, { seed, numRuns: Math.ceil(numRuns / 40) });
  t.notOk(run.failed, `repeat it with SEED=${run.seed}: ${(run.errorInstance as Error | null)?.message ?? ''}`);
  t.end();
});

/** What the two say differently, or what does not hold, with everything needed to see it. */
function firstDifference(each: Case): string | undefined {
  const { basket, storeId } = each;
  const data = dataOf(each);
  const asked: Asked = { ...basket, ...each, storeId, channel: 'pos', time: NOW };
  const expected = quoted(asked);
  const got = engineQuote(data, each);
  const sale = new SaleData(data, saleOffers(got.units, got.applied));
  const told = (what: string, engine: unknown, reference: unknown) =>
    [what, JSON.stringify(each), `engine    ${JSON.stringify(engine)}`, `reference ${JSON.stringify(reference)}`].join(
      '\n',
    );
  for (const [what, engine, reference] of [
    ['applied', appliedOf(got), appliedByReference(expected)],
    ['not applied', notAppliedOf(got), notAppliedByReference(expected)],
    ['paid', paidOf(paidRuns(sale)), expected.units.map(({ line, unit, left }) => [line, unit, left])],
    ['net', netOf(sale), expected.totals.net],
    ['off of each line', got.offOfLine, offByLine(expected, each)],
  ] as const) {
    if (!isDeepStrictEqual(engine, reference)) return told(`${what} differs`, engine, reference);
  }
  const broken = brokenLaw(asked, expected, got);
  if (broken !== undefined) return told(broken, appliedOf(got), notAppliedOf(got));
  return returnsDiffer(sale, basket, expected, each.tape, told);
}

function dataOf({ basket, storeId }: Case): PurchaseData {
  return { transactionId: 't', storeId, channel: 'pos', ...basket } as PurchaseData;
}

// ---- the quote ------------------------------------------------------------------------------------------------------

function engineQuote(data: PurchaseData, { issues: held, redeems, select }: Case): Quote {
  const offers = new Map(held.map(({ offer }) => [offer.id, { kind: 'closedLoop', ...offer }]));
  const document: unknown = { program: 'till', currency: 'USD', timeZone: 'UTC', offers: [...offers.values()] };
  const program = compileProgram(document as ProgramDocument, 1);
  const event = { id: 't', source: 'pos', type: 'purchase', subject: 'c', time: NOW, data };
  const view = new EventView(event, measuredOf(event), NOBODY, program, 'UTC');
  const asked = held.map((issue: Issue): HeldIssue => {
    const definition = program.offers.get(issue.offer.id)!;
    return { ...issue, offer: definition.till!, where: definition.where };
  });
  return quote({ data, time: NOW, view, issues: asked, redeems, select });
}

function appliedOf({ applied, units }: Quote): unknown[] {
  return applied.map(({ issue, taken }) => ({
    issueId: issue.id,
    amount: taken.amount,
    desired: taken.desired,
    discounted: taken.discounted.map((unit, i) => [units.line[unit], units.unit[unit], taken.shares[i]]),
    required: taken.required.map((unit) => [units.line[unit], units.unit[unit]]),
  }));
}

function appliedByReference({ applied }: Quoted): unknown[] {
  return applied.map(({ issue, taken }) => ({
    issueId: issue.id,
    amount: taken.amount,
    desired: taken.desired,
    discounted: taken.discounted.map(({ unit, amount }) => [unit.line, unit.unit, amount]),
    required: taken.required.map(({ line, unit }) => [line, unit]),
  }));
}

function byIssue(reasons: readonly NotApplied[]): unknown[][] {
  return reasons
    .map((reason): [string, ...unknown[]] => {
      const { issueId, code, need, have, missing } = reason;
      return code === 'condition_failed' ? [issueId, code] : [issueId, code, need, have, missing];
    })
    .sort((a, b) => (a[0] < b[0] ? -1 : 1));
}

function notAppliedOf({ notApplied }: Quote): unknown[] {
  return byIssue(notApplied as readonly NotApplied[]);
}

function notAppliedByReference({ notApplied }: Quoted): unknown[] {
  return byIssue(notApplied);
}

function paidOf(runs: readonly PaidRun[]): number[][] {
  return runs.flatMap(({ line, first, last, net }) =>
    Array.from({ length: last - first + 1 }, (_, n) => [line, first + n, net]),
  );
}

function offByLine({ applied }: Quoted, { basket }: Case): number[] {
  return basket.lines.map((_, at) =>
    applied
      .flatMap(({ taken }) => taken.discounted)
      .filter(({ unit }) => unit.line === at)
      .reduce((sum, { amount }) => sum + amount, 0),
  );
}

/** What must hold whatever the rules in between: undefined where all does. */
function brokenLaw(asked: Asked, expected: Quoted, got: Quote): string | undefined {
  for (const { taken } of got.applied) {
    if (taken.shares.reduce((sum, share) => sum + share, 0) !== taken.amount)
      return 'the shares do not sum to the offer';
    if (taken.amount > taken.desired || taken.amount < 1) return 'an offer takes nothing, or more than it wants';
  }
  if (expected.lines.some(({ net }) => net < 0) || expected.units.some(({ left }) => left < 0)) return 'below zero';
  if (got.partial) return 'the search is partial';
  const distance = ({ need, missing }: { need?: unknown; missing?: number | undefined }) =>
    missing === undefined ? Number.POSITIVE_INFINITY : missing / (need as number);
  if (got.notApplied.some((reason, i) => i > 0 && distance(got.notApplied[i - 1]!) > distance(reason)))
    return 'near misses do not come first';
  if (asked.select === 'best' && quoted({ ...asked, select: 'order' }).totals.net < expected.totals.net)
    return 'the best costs more than the order';
  return undefined;
}

// ---- returns --------------------------------------------------------------------------------------------------------

/** Everything comes back, in parts that the tape says. */
function returnsDiffer(
  data: SaleData,
  { lines }: RandomBasket,
  expected: Quoted,
  tape: readonly number[],
  told: (what: string, engine: unknown, reference: unknown) => string,
): string | undefined {
  const reference = new Sale(lines, expected);
  const asked: (readonly Wanted[])[] = [];
  let record: PurchaseRecord | undefined;
  let refunded = 0;
  for (let step = 0; reference.kept.length > 0; step++) {
    const wanted = step < tape.length ? wantedBy(tape[step]!, reference, lines) : everythingLeft(reference, lines);
    asked.push(wanted);
    const kept = keptOf(data, record);
    const units = takeUnits(data, kept, wanted);
    if (units === undefined) return told('the engine refuses a return', asked, reference.kept);
    const { refund, taken } = reprice(data, record?.taken ?? [], units.left.runs, amountOf(units.taken));
    record = { v: 1, refunded: 0, back: units.left.back, reversed: [], all: false, taken };
    const wantedRefund = reference.takeBack(wanted);
    if (refund !== wantedRefund) return told(`refund differs: ${JSON.stringify(asked)}`, refund, wantedRefund);
    if (refund < 0) return told('a refund below zero', refund, asked);
    const left = paidOf(keptRuns(data, units.left.back, taken));
    const wantedLeft = reference.kept.map(({ line, unit, paid }) => [line, unit, paid]);
    if (!isDeepStrictEqual(left, wantedLeft))
      return told(`what is kept differs: ${JSON.stringify(asked)}`, left, wantedLeft);
    refunded += refund;
  }
  return refunded === netOf(data)
    ? undefined
    : told('all returns together are not what was paid', refunded, netOf(data));
}
