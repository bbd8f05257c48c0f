/**
 * A customer's state: all that judging the next event needs, and nothing that only history needs (that is in the
 * journal). Plain values and lists, so that it packs as it is. Never changed in place: `evolve` returns a new one.
 *
 * Names from outside (tags, accounts, campaigns) are values here and never keys of an object; the lists are short.
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
  readonly tags: readonly TagState[];
  readonly totals: Totals;
  /** Every purchase and return that RFM's window can still see, ascending by time: flat, see `spend.ts`. */
  readonly spend: readonly number[];
  readonly accounts: readonly AccountState[];
  readonly tiers: readonly TierState[];
  /** Progress of campaigns that counted something. */
  readonly behaviors: readonly ProgressState[];
  /** Issues active or locked, in order of issue; used and expired ones are history. */
  readonly offers: readonly IssueState[];
}

export interface TagState {
  readonly tag: string;
  /** ms, inclusive; null: for good. */
  readonly until: number | null;
}

export interface Totals {
  readonly purchases: number;
  readonly returns: number;
  /** Minor units, returns taken off, blind ones too. */
  readonly net: number;
  readonly lastPurchaseAt: number | null;
}

export interface AccountState {
  readonly id: string;
  /** Open lots in the order they are taken: soonest expiry, then earlier time, then earlier issue. */
  readonly lots: readonly LotState[];
  /** Points left in the lots. */
  readonly active: number;
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
  /** Points left in it, above 0. */
  readonly left: number;
  /** ms, inclusive; null: never. */
  readonly expiresAt: number | null;
}

export interface TierState {
  readonly system: string;
  /** What is summed, so that the fold needs no program: `points:<account>`, `spend` or `count`. */
  readonly basis: string;
  /** Null until the first event has been judged. */
  readonly level: string | null;
  readonly since: number;
  /** Until when each level above the lowest is held, ms inclusive. */
  readonly untils: readonly (readonly [level: string, until: number])[];
  /** What counts, flat: time, amount, time, amount, … See `tier-state.ts`. */
  readonly sums: readonly number[];
  /** Sums of one month may stand as one (windows of a month and longer). */
  readonly byMonth: boolean;
}

export interface ProgressState {
  readonly campaignId: string;
  /** Completions that stand and gave. */
  readonly completions: number;
  /** Times of completions that the limit's period can still see, ascending. */
  readonly given: readonly number[];
  /** Rules with unspent matches. */
  readonly rules: readonly RuleState[];
}

export interface RuleState {
  readonly name: string;
  readonly signature: string;
  /** Unspent, ascending by time, then in order of arrival. */
  readonly matches: readonly MatchState[];
}

/** An event that counts: its time, what it adds, and which purchase it is (so that a return can judge it again). */
export type MatchState = readonly [at: number, value: MatchValue, transactionId: string | null];
/** 1 for `times`, the amount for `sum`, the value or values for `distinct`. */
export type MatchValue = Scalar | readonly Scalar[];
export type Scalar = string | number | boolean;

export interface IssueState {
  readonly id: string;
  readonly offerId: string;
  readonly issuedAt: number;
  /** ms, inclusive; null where open. */
  readonly startsAt: number | null;
  readonly expiresAt: number | null;
  readonly usesLeft: number;
}

/**
 * A state being made: only whoever made the copy may change it, and only its fields, never what they hold. Written out
 * because a spread of so many fields costs twenty times as much, and every outcome would pay for it.
 */
export type Draft = { -readonly [Field in keyof CustomerState]: CustomerState[Field] };

export function copyOf(state: CustomerState): Draft {
  return {
    v: state.v,
    id: state.id,
    createdAt: state.createdAt,
    arrival: state.arrival,
    imported: state.imported,
    zone: state.zone,
    locale: state.locale,
    status: state.status,
    attributes: state.attributes,
    tags: state.tags,
    totals: state.totals,
    spend: state.spend,
    accounts: state.accounts,
    tiers: state.tiers,
    behaviors: state.behaviors,
    offers: state.offers,
  };
}

/** A customer nobody has heard of yet. */
export function initial(id: string): Draft {
  return {
    v: STATE_VERSION,
    id,
    createdAt: 0,
    arrival: 0,
    imported: false,
    zone: null,
    locale: null,
    status: '',
    attributes: {},
    tags: [],
    totals: { purchases: 0, returns: 0, net: 0, lastPurchaseAt: null },
    spend: [],
    accounts: [],
    tiers: [],
    behaviors: [],
    offers: [],
  };
}
