/** What a sale gave, taken back by its void: uses, offers, tags, places in shared limits, a status. */
import type { Occasion } from '../customer/campaigns.js';
import type { KnownPurchase } from '../customer/history.js';
import { freeCode } from '../customer/promo-code.js';
import { countShared } from '../customer/shared-limits.js';
import type { CompletionState, IssueState, TagState } from '../customer/state.js';
import { releaseTag, removeTag, tagOf } from '../customer/tags.js';
import type { Cause, Outcome, SharedLimit } from '../outcome.js';
import { type Part, partsOf } from './undo.js';

/** Completions of the sale that fell at a return before the void. */
export interface Fallen {
  readonly completions: readonly CompletionState[];
  /** Theirs, and those of the lots and issues they gave. */
  readonly ids: ReadonlySet<string>;
}

/** Uses burned are given back; what the sale gave is taken back unless it was used. */
export function undoOffers(
  occasion: Occasion,
  known: KnownPurchase,
  fallen: Fallen,
  cause: Cause,
): { issueId: string; offerId: string }[] {
  const { working, view, zone } = occasion;
  const { time } = view.event;
  const { transactionId } = known.event.data;
  const notTaken: { issueId: string; offerId: string }[] = [];
  const before = undoneIssues(known);
  for (const outcome of known.outcomes) {
    if (outcome.type === 'offer.redeemed' && outcome.data.overdraft !== true) {
      const { issueId } = outcome.data;
      const held = working.now.offers.find((issue) => issue.id === issueId);
      const was = held ?? before.find((issue) => issue.id === issueId);
      if (was === undefined) continue;
      working.tell('offer.reinstated', time, cause, {
        issueId,
        offerId: was.offerId,
        transactionId,
        usesLeft: (held?.usesLeft ?? 0) + 1,
        issuedAt: was.issuedAt,
        startsAt: was.startsAt,
        expiresAt: was.expiresAt,
        zone,
      });
    } else if (outcome.type === 'offer.issued') {
      const { issueId, offerId, uses } = outcome.data;
      if (fallen.ids.has(issueId)) continue;
      const held = working.now.offers.find((issue) => issue.id === issueId);
      if (held !== undefined && held.usesLeft === uses) working.tell('offer.voided', time, cause, { issueId, offerId });
      else if (!isTakenBack(working.outcomes, issueId)) notTaken.push({ issueId, offerId });
    }
  }
  return notTaken;
}

function isTakenBack(outcomes: readonly Outcome[], issueId: string): boolean {
  return outcomes.some((told) => told.type === 'offer.voided' && told.data.issueId === issueId);
}

function undoneIssues(known: KnownPurchase): readonly IssueState[] {
  const part = partsOf(known).find(([kind]) => kind === 'offers');
  return (part?.[2] ?? []) as unknown as readonly IssueState[];
}

/** Tags as they were; where others have touched them since, those that still end as the sale said end as before it. */
export function undoTags(
  occasion: Occasion,
  known: KnownPurchase,
  standing: readonly Part[],
  isStanding: boolean,
  cause: Cause,
): void {
  const { working, view, zone } = occasion;
  const { time } = view.event;
  if (isStanding) {
    const was = standing.find(([kind]) => kind === 'tags')![2] as unknown as readonly TagState[];
    for (const { tag } of working.now.tags.slice())
      if (!was.some((held) => held.tag === tag)) removeTag(working, tag, time, cause);
    for (const { tag, until } of was) {
      const held = tagOf(working.now, tag);
      if (held !== undefined && held.until === until) continue;
      working.tell('tag.added', time, cause, until === null ? { tag } : { tag, until, zone });
    }
    return;
  }
  const before = partsOf(known).find(([kind]) => kind === 'tags')?.[2] as unknown as readonly TagState[] | undefined;
  for (const outcome of known.outcomes) {
    if (outcome.type !== 'tag.added') continue;
    const { tag, until = null, claimedBy } = outcome.data;
    const held = tagOf(working.now, tag);
    if (claimedBy !== undefined) releaseTag(working, tag, claimedBy, time, zone, cause);
    else if (held !== undefined && held.until === until) {
      const was = before?.find((one) => one.tag === tag);
      if (was === undefined || was.until === null || was.until < working.arrival) removeTag(working, tag, time, cause);
      else working.tell('tag.added', time, cause, { tag, until: was.until, zone });
    }
  }
}

/** Codes that the sale claimed may be claimed again. */
export function undoCodes({ working, view }: Occasion, known: KnownPurchase, cause: Cause): void {
  for (const { type, data } of known.outcomes) {
    if (type === 'promo_code.claimed') freeCode(working, data.promoCodeId, data.single, view.event.time, cause);
  }
}

/** Places in limits that all customers share are free again, but for those that were freed before; codes are by themselves. */
export function undoShared(occasion: Occasion, known: KnownPurchase, fallen: Fallen, cause: Cause): void {
  const { working, view } = occasion;
  const open: [limit: SharedLimit, of: string, by: number][] = [];
  const count = (limit: SharedLimit, of: string, by: number): void => {
    if (limit === 'code') return;
    const one = open.find((each) => each[0] === limit && each[1] === of);
    if (one === undefined) open.push([limit, of, by]);
    else one[2] += by;
  };
  for (const { type, data } of known.outcomes) if (type === 'limit.counted') count(data.limit, data.of, data.by);
  for (const { gave } of fallen.completions)
    for (const given of gave) if (given[0] === 'shared') count(given[1], given[2], -given[3]);
  for (const { type, data } of working.outcomes) if (type === 'limit.counted') count(data.limit, data.of, data.by);
  for (const [limit, of, by] of open) if (by > 0) countShared(working, view.event.time, cause, limit, of, -by);
}

export function undoStatus({ working, view }: Occasion, known: KnownPurchase, cause: Cause): void {
  const changed = known.outcomes.filter((outcome) => outcome.type === 'status.changed');
  const last = changed.at(-1);
  if (last === undefined || working.now.status !== last.data.to) return;
  const { from } = changed[0]!.data;
  working.tell('status.changed', view.event.time, cause, { from: last.data.to, to: from, reason: 'void' });
}
