/**
 * The brand that everything here is measured with: a coffee chain with points and a tier, and as many campaigns as
 * wanted that no event of `load/purchase.ts` can match. It comes plain, with three live campaigns that give two
 * outcomes an event (points, and a visit counted), and rich, with five that give five.
 *
 * The campaigns that cannot match are of five kinds, evenly: another store, a product never sold, another event type,
 * a schedule long over, a customer's tag nobody has. Conditions that only compare numbers are not among them: nothing
 * cheap tells that such a condition cannot hold, so they cost a comparison each wherever they stand.
 */

export const STORES = 20;
/** Lines of this category count for the campaign `five-lattes`; about one purchase in five has one. */
export const LATTE = 'latte';

const EARN = {
  id: 'earn',
  kind: 'promotion',
  base: true,
  behavior: { all: [{ event: 'purchase' }] },
  outcomes: [{ points: { account: 'stars', rate: { points: 1, per: 100, of: 'amount' }, multiply: 'tier' } }],
};
const FIVE_VISITS = {
  id: 'five-visits',
  kind: 'promotion',
  behavior: { all: [{ event: 'purchase', times: 5, within: { rolling: 'P30D' } }] },
  outcomes: [{ points: { account: 'stars', fixed: 50 } }, { tag: { add: 'regular', for: 'P90D' } }],
};
const FIVE_LATTES = {
  id: 'five-lattes',
  kind: 'promotion',
  behavior: {
    all: [{ event: 'purchase', where: { lines: { where: { field: 'categories', has: LATTE } } }, times: 5 }],
  },
  outcomes: [{ offer: 'free-latte' }],
};
const BIG_MONTH = {
  id: 'big-month',
  kind: 'promotion',
  behavior: {
    all: [{ event: 'purchase', sum: { of: 'amount', atLeast: 50_000 }, within: { calendar: 'month' } }],
  },
  outcomes: [{ tag: { add: 'big-month' } }],
  limits: { perCustomer: 1, per: { calendar: 'month' } },
};
const THREE_STORES = {
  id: 'three-stores',
  kind: 'promotion',
  behavior: { all: [{ event: 'purchase', distinct: { of: 'storeId', atLeast: 3 }, within: { rolling: 'P14D' } }] },
  outcomes: [{ points: { account: 'stars', fixed: 20 } }],
};
const PLAIN = [EARN, FIVE_VISITS, FIVE_LATTES];
const RICH = [EARN, FIVE_VISITS, FIVE_LATTES, BIG_MONTH, THREE_STORES];

/** A program document with this many campaigns in all; the plain brand has 3 live ones among them, the rich one 5. */
export function brand(campaigns: number, kind: 'plain' | 'rich' = 'plain'): Record<string, unknown> {
  const live = kind === 'plain' ? PLAIN : RICH;
  const inert = [];
  for (let i = 0; i < campaigns - live.length; i++) inert.push(inertCampaign(i));
  return {
    program: 'bench-coffee',
    currency: 'USD',
    timeZone: 'America/New_York',
    lateness: 'P30D',
    stores: Array.from({ length: STORES }, (_, i) => ({
      id: storeId(i),
      timeZone: 'America/New_York',
      tags: ['city'],
    })),
    statuses: [
      { id: 'good', default: true, earns: true, redeems: true, messages: true },
      { id: 'blocked', earns: false, redeems: false, messages: false },
    ],
    events: [{ type: 'survey.done', data: { type: 'object', properties: { score: { type: 'integer' } } } }],
    points: {
      accounts: [{ id: 'stars', spendable: true, expiry: { kind: 'rolling', after: 'P12M', roundUpTo: 'month' } }],
    },
    tiers: [
      {
        id: 'main',
        basis: { spend: true },
        window: { calendar: 'year' },
        downgrade: { how: 'full' },
        levels: [
          { id: 'member', atLeast: 0 },
          { id: 'silver', atLeast: 50_000, multiplier: 1.25 },
          { id: 'gold', atLeast: 200_000, multiplier: 1.5 },
        ],
      },
    ],
    campaigns: [...live, ...inert],
    offers: [
      {
        id: 'free-latte',
        kind: 'closedLoop',
        validity: { for: 'P14D' },
        uses: 1,
        discount: { kind: 'amountOffCheck', amount: 450 },
      },
    ],
    rfm: {
      of: 'purchase',
      window: 'P365D',
      recencyDays: [7, 30, 90, 180],
      frequency: [1, 3, 6, 12],
      monetary: [2_000, 10_000, 30_000, 100_000],
    },
  };
}

export function storeId(i: number): string {
  return `bos-${(i % STORES) + 1}`;
}

function inertCampaign(i: number): Record<string, unknown> {
  const outcomes = [{ points: { account: 'stars', fixed: 10 } }];
  const id = `never-${i}`;
  const kind = 'promotion';
  switch (i % 5) {
    case 0:
      return campaign({ event: 'purchase', where: { field: 'storeId', eq: `elsewhere-${i}` }, times: 3 });
    case 1: {
      const where = { lines: { where: { field: 'sku', eq: `NEVER-${i}` }, quantity: { gte: 2 } } };
      return campaign({ event: 'purchase', where, times: 2 });
    }
    case 2:
      return campaign({ event: 'survey.done', where: { field: 'data.score', gte: i } });
    case 3:
      return {
        ...campaign({ event: 'purchase', times: 4, within: { rolling: 'P30D' } }),
        schedule: { start: '2019-01-01T00:00:00Z', end: '2020-01-01T00:00:00Z' },
      };
    default:
      return { ...campaign({ event: 'purchase' }), target: { where: { field: 'customer.tags', has: `nobody-${i}` } } };
  }

  function campaign(rule: Record<string, unknown>): Record<string, unknown> {
    return { id, kind, behavior: { all: [rule] }, outcomes };
  }
}
