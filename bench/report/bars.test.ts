import t from 'tap';
import type { LoadResult } from '../load/run.js';
import { bars } from './bars.js';
import { factRow, loadRow, type Row } from './report.js';

function round(perSecond: number, p50 = 1, p99 = 2, generatorBusy = 0.5, mainBusy = 0.95): LoadResult {
  return {
    seconds: 1,
    requests: perSecond,
    events: perSecond,
    perSecond,
    milliseconds: { p50, p99, p999: p99, max: p99 },
    replyBytes: 100,
    failed: 0,
    applied: 1,
    numbersUsed: 0,
    generatorBusy,
    othersBusy: 0,
    server: { mainBusy, busy: mainBusy, microsPerEvent: 10 },
  };
}

function judged(rows: readonly Row[], id: string) {
  return bars(rows).find((bar) => bar.id === id)!;
}

t.test('what was not run is not judged', async (t) => {
  for (const bar of bars([])) {
    t.equal(bar.holds, undefined, bar.id);
    t.equal(bar.have, undefined, bar.id);
  }
});

t.test('single POSTs are judged by the medians, against the echo of the same run', async (t) => {
  const echo = loadRow('single-256-echo', 'echo', [round(100), round(90), round(110)]);
  const node = (median: number) => loadRow('single-256', 'node', [round(1), round(median), round(1_000)], echo);
  t.equal(judged([echo, node(35)], 'single-ratio').holds, true);
  t.equal(judged([echo, node(34)], 'single-ratio').holds, false);
});

t.test('quotes are judged at the peak beside the echo, and by p99 at half of it while events stream in', async (t) => {
  const echo = loadRow('quotes-5-5-echo', 'echo', [round(100)]);
  const node = (perSecond: number) => loadRow('quotes-5-5', 'node', [round(perSecond)], echo);
  t.equal(judged([echo, node(40)], 'quotes-ratio').holds, true);
  t.equal(judged([echo, node(39)], 'quotes-ratio').holds, false);
  const streaming = (p99: number) => loadRow('quotes-half-streaming', 'node', [round(10, 1, p99)]);
  t.equal(judged([streaming(4.9)], 'quotes-p99').holds, true);
  t.equal(judged([streaming(5)], 'quotes-p99').holds, false);
});

t.test('where less came through than was offered, the bar says so', async (t) => {
  const at = (id: string, perSecond: number) =>
    loadRow(id, id, [{ ...round(perSecond), open: { offeredPerSecond: 5_000, lateMilliseconds: 0 } }]);
  const quotes = at('quotes-half-streaming', 4_990);
  t.equal(judged([quotes, at('quotes-half-stream', 4_950)], 'quotes-p99').note, undefined);
  t.match(judged([quotes, at('quotes-half-stream', 4_000)], 'quotes-p99').note, /4000\/s of 5000\/s/);
});

t.test('p99 of five medians is too much', async (t) => {
  t.equal(judged([loadRow('single-256', 'node', [round(10, 2, 9.9)])], 'single-p99').holds, true);
  t.equal(judged([loadRow('single-256', 'node', [round(10, 2, 10)])], 'single-p99').holds, false);
});

t.test('where the generator had no time left and the server had, the bar says so', async (t) => {
  const echo = loadRow('single-256-echo', 'bare echo', [round(100, 1, 2, 0.97, 0.6)]);
  const node = loadRow('single-256', 'node', [round(90)], echo);
  t.match(judged([echo, node], 'single-ratio').note, /generator was the limit of: bare echo/);
  t.equal(judged([node], 'single-ratio').note, undefined);
});

t.test('a trial with fewer customers than a million is shown and not judged', async (t) => {
  const rows = (customers: number, megabytes: number) => [
    factRow('million-customers', '', '', [customers]),
    factRow('million-anonymous', '', 'MB', [100, megabytes]),
    factRow('million-ready', '', 'ms', [2_999]),
  ];
  t.equal(judged(rows(1_000_000, 999), 'million-memory').holds, true);
  t.equal(judged(rows(1_000_000, 1_000), 'million-memory').holds, false);
  t.equal(judged(rows(1_000_000, 1), 'million-ready').holds, true);
  t.equal(judged(rows(50_000, 999), 'million-memory').holds, undefined);
});
