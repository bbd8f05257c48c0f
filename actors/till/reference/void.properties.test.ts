/**
 * A void after other events came between: what the sale did is gone, and nothing else. The customer is held against one
 * who lived the same without the sale. Campaigns are such that the sale does not change what the others complete: what
 * has not counted on arrival never counts, and a return never completes. A seed is printed; SEED repeats a run,
 * REGULARS_BASKETS makes it longer.
 */
import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { EARN } from '../../customer/scenario.js';
import { baskets, issuesOf, type RandomBasket } from './baskets.arbitrary.js';
import { Brand } from './brand.arbitrary.js';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const numRuns = Number(process.env.REGULARS_BASKETS ?? 2_000);
const path = process.env.PATH_OF_CASE;
t.setTimeout(process.env.REGULARS_BASKETS === undefined ? 590_000 : 0);

const CAMPAIGNS = [
  EARN,
  {
    id: 'by-rate',
    kind: 'promotion',
    behavior: { all: [{ event: 'purchase', where: { field: 'amount', gte: 100 } }] },
    outcomes: [
      { points: { account: 'units', rate: { points: 1, per: 50, of: 'amount' } } },
      { tag: { add: 'bought', for: 'P30D' } },
    ],
  },
  {
    id: 'four',
    kind: 'promotion',
    behavior: { all: [{ event: 'purchase', times: 4 }] },
    outcomes: [{ points: { account: 'stars', fixed: 50 } }, { tag: { add: 'four' } }],
    onReturn: 'clawback',
  },
  {
    id: 'spent',
    kind: 'promotion',
    behavior: { all: [{ event: 'purchase', sum: { of: 'amount', atLeast: 900 } }] },
    outcomes: [{ points: { account: 'units', fixed: 20 } }, { offer: 'treat' }],
    onReturn: 'clawback',
  },
];
const TIERS = [
  {
    id: 'main',
    basis: { points: 'stars' },
    window: { calendar: 'year' },
    levels: [
      { id: 'member', atLeast: 0 },
      { id: 'silver', atLeast: 4 },
      { id: 'gold', atLeast: 40 },
    ],
  },
  {
    id: 'visits',
    basis: { count: 'purchase' },
    window: { rolling: 'P30D' },
    onReturn: 'revoke',
    levels: [
      { id: 'new', atLeast: 0 },
      { id: 'known', atLeast: 3 },
    ],
  },
];

type Reported = readonly [type: string, data: object];
const small: RandomBasket = {
  lines: [{ lineId: 'a0', sku: 'a-0', categories: ['a'], quantity: 2, unitPrice: 100 }],
  discounts: [],
};
const event = fc.oneof(
  fc.constantFrom(50, 150, 200).map((total): Reported => ['purchase', { total }]),
  fc.constantFrom(-3, 2).map((points): Reported => ['points.adjusted', { account: 'stars', points, reason: 'test' }]),
  fc.constantFrom<Reported>(['tag.added', { tag: 'other' }], ['tag.removed', { tag: 'other' }]),
  fc.constant<Reported>(['sell', {}]),
  fc.constant<Reported>(['gift', { offer: 'p' }]),
);
const few = (most: number) =>
  fc
    .array(event, { maxLength: most })
    // Not so many that they complete by themselves.
    .map((events) =>
      events.filter(
        ([type], at) => !isSale(type) || events.slice(0, at).filter(([each]) => isSale(each)).length < most - 2,
      ),
    );
const isSale = (type: string) => type === 'purchase' || type === 'sell';
const cases = fc.record({
  basket: baskets,
  held: issuesOf(3).map((issues) => issues.map(({ offer }) => offer)),
  before: few(3),
  between: few(4),
  /** A unit of the sale comes back before the rest is voided. */
  returns: fc.integer({ min: 0, max: 2 }).map((luck) => luck === 0),
});
type Case = typeof cases extends fc.Arbitrary<infer C> ? C : never;

t.test('a void after other events leaves the customer as one who lived the same without the sale', (t) => {
  t.comment(`seed ${seed}`);
  const property = fc.property(cases, (each) => deepStrictEqual(livedBy(each, true), livedBy(each, false)));
  const run = fc.check(property, { seed, numRuns, ...(path === undefined ? {} : { path }) });
  const told = run.failed ? `${JSON.stringify(run.counterexample)}\n${(run.errorInstance as Error).stack}` : '';
  for (const line of told.split('\n')) if (run.failed) t.comment(line);
  t.notOk(run.failed, `repeat it with SEED=${run.seed} PATH_OF_CASE=${run.counterexamplePath}`);
  t.end();
});

function livedBy({ basket, held, before, between, returns }: Case, sells: boolean) {
  const offers = [...new Map(held.map((offer) => [offer.id, offer])).values()];
  const brand = new Brand(offers, CAMPAIGNS, { tiers: TIERS });
  for (const { id } of held) brand.gift(id);
  for (const [type, data] of before) report(brand, type, data);
  // What the sale uses is not asked for by others.
  const free = brand.free(basket);
  if (sells) brand.redeem(basket, 's');
  else brand.report('nothing', {});
  const lines = [{ lineId: basket.lines[0]!.lineId, quantity: 1 }];
  if (!sells || !returns) brand.report('nothing', {});
  else brand.step('return', { transactionId: 's', returnId: 'r', lines });
  for (const [type, data] of between) report(brand, type, data, free);
  if (sells) brand.step('void', { transactionId: 's' });
  else brand.report('nothing', {});
  return seen(brand);
}

function report(brand: Brand, type: string, data: object, offers: readonly string[] = []): void {
  if (type === 'sell') brand.redeem(small, `s${brand.at()}`, { offers });
  else brand.report(type, data);
}

/** What counts for the customer from now on. Ids and transactions are not compared, nor which lot a point is in. */
function seen(brand: Brand) {
  const { totals, tags, accounts, offers, behaviors, locks } = brand.scenario.state!;
  const { returns: _, ...bought } = totals;
  const profile = brand.scenario.profile() as {
    tiers: Record<string, { level: string; have: number; until: unknown }>;
  };
  return {
    bought,
    locks,
    tags: tags.map(({ tag, until }) => [tag, until]).sort(),
    accounts: accounts
      .map(({ id, active, pending, debt, earned, reversed, adjusted, spent }) => ({
        id,
        has: active - debt,
        pending,
        net: earned - reversed + adjusted,
        spent,
      }))
      .filter(({ has, net }) => has !== 0 || net !== 0),
    offers: offers.map(({ offerId, expiresAt, usesLeft }) => [offerId, expiresAt, usesLeft]),
    behaviors: behaviors
      .map(({ campaignId, completions, given, rules }) => ({
        campaignId,
        completions,
        given,
        rules: rules.map(({ name, matches }) => [name, matches.map(([at, value]) => [at, value])]),
      }))
      .filter(({ completions, rules }) => completions > 0 || rules.length > 0)
      .sort((a, b) => (a.campaignId < b.campaignId ? -1 : 1)),
    tiers: Object.entries(profile.tiers).map(([id, { level, have, until }]) => [id, level, have, until]),
  };
}
