/**
 * Verdicts told and given, in the order of judging (PROGRAM: Campaigns). What every campaign does is decided by then:
 * nothing here changes what another campaign counts.
 */
import type { Json } from '../event.js';
import type { Cause } from '../outcome.js';
import type { Campaign } from '../program/program.js';
import { noteArmed } from './absence.js';
import { award } from './award.js';
import type { Occasion } from './campaigns.js';
import { fallible, keepCompletion, noteAtLimit, noteForgotten } from './clawback.js';
import { lostTo, winners } from './group.js';
import { COMPLETED, COUNTED, LEFT, type ProgressChange, progressOf, STEPPED } from './progress.js';
import { forgetUpTo } from './reach.js';
import { attributesSeen } from './remembered.js';
import { countShared } from './shared-limits.js';
import type { Verdict } from './verdict.js';

export function give(occasion: Occasion, verdicts: readonly Verdict[]): void {
  const won = winners(occasion, verdicts);
  for (let i = 0; i < verdicts.length; i++) {
    const verdict = verdicts[i]!;
    const cause = causeOf(occasion, verdict.campaign.id);
    if (verdict.armed.length > 0)
      noteArmed(occasion.working, verdict.campaign.id, occasion.view.event.time, cause, verdict.armed);
    if (verdict.completions === 0) advance(occasion, verdict, cause);
    // What stays of this event is judged again with what its conditions saw.
    else if (verdict.campaign.carries) count(occasion, verdict, cause);
    const lost = lostTo(verdict.campaign, won);
    for (let n = 0; n < verdict.completions; n++) complete(occasion, verdict, n, lost, cause);
    if (verdict.campaign.clawback && verdict.completions > 0) noteAtLimit(occasion, verdict, cause);
    if (verdict.left.length > 0) move(occasion, verdict, [LEFT, ...verdict.left], cause);
  }
}

function causeOf({ eventId }: Occasion, campaignId: string): Cause {
  return eventId === undefined ? { campaignId } : { eventId, campaignId };
}

/**
 * `n`: which of its completions, from 0. `lost`: the campaign of its group that gives instead; then its limits are
 * untouched. A shadow has its place in them and gives nothing.
 */
function complete(occasion: Occasion, verdict: Verdict, n: number, lost: string | undefined, cause: Cause): void {
  const { campaign } = verdict;
  const { working, view } = occasion;
  const { time } = view.event;
  const completions = (progressOf(working.now, campaign.id)?.completions ?? 0) + (lost === undefined ? 1 : 0);
  const limitFrom = lost === undefined ? limitFromOf(occasion, campaign) : undefined;
  const spent = fallible(verdict, n);
  const completionId = spent === undefined ? undefined : campaign.isBasis ? `${working.nextId}/${n}` : working.nextId;
  const from = working.outcomes.length;
  if (!campaign.base && campaign.send === undefined && !campaign.isBasis) {
    working.tell('behavior.completed', time, cause, {
      campaignId: campaign.id,
      completions,
      lostTo: lost,
      limitFrom,
      shadow: campaign.shadow ? true : undefined,
    });
  } else if (lost === undefined && (campaign.perCustomer !== undefined || campaign.clawback)) {
    working.note('progress.moved', time, cause, {
      campaignId: campaign.id,
      progress: [COMPLETED, completions, limitFrom ?? null],
    });
  }
  if (lost === undefined) {
    if (campaign.total !== undefined) countShared(working, time, cause, 'total', campaign.id, 1);
    if (!campaign.shadow) award(occasion, campaign, cause, completionId);
  }
  if (spent !== undefined) keepCompletion(occasion, verdict, completionId!, spent, lost === undefined, from, cause);
}

function limitFromOf({ earliest, zone }: Occasion, { per }: Campaign): number | undefined {
  return per === undefined ? undefined : (forgetUpTo(per, earliest, zone) ?? undefined);
}

function advance(occasion: Occasion, verdict: Verdict, cause: Cause): void {
  const { campaign, rules, stepped } = verdict;
  const { working, view, zone } = occasion;
  const { time } = view.event;
  count(occasion, verdict, cause);
  if (stepped.length > 0) move(occasion, verdict, [STEPPED, ...stepped], cause);
  if (rules.length === 0 || campaign.isBasis) return;
  const shadow = campaign.shadow ? true : undefined;
  working.tell('behavior.progressed', time, cause, { campaignId: campaign.id, rules, zone, shadow });
}

function count(occasion: Occasion, { campaign, counted }: Verdict, cause: Cause): void {
  if (counted.length === 0) return;
  const { working, view } = occasion;
  if (campaign.carries && campaign.clawback) noteForgotten(occasion, campaign, counted, cause);
  const attributes = occasion.transactionId === null ? undefined : attributesSeen(campaign, counted, view);
  const progress = (counted.length === 1 ? [COUNTED, counted[0]] : [COUNTED, ...counted]) as unknown as Json;
  working.note('progress.moved', view.event.time, cause, { campaignId: campaign.id, progress, attributes });
}

function move({ working, view }: Occasion, { campaign }: Verdict, change: ProgressChange, cause: Cause): void {
  const progress = change as unknown as Json;
  working.note('progress.moved', view.event.time, cause, { campaignId: campaign.id, progress });
}
