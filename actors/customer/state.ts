/**
 * A customer's state: all that judging the next event needs, and nothing that only history needs (that is in the
 * journal). Plain values and lists, so that it packs as it is.
 *
 * Only the fold (`evolve.ts`) changes it, and in place: a new state for every outcome would outlive the event and be
 * most of what the collector has to move. Whoever wants one to keep takes a `copyOf`.
 *
 * Names from outside (tags, accounts, campaigns) are values here and never keys of an object; the lists are short.
 */
import type { Json } from '../event.js';

export const STATE_VERSION = 1;

export interface CustomerState {
  readonly v: typeof STATE_VERSION;
  readonly id: string;
  /** Business time of the first and the last entry, ms. */
  createdAt: number;
  arrival: number;
  /** Its last entry was imported (`clock=event`): deadlines wait (DESIGN D10). */
  imported: boolean;
  zone: string | null;
  locale: string | null;
  status: string;
  /** Personal: the engine seals it wherever it is written. */
  attributes: Readonly<Record<string, Json>>;
  tags: readonly TagState[];
  totals: Totals;
  /** Every purchase and return that RFM's window can still see, ascending by time: flat, see `spend.ts`. */
  spend: number[];
  accounts: AccountState[];
  tiers: TierState[];
  /** Progress of campaigns that counted something. */
  behaviors: ProgressState[];
  /** Issues active or locked, in order of issue; used and expired ones are history. */
  offers: readonly IssueState[];
}

export interface TagState {
  readonly tag: string;
  /** ms, inclusive; null: for good. */
  readonly until: number | null;
}

export interface Totals {
  purchases: number;
  returns: number;
  /** Minor units, returns taken off, blind ones too. */
  net: number;
  lastPurchaseAt: number | null;
}

export interface AccountState {
  readonly id: string;
  /** Open lots in the order they are taken: soonest expiry, then earlier time, then earlier issue. */
  lots: LotState[];
  /** Points left in the lots. */
  active: number;
  debt: number;
  earned: number;
  adjusted: number;
  spent: number;
  expired: number;
  cancelled: number;
  reversed: number;
}

export interface LotState {
  readonly id: string;
  readonly earnedAt: number;
  /** Points left in it, above 0. */
  left: number;
  /** ms, inclusive; null: never. */
  readonly expiresAt: number | null;
}

export interface TierState {
  readonly system: string;
  /** What is summed, so that the fold needs no program: `points:<account>`, `spend` or `count`. */
  basis: string;
  /** Null until the first event has been judged. */
  level: string | null;
  since: number;
  /** Until when each level above the lowest is held, ms inclusive. */
  untils: readonly (readonly [level: string, until: number])[];
  /** What counts, flat: time, amount, time, amount, … See `tier-state.ts`. */
  sums: number[];
  /** Sums of one month may stand as one (windows of a month and longer). */
  byMonth: boolean;
}

export interface ProgressState {
  readonly campaignId: string;
  /** Completions that stand and gave. */
  completions: number;
  /** Times of completions that the limit's period can still see, ascending. */
  given: number[];
  /** Rules with unspent matches. */
  rules: RuleState[];
}

export interface RuleState {
  readonly name: string;
  signature: string;
  /** Unspent, ascending by time, then in order of arrival. */
  matches: MatchState[];
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

/** A copy that shares nothing which the fold changes in place. */
export function copyOf(state: CustomerState): CustomerState {
  return {
    ...state,
    totals: { ...state.totals },
    spend: state.spend.slice(),
    accounts: state.accounts.map((account) => ({ ...account, lots: account.lots.map((lot) => ({ ...lot })) })),
    tiers: state.tiers.map((tier) => ({ ...tier, sums: tier.sums.slice() })),
    behaviors: state.behaviors.map((progress) => ({
      ...progress,
      given: progress.given.slice(),
      rules: progress.rules.map((rule) => ({ ...rule, matches: rule.matches.slice() })),
    })),
  };
}

/** A customer nobody has heard of yet. */
export function initial(id: string): CustomerState {
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
