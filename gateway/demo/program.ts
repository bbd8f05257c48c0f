/**
 * Corner Coffee: the brand of `serve --demo`. A program as a marketer would write it, and a good one to start from. It is
 * long because it uses most of what a program can say.
 */
export const CORNER_COFFEE = {
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
    {
      id: 'bos-2',
      name: 'Back Bay',
      timeZone: 'America/New_York',
      latitude: 42.35,
      longitude: -71.081,
      tags: ['boston'],
    },
    {
      id: 'chi-1',
      name: 'The Loop',
      timeZone: 'America/Chicago',
      latitude: 41.883,
      longitude: -87.632,
      tags: ['chicago'],
    },
    {
      id: 'sea-1',
      name: 'Pike Place',
      timeZone: 'America/Los_Angeles',
      latitude: 47.609,
      longitude: -122.342,
      tags: ['seattle'],
    },
  ],
  statuses: [
    { id: 'good', default: true, earns: true, redeems: true, messages: true },
    { id: 'suspended', earns: false, redeems: false, messages: true },
    { id: 'blocked', earns: false, redeems: false, messages: false },
  ],
  events: [
    {
      type: 'survey.done',
      data: {
        type: 'object',
        properties: { score: { type: 'integer' }, comment: { type: 'string', personal: true } },
        required: ['score'],
      },
    },
  ],
  points: {
    accounts: [
      {
        id: 'stars',
        name: 'Stars',
        spendable: true,
        expiry: { kind: 'rolling', after: 'P12M', roundUpTo: 'month' },
        negative: 'allow',
        caps: [{ per: { calendar: 'day' }, points: 500 }],
      },
      { id: 'status', name: 'Status points', spendable: false },
      {
        id: 'games',
        name: 'Summer game',
        spendable: true,
        activation: { kind: 'after', duration: 'P1D' },
        expiry: { kind: 'fixed', dates: ['06-30', '12-31'] },
        negative: 'clamp',
      },
    ],
  },
  tiers: [
    {
      id: 'main',
      basis: { points: 'status' },
      window: { calendar: 'year' },
      upgrade: 'immediate',
      downgrade: { how: 'oneDown', grace: 'P30D' },
      onReturn: 'keep',
      levels: [
        { id: 'member', atLeast: 0 },
        { id: 'silver', atLeast: 150, multiplier: 1.25, onEntry: [{ tag: { add: 'silver', for: 'P1Y' } }] },
        { id: 'gold', atLeast: 400, multiplier: 1.5, onEntry: [{ offer: 'two-for-one' }] },
      ],
    },
    {
      id: 'visits',
      basis: { count: 'purchase' },
      window: { rolling: 'P90D' },
      downgrade: { how: 'full' },
      onReturn: 'revoke',
      levels: [
        { id: 'guest', atLeast: 0 },
        { id: 'regular', atLeast: 12 },
      ],
    },
  ],
  audiences: [{ id: 'regulars', where: { field: 'customer.rfm.frequency', gte: 5 } }],
  geofences: [
    { id: 'bos-1', storeId: 'bos-1', circle: { latitude: 42.355, longitude: -71.065, radiusMeters: 80 } },
    { id: 'sea-1', storeId: 'sea-1', circle: { latitude: 47.609, longitude: -122.342, radiusMeters: 80 } },
  ],
  rewards: [
    {
      id: 'mug',
      name: 'Mug',
      price: { account: 'stars', points: 100 },
      stock: 100,
      perCustomer: 2,
      gives: { offer: 'mug' },
    },
  ],
  promoCodes: [
    {
      id: 'welcome',
      kind: 'multiUse',
      code: 'HELLO-LATTE',
      perCustomer: 1,
      total: 1000,
      outcomes: [{ points: { account: 'stars', fixed: 25 } }],
    },
    { id: 'letter', kind: 'singleUse', count: 1000, length: 10, outcomes: [{ offer: 'free-latte' }] },
  ],
  campaigns: [
    {
      id: 'earn',
      kind: 'promotion',
      base: true,
      behavior: { all: [{ event: 'purchase' }] },
      outcomes: [
        { points: { account: 'stars', rate: { points: 1, per: 100, of: 'amount' }, multiply: { tier: 'main' } } },
        { points: { account: 'status', rate: { points: 1, per: 100, of: 'amount' } } },
      ],
    },
    {
      id: 'five-lattes',
      kind: 'promotion',
      behavior: {
        all: [
          {
            rule: 'lattes',
            event: 'purchase',
            where: { lines: { where: { field: 'categories', has: 'latte' } } },
            times: 5,
            within: { rolling: 'P30D' },
          },
        ],
      },
      outcomes: [{ offer: 'free-latte' }, { tag: { add: 'latte-lover', for: 'P90D' } }],
    },
    {
      id: 'big-month',
      kind: 'promotion',
      behavior: {
        all: [
          { rule: 'spend', event: 'purchase', sum: { of: 'amount', atLeast: 5000 }, within: { calendar: 'month' } },
        ],
      },
      outcomes: [{ points: { account: 'stars', fixed: 50 } }],
      limits: { perCustomer: 1, per: { calendar: 'month' }, budget: { points: 1_000_000 } },
      onReturn: 'clawback',
    },
    {
      id: 'explorer',
      kind: 'promotion',
      behavior: {
        all: [
          {
            rule: 'stores',
            event: 'purchase',
            distinct: { of: 'storeId', atLeast: 3 },
            within: { calendar: 'quarter' },
          },
        ],
      },
      outcomes: [{ tag: { add: 'explorer' } }, { points: { account: 'stars', fixed: 25 } }],
    },
    {
      id: 'early-bird',
      kind: 'promotion',
      target: { where: { field: 'customer.tier.main', in: ['silver', 'gold'] } },
      behavior: {
        all: [
          {
            rule: 'mornings',
            event: 'purchase',
            where: { field: 'local.hour', lt: 9 },
            times: 3,
            within: { calendar: 'week' },
          },
        ],
      },
      outcomes: [{ points: { account: 'stars', fixed: 20 } }],
    },
    {
      id: 'four-weeks',
      kind: 'promotion',
      behavior: { all: [{ rule: 'weeks', event: 'purchase', streak: { unit: 'week', atLeast: 4 } }] },
      outcomes: [{ points: { account: 'games', fixed: 40 } }],
    },
    {
      id: 'bakery-or-beans',
      kind: 'promotion',
      behavior: {
        any: [
          {
            rule: 'bakery',
            event: 'purchase',
            where: { lines: { where: { field: 'categories', has: 'bakery' } } },
            times: 3,
            within: { sinceFirst: 'P14D' },
          },
          {
            rule: 'beans',
            event: 'purchase',
            sum: { of: { lines: { field: 'categories', has: 'beans' }, of: 'quantity' }, atLeast: 3, carry: true },
          },
        ],
      },
      outcomes: [{ points: { account: 'stars', fixed: 15 } }],
      group: 'treats',
      best: 'highest',
    },
    {
      id: 'app-then-shop',
      kind: 'promotion',
      behavior: {
        sequence: [
          { rule: 'opened', event: 'app.opened' },
          { rule: 'bought', event: 'purchase', within: { rolling: 'P1D' } },
        ],
      },
      outcomes: [{ points: { account: 'stars', fixed: 5 } }],
      limits: { perCustomer: 1, per: { calendar: 'week' } },
      group: 'treats',
      best: 'highest',
    },
    {
      id: 'we-miss-you',
      kind: 'promotion',
      target: { audience: 'regulars' },
      behavior: {
        sequence: [
          { rule: 'bought', event: 'purchase' },
          { rule: 'away', event: 'purchase', absent: true, within: { rolling: 'P21D' } },
        ],
      },
      outcomes: [{ offer: 'two-for-one' }],
      limits: { perCustomer: 1, per: { calendar: 'quarter' } },
    },
    {
      id: 'gold-is-good',
      kind: 'promotion',
      behavior: {
        all: [
          {
            event: 'tier.changed',
            where: {
              all: [
                { field: 'data.system', eq: 'main' },
                { field: 'data.to', eq: 'gold' },
              ],
            },
          },
        ],
      },
      outcomes: [{ points: { account: 'games', fixed: 100 } }],
    },
    {
      id: 'survey-thanks',
      kind: 'promotion',
      behavior: { all: [{ event: 'survey.done', where: { field: 'data.score', gte: 1 } }] },
      outcomes: [{ points: { account: 'stars', fixed: 10 } }],
      limits: { perCustomer: 1, per: { calendar: 'quarter' } },
    },
    {
      id: 'double-tuesday',
      kind: 'promotion',
      shadow: true,
      behavior: { all: [{ event: 'purchase', where: { field: 'local.dayOfWeek', eq: 2 } }] },
      outcomes: [{ points: { account: 'stars', rate: { points: 1, per: 100, of: 'amount' } } }],
    },
    {
      id: 'new-year',
      kind: 'promotion',
      schedule: { every: '0 9 1 1 *' },
      target: { audience: 'regulars' },
      outcomes: [{ offer: 'ten-off-fifty' }],
    },
  ],
  offers: [
    {
      id: 'free-latte',
      kind: 'closedLoop',
      validity: { for: 'P14D' },
      uses: 1,
      discount: {
        kind: 'percentOffItem',
        percent: 100,
        lines: { field: 'categories', has: 'latte' },
        choose: 'cheapest',
        units: 1,
      },
      stacking: { group: 'drinks' },
    },
    {
      id: 'two-for-one',
      kind: 'closedLoop',
      validity: { for: 'P30D' },
      discount: {
        kind: 'buyXGetY',
        buy: { lines: { field: 'categories', has: 'drinks' }, quantity: 1 },
        get: { lines: { field: 'categories', has: 'drinks' }, quantity: 1, percentOff: 100 },
        choose: 'cheapest',
        maxApplications: 1,
      },
      stacking: { group: 'drinks' },
      onReturn: 'reprice',
    },
    {
      id: 'ten-off-fifty',
      kind: 'closedLoop',
      validity: { for: 'P60D' },
      minimumSpend: 5_000,
      discount: { kind: 'amountOffCheck', amount: 1_000 },
      stacking: { priority: 10 },
    },
    { id: 'mug', kind: 'physical', validity: { for: 'P1Y' } },
  ],
  rfm: {
    of: 'purchase',
    window: 'P365D',
    recencyDays: [7, 30, 90, 180],
    frequency: [1, 3, 6, 12],
    monetary: [2000, 10000, 30000, 100000],
  },
};
