/**
 * Bases: all customer rows as of the end of a journal segment, kept before segments are dropped (DESIGN D7).
 *
 * A base is the fold of the base before it and the segments between, made by a worker from recorded outcomes alone; it
 * is an environment like the state's (`bases/<record>/`, rows without memory or history). Invariants: a folder without
 * the ending `.partial` is a base that was verified; a base is never changed.
 */
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { evolve } from '../actors/customer/evolve.js';
import type { CustomerState } from '../actors/customer/state.js';
import { customerOf, type Sealer } from './journal/entry.js';
import type { Journal } from './journal/journal.js';
import { CONTROL_SHARD, sequenceOf } from './journal/position.js';
import { Memory } from './memory.js';
import { pack } from './pack.js';
import { decodeStored } from './reader.js';
import { type CustomerRow, encodeRow, Rows } from './rows.js';
import { encodeCount, LIMITS, SharedCounts } from './shared-counts.js';
import { CODES, encodeTaken } from './taken-codes.js';

/** How many customers are folded in memory before they are written. */
const FOLDED_MAX = 8_192;

export class Bases {
  private readonly opened = new Map<number, Rows>();

  constructor(private readonly dir: string) {}

  /** Records the bases stand at, ascending. */
  get records(): number[] {
    if (!existsSync(this.dir)) return [];
    return readdirSync(this.dir)
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  }

  get oldest(): Rows | undefined {
    const [record] = this.records;
    return record === undefined ? undefined : this.at(record);
  }

  /** The newest base, to start the next one from. */
  get newest(): number {
    return this.records.at(-1) ?? 0;
  }

  at(record: number): Rows {
    let rows = this.opened.get(record);
    if (rows === undefined) {
      rows = new Rows(join(this.dir, folder(record)), { readOnly: true });
      this.opened.set(record, rows);
    }
    return rows;
  }

  /**
   * Folds the journal up to the end of `record` onto the newest base and keeps the result as a base of its own.
   * The caller verifies (`check`) before the folder gets its final name. Records up to `record` must be durable.
   */
  async make(
    record: number,
    journal: Journal,
    sealer: Sealer,
    check: (base: Rows) => void | Promise<void>,
  ): Promise<void> {
    const from = this.newest;
    if (record <= from) return;
    const partial = join(this.dir, folder(record) + '.partial');
    rmSync(partial, { recursive: true, force: true });
    if (from > 0) await this.at(from).copyTo(partial);
    const rows = new Rows(partial);
    try {
      await fold(rows, journal, from + 1, record, sealer);
      await check(rows);
    } finally {
      await rows.close();
    }
    renameSync(partial, join(this.dir, folder(record)));
  }

  /** Removes bases older than the one that everything kept in the journal starts from. */
  async prune(oldestKept: number): Promise<void> {
    const before = this.records.filter((record) => record < oldestKept);
    for (const record of before.slice(0, -1)) {
      await this.opened.get(record)?.close();
      this.opened.delete(record);
      rmSync(join(this.dir, folder(record)), { recursive: true, force: true });
    }
  }

  async close(): Promise<void> {
    for (const rows of this.opened.values()) await rows.close();
    this.opened.clear();
  }
}

async function fold(base: Rows, journal: Journal, from: number, to: number, sealer: Sealer): Promise<void> {
  const counts = new SharedCounts(base);
  const folded = new Map<string, { state: CustomerState | undefined; sequence: number; entries: number }>();
  const write = async (): Promise<void> => {
    const rows: [string, Buffer][] = [];
    for (const [id, { state, sequence, entries }] of folded) {
      rows.push([id, encodeRow(bare(state, sequence, entries), sealer)]);
    }
    folded.clear();
    await base.write((batch) => {
      for (const [id, row] of rows) batch.put(base.customers, id, row);
      for (const [name, count, sequence] of counts.list())
        batch.put(base.control, [LIMITS, name], encodeCount(count, sequence));
      for (const taken of counts.codes.list()) batch.put(base.control, [CODES, taken.name], encodeTaken(taken));
      batch.put(base.meta, 'record', pack(to));
    });
  };
  for (const { record, entries } of journal.records(from, to)) {
    for (let index = 0; index < entries.length; index++) {
      if (entries[index]!.shard === CONTROL_SHARD) continue;
      const read = decodeStored(entries[index]!, sequenceOf(record, index), sealer);
      const id = customerOf(read.entry)!;
      let one = folded.get(id);
      if (one === undefined) {
        const row = base.customer(id, sealer);
        one = { state: row?.state, sequence: row?.sequence ?? 0, entries: row?.entries ?? 0 };
        folded.set(id, one);
      }
      for (const outcome of read.outcomes) one.state = evolve(one.state, outcome);
      counts.apply(read.outcomes, read.sequence);
      one.sequence = read.sequence;
      one.entries++;
    }
    if (folded.size >= FOLDED_MAX) await write();
  }
  await write();
}

function bare(state: CustomerState | undefined, sequence: number, entries: number): CustomerRow {
  return {
    sequence,
    state,
    entries,
    memory: new Memory(),
    tail: [],
    due: null,
    waiting: false,
    parked: [],
    mergedInto: null,
  };
}

function folder(record: number): string {
  return String(record).padStart(12, '0');
}
