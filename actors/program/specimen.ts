/**
 * Specimens for tests: a small valid document that uses every part, and a view of a purchase. Each call gives fresh
 * ones, to be changed at will.
 */
import type { Event } from '../event.js';
import type { CustomerView, LineView, View } from './program.js';

/** A document as it comes out of a parser, loose enough to be made wrong on purpose. */
export type Loose = { [key: string]: Loose } & Loose[];

/** Corner Coffee: two accounts, one tier system, declared events, every kind of outcome, three offers, RFM. */
export function coffeeDocument(): Loose {
  return structuredClone(COFFEE) as unknown as Loose;
}

const COFFEE = {
  program: 'corner-coffee',
  currency: 'USD',
  timeZone: 'America/New_York',
  lateness: 'P30D',
  returns: { window: 'P24M' },
  stores: [
    {
      id: 'bos-1',
      name: 'Boston Common',
      timeZone: 'America/New_York',
      latitude: 42.355,
      longitude: -71.065,
      tags: ['boston'],
    },
    { id: 'web' },
  ],
  statuses: [
    { id: 'good', default: true, earns: true, redeems: true, messages: true },
    { id: 'blocked', earns: false, redeems: false, messages: false },
  ],
  events: [
    {
      type: 'survey.done',
      data: {
        type: 'object',
        properties: {
          score: { type: 'integer' },
          color: { type: 'string' },
          email: { type: 'string', personal: true },
        },
        required: ['score'],
        additionalProperties: false,
      },
    },
    { type: 'visit' },
  ],
  points: {
    accounts: [
      {
        id: 'stars',
        name: 'Stars',
        spendable: true,
        activation: { kind: 'immediate' },
        expiry: { kind: 'rolling', after: 'P12M', roundUpTo: 'month' },
        negative: 'allow',
      },
      { id: 'status', spendable: false },
    ],
  },
  tiers: [
    {
      id: 'main',
      basis: { points: 'status' },
      window: { calendar: 'year' },
      upgrade: 'immediate',
      downgrade: { how: 'full' },
      onReturn: 'keep',
      levels: [
        { id: 'member', atLeast: 0 },
        { id: 'silver', atLeast: 50_000, multiplier: 1.25 },
        { id: 'gold', atLeast: 200_000, multiplier: 1.5, sticky: false },
      ],
    },
  ],
  campaigns: [
    {
      id: 'earn',
      kind: 'promotion',
      base: true,
      behavior: { all: [{ event: 'purchase' }] },
      outcomes: [{ points: { account: 'stars', rate: { points: 1, per: 100, of: 'amount' }, multiply: 'tier' } }],
    },
    {
      id: 'five-lattes',
      kind: 'promotion',
      priority: 5,
      schedule: { start: '2026-11-01T00:00:00-05:00', end: '2026-12-31T23:59:59-05:00' },
      target: { where: { field: 'customer.tier.main', in: ['silver', 'gold'] } },
      behavior: {
        all: [{ event: 'purchase', where: { lines: { where: { field: 'categories', has: 'latte' } } }, times: 5 }],
      },
      outcomes: [{ offer: 'free-latte' }, { tag: { add: 'latte-lover', for: 'P90D' } }],
      limits: { perCustomer: 1, per: { calendar: 'month' } },
      onReturn: 'keep',
    },
    {
      id: 'mornings',
      kind: 'promotion',
      behavior: {
        all: [
          {
            rule: 'spend',
            event: 'purchase',
            where: { field: 'local.hour', lt: 12 },
            sum: { of: 'amount', atLeast: 10_000 },
            within: { rolling: 'P30D' },
          },
          { rule: 'visits', event: 'purchase', distinct: { of: 'storeId', atLeast: 3 }, within: { calendar: 'month' } },
        ],
      },
      outcomes: [
        { points: { account: 'stars', fixed: 50, expiry: { kind: 'none' } } },
        { tag: { remove: 'sleeper' } },
        {
          points: {
            account: 'status',
            rate: { points: 2, per: 1, of: { lines: { field: 'sku', startsWith: 'LATTE' }, of: 'quantity' } },
            round: 'halfUp',
          },
        },
      ],
    },
    {
      id: 'surveys',
      kind: 'promotion',
      behavior: {
        all: [
          {
            event: 'survey.done',
            where: { field: 'data.score', gte: 4.5 },
            distinct: { of: 'day', atLeast: 2 },
            within: { campaign: true },
          },
        ],
      },
      outcomes: [{ points: { account: 'stars', fixed: 10 } }],
    },
  ],
  offers: [
    {
      id: 'free-latte',
      kind: 'closedLoop',
      validity: { for: 'P14D' },
      uses: 1,
      where: { field: 'storeId', in: ['bos-1'] },
      minimumSpend: 0,
      discount: {
        kind: 'buyXGetY',
        buy: { lines: { field: 'categories', has: 'latte' }, quantity: 1 },
        get: { lines: { field: 'categories', has: 'latte' }, quantity: 1, percentOff: 100 },
        choose: 'cheapest',
        maxApplications: 1,
      },
      stacking: {
        group: 'drinks',
        exclusive: false,
        priority: 10,
        reuseQualifying: false,
        stackDiscounted: false,
        withItself: 1,
      },
      cap: 600,
      onReturn: 'keep',
    },
    {
      id: 'item-off',
      kind: 'closedLoop',
      validity: { from: '2026-01-01T00:00:00Z', until: '2026-12-31T23:59:59Z' },
      discount: {
        kind: 'percentOffItem',
        percent: 12.5,
        lines: { field: 'sku', eq: 'MUG' },
        choose: 'dearest',
        units: 2,
      },
    },
    { id: 'sticker', kind: 'physical', uses: 3 },
  ],
  rfm: {
    of: 'purchase',
    window: 'P365D',
    recencyDays: [7, 30, 90, 180],
    frequency: [1, 3, 6, 12],
    monetary: [2_000, 10_000, 30_000, 100_000],
  },
};

export function lineView(parts: Partial<LineView> = {}): LineView {
  return {
    lineId: '1',
    sku: 'LATTE-L',
    name: 'Large latte',
    categories: ['latte', 'drinks'],
    quantity: 2,
    unitPrice: 450,
    amount: 800,
    attributes: { size: 'L', hot: true },
    ...parts,
  };
}

interface Parts extends Partial<Omit<View, 'event' | 'customer'>> {
  readonly event?: Partial<Event>;
  readonly customer?: Partial<CustomerView>;
}

/** A purchase of two lattes at bos-1 on a Monday morning, by a silver customer. */
export function purchaseView(parts: Parts = {}): View {
  const { event, customer, ...rest } = parts;
  const tags = customer?.tags ?? ['regular', 'early'];
  return {
    amount: 800,
    quantity: 2,
    lines: [lineView()],
    storeId: 'bos-1',
    channel: 'pos',
    store: { id: 'bos-1', zone: 'America/New_York', tags: ['boston', 'flagship'] },
    local: { hour: 8, minuteOfDay: 506, dayOfWeek: 1, date: '2026-11-23' },
    ...rest,
    event: {
      id: '536365',
      source: 'pos/bos-1',
      type: 'purchase',
      subject: '17850',
      time: Date.UTC(2026, 10, 23, 13, 26),
      data: {
        registerId: 'r-3',
        color: 'red',
        sizes: ['S', 'M'],
        deep: { er: { est: 7 } },
        nothing: null,
        score: 4.5,
        gift: true,
      },
      ...event,
    },
    customer: {
      attributes: { city: 'Boston', vip: true, address: { zip: '02108' } },
      status: 'good',
      hasTag: (tag) => tags.includes(tag),
      tier: (system) => (system === 'main' ? 'silver' : undefined),
      points: (account) => (account === 'stars' ? 120 : undefined),
      audiences: ['regulars'],
      rfm: { recencyDays: 3, frequency: 5, monetary: 12_000, score: 533 },
      ageDays: 40,
      offers: ['free-latte'],
      ...customer,
      tags,
    },
  };
}
