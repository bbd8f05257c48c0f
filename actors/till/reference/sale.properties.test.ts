/**
 * Whole sales through the judge: what is quoted is locked and redeemed, and is what the reference says, in the words of
 * the API; returns of everything, in any order and any parts, give back what was paid and leave points and progress as
 * before; a void leaves the state as before. A seed is printed; SEED repeats a run, REGULARS_BASKETS makes it longer.
 */
import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { type CustomerState, copyOf } from '../../customer/state.js';
import type { Json } from '../../event.js';
import { baskets, issuesOf, NOW, type RandomBasket } from './baskets.arbitrary.js';
import { Brand, FALLING, STAYING } from './brand.arbitrary.js';
import type { Issue, Offer } from './offer.js';
import { type Quoted, quoted } from './quote.js';
import { everythingLeft, wantedBy } from './return.arbitrary.js';
import { Sale } from './taking-back.js';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const numRuns = Number(process.env.REGULARS_BASKETS ?? 5_000);
const path = process.env.PATH_OF_CASE;
t.comment(`seed ${seed}`);
t.setTimeout(process.env.REGULARS_BASKETS === undefined ? 590_000 : 0);

const earlier = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(50, 150, 450, 700).map((total): [string, object] => ['purchase', { total }]),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(-40, 30)
      .map((points): [string, object] => ['points.adjusted', { account: 'stars', points, reason: 'test' }]),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<[string, object]>(
      ['tag.added', { tag: 'bought' }],
      ['tag.added', { tag: 'large', for: 'P5D' }],
    ),
  },
);
const cases = fc.record({
  basket: baskets,
  held: issuesOf(4).map((issues) => issues.map(({ offer }) => offer)),
  before: fc.array(earlier, { maxLength: 3 }),
  select: fc.constantFrom<'order' | 'best'>('order', 'best'),
  locks: fc.boolean(),
  tape: fc.array(fc.nat(1_000), { minLength: 1, maxLength: 8 }),
});
type Case = typeof cases extends fc.Arbitrary<infer C> ? C : never;

function holds(name: string, law: (each: Case) => void): void {
  t.test(name, (t) => {
    const run = fc.check(fc.property(cases, law), { seed, numRuns, ...(path === undefined ? {} : { path }) });
    const told = run.failed ? `${JSON.stringify(run.counterexample)}\n${(run.errorInstance as Error).stack}` : '';
    for (const line of told.split('\n')) if (run.failed) t.comment(line);
    t.notOk(run.failed, `repeat it with SEED=${run.seed} PATH_OF_CASE=${run.counterexamplePath}`);
    t.end();
  });
}

/** A customer of the brand who holds the offers. */
function opened({ held, before }: Case, campaigns: readonly object[]): { brand: Brand; issues: Issue[] } {
  const brand = new Brand([...new Map(held.map((offer) => [offer.id, offer])).values()], campaigns);
  const issues = held.map((offer, place) => issueOf(brand.gift(offer.id), offer, place));
  for (const [type, data] of before) brand.report(type, data);
  return { brand, issues };
}

function issueOf(id: string, offer: Offer, place: number): Issue {
  const free = { expiresAt: null, startsAt: null, lockedElsewhere: false, named: false, isLockedHere: false };
  return { id, offer, place, usesLeft: 1, ...free };
}

function expectedOf(each: Case, issues: readonly Issue[]): Quoted {
  const { basket, select } = each;
  return quoted({ ...basket, issues, select, redeems: true, storeId: 's-1', channel: 'pos', time: NOW });
}

// ---- quote, lock, redeem ----------------------------------------------------------------------------------------------

holds('what is quoted is what the reference says, and what is locked and redeemed', (each) => {
  const { brand, issues } = opened(each, [...FALLING, ...STAYING]);
  const { basket, select, locks } = each;
  const quote = brand.quote(basket, 's', { select });
  deepStrictEqual(partsOf(quote), bodyOf(expectedOf(each, issues), basket));
  const body = { transactionId: 's', basket: brand.basket(basket, 's'), select };
  if (locks) deepStrictEqual(partsOf(brand.step('lock', { ...body, ttlMs: 300_000 })!), partsOf(quote), 'locked');
  const redeemed = brand.step('redeem', locks ? { transactionId: 's' } : body)!;
  const { notApplied: _, ...sold } = partsOf(redeemed);
  const { notApplied, ...wanted } = partsOf(quote);
  deepStrictEqual(sold, wanted, 'redeemed');
  if (!locks) deepStrictEqual(redeemed.notApplied, quote.notApplied);
  const willEarn = (answer: Record<string, Json>) =>
    Object.values(answer.points as Record<string, { willEarn: number }>).map((account) => account.willEarn);
  deepStrictEqual(willEarn(redeemed), willEarn(quote), 'points');
  const burned = (quote.applied as { issueId: string }[]).map(({ issueId }) => issueId);
  const left = issues.map(({ id }) => id).filter((id) => !burned.includes(id));
  const own = brand.scenario.state!.offers.filter(({ offerId }) => offerId !== 'treat').map(({ id }) => id);
  deepStrictEqual(own, left, 'what was applied is used up');
});

function partsOf({ applied, notApplied, lines, totals }: Record<string, Json>) {
  return { applied, notApplied: sorted(notApplied as unknown as Reason[]), lines, totals };
}

interface Reason {
  readonly issueId: string;
  readonly offerId: string;
  readonly code: string;
  readonly need?: number;
  readonly have?: number;
  readonly missing?: number;
}

function sorted(reasons: readonly Reason[]): Reason[] {
  const told = reasons.map(({ issueId, offerId, code, need, have, missing }): Reason => {
    if (code === 'condition_failed' || need === undefined) return { issueId, offerId, code };
    return { issueId, offerId, code, need, have: have!, missing: missing! };
  });
  return told.sort((a, b) => (a.issueId < b.issueId ? -1 : 1));
}

/** The reference's quote in the words of the API. */
function bodyOf({ applied, notApplied, lines, totals }: Quoted, basket: RandomBasket) {
  const lineId = (place: number) => basket.lines[place]!.lineId;
  return {
    applied: applied.map(({ issue, taken }) => ({
      issueId: issue.id,
      offerId: issue.offer.id,
      amount: taken.amount,
      desired: taken.desired,
      clippedBy: taken.amount < taken.desired ? 'cap' : null,
      units: [
        ...taken.discounted.map(({ unit, amount }) => ({ unit, role: 'discounted', amount })),
        ...taken.required.map((unit) => ({ unit, role: 'required', amount: 0 })),
      ]
        .sort((a, b) => a.unit.line - b.unit.line || a.unit.unit - b.unit.unit)
        .map(({ unit, role, amount }) => ({ lineId: lineId(unit.line), unit: unit.unit, role, amount })),
    })),
    notApplied: sorted(notApplied as unknown as Reason[]),
    lines: lines.map((line, place) => ({ lineId: lineId(place), ...line })),
    totals: { ...totals, refund: 0 },
  };
}

// ---- returns ----------------------------------------------------------------------------------------------------------

holds('returns of everything give back what was paid and leave points and progress as before', (each) => {
  const { brand, issues } = opened(each, FALLING);
  const { basket, select, tape } = each;
  const before = earnings(copyOf(brand.scenario.state!));
  const expected = expectedOf(each, issues);
  const redeemed = brand.redeem(basket, 's', { select });
  deepStrictEqual(partsOf(redeemed), bodyOf(expected, basket));
  const sale = new Sale(basket.lines, expected);
  let refunded = 0;
  for (let step = 0; sale.kept.length > 0; step++) {
    const lines = step < tape.length ? wantedBy(tape[step]!, sale, basket.lines) : everythingLeft(sale, basket.lines);
    const answer = brand.step('return', { transactionId: 's', returnId: `r${step}`, lines })!;
    const refund = sale.takeBack(lines);
    const net = sale.kept.reduce((sum, { paid }) => sum + paid, 0);
    const gross = sale.kept.reduce((sum, { price }) => sum + price, 0);
    deepStrictEqual(answer.totals, { gross, discount: gross - net, net, refund });
    refunded += refund;
  }
  deepStrictEqual(refunded, expected.totals.net, 'all returns together are what was paid');
  deepStrictEqual(earnings(brand.scenario.state!), before);
  deepStrictEqual(
    brand.step('return', {
      transactionId: 's',
      returnId: 'more',
      lines: [{ lineId: basket.lines[0]!.lineId, quantity: 1 }],
    }),
    undefined,
  );
});

/** Points with their lots, progress, tags, offers given, the level; what was counted on the way aside. */
function earnings({ accounts, behaviors, tags, tiers, offers, totals }: CustomerState) {
  return {
    accounts: accounts
      .map(({ id, lots, waiting, active, debt, earned, reversed }) => ({
        id,
        lots,
        waiting,
        active,
        debt,
        net: earned - reversed,
      }))
      .filter(({ active, debt, net }) => active !== 0 || debt !== 0 || net !== 0),
    behaviors: behaviors
      .map(({ campaignId, completions, given, rules, completed }) => ({
        campaignId,
        completions,
        given,
        rules,
        completed,
      }))
      .filter(({ completions, rules }) => completions > 0 || rules.length > 0),
    tags,
    level: tiers.map(({ system, level }) => [system, level ?? 'member']),
    treats: offers.filter(({ offerId }) => offerId === 'treat'),
    net: totals.net,
  };
}

// ---- void -------------------------------------------------------------------------------------------------------------

holds('a void leaves the state exactly as it was before the sale', (each) => {
  const { brand } = opened(each, [...FALLING, ...STAYING]);
  const { basket, select, locks } = each;
  const before = stateOf(brand);
  const places = brand.places;
  if (locks) brand.step('lock', { transactionId: 's', basket: brand.basket(basket, 's'), select, ttlMs: 300_000 });
  const redeemed = brand.redeem(basket, 's', { select });
  const voided = brand.step('void', { transactionId: 's' })!;
  deepStrictEqual((voided.totals as { refund: number }).refund, (redeemed.totals as { net: number }).net);
  deepStrictEqual(stateOf(brand), before);
  deepStrictEqual(brand.places, places, 'places in shared limits');
  deepStrictEqual(brand.step('void', { transactionId: 's' }), undefined, 'it ends the transaction');
  deepStrictEqual(
    brand.step('return', {
      transactionId: 's',
      returnId: 'r',
      lines: [{ lineId: basket.lines[0]!.lineId, quantity: 1 }],
    }),
    undefined,
  );
});

holds('a void after returns undoes what is left: together they are what was paid, and nothing stays', (each) => {
  const { brand, issues } = opened(each, FALLING);
  const { basket, select, tape } = each;
  const before = stateOf(brand);
  const places = brand.places;
  const expected = expectedOf(each, issues);
  brand.redeem(basket, 's', { select });
  const sale = new Sale(basket.lines, expected);
  let refunded = 0;
  for (let step = 0; step < Math.min(tape.length, 2) && sale.kept.length > 0; step++) {
    const lines = wantedBy(tape[step]!, sale, basket.lines);
    brand.step('return', { transactionId: 's', returnId: `r${step}`, lines });
    refunded += sale.takeBack(lines);
  }
  const voided = brand.step('void', { transactionId: 's' })!;
  deepStrictEqual((voided.totals as { refund: number }).refund, expected.totals.net - refunded);
  const { returns: _, ...totals } = before.totals;
  const after = stateOf(brand);
  const { returns, ...left } = after.totals;
  deepStrictEqual(left, totals);
  deepStrictEqual(earnings(after as CustomerState), earnings(before as CustomerState));
  deepStrictEqual(after.offers, before.offers);
  deepStrictEqual(brand.places, places, 'places in shared limits');
});

/** All of it but when it was last heard of. */
function stateOf(brand: Brand): Omit<CustomerState, 'arrival'> {
  const { arrival: _, ...state } = copyOf(brand.scenario.state!);
  return state;
}
