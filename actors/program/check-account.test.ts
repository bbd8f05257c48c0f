import t from 'tap';
import { problemsOf, set, tellsProblems } from './problem-table.js';
import { coffeeDocument, type Loose } from './specimen.js';

const A = '/points/accounts/0';
const account = (key: string, value: unknown) => set(`points.accounts.0.${key}`, value);

tellsProblems(t, 'an account’s events exist, its dates are days, its parts have all they need', [
  [
    'activation on an event nobody reports',
    account('activation', { kind: 'on', event: 'survey.don', within: 'P3D' }),
    `${A}/activation/event`,
    'unknown_event_type',
    /Did you mean survey\.done\?/,
  ],
  [
    'activation on an outcome',
    account('activation', { kind: 'on', event: 'tier.changed', within: 'P3D' }),
    `${A}/activation/event`,
    'unknown_event_type',
    /that customers report/,
  ],
  [
    'activation on without within',
    account('activation', { kind: 'on', event: 'visit' }),
    `${A}/activation/within`,
    'required',
    /within/,
  ],
  [
    'activation after without duration',
    account('activation', { kind: 'after' }),
    `${A}/activation/duration`,
    'required',
    /duration/,
  ],
  [
    'inactivity of an event nobody reports',
    account('expiry', { kind: 'inactivity', after: 'P6M', events: ['purchase', 'nothing'] }),
    `${A}/expiry/events/1`,
    'unknown_event_type',
    /Known: return, purchase/,
  ],
  [
    'inactivity without events',
    account('expiry', { kind: 'inactivity', after: 'P6M', events: [] }),
    `${A}/expiry/events`,
    'too_few',
    /at least 1/,
  ],
  [
    'fixed without dates',
    account('expiry', { kind: 'fixed', dates: [] }),
    `${A}/expiry/dates`,
    'too_few',
    /at least 1/,
  ],
  [
    'fixed on a day that no year has',
    account('expiry', { kind: 'fixed', dates: ['06-31'] }),
    `${A}/expiry/dates/0`,
    'not_a_day_of_the_year',
    /as 06-30/,
  ],
  [
    'fixed on a day of one year',
    account('expiry', { kind: 'fixed', dates: ['2026-06-30'] }),
    `${A}/expiry/dates/0`,
    'not_a_day_of_the_year',
    /as 06-30/,
  ],
  [
    'a cap of nothing',
    account('caps', [{ per: { calendar: 'day' }, points: 0 }]),
    `${A}/caps/0/points`,
    'too_small',
    /at least 1/,
  ],
  ['a cap without a period', account('caps', [{ points: 5 }]), `${A}/caps/0/per`, 'required', /Period/],
  [
    'the expiry of an outcome',
    set('campaigns.2.outcomes.0.points.expiry', { kind: 'inactivity', after: 'P1M', events: ['nothing'] }),
    '/campaigns/2/outcomes/0/points/expiry/events/0',
    'unknown_event_type',
    /that customers report/,
  ],
]);

tellsProblems(t, 'a reward’s account, offer and condition exist', [
  [
    'an account nobody has',
    set('rewards', [{ id: 'mug', price: { account: 'star', points: 5 } }]),
    '/rewards/0/price/account',
    'unknown_account',
    /Did you mean stars\?/,
  ],
  [
    'an account that is not spent',
    set('rewards', [{ id: 'mug', price: { account: 'status', points: 5 } }]),
    '/rewards/0/price/account',
    'account_not_spendable',
    /spendable: false/,
  ],
  [
    'an offer nobody knows',
    set('rewards', [{ id: 'mug', price: { account: 'stars', points: 5 }, gives: { offer: 'free-late' } }]),
    '/rewards/0/gives/offer',
    'unknown_offer',
    /Did you mean free-latte\?/,
  ],
  [
    'a condition on nothing',
    set('rewards', [
      { id: 'mug', price: { account: 'stars', points: 5 }, where: { field: 'customer.tier.mian', eq: 'gold' } },
    ]),
    '/rewards/0/where/field',
    'unknown_tier_system',
    /main/,
  ],
  [
    'a campaign that gives what is not there',
    set('campaigns.1.outcomes.0', { reward: 'mug' }),
    '/campaigns/1/outcomes/0/reward',
    'unknown_reward',
    /There is no reward/,
  ],
  [
    'two of one id',
    set('rewards', [
      { id: 'mug', price: { account: 'stars', points: 5 } },
      { id: 'mug', price: { account: 'stars', points: 6 } },
    ]),
    '/rewards/1/id',
    'duplicate_id',
    /another/,
  ],
  [
    'a price of nothing',
    set('rewards', [{ id: 'mug', price: { account: 'stars', points: 0 } }]),
    '/rewards/0/price/points',
    'too_small',
    /at least 1/,
  ],
]);

t.test('every activation, expiry and cap, and a reward with all its parts, are fine', async (t) => {
  const document = coffeeDocument();
  const accounts: unknown[] = [
    { activation: { kind: 'after', duration: 'P14D' }, expiry: { kind: 'fixed', dates: ['02-29', '12-31'] } },
    {
      activation: { kind: 'on', event: 'return', within: 'P1M' },
      expiry: { kind: 'inactivity', after: 'P6M', events: ['purchase', 'visit', 'reward.purchased'] },
      caps: [
        { per: { calendar: 'day' }, points: 500 },
        { per: { rolling: 'P30D' }, points: 5000 },
      ],
    },
  ];
  document.points!.accounts!.push(
    ...(accounts.map((parts, i) => ({ id: `a${i}`, ...(parts as object) })) as unknown as Loose[]),
  );
  document.rewards = [
    {
      id: 'mug',
      name: 'Mug',
      price: { account: 'stars', points: 500 },
      perCustomer: 2,
      where: { field: 'customer.tier.main', in: ['gold'] },
      gives: { offer: 'free-latte' },
    },
  ] as unknown as Loose;
  t.same(problemsOf(document), []);
});
