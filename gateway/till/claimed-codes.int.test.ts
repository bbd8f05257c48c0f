/** Promo codes of a sale that was nobody's until it was claimed: what they give beside the discount, once, and back again. */
import t, { type Test } from 'tap';
import { brandOf, line, TillNode } from './till-node.js';

const OFFERS = [
  { id: 'by-code', discount: { kind: 'amountOffCheck', amount: 1_000 } },
  { id: 'next-time', discount: { kind: 'amountOffCheck', amount: 500 }, minimumSpend: 9_000 },
];
const promotion = (id: string, event: string, outcomes: object[], more: object = {}) => {
  return { id, kind: 'promotion', behavior: { all: [{ event }] }, outcomes, ...more };
};
const CAMPAIGNS = [
  promotion('earn', 'purchase', [{ points: { account: 'stars', rate: { points: 1, per: 100, of: 'amount' } } }], {
    base: true,
  }),
  promotion('counted', 'promo_code.claimed', [{ tag: { add: 'took-a-code' } }]),
];
const GIVES = [
  { offer: 'by-code' },
  { offer: 'next-time' },
  { points: { account: 'stars', fixed: 90 } },
  { tag: { add: 'welcomed' } },
];
const PROMO_CODES = [{ id: 'welcome', kind: 'multiUse', code: 'WELCOME', perCustomer: 1, outcomes: GIVES }];

interface Profile {
  readonly tags: readonly { readonly tag: string }[];
  readonly points: { readonly stars: { readonly active: number } };
  readonly offers: readonly { readonly offerId: string }[];
}

async function started(t: Test): Promise<TillNode> {
  return TillNode.start(t, brandOf(OFFERS, { campaigns: CAMPAIGNS, promoCodes: PROMO_CODES }));
}

async function sold(till: TillNode, transactionId: string): Promise<void> {
  const codes = { codes: ['welcome'] };
  const { customerId: _, ...basket } = till.basket('x', transactionId, [line('mug', 1, 4_000)], codes) as {
    customerId: string;
  };
  t.match((await till.step('redeem', basket)).json, { state: 'redeemed' });
}

async function shown(till: TillNode, customer: string) {
  const { tags, points, offers } = (await till.profile(customer)) as unknown as Profile;
  return { tags: tags.map(({ tag }) => tag).sort(), stars: points.stars.active, offers: offers.map((o) => o.offerId) };
}

t.test('whoever claims it gets what the code gives beside, and campaigns count the code', async (t) => {
  const till = await started(t);
  await sold(till, 'a1');
  const claimed = await till.event('eve', 'c1', { transactionId: 'a1' }, 'purchase.claimed');
  t.same(
    (claimed.json.outcomes as { type: string }[]).map(({ type }) => type).sort(),
    [
      ...['behavior.completed', 'offer.issued', 'points.earned', 'points.earned'],
      ...['promo_code.claimed', 'tag.added', 'tag.added', 'tier.changed'],
    ].sort(),
  );
  const after = { tags: ['took-a-code', 'welcomed'], stars: 30 + 90, offers: ['next-time'] };
  t.same(await shown(till, 'eve'), after);
  await till.restart();
  t.same(await shown(till, 'eve'), after);
  t.equal((await till.step('void', { transactionId: 'a1' })).status, 200);
  t.match(await shown(till, 'eve'), { tags: [], stars: 0, offers: [] }, 'a void takes all of it back');
});

t.test('a customer who has claimed the code as often as one may gets the sale, and nothing beside', async (t) => {
  const till = await started(t);
  await till.event('eve', 'own', { code: 'welcome' }, 'promo_code.claimed');
  const before = await shown(till, 'eve');
  await sold(till, 'a1');
  await till.event('eve', 'c1', { transactionId: 'a1' }, 'purchase.claimed');
  t.same(await shown(till, 'eve'), { ...before, stars: before.stars + 30 });
});
