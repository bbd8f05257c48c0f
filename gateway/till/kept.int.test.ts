/** A till that sends an Idempotency-Key: the same request has the same bytes, whatever came meanwhile. */
import t from 'tap';
import { brandOf, line, TillNode } from './till-node.js';

const TEN_OFF = { id: 'ten-off', discount: { kind: 'amountOffCheck', amount: 1_000 } };
const MUG = [line('mug', 1, 4_000)];

t.test('the same key and body give the same bytes, another body with it is refused', async (t) => {
  const till = await TillNode.start(t, brandOf([TEN_OFF]));
  await till.gift('ann');
  const basket = till.basket('ann', 't1', MUG);
  const key = (name: string) => ({ 'idempotency-key': name });
  const locked = await till.step('lock', basket, key('k1'));
  t.match(locked.json, { state: 'locked', totals: { net: 3_000 } });
  const early = await till.step('return', returned('t1', 'r0'), key('k2'));
  t.match(early.json, { code: 'transaction_conflict' });
  const redeemed = await till.step('redeem', { customerId: 'ann', transactionId: 't1' }, key('k3'));
  t.match(redeemed.json, { state: 'redeemed' });
  await till.restart();
  t.equal((await till.step('lock', basket, key('k1'))).text, locked.text, 'though it is redeemed by now');
  t.equal((await till.step('return', returned('t1', 'r0'), key('k2'))).text, early.text, 'a refusal too');
  t.equal((await till.step('redeem', { customerId: 'ann', transactionId: 't1' }, key('k3'))).text, redeemed.text);
  const other = await till.step('lock', till.basket('ann', 't2', MUG), key('k1'));
  t.match(other.json, { status: 422, code: 'idempotency_mismatch' });
  t.match(
    (await till.step('return', returned('t1', 'r0'))).json,
    { state: 'returned' },
    'without the key it is judged',
  );
});

t.test('a return named like its sale, or like a step of another, is in nobody’s way', async (t) => {
  const till = await TillNode.start(t, brandOf([TEN_OFF]));
  const sold = await till.step('redeem', till.basket('ann', 't1', MUG));
  const back = await till.step('return', returned('t1', 't1'));
  t.match(back.json, { state: 'returned', totals: { refund: 4_000 } });
  t.equal((await till.step('redeem', till.basket('ann', 't1', MUG))).text, sold.text);
  t.equal((await till.step('return', returned('t1', 't1'))).text, back.text);
  const other = await till.step('redeem', till.basket('ann', 't1/void', MUG));
  t.match((await till.step('void', { customerId: 'ann', transactionId: 't1' })).json, { state: 'voided' });
  t.equal((await till.step('redeem', till.basket('ann', 't1/void', MUG))).text, other.text);
});

t.test('a lock whose end has come is asked for anew, though nobody has told of its end yet', async (t) => {
  const till = await TillNode.start(t, brandOf([TEN_OFF]));
  await till.gift('ann');
  const basket = till.basket('ann', 't1', MUG, { ttlSeconds: 60 });
  t.match((await till.step('lock', basket)).json, { lockedUntil: '2026-11-24T12:01:00Z' });
  till.now += 60_000;
  t.match((await till.step('lock', basket)).json, { lockedUntil: '2026-11-24T12:01:00Z' }, 'good up to its end');
  till.now += 1_000;
  t.match((await till.step('lock', basket)).json, { lockedUntil: '2026-11-24T12:02:01Z' });
});

t.test('an anonymous sale, and its claim, are repeated after the claim', async (t) => {
  const till = await TillNode.start(t, brandOf([TEN_OFF]));
  const { customerId: _, ...basket } = till.basket('x', 'walk-in', MUG) as { customerId: string };
  await till.step('lock', basket);
  const sold = await till.step('redeem', { transactionId: 'walk-in' });
  const claim = () => till.event('ann', 'c1', { transactionId: 'walk-in' }, 'purchase.claimed');
  const claimed = (await claim()).json;
  t.match(claimed, { status: 'applied', outcomes: [{ type: 'points.earned' }] });
  for (const when of ['at once', 'after a restart']) {
    t.equal((await till.step('redeem', { transactionId: 'walk-in' })).text, sold.text, when);
    t.match((await claim()).json, { status: 'duplicate', outcomes: claimed.outcomes }, when);
    await till.restart();
  }
  t.match((await till.event('ann', 'c1', { transactionId: 'other' }, 'purchase.claimed')).json, {
    errors: [{ code: 'event_id_reused' }],
  });
});

function returned(transactionId: string, returnId: string): object {
  return { customerId: 'ann', transactionId, returnId, lines: [{ lineId: 'mug', quantity: 1 }] };
}
