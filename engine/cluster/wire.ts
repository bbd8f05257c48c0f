/**
 * What a cluster asks of the servers between its nodes: one log of records that all nodes see in one order, claims
 * of which each can be made once, what the nodes tell of themselves, and the customers' wrapped keys. Only types here;
 * `nats-wire.ts` is it on JetStream.
 */

/** A node leads from its claim on, once it has said so in the log. */
export interface Claim {
  /** From 1; each is made once. */
  readonly epoch: number;
  readonly node: string;
}

/** What a node tells of itself, every second. */
export interface Beat {
  readonly node: string;
  /** Which of its beats: no two are alike. */
  readonly id: string;
  /** Where the other nodes reach its API. */
  readonly url: string;
  /** The epoch it leads in; 0 where it follows. */
  readonly epoch: number;
  /** Newest record that it has applied. */
  readonly record: number;
  /** It is about to go: nobody need wait for it. */
  readonly leaving: boolean;
}

export interface Wire {
  /** The largest record taken, bytes. */
  readonly recordBytesMax: number;
  /** What the servers cannot promise, in words. */
  readonly doubts: readonly string[];

  /** The newest record of the log; 0 where there is none. */
  last(): Promise<number>;
  /** Undefined where there is no such record. */
  read(record: number): Promise<Uint8Array | undefined>;
  /**
   * Appends a record where the log ends with the one before it, and resolves once most servers have it. `taken`: another
   * record stands in its place, so another node leads. An unknown outcome is asked again until it is known.
   */
  append(record: number, bytes: Uint8Array): Promise<'appended' | 'taken'>;
  /** Every record from `from` on, in order, each taken before the next is given. Ends with `close` or a rejection of `take`. */
  follow(from: number, take: (record: number, bytes: Uint8Array) => Promise<void>): Following;

  /** False where the epoch was claimed before. */
  claim(claim: Claim): Promise<boolean>;
  claimOf(epoch: number): Promise<Claim | undefined>;
  /** The newest claim; undefined before the first. */
  newestClaim(): Promise<Claim | undefined>;

  /** Resolves once most servers have it: then this node is not cut off. */
  beat(beat: Beat): Promise<void>;
  /** The newest beat of a node, asked of the servers themselves; undefined where it never beat. */
  beatOf(node: string): Promise<Beat | undefined>;
  /** Calls back for the newest beat of every node, then for each that comes. */
  beats(heard: (beat: Beat) => void): Promise<void>;

  putKey(customerId: string, wrapped: Uint8Array): Promise<void>;
  /** Undefined where the customer has none. */
  key(customerId: string): Promise<Uint8Array | undefined>;

  close(): Promise<void>;
}

export interface Following {
  /** Resolves when nothing is taken any more. */
  stop(): Promise<void>;
  /** Rejects where `take` did, or the log lacks a record. */
  readonly ended: Promise<void>;
}

/** The log ends before a record that it once had: nothing may be appended until somebody has looked. */
export class LogCut extends Error {
  override readonly name = 'LogCut';
}
