/**
 * Verdicts told and given, in the order of judging (PROGRAM: Campaigns). What every campaign does is decided by then:
 * nothing here changes what another campaign counts.
 */
import type { Json } from '../event.js';
import type { Cause } from '../outcome.js';
import { award } from './award.js';
import type { Occasion } from './campaigns.js';
import { keepCompletion, spentBy } from './clawback.js';
import { COMPLETED, COUNTED, progressOf } from './progress.js';
import { forgetUpTo } from './reach.js';
import { attributesSeen } from './remembered.js';
import type { Verdict } from './verdict.js';

export function give(occasion: Occasion, verdicts: readonly Verdict[]): void {
  for (let i = 0; i < verdicts.length; i++) {
    const verdict = verdicts[i]!;
    const cause = causeOf(occasion, verdict.campaign.id);
    if (verdict.completions === 0) advance(occasion, verdict, cause);
    for (let n = 0; n < verdict.completions; n++) complete(occasion, verdict, cause);
  }
}

function causeOf({ eventId }: Occasion, campaignId: string): Cause {
  return eventId === undefined ? { campaignId } : { eventId, campaignId };
}

function complete(occasion: Occasion, verdict: Verdict, cause: Cause): void {
  const { campaign } = verdict;
  const { working, view, zone, earliest } = occasion;
  const { time } = view.event;
  const completions = (progressOf(working.now, campaign.id)?.completions ?? 0) + 1;
  const limitFrom = campaign.per === undefined ? undefined : (forgetUpTo(campaign.per, earliest, zone) ?? undefined);
  const spent = campaign.clawback ? spentBy(occasion, verdict) : undefined;
  const completionId = spent === undefined ? undefined : working.nextId;
  const from = working.outcomes.length;
  if (!campaign.base && campaign.send === undefined) {
    working.tell('behavior.completed', time, cause, { campaignId: campaign.id, completions, limitFrom });
  } else if (campaign.perCustomer !== undefined || campaign.clawback) {
    working.note('progress.moved', time, cause, {
      campaignId: campaign.id,
      progress: [COMPLETED, completions, limitFrom ?? null],
    });
  }
  award(occasion, campaign, cause, completionId);
  if (spent !== undefined) keepCompletion(occasion, verdict, completionId!, spent, from, cause);
}

function advance(occasion: Occasion, { campaign, counted, rules }: Verdict, cause: Cause): void {
  const { working, view, zone } = occasion;
  const { time } = view.event;
  const attributes = occasion.transactionId === null ? undefined : attributesSeen(campaign, counted, view);
  const progress = (counted.length === 1 ? [COUNTED, counted[0]] : [COUNTED, ...counted]) as unknown as Json;
  working.note('progress.moved', time, cause, { campaignId: campaign.id, progress, attributes });
  working.tell('behavior.progressed', time, cause, { campaignId: campaign.id, rules, zone });
}
