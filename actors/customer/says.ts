/**
 * What an event says of itself, whatever campaigns make of it (PROGRAM: "One event, in order"): the purchase or return
 * in totals, attributes, status, tags, adjustments. Business rules that refuse an event are asked here, first.
 */
import type {
  AdjustmentData,
  Event,
  LocationData,
  MergeData,
  ProfileData,
  PromoCodeData,
  PurchaseData,
  ReturnData,
  RewardPurchasedData,
  RewardRefundedData,
  StatusData,
  TagData,
} from '../event.js';
import { limits } from '../limits.js';
import type { Cause, EventRefused } from '../outcome.js';
import type { Program } from '../program/program.js';
import { type RedeemedData, redeemByEvent } from '../till/redeem-event.js';
import { addDuration, parseDuration } from '../time/duration.js';
import type { History } from './history.js';
import { move } from './location.js';
import { merge } from './merge.js';
import { adjust } from './points.js';
import { changeProfile, changeStatus } from './profile-change.js';
import { type Claimed, claimCode } from './promo-code.js';
import { recordPurchase, spendKeptFrom } from './purchase.js';
import { type Returned, recordReturn } from './return.js';
import { type Bought, buyReward, refundReward } from './rewards.js';
import type { SharedLimits } from './shared-limits.js';
import type { IssueState } from './state.js';
import { addTag, removeTag, tagOf } from './tags.js';
import type { Working } from './working.js';

/** One event on its way through the judge. */
export interface Hearing {
  readonly working: Working;
  readonly program: Program;
  readonly history: History;
  readonly shared: SharedLimits;
  readonly event: Event;
  readonly cause: Cause;
  /** The customer's zone, ms and so on: as in `Occasion`. */
  readonly zone: string;
  readonly earliest: number;
  readonly tooLate: boolean;
  /** The offers that conditions see; absent: those there are when what the event says of itself was heard. */
  readonly held?: readonly IssueState[] | undefined;
}

/** A refusal, what a return, a reward bought or a code claimed still has to settle after the view was taken, or nothing of the kind. */
export type Said =
  | { readonly refused: EventRefused }
  | { readonly returned: Returned }
  | { readonly bought: Bought }
  | { readonly claimed: Claimed }
  | undefined;

export function say(hearing: Hearing): Said {
  const { event } = hearing;
  switch (event.type) {
    case 'purchase':
      return sayPurchase(hearing, event as Event<PurchaseData>);
    case 'return':
      return sayReturn(hearing, event as Event<ReturnData>);
    case 'profile.updated':
      return sayProfile(hearing, event as Event<ProfileData>);
    case 'status.changed':
      changeStatus(hearing.working, event as Event<StatusData>, hearing.cause);
      return undefined;
    case 'tag.added':
      return sayTag(hearing, event as Event<TagData>);
    case 'tag.removed':
      removeTag(hearing.working, (event as Event<TagData>).data.tag, event.time, hearing.cause);
      return undefined;
    case 'location':
      move(hearing.working, hearing.program, event as Event<LocationData>, hearing.cause);
      return undefined;
    case 'points.adjusted':
      adjust(hearing.working, hearing.program, event.data as AdjustmentData, event.time, hearing.zone, hearing.cause);
      return undefined;
    case 'customer.erased':
      hearing.working.tell('customer.erased', event.time, hearing.cause, {});
      return undefined;
    case 'customer.merged':
      return merge(hearing, event as Event<MergeData>);
    case 'offer.redeemed':
      return redeemByEvent(hearing, event as Event<RedeemedData>);
    case 'reward.purchased':
      return buyReward(hearing, event as Event<RewardPurchasedData>);
    case 'reward.refunded':
      return refundReward(hearing, event as Event<RewardRefundedData>);
    case 'promo_code.claimed':
      return claimCode(hearing, event as Event<PromoCodeData>);
    default:
      return undefined;
  }
}

/** Whether an event of this type does something of its own even when it is too late for campaigns. */
export function saysOfItself(type: string, program: Program): boolean {
  return !SAY_NOTHING.has(type) && !program.declared.has(type);
}
/** Built-in types that only campaigns make something of (a purchase counts in totals all the same). */
const SAY_NOTHING: ReadonlySet<string> = new Set([
  'purchase',
  'check_in',
  'app.opened',
  'message.opened',
  'message.dismissed',
  'execution.viewed',
  'video.watched',
]);

function sayPurchase(hearing: Hearing, event: Event<PurchaseData>): Said {
  const { working, program, zone, earliest, tooLate, cause } = hearing;
  const first = hearing.history.transaction('purchase', event.data.transactionId);
  if (first !== undefined) return { refused: transactionExists(event.data.transactionId, first) };
  recordPurchase(working, event, tooLate, spendKeptFrom(working.now, program, earliest, zone), cause);
  return undefined;
}

function sayReturn(hearing: Hearing, event: Event<ReturnData>): Said {
  const first = hearing.history.transaction('return', event.data.transactionId);
  if (first !== undefined) return { refused: transactionExists(event.data.transactionId, first) };
  return recordReturn(hearing, event);
}

export function transactionExists(transactionId: string, firstEventId: string): EventRefused {
  const detail = `transaction ${JSON.stringify(transactionId)} is known from event ${JSON.stringify(firstEventId)}; a new transaction needs an id of its own`;
  return { reason: 'transaction_exists', firstEventId, detail };
}

function sayProfile(hearing: Hearing, event: Event<ProfileData>): Said {
  if (changeProfile(hearing.working, event, hearing.cause)) return undefined;
  const detail = `a customer has at most ${limits.attributesPerCustomerMax} attributes; remove some with null`;
  return { refused: { reason: 'too_many_attributes', detail } };
}

function sayTag(hearing: Hearing, event: Event<TagData>): Said {
  const { working, zone, cause } = hearing;
  const { tag, for: span } = event.data;
  if (tagOf(working.now, tag) === undefined && working.now.tags.length >= limits.tagsPerCustomerMax) {
    return {
      refused: {
        reason: 'too_many_tags',
        detail: `a customer has at most ${limits.tagsPerCustomerMax} tags; remove some first`,
      },
    };
  }
  const duration = span === undefined ? undefined : parseDuration(span);
  const until = duration === undefined ? null : addDuration(event.time, duration, zone);
  addTag(working, tag, until, event.time, zone, cause);
  return undefined;
}
