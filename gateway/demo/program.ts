/** Corner Coffee: the brand of `serve --demo`. A program as a marketer would write it, and a good one to start from. */
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
      },
      { id: 'status', name: 'Status points', spendable: false },
    ],
  },
  tiers: [
    {
      id: 'main',
      basis: { points: 'status' },
      window: { calendar: 'year' },
      upgrade: 'immediate',
      downgrade: { how: 'full' },
      levels: [
        { id: 'member', atLeast: 0 },
        { id: 'silver', atLeast: 150, multiplier: 1.25 },
        { id: 'gold', atLeast: 400, multiplier: 1.5 },
      ],
    },
  ],
  campaigns: [
    {
      id: 'earn',
      kind: 'promotion',
      base: true,
      behavior: { all: [{ event: 'purchase' }] },
      outcomes: [
        { points: { account: 'stars', rate: { points: 1, per: 100, of: 'amount' }, multiply: 'tier' } },
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
      limits: { perCustomer: 1, per: { calendar: 'month' } },
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
      id: 'survey-thanks',
      kind: 'promotion',
      behavior: { all: [{ event: 'survey.done', where: { field: 'data.score', gte: 1 } }] },
      outcomes: [{ points: { account: 'stars', fixed: 10 } }],
      limits: { perCustomer: 1, per: { calendar: 'quarter' } },
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
    },
  ],
  rfm: {
    of: 'purchase',
    window: 'P365D',
    recencyDays: [7, 30, 90, 180],
    frequency: [1, 3, 6, 12],
    monetary: [2000, 10000, 30000, 100000],
  },
};
