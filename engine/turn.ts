/**
 * One turn: the entries that will stand in one journal record, with what they decided, until they are appended.
 * A turn is open to its own entries: a second copy of an event in the same request finds the first one here.
 */
import { limits } from '../actors/limits.js';
import type { Outcome } from '../actors/outcome.js';
import type { JournalEntry } from './journal/entry.js';
import { formatPosition, sequenceOf } from './journal/position.js';
import type { RecordEntry } from './journal/record.js';
import type { OpenTurn, ReadEntry } from './reader.js';

export class Turn implements OpenTurn {
  readonly entries: RecordEntry[] = [];
  private readonly decided: { entry: JournalEntry; outcomes: readonly Outcome[] }[] = [];
  private bytes = 0;

  constructor(
    readonly record: number,
    readonly stamp: number,
    /** When it began; monotonic, ms. */
    private readonly started: number,
  ) {}

  get count(): number {
    return this.entries.length;
  }

  /** No further entry should be begun. An entry under way always fits: limits leave room for it. */
  get full(): boolean {
    return this.entries.length >= limits.turnEntriesMax || this.bytes >= limits.recordBytesMax / 2;
  }

  /** Whether work of this many entries is begun in it: a list that fits into one turn is not spread over two. */
  mayBegin(entries: number): boolean {
    if (this.entries.length === 0) return true;
    if (performance.now() - this.started > limits.turnMsMax) return false;
    return !this.full && this.entries.length + Math.min(entries, limits.turnEntriesMax) <= limits.turnEntriesMax;
  }

  get nextSequence(): number {
    return sequenceOf(this.record, this.entries.length);
  }

  add(
    shard: number,
    entry: JournalEntry,
    bytes: Uint8Array,
    outcomes: readonly Outcome[],
    outcomeBytes: Uint8Array,
  ): void {
    this.entries.push({ shard, entry: bytes, outcomes: outcomeBytes });
    this.decided.push({ entry, outcomes });
    this.bytes += bytes.length + outcomeBytes.length;
  }

  /** What was decided, entry by entry, for whoever follows the journal live. */
  *readBack(): Iterable<ReadEntry> {
    for (let index = 0; index < this.decided.length; index++) yield this.entry(index)!;
  }

  entry(index: number): ReadEntry | undefined {
    const decided = this.decided[index];
    if (decided === undefined) return undefined;
    const sequence = sequenceOf(this.record, index);
    const position = formatPosition(this.entries[index]!.shard, sequence);
    return { sequence, position, stamp: this.stamp, entry: decided.entry, outcomes: decided.outcomes };
  }
}
