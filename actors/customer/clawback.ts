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
import type { Campaign, Rule } from '../program/program.js';
import { subtractDuration } from '../time/duration.js';
import type { Occasion } from './campaigns.js';
import { completionRow } from './completion.js';
import { matchesOf } from './counting.js';
import { ofUsed } from './dropped.js';
import { reverse } from './points.js';
import { type Counted, DROPPED, FELL, progressOf } from './progress.js';
import { attributesSeen } from './remembered.js';
import { countShared } from './shared-limits.js';
import type { CompletionState, Dropped, Given, MatchState, SpentState } from './state.js';
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

/** Noted before an event counts that makes a rule forget excess, as too old or with the window that it closes. */
export function noteForgotten(occasion: Occasion, campaign: Campaign, counted: readonly Counted[], cause: Cause): void {
  const progress = progressOf(occasion.working.now, campaign.id);
  if (progress === undefined || progress.completed.length === 0) return;
  const dropped = campaign.rules.flatMap((rule): Dropped[] => {
    const forget = counted.find(([name]) => name === rule.name)?.[5] ?? null;
    if (forget === null || !carries(rule)) return [];
    const forgotten = matchesOf(rule, progress).filter(([at]) => at <= forget);
    return ofUsed(progress.completed, rule.name, forgotten);
  });
  noteDropped(occasion, campaign, dropped, cause);
}

/** Noted after the last completion by an event where it cannot fall: the excess that the limit dropped with it. */
export function noteAtLimit(occasion: Occasion, verdict: Verdict, cause: Cause): void {
  const { campaign, completions, spent } = verdict;
  if (!campaign.carries || fallible(verdict, completions - 1) !== undefined) return;
  const kept = progressOf(occasion.working.now, campaign.id)?.completed ?? [];
  const dropped = campaign.rules.flatMap((rule, i): Dropped[] =>
    carries(rule) ? ofUsed(kept, rule.name, spent[completions - 1]![i]!.others) : [],
  );
  noteDropped(occasion, campaign, dropped, cause);
}

function carries({ measure }: Rule): boolean {
  return measure.kind === 'sum' && measure.carry;
}

function noteDropped({ working, view }: Occasion, { id }: Campaign, dropped: readonly Dropped[], cause: Cause): void {
  if (dropped.length === 0) return;
  const progress = [DROPPED, ...dropped] as unknown as Json;
  working.note('progress.moved', view.event.time, cause, { campaignId: id, progress });
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
