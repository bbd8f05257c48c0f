import t from 'tap';
import { EARN, event, given, programOf, purchase, type Scenario } from './scenario.js';
import { NOTHING_TAKEN } from './shared-limits.js';
import { store } from './store.js';

const at = (text: string) => Date.parse(text);
const program = programOf({
  campaigns: [EARN],
  returns: { window: 'P10D' },
  statuses: [
    { id: 'good', default: true },
    { id: 'bad', redeems: false },
  ],
  offers: [{ id: 'free-mug', kind: 'physical' }],
  rewards: [
    { id: 'mug', name: 'Mug', price: { account: 'stars', points: 50 }, perCustomer: 1, gives: { offer: 'free-mug' } },
    { id: 'vip', price: { account: 'stars', points: 10 }, where: { field: 'customer.tags', has: 'vip' } },
    { id: 'last', price: { account: 'stars', points: 500 }, stock: 3 },
  ],
});
const bought = [
  purchase('p', '2026-03-01T10:00:00Z', 8000),
  event('reward.purchased', 'b', '2026-03-02T10:00:00Z', { rewardId: 'mug' }),
];
const shownTo = (scenario: Scenario, now: string) => store(scenario.state, program, NOTHING_TAKEN, at(now));

t.test('a customer sees the rewards whose where holds, and whether one can be bought', async (t) => {
  const { scenario } = given(program, ...bought);
  t.same(shownTo(scenario, '2026-03-03T10:00:00Z').items, [
    {
      id: 'mug',
      name: 'Mug',
      price: { account: 'stars', points: 50 },
      perCustomer: 1,
      stock: null,
      gives: { offer: 'free-mug' },
      bought: 1,
      canBuy: false,
      reason: 'reward_limit',
    },
    {
      id: 'last',
      name: 'last',
      price: { account: 'stars', points: 500 },
      perCustomer: null,
      stock: 3,
      gives: null,
      bought: 0,
      canBuy: false,
      reason: 'insufficient_points',
      need: 500,
      have: 30,
      missing: 470,
    },
  ]);
  scenario.report(event('tag.added', 'v', '2026-03-03T10:00:00Z', { tag: 'vip' }));
  t.match(shownTo(scenario, '2026-03-03T10:00:00Z').items, [{}, { id: 'vip', canBuy: true, bought: 0 }, {}]);
});

t.test('what can still be refunded is shown, as long as it can', async (t) => {
  const { scenario } = given(program, ...bought);
  const shown = {
    purchaseId: '0-2-0',
    rewardId: 'mug',
    quantity: 1,
    account: 'stars',
    points: 50,
    time: '2026-03-02T10:00:00Z',
    refundableUntil: '2026-03-12T10:00:00Z',
  };
  t.same(shownTo(scenario, '2026-03-12T10:00:00Z').purchases, [shown]);
  t.same(shownTo(scenario, '2026-03-12T10:00:01Z').purchases, []);
});

t.test('a status that redeems nothing can buy nothing', async (t) => {
  const { scenario } = given(
    program,
    ...bought,
    event('status.changed', 's', '2026-03-03T10:00:00Z', { status: 'bad', reason: 'x' }),
  );
  t.match(shownTo(scenario, '2026-03-03T10:00:00Z').items, [
    { id: 'mug', reason: 'status_cannot_redeem' },
    { id: 'last', reason: 'status_cannot_redeem' },
  ]);
});

t.test('nobody in particular sees every reward, and the stock that is left', async (t) => {
  const shared = { ...NOTHING_TAKEN, left: () => -2 };
  t.match(store(undefined, program, shared, 0), { items: [{ id: 'mug' }, { id: 'vip' }, { id: 'last', stock: 0 }] });
  t.notOk('purchases' in store(undefined, program, shared, 0));
});
