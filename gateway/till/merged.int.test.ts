/** A customer who is merged between two steps of the till: the transaction goes on, under the old id and the new one. */
import t from 'tap';
import { brandOf, line, TillNode } from './till-node.js';

const FREE_LATTE = {
  id: 'free-latte',
  discount: { kind: 'percentOffItem', percent: 100, choose: 'cheapest', lines: { field: 'sku', eq: 'latte' } },
};
const LATTES = [line('latte', 2, 450)];

t.test('locks, sales and offers of the old one are the survivor’s', async (t) => {
  const till = await TillNode.start(t, brandOf([FREE_LATTE]));
  await till.gift('ann');
  await till.gift('bob');
  const merge = { id: 'm1', source: 'crm', type: 'customer.merged', subject: 'bob', data: { from: 'ann' } };
  const sold = await till.step('redeem', till.basket('ann', 't0', [line('mug', 1, 900)]));
  t.equal(sold.status, 200, sold.text);
  const locked = await till.step('lock', till.basket('ann', 't1', LATTES));
  t.match(locked.json, { state: 'locked', totals: { net: 450 } });

  t.equal((await till.ask('/v1/events', { ...merge, time: '2026-11-24T12:00:00Z' })).status, 200);
  t.match(await till.profile('ann'), { id: 'bob', offers: [{ state: 'locked' }, { state: 'active' }] });

  t.equal((await till.step('lock', till.basket('ann', 't1', LATTES))).text, locked.text, 'a repeat of the lock');
  const redeemed = await till.step('redeem', { customerId: 'bob', transactionId: 't1' });
  t.equal(redeemed.status, 200, redeemed.text);
  t.match(redeemed.json, { state: 'redeemed', totals: { net: 450 } });
  const repeat = await till.step('redeem', { customerId: 'ann', transactionId: 't1' });
  t.equal(repeat.text, redeemed.text, 'its repeat, by the old id');
  t.equal(
    (await till.step('redeem', till.basket('ann', 't0', [line('mug', 1, 900)]))).text,
    sold.text,
    'and of one before',
  );

  const back = { customerId: 'bob', transactionId: 't0', returnId: 'r0', lines: [{ lineId: 'mug', quantity: 1 }] };
  t.match((await till.step('return', back)).json, { state: 'returned', totals: { refund: 900 } });
  t.match((await till.step('void', { customerId: 'ann', transactionId: 't1' })).json, { state: 'voided' });
  t.match(await till.profile('bob'), { totals: { net: 0 }, points: { stars: { active: 0 } } });
  t.match(await till.profile('bob'), { offers: [{ state: 'active' }, { state: 'active' }] });
});

t.test('an anonymous sale is claimed, not merged', async (t) => {
  const till = await TillNode.start(t, brandOf([FREE_LATTE]));
  const { customerId: _, ...basket } = till.basket('x', 'walk-in', [line('mug', 1, 900)]) as { customerId: string };
  await till.step('redeem', basket);
  const merged = await till.event('ann', 'm1', { from: 'anonymous:walk-in' }, 'customer.merged');
  t.match(merged.json, { status: 409, reason: 'anonymous_sale', detail: /purchase\.claimed$/ });
  t.match((await till.event('ann', 'c1', { transactionId: 'walk-in' }, 'purchase.claimed')).json, {
    outcomes: [{ type: 'points.earned', data: { points: 9 } }],
  });
});
