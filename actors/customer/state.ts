/**
 * A customer's state: all that judging the next event needs, and nothing that only history needs (that is in the
 * journal). Plain values and lists, so that it packs as it is.
 *
 * Only the fold (`evolve.ts`) changes it, and in place: a new state for every outcome would outlive the event and be
 * most of what the collector has to move. Whoever wants one to keep takes a `copyOf`.
 *
 * Names from outside (tags, accounts, campaigns) are values here and never keys of an object; the lists are short.
 * It is long because it is one list of shapes.
 */
import type { Json } from '../event.js';
import type { SharedLimit } from '../outcome.js';
import type { Measure } from '../program/program.js';

/**
 * 2: dropped excess; what was spent of a lot has its own end; reasons to hold a level have their window.
 */
export const STATE_VERSION = 2;

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
  rewards: RewardState[];
  /** Newest last. */
  rewardPurchases: RewardPurchaseState[];
  /** Baskets that tills have locked and not yet redeemed, in the order they were first locked. */
  locks: readonly LockState[];
  /** Runs of sends that reached the customer (`send.ts`), as long as one as old is under way. */
  runs: readonly number[];
  /** Ids of the geofences the customer is in, in order of entering. */
  inside: readonly string[];
  /** Time of the newest position known, ms. */
  locatedAt: number | null;
  /** Ids that were merged into the customer, and into those. */
  aliases: readonly string[];
  /** Audiences the customer was last told to be in. */
  audiences: readonly string[];
  /** Promo codes for many that the customer has taken (`promo-code-state.ts`). */
  codes: readonly CodeState[];
}

export interface CodeState {
  readonly promoCodeId: string;
  /** Above 0. */
  readonly taken: number;
}

/** One use of each of these issues is reserved for a transaction. */
export interface LockState {
  readonly transactionId: string;
  /** ms, inclusive. */
  readonly until: number;
  readonly issues: readonly string[];
  /** Those of the issues that a promo code stands for. */
  readonly codes: readonly LockedCode[];
}

/** What a lock holds of a promo code. `length` and `serial`: which generated code; null where one is for many. */
export type LockedCode = readonly [
  issueId: string,
  offerId: string,
  text: string,
  promoCodeId: string,
  length: number | null,
  serial: number | null,
];

export interface TagState {
  readonly tag: string;
  /** ms, inclusive; null: for good. */
  readonly until: number | null;
  /** Completions that set it and may still fall; null where there are none. */
  readonly claims: TagClaims | null;
}

export interface TagClaims {
  /** The latest until of all else that set it, null: for good; false: nothing else did. */
  readonly firm: number | null | false;
  readonly by: readonly (readonly [completionId: string, until: number | null])[];
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
  /** Lots that are not active yet, in order of issue. */
  waiting: WaitingLot[];
  /** Points left in the lots. */
  active: number;
  /** Points left in the waiting lots. */
  pending: number;
  debt: number;
  earned: number;
  adjusted: number;
  spent: number;
  expired: number;
  cancelled: number;
  reversed: number;
  /** What lots that expire by inactivity outlast. */
  idle: IdleState[];
  /** What was earned in periods that caps can still see, flat and in no order: time, points, time, points, … See `caps.ts`. */
  capped: number[];
}

export interface LotState {
  readonly id: string;
  readonly earnedAt: number;
  /** Points left in it, above 0. */
  left: number;
  /** ms, inclusive; null: never. Events move it on where it is by inactivity. */
  expiresAt: number | null;
  /** By inactivity: place in the account's `idle`, from 1; 0: not so. */
  readonly idle: number;
}

export interface WaitingLot extends LotState {
  /** When it becomes active, or where it waits for an event is cancelled, ms. */
  readonly dueAt: number;
  /** The type of the event it waits for; null: only for its time. */
  readonly awaits: string | null;
}

/** The last of the events that prolong some lots (`inactivity.ts`). */
export interface IdleState {
  /** Which: the program's `IdleSpan.key`. */
  readonly key: string;
  /** Time of the last such event, ms; null: none yet. */
  at: number | null;
  /** How long a lot lasts from it, ms, inclusive. */
  ends: number;
}

/** Rewards bought and not refunded (`reward-state.ts`). */
export interface RewardState {
  readonly rewardId: string;
  /** Units bought, less those refunded. */
  bought: number;
}

/** A purchase of a reward that can still be refunded. */
export interface RewardPurchaseState {
  /** Id of its `reward.purchased`. */
  readonly id: string;
  readonly rewardId: string;
  readonly quantity: number;
  readonly account: string;
  /** Taken from a stock, to which a refund puts it back. */
  readonly stocked: boolean;
  /** Time of the purchase, ms. */
  readonly at: number;
  /** The lots it was paid from, in the order in which they were taken. */
  readonly lots: readonly SpentLot[];
  /** Offers issued with it: issue, offer, uses. */
  issues: readonly (readonly [issueId: string, offerId: string, uses: number])[];
}

/** What a spend took from a lot, and what it takes to put it back. */
export type SpentLot = readonly [
  lotId: string,
  points: number,
  earnedAt: number,
  /** Events move it on as they would the lot's own. */
  expiresAt: number | null,
  /** As in `LotState`. */
  idle: number,
];

export interface TierState {
  readonly system: string;
  /** What is summed, so that the fold needs no program: `points:<account>`, `spend`, `count` or `behavior:<signature>`. */
  basis: string;
  /** Null until the first event has been judged. */
  level: string | null;
  since: number;
  /** Why and until when levels above the lowest are held. */
  untils: readonly UntilState[];
  /** When the level is to be looked at next, ms; null: time alone does not change it. */
  dueAt: number | null;
  /** When a level's `onEntry` was given, flat: level, time, level, time, …; those a window can still see. */
  entered: readonly (string | number)[];
  /** What counts, flat and ascending: time, amount, time, amount, … See `tier-state.ts`. */
  sums: number[];
  /** Sums of one month may stand as one (calendar windows of a month and longer). */
  byMonth: boolean;
}

/** One reason to hold a level. */
export interface UntilState {
  readonly level: string;
  /** As shown, ms, inclusive. */
  readonly until: number;
  /** `until` plus grace, ms, inclusive. */
  readonly ends: number;
  /** The instant whose window reached the level; the mark of a move to it; null: kept after a fall, or moved for good. */
  readonly by: number | string | null;
  /** Given with a window's end, ms; null: at once. */
  readonly from: number | null;
  /** The mark of the move downwards that took it away for now; null: it holds. */
  readonly under: string | null;
  /** The window whose sum reached it, [from, before), ms; null: not by a sum, or no return takes the level back. */
  readonly window: readonly [from: number, before: number] | null;
}

export interface ProgressState {
  readonly campaignId: string;
  /** Completions that stand and gave. */
  completions: number;
  /** Times of completions that the limit's period can still see, ascending. */
  given: number[];
  /** Rules with unspent matches, closed units or a finished step. */
  rules: RuleState[];
  /** Completions that may still fall, in the order in which they completed. */
  completed: readonly CompletionState[];
  /** Excess of purchases that those completions have used, which counts no more (`dropped.ts`). */
  dropped: readonly Dropped[];
  /** The number of the last event counted, where the order of arrival matters; else 0. */
  order: number;
  /** Rules that wait for a window to run without a match (`absence.ts`). */
  absences: readonly AbsenceState[];
}

/** An `absent` rule that is armed, or was. */
export interface AbsenceState {
  readonly rule: string;
  readonly signature: string;
  /** When it was armed, unless a match did so later: campaign start, first event, the step before. ms */
  readonly from: number;
  /** When its window has run, ms: fixed when it was armed. Null: it waits for a match, or for its step. */
  readonly due: number | null;
  /** Its window has run, and no match has come since. */
  readonly ran: boolean;
}

/** Of a purchase, so much that was excess of a rule that carries. */
export type Dropped = readonly [rule: string, transactionId: string, amount: number];

/** A completion with what it spent and gave (`completion.ts`). */
export interface CompletionState {
  /** Id of its `behavior.completed`. */
  readonly id: string;
  /** Time of the event that completed it, ms. */
  readonly at: number;
  /** It counts in `completions` and in the limits: it gave, or would have (not a group's loser). */
  readonly counts: boolean;
  /** One full rule is enough, of those it spent; else it needs them all. */
  readonly any: boolean;
  readonly rules: readonly SpentState[];
  readonly gave: readonly Given[];
}

/** What a completion spent of a rule. */
export interface SpentState {
  readonly name: string;
  readonly signature: string;
  /** How its events make up what it needs. */
  readonly kind: Measure['kind'];
  readonly need: number;
  /** The completion's own events. */
  readonly counted: readonly MatchState[];
  /** Spent with them, and counted for nothing. */
  readonly others: readonly MatchState[];
  /** Units of the streak that it closed: first, last; else empty. */
  readonly closed: readonly number[];
  /** Where it ended as a step of a sequence, but for the last one; else null. */
  readonly end: StepEnd | null;
}

/** What a completion gave and a clawback takes back. */
export type Given =
  | readonly [kind: 'points', account: string, lotId: string, points: number]
  | readonly [kind: 'offer', issueId: string, offerId: string, uses: number, usesLeft: number]
  | readonly [kind: 'tag', tag: string]
  | readonly [kind: 'tier', system: string]
  | readonly [kind: 'shared', limit: SharedLimit, of: string, by: number];

export interface RuleState {
  readonly name: string;
  signature: string;
  /** Unspent, ascending by time, then in order of arrival. */
  matches: MatchState[];
  /** Units of closed streaks, flat: first, last, first, last, … (`streak.ts`). */
  closed: readonly number[];
  /** A finished step of a sequence: where it ended. Null: not finished. */
  end: StepEnd | null;
}

/**
 * The latest of the events a step counted (what comes later in time, or at that time later in arrival, is after it), the
 * earliest of them, and the number of the last event that had arrived when it was finished: its own events are those.
 */
export type StepEnd = readonly [at: number, order: number, firstAt: number, firstOrder: number, arrived: number];

/**
 * An event that counts: its time, what it adds, which purchase it is (so that a return can judge it again), and its
 * number in the order of arrival (0 where that does not matter).
 */
export type MatchState = readonly [at: number, value: MatchValue, transactionId: string | null, order: number];
/** 1 for `times` and `absent`, the amount for `sum`, the value or values for `distinct`, the unit for `streak`. */
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
    accounts: state.accounts.map((account) => ({
      ...account,
      lots: account.lots.map((lot) => ({ ...lot })),
      waiting: account.waiting.map((lot) => ({ ...lot })),
      idle: account.idle.map((idle) => ({ ...idle })),
      capped: account.capped.slice(),
    })),
    rewards: state.rewards.map((reward) => ({ ...reward })),
    rewardPurchases: state.rewardPurchases.map((purchase) => ({ ...purchase })),
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
    rewards: [],
    rewardPurchases: [],
    locks: [],
    runs: [],
    inside: [],
    locatedAt: null,
    aliases: [],
    audiences: [],
    codes: [],
  };
}
