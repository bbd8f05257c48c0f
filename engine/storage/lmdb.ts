/**
 * LMDB behind the narrowest door the engine needs: environments, tables of bytes, one transaction per write list.
 * This is the only file that imports `lmdb`.
 *
 * Owns: how bytes get on disk. Its neighbours (journal, rows, vault) own what the bytes mean.
 * Invariants:
 *  1. `write` is atomic and its promise resolves only after the commit's fsync (`overlappingSync: false`: after a
 *     failed fsync nothing of it becomes visible, DESIGN D12).
 *  2. No user code runs inside a transaction: a write is a finished list of operations.
 *  3. A rejected write is never retried here. The owner stops the node.
 *  4. Values are copied out on `get`; `peek` lends memory that is good only until the next call.
 */
import { mkdirSync } from 'node:fs';
import { type Database, type Key as LmdbKey, open, type RootDatabase } from 'lmdb';

/** Numbers, text, or lists of both; ordered as numbers < text, element by element. */
export type Key = number | string | readonly (number | string)[];

export interface RangeOptions {
  readonly start?: Key;
  /** Exclusive. */
  readonly end?: Key;
  readonly reverse?: boolean;
  readonly limit?: number;
}

export interface EnvironmentOptions {
  readonly readOnly?: boolean;
  /** How many tables may be opened. */
  readonly tables?: number;
}

type Bytes = Database<Buffer, LmdbKey>;

/** One named table of an environment: keys to bytes. Reads see the last committed state. */
export class Table {
  constructor(readonly database: Bytes) {}

  get(key: Key): Buffer | undefined {
    return this.database.get(key as LmdbKey);
  }

  /** Like `get` without the copy, to be decoded at once: the next read of any table overwrites the bytes, and the buffer is longer than its `length` says. */
  peek(key: Key): Buffer | undefined {
    return this.database.getBinaryFast(key as LmdbKey) as Buffer | undefined;
  }

  /** A consistent view of a range; keep it short-lived (an old reader keeps pages from being reused). */
  range(options: RangeOptions = {}): Iterable<{ key: Key; value: Buffer }> {
    return this.database.getRange({ ...(options as object), snapshot: true }) as Iterable<{ key: Key; value: Buffer }>;
  }

  keys(options: RangeOptions = {}): Iterable<Key> {
    return this.database.getKeys({ ...(options as object), snapshot: true }) as Iterable<Key>;
  }

  /** The next read sees the newest commit; a long synchronous run of reads would else hold one old view (DESIGN D14). */
  refresh(): void {
    (this.database as unknown as { resetReadTxn(): void }).resetReadTxn();
  }

  /** Number of entries, from the tree's own count. */
  get count(): number {
    return (this.database.getStats() as { entryCount: number }).entryCount;
  }
}

/** What a write list does to one table. */
export interface WriteBatch {
  put(table: Table, key: Key, value: Uint8Array): void;
  /** A put at the end: `key` must be above every key of the table, else nothing of it is written and the write resolves false. Fills pages. */
  append(table: Table, key: Key, value: Uint8Array): void;
  remove(table: Table, key: Key): void;
}

export class Environment {
  private readonly root: RootDatabase;
  readonly path: string;

  constructor(path: string, options: EnvironmentOptions = {}) {
    this.path = path;
    if (options.readOnly !== true) mkdirSync(path, { recursive: true });
    this.root = open({
      path,
      // A folder, also where its name has a dot in it (`<n>.partial`).
      noSubdir: false,
      maxDbs: options.tables ?? 8,
      readOnly: options.readOnly ?? false,
      overlappingSync: false,
      noMemInit: false,
      pageSize: 4096,
    });
  }

  /** Opens (and creates, unless read-only) a table. `numbers`: all keys are integers below 2^32. */
  table(name: string, keys: 'numbers' | 'any' = 'any'): Table {
    return new Table(
      this.root.openDB({
        name,
        encoding: 'binary',
        ...(keys === 'numbers' ? { keyEncoding: 'uint32' as const } : {}),
      }) as unknown as Bytes,
    );
  }

  /**
   * Writes a list in one transaction, in order. lmdb-js puts all operations of one synchronous run into one
   * transaction, executed on its own thread; `fill` must therefore be synchronous and only call the batch.
   */
  write(fill: (batch: WriteBatch) => void): Promise<unknown> {
    let last: Promise<unknown> | undefined;
    fill({
      put(table, key, value) {
        last = table.database.put(key as LmdbKey, value as Buffer);
      },
      append(table, key, value) {
        // The types know the options of `putSync` only; `put` takes the same.
        last = table.database.put(key as LmdbKey, value as Buffer, { append: true } as unknown as number);
      },
      remove(table, key) {
        last = table.database.remove(key as LmdbKey);
      },
    });
    return last ?? Promise.resolve();
  }

  /** Puts one value and returns when it is on disk; for what a folder needs at open, never beside `write`. */
  putNow(table: Table, key: Key, value: Uint8Array): void {
    table.database.putSync(key as LmdbKey, value as Buffer);
  }

  /** Removes one key and returns when that is on disk; for mending at open, never beside `write`. */
  removeNow(table: Table, key: Key): void {
    table.database.removeSync(key as LmdbKey);
  }

  /** The table, if it is there; creates nothing. */
  existingTable(name: string, keys: 'numbers' | 'any' = 'any'): Table | undefined {
    const table = this.root.openDB({
      name,
      encoding: 'binary',
      create: false,
      ...(keys === 'numbers' ? { keyEncoding: 'uint32' as const } : {}),
    } as { name: string }) as unknown as Bytes | undefined;
    return table === undefined ? undefined : new Table(table);
  }

  /** Copies the environment to a folder as it stands now, compacted. */
  async copyTo(path: string): Promise<void> {
    mkdirSync(path, { recursive: true });
    await (this.root as unknown as { backup(path: string, compact: boolean): Promise<void> }).backup(path, true);
  }

  close(): Promise<void> {
    return this.root.close();
  }
}
