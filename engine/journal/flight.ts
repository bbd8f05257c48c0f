/**
 * Records on their way to disk.
 *
 * Owns: their bytes until they are durable, and the order in which they become so. The journal numbers them and owns
 * the segments they go to.
 * Invariants:
 *  1. Records become durable in the order they were launched. Within a segment LMDB commits in order; the first record
 *     of the next segment is handed over only when the one before is whole on disk.
 *  2. Each record's promise settles once: resolved with those before it, or rejected with all that were under way.
 */
import type { Segment } from './segment.js';

/** Takes a record somewhere else first; resolves once it is safe there. */
export type Ship = (record: number, bytes: Buffer) => Promise<void>;

interface Flying {
  readonly record: number;
  /** Not to be shipped: it comes from there. */
  readonly adopted: boolean;
  readonly bytes: Buffer;
  readonly segment: Segment;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export class Flight {
  /** By number, ascending. */
  private readonly flying = new Map<number, Flying>();
  /** The newest of them, not yet handed to LMDB because another segment is still being written. */
  private waiting: Flying[] = [];
  private handedOver = 0;
  private writing: Segment | undefined;
  private landed: (() => void) | undefined;
  private grounded = false;
  private shipped: Promise<void> = Promise.resolve();

  /**
   * @param durable Newest record that is durable already.
   * @param onFailure The first commit that failed; nothing may be launched after it.
   * @param ship Absent: a record is safe on this disk.
   */
  constructor(
    private durableRecord: number,
    private readonly onFailure: (error: Error) => void,
    private readonly ship: Ship | undefined,
  ) {}

  /** Newest record on disk; all before it are. */
  get durable(): number {
    return this.durableRecord;
  }

  get size(): number {
    return this.flying.size;
  }

  /** A record's bytes while it is on its way. */
  get(record: number): Buffer | undefined {
    return this.flying.get(record)?.bytes;
  }

  /** Resolves when the record is durable. A rejection nobody waits for is no error of its own: `onFailure` tells. */
  launch(record: number, bytes: Buffer, segment: Segment, adopted = false): Promise<void> {
    const durable = new Promise<void>((resolve, reject) => {
      const next: Flying = { record, adopted, bytes, segment, resolve, reject };
      this.flying.set(record, next);
      this.handOverOrWait(next);
    });
    durable.catch(() => {});
    return durable;
  }

  /** Rejects everything under way. */
  fail(error: Error): void {
    this.grounded = true;
    this.waiting = [];
    for (const { reject } of this.flying.values()) reject(error);
    this.landed?.();
  }

  /** Resolves when nothing is under way any more. */
  landing(): Promise<void> {
    if (this.flying.size === 0 || this.grounded) return Promise.resolve();
    return new Promise((resolve) => {
      this.landed = resolve;
    });
  }

  private handOverOrWait(next: Flying): void {
    if (this.waiting.length > 0 || (this.handedOver > 0 && this.writing !== next.segment)) this.waiting.push(next);
    else this.handOver(next);
  }

  private handOver(next: Flying): void {
    this.writing = next.segment;
    this.handedOver++;
    const onError = (error: Error): void => this.onError(error);
    const write = (): Promise<void> =>
      next.segment.append(next.record, next.bytes).then((written) => this.onWritten(next.record, written));
    try {
      if (this.ship === undefined || next.adopted) write().catch(onError);
      else {
        // One after the other: a record that is lost on the way never has a later one before it.
        this.shipped = this.shipped.then(() => this.ship!(next.record, next.bytes));
        this.shipped.then(write).catch(onError);
      }
    } catch (error) {
      this.onError(error as Error);
    }
  }

  private onWritten(record: number, written: unknown): void {
    if (this.grounded) return;
    if (written === false) {
      this.onError(new Error(`record ${record} was not taken: another process has written to this journal`));
      return;
    }
    for (const flying of this.flying.values()) {
      if (flying.record > record) break;
      this.flying.delete(flying.record);
      this.handedOver--;
      this.durableRecord = flying.record;
      flying.resolve();
    }
    if (this.handedOver === 0 && this.waiting.length > 0) {
      const waiting = this.waiting;
      this.waiting = [];
      for (const next of waiting) this.handOverOrWait(next);
    }
    if (this.flying.size === 0) this.landed?.();
  }

  private onError(error: Error): void {
    if (!this.grounded) this.onFailure(error);
  }
}
