/**
 * What was decided: facts in the past tense. They are journaled beside the event that caused them, and a customer's
 * state is a fold over them and nothing else (`customer/evolve.ts`).
 *
 * Public outcomes are what API.md's readers see; they are numbered `<position>-<n>` in the order decided. Internal
 * ones (`INTERNAL`) carry what only the fold needs, have the id '' and never leave the engine.
 * Times and ends are integer ms here; `toWire` renders them for the outside. It is long because it is one list.
 */
import type { Json } from './event.js';
import { formatInstant } from './time/instant.js';

export interface Cause {
  /** The event, or absent where time itself was the cause (a deadline). */
  readonly eventId?: string;
  readonly campaignId?: string;
  /** The level whose entry gave it (`onEntry`). */
  readonly tier?: { readonly system: string; readonly level: string };
}

interface Fact<T extends string, D> {
  readonly id: string;
  readonly type: T;
  readonly customerId: string;
  /** Business time, ms. */
  readonly time: number;
  readonly cause: Cause;
  readonly data: D;
}

/** Points taken from (or put back into) one lot. */
export interface LotShare {
  readonly lotId: string;
  readonly points: number;
}

// ---- points -------------------------------------------------------------------------------------------------------
export interface PointsEarned {
  readonly account: string;
  readonly points: number;
  readonly lotId: string;
  /** Before caps, when it differs from `points`. */
  readonly desired?: number;
  /** The same as `points`, said where it differs from `desired`. */
  readonly applied?: number;
  readonly clippedBy?: string;
  /** ms; absent where the lot is active at once, or waits for an event. */
  readonly activatesAt?: number;
  /** The type of the event it waits for, and until when, ms: without one it is then cancelled. */
  readonly activatesOn?: string;
  readonly cancelsAt?: number;
  /** ms, inclusive; null where it never expires. */
  readonly expiresAt: number | null;
  /** Zone in which the ends are shown. */
  readonly zone?: string;
  /** Taken from the new points at once to pay a debt. */
  readonly paidDebt?: number;
  /** Rate points belong to a purchase and come back with it. */
  readonly rate?: RateBasis;
  /** When the lot counts as earned, ms (the event's time). */
  readonly earnedAt: number;
  /** Where it expires by inactivity: of what (`IdleSpan.key`). */
  readonly idle?: string;
  /** It counts in the account's caps: as of when, and all at or before which instant no longer does (ms; null: all does). */
  readonly cap?: readonly [at: number, from: number | null];
}
/** What a rate was taken of, so that a return needs no program to reverse it in proportion. */
export interface RateBasis {
  readonly transactionId: string;
  /** Place of the outcome in its campaign, from 0. */
  readonly index: number;
  /** Minor units or units the rate was taken of. */
  readonly whole: number;
  /** Absent: the amount of the purchase. */
  readonly of?: 'quantity' | 'lineAmount' | 'lineQuantity';
  /** Places (from 0) of the lines it was taken of; for rates of lines only. */
  readonly lines?: readonly number[];
}
export interface PointsTaken {
  readonly account: string;
  /** What counts as reversed (or spent): taken from lots and added to the debt, without what was not taken. */
  readonly points: number;
  readonly lots: readonly LotShare[];
  /** What no lot could give: added to the debt, or (clamp) not taken at all. */
  readonly debt?: number;
  readonly notTaken?: number;
  readonly reason?: string;
  /** A reversal with a lot of its own counts at the time that lot was earned. */
  readonly countsAt?: number;
  readonly transactionId?: string;
  /** Lot whose entry this reversal reduces. */
  readonly lotId?: string;
  /** False for a blind return: no purchase of this customer is known for it. */
  readonly originalKnown?: boolean;
  /** Of the reward bought. With negative points the spend is undone: the lots are refilled. */
  readonly purchaseId?: string;
  /** A debt that a spend undone pays at once, out of the lots in their order. */
  readonly paidDebt?: number;
  /** By a void: the points were never earned, so they leave `earned` instead of counting as reversed. */
  readonly undone?: boolean;
}
export interface PointsMoved {
  readonly account: string;
  readonly points: number;
  readonly lotId: string;
  readonly paidDebt?: number;
  readonly expiresAt?: number | null;
  readonly zone?: string;
}
export interface PointsAdjusted {
  readonly account: string;
  /** Negative: what was taken. Positive: a new lot. */
  readonly points: number;
  readonly reason?: string;
  readonly lotId?: string;
  readonly lots?: readonly LotShare[];
  readonly debt?: number;
  readonly notTaken?: number;
  readonly paidDebt?: number;
  readonly activatesAt?: number;
  readonly activatesOn?: string;
  readonly cancelsAt?: number;
  readonly expiresAt?: number | null;
  readonly zone?: string;
  readonly earnedAt: number;
  readonly idle?: string;
}

// ---- rewards ------------------------------------------------------------------------------------------------------
export interface RewardPurchased {
  /** The purchase's id (the outcome's own id): what a refund names. */
  readonly purchaseId: string;
  readonly rewardId: string;
  readonly quantity: number;
  readonly account: string;
  /** For all of them together. */
  readonly points: number;
  /** Taken from a stock that all customers share. */
  readonly stocked?: boolean;
  /** Purchases older than this instant (ms) can no longer be refunded. */
  readonly keepFrom?: number;
}
export interface RewardRefunded {
  readonly purchaseId: string;
  readonly rewardId: string;
  readonly quantity: number;
  readonly account: string;
  /** Put back, for all of them together. */
  readonly points: number;
  /** Offers it gave that have been used or are locked: they stay. */
  readonly notTaken?: readonly { readonly issueId: string; readonly offerId: string }[];
}

/** A reward given by a campaign or with a level. */
export interface RewardGranted {
  /** The gift's id (the outcome's own id). */
  readonly grantId: string;
  readonly rewardId: string;
}

// ---- promo codes ---------------------------------------------------------------------------------------------------
export interface PromoCodeClaimed {
  /** As it is compared: without case, blanks or dashes. */
  readonly code: string;
  readonly promoCodeId: string;
  /** Which of the generated codes: their length, its number; absent where one code is for many. */
  readonly single?: readonly [length: number, serial: number];
  /** Claimed at the till, with this sale. */
  readonly transactionId?: string;
}

// ---- the rest -----------------------------------------------------------------------------------------------------
export interface TierChanged {
  readonly system: string;
  readonly from: string | null;
  readonly to: string;
  readonly since: number;
  /** ms, inclusive; null for the lowest level. */
  readonly until: number | null;
  readonly zone: string;
  /** True for the first level, given at the first event. */
  readonly initial?: boolean;
  /** Why: reached, its time ended, taken back by a return, moved by a campaign (or back), or another program. */
  readonly reason: 'reached' | 'ended' | 'revoked' | 'moved' | 'undone' | 'program' | 'merged';
  /** When `onEntry` of levels was given, as it now stands in the state. */
  readonly entered?: readonly (string | number)[];
}
export interface OfferIssued {
  /** The issue's id (the outcome's own id). */
  readonly issueId: string;
  readonly offerId: string;
  readonly expiresAt: number | null;
  readonly startsAt?: number;
  readonly uses: number;
  readonly zone?: string;
  /** Issued with a reward bought: which purchase. */
  readonly purchaseId?: string;
}
export interface OfferExpired {
  readonly issueId: string;
  readonly offerId: string;
}
export interface OfferLocked {
  readonly issueId: string;
  readonly offerId: string;
  readonly transactionId: string;
  /** The lock's end, ms, inclusive. */
  readonly until: number;
  readonly zone?: string;
}
export interface OfferUnlocked {
  readonly issueId: string;
  readonly offerId: string;
  readonly transactionId: string;
  /** The lock ended by itself. */
  readonly expired?: boolean;
}
export interface OfferRedeemed {
  readonly issueId: string;
  /** Null where an offline till states an issue that nobody knows, and not of what. */
  readonly offerId: string | null;
  readonly transactionId?: string;
  /** What it took off the check, minor units; absent where it is no discount. */
  readonly amount?: number;
  readonly usesLeft: number;
  /** An offline till burned a use that was not there. */
  readonly overdraft?: boolean;
}
/** A use is given back; the issue as it then stands, which may have been used up. */
export interface OfferReinstated {
  readonly issueId: string;
  readonly offerId: string;
  readonly transactionId: string;
  readonly usesLeft: number;
  readonly issuedAt: number;
  readonly startsAt: number | null;
  readonly expiresAt: number | null;
  readonly zone?: string;
}
export interface OfferVoided {
  readonly issueId: string;
  readonly offerId: string;
}
export interface TagAdded {
  readonly tag: string;
  readonly until?: number;
  readonly zone?: string;
  /** The completion that set it, where it may still fall. */
  readonly claimedBy?: string;
  /** The completion that set it longer and fell: the tag ends earlier now. */
  readonly releasedBy?: string;
}
export interface TagRemoved {
  readonly tag: string;
  readonly expired?: boolean;
}
export interface RuleProgress {
  readonly rule: string;
  readonly have: number;
  readonly need: number;
  readonly resetsAt: number | null;
  /** Of `absent`: when its window will have run, ms; null while it waits for a match or its step. */
  readonly dueAt?: number | null;
}
export interface BehaviorProgressed {
  readonly campaignId: string;
  readonly rules: readonly RuleProgress[];
  readonly zone?: string;
  /** Of a shadow campaign: counted, and nothing will be given. */
  readonly shadow?: boolean;
}
export interface BehaviorCompleted {
  readonly campaignId: string;
  /** How many completions stand, this one included. */
  readonly completions: number;
  /** The campaign of its group that gave instead. */
  readonly lostTo?: string;
  /** A shadow campaign: counted, and nothing was given. */
  readonly shadow?: boolean;
  /** The campaign's limit has a period: this completion's time is remembered, those at or before this instant are not. */
  readonly limitFrom?: number;
}
/** A completion fell, because of its own events not enough is left; what it gave is taken back by the outcomes after it. */
export interface BehaviorReverted {
  readonly campaignId: string;
  /** How many completions stand without it. */
  readonly completions: number;
  /** The id of its `behavior.completed`. */
  readonly completionId: string;
  /** Offers it gave that have been used: they stay. */
  readonly notTaken?: readonly { readonly issueId: string; readonly offerId: string }[];
}
export interface AudienceMoved {
  readonly audience: string;
}
export interface StatusChanged {
  readonly from: string;
  readonly to: string;
  readonly reason?: string;
}
export interface ProfileChanged {
  /** Personal: sealed with the customer's key wherever it is written. A null removes. */
  readonly attributes?: Readonly<Record<string, Json>>;
  readonly timeZone?: string | null;
  readonly locale?: string | null;
}
export interface CustomerMerged {
  /** The id that is given up, from now on an alias of the customer. */
  readonly from: string;
}
/** Attributes and whereabouts are gone. */
export type CustomerErased = Readonly<Record<never, never>>;
export interface GeofenceCrossed {
  readonly geofenceId: string;
  /** The store it is around, if any. */
  readonly storeId?: string;
  /** `removed`: left because the program no longer has the geofence. */
  readonly reason?: string;
}
export interface EventIgnored {
  readonly reason: string;
}
export interface EventRefused {
  readonly reason: string;
  readonly detail?: string;
  /** Points, for `insufficient_points`. */
  readonly need?: number;
  readonly have?: number;
  readonly missing?: number;
  /** The event that was first, for `transaction_exists`. */
  readonly firstEventId?: string;
  readonly errors?: readonly { pointer: string; code: string; detail: string }[];
  /** Of a step of the till: offers that keep it from being done, and what the basket comes to (minor units). */
  readonly notApplied?: Json;
  readonly net?: number;
}

// ---- internal: only the fold and the engine's records need these -----------------------------------------------------
/** Every entry of a customer starts with it: what the entry is and the business time it was judged at. */
export interface EntryJudged {
  readonly arrival: number;
  readonly imported: boolean;
  readonly programVersion: number;
  /** With the first entry of a customer: the status it begins with. */
  readonly created?: { readonly status: string };
}
export interface PurchaseRecorded {
  readonly transactionId: string;
  readonly at: number;
  readonly net: number;
  /** A purchase too late counts in totals and RFM only. */
  readonly tooLate?: boolean;
  /** RFM's window can no longer see what happened at or before it; absent where there is nothing to forget. */
  readonly keepFrom?: number;
}
/** A return was recorded. With a purchase known, `record` is that purchase's whole record as it now stands. */
export interface ReturnRecorded {
  readonly transactionId: string;
  readonly at: number;
  readonly amount: number;
  readonly originalTransactionId?: string;
  readonly originalKnown: boolean;
  readonly record?: PurchaseRecord;
  /** The named purchase's own time and net, and whether with this return all of it is back (it then leaves frequency). */
  readonly purchaseAt?: number;
  readonly purchaseNet?: number;
  readonly allBack?: boolean;
  /** When it counts in tiers by spend or count: the purchase's time, or its own where it is blind; absent: in none. */
  readonly countsAt?: number;
  readonly keepFrom?: number;
}
/** What a campaign counts has changed, as `customer/progress.ts` writes and folds it. */
export interface ProgressMoved {
  readonly campaignId: string;
  readonly progress: Json;
  /** Personal: attributes that the rules' conditions read then, for judging the purchase again after a return. */
  readonly attributes?: Readonly<Record<string, Json>>;
}
/** A completion that may fall, with what it spent and gave, as `customer/completion.ts` writes and folds it. */
export interface CompletionKept {
  readonly campaignId: string;
  /** [the completion as a row, purchases older than this instant (ms) can no longer be returned by name]. */
  readonly completion: Json;
  /** What the conditions read of the profile when the completing event counted, as in `progress.moved`. */
  readonly counted?: Json;
  readonly attributes?: Readonly<Record<string, Json>>;
}
/** Who holds a tag has changed, and nothing that is seen of it (`customer/tags.ts`). */
export interface TagClaimed {
  readonly tag: string;
  readonly until: number | null;
  readonly claimedBy?: string;
  readonly releasedBy?: string;
}
/** An event prolonged the lots of an account that expire by inactivity (`customer/inactivity.ts`). */
export interface PointsProlonged {
  readonly account: string;
  readonly idle: string;
  readonly at: number;
  /** Until when lots now last, ms, inclusive. */
  readonly ends: number;
}
/** A tier system was opened for the customer, or what its levels are held by has changed (`customer/tier-state.ts`). */
export interface TierCounted {
  readonly system: string;
  /** When the level is to be looked at next, ms; null: never by time alone. */
  readonly dueAt: number | null;
  /** All reasons to hold a level, as version 1 wrote them: read, and written no more. */
  readonly untils?: readonly (string | number | null)[];
  /** All reasons to hold a level, flat as `customer/until.ts` writes them; absent: as they were. */
  readonly reasons?: readonly (string | number | null)[];
  /** Reasons beside those there are. */
  readonly more?: readonly (string | number | null)[];
  /** What counts before it matters no more, ms. */
  readonly keepFrom?: number;
  /** The basis is now this, and whether its sums may stand by month. */
  readonly basis?: string;
  readonly byMonth?: boolean;
}
/** A run of a campaign without behavior reached the customer. */
export interface SendReceived {
  /** The run, numbered by the journal; those below `keepFrom` have ended and need not be remembered. */
  readonly run: number;
  readonly keepFrom: number;
}
/** A use of a promo code was taken (1) or is free again (-1); 0: a generated code was found taken. */
export interface CodeCounted {
  readonly promoCodeId: string;
  readonly by: number;
  /** As in `promo_code.claimed`. */
  readonly single?: readonly [length: number, serial: number];
}
/** A limit that all customers share: of a campaign (`total`, `budget`), a reward (`stock`) or a code for many (`code`). */
export type SharedLimit = 'total' | 'budget' | 'stock' | 'code';
/** Something was taken of a shared limit, or freed (negative). The engine's counts are a fold over these. */
export interface LimitCounted {
  readonly limit: SharedLimit;
  /** The campaign or the reward. */
  readonly of: string;
  readonly by: number;
}
/** What was left of a shared limit, before this entry, made a difference to it. */
export interface LimitReached {
  readonly limit: SharedLimit;
  readonly of: string;
  readonly left: number;
}

/** The till locked a basket for a transaction, or replaced its lock. */
export interface LockRecorded {
  readonly transactionId: string;
  /** ms, inclusive. */
  readonly until: number;
  /** Issues reserved, one use each. */
  readonly issues: readonly string[];
  readonly basket: Json;
  readonly offers: Json;
  /** Promo codes that it holds, as `LockState.codes`. */
  readonly codes?: Json;
}
/** A lock is no more: redeemed, given up, or its time has passed. */
export interface LockEnded {
  readonly transactionId: string;
}
/** The till sold a basket: with these offers. The purchase itself is `purchase.recorded`. */
export interface SaleRecorded {
  readonly transactionId: string;
  readonly basket: Json;
  readonly offers: Json;
  /** When it was sold, ms, where it was claimed later; absent: the event's own time. */
  readonly at?: number;
}
/** An anonymous sale was claimed: its id is an alias of the customer from now on. */
export interface SaleClaimed {
  readonly from: string;
}
/** What a sale changed, so that a void can put it back: written behind everything the sale did. */
export interface SaleKept {
  readonly undo: Json;
}
/** A sale was undone by a void. */
export interface SaleVoided {
  readonly transactionId: string;
  readonly record: PurchaseRecord;
  /** The sale's time, net, and what of it had been refunded and come back before. */
  readonly at: number;
  readonly net: number;
  readonly refunded: number;
  readonly allBack: boolean;
  /** When it counted in tiers by spend or count; absent: in none. */
  readonly countsAt?: number;
  /** The purchase before it, for `totals`. */
  readonly lastPurchaseAt: number | null;
  /** Parts of the state put back as they were: kind, name, value. */
  readonly parts: Json;
}
/** What a step of the till was answered, so that its repeat is answered with the same bytes. */
export interface TillAnswered {
  readonly answer: Json;
}

/** All of another customer came to this one. */
export interface StateMoved {
  readonly from: string;
  /** Its state as a row (`customer/row.ts`), without attributes; null: nobody had heard of it. */
  readonly row: Json;
  /** The customer now has this status. */
  readonly status?: string;
  /** Personal: attributes that the customer did not have. */
  readonly attributes?: Readonly<Record<string, Json>>;
}
/** A position was taken: the newest known of the customer, at the outcome's time. */
export type CustomerLocated = Readonly<Record<never, never>>;

export interface OutcomeData {
  'points.earned': PointsEarned;
  'points.activated': PointsMoved;
  'points.spent': PointsTaken;
  'points.reversed': PointsTaken;
  'points.expired': PointsMoved;
  'points.cancelled': PointsMoved;
  'points.adjusted': PointsAdjusted;
  'reward.purchased': RewardPurchased;
  'reward.refunded': RewardRefunded;
  'reward.granted': RewardGranted;
  'promo_code.claimed': PromoCodeClaimed;
  'tier.changed': TierChanged;
  'offer.issued': OfferIssued;
  'offer.expired': OfferExpired;
  'offer.voided': OfferVoided;
  'offer.locked': OfferLocked;
  'offer.unlocked': OfferUnlocked;
  'offer.redeemed': OfferRedeemed;
  'offer.reinstated': OfferReinstated;
  'tag.added': TagAdded;
  'tag.removed': TagRemoved;
  'behavior.progressed': BehaviorProgressed;
  'behavior.completed': BehaviorCompleted;
  'behavior.reverted': BehaviorReverted;
  'status.changed': StatusChanged;
  'audience.entered': AudienceMoved;
  'audience.left': AudienceMoved;
  'profile.changed': ProfileChanged;
  'customer.merged': CustomerMerged;
  'customer.erased': CustomerErased;
  'geofence.entered': GeofenceCrossed;
  'geofence.exited': GeofenceCrossed;
  'event.ignored': EventIgnored;
  'event.refused': EventRefused;
  'entry.judged': EntryJudged;
  'lock.recorded': LockRecorded;
  'lock.ended': LockEnded;
  'sale.recorded': SaleRecorded;
  'sale.kept': SaleKept;
  'sale.claimed': SaleClaimed;
  'sale.voided': SaleVoided;
  'till.answered': TillAnswered;
  'purchase.recorded': PurchaseRecorded;
  'return.recorded': ReturnRecorded;
  'progress.moved': ProgressMoved;
  'tier.counted': TierCounted;
  'points.prolonged': PointsProlonged;
  'limit.counted': LimitCounted;
  'code.counted': CodeCounted;
  'limit.reached': LimitReached;
  'completion.kept': CompletionKept;
  'tag.claimed': TagClaimed;
  'send.received': SendReceived;
  'state.moved': StateMoved;
  'customer.located': CustomerLocated;
}
export type OutcomeType = keyof OutcomeData;
export type OutcomeOf<T extends OutcomeType> = Fact<T, OutcomeData[T]>;
export type Outcome = { [T in OutcomeType]: OutcomeOf<T> }[OutcomeType];

const INTERNAL: ReadonlySet<string> = new Set<OutcomeType>([
  'entry.judged',
  'lock.recorded',
  'lock.ended',
  'sale.recorded',
  'sale.kept',
  'sale.claimed',
  'sale.voided',
  'till.answered',
  'purchase.recorded',
  'return.recorded',
  'progress.moved',
  'tier.counted',
  'points.prolonged',
  'limit.counted',
  'code.counted',
  'limit.reached',
  'completion.kept',
  'tag.claimed',
  'send.received',
  'state.moved',
  'customer.located',
]);

/** Whether an outcome is shown to the outside (and so has an id). */
export function isPublic(outcome: Outcome): boolean {
  return !INTERNAL.has(outcome.type);
}

/**
 * What is remembered of a purchase beyond its journaled event, from its first return on. The event itself and the
 * points it earned are read from the journal (DESIGN D7: an event's bytes are stored once).
 */
export interface PurchaseRecord {
  readonly v: 1;
  /** Refunded so far, minor units. */
  readonly refunded: number;
  /** For each line by its place: runs of unit numbers that have come back, [first, last, first, last, …], ascending. */
  readonly back: readonly (readonly number[])[];
  /** Points reversed so far of each rate entry: [lotId, points]. */
  readonly reversed: readonly (readonly [lotId: string, points: number])[];
  /** Nothing of the purchase is left: every unit or the full total is back. */
  readonly all: boolean;
  /** Of a sale: shares of offers that returns took back (`reprice`), as `customer/paid.ts` reads them. */
  readonly taken?: readonly number[];
  /** Of a sale: the till undid it, which ends the transaction. */
  readonly voided?: true;
}

export const INSTANTS: ReadonlySet<string> = new Set([
  'expiresAt',
  'until',
  'since',
  'activatesAt',
  'cancelsAt',
  'startsAt',
  'issuedAt',
  'resetsAt',
  'dueAt',
  'earnedAt',
  'countsAt',
]);
export const HIDDEN: ReadonlySet<string> = new Set([
  'zone',
  'rate',
  'countsAt',
  'initial',
  'earnedAt',
  'limitFrom',
  'entered',
  'claimedBy',
  'releasedBy',
  'idle',
  'cap',
  'keepFrom',
  'stocked',
  'single',
]);

/** The shape API.md shows: RFC 3339 times, ends in the zone they were fixed in, nothing internal. */
export function toWire(outcome: Outcome): Record<string, unknown> {
  return {
    id: outcome.id,
    type: outcome.type,
    customerId: outcome.customerId,
    time: new Date(outcome.time).toISOString().replace('.000Z', 'Z'),
    cause: outcome.cause,
    data: wireData(outcome.data as unknown as Record<string, unknown>, undefined),
  };
}

function wireData(data: Record<string, unknown>, outerZone: string | undefined): Record<string, unknown> {
  const zone = (data.zone as string | undefined) ?? outerZone;
  const shown: Record<string, unknown> = {};
  for (const key in data) {
    if (HIDDEN.has(key)) continue;
    const value = data[key];
    if (value === undefined) continue;
    if (typeof value === 'number' && INSTANTS.has(key)) shown[key] = formatInstant(value, zone ?? 'UTC');
    else if (key === 'rules' && Array.isArray(value)) {
      shown[key] = value.map((rule) => wireData(rule as Record<string, unknown>, zone));
    } else shown[key] = value;
  }
  return shown;
}
