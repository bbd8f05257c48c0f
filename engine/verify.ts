/**
 * Proof of balance: folds every customer's recorded outcomes again, from the first entry kept (or the base before it),
 * and compares with the row on disk. Recomputes nothing by rules: recorded outcomes are what happened (DESIGN D8).
 *
 * Reads only, and may run beside a running node (its rows and the journal are each read as they stand; a row names the
 * position it stands at). Checked for each customer: the folded state equals the row to the last field; the ledger
 * identity of every account (PROGRAM: Points); and for all together, that the customers' histories name every entry
 * of the journal exactly once, and that what is counted of shared limits, and which generated codes are taken, is what
 * the entries say they took.
 */
import { join } from 'node:path';
import { evolve } from '../actors/customer/evolve.js';
import { toRow } from '../actors/customer/row.js';
import type { CustomerState } from '../actors/customer/state.js';
import { Bases } from './bases.js';
import { Journal } from './journal/journal.js';
import { CONTROL_SHARD, recordOf, sequenceOf } from './journal/position.js';
import { silent } from './log.js';
import { pack } from './pack.js';
import { decodeStored } from './reader.js';
import { type CustomerRow, decodeRow, HISTORY_CHUNK, Rows } from './rows.js';
import { countName, storedCounts } from './shared-counts.js';
import { Vault } from './vault/vault.js';
import { CodesProof } from './verify-codes.js';

/** One disagreement between the journal and the rows. */
export interface Drift {
  readonly customer: string | null;
  readonly what: string;
  readonly journal: unknown;
  readonly row: unknown;
}
export interface Verified {
  readonly customers: number;
  readonly entries: number;
  /** Newest records of the journal that not every row has yet; durable, and compared only as far as rows have them. */
  readonly recordsAhead: number;
  readonly drifts: readonly Drift[];
  /** More were found than are listed. */
  readonly truncated: boolean;
}
export interface VerifyOptions {
  readonly nodeKey?: Uint8Array;
  /** How many drifts to list; 100 unless told. */
  readonly driftsMax?: number;
}
/** How far a verification is: customers done, and how many there are. */
export type VerifyProgress = (done: number, of: number) => void;

/** Verifies a data folder. Throws where it cannot be opened. */
export async function verifyData(
  dataDir: string,
  options: VerifyOptions = {},
  onProgress?: VerifyProgress,
): Promise<Verified> {
  const vault = Vault.open(dataDir, options.nodeKey, { readOnly: true });
  const rows = new Rows(join(dataDir, 'state'), { readOnly: true });
  const openJournal = (): Journal => Journal.open(join(dataDir, 'journal'), { readOnly: true, log: silent });
  const bases = new Bases(join(dataDir, 'bases'));
  try {
    return await verifyRows({ rows, openJournal, base: bases.oldest, vault }, options.driftsMax, onProgress);
  } finally {
    await bases.close();
    await rows.close();
    await vault.close();
  }
}

/** The same over opened parts: every row against the fold of `base` and the journal after it. */
export function verifyRows(parts: VerifyParts, driftsMax = 100, onProgress?: VerifyProgress): Promise<Verified> {
  return new Verification(parts, driftsMax).run(onProgress);
}

export interface VerifyParts {
  readonly rows: Rows;
  /** Opens the journal as it stands now. The node may write on: rows read later stand at records appended later. */
  readonly openJournal: () => Journal;
  readonly base: Rows | undefined;
  readonly vault: Vault;
}

class Verification {
  private readonly drifts: Drift[] = [];
  private found = 0;
  private entries = 0;
  private customers = 0;
  /** Some entry took of a limit that all customers share. */
  private counts = false;
  /** Entries before the mark that histories name. */
  private named = 0;

  private readonly rows: Rows;
  private readonly base: Rows | undefined;
  private readonly vault: Vault;
  private journal: Journal;

  constructor(
    private readonly parts: VerifyParts,
    private readonly driftsMax: number,
  ) {
    this.rows = parts.rows;
    this.base = parts.base;
    this.vault = parts.vault;
    this.journal = parts.openJournal();
  }

  async run(onProgress: VerifyProgress | undefined): Promise<Verified> {
    try {
      return await this.verified(onProgress);
    } finally {
      await this.journal.close();
    }
  }

  private async verified(onProgress: VerifyProgress | undefined): Promise<Verified> {
    // The mark first: every entry before it is in a row that is read after it.
    const mark = Math.min(Math.max(this.rows.number('mark'), 1), this.journal.last + 1);
    const of = this.rows.customers.count;
    let after: string | undefined;
    for (;;) {
      // A fresh read transaction for each slice: an old one would keep pages from being reused (DESIGN D14).
      const slice: [string, CustomerRow][] = [];
      for (const { key, value } of this.rows.customers.range({ start: after, limit: 513 })) {
        if (key === after) continue;
        slice.push([key as string, decodeRow(key as string, value, this.vault)]);
        if (slice.length === 512) break;
      }
      if (slice.length === 0) break;
      if (slice.some(([, row]) => recordOf(row.sequence) > this.journal.last)) {
        await this.journal.close();
        this.journal = this.parts.openJournal();
      }
      for (const [id, row] of slice) this.customer(id, row, mark);
      after = slice.at(-1)![0];
      onProgress?.(this.customers, of);
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.histories(mark);
    await this.limits(mark);
    return {
      customers: this.customers,
      entries: this.entries,
      recordsAhead: Math.max(0, this.journal.last + 1 - mark),
      drifts: this.drifts,
      truncated: this.found > this.drifts.length,
    };
  }

  private customer(id: string, row: CustomerRow, mark: number): void {
    this.customers++;
    const base = this.base?.customer(id, this.vault);
    let state: CustomerState | undefined = base?.state;
    const from = base?.sequence ?? 0;
    for (const sequence of positions(this.rows, id, row)) {
      if (recordOf(sequence) < mark && recordOf(sequence) >= this.journal.oldest) this.named++;
      if (sequence <= from || sequence > row.sequence) continue;
      const stored = this.journal.read(sequence);
      if (stored === undefined || stored === 'gone') {
        this.drift(id, `entry ${sequence} of its history`, stored ?? 'absent', 'named');
        continue;
      }
      this.entries++;
      for (const outcome of decodeStored(stored, sequence, this.vault).outcomes) {
        state = evolve(state, outcome);
        if (outcome.type === 'limit.counted' || outcome.type === 'code.counted') this.counts = true;
      }
    }
    if (row.mergedInto !== null) this.merge(id, row, row.mergedInto);
    if (state === undefined || row.state === undefined) {
      // Only a customer whose first entry is parked has none, and one merged away before anybody heard of it.
      if (state !== row.state || (row.parked.length === 0 && row.mergedInto === null))
        this.drift(id, 'state', state === undefined ? 'no outcome recorded' : 'a state', row.state ?? 'none');
      return;
    }
    this.compare(id, state, row.state);
  }

  /** An alias stands at the entry that made it one. */
  private merge(id: string, row: CustomerRow, into: string): void {
    const stored = this.journal.read(row.sequence);
    if (stored === undefined || stored === 'gone') return;
    const merged = decodeStored(stored, row.sequence, this.vault).outcomes.some(
      (outcome) =>
        (outcome.type === 'customer.merged' || outcome.type === 'sale.claimed') &&
        outcome.data.from === id &&
        outcome.customerId === into,
    );
    if (!merged) this.drift(id, `entry ${row.sequence}, which merged it`, 'another', into);
  }

  private compare(id: string, folded: CustomerState, stored: CustomerState): void {
    if (!pack(toRow(folded)).equals(pack(toRow(stored)))) {
      const differing = differences(toRow(folded), toRow(stored));
      for (const { path, a, b } of differing.slice(0, 5)) this.drift(id, 'state' + path, a, b);
    }
    for (const account of stored.accounts) {
      const inLots = [...account.lots, ...account.waiting].reduce((sum, lot) => sum + lot.left, 0);
      const left = account.earned + account.adjusted;
      const right = inLots + account.spent + account.expired + account.cancelled + account.reversed - account.debt;
      if (left !== right) this.drift(id, `ledger identity of ${account.id}`, left, right);
    }
  }

  /** Counts the customers' entries in the journal before the mark: the histories must name as many. */
  private histories(mark: number): void {
    let journaled = 0;
    for (const { entries } of this.journal.records(this.journal.oldest, mark - 1)) {
      for (const entry of entries) if (entry.shard !== CONTROL_SHARD) journaled++;
    }
    if (journaled !== this.named) this.drift(null, `entries before record ${mark}`, journaled, this.named);
  }

  /** Every count as its row stands, against what the base and the entries up to there say. */
  private async limits(mark: number): Promise<void> {
    const rows = [...storedCounts(this.rows)];
    const codes = new CodesProof(this.rows, this.base);
    if (rows.length === 0 && codes.newest === 0 && !this.counts) return;
    if ([...rows.map(([, , sequence]) => sequence), codes.newest].some((at) => recordOf(at) > this.journal.last)) {
      await this.journal.close();
      this.journal = this.parts.openJournal();
    }
    const base = this.base;
    const standing = new Map(rows.map(([name, count, sequence]) => [name, { count, sequence }]));
    const folded = new Map<string, number>();
    const from = new Map<string, number>();
    for (const [name, count, sequence] of base === undefined ? [] : storedCounts(base)) {
      folded.set(name, count);
      from.set(name, sequence);
    }
    for (const { record, entries } of this.journal.records(this.journal.oldest)) {
      for (let index = 0; index < entries.length; index++) {
        if (entries[index]!.shard === CONTROL_SHARD) continue;
        const sequence = sequenceOf(record, index);
        for (const { type, data } of decodeStored(entries[index]!, sequence, this.vault).outcomes) {
          if (type === 'code.counted') codes.fold(data, sequence, record < mark);
          if (type !== 'limit.counted') continue;
          const name = countName(data.limit, data.of);
          const row = standing.get(name);
          // What no row has yet is in the journal all the same, and found by replay; before the mark every row has it.
          const upTo = row?.sequence ?? (record < mark ? sequence : 0);
          if (sequence <= (from.get(name) ?? 0) || sequence > upTo) continue;
          folded.set(name, (folded.get(name) ?? 0) + data.by);
        }
      }
      if (record % 256 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    for (const name of new Set([...standing.keys(), ...folded.keys()])) {
      const counted = folded.get(name) ?? 0;
      const count = standing.get(name)?.count ?? 0;
      if (counted !== count) this.drift(null, `shared limit ${name}`, counted, count);
    }
    for (const { name, journal, row } of codes.drifts()) this.drift(null, `codes taken ${name}`, journal, row);
  }

  private drift(customer: string | null, what: string, journal: unknown, row: unknown): void {
    this.found++;
    if (this.drifts.length < this.driftsMax) this.drifts.push({ customer, what, journal, row });
  }
}

/** Positions of a customer's entries, oldest first, as its row and chunk rows name them. */
export function* positions(rows: Rows, id: string, row: CustomerRow): Iterable<number> {
  const chunks = (row.entries - row.tail.length) / HISTORY_CHUNK;
  for (let chunk = 0; chunk < chunks; chunk++) yield* rows.chunk(id, chunk);
  yield* row.tail;
}

/** Where two rows differ, by path into the tuple. */
function differences(a: unknown, b: unknown, path = ''): { path: string; a: unknown; b: unknown }[] {
  if (Array.isArray(a) && Array.isArray(b)) {
    const found: { path: string; a: unknown; b: unknown }[] = [];
    for (let i = 0; i < Math.max(a.length, b.length); i++) found.push(...differences(a[i], b[i], path + '/' + i));
    return found;
  }
  return pack(a ?? null).equals(pack(b ?? null)) ? [] : [{ path, a: a ?? null, b: b ?? null }];
}
