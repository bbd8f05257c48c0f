/** Sales that reach the node when they are too late for any campaign: recorded and answered all the same. */
import t from 'tap';
import { brandOf, line, NOW, TillNode } from './till-node.js';

const TEN_OFF = { id: 'ten-off', discount: { kind: 'amountOffCheck', amount: 1_000 } };
const DAY = 86_400_000;
const MUG = [line('mug', 1, 4_000)];

t.test('a sale older than lateness stands, counts in totals and earns nothing; its repeat is the same', async (t) => {
  const till = await TillNode.start(t, brandOf([TEN_OFF]));
  await till.gift('ann');
  const { 'ten-off': issueId } = await till.issues('ann');
  const time = new Date(NOW - 40 * DAY).toISOString();
  for (const [transactionId, more] of [
    ['anew', {}],
    ['stated', { offline: true, applied: [{ issueId, units: [{ lineId: 'mug', unit: 1, amount: 1_000 }] }] }],
  ] as const) {
    const before = (await till.profile('ann')) as { totals: { net: number } };
    const basket = till.basket('ann', transactionId, MUG, { time, ...more });
    const sold = await till.step('redeem', basket);
    t.equal(sold.status, 200, sold.text);
    t.match(sold.json, { state: 'redeemed', points: { stars: { willEarn: 0 } } });
    const told = (sold.json.outcomes as { type: string; data: unknown }[]).find(({ type }) => type === 'event.ignored');
    t.match(told, { data: { reason: 'too_late' } });
    t.equal((await till.step('redeem', basket)).text, sold.text, 'a repeat');
    const { net } = (sold.json as { totals: { net: number } }).totals;
    t.match(await till.profile('ann'), { totals: { net: before.totals.net + net }, points: { stars: { earned: 0 } } });
  }
  const voided = await till.step('void', { customerId: 'ann', transactionId: 'anew' });
  t.match(voided.json, { state: 'voided', totals: { refund: 3_000 } });
});
