/**
 * A customer's state is a fold of its outcomes and nothing else: this is the fold. It asks no program, no history and
 * no clock, so that recorded outcomes give the same state for ever (DESIGN D8).
 *
 * Invariants: (1) the state it is given is changed in place and returned, so it must be the caller's own; (2) total: an
 * outcome about what is not there changes nothing it cannot; (3) no value in a state is undefined or -0, so that it
 * packs and comes back the same; (4) lists that a view may hold (tags, offers, attributes) are replaced, not changed.
 */
import type { Json } from '../event.js';
import type { EntryJudged, OfferIssued, Outcome, ProfileChanged } from '../outcome.js';
import { lockEnded, lockRecorded, offerRedeemed, offerReinstated } from '../till/lock-state.js';
import { saleVoided } from '../till/void-state.js';
import { activated, adjusted, cancelled, earned, expired, prolonged, reversed, spent } from './account-state.js';
import { behaviorReverted, completionKept, usesChanged } from './completion.js';
import { replaced } from './list.js';
import { entered, exited, located } from './location.js';
import { stateMoved } from './merge-state.js';
import { behaviorCompleted, openProgress, progressMoved } from './progress.js';
import { codeCounted } from './promo-code-state.js';
import { purchaseIssued, rewardPurchased, rewardRefunded } from './reward-state.js';
import { sendReceived } from './runs.js';
import { purchaseRecorded, returnRecorded } from './spend.js';
import { type CustomerState, type IssueState, initial } from './state.js';
import { tagAdded, tagClaimed } from './tags.js';
import {
  behaviorCounted,
  pointsEarned,
  pointsReversed,
  purchaseCounted,
  returnCounted,
  tierChanged,
  tierCounted,
} from './tier-state.js';

/** The state after one more outcome; of nobody yet after a customer's first (always `entry.judged`). */
export function evolve(before: CustomerState | undefined, outcome: Outcome): CustomerState {
  const state = before ?? initial(outcome.customerId);
  switch (outcome.type) {
    case 'entry.judged':
      entryJudged(state, outcome.data);
      break;
    case 'purchase.recorded':
      purchaseRecorded(state, outcome.data);
      purchaseCounted(state, outcome.data);
      break;
    case 'return.recorded':
      returnRecorded(state, outcome.data);
      returnCounted(state, outcome.data);
      break;
    case 'points.earned':
      earned(state, outcome.data);
      pointsEarned(state, outcome.data);
      break;
    case 'points.reversed':
      reversed(state, outcome.data);
      pointsReversed(state, outcome.data, outcome.time);
      break;
    case 'points.spent':
      spent(state, outcome.data);
      break;
    case 'points.expired':
      expired(state, outcome.data);
      break;
    case 'points.adjusted':
      adjusted(state, outcome.data);
      break;
    case 'points.activated':
      activated(state, outcome.data);
      break;
    case 'points.cancelled':
      cancelled(state, outcome.data);
      break;
    case 'points.prolonged':
      prolonged(state, outcome.data);
      break;
    case 'reward.purchased':
      rewardPurchased(state, outcome.data, outcome.time);
      break;
    case 'reward.refunded':
      rewardRefunded(state, outcome.data);
      break;
    case 'code.counted':
      codeCounted(state, outcome.data);
      break;
    case 'progress.moved':
      progressMoved(state, outcome.data, outcome.time);
      behaviorCounted(state, outcome.data, outcome.time);
      break;
    case 'behavior.completed':
      behaviorCompleted(state, outcome.data, outcome.time);
      break;
    case 'tier.counted':
      tierCounted(state, outcome.data);
      break;
    case 'tier.changed':
      tierChanged(state, outcome.data);
      break;
    case 'behavior.reverted':
      behaviorReverted(openProgress(state, outcome.data.campaignId), outcome.data);
      break;
    case 'completion.kept':
      completionKept(state, openProgress(state, outcome.data.campaignId), outcome.data);
      break;
    case 'tag.added':
      tagAdded(state, outcome.data);
      break;
    case 'tag.claimed':
      tagClaimed(state, outcome.data);
      break;
    case 'tag.removed':
      state.tags = state.tags.filter((held) => held.tag !== outcome.data.tag);
      break;
    case 'offer.issued':
      state.offers = replaced(state.offers, state.offers.length, issueOf(outcome.data, outcome.time));
      purchaseIssued(state, outcome.data);
      break;
    case 'offer.expired':
    case 'offer.voided':
      state.offers = state.offers.filter((issue) => issue.id !== outcome.data.issueId);
      break;
    case 'sale.voided':
      saleVoided(state, outcome.data);
      break;
    case 'lock.recorded':
      lockRecorded(state, outcome.data);
      break;
    case 'lock.ended':
      lockEnded(state, outcome.data);
      break;
    case 'offer.redeemed':
      offerRedeemed(state, outcome.data);
      usesChanged(state, outcome.data.issueId, outcome.data.usesLeft);
      break;
    case 'offer.reinstated':
      offerReinstated(state, outcome.data);
      usesChanged(state, outcome.data.issueId, outcome.data.usesLeft);
      break;
    case 'send.received':
      sendReceived(state, outcome.data);
      break;
    case 'audience.entered':
      state.audiences = [...state.audiences, outcome.data.audience];
      break;
    case 'audience.left':
      state.audiences = state.audiences.filter((held) => held !== outcome.data.audience);
      break;
    case 'status.changed':
      state.status = outcome.data.to;
      break;
    case 'profile.changed':
      profileChanged(state, outcome.data);
      break;
    case 'customer.erased':
      state.attributes = {};
      state.inside = [];
      state.locatedAt = null;
      break;
    case 'state.moved':
      stateMoved(state, outcome.data);
      break;
    case 'customer.located':
      located(state, outcome.time);
      break;
    case 'geofence.entered':
      entered(state, outcome.data.geofenceId);
      break;
    case 'geofence.exited':
      exited(state, outcome.data.geofenceId);
      break;
    // What these say the fold has by other outcomes.
    case 'behavior.progressed':
    case 'reward.granted':
    case 'promo_code.claimed':
    case 'event.ignored':
    case 'event.refused':
    case 'customer.merged':
    case 'offer.locked':
    case 'offer.unlocked':
    case 'sale.recorded':
    case 'sale.kept':
    // The id it was is the engine's: it stands as an alias.
    case 'sale.claimed':
    case 'till.answered':
    // Of all customers together: the engine counts them.
    case 'limit.counted':
    case 'limit.reached':
      break;
  }
  return state;
}

function entryJudged(state: CustomerState, { arrival, imported, created }: EntryJudged): void {
  state.arrival = arrival;
  state.imported = imported;
  if (created === undefined) return;
  state.createdAt = arrival;
  state.status = created.status;
}

function issueOf(data: OfferIssued, time: number): IssueState {
  return {
    id: data.issueId,
    offerId: data.offerId,
    issuedAt: time,
    startsAt: data.startsAt ?? null,
    expiresAt: data.expiresAt ?? null,
    usesLeft: data.uses,
  };
}

function profileChanged(state: CustomerState, { attributes, timeZone, locale }: ProfileChanged): void {
  if (timeZone !== undefined) state.zone = timeZone;
  if (locale !== undefined) state.locale = locale;
  if (attributes !== undefined) state.attributes = merged(state.attributes, attributes);
}

/** A null removes. Made from entries, so that no name is special. */
function merged(
  attributes: Readonly<Record<string, Json>>,
  changes: Readonly<Record<string, Json>>,
): Readonly<Record<string, Json>> {
  const result = new Map(Object.entries(attributes));
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) result.delete(name);
    else result.set(name, value);
  }
  return Object.fromEntries(result);
}
