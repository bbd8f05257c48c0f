/**
 * Wakes customers whose time has come and whom nobody else woke (DESIGN D10).
 *
 * Owns: reading the deadline rows and handing customers to the turns. What is due, and whether anything still is, the
 * customer itself decides. Invariants: no timer stands for a deadline (rows do); a customer whose last entry was
 * imported waits until the import is closed; when wall and monotonic clock part, nothing fires and an alarm says so.
 */
import { limits } from '../actors/limits.js';
import type { Log } from './log.js';
import type { EngineMetrics } from './metrics.js';
import { type Rows, toNumbers } from './rows.js';
import type { Key, Table } from './storage/lmdb.js';
import type { Turns } from './turns.js';

export class Deadlines {
  private timer: NodeJS.Timeout | undefined;
  private busy = false;
  private parted = false;
  private wall: number;
  private steady: number;
  private stopped = false;
  /** Where looking goes on, so that rows that cannot fire yet (imported later, parked) hold up nobody behind them. */
  private readonly next = new Map<Table, Key | undefined>();

  constructor(
    private readonly rows: Rows,
    private readonly turns: Turns,
    private readonly metrics: EngineMetrics,
    private readonly log: Log,
    private readonly importClosedAt: () => number,
    private readonly now: () => number = Date.now,
    private readonly monotonic: () => number = () => performance.now(),
  ) {
    this.wall = now();
    this.steady = monotonic();
  }

  /** Whether firing is held because the clocks disagree. */
  get held(): boolean {
    return this.parted;
  }

  start(): void {
    this.timer = setInterval(() => void this.tick(), limits.deadlinesEveryMs);
    this.timer.unref();
  }

  stop(): void {
    this.stopped = true;
    clearInterval(this.timer);
  }

  /** Fires what is due now; at most `deadlinesPerTurnMax` of each kind at a time, and again at once while there is more. */
  async tick(): Promise<void> {
    if (this.busy || this.checkClocks()) return;
    this.busy = true;
    try {
      while (!this.stopped) {
        const now = this.now();
        const due = [
          ...this.due(this.rows.due, now, undefined),
          ...this.due(this.rows.waiting, now, this.importClosedAt()),
        ];
        if (due.length === 0) return;
        await this.turns.fire(due);
        this.metrics.deadlinesFired.inc(due.length);
        if (due.length < limits.deadlinesPerTurnMax) return;
        // The rows of those fired are rewritten by the checkpoint; until then they would be found again.
        await new Promise((resolve) => setTimeout(resolve, limits.deadlinesEveryMs));
      }
    } catch {
      // The turn could not run: the node is stopping or has failed, and says so itself.
    } finally {
      this.busy = false;
    }
  }

  private *due(table: Table, now: number, closedAt: number | undefined): Iterable<string> {
    if (closedAt === 0) return;
    let left: number = limits.deadlinesPerTurnMax;
    let looked = 0;
    const start = this.next.get(table);
    this.next.set(table, undefined);
    for (const { key, value } of table.range({ start, end: [now + 1], limit: limits.deadlinesLookedAtMax })) {
      if (left === 0 || ++looked === limits.deadlinesLookedAtMax) {
        this.next.set(table, key);
        return;
      }
      if (closedAt !== undefined && toNumbers(value)[0]! > closedAt) continue;
      left--;
      yield (key as [number, string])[1];
    }
  }

  private checkClocks(): boolean {
    const wall = this.now();
    const steady = this.monotonic();
    const apart = Math.abs(wall - this.wall - (steady - this.steady));
    if (apart > limits.clockPartsMsMax && !this.parted) {
      this.parted = true;
      this.metrics.clockParted.set(1);
      this.log.error('clock_parted', {
        apartMs: Math.round(apart),
        detail: 'wall and monotonic clock disagree; deadlines are held until the node is restarted with a right clock',
      });
    }
    if (!this.parted) {
      this.wall = wall;
      this.steady = steady;
    }
    return this.parted;
  }
}
