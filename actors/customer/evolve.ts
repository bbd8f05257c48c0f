/**
 * A customer's state is a fold of its outcomes and nothing else: this is the fold. It asks no program, no history and
 * no clock, so that recorded outcomes give the same state for ever (DESIGN D8).
 *
 * Invariants: (1) never changes the state it is given; (2) total: an outcome about what is not there changes nothing
 * it cannot; (3) no value in a state is undefined or -0, so that it packs and comes back the same.
 */
import type { Json } from '../event.js';
import type { OfferIssued, Outcome, ProfileChanged } from '../outcome.js';
import { adjusted, earned, expired, reversed, spent } from './account-state.js';
import { behaviorCompleted, progressMoved } from './progress.js';
import { purchaseRecorded, returnRecorded } from './spend.js';
import { type CustomerState, type IssueState, initial, type TagState } from './state.js';
import {
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
    case 'entry.judged': {
      const { arrival, imported, created } = outcome.data;
      if (created === undefined) return { ...state, arrival, imported };
      return { ...state, createdAt: arrival, arrival, imported, status: created.status };
    }
    case 'purchase.recorded':
      return purchaseCounted(purchaseRecorded(state, outcome.data), outcome.data);
    case 'return.recorded':
      return returnCounted(returnRecorded(state, outcome.data), outcome.data);
    case 'points.earned':
      return pointsEarned(earned(state, outcome.data), outcome.data);
    case 'points.reversed':
      return pointsReversed(reversed(state, outcome.data), outcome.data, outcome.time);
    case 'points.spent':
      return spent(state, outcome.data);
    case 'points.expired':
      return expired(state, outcome.data);
    case 'points.adjusted':
      return adjusted(state, outcome.data);
    case 'progress.moved':
      return progressMoved(state, outcome.data, outcome.time);
    case 'behavior.completed':
      return behaviorCompleted(state, outcome.data, outcome.time);
    case 'tier.counted':
      return tierCounted(state, outcome.data);
    case 'tier.changed':
      return tierChanged(state, outcome.data);
    case 'tag.added':
      return { ...state, tags: withTag(state.tags, { tag: outcome.data.tag, until: outcome.data.until ?? null }) };
    case 'tag.removed':
      return { ...state, tags: state.tags.filter((held) => held.tag !== outcome.data.tag) };
    case 'offer.issued':
      return { ...state, offers: [...state.offers, issueOf(outcome.data, outcome.time)] };
    case 'offer.expired':
      return { ...state, offers: state.offers.filter((issue) => issue.id !== outcome.data.issueId) };
    case 'status.changed':
      return { ...state, status: outcome.data.to };
    case 'profile.changed':
      return profileChanged(state, outcome.data);
    // Nothing is pending yet, and these say what the fold has by other outcomes.
    case 'points.activated':
    case 'points.cancelled':
    case 'behavior.progressed':
    case 'event.ignored':
    case 'event.refused':
      return state;
  }
}

function withTag(tags: readonly TagState[], tag: TagState): readonly TagState[] {
  const place = tags.findIndex((held) => held.tag === tag.tag);
  if (place < 0) return [...tags, tag];
  const result = tags.slice();
  result[place] = tag;
  return result;
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

function profileChanged(state: CustomerState, data: ProfileChanged): CustomerState {
  return {
    ...state,
    zone: data.timeZone === undefined ? state.zone : data.timeZone,
    locale: data.locale === undefined ? state.locale : data.locale,
    attributes: data.attributes === undefined ? state.attributes : merged(state.attributes, data.attributes),
  };
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
