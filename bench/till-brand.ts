/**
 * The brand of `brand.ts` with what a till asks of it: fifty closed-loop offers of every kind of discount, and events
 * of type `gift` that give the first 5 or all 50 of them to a customer.
 *
 * The mix is that of a real wallet, not the worst one: most offers stand alone, some wait for a minimum spend or for a
 * store, one in five shares a group in which only one may apply, one in twenty-five wants to stand alone. The order in
 * which they apply is by priority. The first five have five kinds of discount, two in one group, a minimum spend and
 * two conditions; all fifty make 24 choices of the groups and two offers alone, so 26 combinations are priced a quote.
 */
import { brand, LATTE, storeId } from './brand.js';

/** Most offers that a gift gives. */
export const OFFERS = 50;
/** How many offers a gift may give: `data.upTo` of the event. */
export const GIFTS = [5, OFFERS] as const;

/** A program document: the plain brand with ten campaigns, and the offers and their gifts. */
export function tillBrand(): Record<string, unknown> {
  const document = brand(10) as { campaigns: object[]; offers: object[]; events: object[] };
  const offers = Array.from({ length: OFFERS }, (_, i) => offer(i));
  return {
    ...document,
    events: [...document.events, { type: 'gift', data: { type: 'object', properties: { upTo: { type: 'integer' } } } }],
    campaigns: [...document.campaigns, ...gifts(offers.map(({ id }) => id))],
    offers: [...document.offers, ...offers],
  };
}

/** No campaign gives more than a handful at once. */
const OFFERS_PER_GIFT = 5;

function gifts(ids: readonly string[]): object[] {
  const campaigns = [];
  for (let first = 0; first < ids.length; first += OFFERS_PER_GIFT) {
    campaigns.push({
      id: `gift-${first}`,
      kind: 'promotion',
      behavior: { all: [{ event: 'gift', where: { field: 'data.upTo', gt: first } }] },
      outcomes: ids.slice(first, first + OFFERS_PER_GIFT).map((id) => ({ offer: id })),
    });
  }
  return campaigns;
}

const of = (category: string) => ({ field: 'categories', has: category });

/** The kinds of discount, one after the other; `i` makes each offer a little different. */
const DISCOUNTS: readonly ((i: number) => Record<string, unknown>)[] = [
  () => ({ kind: 'percentOffItem', percent: 100, choose: 'cheapest', lines: of(LATTE) }),
  (i) => ({
    kind: 'buyXGetY',
    buy: { lines: of('drinks'), quantity: 2 },
    get: { lines: of('food'), quantity: 1, percentOff: 50 + (i % 5) * 10 },
    choose: 'cheapest',
    maxApplications: 2,
  }),
  (i) => ({ kind: 'amountOffCheck', amount: 200 + i * 10 }),
  (i) => ({ kind: 'setPrice', price: 100 + i, lines: { field: 'sku', eq: 'COOKIE' }, choose: 'dearest', units: 2 }),
  (i) => ({ kind: 'percentOffCheck', percent: 5 + (i % 3) * 2.5 }),
  (i) => ({ kind: 'amountOffItem', amount: 25 + i, lines: of('coffee'), choose: 'all' }),
  (i) => ({ kind: 'percentOffItem', percent: 10 + (i % 4) * 5, lines: of('beans') }),
  () => ({
    kind: 'buyXGetY',
    buy: { lines: of('coffee'), quantity: 1 },
    get: { lines: of('coffee'), quantity: 1, setPrice: 100 },
    choose: 'dearest',
    maxApplications: 1,
  }),
];

function offer(i: number): { readonly id: string } & Record<string, unknown> {
  const stacking = {
    priority: i % 4,
    ...(i % 20 < 2 ? { group: 'drinks' } : i % 20 === 10 || i % 20 === 15 ? { group: 'morning' } : {}),
    ...(i % 25 === 24 ? { exclusive: true } : {}),
    ...(i % 7 === 3 ? { stackDiscounted: true } : {}),
    ...(i % 7 === 1 ? { reuseQualifying: true } : {}),
  };
  return {
    id: `till-${i}`,
    kind: 'closedLoop',
    validity: { for: `P${14 + i}D` },
    uses: 1 + (i % 3),
    ...(i % 5 === 2 ? { minimumSpend: 1_500 + i * 100 } : {}),
    ...(i % 6 === 3 ? { where: { field: 'storeId', in: [0, 1, 2, 3, 4, 5].map((n) => storeId(i + n)) } } : {}),
    ...(i % 11 === 4 ? { where: { field: 'channel', eq: 'pos' } } : {}),
    discount: DISCOUNTS[i % DISCOUNTS.length]!(i),
    stacking,
    ...(i % 4 === 2 ? { cap: 600 } : {}),
  };
}
