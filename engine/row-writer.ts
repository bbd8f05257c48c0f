/**
 * A changed customer's rows: packed at one instant, and put into the checkpoint's transaction later, once the journal is
 * durable up to that instant.
 *
 * Owns: which rows one customer has (its own, chunks of its history, names that outgrew it, its deadline, whether it is
 * parked). The checkpoint owns when they are written.
 */
import { nextDue } from '../actors/customer/due.js';
import type { Sealer } from './journal/entry.js';
import type { Remembered } from './memory.js';
import type { Resident, Residents } from './residents.js';
import { encodeRow, fromNumbers, HISTORY_CHUNK, type Rows, toNumbers } from './rows.js';
import type { WriteBatch } from './storage/lmdb.js';

/** One customer, packed. */
export interface Packed {
  readonly resident: Resident;
  readonly row: Uint8Array;
  readonly chunks: readonly { chunk: number; positions: readonly number[] }[];
  readonly dueBefore: number | null;
  readonly waitingBefore: boolean;
  /** The oldest entry kept while it is parked. */
  readonly parkedFrom: number | undefined;
}

export class RowWriter {
  constructor(
    private readonly rows: Rows,
    private readonly residents: Pick<Residents, 'weigh'>,
    private readonly sealer: Sealer,
    private readonly importClosedAt: () => number,
  ) {}

  /** What follows is written once: `resident` counts as saved, and is being so until the transaction is done. */
  pack(resident: Resident): Packed {
    const { actor } = resident;
    const { state } = actor;
    resident.dirtySince = 0;
    resident.saving = true;
    const chunks: { chunk: number; positions: readonly number[] }[] = [];
    const first = (resident.entries - resident.tail.length) / HISTORY_CHUNK;
    let kept = 0;
    for (; resident.tail.length - kept > HISTORY_CHUNK; kept += HISTORY_CHUNK) {
      chunks.push({ chunk: first + chunks.length, positions: resident.tail.slice(kept, kept + HISTORY_CHUNK) });
    }
    resident.spilling = resident.memory.overflow(state?.arrival ?? 0);
    // What was merged away has its deadlines with the survivor.
    const due = state === undefined || resident.mergedInto !== null ? null : nextDue(state);
    const dueBefore = resident.due;
    const waitingBefore = resident.waiting;
    resident.due = due;
    resident.waiting = state?.imported === true && resident.sequence > this.importClosedAt();
    const row = encodeRow(
      {
        sequence: resident.sequence,
        state,
        memory: resident.memory,
        entries: resident.entries,
        tail: kept === 0 ? resident.tail : resident.tail.slice(kept),
        due,
        waiting: resident.waiting,
        parked: resident.parked,
        mergedInto: resident.mergedInto,
      },
      this.sealer,
    );
    this.residents.weigh(resident, row.length);
    return { resident, row, chunks, dueBefore, waitingBefore, parkedFrom: resident.parked[0] };
  }

  put(one: Packed, batch: WriteBatch): void {
    const { resident } = one;
    const { rows } = this;
    batch.put(rows.customers, resident.id, one.row);
    for (const { chunk, positions } of one.chunks)
      batch.put(rows.history, [resident.id, chunk], fromNumbers(positions));
    for (const [hash, cells] of spill(resident.spilling)) {
      const before = rows.remembered.get([resident.id, hash]);
      const all = before === undefined ? cells : [...toNumbers(before), ...cells];
      batch.put(rows.remembered, [resident.id, hash], fromNumbers(all));
    }
    if (one.parkedFrom !== undefined) batch.put(rows.parked, resident.id, fromNumbers([one.parkedFrom]));
    else if (resident.parkedRow) batch.remove(rows.parked, resident.id);
    resident.parkedRow = one.parkedFrom !== undefined;
    // A waiting row says since when it waits: rewritten once an import was closed, that it is not taken for an older one.
    const stands = one.dueBefore === resident.due && one.waitingBefore === resident.waiting;
    if (stands && !(resident.waiting && this.importClosedAt() > 0)) return;
    if (one.dueBefore !== null) batch.remove(one.waitingBefore ? rows.waiting : rows.due, [one.dueBefore, resident.id]);
    if (resident.due !== null) {
      batch.put(
        resident.waiting ? rows.waiting : rows.due,
        [resident.due, resident.id],
        fromNumbers([resident.sequence]),
      );
    }
  }
}

function spill(remembered: readonly Remembered[]): Map<number, number[]> {
  const byHash = new Map<number, number[]>();
  for (const { hash, sequence, until } of remembered) {
    const cells = byHash.get(hash);
    if (cells === undefined) byHash.set(hash, [sequence, until]);
    else cells.push(sequence, until);
  }
  return byHash;
}
