/** A quote is what the redemption would be if it came now. */
import t from 'tap';
import { brandOf, line, NOW, type Shown, TillNode } from './till-node.js';

const TEN_OFF = {
  id: 'ten-off',
  where: { field: 'customer.tags', has: 'fresh' },
  discount: { kind: 'amountOffCheck', amount: 1_000 },
};
const DAY = 86_400_000;
const MUG = [line('mug', 1, 4_000)];

t.test('what is due of imported history has been done', async (t) => {
  const points = { accounts: [{ id: 'stars', expiry: { kind: 'rolling', after: 'P10D' } }] };
  const till = await TillNode.start(t, brandOf([TEN_OFF], { points }));
  await till.gift('ann');
  const events = [
    ['p', 'purchase', { transactionId: 'p', total: 5_000 }],
    ['t', 'tag.added', { tag: 'fresh', for: 'P5D' }],
  ].map(([id, type, data]) => {
    const time = new Date(NOW - 20 * DAY).toISOString();
    return { id, source: 'test', type, subject: 'bob', time, data };
  });
  t.equal((await till.ask('/v1/events?clock=event', events)).status, 200);
  const gift = { transactionId: 'g', lines: [line('g', 1, 0, { sku: 'GIFT' })] };
  const time = new Date(NOW - 19 * DAY).toISOString();
  const given = { id: 'g', source: 'test', type: 'purchase', subject: 'bob', time, data: gift };
  t.equal((await till.ask('/v1/events?clock=event', given)).status, 200);
  t.match(await till.profile('bob'), { points: { stars: { active: 50 } }, tags: [{ tag: 'fresh' }] });

  const basket = till.basket('bob', 't1', MUG);
  const quoted = (await till.step('quote', basket)).json;
  const condition = { code: 'condition_failed', field: 'customer.tags' };
  t.match(quoted, { notApplied: [condition], points: { stars: { willEarn: 40, active: 0 } } });
  const redeemed = (await till.step('redeem', basket)).json;
  for (const part of ['applied', 'notApplied', 'lines', 'totals']) t.same(redeemed[part], quoted[part], part);
  t.match((redeemed.points as { stars: Shown }).stars, { willEarn: 40, active: 40 });
});

t.test('money of another currency is as invalid in a quote as in a redemption', async (t) => {
  const till = await TillNode.start(t, brandOf([TEN_OFF]));
  const basket = till.basket('ann', 't1', MUG, { currency: 'EUR' });
  const redeemed = await till.step('redeem', basket);
  t.match(redeemed.json, { status: 422, code: 'basket_invalid', errors: [{ pointer: '/currency' }] });
  const { requestId: _, ...quoted } = (await till.step('quote', basket)).json;
  t.match(quoted, { status: 422, code: 'basket_invalid', errors: redeemed.json.errors });
});

t.test('a quote changes nothing and appends nothing: nobody is known by it, and no event is', async (t) => {
  const till = await TillNode.start(t, brandOf([TEN_OFF]));
  t.equal((await till.step('quote', till.basket('new', 't1', MUG))).status, 200);
  t.match((await till.ask('/v1/customers/new')).json, { status: 404, code: 'customer_not_found' });
  await till.gift('ann');
  const before = await till.profile('ann');
  const events = (await till.ask('/v1/customers/ann/events')).text;
  t.equal((await till.step('quote', till.basket('ann', 't1', MUG, { codes: ['X'], select: 'best' }))).status, 200);
  t.same(await till.profile('ann'), before);
  t.equal((await till.ask('/v1/customers/ann/events')).text, events);
});
