import t from 'tap';
import { spread } from './spread.js';

const placesOf = (weights: readonly number[]): number[] => weights.map((_, i) => i);
const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);

t.test('the largest remainders take one more, ties to the earlier place', (t) => {
  t.same(spread(2, [1, 1, 1], 3, [0, 1, 2]), [1, 1, 0]);
  t.same(spread(2, [1, 1, 1], 3, [5, 1, 2]), [0, 1, 1], 'the place decides, not the order in which they were taken');
  t.same(spread(5, [10, 20, 30], 60, [0, 1, 2]), [1, 2, 2]);
  t.end();
});

t.test('remainders are compared as numbers, whether their product fits into 2^53 or not', (t) => {
  const weights = [2_278_424_714, 596, 596, 254];
  t.same(spread(113_921_308, weights, 2_278_426_160, [5, 2, 3, 0]), [113_921_235, 30, 30, 13]);
  t.end();
});

t.test('many parts get what few get, place by place', (t) => {
  for (const count of [3, 24, 25, 200]) {
    const weights = Array.from({ length: count }, (_, i) => (i * 7919) % 31);
    const whole = sumOf(weights);
    const shares = spread(whole - 5, weights, whole, placesOf(weights));
    t.equal(sumOf(shares), whole - 5, `${count} parts`);
    t.ok(
      shares.every((share, i) => Math.abs(share * whole - (whole - 5) * weights[i]!) < whole),
      'each within one of its part',
    );
    const back = spread(whole - 5, weights.toReversed(), whole, placesOf(weights).toReversed());
    t.same(back.toReversed(), shares, 'whatever the order');
  }
  t.end();
});
