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
import { type Database, open, type RootDatabase } from 'lmdb';

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

type Bytes = Database<Buffer, Key>;

/** One named table of an environment: keys to bytes. Reads see the last committed state. */
export class Table {
  constructor(readonly database: Bytes) {}

  get(key: Key): Buffer | undefined {
    return this.database.get(key);
  }

  /** Like `get` without the copy: the bytes are overwritten by the next read of any table. */
  peek(key: Key): Buffer | undefined {
    return this.database.getBinaryFast(key) as Buffer | undefined;
  }

  has(key: Key): boolean {
    return this.database.doesExist(key);
  }

  /** A consistent view of a range; keep it short-lived (an old reader keeps pages from being reused). */
  range(options: RangeOptions = {}): Iterable<{ key: Key; value: Buffer }> {
    return this.database.getRange({ ...(options as object), snapshot: true });
  }

  keys(options: RangeOptions = {}): Iterable<Key> {
    return this.database.getKeys({ ...(options as object), snapshot: true });
  }

  /** Number of entries, from the tree's own count. */
  get count(): number {
    return (this.database.getStats() as { entryCount: number }).entryCount;
  }
}

/** What a write list does to one table. */
export interface WriteBatch {
  put(table: Table, key: Key, value: Uint8Array): void;
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
        last = table.database.put(key, value as Buffer);
      },
      remove(table, key) {
        last = table.database.remove(key);
      },
    });
    return last ?? Promise.resolve();
  }

  /** Copies the environment to a folder as it stands now, compacted. */
  async copyTo(path: string): Promise<void> {
    mkdirSync(path, { recursive: true });
    await (this.root as unknown as { backup(path: string, compact: boolean): Promise<void> }).backup(path, true);
  }

  /** Readers now open, and the age in transactions of the oldest (DESIGN D14). */
  readers(): string {
    return (this.root as unknown as { readerList(): string }).readerList();
  }

  close(): Promise<void> {
    return this.root.close();
  }
}
