/**
 * A customer's state: all that judging the next event needs, and nothing that only history needs (that is in the
 * journal). Plain values and Maps, so that it packs as it is. Never changed in place: `evolve` returns a new one.
 */
import type { Json } from '../event.js';

export const STATE_VERSION = 1;

export interface CustomerState {
  readonly v: typeof STATE_VERSION;
  readonly id: string;
  /** Business time of the first and the last entry, ms. */
  readonly createdAt: number;
  readonly arrival: number;
  /** Its last entry was imported (`clock=event`): deadlines wait (DESIGN D10). */
  readonly imported: boolean;
  readonly zone: string | null;
  readonly locale: string | null;
  readonly status: string;
  /** Personal: the engine seals it wherever it is written. */
  readonly attributes: Readonly<Record<string, Json>>;
  readonly tags: ReadonlyMap<string, TagState>;
  readonly totals: Totals;
  /** Every purchase and return that RFM's window can still see, ascending by time. */
  readonly spend: readonly SpendEntry[];
  readonly accounts: ReadonlyMap<string, AccountState>;
  readonly tiers: ReadonlyMap<string, TierState>;
  /** Progress by campaign id. */
  readonly behaviors: ReadonlyMap<string, ProgressState>;
  /** Issues active or locked; used and expired ones are history. */
  readonly offers: readonly IssueState[];
}

export interface TagState {
  readonly until: number | null;
  readonly zone: string | null;
}

export interface Totals {
  readonly purchases: number;
  readonly returns: number;
  /** Minor units, returns taken off, blind ones too. */
  readonly net: number;
  readonly lastPurchaseAt: number | null;
}

/** [time ms, amount minor units (negative for a return), 1 if it counts as a purchase else 0] */
export type SpendEntry = readonly [at: number, amount: number, counts: 0 | 1];

export interface AccountState {
  /** Open lots in the order they are taken: soonest expiry, then earlier time, then earlier issue. */
  readonly lots: readonly LotState[];
  readonly debt: number;
  readonly earned: number;
  readonly adjusted: number;
  readonly spent: number;
  readonly expired: number;
  readonly cancelled: number;
  readonly reversed: number;
}

export interface LotState {
  readonly id: string;
  readonly earnedAt: number;
  /** Points left in it. */
  readonly left: number;
  readonly pending: boolean;
  readonly activatesAt: number | null;
  readonly expiresAt: number | null;
}

export interface TierState {
  readonly level: string | null;
  readonly since: number;
  /** [start of the calendar window ms, sum], ascending. */
  readonly windows: readonly (readonly [start: number, sum: number])[];
  /** Until when each level above the lowest is held, by level id, ms inclusive. */
  readonly untils: Readonly<Record<string, number>>;
}

export interface ProgressState {
  /** Unspent matches by rule name. */
  readonly rules: Readonly<Record<string, RuleState>>;
  /** Completions that stand and gave. */
  readonly completions: number;
  /** Times of completions that the limit's period can still see, ascending. */
  readonly given: readonly number[];
}

export interface RuleState {
  readonly signature: string;
  readonly matches: readonly MatchState[];
}

/** An event that counts: its time, what it adds, and which purchase it is (so that a return can judge it again). */
export type MatchState = readonly [at: number, value: number | string | readonly string[], transactionId: string | null];

export interface IssueState {
  readonly id: string;
  readonly offerId: string;
  readonly issuedAt: number;
  readonly startsAt: number | null;
  readonly expiresAt: number | null;
  readonly zone: string | null;
  readonly usesLeft: number;
}
