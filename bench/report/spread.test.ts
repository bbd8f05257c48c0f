import t from 'tap';
import { spread } from './spread.js';

t.test('the median is the middle one, or between the two in the middle', async (t) => {
  t.same(spread([3, 1, 2]), { median: 2, low: 1, high: 3 });
  t.same(spread([4, 1, 2, 3]), { median: 2.5, low: 1, high: 4 });
  t.same(spread([7]), { median: 7, low: 7, high: 7 });
});

t.test('a round that could not be told is left out', async (t) => {
  t.same(spread([Number.NaN, 5]), { median: 5, low: 5, high: 5 });
  t.ok(Number.isNaN(spread([Number.NaN]).median));
});
