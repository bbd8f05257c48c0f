import t from 'tap';
import { Latencies } from './latencies.js';

t.test('percentiles are within two percent of the exact ones', async (t) => {
  const latencies = new Latencies();
  for (let i = 1; i <= 10_000; i++) latencies.record(i / 100);
  for (const [share, exact] of [
    [0.5, 50],
    [0.99, 99],
    [0.999, 99.9],
  ] as const) {
    const found = latencies.percentile(share);
    t.ok(found >= exact && found <= exact * 1.02, `${share}: ${found} for ${exact}`);
  }
  t.equal(latencies.max, 100);
});

t.test('one slow reply in a thousand shows in p999 and not in p99', async (t) => {
  const latencies = new Latencies();
  for (let i = 0; i < 998; i++) latencies.record(1);
  latencies.record(500);
  latencies.record(500);
  t.ok(latencies.percentile(0.99) < 1.02);
  t.equal(latencies.percentile(0.999), 500);
});

t.test('of nothing there is no percentile', async (t) => {
  t.ok(Number.isNaN(new Latencies().percentile(0.5)));
});
