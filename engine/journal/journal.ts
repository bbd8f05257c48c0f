/**
 * The journal: every turn of the node as one record, in segments, durable before anything depends on it.
 *
 * Owns: record numbers and segments. Its neighbours: record.ts owns a record's bytes, segment.ts a segment's files,
 * flight.ts what is on its way to disk, the turn what is in a record, the gate who waits for one.
 * Invariants:
 *  1. Record numbers are dense from `oldest` to `last`, over all segments; a gap is damage and opens nothing.
 *  2. Records become durable in order (flight.ts), so a crash never leaves a record without the ones before it.
 *  3. After a failed commit nothing is appended any more and everything under way is rejected (DESIGN D12).
 *  4. A record that does not check out is an error for whoever reads it, never skipped. One exception: the newest one
 *     on open. It was torn while it was written, was never acknowledged, and is removed with a warning.
 *  5. One process writes (lockfile.ts); others read what is durable when they open it.
 */
import { limits } from '../../actors/limits.js';
import type { Log } from '../log.js';
import { Environment } from '../storage/lmdb.js';
import { JournalClosed, JournalDamaged, JournalGone } from './damage.js';
import { Flight, type Ship } from './flight.js';
import { loadSegments } from './opening.js';
import { indexOf, recordOf } from './position.js';
import {
  type DecodedRecord,
  encodeRecord,
  entryCount,
  type RecordEntry,
  type StoredEntry,
  sliceEntry,
} from './record.js';
import { type OpenEnvironment, Segment } from './segment.js';

export type { RecordEntry, StoredEntry } from './record.js';

export interface JournalOptions {
  /** A segment that has grown beyond this many bytes takes no more records. */
  readonly segmentBytesMax?: number;
  /** Reads what is there; takes no lock and changes nothing. */
  readonly readOnly?: boolean;
  readonly log: Log;
  /** Where each record must be safe before it is written here. */
  readonly ship?: Ship;
  /** Only for tests that make a disk fail. */
  readonly openEnvironment?: OpenEnvironment;
}

export interface SegmentInfo {
  readonly first: number;
  /** `first - 1` while it is empty. */
  readonly last: number;
  readonly bytes: number;
  readonly sealed: boolean;
}

export class Journal {
  private newest: number;
  private readonly flight: Flight;
  private life: 'open' | 'closing' | 'closed' | 'failed' = 'open';
  private failure: Error | undefined;
  private readonly failed: ((error: Error) => void)[] = [];
  /** Ascending; the last one is written to, all others are sealed. Never empty unless read-only. */
  private readonly list: Segment[];
  /** Sealed segments that are open, the one read last at the end. */
  private readonly recent = new Set<Segment>();

  private constructor(
    private readonly dir: string,
    private readonly segmentBytesMax: number,
    private readonly readOnly: boolean,
    private readonly log: Log,
    private readonly openEnvironment: OpenEnvironment,
    ship: Ship | undefined,
  ) {
    const { segments, newest } = loadSegments(dir, readOnly, openEnvironment, log);
    this.list = segments;
    this.newest = newest;
    this.flight = new Flight(newest, (error) => this.fail(error), ship);
  }

  /**
   * Opens the journal in `dir`, which is made unless `readOnly`. Throws JournalDamaged where records are missing, or
   * where one before the newest is found damaged.
   */
  static open(dir: string, options: JournalOptions): Journal {
    return new Journal(
      dir,
      options.segmentBytesMax ?? limits.segmentBytesMax,
      options.readOnly ?? false,
      options.log,
      options.openEnvironment ?? ((path, settings) => new Environment(path, settings)),
      options.ship,
    );
  }

  /** Newest intact record at open, then the newest appended; 0 when there never was one. */
  get last(): number {
    return this.newest;
  }

  /** Newest record known to be on disk; all before it are. */
  get durable(): number {
    return this.flight.durable;
  }

  /** Oldest record still kept; 1 when nothing was dropped. */
  get oldest(): number {
    return this.list[0]?.first ?? 1;
  }

  /**
   * Takes the next record; `stamp`: wall time of the turn, ms. `durable` resolves when it and all before it are on
   * disk, and rejects when that failed: then its outcome is unknown until the journal is opened again (DESIGN D12).
   * Throws JournalClosed after a failure or `close`.
   */
  append(stamp: number, entries: readonly RecordEntry[]): { record: number; durable: Promise<void> } {
    if (this.life !== 'open' || this.readOnly) throw this.refusal();
    const record = this.newest + 1;
    return { record, durable: this.launch(record, encodeRecord(record, stamp, entries), false) };
  }

  /** Takes the next record, whole, as another node has made it; resolves when it is on disk. */
  async adopt(record: number, bytes: Buffer): Promise<void> {
    if (this.life !== 'open' || this.readOnly) throw this.refusal();
    if (record !== this.newest + 1) throw new Error(`record ${record} came where ${this.newest + 1} is due`);
    await this.launch(record, bytes, true);
  }

  private launch(record: number, bytes: Buffer, adopted: boolean): Promise<void> {
    const segment = this.list[this.list.length - 1]!;
    this.newest = record;
    segment.number(record, bytes.length);
    const durable = this.flight.launch(record, bytes, segment, adopted);
    if (segment.bytes > this.segmentBytesMax && this.failure === undefined) this.rotate(segment);
    return durable;
  }

  /**
   * The entry at a sequence, also while its record is on its way to disk. Undefined where there is none (yet), 'gone'
   * where its segment was dropped. Throws JournalDamaged.
   */
  read(sequence: number): StoredEntry | undefined | 'gone' {
    const record = recordOf(sequence);
    if (!(record >= 1 && record <= this.newest)) return undefined;
    const index = indexOf(sequence);
    const flying = this.flight.get(record);
    if (flying !== undefined) return index < entryCount(flying) ? sliceEntry(flying, index) : undefined;
    const segment = this.segmentOf(record);
    if (segment === undefined) return 'gone';
    this.touch(segment);
    const bytes = segment.read(record, true);
    if (bytes === undefined) {
      if (this.readOnly && !segment.isOpen) return 'gone';
      throw new JournalDamaged(record, segment.name, 'is missing');
    }
    try {
      const entry = sliceEntry(bytes, index);
      return {
        shard: entry.shard,
        stamp: entry.stamp,
        entry: Buffer.from(entry.entry),
        outcomes: Buffer.from(entry.outcomes),
      };
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw new JournalDamaged(record, segment.name, (error as Error).message);
    }
  }

  /**
   * Records `from` to `to`, ascending, as far as they are durable when the first is asked for. Reads a few at a time,
   * each time in a view of its own, so it may be slow and others may append meanwhile (DESIGN D14). Throws JournalGone
   * where one was dropped and JournalDamaged where one does not check out.
   */
  *records(from: number, to: number = Number.POSITIVE_INFINITY): Generator<DecodedRecord, void, undefined> {
    const end = Math.min(to, this.durable);
    for (let next = Math.max(1, from); next <= end; ) {
      const slice = this.slice(next, end);
      for (const record of slice) yield record;
      next += slice.length;
    }
  }

  /** Ascending; the last one is the one written to. */
  segments(): readonly SegmentInfo[] {
    return this.list.map(({ first, last, bytes, sealed }) => ({ first, last, bytes, sealed }));
  }

  /**
   * Deletes every sealed segment that ends at or before `upTo`, oldest first. The records are gone when it returns, the
   * promise waits for the files. Keeping a base before (DESIGN D7) is the caller's.
   */
  drop(upTo: number): Promise<void> {
    if (this.readOnly) throw this.refusal();
    const files: Promise<void>[] = [];
    while (this.list.length > 1 && this.list[0]!.last <= upTo && this.list[0]!.last <= this.durable) {
      const segment = this.list.shift()!;
      this.recent.delete(segment);
      files.push(segment.drop());
      this.log.info('journal_segment_dropped', { first: segment.first, last: segment.last });
    }
    return Promise.all(files).then(ignored);
  }

  /** Calls back once, on the first commit that fails (at once where it has). */
  onFailure(callback: (error: Error) => void): void {
    if (this.failure !== undefined) callback(this.failure);
    else this.failed.push(callback);
  }

  /** Waits for what is under way, then closes. */
  async close(): Promise<void> {
    if (this.life === 'open') this.life = 'closing';
    await this.flight.landing();
    if (this.life === 'closing') this.life = 'closed';
    await Promise.all(this.list.map((segment) => segment.close()));
    this.recent.clear();
  }

  // ---- writing ------------------------------------------------------------------------------------------------------

  /** Opens the next segment while the last record of this one is still on its way to disk. */
  private rotate(full: Segment): void {
    const next = new Segment(this.dir, this.newest + 1, false, this.openEnvironment);
    try {
      next.create();
    } catch (error) {
      this.fail(error as Error);
      return;
    }
    full.sealed = true;
    this.list.push(next);
    this.touch(full);
  }

  private fail(error: Error): void {
    if (this.failure !== undefined) return;
    this.failure = error;
    this.life = 'failed';
    this.log.error('journal_failed', { error: error.message, durable: this.durable, unknown: this.flight.size });
    this.flight.fail(this.refusal());
    for (const callback of this.failed) callback(error);
  }

  private refusal(): JournalClosed {
    if (this.readOnly) return new JournalClosed('the journal is open for reading only');
    if (this.failure === undefined) return new JournalClosed('the journal is closed');
    return new JournalClosed(
      `a commit of the journal failed (${this.failure.message}); what was under way has an unknown outcome. Restart the node: what reached the disk is kept, a repeat tells`,
      this.failure,
    );
  }

  // ---- reading ------------------------------------------------------------------------------------------------------

  private slice(from: number, end: number): DecodedRecord[] {
    const records: DecodedRecord[] = [];
    let bytes = 0;
    let segment: Segment | undefined;
    for (let record = from; record <= end && bytes < limits.readSliceBytesMax; record++) {
      if (segment === undefined || record > segment.last) {
        segment = this.segmentOf(record);
        if (segment === undefined) throw new JournalGone(record, this.oldest);
        this.touch(segment);
        segment.refresh();
      }
      const stored = segment.read(record, false);
      if (stored === undefined && this.readOnly && !segment.isOpen) throw new JournalGone(record, this.oldest);
      records.push(segment.verified(record, stored));
      bytes += stored!.length;
    }
    return records;
  }

  private segmentOf(record: number): Segment | undefined {
    let low = 0;
    let high = this.list.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const segment = this.list[middle]!;
      if (record < segment.first) high = middle - 1;
      else if (record > segment.last) low = middle + 1;
      else return segment;
    }
    return undefined;
  }

  /** Before a segment is read: bounds how many sealed ones are open, closing those not read for longest. */
  private touch(segment: Segment): void {
    if (!segment.sealed) return;
    this.recent.delete(segment);
    this.recent.add(segment);
    if (this.recent.size <= limits.openSegmentsMax) return;
    for (const oldest of this.recent) {
      if (this.recent.size <= limits.openSegmentsMax) return;
      if (oldest.last > this.durable) continue;
      this.recent.delete(oldest);
      void oldest.close();
    }
  }
}

function ignored(): void {}
