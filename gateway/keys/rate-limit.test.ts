import t from 'tap';
import { TokenBucket } from './rate-limit.js';

t.test('a burst goes at once, then as much as the rate gives', async (t) => {
  let now = 0;
  const bucket = new TokenBucket({ perSecond: 10, burst: 3 }, () => now);
  t.same([bucket.take(1), bucket.take(1), bucket.take(1)], [0, 0, 0]);
  t.equal(bucket.take(1), 0.1, 'seconds until the next one');
  now = 50;
  t.equal(bucket.take(1), 0.05);
  now = 100;
  t.equal(bucket.take(1), 0);
  now = 10_000;
  t.same([bucket.take(1), bucket.take(1), bucket.take(1)], [0, 0, 0], 'it holds no more than the burst');
  t.not(bucket.take(1), 0);
});

t.test('a batch above the burst goes while anything is left, and others wait for it', async (t) => {
  let now = 0;
  const bucket = new TokenBucket({ perSecond: 100, burst: 10 }, () => now);
  t.equal(bucket.take(500), 0);
  t.equal(bucket.take(1), 4.91);
  now = 4_910;
  t.equal(bucket.take(500), 0);
});

t.test('a clock that goes back gives and takes nothing', async (t) => {
  let now = 1_000;
  const bucket = new TokenBucket({ perSecond: 1, burst: 1 }, () => now);
  t.equal(bucket.take(1), 0);
  now = 0;
  t.equal(bucket.take(1), 1);
});
