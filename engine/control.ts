/**
 * What belongs to the node and to no customer: the program in force and its earlier versions, small durable tables
 * (properties, cursors), replies kept under an Idempotency-Key, and when the import was last closed.
 *
 * Each change is a journal entry in the control shard; the memory here is a fold over them, written to the control
 * table by the checkpoint. Invariant: a version of the program is compiled before its entry is made, and from its
 * place in the turn on every event is judged by it.
 */
import type { Json } from '../actors/event.js';
import { limits } from '../actors/limits.js';
import { compileProgram } from '../actors/program/compile.js';
import type { ProgramDocument } from '../actors/program/document.js';
import type { Program } from '../actors/program/program.js';
import type { Checkpoint } from './checkpoint.js';
import type { KeepReply, KeptReply, PublishedProgram } from './contract.js';
import { encodeEntry, type JournalEntry } from './journal/entry.js';
import { CONTROL_SHARD } from './journal/position.js';
import { pack, unpack } from './pack.js';
import type { Rows } from './rows.js';
import { RUNS, Runs, type SendRow } from './runs.js';
import { LIMITS } from './shared-counts.js';
import { CODES } from './taken-codes.js';
import type { Turn } from './turn.js';

const PROGRAMS = '#program';
/** Table of kept replies. */
export const REPLIES = '#reply';
const IMPORT = '#import';
const SECRETS = '#secret';
const CODE_SECRET = 'codes';
const DAY_MS = 86_400_000;
const NONE = new Uint8Array(0);

interface StoredReply extends KeptReply {
  readonly fingerprint: string;
  readonly until: number;
}

export class Control {
  program: Program | undefined;
  /** Sequence of the newest `importClosed` entry; 0 for none. */
  importClosedAt: number;
  readonly runs = new Runs((campaignId, row) => this.changed(RUNS, campaignId, row));
  private readonly published: PublishedProgram[] = [];
  private readonly tables = new Map<string, Map<string, Json>>();
  private checkpoint: Checkpoint | undefined;

  constructor(private readonly rows: Rows) {
    this.importClosedAt = 0;
    for (const { key, value } of rows.control.range()) {
      const [table, name] = key as [string, string];
      if (table === IMPORT) this.importClosedAt = unpack<number>(value);
      else if (table === PROGRAMS) this.published.push(headOf(unpack<StoredProgram>(value)));
      else if (table === RUNS) this.runs.load(name, unpack<SendRow>(value));
      else if (table !== REPLIES && table !== LIMITS && table !== CODES)
        this.table(table).set(name, unpack<Json>(value));
    }
    this.published.sort((a, b) => a.version - b.version);
    const newest = this.published.at(-1);
    if (newest !== undefined)
      this.program = compileProgram(this.document(newest.version) as unknown as ProgramDocument, newest.version);
  }

  attach(checkpoint: Checkpoint): void {
    this.checkpoint = checkpoint;
  }

  get(table: string, key: string): Json | undefined {
    return this.tables.get(table)?.get(key);
  }

  list(table: string): readonly (readonly [string, Json])[] {
    return [...(this.tables.get(table) ?? [])];
  }

  /** What generated promo codes are made of; undefined before the first program that has some. */
  get codeSecret(): string | undefined {
    return this.get(SECRETS, CODE_SECRET) as string | undefined;
  }

  programs(): readonly PublishedProgram[] {
    return this.published;
  }

  /** The document of a version as it was published. */
  document(version: number): Json | undefined {
    const bytes = this.stored(PROGRAMS, String(version));
    return bytes === undefined ? undefined : unpack<StoredProgram>(bytes).document;
  }

  /** The reply kept under a key, if it is not too old at `now`. */
  reply(scope: string, key: string, now: number): StoredReply | undefined {
    const bytes = this.stored(REPLIES, replyName(scope, key));
    const stored = bytes === undefined ? undefined : unpack<StoredReply>(bytes);
    return stored === undefined || stored.until < now ? undefined : stored;
  }

  /** The entry that makes the secret of generated codes; undefined where there is one. It is never changed. */
  codeSecretEntry(fresh: string): JournalEntry | undefined {
    return this.codeSecret === undefined
      ? { kind: 'registry', table: SECRETS, key: CODE_SECRET, value: fresh }
      : undefined;
  }

  /** Renders a reply and puts it into the turn, beside what it answers. */
  keep(keep: KeepReply | undefined, turn: Turn): void {
    const rendered = keep?.render();
    if (keep === undefined || rendered === undefined) return;
    const { scope, key, fingerprint } = keep;
    const { status, contentType, body } = rendered;
    const entry: JournalEntry = { kind: 'reply', scope, key, fingerprint, status, contentType, body };
    turn.add(CONTROL_SHARD, entry, encodeEntry(entry), [], NONE);
    this.apply(entry, 0, turn.stamp);
  }

  /** Folds one control entry, live or on replay. `compiled` where the caller has the program already. */
  apply(entry: JournalEntry, sequence: number, stamp: number, compiled?: Program): void {
    switch (entry.kind) {
      case 'program': {
        const { version, at, by, document } = entry;
        this.runs.published(document as unknown as ProgramDocument, at);
        if (version <= (this.published.at(-1)?.version ?? 0)) return;
        this.published.push({ version, publishedAt: at, publishedBy: by });
        this.program = compiled ?? compileProgram(document as unknown as ProgramDocument, version);
        this.changed(PROGRAMS, String(version), { version, at, by, document });
        return;
      }
      case 'registry':
        if (entry.value === null) this.table(entry.table).delete(entry.key);
        else this.table(entry.table).set(entry.key, entry.value);
        this.changed(entry.table, entry.key, entry.value);
        return;
      case 'reply': {
        const { fingerprint, status, contentType, body, scope, key } = entry;
        const stored = { fingerprint, status, contentType, body, until: stamp + limits.idempotencyDays * DAY_MS };
        this.changed(REPLIES, replyName(scope, key), stored);
        return;
      }
      case 'runOpened':
        this.runs.opened(entry, sequence);
        return;
      case 'runMoved':
        this.runs.moved(entry);
        return;
      // Who leads is nobody's business here.
      case 'leads':
        return;
      case 'importClosed':
        this.importClosedAt = sequence;
        this.changed(IMPORT, 'closedAt', sequence);
        return;
      default:
        throw new Error(`not a control entry: ${entry.kind}`);
    }
  }

  /** A control row, also while it is on its way to disk. */
  private stored(table: string, key: string): Uint8Array | undefined {
    const pending = this.checkpoint?.pending(table, key);
    return pending === undefined ? this.rows.control.get([table, key]) : (pending ?? undefined);
  }

  private changed(table: string, key: string, value: unknown): void {
    this.checkpoint?.changed(table, key, value === null ? null : pack(value));
  }

  private table(name: string): Map<string, Json> {
    const known = this.tables.get(name);
    if (known !== undefined) return known;
    const table = new Map<string, Json>();
    this.tables.set(name, table);
    return table;
  }
}

interface StoredProgram {
  readonly version: number;
  readonly at: number;
  readonly by: string;
  readonly document: Json;
}

function headOf(stored: StoredProgram): PublishedProgram {
  return { version: stored.version, publishedAt: stored.at, publishedBy: stored.by };
}

/** Until when a stored reply is kept, ms. */
export function replyUntil(bytes: Uint8Array): number {
  return unpack<StoredReply>(bytes).until;
}

function replyName(scope: string, key: string): string {
  return scope + '/' + key;
}
