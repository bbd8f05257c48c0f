/**
 * One segment of the journal: a folder `<first record, 12 digits>` that is an LMDB environment of its own, with one
 * table `records` from the record's number within the segment (1, 2, …) to its bytes (record.ts).
 *
 * Owns: the segment's files, and when its environment is open. The journal owns which segment a record belongs to.
 * Invariants:
 *  1. Records are dense from `first` to `last`; `last` is `first - 1` while it is empty.
 *  2. A segment is only ever appended to, by one writer, until it is sealed; then only read, copied or deleted whole.
 *  3. A sealed segment's environment is open only while somebody reads it (journal.ts bounds how many).
 *  4. The writer alone uses the lock file of a sealed segment; other processes read through a view of their own.
 */
import { existsSync, mkdtempSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { makeFolder, syncFolder } from '../storage/folder.js';
import type { Environment, EnvironmentOptions, Table } from '../storage/lmdb.js';
import { JournalDamaged } from './damage.js';
import { type DecodedRecord, decodeRecord, type TornRecord } from './record.js';

/** Makes environments; another one only in tests that make a disk fail. */
export type OpenEnvironment = (path: string, options: EnvironmentOptions) => Environment;

const TABLE = 'records';
/** LMDB's file. Beside it stands its lock file. */
const DATA = 'data.mdb';
const NAME_DIGITS = 12;
/** Ending of a segment that is being deleted: no longer part of the journal, whatever of it is left. */
export const DROPPED = '.dropped';
/** Ending of a segment that is being made. */
export const UNNAMED = '.new';

export function segmentName(first: number): string {
  return String(first).padStart(NAME_DIGITS, '0');
}

/** The first record's number from a folder's name; undefined when the folder is no segment. */
export function segmentFirst(name: string): number | undefined {
  return /^\d{12}$/.test(name) ? Number(name) : undefined;
}

export class Segment {
  /** Newest record appended; `first - 1` when empty. */
  last: number;
  sealed = false;
  readonly name: string;
  private readonly path: string;
  private environment: Environment | undefined;
  private table: Table | undefined;
  /** A folder of this process through which it reads a sealed segment; see viewOf. */
  private view: string | undefined;
  /** Bytes of a sealed segment's file, once asked; it does not change any more. */
  private sealedBytes: number | undefined;
  /** Estimate for the segment being written: the file when it was opened, plus what was appended since. */
  private writtenBytes = 0;

  constructor(
    dir: string,
    readonly first: number,
    private readonly readOnly: boolean,
    private readonly openEnvironment: OpenEnvironment,
  ) {
    this.name = segmentName(first);
    this.path = join(dir, this.name);
    this.last = first - 1;
  }

  /**
   * Makes the segment; returns when its name is on disk. Throws when it exists already. Made under another name first:
   * LMDB breaks both processes where one opens an environment that the other is just making.
   */
  create(): void {
    if (existsSync(this.path))
      throw new Error(`journal segment ${this.path} exists already: another process writes here`);
    const unnamed = this.path + UNNAMED;
    rmSync(unnamed, { recursive: true, force: true });
    makeFolder(unnamed);
    this.environment = this.openEnvironment(unnamed, { tables: 1 });
    this.table = this.environment.table(TABLE, 'numbers');
    syncFolder(unnamed);
    renameSync(unnamed, this.path);
    syncFolder(dirname(this.path));
  }

  /** Finds the newest record. Throws JournalDamaged where numbers are missing within the segment. */
  scan(): void {
    const table = this.open();
    if (table === undefined) return;
    const [newest = 0] = table.keys({ reverse: true, limit: 1 }) as Iterable<number>;
    const { count } = table;
    this.last = this.first - 1 + newest;
    if (count !== newest) {
      throw new JournalDamaged(
        this.last,
        this.name,
        `the segment holds ${count} records where its numbers say ${newest}`,
      );
    }
    this.writtenBytes = this.fileBytes();
  }

  get isOpen(): boolean {
    return this.environment !== undefined;
  }

  get isEmpty(): boolean {
    return this.last < this.first;
  }

  /** Size on disk; an estimate while it is written to. */
  get bytes(): number {
    if (!this.sealed) return this.writtenBytes;
    this.sealedBytes ??= this.fileBytes();
    return this.sealedBytes;
  }

  /** Writes one record; the caller numbers it `last + 1` beforehand. Resolves false when another process wrote it. */
  append(record: number, bytes: Buffer): Promise<unknown> {
    const table = this.open()!;
    return this.environment!.write((batch) => batch.append(table, this.keyOf(record), bytes));
  }

  /** Counts a record in before it is written. */
  number(record: number, bytes: number): void {
    this.last = record;
    // LMDB keeps a record beyond half a page on pages of its own; smaller ones share pages.
    this.writtenBytes += bytes > 2_000 ? Math.ceil((bytes + 16) / 4_096) * 4_096 : bytes + 64;
  }

  /** The record's bytes; `lent` ones are good only until the next read. Undefined when it is not there. */
  read(record: number, lent: boolean): Buffer | undefined {
    const table = this.open();
    if (table === undefined) return undefined;
    return lent ? table.peek(this.keyOf(record)) : table.get(this.keyOf(record));
  }

  /** What `read` gave, decoded and verified. Throws JournalDamaged. */
  verified(record: number, bytes: Buffer | undefined): DecodedRecord {
    const decoded = this.decode(record, bytes);
    if ('torn' in decoded) throw new JournalDamaged(record, this.name, decoded.torn);
    return decoded;
  }

  decode(record: number, bytes: Buffer | undefined): DecodedRecord | TornRecord {
    if (bytes === undefined) return { torn: 'is missing' };
    const decoded = decodeRecord(bytes);
    if (!('torn' in decoded) && decoded.record !== record) return { torn: `says it is record ${decoded.record}` };
    return decoded;
  }

  /** The next reads see the newest commit and hold no old one (DESIGN D14). */
  refresh(): void {
    this.table?.refresh();
  }

  /** Removes the newest record, on disk when it returns; the segment is then written to from there. */
  removeLast(): void {
    this.environment!.removeNow(this.open()!, this.keyOf(this.last));
    this.last--;
  }

  copyTo(path: string): Promise<void> {
    this.open();
    return this.environment!.copyTo(path);
  }

  close(): Promise<void> {
    const { environment, view } = this;
    this.environment = undefined;
    this.table = undefined;
    this.view = undefined;
    if (environment === undefined) return Promise.resolve();
    return environment.close().then(() => {
      if (view !== undefined) rmSync(view, { recursive: true, force: true });
    });
  }

  /** Deletes the segment. It is out of the journal, also after a crash, when this returns; its files go later. */
  drop(): Promise<void> {
    const closed = this.close();
    const dropped = this.path + DROPPED;
    renameSync(this.path, dropped);
    syncFolder(dirname(this.path));
    return closed.then(() => rm(dropped, { recursive: true, force: true }));
  }

  /** Deletes an empty segment at once. */
  dropEmpty(): void {
    void this.close();
    rmSync(this.path, { recursive: true, force: true });
    syncFolder(dirname(this.path));
  }

  /** Undefined only where it may not be made: for a sealed or read-only segment that has no table, or no files any more. */
  private open(): Table | undefined {
    if (this.table !== undefined) return this.table;
    const readOnly = this.readOnly || this.sealed;
    if (readOnly && !existsSync(join(this.path, DATA))) return undefined;
    if (this.readOnly && this.sealed) this.view ??= viewOf(this.path);
    this.environment ??= this.openEnvironment(this.view ?? this.path, { readOnly, tables: 1 });
    this.table = readOnly ? this.environment.existingTable(TABLE, 'numbers') : this.environment.table(TABLE, 'numbers');
    return this.table;
  }

  /** From 1: lmdb-js leaves key 0 out of a range that runs backwards. Small, so that record numbers are not bounded by 2^32. */
  private keyOf(record: number): number {
    return record - this.first + 1;
  }

  private fileBytes(): number {
    return statSync(join(this.path, DATA), { throwIfNoEntry: false })?.size ?? 0;
  }
}

/**
 * A folder of this process alone with a link to a sealed segment's file. Nobody writes there any more, so no lock needs
 * to be shared; and LMDB's lock file breaks where one process opens it while another, the last one, closes it. Undefined
 * where no temporary folder can be made.
 */
function viewOf(path: string): string | undefined {
  try {
    const view = mkdtempSync(join(tmpdir(), 'regulars-read-'));
    symlinkSync(resolve(path, DATA), join(view, DATA));
    return view;
  } catch {
    return undefined;
  }
}
