/** What a case has at hand: options, the load generator, folders that go away, and somewhere to say how far it is. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LoadProcess } from './load/load-process.js';
import type { LoadResult, LoadSpec } from './load/run.js';
import type { Options } from './options.js';
import { ROOT_KEY } from './servers/commands.js';
import { type ServerCommand, ServerProcess } from './servers/server-process.js';

/** Customers of one run. With what a run sends, each buys at most some tens of times, as in a year of a real shop. */
export const CUSTOMERS_PER_RUN = 10_000;

/** A generator that sends too late by more than this, in milliseconds, makes latencies worse than they were. */
const LATE_MS_MAX = 1;

/** More than this, in cores, and the figures are of a machine that had other things to do. */
const OTHERS_BUSY_MAX = 0.2;

export type LoadOrder = Pick<LoadSpec, 'shape' | 'connections' | 'seconds'> &
  Partial<Pick<LoadSpec, 'requests' | 'rate' | 'customersFirst' | 'customers'>>;

export class Bench {
  readonly warnings: string[] = [];
  private readonly generator = LoadProcess.start();
  private second: LoadProcess | undefined;
  private readonly root: string;
  private folders = 0;
  private event = 0;
  private customer = 0;

  constructor(
    readonly options: Options,
    readonly say: (line: string) => void,
  ) {
    this.root = mkdtempSync(join(options.data, 'regulars-bench-'));
    process.once('exit', () => rmSync(this.root, { recursive: true, force: true }));
  }

  /** A new name of a folder that is removed at the end. */
  folder(): string {
    return join(this.root, String(++this.folders));
  }

  /** Runs `use` with the servers started, and stops them whatever happens. */
  async with<T>(commands: readonly ServerCommand[], use: (servers: ServerProcess[]) => Promise<T>): Promise<T> {
    const servers: ServerProcess[] = [];
    try {
      for (const command of commands) servers.push(await ServerProcess.start(command));
      return await use(servers);
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
  }

  /** Event numbers never come twice; customers are new ones unless a range is given. */
  load(server: ServerProcess, order: LoadOrder): Promise<LoadResult> {
    return this.send(this.generator, server, order);
  }

  /** The same from a process of its own, for a load beside another; of the two only one may be of events. */
  loadBeside(server: ServerProcess, order: LoadOrder): Promise<LoadResult> {
    this.second ??= LoadProcess.start();
    return this.send(this.second, server, order);
  }

  private async send(generator: LoadProcess, server: ServerProcess, order: LoadOrder): Promise<LoadResult> {
    const customersFirst = this.customer;
    if (order.customersFirst === undefined) this.customer += order.customers ?? CUSTOMERS_PER_RUN;
    const result = await generator.run({
      url: server.url,
      serverPid: server.pid,
      key: ROOT_KEY,
      firstEvent: this.event,
      customersFirst,
      customers: CUSTOMERS_PER_RUN,
      ...order,
    });
    if (order.shape.kind === 'events') this.event += result.numbersUsed;
    return result;
  }

  /** Warns where a result is not what it seems. */
  check(label: string, result: LoadResult): void {
    if (result.requests === 0)
      this.warnings.push(`${label}: no reply at all within a round; take longer ones with --seconds`);
    if (result.failed > 0) this.warnings.push(`${label}: ${result.failed} of ${result.requests} requests failed`);
    if (result.applied < 1) {
      this.warnings.push(`${label}: only ${(result.applied * 100).toFixed(1)} % was answered as it should`);
    }
    if (result.open !== undefined && result.open.lateMilliseconds > LATE_MS_MAX) {
      this.warnings.push(
        `${label}: the generator itself sent ${result.open.lateMilliseconds.toFixed(1)} ms late (p99)`,
      );
    }
    if (result.othersBusy > OTHERS_BUSY_MAX) {
      this.warnings.push(`${label}: other processes kept ${result.othersBusy.toFixed(1)} cores busy`);
    }
  }

  close(): void {
    this.generator.stop();
    this.second?.stop();
    rmSync(this.root, { recursive: true, force: true });
  }
}
