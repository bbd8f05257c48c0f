/** The pieces of the bench, a second each, so that it cannot rot unseen. No figure is judged here. */
import t from 'tap';
import { Bench } from './bench.js';
import { brand } from './brand.js';
import { CASES } from './cases/cases.js';
import { runInside } from './cases/inside.js';
import { quotesOf } from './cases/quotes.js';
import { sideBySide } from './cases/side-by-side.js';
import { parseOptions } from './options.js';
import { bars } from './report/bars.js';
import { factRow, type LoadRow, loadRow, type Report } from './report/report.js';
import { table } from './report/table.js';
import { echoCommand, nodeCommand } from './servers/commands.js';
import { anonymousBytes, diskBytes } from './servers/proc.js';
import { ServerProcess } from './servers/server-process.js';

const ARGS = ['--quick', '--seconds', '1', '--rounds', '1', '--out', 'none'];

function benchFor(t: { teardown(fn: () => void): unknown }): Bench {
  const bench = new Bench(parseOptions(ARGS, CASES)!, () => {});
  t.teardown(() => bench.close());
  return bench;
}

t.test('echo and node answer the same load, every event is applied, and the report shows both', async (t) => {
  const bench = benchFor(t);
  await bench.with([echoCommand(), nodeCommand(bench.folder(), brand(10))], async ([echo, node]) => {
    const [ofEcho, ofNode] = await sideBySide(
      bench,
      [
        { server: echo!, label: 'echo' },
        { server: node!, label: 'node' },
      ],
      { shape: { kind: 'events', format: 'json', batch: 1 }, connections: 256 },
    );
    const base = loadRow('single-256-echo', 'echo', ofEcho!);
    const rows = [base, loadRow('single-256', 'node', ofNode!, base), factRow('x', 'a fact', 'µs', [1, 2, 3])];
    const failures = bench.warnings.filter((warning) => !warning.includes('other processes'));
    t.same(failures, [], 'nothing failed and everything was applied');
    t.ok(ofNode![0]!.events > 100, `${ofNode![0]!.events} events`);
    const report: Report = {
      format: 1,
      at: '',
      environment: {
        regulars: '',
        node: '',
        os: '',
        cpu: '',
        cores: 2,
        memoryBytes: 0,
        autocannon: '',
        baseline: '',
      },
      settings: { seconds: 1, rounds: 1, quick: true },
      rows,
      bars: bars(rows),
      notMeasured: ['a moon'],
      warnings: [],
    };
    const text = table(report);
    for (const part of ['× echo', 'of the echo', 'a fact', 'not run', 'a moon']) t.match(text, part);
  });
});

for (const format of ['ndjson', 'msgpack'] as const) {
  t.test(`batches as ${format} are applied whole, read back as profiles, and survive a kill`, async (t) => {
    const bench = benchFor(t);
    const folder = bench.folder();
    let node = await ServerProcess.start(nodeCommand(folder, brand(10)));
    try {
      const batches = { shape: { kind: 'events', format, batch: 500 }, connections: 2, seconds: 10 } as const;
      const loaded = await bench.load(node, { ...batches, requests: 4, customersFirst: 0, customers: 1_000 });
      t.equal(loaded.events, 2_000);
      t.equal(loaded.applied, 1);
      await node.kill();
      node = (await ServerProcess.startTimed(nodeCommand(folder))).server;
      const reads = { shape: { kind: 'profile' }, connections: 2, seconds: 10, requests: 20 } as const;
      const read = await bench.load(node, { ...reads, customersFirst: 0, customers: 1_000 });
      t.equal(read.requests, 20);
      t.equal(read.failed, 0);
      if (process.platform === 'linux') {
        t.ok(anonymousBytes(node.pid) > 1e6);
        t.ok(diskBytes(folder) > 1e5);
      }
    } finally {
      await node.stop();
    }
  });
}

t.test('quotes name every offer held, at the peak and at a fixed rate while events stream in', async (t) => {
  const bench = benchFor(t);
  const rows = await quotesOf(bench, [{ lines: 5, held: 5 }], [{ name: 'half', share: 0.05 }]);
  t.same(
    bench.warnings.filter((warning) => /failed|answered as|no reply/.test(warning)),
    [],
    'nothing failed, every event was applied and every offer named',
  );
  t.same(
    rows.map(({ id }) => id),
    ['quotes-5-5-echo', 'quotes-5-5', 'quotes-half', 'quotes-half-streaming', 'quotes-half-stream'],
  );
  const [echo, node, ...open] = rows.map((row) => (row as LoadRow).rounds[0]!);
  t.ok(node!.requests > 100, `${node!.requests} quotes`);
  const sizes = echo!.replyBytes / node!.replyBytes;
  t.ok(sizes > 0.75 && sizes < 1.25, `the echo's answer has ${sizes.toFixed(2)} of the size of the node's`);
  for (const { requests, open: asked, events } of open) {
    const rate = (asked!.offeredPerSecond * requests) / events;
    // The stream runs four seconds before the quotes, and one after them.
    const seconds = events > requests ? 6 : 1;
    t.equal(requests, Math.max(1, Math.round(rate * seconds)), 'all that was offered came through');
  }
  for (const id of ['quotes-ratio', 'quotes-p99']) {
    t.not(bars(rows).find((bar) => bar.id === id)!.holds, undefined, `${id} is judged`);
  }
});

t.test('what needs no server is measured in a process of its own', async (t) => {
  const bench = benchFor(t);
  for (const what of ['actor', 'campaigns', 'residents'] as const) {
    const facts = await runInside({ what, rounds: 1, scale: 0.02, folder: bench.folder() });
    t.ok(facts.length > 1, what);
    for (const { title, values } of facts) t.ok(values.length > 0 && values.every((value) => value > 0), title);
  }
});

t.test('wrong use is told', async (t) => {
  t.throws(() => parseOptions(['--only', 'nothing'], CASES), { name: 'UsageError' });
  t.throws(() => parseOptions(['--seconds', '0'], CASES), { name: 'UsageError' });
  t.throws(() => parseOptions(['--what'], CASES), { name: 'UsageError' });
  t.equal(parseOptions(['--help'], CASES), undefined);
});
