/** Sentences on offers that the table of `quote.test.ts` leaves open (PROGRAM: Offers). */
import t from 'tap';
import type { PurchaseData } from '../event.js';
import { type Asked, basket, type LineSpec, of, priced, refused, shown } from './basket.js';
import type { Question } from './quote.js';

const off = (id: string, kind: string, more: object = {}, offer: object = {}) => ({
  id,
  discount: { kind, ...more },
  ...offer,
});
const FREE = { quantity: 1, percentOff: 100 };

interface Row {
  readonly says: string;
  readonly offers: readonly object[];
  readonly lines: readonly LineSpec[];
  readonly discounts?: PurchaseData['discounts'];
  readonly asked?: readonly Asked[];
  readonly select?: Question['select'];
  readonly applied: readonly string[];
  readonly not?: readonly string[];
}

const ROWS: readonly Row[] = [
  {
    says: 'a unit with nothing to pay is not chosen: the cheapest is the cheapest to pay',
    offers: [off('o', 'percentOffItem', { percent: 100, choose: 'cheapest' })],
    lines: [
      ['Z', 1, 0],
      ['A', 1, 100],
    ],
    applied: ['o 100: A.1-100'],
  },
  {
    says: 'a unit with nothing to pay is not required',
    offers: [off('o', 'buyXGetY', { buy: { quantity: 1 }, get: FREE })],
    lines: [
      ['Z', 1, 0],
      ['A', 1, 100],
    ],
    applied: [],
    not: ['i0 items_missing 2/1/1'],
  },
  {
    says: 'buyXGetY applies at most maxApplications times',
    offers: [off('o', 'buyXGetY', { buy: { quantity: 1 }, get: FREE, maxApplications: 1 })],
    lines: [['L', 4, 450]],
    applied: ['o 450: L.1-450 (L.2)'],
  },
  {
    says: 'buyXGetY applies without limit where none is given',
    offers: [off('o', 'buyXGetY', { buy: { quantity: 1 }, get: FREE })],
    lines: [['L', 7, 10]],
    applied: ['o 30: L.1-10 L.2-10 L.3-10 (L.4) (L.5) (L.6)'],
  },
  {
    says: 'get may be of the dearest',
    offers: [off('o', 'buyXGetY', { buy: { quantity: 1 }, get: FREE, choose: 'dearest' })],
    lines: [
      ['B', 2, 100],
      ['L', 1, 450],
    ],
    applied: ['o 450: (B.1) L.1-450'],
  },
  {
    says: 'check offers need no flag to discount what is discounted',
    offers: [off('a', 'amountOffItem', { amount: 50, lines: of('L') }), off('b', 'percentOffCheck', { percent: 10 })],
    lines: [['L', 2, 450]],
    applied: ['a 100: L.1-50 L.2-50', 'b 80: L.1-40 L.2-40'],
  },
  {
    says: 'check offers go after item offers, whatever their priority',
    offers: [
      off('b', 'percentOffCheck', { percent: 10 }, { stacking: { priority: -9 } }),
      off('a', 'amountOffItem', { amount: 50, lines: of('L') }),
    ],
    lines: [['L', 2, 450]],
    applied: ['a 100: L.1-50 L.2-50', 'b 80: L.1-40 L.2-40'],
  },
  {
    says: 'flags look at offers, not at the shop’s discounts',
    offers: [off('a', 'amountOffItem', { amount: 50, lines: of('L') })],
    lines: [['L', 2, 450]],
    discounts: [{ lineId: 'L', amount: 100 }, { amount: 80 }],
    applied: ['a 100: L.1-50 L.2-50'],
  },
  {
    says: 'discounted is a unit with a share above 0: one that got nothing may be discounted',
    offers: [
      off('a', 'setPrice', { price: 300 }, { stacking: { priority: -1 } }),
      off('b', 'amountOffItem', { amount: 10 }),
    ],
    lines: [
      ['L', 1, 450],
      ['M', 1, 300],
    ],
    applied: ['a 150: L.1-150 M.1-0', 'b 10: M.1-10'],
  },
  {
    says: 'the later offer’s own flags decide',
    offers: [
      off('a', 'amountOffItem', { amount: 10 }, { stacking: { priority: -1, stackDiscounted: true } }),
      off('b', 'amountOffItem', { amount: 10 }),
    ],
    lines: [['L', 1, 450]],
    applied: ['a 10: L.1-10'],
    not: ['i1 unit_already_used 1/0/1'],
  },
  {
    says: 'in a group the issues of one offer apply together, as far as withItself allows',
    offers: [
      off('a', 'amountOffCheck', { amount: 100 }, { stacking: { group: 'g', withItself: 2 } }),
      off('b', 'amountOffCheck', { amount: 150 }, { stacking: { group: 'g' } }),
    ],
    lines: [['L', 2, 450]],
    asked: [{ offer: 'a' }, { offer: 'a' }, { offer: 'a' }, { offer: 'b' }],
    applied: ['a 100: L.1-50 L.2-50', 'a 100: L.1-50 L.2-50'],
    not: ['i2 lost_to_better_offer', 'i3 lost_to_better_offer'],
  },
  {
    says: 'the issues of an exclusive offer apply together as far as withItself allows',
    offers: [
      off('a', 'amountOffCheck', { amount: 100 }, { stacking: { exclusive: true, withItself: 2 } }),
      off('b', 'amountOffCheck', { amount: 150 }),
    ],
    lines: [['L', 2, 450]],
    asked: [{ offer: 'a' }, { offer: 'a' }, { offer: 'b' }],
    applied: ['a 100: L.1-50 L.2-50', 'a 100: L.1-50 L.2-50'],
    not: ['i2 blocked_by_exclusive'],
  },
  {
    says: 'an exclusive offer is compared alone, whatever its group',
    offers: [
      off('a', 'amountOffCheck', { amount: 100 }, { stacking: { exclusive: true, group: 'g' } }),
      off('b', 'amountOffCheck', { amount: 60 }, { stacking: { group: 'g' } }),
      off('c', 'amountOffCheck', { amount: 60 }),
    ],
    lines: [['L', 2, 450]],
    applied: ['b 60: L.1-30 L.2-30', 'c 60: L.1-30 L.2-30'],
    not: ['i0 lost_to_better_offer'],
  },
  {
    says: 'of equal checks best takes the set that burns fewer issues',
    offers: [
      off('x', 'amountOffItem', { amount: 50, lines: of('A') }, { stacking: { priority: 1 } }),
      off('y', 'amountOffItem', { amount: 50, lines: of('B') }, { stacking: { priority: 2 } }),
      off('z', 'amountOffItem', { amount: 50 }, { stacking: { priority: 3 } }),
    ],
    lines: [
      ['A', 1, 100],
      ['B', 1, 100],
    ],
    select: 'best',
    applied: ['z 100: A.1-50 B.1-50'],
    not: ['i0 lost_to_better_offer', 'i1 lost_to_better_offer'],
  },
  {
    says: 'of equal checks and counts best takes the set whose first difference comes earlier',
    offers: [
      off('p', 'amountOffItem', { amount: 50 }, { stacking: { priority: 2 } }),
      off('q', 'amountOffItem', { amount: 50 }, { stacking: { priority: 1 } }),
    ],
    lines: [['A', 1, 100]],
    select: 'best',
    applied: ['q 50: A.1-50'],
    not: ['i0 unit_already_used 1/0/1'],
  },
  {
    says: 'in best nobody of a group is a choice',
    offers: [
      off('small', 'amountOffItem', { amount: 1, lines: of('L') }, { stacking: { group: 'g', priority: -1 } }),
      off('large', 'percentOffItem', { percent: 100, lines: of('L') }),
    ],
    lines: [['L', 2, 450]],
    select: 'best',
    applied: ['large 900: L.1-450 L.2-450'],
    not: ['i0 lost_to_better_offer'],
  },
  {
    says: 'choose all takes every unit, and all lines where none are named',
    offers: [off('o', 'amountOffItem', { amount: 10 })],
    lines: [
      ['A', 2, 100],
      ['B', 1, 5],
    ],
    applied: ['o 25: A.1-10 A.2-10 B.1-5'],
  },
  {
    says: 'a check share is in proportion to what is still to pay on each unit',
    offers: [off('o', 'amountOffCheck', { amount: 90 })],
    lines: [
      ['A', 2, 100],
      ['B', 1, 700],
    ],
    applied: ['o 90: A.1-10 A.2-10 B.1-70'],
  },
];

for (const { says, offers, lines, discounts, asked, select = 'order', applied, not = [] } of ROWS) {
  t.test(says, (t) => {
    const data = basket(lines, discounts);
    const result = priced(offers, data, { select }, asked);
    t.same(shown(result, data), applied);
    t.same(refused(result).sort(), [...not].sort());
    t.end();
  });
}
