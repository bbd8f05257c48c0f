/**
 * Clawback: a completion falls because of a return, and what it gave is taken back (PROGRAM: Behaviors, "A return";
 * "Edges: Points"): fixed points wholly, offers that are unused, tags that nothing else holds, moves of a level, places in
 * shared limits.
 *
 * Only campaigns with `onReturn: clawback` come here: `keepCompletion` notes a completion with what it spent and gave,
 * `fall` takes it back.
 */
import type { Json } from '../event.js';
import type { Cause, Outcome } from '../outcome.js';
import { basisSystem } from '../program/basis-campaign.js';
import type { Campaign } from '../program/program.js';
import { subtractDuration } from '../time/duration.js';
import type { Occasion } from './campaigns.js';
import { completionRow } from './completion.js';
import { reverse } from './points.js';
import { FELL, progressOf } from './progress.js';
import { attributesSeen } from './remembered.js';
import { countShared } from './shared-limits.js';
import type { CompletionState, Given, MatchState, SpentState } from './state.js';
import { releaseTag } from './tags.js';
import { undoMove } from './tier-move.js';
import type { Verdict } from './verdict.js';

/** What the completion at place `n` spends, if a return can make it fall: it spends a purchase. */
export function fallible({ campaign, spent }: Verdict, n: number): readonly SpentState[] | undefined {
  const rules = campaign.clawback ? spent[n] : undefined;
  const isPurchase = (match: MatchState) => match[2] !== null;
  return rules?.some(({ counted }) => counted.some(isPurchase)) ? rules : undefined;
}

/**
 * Notes a completion that may fall: with what it spent and, of the outcomes from `from` on, what it gave.
 * `counts`: it has a place in the limits, as all have but a group's loser.
 */
export function keepCompletion(
  occasion: Occasion,
  { campaign, counted }: Verdict,
  id: string,
  spent: readonly SpentState[],
  counts: boolean,
  from: number,
  cause: Cause,
): void {
  const { working, program, view, zone, earliest, transactionId } = occasion;
  const { time } = view.event;
  const gave = givenFrom(working.outcomes, from, campaign);
  const completion: CompletionState = { id, at: time, counts, any: campaign.behavior === 'any', rules: spent, gave };
  const returnableFrom = subtractDuration(earliest, program.returnsWindow, zone);
  working.note('completion.kept', time, cause, {
    campaignId: campaign.id,
    completion: [completionRow(completion), returnableFrom] as unknown as Json,
    counted: transactionId === null ? undefined : (counted as unknown as Json),
    attributes: transactionId === null ? undefined : attributesSeen(campaign, counted, view),
  });
}

/** What a clawback takes back of what was given; points by rate belong to their purchase. */
function givenFrom(outcomes: readonly Outcome[], from: number, { id }: Campaign): Given[] {
  const gave: Given[] = [];
  for (let i = from; i < outcomes.length; i++) {
    const { type, cause, data } = outcomes[i]!;
    // What a level's entry gives belongs to the level.
    if (cause.campaignId !== id || cause.tier !== undefined) continue;
    if (type === 'points.earned' && data.rate === undefined)
      gave.push(['points', data.account, data.lotId, data.points]);
    else if (type === 'offer.issued') gave.push(['offer', data.issueId, data.offerId, data.uses, data.uses]);
    else if ((type === 'tag.added' || type === 'tag.claimed') && data.claimedBy !== undefined)
      gave.push(['tag', data.tag]);
    else if (type === 'limit.counted') gave.push(['shared', data.limit, data.of, data.by]);
    else if (type === 'tier.counted') gave.push(['tier', data.system]);
  }
  return gave;
}

/** A completion falls: it is told, then what it gave is taken back, in the order in which it was given. */
export function fall(occasion: Occasion, campaignId: string, completion: CompletionState, cause: Cause): void {
  const { working, program, view, zone } = occasion;
  const { time } = view.event;
  const { id, at, counts, gave } = completion;
  const standing = progressOf(working.now, campaignId)!.completions - (counts ? 1 : 0);
  const used = gave.filter((given) => given[0] === 'offer' && given[4] < given[3]);
  if (basisSystem(campaignId) !== undefined) {
    const progress = [FELL, id, standing, at] as unknown as Json;
    working.note('progress.moved', time, cause, { campaignId, progress });
    return;
  }
  working.tell('behavior.reverted', time, cause, {
    campaignId,
    completions: standing,
    completionId: id,
    notTaken: used.length === 0 ? undefined : used.map((given) => ({ issueId: given[1], offerId: given[2] as string })),
  });
  for (const given of gave) {
    switch (given[0]) {
      case 'points':
        reverse(working, program, given[1], given[3], time, cause, { countsAt: at, lotId: given[2] });
        break;
      case 'offer':
        if (used.includes(given) || !working.now.offers.some((issue) => issue.id === given[1])) break;
        working.tell('offer.voided', time, cause, { issueId: given[1], offerId: given[2] });
        break;
      case 'tag':
        releaseTag(working, given[1], id, time, zone, cause);
        break;
      case 'shared':
        countShared(working, time, cause, given[1], given[2], -given[3]);
        break;
      case 'tier':
        undoMove(working, program, given[1], time, occasion.after, zone, cause, id);
        break;
    }
  }
}
