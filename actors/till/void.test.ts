/** Voids in cases that their own sale, a return of it, or others have made hard (PROGRAM: Offers, "Void takes back …"). */
import t from 'tap';
import { accountOf } from '../customer/account-state.js';
import { EARN } from '../customer/scenario.js';
import { Brand } from './reference/brand.arbitrary.js';

const basket = (unitPrice: number, quantity = 1) => ({
  lines: [{ lineId: 'a', sku: 'a', categories: ['a'], quantity, unitPrice }],
  discounts: [],
});
const campaign = (id: string, rule: object, outcomes: readonly object[], more: object = {}) => ({
  id,
  kind: 'promotion',
  behavior: { all: [{ event: 'purchase', ...rule }] },
  outcomes,
  ...more,
});
const FIFTY = [{ points: { account: 'units', fixed: 50 } }];
const BACK = { transactionId: 's', returnId: 'r', lines: [{ lineId: 'a', quantity: 1 }] };
const units = (brand: Brand) => accountOf(brand.scenario.state!, 'units')!;
const completions = (brand: Brand, id: string) =>
  brand.scenario.state!.behaviors.find(({ campaignId }) => campaignId === id)?.completions;

t.test('a completion that fell at a return is not taken back again, nor one of before in its place', (t) => {
  const large = campaign('large', { sum: { of: 'amount', atLeast: 600 } }, FIFTY, { onReturn: 'clawback' });
  const brand = new Brand([], [large]);
  brand.report('purchase', { total: 700 });
  brand.redeem(basket(200, 3), 's');
  t.equal(units(brand).active, 100);
  brand.step('return', BACK);
  t.equal(units(brand).active, 50, 'it fell');
  brand.step('void', { transactionId: 's' });
  t.match(units(brand), { active: 50, debt: 0 });
  t.equal(completions(brand, 'large'), 1, 'the one of before stands');
  t.end();
});

t.test('all completions of one sale are taken back, and all their places in a shared limit', (t) => {
  for (const onReturn of ['keep', 'clawback']) {
    const each = campaign('each', { sum: { of: 'amount', atLeast: 200, carry: true } }, FIFTY, {
      onReturn,
      limits: { total: 10 },
    });
    const brand = new Brand([], [each]);
    brand.report('purchase', { total: 250 });
    brand.redeem(basket(600), 's');
    t.same(brand.places, { 'total each': 5 - 1 });
    brand.step('void', { transactionId: 's' });
    t.same(brand.places, { 'total each': 1 });
    t.match(units(brand), { active: 50, debt: 0 });
    t.equal(completions(brand, 'each'), 1);
  }
  t.end();
});

t.test('of several completions those that fell at a return are not taken back twice, the others are', (t) => {
  const each = campaign('each', { sum: { of: 'amount', atLeast: 200, carry: true } }, FIFTY, {
    onReturn: 'clawback',
    limits: { total: 10 },
  });
  const brand = new Brand([], [each]);
  brand.report('nothing', {});
  brand.redeem(basket(200, 3), 's');
  brand.step('return', BACK);
  t.equal(units(brand).active, 100, 'one of three fell');
  brand.step('void', { transactionId: 's' });
  t.match(units(brand), { active: 0, debt: 0 });
  t.same(brand.places, {});
  t.end();
});

t.test('a tag that the sale lengthened ends as before it, also where another tag came meanwhile', (t) => {
  const tagged = campaign('tagged', {}, [{ tag: { add: 'bought', for: 'P30D' } }]);
  const brand = new Brand([], [tagged]);
  brand.report('tag.added', { tag: 'bought', for: 'P5D' });
  const before = brand.scenario.state!.tags;
  brand.redeem(basket(100), 's');
  brand.report('tag.added', { tag: 'other' });
  brand.step('void', { transactionId: 's' });
  t.same(brand.scenario.state!.tags.slice(0, 1), before);
  t.end();
});

t.test('what others bring after a return of the sale is theirs, though it fills the gap exactly', (t) => {
  const tiers = [
    {
      id: 'main',
      basis: { points: 'stars' },
      window: { calendar: 'year' },
      levels: [
        { id: 'member', atLeast: 0 },
        { id: 'silver', atLeast: 9 },
      ],
    },
  ];
  const brand = new Brand([], [EARN], { tiers });
  brand.report('nothing', {});
  brand.redeem(basket(300), 's');
  brand.step('return', BACK);
  brand.report('purchase', { total: 300 });
  brand.step('void', { transactionId: 's' });
  t.match(brand.scenario.profile(), { tiers: { main: { level: 'member', have: 3 } } });
  t.end();
});

t.test('a level that a sale alone held up goes with the void, also where a return had taken the points before', (t) => {
  const tiers = [
    {
      id: 'main',
      basis: { points: 'stars' },
      window: { calendar: 'year' },
      levels: [
        { id: 'member', atLeast: 0 },
        { id: 'silver', atLeast: 4 },
      ],
    },
  ];
  const brand = new Brand([], [EARN], { tiers });
  brand.report('nothing', {});
  brand.redeem(basket(450), 's');
  brand.step('return', BACK);
  t.match(brand.scenario.profile(), { tiers: { main: { level: 'silver', have: 0 } } }, 'a return keeps the level');
  brand.step('void', { transactionId: 's' });
  t.match(brand.scenario.profile(), { tiers: { main: { level: 'member', have: 0 } } });
  t.end();
});
