import t from 'tap';
import { accountOf } from './account-state.js';
import type { Reported } from './scenario.js';
import { EARN, event, given, programOf, purchase, type Scenario } from './scenario.js';

const at = (text: string) => Date.parse(text);
const MUG = { id: 'mug', price: { account: 'stars', points: 50 } };
const program = (reward: object = {}, more: object = {}) =>
  programOf({
    campaigns: [EARN],
    rewards: [{ ...MUG, ...reward }],
    offers: [{ id: 'free-mug', kind: 'physical', validity: { for: 'P30D' } }],
    ...more,
  });
const withExpiry = (expiry: object) => program({}, { points: { accounts: [{ id: 'stars', expiry }] } });
const buy = (id: string, time: string, quantity?: number): Reported =>
  event('reward.purchased', id, time, { rewardId: 'mug', ...(quantity === undefined ? {} : { quantity }) });
const refund = (id: string, time: string, purchaseId: string): Reported =>
  event('reward.refunded', id, time, { purchaseId });
const adjust = (id: string, time: string, points: number): Reported =>
  event('points.adjusted', id, time, { account: 'stars', points, reason: 'test' });
const stars = (scenario: Scenario) => accountOf(scenario.state!, 'stars')!;
const RICH = purchase('p', '2026-03-01T10:00:00Z', 20_000);

t.test('a reward is bought with points: the spend names its lots', async (t) => {
  const scenario = given(program(), RICH)
    .when(buy('b', '2026-03-02T10:00:00Z', 2))
    .gives(t, [
      ['reward.purchased', { purchaseId: '0-2-0', rewardId: 'mug', quantity: 2, account: 'stars', points: 100 }],
      ['points.spent', { account: 'stars', points: 100, lots: [{ lotId: '0-1-0', points: 100 }], purchaseId: '0-2-0' }],
    ]);
  t.match(stars(scenario), { active: 100, spent: 100, earned: 200 });
});

t.test('spending takes the lot that expires first', async (t) => {
  given(withExpiry({ kind: 'rolling', after: 'P30D' }), purchase('p', '2026-03-02T10:00:00Z', 4000), {
    ...purchase('q', '2026-03-01T10:00:00Z', 3000),
    stamp: at('2026-03-02T11:00:00Z'),
  })
    .when(buy('b', '2026-03-03T10:00:00Z'))
    .gives(t, [
      ['reward.purchased', {}],
      [
        'points.spent',
        {
          lots: [
            { lotId: '0-2-0', points: 30 },
            { lotId: '0-1-0', points: 20 },
          ],
        },
      ],
    ]);
});

t.test('what is refused, and why', async (t) => {
  const statuses = [
    { id: 'good', default: true },
    { id: 'bad', redeems: false },
  ];
  const ROWS: readonly [name: string, reward: object, before: Reported[], when: Reported, reason: string][] = [
    [
      'too few active points',
      {},
      [purchase('p', '2026-03-01T10:00:00Z', 4900)],
      buy('b', '2026-03-02T10:00:00Z'),
      'insufficient_points',
    ],
    ['for all of them', {}, [RICH], buy('b', '2026-03-02T10:00:00Z', 5), 'insufficient_points'],
    [
      'a reward nobody knows',
      {},
      [RICH],
      event('reward.purchased', 'b', '2026-03-02T10:00:00Z', { rewardId: 'cup' }),
      'unknown_reward',
    ],
    [
      'a status that does not redeem',
      {},
      [RICH, event('status.changed', 's', '2026-03-01T11:00:00Z', { status: 'bad' })],
      buy('b', '2026-03-02T10:00:00Z'),
      'status_cannot_redeem',
    ],
    [
      'where does not hold',
      { where: { field: 'customer.tags', has: 'vip' } },
      [RICH],
      buy('b', '2026-03-02T10:00:00Z'),
      'condition_failed',
    ],
    ['more than perCustomer at once', { perCustomer: 2 }, [RICH], buy('b', '2026-03-02T10:00:00Z', 3), 'reward_limit'],
    [
      'more than perCustomer in all',
      { perCustomer: 2 },
      [RICH, buy('a', '2026-03-01T11:00:00Z', 2)],
      buy('b', '2026-03-02T10:00:00Z'),
      'reward_limit',
    ],
    ['a purchase nobody knows', {}, [RICH], refund('r', '2026-03-02T10:00:00Z', '0-1-0'), 'unknown_purchase'],
    [
      'a purchase refunded before',
      {},
      [RICH, buy('a', '2026-03-01T11:00:00Z'), refund('r', '2026-03-01T12:00:00Z', '0-2-0')],
      refund('s', '2026-03-02T10:00:00Z', '0-2-0'),
      'unknown_purchase',
    ],
  ];
  for (const [name, reward, before, when, reason] of ROWS) {
    const all = program(reward, { statuses });
    const { scenario, outcomes } = given(all, ...before).when(when);
    t.match(outcomes.slice(1), [{ type: 'event.refused', data: { reason, detail: String } }], name);
    t.equal(stars(scenario).active + stars(scenario).spent, stars(scenario).earned, `${name}: nothing moved`);
  }
});

t.test('a refusal for want of points says what is needed, there and missing', async (t) => {
  given(program(), purchase('p', '2026-03-01T10:00:00Z', 3000))
    .when(buy('b', '2026-03-02T10:00:00Z'))
    .gives(t, [['event.refused', { reason: 'insufficient_points', need: 50, have: 30, missing: 20 }]]);
});

t.test('pending points buy nothing', async (t) => {
  const accounts = [{ id: 'stars', activation: { kind: 'after', duration: 'P1D' } }];
  given(program({}, { points: { accounts } }), RICH)
    .when(buy('b', '2026-03-01T11:00:00Z'))
    .gives(t, [['event.refused', { reason: 'insufficient_points', have: 0 }]]);
});

t.test('undoing a spend refills its lots with their own expiry', async (t) => {
  const { scenario } = given(
    withExpiry({ kind: 'rolling', after: 'P30D' }),
    purchase('p', '2026-03-01T10:00:00Z', 3000),
    purchase('q', '2026-03-02T10:00:00Z', 3000),
    buy('b', '2026-03-03T10:00:00Z'),
  );
  const before = stars(scenario).lots.map((lot) => ({ ...lot }));
  t.same(before, [
    { id: '0-2-0', earnedAt: at('2026-03-02T10:00:00Z'), left: 10, expiresAt: at('2026-04-01T10:00:00Z'), idle: 0 },
  ]);
  const outcomes = scenario.report(refund('r', '2026-03-04T10:00:00Z', '0-3-0'));
  t.match(outcomes.slice(1), [
    { type: 'reward.refunded', data: { purchaseId: '0-3-0', rewardId: 'mug', quantity: 1, points: 50 } },
    {
      type: 'points.spent',
      data: {
        points: -50,
        lots: [
          { lotId: '0-1-0', points: -30 },
          { lotId: '0-2-0', points: -20 },
        ],
      },
    },
  ]);
  t.match(stars(scenario), {
    active: 60,
    spent: 0,
    lots: [
      { id: '0-1-0', left: 30, expiresAt: at('2026-03-31T10:00:00Z') },
      { id: '0-2-0', left: 30, expiresAt: at('2026-04-01T10:00:00Z') },
    ],
  });
});

t.test('a lot that expired meanwhile expires at once, visibly', async (t) => {
  const { scenario } = given(
    withExpiry({ kind: 'rolling', after: 'P10D' }),
    purchase('p', '2026-03-01T10:00:00Z', 5000),
    buy('b', '2026-03-03T10:00:00Z'),
  );
  scenario.report(purchase('q', '2026-03-20T10:00:00Z', 100));
  t.match(scenario.report(refund('r', '2026-03-20T11:00:00Z', '0-2-0')).slice(1), [
    { type: 'reward.refunded' },
    { type: 'points.spent', data: { points: -50 } },
    { type: 'points.expired', data: { points: 50, lotId: '0-1-0' }, time: at('2026-03-11T10:00:00Z') },
  ]);
  t.match(stars(scenario), { active: 1, spent: 0, expired: 50, earned: 51 });
});

t.test('what comes back pays a debt first', async (t) => {
  const { scenario } = given(
    program(),
    purchase('p', '2026-03-01T10:00:00Z', 5000),
    buy('b', '2026-03-02T10:00:00Z'),
    adjust('a', '2026-03-03T10:00:00Z', -8),
  );
  t.match(stars(scenario), { active: 0, debt: 8 });
  t.match(scenario.report(refund('r', '2026-03-04T10:00:00Z', '0-2-0'))[2]!, { data: { points: -50, paidDebt: 8 } });
  t.match(stars(scenario), { active: 42, debt: 0, spent: 0, lots: [{ left: 42 }] });
});

t.test('a spend can be refunded within the returns window, its end included', async (t) => {
  const short = program({}, { returns: { window: 'P10D' } });
  const bought = [RICH, buy('b', '2026-03-02T10:00:00Z')];
  given(short, ...bought)
    .when(refund('r', '2026-03-12T10:00:00Z', '0-2-0'))
    .gives(t, [
      ['reward.refunded', {}],
      ['points.spent', { points: -50 }],
    ]);
  given(short, ...bought)
    .when(refund('r', '2026-03-12T10:00:01Z', '0-2-0'))
    .gives(t, [['event.refused', { reason: 'refund_too_late' }]]);
});

t.test('perCustomer counts what was bought and not given back', async (t) => {
  given(
    program({ perCustomer: 1 }),
    RICH,
    buy('a', '2026-03-02T10:00:00Z'),
    refund('r', '2026-03-03T10:00:00Z', '0-2-0'),
  )
    .when(buy('b', '2026-03-04T10:00:00Z'))
    .gives(t, [
      ['reward.purchased', { quantity: 1 }],
      ['points.spent', { points: 50 }],
    ]);
});

t.test('where is judged with the profile as it is', async (t) => {
  const vip = program({ where: { field: 'customer.tags', has: 'vip' } });
  given(vip, RICH, event('tag.added', 'v', '2026-03-01T11:00:00Z', { tag: 'vip' }))
    .when(buy('b', '2026-03-02T10:00:00Z'))
    .gives(t, [
      ['reward.purchased', {}],
      ['points.spent', {}],
    ]);
});

t.test('a reward issues its offer once for each', async (t) => {
  const scenario = given(program({ gives: { offer: 'free-mug' } }), RICH)
    .when(buy('b', '2026-03-02T10:00:00Z', 2))
    .gives(t, [
      ['reward.purchased', {}],
      ['points.spent', {}],
      ['offer.issued', { offerId: 'free-mug', issueId: '0-2-2', purchaseId: '0-2-0' }],
      ['offer.issued', { offerId: 'free-mug', issueId: '0-2-3' }],
    ]);
  scenario.report(refund('r', '2026-03-03T10:00:00Z', '0-2-0'));
  t.same(scenario.state!.offers, []);
});

t.test('a refund takes unused offers back; one that is gone stays, named', async (t) => {
  const { scenario } = given(program({ gives: { offer: 'free-mug' } }), RICH, buy('b', '2026-03-02T10:00:00Z'));
  t.match(scenario.report(refund('r', '2026-03-03T10:00:00Z', '0-2-0')).slice(1), [
    { type: 'reward.refunded', data: { notTaken: undefined } },
    { type: 'points.spent' },
    { type: 'offer.voided', data: { issueId: '0-2-2', offerId: 'free-mug' } },
  ]);
});

t.test('campaigns see the account without what was spent, and the offers without what was given', async (t) => {
  const watch = (id: string, where: object) => ({
    id,
    kind: 'promotion',
    behavior: { all: [{ event: 'reward.purchased', where }] },
    outcomes: [{ tag: { add: id } }],
  });
  const campaigns = [
    EARN,
    watch('spent', { field: 'customer.points.stars', eq: 150 }),
    watch('holds', { field: 'customer.offers', has: 'free-mug' }),
    watch('mug', { field: 'data.rewardId', eq: 'mug' }),
  ];
  const { scenario } = given(
    program({ gives: { offer: 'free-mug' } }, { campaigns }),
    RICH,
    buy('b', '2026-03-02T10:00:00Z'),
  );
  t.same(
    scenario.state!.tags.map(({ tag }) => tag),
    ['spent', 'mug'],
  );
});

t.test('a purchase of a reward that is too late is done all the same', async (t) => {
  const late = { ...buy('b', '2026-03-02T10:00:00Z'), stamp: at('2026-05-02T10:00:00Z') };
  given(program({ gives: { offer: 'free-mug' } }), RICH)
    .when(late)
    .gives(t, [
      ['reward.purchased', {}],
      ['points.spent', { points: 50 }],
      ['offer.issued', {}],
      ['offer.expired', {}],
    ]);
});
