/**
 * The state environment: one row a customer, and what belongs to it (DESIGN D9).
 *
 * A row says at which position it stands; everything of a customer that the journal does not already hold is in the
 * row or, for the few who outgrow it, in chunk rows written in the same transaction. The environment is written by
 * the checkpoint only, never beyond the durable journal.
 *
 * Row, format 1: [format, sequence, state, remembered, spilled, entries, tail, due, waiting, parked, mergedInto]
 */
import { fromRow, ROW_ATTRIBUTES, toRow } from '../actors/customer/row.js';
import type { CustomerState } from '../actors/customer/state.js';
import type { Sealer } from './journal/entry.js';
import { recordOf } from './journal/position.js';
import { Memory } from './memory.js';
import { pack, unpack } from './pack.js';
import { Environment, type EnvironmentOptions, type Table } from './storage/lmdb.js';

const ROW_FORMAT = 1;
/** Positions in one chunk row of a customer's history; up to so many more stand in the customer's row. */
export const HISTORY_CHUNK = 64;

/** A customer's row, decoded. */
export interface CustomerRow {
  /** The last entry this row has applied. */
  readonly sequence: number;
  /** Undefined while nothing was judged yet: the customer's first entry is parked. */
  readonly state: CustomerState | undefined;
  readonly memory: Memory;
  /** Positions of the customer's entries: how many in all, and the newest that are not in chunk rows yet. */
  readonly entries: number;
  readonly tail: readonly number[];
  /** The deadline row written for it, ms; null for none. */
  readonly due: number | null;
  /** That deadline row waits for the import to be closed. */
  readonly waiting: boolean;
  /** Sequences of entries kept while the customer is parked; empty when it is not. */
  readonly parked: readonly number[];
  /** The customer this one was merged into, by the entry it stands at; null: it is none's alias. */
  readonly mergedInto: string | null;
}

export class Rows {
  private readonly environment: Environment;
  readonly customers: Table;
  /** [customer, chunk number] → positions */
  readonly history: Table;
  /** [customer, hash] → pairs of sequence and until */
  readonly remembered: Table;
  /** [due ms, customer] → nothing: fires by the wall clock */
  readonly due: Table;
  /** [due ms, customer] → sequence of the import: fires once an import was closed after it */
  readonly waiting: Table;
  /** customer → sequence of the oldest entry kept: those parked now */
  readonly parked: Table;
  /** [table, key] → value: programs, registry, kept replies */
  readonly control: Table;
  readonly meta: Table;

  constructor(path: string, options: EnvironmentOptions = {}) {
    this.environment = new Environment(path, { ...options, tables: 8 });
    this.customers = this.environment.table('customers');
    this.history = this.environment.table('history');
    this.remembered = this.environment.table('remembered');
    this.due = this.environment.table('due');
    this.waiting = this.environment.table('waiting');
    this.parked = this.environment.table('parked');
    this.control = this.environment.table('control');
    this.meta = this.environment.table('meta');
  }

  get write(): Environment['write'] {
    return this.environment.write.bind(this.environment);
  }

  customer(id: string, sealer: Sealer): CustomerRow | undefined {
    const bytes = this.customers.get(id);
    return bytes === undefined ? undefined : decodeRow(id, bytes, sealer);
  }

  number(name: string): number {
    const bytes = this.meta.get(name);
    return bytes === undefined ? 0 : unpack<number>(bytes);
  }

  /** Positions of a customer's chunk, oldest first. */
  chunk(id: string, chunk: number): number[] {
    const bytes = this.history.get([id, chunk]);
    return bytes === undefined ? [] : toNumbers(bytes);
  }

  /** Sequences remembered outside the row for a hash, newest last. */
  spilled(id: string, hash: number): number[] {
    const bytes = this.remembered.get([id, hash]);
    if (bytes === undefined) return [];
    return toNumbers(bytes).filter((_, i) => i % 2 === 0);
  }

  /** The first record that is still needed: where replay starts, or the oldest entry kept for a parked customer. */
  get needed(): number {
    let needed = this.number('mark');
    for (const { value } of this.parked.range()) needed = Math.min(needed, recordOf(toNumbers(value)[0]!));
    return needed;
  }

  copyTo(path: string): Promise<void> {
    return this.environment.copyTo(path);
  }

  close(): Promise<void> {
    return this.environment.close();
  }
}

export function encodeRow(row: CustomerRow, sealer: Sealer): Buffer {
  scratch.clear();
  return pack([
    ROW_FORMAT,
    row.sequence,
    row.state === undefined ? 0 : encodeState(row.state, sealer),
    scratch.bytesOf(row.memory.numbers),
    row.memory.spilled,
    row.entries,
    scratch.bytesOf(row.tail),
    row.due,
    row.waiting,
    row.parked.length === 0 ? 0 : row.parked,
    row.mergedInto,
  ]);
}

function encodeState(state: CustomerState, sealer: Sealer): unknown[] {
  const row = toRow(state);
  if (hasAny(state.attributes)) row[ROW_ATTRIBUTES] = sealer.seal(state.id, pack(state.attributes));
  return row;
}

type PackedRow = [
  number,
  number,
  0 | unknown[],
  Uint8Array,
  boolean,
  number,
  Uint8Array,
  number | null,
  boolean,
  0 | number[],
  string | null,
];

export function decodeRow(id: string, bytes: Uint8Array, sealer: Sealer): CustomerRow {
  const row = unpack<PackedRow>(bytes);
  if (row[0] !== ROW_FORMAT) {
    throw new Error(
      `row of customer ${JSON.stringify(id)} has format ${row[0]}; this build reads ${ROW_FORMAT}: start the version that wrote it`,
    );
  }
  return {
    sequence: row[1],
    state: row[2] === 0 ? undefined : decodeState(id, row[2], sealer),
    memory: new Memory(toNumbers(row[3]), row[4]),
    entries: row[5],
    tail: toNumbers(row[6]),
    due: row[7],
    waiting: row[8],
    parked: row[9] === 0 ? [] : row[9],
    mergedInto: row[10],
  };
}

function decodeState(id: string, row: unknown[], sealer: Sealer): CustomerState {
  const sealed = row[ROW_ATTRIBUTES];
  if (sealed instanceof Uint8Array) {
    const opened = sealer.open(id, sealed);
    row[ROW_ATTRIBUTES] = opened === undefined ? {} : unpack(opened);
  }
  return fromRow(row);
}

function hasAny(attributes: object): boolean {
  for (const _ in attributes) return true;
  return false;
}

/** Numbers as bytes for as long as one row is packed: no typed array is made for each list. */
class Scratch {
  #cells = new Float64Array(512);
  #used = 0;

  clear(): void {
    this.#used = 0;
  }

  /** Good until `clear`. */
  bytesOf(numbers: readonly number[]): Uint8Array {
    const { length } = numbers;
    if (this.#used + length > this.#cells.length) {
      this.#cells = new Float64Array(Math.max(this.#cells.length * 2, length));
      this.#used = 0;
    }
    const from = this.#used;
    const cells = this.#cells;
    for (let i = 0; i < length; i++) cells[from + i] = numbers[i]!;
    this.#used += length;
    return new Uint8Array(cells.buffer, from * 8, length * 8);
  }
}
const scratch = new Scratch();

export function fromNumbers(numbers: readonly number[]): Uint8Array {
  const cells = new Float64Array(numbers.length);
  for (let i = 0; i < numbers.length; i++) cells[i] = numbers[i]!;
  return new Uint8Array(cells.buffer);
}

export function toNumbers(bytes: Uint8Array): number[] {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  const cells = new Float64Array(copy.buffer);
  const numbers = new Array<number>(cells.length);
  for (let i = 0; i < cells.length; i++) numbers[i] = cells[i]!;
  return numbers;
}
