/**
 * From what is on disk to where the node stood: rows, then the journal from the mark on (DESIGN D9).
 *
 * Recorded outcomes are what happened (D8): nothing is decided again here. An entry is skipped for a row that already
 * stands at or beyond it. A row beyond the journal's end means that state was written ahead of the journal, or that
 * the journal lost its end: the node halts and says so.
 */
import type { Event } from '../actors/event.js';
import type { Checkpoint } from './checkpoint.js';
import type { Control } from './control.js';
import type { Customers } from './customers.js';
import { customerOf, type JournalEntry, type Sealer } from './journal/entry.js';
import type { Journal } from './journal/journal.js';
import { CONTROL_SHARD, sequenceOf, shardOf } from './journal/position.js';
import type { DecodedRecord } from './journal/record.js';
import type { Merges } from './merges.js';
import { decodeStored, type ReadEntry } from './reader.js';
import { type Recall, remember } from './recall.js';
import type { Resident, Residents } from './residents.js';
import type { Rows } from './rows.js';
import type { SharedCounts } from './shared-counts.js';

export interface Recovered {
  readonly entries: number;
  readonly milliseconds: number;
  /** Stamp of the newest record, ms. */
  readonly lastStamp: number;
}

export interface ReplayParts {
  readonly residents: Residents;
  readonly customers: Customers;
  readonly merges: Merges;
  readonly control: Control;
  readonly checkpoint: Checkpoint;
  readonly recall: Recall;
  readonly shared: SharedCounts;
  readonly sealer: Sealer;
}

export async function recover(
  parts: ReplayParts & { readonly journal: Journal; readonly rows: Rows },
): Promise<Recovered> {
  const { journal, rows, checkpoint } = parts;
  const started = performance.now();
  const high = rows.number('high');
  if (high > journal.last) {
    throw new Error(
      `state stands at record ${high}, the journal ends at ${journal.last}: the journal's end is missing; restore journal and state from the same backup`,
    );
  }
  const mark = Math.max(rows.number('mark'), 1);
  if (mark < journal.oldest) {
    throw new Error(
      `replay starts at record ${mark}, the journal at ${journal.oldest}: segments are missing; restore them from a backup`,
    );
  }
  for (const { key } of rows.parked.range()) parts.customers.foundParked(shardOf(key as string));
  let entries = 0;
  let lastStamp = 0;
  let records = 0;
  for (const decoded of journal.records(mark)) {
    lastStamp = decoded.stamp;
    entries += replay(readRecord(decoded, parts.sealer), decoded, parts);
    if (checkpoint.behind) await checkpoint.flush();
    if (++records % 64 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  checkpoint.replayed = undefined;
  if (lastStamp === 0 && journal.last >= journal.oldest) {
    for (const { stamp } of journal.records(journal.last)) lastStamp = stamp;
  }
  return { entries, milliseconds: performance.now() - started, lastStamp };
}

/** The entries of a record, in order. Changes nothing, so that it may be tried again. */
export function readRecord({ record, entries }: DecodedRecord, sealer: Sealer): readonly ReadEntry[] {
  return entries.map((stored, index) => decodeStored(stored, sequenceOf(record, index), sealer));
}

/** Folds what a record says. Returns how many entries the rows did not have. */
export function replay(
  read: readonly ReadEntry[],
  { record, stamp, entries }: DecodedRecord,
  parts: ReplayParts,
): number {
  let applied = 0;
  for (let index = 0; index < read.length; index++) {
    const one = read[index]!;
    if (entries[index]!.shard === CONTROL_SHARD) {
      parts.control.apply(one.entry, one.sequence, stamp);
      continue;
    }
    // The counts have rows of their own, which stand elsewhere than the customer's.
    parts.shared.apply(one.outcomes, one.sequence);
    if (apply(one, record, parts)) applied++;
  }
  parts.checkpoint.replayed = record;
  return applied;
}

/** Folds one entry into its customer. False where the row already has it. */
function apply(read: ReadEntry, record: number, parts: ReplayParts): boolean {
  const { entry, outcomes, sequence } = read;
  // The survivor's row and the old one's are written apart: each is asked for itself.
  parts.merges.apply(outcomes, sequence, record);
  const resident = parts.residents.wake(customerOf(entry)!);
  if (resident.sequence >= sequence) return false;
  if (isKept(entry, outcomes.length)) {
    if (resident.parked.length === 0) parts.customers.foundParked(resident.shard);
    resident.parked.push(sequence);
  } else {
    if (entry.kind === 'unparked') release(resident, entry.sequence, parts.customers);
    resident.actor.replay(outcomes);
  }
  const event: Event | undefined = parts.recall.eventOf(read);
  remember(resident, event, outcomes, sequence, read.stamp, parts.control.program?.lateness.ms ?? 0);
  resident.sequence = sequence;
  resident.entries++;
  resident.tail.push(sequence);
  parts.checkpoint.touch(resident, record);
  return true;
}

/** An entry that was kept unjudged has no outcomes; every judged one has at least what it was judged at. */
function isKept(entry: JournalEntry, outcomes: number): boolean {
  return outcomes === 0 && (entry.kind === 'event' || entry.kind === 'due' || entry.kind === 'send');
}

function release(resident: Resident, sequence: number, customers: Customers): void {
  resident.parked = resident.parked.filter((kept) => kept !== sequence);
  if (resident.parked.length === 0) customers.released(resident.shard);
}
