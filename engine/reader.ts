/**
 * Reads single entries back by their address, with what they caused: for duplicates, the event stream, purchases that
 * a return names, explain. The journal also answers for records still on their way to disk, and the turn at work for
 * its own entries: whoever passes such a thing on waits at the gate first (DESIGN D1).
 */
import type { Outcome } from '../actors/outcome.js';
import { customerOf, decodeEntry, type JournalEntry, type Sealer } from './journal/entry.js';
import type { Journal, StoredEntry } from './journal/journal.js';
import { decodeOutcomes } from './journal/outcomes.js';
import { formatPosition, indexOf, recordOf } from './journal/position.js';

export interface ReadEntry {
  readonly sequence: number;
  readonly position: string;
  /** Wall time of the turn, ms. */
  readonly stamp: number;
  readonly entry: JournalEntry;
  readonly outcomes: readonly Outcome[];
}

/** The turn at work, not appended yet. */
export interface OpenTurn {
  readonly record: number;
  entry(index: number): ReadEntry | undefined;
}

export class Reader {
  /** Set while a turn is at work. */
  turn: OpenTurn | undefined;

  constructor(
    private readonly journal: Journal,
    private readonly sealer: Sealer,
  ) {}

  /** 'gone' where the segment was dropped; undefined where there is no such entry. */
  read(sequence: number): ReadEntry | 'gone' | undefined {
    if (this.turn !== undefined && recordOf(sequence) === this.turn.record) return this.turn.entry(indexOf(sequence));
    const stored = this.journal.read(sequence);
    return stored === undefined || stored === 'gone' ? stored : decodeStored(stored, sequence, this.sealer);
  }
}

export function decodeStored(stored: StoredEntry, sequence: number, sealer: Sealer): ReadEntry {
  const entry = decodeEntry(stored.entry, sealer);
  const position = formatPosition(stored.shard, sequence);
  return { sequence, position, stamp: stored.stamp, entry, outcomes: outcomesOf(stored, entry, position, sealer) };
}

function outcomesOf(stored: StoredEntry, entry: JournalEntry, position: string, sealer: Sealer): Outcome[] {
  const customerId = customerOf(entry);
  if (customerId === undefined || stored.outcomes.length === 0) return [];
  const own = entry.kind === 'event' ? entry.event : undefined;
  const time = entry.kind === 'send' ? entry.at : (own?.time ?? 0);
  return decodeOutcomes(stored.outcomes, position, customerId, own?.id, time, sealer);
}
