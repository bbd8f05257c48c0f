/** Every issue a customer was given, with where it stands: in the profile while it can be used, at `/offers` for good. */
import t from 'tap';
import { brandOf, line, type Shown, TillNode } from './till-node.js';

const off = (id: string, more: object) => ({ id, discount: { kind: 'amountOffCheck', amount: 100 }, ...more });
const OFFERS = [off('once', {}), off('twice', { uses: 2 }), off('short', { validity: { for: 'P1D' } })];
const DAY = 86_400_000;
const PATH = '/v1/customers/ann/offers';
const LATTE = [line('latte', 1, 900)];
const states = ({ items }: Shown) => (items as Shown[]).map(({ offerId, state }) => `${offerId} ${state}`);

t.test('active, locked, used, expired and voided; newest first, over a restart, a merge and pages', async (t) => {
  const till = await TillNode.start(t, brandOf(OFFERS));
  const list = async (query = '') => (await till.ask(PATH + query)).json;
  const gift = { sku: 'GIFT' };
  await till.step('redeem', till.basket('ann', 'g1', [line('g', 1, 0, gift)]));
  const { once, twice } = await till.issues('ann');
  t.same(states(await list()), ['short active', 'twice active', 'once active']);
  await till.step('lock', till.basket('ann', 't1', LATTE, { offers: [once] }));
  t.same(states(await list()), ['short active', 'twice active', 'once locked']);
  await till.step('redeem', { customerId: 'ann', transactionId: 't1' });
  await till.step('redeem', till.basket('ann', 't2', LATTE, { offers: [twice] }));
  t.same(states(await list()), ['short active', 'twice active', 'once used']);
  t.match((await list()).items, [
    { usesLeft: 1, expiresAt: '2026-11-25T12:00:00Z' },
    { id: twice, usesLeft: 1, startsAt: null, expiresAt: null },
    { id: once, usesLeft: 0 },
  ]);
  t.match(await till.profile('ann'), { offers: ((await list()).items as Shown[]).slice(0, 2).reverse() });
  await till.step('void', { customerId: 'ann', transactionId: 't1' });
  t.same(states(await list()), ['short active', 'twice active', 'once active'], 'a void gives the use back');

  till.now += 2 * DAY;
  t.same(states(await list()), ['short expired', 'twice active', 'once active']);
  await till.step('redeem', till.basket('ann', 'g2', [line('g', 1, 0, gift)], { offers: [] }));
  await till.step('void', { customerId: 'ann', transactionId: 'g2' });
  const all = ['short voided', 'twice voided', 'once voided', 'short expired', 'twice active', 'once active'];
  t.same(states(await list()), all);
  await till.restart();
  const first = await list('?limit=2');
  t.same(states(first), all.slice(0, 2));
  await till.event('ann', 'p', { transactionId: 'p', lines: [line('g', 1, 0, gift)] });
  const then = await list(`?limit=3&cursor=${first.nextCursor}`);
  t.same(states(then), all.slice(2, 5), 'what came meanwhile moves no page');
  const last = await list(`?limit=3&cursor=${then.nextCursor}`);
  t.same([states(last), last.nextCursor], [all.slice(5), null]);

  await till.event('bob', 'm', { from: 'ann' }, 'customer.merged');
  t.same((await till.ask('/v1/customers/bob/offers')).json, await list(), 'they moved with a merge');
  t.match(states(await list()), ['short active', 'twice active', 'once active', ...all]);
  t.match((await till.ask('/v1/customers/nobody/offers')).json, { code: 'customer_not_found' });
  t.match(await list('?cursor=7'), { code: 'cursor_invalid' });
});
