/**
 * Drops journal segments past the time they are kept, and never before a verified base stands at their end (DESIGN
 * D7). Off unless a time is configured: then the journal is kept for good.
 *
 * A segment is dropped when it is sealed, its newest record is older than the time kept, the checkpoint has passed it,
 * and nothing in it is kept for a parked customer. What needs older entries afterwards says so: `explain` answers "gone", a return of such a purchase is blind.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { limits } from '../actors/limits.js';
import type { BaseAnswer, BaseOrder } from './base-process.js';
import type { Bases } from './bases.js';
import type { Journal } from './journal/journal.js';
import type { Log } from './log.js';

export class Retention {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly journal: Journal,
    private readonly bases: Bases,
    private readonly order: Omit<BaseOrder, 'record'>,
    private readonly keepMs: number,
    private readonly neededFrom: () => number,
    private readonly now: () => number,
    private readonly log: Log,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.running ??= this.run().finally(() => {
        this.running = undefined;
      });
    }, limits.retentionEveryMs);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** Makes the base that is needed and drops what is past its time. Returns the first record still kept. */
  async run(): Promise<void> {
    const last = this.expired();
    if (last === 0) return;
    const answer = await makeBase({ ...this.order, record: last });
    if ('failed' in answer) {
      this.log.error('base_failed', {
        record: last,
        error: answer.failed,
        detail: 'no segment was dropped; run `regulars verify`',
      });
      return;
    }
    this.journal.drop(last);
    await this.bases.prune(this.journal.oldest);
    this.log.info('segments_dropped', { upToRecord: last, oldestRecord: this.journal.oldest });
  }

  /** The last record of the newest segment that may go; 0 for none. */
  private expired(): number {
    let last = 0;
    for (const segment of this.journal.segments()) {
      if (!segment.sealed || segment.last >= this.neededFrom() || segment.last > this.journal.durable) break;
      if (this.stampOf(segment.last) > this.now() - this.keepMs) break;
      last = segment.last;
    }
    return last;
  }

  private stampOf(record: number): number {
    for (const { stamp } of this.journal.records(record, record)) return stamp;
    return Number.POSITIVE_INFINITY;
  }
}

function makeBase(order: BaseOrder): Promise<BaseAnswer> {
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(new URL('./base-process.js', import.meta.url)), { stdio: 'inherit' });
    let answer: BaseAnswer | undefined;
    child.on('message', (message) => {
      answer = message as BaseAnswer;
    });
    child.on('error', (error) => resolve({ failed: error.message }));
    child.on('exit', (code, signal) =>
      resolve(answer ?? { failed: `the process that makes the base ended with ${code ?? signal}` }),
    );
    child.send(order);
  });
}
