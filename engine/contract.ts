/**
 * What the engine offers to whoever stands in front of it (gateway, command line, bench). Only types and error
 * classes here: nothing in this file knows LMDB, threads or loyalty rules.
 *
 * Invariant (DESIGN D1): every promise below that depends on an entry resolves only after that entry is on disk.
 */
import type { Event, Json } from '../actors/event.js';
import type { Outcome } from '../actors/outcome.js';
import type { Program } from '../actors/program/program.js';
import type { TillData, TillStep } from '../actors/till/step.js';

/** `wall`: arrival is now. `event`: history is imported, each customer's clock is its own (API: `?clock=event`). */
export type Clock = 'wall' | 'event';

export interface Problem {
  /** JSON pointer into what was sent. */
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

/** What became of one event. `invalid` and `parked` were not journaled; everything else is durable. */
export type Decision =
  | Decided<'applied'>
  | (Decided<'ignored' | 'refused'> & {
      readonly reason: string;
      readonly detail?: string;
      readonly firstEventId?: string;
      /** Of a step of the till: offers in its way, what the basket comes to (minor units). */
      readonly notApplied?: Json;
      readonly net?: number;
    })
  | (Decided<'duplicate'> & {
      readonly first: { readonly status: 'applied' | 'ignored' | 'refused'; readonly reason?: string };
    })
  | { readonly status: 'invalid'; readonly errors: readonly Problem[] }
  | { readonly status: 'parked' };

interface Decided<S extends string> {
  readonly status: S;
  /** `<shard>-<sequence>`; of the first time, for a duplicate. */
  readonly position: string;
  readonly programVersion: number;
  /** Public outcomes only, in order. */
  readonly outcomes: readonly Outcome[];
  /** What a step of the till is answered. */
  readonly answer?: Json;
}

/**
 * Events on their way in, asked for one by one within a turn and answered at once, so that nothing of them need
 * outlive it: a reader of bytes in front, a writer of bytes behind.
 */
export interface EventSource {
  /** About how many there are, for the limit on what waits. */
  readonly count: number;
  /** The next event, valid in itself; undefined after the last. Must not throw. */
  next(): Event | undefined;
  /** What became of the event given last. Not durable yet: nothing may leave before `take` resolves. */
  decided(event: Event, decision: Decision): void;
  /** Others go on before the next event is asked for. */
  paused(): void;
}

/** A reply to keep under an Idempotency-Key for 30 days, journaled in the same record as what it answers. */
export interface KeepReply {
  /** Who asked: the property's id. */
  readonly scope: string;
  readonly key: string;
  /** Hash of method, path and body: another body under the same key is `idempotency_mismatch`. */
  readonly fingerprint: string;
  /** Called once, when all is decided and nothing durable yet; must not throw. Undefined: keep nothing. */
  render(): KeptReply | undefined;
}
export interface KeptReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
}
/** What is kept of one decision; called once, when it is made and nothing durable yet. */
export type KeepOf = (decided: Decision) => KeepReply | undefined;

/** One event of a customer with what it caused, as the event stream shows it. */
export interface StreamItem {
  readonly position: string;
  /** Wall time at which the journal took it, ms. */
  readonly arrival: number;
  /** Absent for entries that time itself caused, and for sends. */
  readonly event: Event | undefined;
  /** Where a campaign without behavior came to the customer: which, and the instant of the run, ms. */
  readonly send?: { readonly campaignId: string; readonly at: number };
  readonly programVersion: number;
  readonly outcomes: readonly Outcome[];
}
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}
export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string;
}

/** One outcome on its way out; `cursor` resumes right after it. */
export interface Delivery {
  readonly cursor: string;
  readonly outcome: Outcome;
}
export interface TailRequest {
  /** Resume after this cursor; absent: from now. */
  readonly after?: string;
  /** Undefined: all. */
  readonly customers?: ReadonlySet<string>;
  /** Outcome types; `message.*` matches by prefix. Undefined: all. */
  readonly types?: readonly string[];
}
/** Pulls, so that a slow reader holds nothing but its cursor. */
export interface Tail {
  /** Up to `max` deliveries; waits until there is at least one, or `signal` aborts (then []). `gap` where the cursor was before the oldest segment kept. */
  next(max: number, signal: AbortSignal): Promise<{ readonly deliveries: readonly Delivery[]; readonly gap: boolean }>;
  close(): void;
}

export interface PublishedProgram {
  readonly version: number;
  /** ms */
  readonly publishedAt: number;
  readonly publishedBy: string;
}

/** Codes handed out just now, and how many of the promo code are still to be. */
export interface IssuedNow {
  readonly codes: readonly string[];
  readonly left: number;
}

export interface Health {
  readonly ready: boolean;
  /** Why not, in words. */
  readonly reasons: readonly string[];
  readonly [detail: string]: unknown;
}

/** A durable table of small things, held in memory, changed by journal entries (properties, cursors, …). */
export interface Registry {
  get(table: string, key: string): Json | undefined;
  list(table: string): readonly (readonly [key: string, value: Json])[];
  /** Resolves when durable. null removes. `keep` as in `take`. */
  put(table: string, key: string, value: Json | null, keep?: KeepReply): Promise<void>;
}

export interface Engine {
  /** Resolves when all that the source gave is durable. Rejects with EngineError; then nothing is known. */
  take(source: EventSource, clock: Clock, keep?: KeepReply): Promise<void>;
  /** The same for events at hand, decisions in their order. */
  submit(events: readonly Event[], clock: Clock, keep?: KeepReply): Promise<readonly Decision[]>;
  /**
   * A step of the till, once it is durable. Its repeat gives what the first one gave. `time`: ms, or undefined for now.
   * Refused where it does not fit (`transaction_conflict`, `unexpected_net`). `keepOf`: as `take` has `keep`, of what was
   * decided.
   */
  till(
    step: TillStep,
    customerId: string | undefined,
    time: number | undefined,
    data: TillData,
    keepOf?: KeepOf,
  ): Promise<Decision>;
  /**
   * What a basket costs this customer (undefined: nobody), from memory: changes nothing. At once where all it saw is
   * durable. Throws `no_program`, `basket_invalid`.
   */
  quote(customerId: string | undefined, time: number, data: TillData): Json | Promise<Json>;
  /** The kept reply, or `mismatch` where the key was used with another fingerprint. Waits for one under way. */
  keptReply(scope: string, key: string, fingerprint: string): Promise<KeptReply | 'mismatch' | undefined>;

  /** The profile as API.md shows it; undefined for a customer never seen. */
  profile(customerId: string): Promise<Record<string, Json> | undefined>;
  /** The reward store as API.md shows it, for a customer or for nobody; undefined for a customer never seen. */
  store(customerId: string | undefined): Promise<Record<string, Json> | undefined>;
  /** Newest first; undefined for a customer never seen. `ledger`: only entries with points outcomes. */
  events(customerId: string, page: PageRequest, only?: 'ledger'): Promise<Page<StreamItem> | undefined>;
  /** Every issue of an offer, newest first, as API.md shows it. */
  offers(customerId: string, page: PageRequest): Promise<Page<Record<string, Json>> | undefined>;
  /** How every campaign judged that event, of several sources the first or that of `source`; undefined where customer or event is unknown; 'gone' where it is older than the journal kept. */
  explain(
    customerId: string,
    eventId: string,
    full: boolean,
    source?: string,
  ): Promise<Record<string, Json> | 'gone' | undefined>;

  /**
   * Codes of a promo code of the program in force, in the order of their numbers: `{code, issued, claimed}` where they
   * are generated, else the one `{code, claims, total, perCustomer}`. Undefined where the program has no such promo code.
   */
  promoCodes(id: string, page: PageRequest): Promise<Page<Record<string, Json>> | undefined>;
  /**
   * Hands out the next codes, each once; durable when it resolves. `too_few`: fewer than `count` are left. Undefined
   * where the program has no such promo code with generated codes. `keepOf`: as `take` has `keep`, of what was issued.
   */
  issueCodes(
    id: string,
    count: number,
    keepOf: (issued: () => IssuedNow | 'too_few') => KeepReply | undefined,
  ): Promise<IssuedNow | 'too_few' | undefined>;

  readonly program: Program | undefined;
  /** `document` must have passed validation. Resolves when the version is durable and in force. */
  publish(document: unknown, by: string, keep?: KeepReply): Promise<PublishedProgram>;
  programs(): readonly PublishedProgram[];
  programDocument(version: number): Promise<Json | undefined>;

  readonly registry: Registry;
  tail(request: TailRequest): Tail;
  /** What imported customers have pending falls due by the wall clock from now on. */
  closeImport(): Promise<void>;
  health(): Health;
  /** Stops taking writes, drains, checkpoints, closes. */
  close(): Promise<void>;
}

export type EngineErrorCode =
  | 'overloaded'
  | 'storage_full'
  | 'stopping'
  | 'storage_failed'
  | 'shard_stopped'
  | 'no_program'
  | 'cursor_invalid'
  | 'body_too_large'
  | 'basket_invalid';

/** An operating error: says whether and when to try again, or what is wrong with what was asked. */
export class EngineError extends Error {
  constructor(
    readonly code: EngineErrorCode,
    message: string,
    readonly retryAfterSeconds?: number,
    readonly errors?: readonly Problem[],
  ) {
    super(message);
    this.name = 'EngineError';
  }
}
