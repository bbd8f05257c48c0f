/**
 * What a customer remembers of past entries, so that an event changes state exactly once (DESIGN D2) and a purchase is
 * found again by its transaction: hash of a name → where the entry stands.
 *
 * Four kinds of names share the table: event ids (kept for the longer of 30 days and the program's lateness), purchases
 * and returns by their transaction, and the returns of a purchase (these kept for good). The newest `rememberedIdsInRowMax` stand in the
 * customer's own row, as atomic as its state and without a second look-up; older ones spill into rows of their own,
 * found by (customer, hash). A hash only says where to look: the entry itself is compared, so a collision costs a read
 * and never an event.
 */
import { limits } from '../actors/limits.js';

/** hash, sequence, and until when it is remembered (ms; Infinity for good). */
const WIDTH = 3;

export interface Remembered {
  readonly hash: number;
  readonly sequence: number;
  readonly until: number;
}

/** Names, hashed to 53 bits: of an event, a purchase, a return, and of a purchase whose return it is. */
export function hashName(kind: 'e' | 'p' | 't' | 'r', name: string, source = ''): number {
  let a = 0xdeadbeef ^ kind.charCodeAt(0);
  let b = 0x41c6ce57 ^ kind.charCodeAt(0);
  for (let i = 0; i < source.length; i++) {
    const unit = source.charCodeAt(i);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ 0x10001, 2654435761);
  b = Math.imul(b ^ 0x10001, 1597334677);
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}

export class Memory {
  /** Flat. A list and not a typed array: it lies in the heap, where a small one costs a tenth. */
  private readonly cells: number[];
  /** Whether older names stand in rows of their own. */
  spilled: boolean;

  constructor(cells: number[] = [], spilled = false) {
    this.cells = cells;
    this.spilled = spilled;
  }

  /** What a row keeps of it, flat: hash, sequence, until, …; read by the constructor. */
  get numbers(): readonly number[] {
    return this.cells;
  }

  get count(): number {
    return this.cells.length / WIDTH;
  }

  /** Newest first. Calls `visit` for every remembered sequence of the hash until it returns true. */
  find(hash: number, visit: (sequence: number) => boolean): number | undefined {
    const { cells } = this;
    for (let at = cells.length - WIDTH; at >= 0; at -= WIDTH) {
      if (cells[at] === hash && visit(cells[at + 1]!)) return cells[at + 1]!;
    }
    return undefined;
  }

  add(hash: number, sequence: number, until: number): void {
    this.cells.push(hash, sequence, until);
  }

  /** Takes out what the row has no room for: the oldest, expired ones dropped. Called when the row is written. */
  overflow(now: number): Remembered[] {
    const { cells } = this;
    if (this.count <= limits.rememberedIdsInRowMax) return [];
    const over: Remembered[] = [];
    const keep = limits.rememberedIdsInRowMax / 2;
    const cut = cells.length - keep * WIDTH;
    for (let at = 0; at < cut; at += WIDTH) {
      if (cells[at + 2]! >= now) over.push({ hash: cells[at]!, sequence: cells[at + 1]!, until: cells[at + 2]! });
    }
    cells.splice(0, cut);
    if (over.length > 0) this.spilled = true;
    return over;
  }
}
