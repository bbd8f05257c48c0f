/**
 * The roster: customers whose actors are in memory, under a budget in bytes.
 *
 * Owns: waking an actor from its row and letting it go again. The checkpoint owns when a row is written.
 * Invariants: (1) between checkpoints the resident actor is the truth, the row is only where it can be found again;
 * (2) a resident leaves only when its last change is on disk: it is neither dirty nor being saved (DESIGN D9).
 */
import { type CustomerActor, createCustomerActor } from '../actors/customer/actor.js';
import { limits } from '../actors/limits.js';
import type { Outcome } from '../actors/outcome.js';
import type { Sealer } from './journal/entry.js';
import { shardOf } from './journal/position.js';
import { Memory, type Remembered } from './memory.js';
import type { Rows } from './rows.js';

export class Resident {
  actor: CustomerActor;
  readonly shard: number;
  /** The last entry applied. */
  sequence = 0;
  memory: Memory;
  /** How many entries the customer has, and the positions of the newest (the older ones are in chunk rows). */
  entries = 0;
  tail: number[] = [];
  /** The deadline row on disk, and in which table. */
  due: number | null = null;
  waiting = false;
  parked: number[] = [];
  /** The customer this one was merged into: it is an alias now, and stands at that entry for good. */
  mergedInto: string | null = null;
  /** Its row of those parked stands on disk. */
  parkedRow = false;

  /** Number of the journal entry that made it dirty, counted over the node's life; 0 while clean. */
  dirtySince = 0;
  /** The record of that entry. */
  dirtyRecord = 0;
  saving = false;
  /** Names on their way to rows of their own, still to be found here. */
  spilling: readonly Remembered[] = [];
  /** Seen since the last sweep. */
  touched = true;
  /** Estimated heap, bytes. */
  bytes: number = limits.residentBytesNew;

  constructor(
    readonly id: string,
    actor: CustomerActor,
    memory: Memory,
  ) {
    this.actor = actor;
    this.memory = memory;
    this.shard = shardOf(id);
  }
}

export class Residents {
  private readonly byId = new Map<string, Resident>();
  /** The same residents in the clock's order, and where its hand stands. */
  private readonly ring: Resident[] = [];
  private hand = 0;
  private bytes = 0;

  constructor(
    private readonly rows: Rows,
    private readonly sealer: Sealer,
    private readonly budgetBytes: number = limits.residentBytesMax,
  ) {}

  get count(): number {
    return this.byId.size;
  }
  get heapBytes(): number {
    return this.bytes;
  }

  /** More is in memory than there is room for: rows should be written, so that residents can leave. */
  get over(): boolean {
    return this.bytes > this.budgetBytes;
  }
  /** So much more that nobody new should be woken. */
  get full(): boolean {
    return this.bytes > this.budgetBytes * 1.25;
  }

  /** The resident, if it is in memory. */
  peek(id: string): Resident | undefined {
    return this.byId.get(id);
  }

  /** In memory, else from its row, else new (its actor then has no state until the first event is judged). */
  wake(id: string): Resident {
    const here = this.byId.get(id);
    if (here !== undefined) {
      here.touched = true;
      return here;
    }
    const row = this.rows.customer(id, this.sealer);
    const resident = new Resident(id, createCustomerActor(id, row?.state), row?.memory ?? new Memory());
    if (row !== undefined) {
      resident.sequence = row.sequence;
      resident.entries = row.entries;
      resident.tail = row.tail as number[];
      resident.due = row.due;
      resident.waiting = row.waiting;
      resident.parked = row.parked as number[];
      resident.parkedRow = row.parked.length > 0;
      resident.mergedInto = row.mergedInto;
    }
    this.byId.set(id, resident);
    this.ring.push(resident);
    this.bytes += resident.bytes;
    return resident;
  }

  /** Sequence of the customer's first entry; 0 before it. */
  first({ id, entries, tail }: Resident): number {
    return entries === tail.length ? (tail[0] ?? 0) : this.rows.chunk(id, 0)[0]!;
  }

  /** Whom an id stands for: the customer itself, or where it was merged away the one it was merged into. */
  survivor(id: string): Resident {
    let resident = this.wake(id);
    while (resident.mergedInto !== null) resident = this.wake(resident.mergedInto);
    return resident;
  }

  /**
   * After a fault the state may be half changed: the actor is made anew from the row and what was recorded since.
   * `outcomesOf` an entry, by its sequence.
   */
  restore(resident: Resident, outcomesOf: (sequence: number) => readonly Outcome[]): void {
    const row = this.rows.customer(resident.id, this.sealer);
    const stands = row?.sequence ?? 0;
    resident.actor.release();
    resident.actor = createCustomerActor(resident.id, row?.state);
    for (const sequence of resident.tail) if (sequence > stands) resident.actor.replay(outcomesOf(sequence));
  }

  /** A new estimate for one resident, made when its row was packed. */
  weigh(resident: Resident, rowBytes: number): void {
    const bytes = limits.residentBytesEach + rowBytes * limits.residentBytesPerRowByte;
    this.bytes += bytes - resident.bytes;
    resident.bytes = bytes;
  }

  /**
   * Lets go of residents until the budget holds: a clock with second chance (whoever was seen since the hand came by
   * stays once more). Looks at a bounded number, so that no call holds the loop. Returns how many left.
   */
  sweep(): number {
    const { ring } = this;
    let left = 0;
    for (let steps = limits.sweepStepsMax; steps > 0 && this.bytes > this.budgetBytes && ring.length > 0; steps--) {
      if (this.hand >= ring.length) this.hand = 0;
      const resident = ring[this.hand]!;
      if (resident.touched || resident.dirtySince !== 0 || resident.saving) {
        resident.touched = false;
        this.hand++;
        continue;
      }
      this.byId.delete(resident.id);
      resident.actor.release();
      this.bytes -= resident.bytes;
      const last = ring.pop()!;
      if (last !== resident) ring[this.hand] = last;
      left++;
    }
    return left;
  }
}
