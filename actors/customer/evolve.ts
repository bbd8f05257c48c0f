/**
 * A customer's state is a fold of its outcomes and nothing else: this is the fold. It asks no program, no history and
 * no clock, so that recorded outcomes give the same state for ever (DESIGN D8).
 *
 * Invariants: (1) never changes the state it is given; (2) total: an outcome about what is not there changes nothing
 * it cannot; (3) no value in a state is undefined or -0, so that it packs and comes back the same.
 */
import type { Json } from '../event.js';
import type { EntryJudged, OfferIssued, Outcome, ProfileChanged } from '../outcome.js';
import { adjusted, earned, expired, reversed, spent } from './account-state.js';
import { appended, replaced } from './list.js';
import { behaviorCompleted, progressMoved } from './progress.js';
import { purchaseRecorded, returnRecorded } from './spend.js';
import { type CustomerState, copyOf, type Draft, type IssueState, initial, type TagState } from './state.js';
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
  const draft = before === undefined ? initial(outcome.customerId) : copyOf(before);
  apply(draft, outcome);
  return draft;
}

/** The fold itself, on a copy that the caller alone holds. */
export function apply(draft: Draft, outcome: Outcome): void {
  switch (outcome.type) {
    case 'entry.judged':
      entryJudged(draft, outcome.data);
      break;
    case 'purchase.recorded':
      purchaseRecorded(draft, outcome.data);
      purchaseCounted(draft, outcome.data);
      break;
    case 'return.recorded':
      returnRecorded(draft, outcome.data);
      returnCounted(draft, outcome.data);
      break;
    case 'points.earned':
      earned(draft, outcome.data);
      pointsEarned(draft, outcome.data);
      break;
    case 'points.reversed':
      reversed(draft, outcome.data);
      pointsReversed(draft, outcome.data, outcome.time);
      break;
    case 'points.spent':
      spent(draft, outcome.data);
      break;
    case 'points.expired':
      expired(draft, outcome.data);
      break;
    case 'points.adjusted':
      adjusted(draft, outcome.data);
      break;
    case 'progress.moved':
      progressMoved(draft, outcome.data, outcome.time);
      break;
    case 'behavior.completed':
      behaviorCompleted(draft, outcome.data, outcome.time);
      break;
    case 'tier.counted':
      tierCounted(draft, outcome.data);
      break;
    case 'tier.changed':
      tierChanged(draft, outcome.data);
      break;
    case 'tag.added':
      draft.tags = withTag(draft.tags, { tag: outcome.data.tag, until: outcome.data.until ?? null });
      break;
    case 'tag.removed':
      draft.tags = draft.tags.filter((held) => held.tag !== outcome.data.tag);
      break;
    case 'offer.issued':
      draft.offers = appended(draft.offers, issueOf(outcome.data, outcome.time));
      break;
    case 'offer.expired':
      draft.offers = draft.offers.filter((issue) => issue.id !== outcome.data.issueId);
      break;
    case 'status.changed':
      draft.status = outcome.data.to;
      break;
    case 'profile.changed':
      profileChanged(draft, outcome.data);
      break;
    // Nothing is pending yet, and these say what the fold has by other outcomes.
    case 'points.activated':
    case 'points.cancelled':
    case 'behavior.progressed':
    case 'event.ignored':
    case 'event.refused':
      break;
  }
}

function entryJudged(draft: Draft, { arrival, imported, created }: EntryJudged): void {
  draft.arrival = arrival;
  draft.imported = imported;
  if (created === undefined) return;
  draft.createdAt = arrival;
  draft.status = created.status;
}

function withTag(tags: readonly TagState[], tag: TagState): readonly TagState[] {
  const place = tags.findIndex((held) => held.tag === tag.tag);
  return replaced(tags, place < 0 ? tags.length : place, tag);
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

function profileChanged(draft: Draft, { attributes, timeZone, locale }: ProfileChanged): void {
  if (timeZone !== undefined) draft.zone = timeZone;
  if (locale !== undefined) draft.locale = locale;
  if (attributes !== undefined) draft.attributes = merged(draft.attributes, attributes);
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
