/**
 * A million customers: what they take on disk and in memory, and how soon a node is ready again after `kill -9` in the
 * middle of writing. The files stay in the system's cache meanwhile: a cold disk is not measured.
 */
import type { Bench } from '../bench.js';
import { brand } from '../brand.js';
import { factRow, type Row } from '../report/report.js';
import { nodeCommand } from '../servers/commands.js';
import { anonymousBytes, diskBytes } from '../servers/proc.js';
import { ServerProcess } from '../servers/server-process.js';
import { BATCH, BATCH_CONNECTIONS } from './batches.js';

const CAMPAIGNS = 10;
const SHAPE = { kind: 'events', format: 'ndjson', batch: BATCH } as const;
const KILLS = 3;
const KILL_AFTER_SECONDS = 3;
const SAMPLE_MS = 250;
/** The checkpoint writes rows up to two seconds behind. */
const SETTLE_MS = 4_000;

export async function million(bench: Bench): Promise<Row[]> {
  const { customers } = bench.options;
  const folder = bench.folder();
  let server = await ServerProcess.start(nodeCommand(folder, brand(CAMPAIGNS)));
  try {
    bench.say(`million: a purchase for each of ${customers} customers`);
    const memory = new MemorySamples(server.pid);
    const loaded = await bench.load(server, {
      shape: SHAPE,
      connections: BATCH_CONNECTIONS,
      seconds: 600,
      requests: Math.ceil(customers / BATCH),
      customersFirst: 0,
      customers,
    });
    bench.check('million, loading', loaded);
    await pause(SETTLE_MS);
    memory.stop();
    const settled = anonymousBytes(server.pid);
    const disk = diskBytes(folder);

    const ready: number[] = [];
    for (let kill = 1; kill <= KILLS; kill++) {
      bench.say(`million: kill -9 under load, ${kill} of ${KILLS}`);
      const writing = bench.load(server, {
        shape: SHAPE,
        connections: BATCH_CONNECTIONS,
        seconds: KILL_AFTER_SECONDS,
        customersFirst: 0,
        customers,
      });
      await pause((KILL_AFTER_SECONDS - 0.5) * 1_000);
      await server.kill();
      await writing;
      const again = await ServerProcess.startTimed(nodeCommand(folder));
      server = again.server;
      ready.push(again.milliseconds);
    }
    const megabyte = (bytes: number) => bytes / 1e6;
    return [
      factRow('million-customers', 'customers known', '', [customers]),
      factRow('million-loading', 'loading them, one purchase each in batches', 'events/s', [loaded.perSecond]),
      factRow('million-anonymous', 'anonymous memory while loading', 'MB', memory.samples.map(megabyte)),
      factRow('million-settled', 'anonymous memory when idle after loading', 'MB', [megabyte(settled)]),
      factRow('million-restarted', 'anonymous memory, just started again', 'MB', [
        megabyte(anonymousBytes(server.pid)),
      ]),
      factRow('million-disk', 'on disk, journal and rows', 'MB', [megabyte(disk)]),
      factRow('million-disk-each', 'on disk for a customer with one purchase', 'bytes', [disk / customers]),
      factRow('million-ready', 'from start to ready after kill -9 under load', 'ms', ready),
    ];
  } finally {
    await server.stop();
  }
}

class MemorySamples {
  readonly samples: number[];
  private readonly timer: NodeJS.Timeout;

  constructor(pid: number) {
    this.samples = [anonymousBytes(pid)];
    this.timer = setInterval(() => this.samples.push(anonymousBytes(pid)), SAMPLE_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
