/**
 * Sales as others have got them wrong: shares spread anew after a return, cents lost to rounding, remainders moved by
 * lines that cost nothing, points taken twice or earned by what was free, points given back to a balance that was being
 * spent. (PROGRAM: Offers, Points.)
 */
import t from 'tap';
import { accountOf } from '../customer/account-state.js';
import { EARN } from '../customer/scenario.js';
import { Brand } from './reference/brand.arbitrary.js';
import type { Line } from './reference/check.js';
import type { Offer } from './reference/offer.js';

const line = (lineId: string, quantity: number, unitPrice: number): Line => ({
  lineId,
  sku: lineId,
  categories: [lineId.slice(0, 1)],
  quantity,
  unitPrice,
});
const basket = (...lines: Line[]) => ({ lines, discounts: [] });
const off = (amount: number, more: object = {}): Offer => ({
  id: 'off',
  discount: { kind: 'amountOffCheck', amount },
  ...more,
});
const FREE: Offer = {
  id: 'free',
  discount: { kind: 'percentOffItem', percent: 100, choose: 'cheapest', lines: { field: 'categories', has: 'L' } },
};

interface Totals {
  readonly gross: number;
  readonly discount: number;
  readonly net: number;
  readonly refund: number;
}

class Sold {
  readonly brand: Brand;
  #returns = 0;

  constructor(
    offers: readonly Offer[],
    lines: readonly Line[],
    more: object = {},
    campaigns: readonly object[] = [EARN],
  ) {
    this.brand = new Brand(offers, campaigns, more);
    for (const { id } of offers) this.brand.gift(id);
    this.brand.redeem(basket(...lines), 's');
  }

  /** Undefined where it is refused. */
  back(lineId: string, quantity = 1, returnId = `r${++this.#returns}`): Totals | undefined {
    const answer = this.brand.step('return', { transactionId: 's', returnId, lines: [{ lineId, quantity }] });
    return answer?.totals as Totals | undefined;
  }

  get stars() {
    return accountOf(this.brand.scenario.state!, 'stars')!;
  }
}

t.test('a return does not spread the discount anew over what remains', (t) => {
  const sold = new Sold([off(10)], [line('A', 1, 100), line('B', 1, 100), line('C', 1, 100)]);
  t.match(sold.back('A'), { gross: 200, discount: 6, net: 194, refund: 96 });
  t.match(sold.back('B'), { gross: 100, discount: 3, net: 97, refund: 97 });
  t.match(sold.back('C'), { gross: 0, discount: 0, net: 0, refund: 97 });
  t.end();
});

t.test('in whichever order the lines come back, each brings its own share and all bring what was paid', (t) => {
  for (const order of ['ABC', 'ACB', 'BAC', 'BCA', 'CAB', 'CBA']) {
    const sold = new Sold([off(100)], [line('A', 1, 333), line('B', 1, 333), line('C', 1, 333)]);
    const refunds = Object.fromEntries([...order].map((lineId) => [lineId, sold.back(lineId)!.refund]));
    t.same(refunds, { A: 299, B: 300, C: 300 }, order);
  }
  t.end();
});

t.test('no cent is lost to rounding over three lines', (t) => {
  const offer: Offer = { id: 'third', discount: { kind: 'percentOffCheck', percent: 33.3333 } };
  const sold = new Sold([offer], [line('A', 1, 999), line('B', 1, 999), line('C', 1, 999)]);
  const refunds = ['A', 'B', 'C'].map((lineId) => sold.back(lineId)!.refund);
  t.same(refunds, [666, 666, 666]);
  t.equal(999 * 3 - refunds.reduce((sum, refund) => sum + refund, 0), 999, 'a third of 2997, rounded once');
  t.end();
});

t.test('a line that costs nothing gets no share, moves no remainder and brings nothing back', (t) => {
  const priced = [line('A', 1, 5), line('B', 1, 5), line('C', 1, 5)];
  for (const at of [0, 1, 3]) {
    const lines = [...priced.slice(0, at), line('Z', 1, 0), ...priced.slice(at)];
    const sold = new Sold([off(10)], lines);
    t.equal(sold.back('Z')!.refund, 0);
    t.same(
      ['A', 'B', 'C'].map((lineId) => sold.back(lineId)!.refund),
      [1, 2, 2],
    );
  }
  t.end();
});

t.test('a refund takes its points once, however often and by whatever way it is asked for', (t) => {
  const sold = new Sold([], [line('A', 2, 1000)]);
  t.equal(sold.stars.active, 20);
  t.equal(sold.back('A', 1, 'r')!.refund, 1000);
  t.match(sold.stars, { active: 10, reversed: 10 });
  t.equal(sold.back('A', 1, 'r'), undefined, 'the same return under an event of another id');
  const lines = [{ lineId: 'A', quantity: 2 }];
  sold.brand.report('return', { transactionId: 'other', originalTransactionId: 's', lines });
  t.match(sold.stars, { active: 10, reversed: 10 }, 'more than is left is refused');
  const voided = sold.brand.step('void', { transactionId: 's' })!;
  t.equal((voided.totals as unknown as Totals).refund, 1000, 'a void gives back what is left');
  t.match(sold.stars, { active: 0, debt: 0 });
  t.equal(sold.back('A'), undefined);
  sold.brand.report('return', {
    transactionId: 'late',
    originalTransactionId: 's',
    lines: [{ lineId: 'A', quantity: 1 }],
  });
  t.match(sold.stars, { active: 0, debt: 0 }, 'what was voided does not come back again');
  t.end();
});

t.test('what an offer made free earns no points, and takes none when it comes back', (t) => {
  const byLine = {
    id: 'lattes',
    kind: 'promotion',
    behavior: { all: [{ event: 'purchase' }] },
    outcomes: [
      {
        points: {
          account: 'units',
          rate: { points: 1, per: 10, of: { lines: { field: 'categories', has: 'L' }, of: 'amount' } },
        },
      },
    ],
  };
  const sold = new Sold([FREE], [line('L', 1, 500), line('M', 1, 300)], {}, [EARN, byLine]);
  t.equal(sold.stars.earned, 3, 'of what was paid');
  t.equal(accountOf(sold.brand.scenario.state!, 'units'), undefined, 'of the free line nothing');
  t.equal(sold.back('L')!.refund, 0);
  t.match(sold.stars, { active: 3, reversed: 0 });
  t.equal(sold.back('M')!.refund, 300);
  t.match(sold.stars, { active: 0, reversed: 3 });
  t.end();
});

const REWARDS = { rewards: [{ id: 'mug', price: { account: 'stars', points: 10 } }] };

t.test(
  'points that a sale earned and that were spent meanwhile leave a debt at its return, never a balance from nothing',
  (t) => {
    const sold = new Sold([], [line('A', 1, 1000)], REWARDS);
    sold.brand.report('reward.purchased', { rewardId: 'mug' });
    t.match(sold.stars, { active: 0, spent: 10 });
    sold.back('A');
    t.match(sold.stars, { active: 0, debt: 10, spent: 10, earned: 10, reversed: 10 });
    sold.brand.report('purchase', { total: 1500 });
    t.match(sold.stars, { active: 5, debt: 0 }, 'paid by what comes next');
    t.end();
  },
);

t.test('a refunded reward gives points back to the lots they came from, not to the balance of now', (t) => {
  const sold = new Sold([], [line('A', 1, 1000)], REWARDS);
  const [bought] = sold.brand
    .report('reward.purchased', { rewardId: 'mug' })
    .filter(({ type }) => type === 'reward.purchased');
  sold.brand.report('purchase', { total: 700 });
  sold.back('A');
  t.match(sold.stars, { active: 0, debt: 3, spent: 10 }, 'the return takes what there is');
  sold.brand.report('reward.refunded', { purchaseId: bought!.id });
  t.match(sold.stars, { active: 7, debt: 0, spent: 0, earned: 17, reversed: 10 }, 'as if neither had been');
  t.end();
});
