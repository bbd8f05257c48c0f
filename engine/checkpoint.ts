/**
 * The checkpoint: writes the rows of changed customers behind the journal, in slices, each one transaction
 * (DESIGN D9: fuzzy).
 *
 * Owns: what is dirty, in which order it is written, and the mark (the first record that replay must read again). What
 * rows a customer has is `row-writer.ts`.
 * Invariants:
 *  1. A slice is packed at one instant and written only once the journal is durable up to that instant: state is
 *     never on disk beyond the journal.
 *  2. The mark goes last in the slice's transaction, and never passes a change that is not in a row.
 *  3. One slice is under way at a time. A failed write stops the node (D12).
 *  4. Where nobody waits for rows, a slice is short and others get the thread before the next one.
 */
import { limits } from '../actors/limits.js';
import { Forgetting } from './forget.js';
import type { Gate } from './gate.js';
import type { Sealer } from './journal/entry.js';
import type { EngineMetrics } from './metrics.js';
import { pack } from './pack.js';
import type { Resident, Residents } from './residents.js';
import { type Packed, RowWriter } from './row-writer.js';
import { HISTORY_CHUNK, type Rows } from './rows.js';

interface ControlChange {
  readonly key: readonly [table: string, key: string];
  readonly bytes: Uint8Array | null;
}

export class Checkpoint {
  private readonly dirty = new Map<string, Resident>();
  private control = new Map<string, ControlChange>();
  /** Those of the slice under way. */
  private controlSaving = new Map<string, ControlChange>();
  private controlBytes = 0;
  /** Entries ever applied, and how many of them every row has. */
  private applied = 0;
  private running: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private failure: Error | undefined;
  private readonly forgetting: Forgetting;
  private readonly writer: RowWriter;
  private onSpace: (() => void) | undefined;
  /** Ends the pause between two slices. */
  private resume: (() => void) | undefined;
  /** How many wait for the rows: no pauses then. */
  private waiting = 0;
  /** While the journal is replayed: the newest record that is, which the mark must not pass. */
  replayed: number | undefined;

  constructor(
    private readonly rows: Rows,
    private readonly residents: Residents,
    private readonly gate: Gate,
    sealer: Sealer,
    private readonly metrics: EngineMetrics,
    private readonly lastRecord: () => number,
    importClosedAt: () => number,
    private readonly onFailure: (error: Error) => void,
    now: () => number,
  ) {
    this.forgetting = new Forgetting(rows, now);
    this.writer = new RowWriter(rows, residents, sealer, importClosedAt);
  }

  /** A customer was changed by an entry of this record. */
  touch(resident: Resident, record: number): void {
    this.applied++;
    if (resident.dirtySince !== 0) return;
    resident.dirtySince = this.applied;
    resident.dirtyRecord = record;
    this.dirty.set(resident.id, resident);
  }

  /** A control row was changed. Written with the next slice. */
  changed(table: string, key: string, bytes: Uint8Array | null): void {
    this.applied++;
    this.control.set(table + '/' + key, { key: [table, key], bytes });
    this.controlBytes += bytes?.length ?? 0;
  }

  /** A control row that is not on disk yet: its bytes, null where it was removed, undefined where disk has it. */
  pending(table: string, key: string): Uint8Array | null | undefined {
    const name = table + '/' + key;
    return (this.control.get(name) ?? this.controlSaving.get(name))?.bytes;
  }

  /** Entries that a crash now would have to replay, at least. */
  get unapplied(): number {
    const oldest = this.dirty.values().next().value;
    return oldest === undefined ? 0 : this.applied - oldest.dirtySince + 1;
  }

  get behind(): boolean {
    return this.unapplied >= limits.unappliedEntriesMax || (this.residents.full && this.dirty.size > 0);
  }

  /** Calls once when there is room again for turns. */
  whenSpace(callback: () => void): void {
    this.onSpace = callback;
  }

  start(everyMs: number): void {
    this.timer = setInterval(() => this.run(limits.checkpointAgeMsMax / everyMs), everyMs);
    this.timer.unref();
  }

  /** Begins early when there is much to write. Called after each turn. */
  nudge(): void {
    if (this.residents.over) this.residents.sweep();
    if (!this.pressing) return;
    if (this.running === undefined) this.run(0);
    else this.resume?.();
  }

  private get pressing(): boolean {
    return (
      this.unapplied >= limits.unappliedEntriesMax * 0.8 ||
      (this.residents.over && this.dirty.size > 0) ||
      this.controlBytes >= limits.controlBytesMax
    );
  }

  private idleTicks = 0;

  private run(afterTicks: number): void {
    if (this.running !== undefined || this.stopped) return;
    if (this.dirty.size === 0 && this.control.size === 0) return;
    if (++this.idleTicks < afterTicks && !this.pressing) return;
    this.idleTicks = 0;
    this.running = this.flushAll().then(
      () => {
        this.running = undefined;
        this.nudge();
      },
      // Told by `flushAll`.
      () => {},
    );
  }

  /** Writes everything that is dirty now, with nothing under way. Rejects where that failed: then the node has failed too. */
  flush(): Promise<void> {
    return this.hurried(() => this.flushAll());
  }

  private async flushAll(): Promise<void> {
    const until = this.applied;
    while (!this.stopped) {
      const oldest = this.dirty.values().next().value;
      if ((oldest === undefined || oldest.dirtySince > until) && this.control.size === 0) return;
      try {
        const busy = await this.slice();
        if (!this.isUrgent) await this.pause(busy * limits.checkpointPausePerBusyMs);
      } catch (error) {
        this.stopped = true;
        this.failure = error as Error;
        this.onFailure(error as Error);
        throw error;
      }
    }
  }

  /** Rows before everything else: somebody waits for them, or turns would have to. */
  private get isUrgent(): boolean {
    return this.waiting > 0 || this.pressing;
  }

  /** Leaves the thread to others, as long as nothing is urgent. */
  private async pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.resume = resolve;
      setTimeout(resolve, ms);
    });
    this.resume = undefined;
  }

  /** Returns for how long the slice kept the thread, ms. */
  private async slice(): Promise<number> {
    const started = performance.now();
    const high = this.lastRecord();
    const packed: Packed[] = [];
    const packUntil = this.isUrgent ? Number.POSITIVE_INFINITY : started + limits.checkpointPackingMsMax;
    for (const resident of this.dirty.values()) {
      this.dirty.delete(resident.id);
      packed.push(this.writer.pack(resident));
      if (packed.length >= limits.checkpointRowsPerSliceMax || performance.now() > packUntil) break;
    }
    let busy = performance.now() - started;
    const control = this.control;
    this.controlSaving = control;
    this.control = new Map();
    this.controlBytes = 0;
    const oldest = this.dirty.values().next().value;
    const mark = oldest === undefined ? (this.replayed ?? high) + 1 : oldest.dirtyRecord;
    await this.gate.wait(high);
    const writing = performance.now();
    const written = this.rows.write((batch) => {
      this.forgetting.step(
        batch,
        packed.reduce((sum, one) => sum + one.resident.spilling.length, 0),
      );
      for (const { key, bytes } of control.values()) {
        if (bytes === null) batch.remove(this.rows.control, key);
        else batch.put(this.rows.control, key, bytes);
      }
      for (const one of packed) this.writer.put(one, batch);
      batch.put(this.rows.meta, 'high', pack(high));
      batch.put(this.rows.meta, 'mark', pack(mark));
    });
    busy += performance.now() - writing;
    await written;
    for (const { resident, chunks } of packed) {
      resident.saving = false;
      resident.spilling = [];
      if (chunks.length > 0) resident.tail = resident.tail.slice(chunks.length * HISTORY_CHUNK);
    }
    this.controlSaving = new Map();
    this.metrics.checkpointRows.inc(packed.length);
    this.metrics.checkpointSeconds.observe((performance.now() - started) / 1000);
    this.residents.sweep();
    if (this.onSpace !== undefined && !this.behind) {
      const resume = this.onSpace;
      this.onSpace = undefined;
      resume();
    }
    return busy;
  }

  /** Resolves when every row has what was applied before the call. Rejects where that failed: then the node has failed too. */
  async settle(): Promise<void> {
    await this.hurried(async () => {
      await this.running;
      this.run(0);
      await this.running;
    });
    if (this.failure !== undefined) throw this.failure;
  }

  private async hurried(wait: () => Promise<void>): Promise<void> {
    this.waiting++;
    this.resume?.();
    try {
      await wait();
    } finally {
      this.waiting--;
    }
  }

  /** Writes what is left and takes no more. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.hurried(async () => {
      await this.running;
      if (!this.stopped) await this.flushAll();
    });
    this.stopped = true;
  }
}
