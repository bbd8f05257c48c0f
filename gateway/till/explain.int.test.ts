/** A sale of the till, explained: judged again as it was, whichever way it was made. */
import t, { type Test } from 'tap';
import { brandOf, line, type Shown, TillNode } from './till-node.js';

const OFFERS = ['ten-off', 'by-code'].map((id) => ({ id, discount: { kind: 'amountOffCheck', amount: 1_000 } }));
const EARN = { account: 'stars', rate: { points: 1, per: 100, of: 'amount' } };
const promotion = (id: string, more: object) => ({ id, kind: 'promotion', ...more });
const CAMPAIGNS = [
  promotion('earn', { base: true, behavior: { all: [{ event: 'purchase' }] }, outcomes: [{ points: EARN }] }),
  promotion('holders', {
    target: { where: { field: 'customer.offers', has: 'ten-off' } },
    behavior: { all: [{ event: 'purchase', where: { field: 'amount', gt: 0 } }] },
    outcomes: [{ points: { account: 'stars', fixed: 500 } }],
  }),
  promotion('burned', {
    behavior: { all: [{ event: 'offer.redeemed' }] },
    outcomes: [{ points: { account: 'stars', fixed: 7 } }],
  }),
  promotion('gift', {
    behavior: { all: [{ event: 'purchase', where: { field: 'amount', eq: 0 } }] },
    outcomes: [{ offer: 'ten-off' }],
  }),
];
const CODE = [{ offer: 'by-code' }, { points: { account: 'stars', fixed: 90 } }];
const PROMO_CODES = [{ id: 'welcome', kind: 'multiUse', code: 'WELCOME', outcomes: CODE }];
const MUG = [line('mug', 1, 4_000)];
type Told = { id: string; type: string }[];

async function started(t: Test): Promise<TillNode> {
  const till = await TillNode.start(t, brandOf(OFFERS, { campaigns: CAMPAIGNS, promoCodes: PROMO_CODES }));
  await till.gift('ann');
  return till;
}

t.test('campaigns see the offers held before the sale burns them; the quote and the lock say so', async (t) => {
  const till = await started(t);
  const basket = till.basket('ann', 't1', MUG);
  const willEarn = 30 + 500 + 7;
  t.match((await till.step('quote', basket)).json, { points: { stars: { willEarn } } });
  t.match((await till.step('lock', basket)).json, { points: { stars: { willEarn } } });
  const { outcomes } = (await till.step('redeem', basket)).json as { outcomes: { data: { points?: number } }[] };
  t.same(
    outcomes.flatMap(({ data }) => data.points ?? []),
    [30, 500, 7],
  );
});

t.test('explain tells the outcomes that the sale had, by their ids', async (t) => {
  for (const way of ['anew', 'locked', 'code', 'offline'] as const) {
    const till = await started(t);
    const { 'ten-off': issueId } = await till.issues('ann');
    const applied = [{ issueId, units: [{ lineId: 'mug', unit: 1, amount: 1_000 }] }];
    const more = way === 'code' ? { codes: ['welcome'] } : way === 'offline' ? { offline: true, applied } : {};
    const basket = till.basket('ann', 't1', MUG, more);
    if (way === 'locked') await till.step('lock', basket);
    const sold = await till.step('redeem', way === 'locked' ? { customerId: 'ann', transactionId: 't1' } : basket);
    t.equal(sold.status, 200, sold.text);
    const explained = (await till.ask('/v1/customers/ann/explain/t1?level=full')).json;
    t.match(explained, { result: 'applied', campaigns: [{ id: 'earn', completed: true }, {}, {}, {}] });
    t.same(idsOf(explained), (sold.json.outcomes as Told).map(({ id, type }) => `${id} ${type}`).sort(), way);
  }
});

t.test('a sale that was claimed is explained as the claim it was', async (t) => {
  const till = await started(t);
  const { customerId: _, ...basket } = till.basket('x', 'a1', MUG, { codes: ['welcome'] }) as { customerId: string };
  await till.step('redeem', basket);
  const claimed = await till.event('eve', 'c1', { transactionId: 'a1' }, 'purchase.claimed');
  t.match(claimed.json, {
    outcomes: [
      { type: 'promo_code.claimed' },
      { type: 'points.earned', data: { points: 90 } },
      { type: 'points.earned', data: { points: 30 } },
    ],
  });
  const again = await till.event('bob', 'c2', { transactionId: 'a1' }, 'purchase.claimed');
  t.match(again.json, { reason: 'already_claimed' });
  await till.step('redeem', { ...basket, transactionId: 'a2' });
  await till.step('void', { transactionId: 'a2' });
  const gone = await till.event('bob', 'c3', { transactionId: 'a2' }, 'purchase.claimed');
  t.match(gone.json, { reason: 'already_returned' });
  const none = await till.event('bob', 'c4', { transactionId: 'a3' }, 'purchase.claimed');
  t.match(none.json, { reason: 'unknown_transaction' });
  for (const [who, id, { json }] of [
    ['eve', 'c1', claimed],
    ['bob', 'c2', again],
    ['bob', 'c3', gone],
    ['bob', 'c4', none],
  ] as const) {
    const explained = (await till.ask(`/v1/customers/${who}/explain/${id}`)).json;
    t.same(idsOf(explained), (json.outcomes as Told).map(({ id, type }) => `${id} ${type}`).sort());
    t.match(explained, who === 'eve' ? { result: 'applied' } : { result: 'refused', reason: json.reason });
  }
});

t.test('a sale too late for any campaign is explained as one', async (t) => {
  const till = await started(t);
  await till.step('redeem', till.basket('ann', 't1', MUG, { time: '2026-01-01T12:00:00Z' }));
  t.match((await till.ask('/v1/customers/ann/explain/t1')).json, {
    result: 'ignored',
    reason: 'too_late',
    campaigns: [{ id: 'earn', considered: false, reason: 'not_judged' }, {}, {}],
  });
});

function idsOf({ campaigns, outcomes }: Shown): string[] {
  const given = (campaigns as { outcomes: Told }[]).flatMap((campaign) => campaign.outcomes);
  return [...given, ...(outcomes as Told)].map(({ id, type }) => `${id} ${type}`).sort();
}
