/** Points spent from many sides at once, over a real node: a balance pays once. */
import t from 'tap';
import { brandOf, line, type Shown, TillNode } from './till-node.js';

const PRICE = 50;
const EARN = {
  id: 'earn',
  kind: 'promotion',
  base: true,
  behavior: { all: [{ event: 'purchase' }] },
  outcomes: [{ points: { account: 'stars', rate: { points: 1, per: 100, of: 'amount' } } }],
};
const MUG = { id: 'mug', price: { account: 'stars', points: PRICE } };
const BRAND = brandOf([], { campaigns: [EARN], rewards: [MUG] });
const stars = (profile: Shown) => (profile.points as { stars: Record<string, number> }).stars;
/** What is always so (PROGRAM: Points). */
function isSound(account: Record<string, number>): boolean {
  const { earned, adjusted, active, pending, spent, expired, cancelled, reversed, debt } = account as Record<
    'earned' | 'adjusted' | 'active' | 'pending' | 'spent' | 'expired' | 'cancelled' | 'reversed' | 'debt',
    number
  >;
  return earned + adjusted === active + pending + spent + expired + cancelled + reversed - debt;
}

t.test('twenty rewards at once from a balance for one: one is bought, nineteen are refused', async (t) => {
  const till = await TillNode.start(t, BRAND);
  await till.step('redeem', till.basket('ann', 's', [line('a', 1, PRICE * 100)]));
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => till.event('ann', `mug-${n}`, { rewardId: 'mug' }, 'reward.purchased')),
  );
  const bought = answers.filter(({ status }) => status === 200);
  const refused = answers.filter(({ json }) => json.reason === 'insufficient_points');
  t.equal(bought.length, 1);
  t.equal(refused.length, 19);
  t.match(stars(await till.profile('ann')), { active: 0, debt: 0, spent: PRICE });
});

t.test('a return beside a spend: in whichever order they come, the points are taken once', async (t) => {
  const till = await TillNode.start(t, BRAND);
  for (let n = 0; n < 10; n++) {
    const customer = `c${n}`;
    await till.step('redeem', till.basket(customer, `s${n}`, [line('a', 1, PRICE * 100)]));
    const back = {
      customerId: customer,
      transactionId: `s${n}`,
      returnId: `r${n}`,
      lines: [{ lineId: 'a', quantity: 1 }],
    };
    const [spent, returned] = await Promise.all([
      till.event(customer, `mug-${n}`, { rewardId: 'mug' }, 'reward.purchased'),
      till.step('return', back),
    ]);
    t.equal(returned.status, 200);
    const account = stars(await till.profile(customer));
    const wasBought = spent.status === 200;
    t.match(account, { active: 0, debt: wasBought ? PRICE : 0, spent: wasBought ? PRICE : 0, reversed: PRICE });
    t.ok(isSound(account));
  }
});

t.test('sales, returns, rewards and refunds all at once leave a sound account', async (t) => {
  const till = await TillNode.start(t, BRAND);
  const sell = (n: number) => till.step('redeem', till.basket('ann', `s${n}`, [line('a', 2, PRICE * 50)]));
  await Promise.all(Array.from({ length: 5 }, (_, n) => sell(n)));
  const mugs = await Promise.all(
    Array.from({ length: 3 }, (_, n) => till.event('ann', `mug-${n}`, { rewardId: 'mug' }, 'reward.purchased')),
  );
  const purchaseIds = mugs.map(({ json }) => (json.outcomes as { id: string; type: string }[])[0]!.id);
  const lines = [{ lineId: 'a', quantity: 1 }];
  const answers = await Promise.all([
    ...Array.from({ length: 5 }, (_, n) => sell(5 + n)),
    ...Array.from({ length: 5 }, (_, n) =>
      till.step('return', { customerId: 'ann', transactionId: `s${n}`, returnId: `r${n}`, lines }),
    ),
    ...purchaseIds.map((purchaseId, n) => till.event('ann', `back-${n}`, { purchaseId }, 'reward.refunded')),
    ...Array.from({ length: 8 }, (_, n) => till.event('ann', `more-${n}`, { rewardId: 'mug' }, 'reward.purchased')),
  ]);
  const more = answers.slice(13).filter(({ status }) => status === 200).length;
  const account = stars(await till.profile('ann'));
  t.ok(isSound(account));
  t.match(account, { earned: 10 * PRICE, reversed: 5 * (PRICE / 2), spent: more * PRICE, debt: 0 });
});
