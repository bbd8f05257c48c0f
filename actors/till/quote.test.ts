/**
 * What offers make of a basket: a row for every discount, flag and reason (PROGRAM: Offers; API: Point of sale). It is
 * long because it is one table.
 */
import t from 'tap';
import type { PurchaseData } from '../event.js';
import { limits } from '../limits.js';
import { basket, type LineSpec, NOW, of, priced, refused, shown } from './basket.js';

const LATTES: readonly LineSpec[] = [['L', 2, 450]];
const MIXED: readonly LineSpec[] = [
  ['L', 2, 450],
  ['M', 1, 300],
  ['B', 3, 100],
];
const off = (kind: string, more: object = {}, offer: object = {}) => ({
  id: kind,
  discount: { kind, ...more },
  ...offer,
});
const buyGet = (more: object, offer: object = {}) => ({
  id: 'bxgy',
  discount: { kind: 'buyXGetY', ...more },
  ...offer,
});
const FREE = { quantity: 1, percentOff: 100 };

interface Row {
  readonly says: string;
  readonly offers: readonly object[];
  readonly lines?: readonly LineSpec[];
  readonly discounts?: PurchaseData['discounts'];
  readonly applied: readonly string[];
  readonly not?: readonly string[];
}

const ROWS: readonly Row[] = [
  {
    says: 'an amount off the check is spread in proportion to what is still to pay, by largest remainder',
    offers: [off('amountOffCheck', { amount: 100 })],
    lines: [
      ['A', 1, 300],
      ['B', 1, 300],
      ['C', 1, 300],
    ],
    applied: ['amountOffCheck 100: A.1-34 B.1-33 C.1-33'],
  },
  {
    says: 'an amount off the check is never more than the check',
    offers: [off('amountOffCheck', { amount: 5000 })],
    lines: LATTES,
    applied: ['amountOffCheck 900: L.1-450 L.2-450'],
  },
  {
    says: 'zero-priced lines get no share and do not shift the remainder',
    offers: [off('amountOffCheck', { amount: 10 })],
    lines: [
      ['Z', 1, 0],
      ['A', 1, 5],
      ['B', 1, 5],
      ['C', 1, 5],
    ],
    applied: ['amountOffCheck 10: A.1-4 B.1-3 C.1-3'],
  },
  {
    says: 'a percentage is taken of the sum of all units it applies to, rounded half up once, then spread',
    offers: [off('percentOffCheck', { percent: 10 })],
    lines: [
      ['A', 1, 5],
      ['B', 1, 5],
      ['C', 1, 5],
    ],
    applied: ['percentOffCheck 2: A.1-1 B.1-1 C.1-0'],
  },
  {
    says: 'a percentage has four decimals and counts exactly',
    offers: [off('percentOffCheck', { percent: 33.3333 })],
    lines: [['A', 1, 1_000_000]],
    applied: ['percentOffCheck 333333: A.1-333333'],
  },
  {
    says: 'an amount off an item works unit by unit',
    offers: [off('amountOffItem', { amount: 150, lines: of('B') })],
    lines: MIXED,
    applied: ['amountOffItem 300: B.1-100 B.2-100 B.3-100'],
  },
  {
    says: 'a percentage off items is of all of them together',
    offers: [off('percentOffItem', { percent: 50, lines: of('L') })],
    lines: [['L', 3, 3]],
    applied: ['percentOffItem 5: L.1-2 L.2-2 L.3-1'],
  },
  {
    says: 'a set price never raises',
    offers: [off('setPrice', { price: 200 })],
    lines: MIXED,
    applied: ['setPrice 600: L.1-250 L.2-250 M.1-100 B.1-0 B.2-0 B.3-0'],
  },
  {
    says: 'cheapest is one unit by default, ties to the earlier line, then the lower unit',
    offers: [off('percentOffItem', { percent: 100, choose: 'cheapest' })],
    lines: MIXED,
    applied: ['percentOffItem 100: B.1-100'],
  },
  {
    says: 'dearest takes as many units as it says',
    offers: [off('amountOffItem', { amount: 50, choose: 'dearest', units: 3 })],
    lines: MIXED,
    applied: ['amountOffItem 150: L.1-50 L.2-50 M.1-50'],
  },
  {
    says: 'cheap and dear go by what is still to pay after the shop’s discounts',
    offers: [off('percentOffItem', { percent: 100, choose: 'cheapest' })],
    lines: [
      ['A', 1, 500],
      ['B', 1, 400],
    ],
    discounts: [{ lineId: 'A', amount: 200 }],
    applied: ['percentOffItem 300: A.1-300'],
  },
  {
    says: 'buy one get one: the cheapest is free, the dearest left is required',
    offers: [buyGet({ buy: { quantity: 1 }, get: FREE, maxApplications: 1 })],
    lines: MIXED,
    applied: ['bxgy 100: (L.1) B.1-100'],
  },
  {
    says: 'k is the most full applications that disjoint units allow',
    offers: [buyGet({ buy: { lines: of('L'), quantity: 1 }, get: { lines: of('L'), ...FREE } })],
    lines: [['L', 5, 450]],
    applied: ['bxgy 900: L.1-450 L.2-450 (L.3) (L.4)'],
  },
  {
    says: 'a get unit is passed over where taking it would leave too few buy units',
    offers: [buyGet({ buy: { lines: of('L'), quantity: 2 }, get: FREE, maxApplications: 1 })],
    lines: [
      ['L', 2, 100],
      ['M', 1, 300],
    ],
    applied: ['bxgy 300: (L.1) (L.2) M.1-300'],
  },
  {
    says: 'get may have a price of its own',
    offers: [buyGet({ buy: { lines: of('M'), quantity: 1 }, get: { lines: of('L'), quantity: 2, setPrice: 400 } })],
    lines: MIXED,
    applied: ['bxgy 100: L.1-50 L.2-50 (M.1)'],
  },
  {
    says: 'get may have an amount off each unit',
    offers: [
      buyGet({
        buy: { lines: of('B'), quantity: 1 },
        get: { lines: of('L'), quantity: 1, amountOff: 20 },
        choose: 'dearest',
      }),
    ],
    lines: MIXED,
    applied: ['bxgy 40: L.1-20 L.2-20 (B.1) (B.2)'],
  },
  {
    says: 'a cap clips the total and scales the shares by largest remainder',
    offers: [off('percentOffItem', { percent: 100, lines: of('B') }, { cap: 100 })],
    lines: MIXED,
    applied: ['percentOffItem 100: B.1-34 B.2-33 B.3-33'],
  },
  {
    says: 'a remainder goes to the earlier line, whichever unit was taken first',
    offers: [
      buyGet({ buy: { lines: of('C'), quantity: 2 }, get: { lines: of('A'), quantity: 2, percentOff: 50 } }),
      {
        ...off('amountOffItem', { amount: 5, lines: of('B'), choose: 'cheapest', units: 2 }, { cap: 5 }),
        id: 'capped',
      },
    ],
    lines: [
      ['A1', 1, 201],
      ['A2', 1, 5],
      ['C', 2, 300],
      ['B1', 1, 30],
      ['B2', 1, 20],
    ],
    applied: ['bxgy 103: A1.1-101 A2.1-2 (C.1) (C.2)', 'capped 5: B1.1-3 B2.1-2'],
  },
  {
    says: 'each offer takes of what those before it left, check offers after item offers',
    offers: [
      off('percentOffCheck', { percent: 50 }, { stacking: { priority: -5 } }),
      off('amountOffItem', { amount: 100, lines: of('L') }),
    ],
    lines: LATTES,
    applied: ['amountOffItem 200: L.1-100 L.2-100', 'percentOffCheck 350: L.1-175 L.2-175'],
  },
  {
    says: 'excluded lines are out of every offer',
    offers: [off('percentOffCheck', { percent: 10 })],
    lines: [
      ['A', 1, 1000, { excluded: true }],
      ['B', 1, 1000],
    ],
    applied: ['percentOffCheck 100: B.1-100'],
  },
  {
    says: 'the shop’s discounts go over excluded lines too, before any offer',
    offers: [off('percentOffCheck', { percent: 50 })],
    lines: [
      ['A', 1, 1000, { excluded: true }],
      ['B', 1, 1000],
    ],
    discounts: [{ amount: 200 }],
    applied: ['percentOffCheck 450: B.1-450'],
  },
  {
    says: 'a discounted unit is discounted again only by stackDiscounted',
    offers: [
      { ...off('amountOffItem', { amount: 10, lines: of('L') }), id: 'a' },
      { ...off('percentOffItem', { percent: 50, lines: of('L') }), id: 'b' },
    ],
    lines: LATTES,
    applied: ['a 20: L.1-10 L.2-10'],
    not: ['i1 unit_already_used 1/0/1'],
  },
  {
    says: 'with stackDiscounted it is',
    offers: [
      { ...off('amountOffItem', { amount: 10, lines: of('L') }), id: 'a' },
      { ...off('percentOffItem', { percent: 50, lines: of('L') }, { stacking: { stackDiscounted: true } }), id: 'b' },
    ],
    lines: LATTES,
    applied: ['a 20: L.1-10 L.2-10', 'b 440: L.1-220 L.2-220'],
  },
  {
    says: 'a unit required is required again only by reuseQualifying, and may be discounted',
    offers: [
      {
        ...buyGet({ buy: { lines: of('L'), quantity: 2 }, get: { lines: of('B'), ...FREE }, maxApplications: 1 }),
        id: 'a',
      },
      {
        ...buyGet({ buy: { lines: of('L'), quantity: 1 }, get: { lines: of('M'), ...FREE }, maxApplications: 1 }),
        id: 'b',
      },
      {
        ...buyGet(
          { buy: { lines: of('L'), quantity: 1 }, get: { lines: of('M'), ...FREE }, maxApplications: 1 },
          { stacking: { reuseQualifying: true } },
        ),
        id: 'c',
      },
      { ...off('amountOffItem', { amount: 5, lines: of('L') }), id: 'd' },
    ],
    lines: MIXED,
    applied: ['a 100: (L.1) (L.2) B.1-100', 'c 300: (L.1) M.1-300', 'd 10: L.1-5 L.2-5'],
    not: ['i1 unit_already_used 2/1/1'],
  },
  {
    says: 'minimumSpend looks at the subtotal before any discount, without excluded lines',
    offers: [off('amountOffCheck', { amount: 10 }, { minimumSpend: 1000 })],
    lines: [
      ['A', 1, 900],
      ['B', 1, 5000, { excluded: true }],
    ],
    applied: [],
    not: ['i0 minimum_spend 1000/900/100'],
  },
  {
    says: 'not enough matching units with something to pay even without other offers: items_missing',
    offers: [buyGet({ buy: { lines: of('L'), quantity: 3 }, get: { lines: of('M'), ...FREE } })],
    lines: MIXED,
    applied: [],
    not: ['i0 items_missing 4/3/1'],
  },
  {
    says: 'an offer that comes to 0 is not applied and not burned',
    offers: [off('setPrice', { price: 9_999 })],
    lines: LATTES,
    applied: [],
    not: ['i0 zero_discount'],
  },
  {
    says: 'where nothing applies nobody lost: an exclusive offer, or one of a group, that comes to 0 says so',
    offers: [
      off('setPrice', { price: 9_999 }, { stacking: { exclusive: true } }),
      off('percentOffItem', { percent: 0 }, { stacking: { group: 'g' } }),
      off('percentOffCheck', { percent: 0 }, { stacking: { group: 'g' } }),
    ],
    lines: LATTES,
    applied: [],
    not: ['i1 zero_discount', 'i0 zero_discount', 'i2 zero_discount'],
  },
  {
    says: 'of a group one offer applies, the one that gives the lowest check',
    offers: [
      off('amountOffCheck', { amount: 10 }, { stacking: { group: 'g' } }),
      off('percentOffCheck', { percent: 50 }, { stacking: { group: 'g' } }),
    ],
    lines: LATTES,
    applied: ['percentOffCheck 450: L.1-225 L.2-225'],
    not: ['i0 lost_to_better_offer'],
  },
  {
    says: 'in a group nobody is no choice: an offer that prevents a better one still applies',
    offers: [
      {
        ...off('amountOffItem', { amount: 1, lines: of('L') }, { stacking: { group: 'g', priority: -1 } }),
        id: 'small',
      },
      { ...off('percentOffItem', { percent: 100, lines: of('L') }), id: 'large' },
    ],
    lines: LATTES,
    applied: ['small 2: L.1-1 L.2-1'],
    not: ['i1 unit_already_used 1/0/1'],
  },
  {
    says: 'an exclusive offer is compared alone against everything else: it wins',
    offers: [
      off('amountOffCheck', { amount: 10 }),
      off('percentOffCheck', { percent: 50 }, { stacking: { exclusive: true } }),
    ],
    lines: LATTES,
    applied: ['percentOffCheck 450: L.1-225 L.2-225'],
    not: ['i0 blocked_by_exclusive'],
  },
  {
    says: 'and it loses',
    offers: [
      off('amountOffCheck', { amount: 500 }),
      off('percentOffCheck', { percent: 50 }, { stacking: { exclusive: true } }),
    ],
    lines: LATTES,
    applied: ['amountOffCheck 500: L.1-250 L.2-250'],
    not: ['i1 lost_to_better_offer'],
  },
];

for (const { says, offers, lines = LATTES, discounts, applied, not = [] } of ROWS) {
  t.test(says, (t) => {
    const data = basket(lines, discounts);
    const result = priced(offers, data);
    t.same(shown(result, data), applied);
    t.same(refused(result), not);
    t.end();
  });
}

const TEN = off('amountOffCheck', { amount: 10 });
const only = (asked: object, more: object = {}) =>
  refused(priced([TEN], basket(LATTES), more, [{ offer: 'amountOffCheck', ...asked }]));

t.test('why an issue may not be used, the first reason that holds', (t) => {
  t.same(only({ expiresAt: NOW - 1, named: true, usesLeft: 0 }), ['i0 expired']);
  t.same(only({ expiresAt: NOW - 1 }), [], 'expired is told only where it is asked for');
  t.same(only({ expiresAt: NOW }), [], 'good up to and including its end');
  t.same(only({ startsAt: NOW + 1, usesLeft: 0 }), ['i0 not_started']);
  t.same(only({ usesLeft: 0, named: true, lockedElsewhere: true }), ['i0 no_uses_left 1/0/1']);
  t.same(only({ usesLeft: 0 }), []);
  t.same(only({ lockedElsewhere: true }, { redeems: false }), ['i0 locked_elsewhere']);
  t.same(only({}, { redeems: false }), ['i0 status_cannot_redeem']);
  t.same(only({ expiresAt: NOW - 1, isLockedHere: true }), [], 'a lock taken in time holds past the end');
  const where = { id: 'amountOffCheck', discount: TEN.discount, where: { field: 'storeId', in: ['bos-1'] } };
  const [failed] = priced([where], { ...basket(LATTES), storeId: 'nyc' }).notApplied;
  t.match(failed, { code: 'condition_failed', field: 'storeId', need: ['bos-1'], have: 'nyc' });
  t.end();
});

t.test('two issues of one offer apply to one check only by withItself', (t) => {
  const twice = [{ offer: 'amountOffCheck' }, { offer: 'amountOffCheck' }, { offer: 'amountOffCheck' }];
  const offer = (withItself: number) => off('amountOffCheck', { amount: 10 }, { stacking: { withItself } });
  const data = basket(LATTES);
  t.equal(priced([offer(1)], data, {}, twice).applied.length, 1);
  const two = priced([offer(2)], data, {}, twice);
  t.equal(two.applied.length, 2);
  t.same(refused(two), ['i2 lost_to_better_offer']);
  t.end();
});

t.test('within the order: priority, then soonest expiry (none is last), then offer id, then issue', (t) => {
  const offers = [
    { ...off('amountOffItem', { amount: 1 }, { stacking: { stackDiscounted: true } }), id: 'b' },
    { ...off('amountOffItem', { amount: 1 }, { stacking: { stackDiscounted: true } }), id: 'a' },
    { ...off('amountOffItem', { amount: 1 }, { stacking: { stackDiscounted: true, priority: -1 } }), id: 'z' },
  ];
  const data = basket(LATTES);
  const asked = [{ offer: 'b' }, { offer: 'a' }, { offer: 'z' }, { offer: 'b', expiresAt: NOW + 5 }];
  const result = priced(offers, data, {}, asked);
  t.same(
    result.applied.map(({ issue }) => issue.id),
    ['i2', 'i3', 'i1'],
    'of b the issue that ends first, and no second one',
  );
  t.end();
});

t.test('best chooses the set: it may leave out an offer that prevents a better one', (t) => {
  const offers = [
    { ...off('amountOffItem', { amount: 1, lines: of('L') }, { stacking: { priority: -1 } }), id: 'small' },
    { ...off('percentOffItem', { percent: 100, lines: of('L') }), id: 'large' },
  ];
  const data = basket(LATTES);
  const result = priced(offers, data, { select: 'best' });
  t.same(shown(result, data), ['large 900: L.1-450 L.2-450']);
  t.same(refused(result), ['i0 lost_to_better_offer']);
  t.notOk(result.partial);
  t.end();
});

t.test('best tells of what comes to nothing why, and calls lost only what it left out', (t) => {
  const offers = [
    { ...off('setPrice', { price: 9_999 }, { stacking: { priority: -2 } }), id: 'nothing' },
    { ...off('amountOffItem', { amount: 1, lines: of('L') }, { stacking: { priority: -1 } }), id: 'small' },
    { ...off('percentOffItem', { percent: 100, lines: of('L') }), id: 'large' },
  ];
  t.same(refused(priced(offers, basket(LATTES), { select: 'best' })), ['i0 zero_discount', 'i1 lost_to_better_offer']);
  t.end();
});

t.test('beyond ten issues best is bounded, says so, and is never worse than the order', (t) => {
  const offers = Array.from({ length: 14 }, (_, n) => ({
    ...off('amountOffItem', { amount: 1 + n * 10, lines: of('L') }, { stacking: { priority: n } }),
    id: `o${n}`,
  }));
  const data = basket(LATTES);
  const best = priced(offers, data, { select: 'best' });
  t.ok(best.partial);
  const sum = (result: typeof best) => result.applied.reduce((all, { taken }) => all + taken.amount, 0);
  t.ok(sum(best) >= sum(priced(offers, data)));
  t.equal(sum(best), 262, 'here it finds the best');
  t.end();
});

t.test('best tries every set only of so many units as can be waited for, and says so', (t) => {
  const offers = Array.from({ length: 9 }, (_, n) => ({
    ...off('percentOffItem', { percent: 10 + n, choose: 'dearest' }, { stacking: { priority: n } }),
    id: `o${n}`,
  }));
  const units = limits.tillTriedUnitsMax / limits.tillExactIssuesMax / 2 ** offers.length;
  const best = (quantity: number) => priced(offers, basket([['L', quantity, 450]]), { select: 'best' });
  t.notOk(best(units).partial, `all ${2 ** offers.length} sets of ${units} units`);
  const more = best(units + 1);
  t.ok(more.partial);
  t.same(
    more.applied.map(({ taken }) => taken.amount),
    offers.map((_, n) => Math.round(45 + n * 4.5)),
  );
  t.end();
});

t.test('near misses are ordered by how little is missing', (t) => {
  const offers = [
    off('amountOffCheck', { amount: 1 }, { id: 'far', minimumSpend: 9_000 }),
    off('amountOffCheck', { amount: 1 }, { id: 'near', minimumSpend: 1_000 }),
  ];
  t.same(refused(priced(offers, basket(LATTES))), ['i1 minimum_spend 1000/900/100', 'i0 minimum_spend 9000/900/8100']);
  t.end();
});
