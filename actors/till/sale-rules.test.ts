/**
 * What a sale with offers comes to when it is returned in part, whole, or void (PROGRAM: Offers, "A return", "reprice",
 * "Void"). It is long because it is tables.
 */
import t from 'tap';
import { arriving, event } from '../customer/scenario.js';
import type { Json } from '../event.js';
import { Brand } from './reference/brand.arbitrary.js';
import type { Offer } from './reference/offer.js';

type Line = readonly [lineId: string, quantity: number, unitPrice: number];
type Back = readonly [lineId: string, units?: readonly number[]];

function basketOf(lines: readonly Line[]) {
  return {
    lines: lines.map(([lineId, quantity, unitPrice]) => ({
      lineId,
      sku: lineId,
      categories: [lineId],
      quantity,
      unitPrice,
    })),
    discounts: [],
  } as unknown as Parameters<Brand['redeem']>[0];
}

/** A sale with one issue of the offer; what each return of one unit refunds. */
function refunds(offer: Offer, lines: readonly Line[], returns: readonly Back[]): number[] {
  const brand = new Brand([offer], []);
  brand.gift(offer.id);
  brand.redeem(basketOf(lines), 's');
  return returns.map(([lineId, units], n) => {
    const wanted = [{ lineId, quantity: units?.length ?? 1, ...(units === undefined ? {} : { units }) }];
    const answer = brand.step('return', { transactionId: 's', returnId: `r${n}`, lines: wanted })!;
    return (answer.totals as { refund: number }).refund;
  });
}
const usesLeft = (brand: Brand) =>
  (brand.scenario.profile().offers as { usesLeft: number }[]).map((issue) => issue.usesLeft);

const CHECK = (amount: number, more: Partial<Offer> = {}): Offer => ({
  id: 'o',
  discount: { kind: 'amountOffCheck', amount },
  ...more,
});
const BOGO = (more: Partial<Offer> = {}): Offer => ({
  id: 'o',
  discount: { kind: 'buyXGetY', buy: { quantity: 1 }, get: { quantity: 1, percentOff: 100 } },
  ...more,
});

const REFUNDS: readonly (readonly [
  says: string,
  offer: Offer,
  lines: readonly Line[],
  returns: readonly Back[],
  refunds: number[],
])[] = [
  [
    'the refund of a unit is its price less its shares',
    CHECK(100),
    [['a', 3, 100]],
    [['a'], ['a'], ['a']],
    [66, 67, 67],
  ],
  [
    'a named unit is refunded as that unit',
    CHECK(100),
    [['a', 3, 100]],
    [
      ['a', [2]],
      ['a', [1]],
      ['a', [3]],
    ],
    [67, 66, 67],
  ],
  [
    'keep: shares on kept units stay, whatever minimumSpend says',
    CHECK(200, { minimumSpend: 1000 }),
    [
      ['a', 1, 600],
      ['b', 1, 600],
    ],
    [['a'], ['b']],
    [500, 500],
  ],
  [
    'reprice: minimumSpend is judged on the units kept, and what no longer holds comes off the refund',
    CHECK(200, { minimumSpend: 1000, onReturn: 'reprice' }),
    [
      ['a', 1, 600],
      ['b', 1, 600],
    ],
    [['a'], ['b']],
    [400, 600],
  ],
  [
    'reprice: an offer that still holds on the units kept is not judged again',
    CHECK(200, { minimumSpend: 600, onReturn: 'reprice' }),
    [
      ['a', 1, 600],
      ['b', 1, 600],
    ],
    [['a'], ['b']],
    [500, 500],
  ],
  [
    'keep: an application stays when its required unit comes back',
    BOGO(),
    [['a', 2, 450]],
    [
      ['a', [2]],
      ['a', [1]],
    ],
    [450, 0],
  ],
  [
    'reprice: an application ends when its required unit comes back',
    BOGO({ onReturn: 'reprice' }),
    [['a', 2, 450]],
    [
      ['a', [2]],
      ['a', [1]],
    ],
    [0, 450],
  ],
  [
    'reprice: of several applications only the one whose required unit came back ends',
    BOGO({ onReturn: 'reprice' }),
    [['a', 4, 100]],
    [
      ['a', [3]],
      ['a', [1]],
      ['a', [4]],
      ['a', [2]],
    ],
    [0, 100, 0, 100],
  ],
  [
    'reprice: what the refund cannot bear stays in place and is judged again at the next return',
    CHECK(550, { minimumSpend: 1050, onReturn: 'reprice' }),
    [
      ['a', 1, 100],
      ['b', 2, 500],
    ],
    [['a'], ['b'], ['b']],
    [0, 50, 500],
  ],
];

for (const [says, offer, lines, returns, wanted] of REFUNDS) {
  t.test(says, (t) => {
    t.same(refunds(offer, lines, returns), wanted);
    t.end();
  });
}

t.test('a return is judged once, with all its lines', (t) => {
  const both = (offer: Offer, lines: readonly Line[]) => {
    const brand = new Brand([offer], []);
    brand.gift(offer.id);
    brand.redeem(basketOf(lines), 's');
    const wanted = lines.map(([lineId, quantity]) => ({ lineId, quantity }));
    return (brand.step('return', { transactionId: 's', returnId: 'r', lines: wanted })!.totals as { refund: number })
      .refund;
  };
  t.equal(both(BOGO({ onReturn: 'reprice' }), [['a', 2, 450]]), 450);
  const two: readonly Line[] = [
    ['a', 1, 600],
    ['b', 1, 600],
  ];
  t.equal(both(CHECK(200, { minimumSpend: 1000, onReturn: 'reprice' }), two), 1000);
  t.end();
});

t.test(
  'reprice: shares are taken back in the order the offers were applied, then line, then unit, the last in part',
  (t) => {
    const offers: Offer[] = [
      {
        id: 'first',
        minimumSpend: 1100,
        onReturn: 'reprice',
        discount: { kind: 'amountOffItem', amount: 30, lines: { field: 'categories', has: 'b' } },
      },
      { id: 'then', minimumSpend: 1100, onReturn: 'reprice', discount: { kind: 'amountOffCheck', amount: 214 } },
    ] as unknown as Offer[];
    const brand = new Brand(offers, []);
    for (const { id } of offers) brand.gift(id);
    brand.redeem(
      basketOf([
        ['a', 1, 160],
        ['b', 2, 500],
      ]),
      's',
    );
    const back = (id: string, lineId: string, units: number[]) =>
      (
        brand.step('return', { transactionId: 's', returnId: id, lines: [{ lineId, quantity: 1, units }] })!.totals as {
          refund: number;
        }
      ).refund;
    // Shares: of `first` 30 on each b; of `then` 31 on a (of 160), 92 and 91 on b (of 470 each).
    t.equal(back('r1', 'a', [1]), 0, '129 are due: 30, 30, and 69 of the 92 on the first b');
    t.equal(back('r2', 'b', [1]), 386, 'paid for it by now: 500 − 23, less the 91 still in place on the other');
    t.equal(back('r3', 'b', [2]), 500);
    t.end();
  },
);

t.test('what is reversed of a rate never shrinks', (t) => {
  const ofB = {
    id: 'of-b',
    kind: 'promotion',
    behavior: { all: [{ event: 'purchase' }] },
    outcomes: [
      {
        points: {
          account: 'stars',
          rate: { points: 1, per: 100, of: { lines: { field: 'categories', has: 'b' }, of: 'amount' } },
        },
      },
    ],
  };
  const brand = new Brand([CHECK(300, { minimumSpend: 700, onReturn: 'reprice' })], [ofB]);
  brand.gift('o');
  brand.redeem(
    basketOf([
      ['a', 1, 200],
      ['b', 2, 500],
    ]),
    's',
  );
  const reversed = (id: string, lineId: string) => {
    brand.step('return', { transactionId: 's', returnId: id, lines: [{ lineId, quantity: 1 }] });
    return (brand.scenario.profile().points as { stars: { reversed: number } }).stars.reversed;
  };
  t.equal(reversed('r1', 'b'), 3, 'floor(7 × 375 ÷ 750)');
  t.equal(reversed('r2', 'a'), 3, 'what is paid for the other b has risen to 500: 2 would be due now');
  t.equal(reversed('r3', 'b'), 7, 'everything is back');
  t.end();
});

t.test('what has been spent since a sale follows negative at its void', (t) => {
  for (const [negative, wanted] of [
    ['allow', { active: 0, debt: 30 }],
    ['clamp', { active: 0, debt: 0 }],
  ] as const) {
    const gives = {
      id: 'gives',
      kind: 'promotion',
      behavior: { all: [{ event: 'purchase' }] },
      outcomes: [{ points: { account: 'stars', fixed: 50 } }],
    };
    const brand = new Brand([], [gives], {
      points: { accounts: [{ id: 'stars', negative }, { id: 'units' }] },
      rewards: [{ id: 'mug', price: { account: 'stars', points: 30 } }],
    });
    brand.redeem(basketOf([['a', 1, 500]]), 's');
    brand.report('reward.purchased', { rewardId: 'mug' });
    brand.step('void', { transactionId: 's' });
    t.match(brand.scenario.profile(), { points: { stars: { spent: 30, ...wanted } } }, negative);
  }
  t.end();
});

t.test('a return never gives a use back, and a void does', (t) => {
  const brand = new Brand([BOGO({ uses: 2 })], []);
  brand.gift('o');
  brand.redeem(basketOf([['a', 4, 100]]), 's');
  t.same(usesLeft(brand), [1], 'one use burns, however many applications');
  brand.step('return', { transactionId: 's', returnId: 'r', lines: [{ lineId: 'a', quantity: 4 }] });
  t.same(usesLeft(brand), [1]);
  brand.redeem(basketOf([['a', 2, 100]]), 's2');
  t.same(usesLeft(brand), []);
  brand.step('void', { transactionId: 's2' });
  t.same(usesLeft(brand), [1]);
  t.end();
});

t.test('conditions at the till see a purchase of the pos, excluded lines too, net of the shop’s discounts', (t) => {
  const where = (field: string, value: Json) => ({ field, eq: value }) as unknown as NonNullable<Offer['where']>;
  const basket = {
    lines: [
      { lineId: 'a', sku: 'a', categories: ['a'], quantity: 2, unitPrice: 500 },
      { lineId: 'x', sku: 'x', categories: ['x'], quantity: 1, unitPrice: 100, excluded: true },
    ],
    discounts: [{ lineId: 'a', amount: 100 }, { amount: 10 }],
  } as unknown as Parameters<Brand['redeem']>[0];
  const inLines = (condition: object) => ({ lines: { where: condition } }) as unknown as NonNullable<Offer['where']>;
  for (const [says, condition, holds] of [
    ['type', where('type', 'purchase'), true],
    ['source', where('source', 'pos'), true],
    ['channel', where('channel', 'pos'), true],
    ['amount, net of the shop’s discounts', where('amount', 990), true],
    ['amount, before offers', where('amount', 890), false],
    ['quantity, excluded units too', where('quantity', 3), true],
    ['an excluded line', inLines({ field: 'sku', eq: 'x' }), true],
    ['a line’s amount, net', inLines({ field: 'amount', eq: 891 }), true],
  ] as const) {
    const brand = new Brand([CHECK(100, { where: condition })], []);
    brand.gift('o');
    t.equal((brand.quote(basket, 'q').applied as unknown[]).length, holds ? 1 : 0, says);
  }
  t.end();
});

t.test('a void is never too late', (t) => {
  const brand = new Brand([CHECK(100)], [], { lateness: 'P1D' });
  brand.gift('o');
  brand.redeem(basketOf([['a', 1, 500]]), 's');
  const time = new Date(brand.at()).toISOString();
  const late = arriving(event('pos.void', 'v', time, { transactionId: 's' }), '2027-03-01T00:00:00Z');
  const outcomes = brand.scenario.report({ ...late, event: { ...late.event, source: 'pos' } });
  t.notOk(outcomes.some(({ type }) => type === 'event.ignored'));
  t.match(brand.scenario.state, { totals: { purchases: 0, net: 0 } });
  t.end();
});

t.test('fixed points and offers of a sale go by its void, whatever onReturn says, and one used stays, named', (t) => {
  const gives = {
    id: 'gives',
    kind: 'promotion',
    behavior: { all: [{ event: 'purchase' }] },
    outcomes: [{ points: { account: 'stars', fixed: 50 } }, { offer: 'treat' }, { offer: 'o' }],
    onReturn: 'keep',
    limits: { perCustomer: 1 },
  };
  const brand = new Brand([CHECK(100, { validity: { for: 'P9D' } })], [gives]);
  brand.redeem(basketOf([['a', 1, 500]]), 's');
  const [treat] = brand.scenario.state!.offers.filter(({ offerId }) => offerId === 'treat');
  brand.report('offer.redeemed', { issueId: treat!.id });
  const answer = brand.step('void', { transactionId: 's' })!;
  t.same(answer.notTaken, [{ issueId: treat!.id, offerId: 'treat' }]);
  t.match(brand.scenario.profile(), {
    points: { stars: { active: 0, earned: 0 } },
    offers: [],
    totals: { purchases: 0 },
    behaviors: { gives: { completions: 0 } },
  });
  brand.redeem(basketOf([['a', 1, 500]]), 's2');
  t.match(brand.scenario.profile(), { points: { stars: { active: 50 } } }, 'its place in the limit is free');
  t.end();
});
