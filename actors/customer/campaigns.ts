/**
 * Campaigns judged by one event, in order, against one view (PROGRAM: "One event, in order", Behaviors, Campaigns).
 *
 * A campaign counts an event if its schedule, its target, the customer's status and its limit allow it (`limit.ts`) and
 * at least one of its rules matches (`counting.ts`). How its rules are joined is `weigh.ts` and `sequence.ts`.
 */
import type { Campaign, Program } from '../program/program.js';
import { countOf } from './counting.js';
import { excluded, noteTotal } from './limit.js';
import { progressOf } from './progress.js';
import { follow } from './sequence.js';
import type { SharedLimits } from './shared-limits.js';
import type { ProgressState } from './state.js';
import type { Verdict } from './verdict.js';
import type { EventView } from './view.js';
import { weigh } from './weigh.js';
import type { Working } from './working.js';

/** What judging one event needs to know, the same for all campaigns. */
export interface Occasion {
  readonly working: Working;
  readonly program: Program;
  readonly shared: SharedLimits;
  readonly view: EventView;
  /** The customer's zone. */
  readonly zone: string;
  /** The oldest time an event may still come with, ms. */
  readonly earliest: number;
  /** What holds levels is asked after this instant, ms: an event's arrival − 1, a deadline's own, or later where more is done. */
  readonly after: number;
  /** Undefined where nothing was reported: a send. */
  readonly eventId: string | undefined;
  /** The purchase's transaction; null for other types. */
  readonly transactionId: string | null;
}

/** What this event does to every campaign it could move, in the order of judging. Changes nothing: `give.ts` tells it. */
export function judgeCampaigns(occasion: Occasion): readonly Verdict[] {
  const campaigns = occasion.program.candidates(occasion.view);
  const verdicts: Verdict[] = [];
  for (let i = 0; i < campaigns.length; i++) {
    const campaign = campaigns[i]!;
    const verdict = verdictOf(occasion, campaign, progressOf(occasion.working.now, campaign.id));
    if (verdict !== undefined) verdicts.push(verdict);
  }
  return verdicts;
}

/** What this event does to a campaign whose progress stands so; undefined where nothing. */
export function verdictOf(
  occasion: Occasion,
  campaign: Campaign,
  progress: ProgressState | undefined,
): Verdict | undefined {
  const reason = excluded(occasion, campaign, progress);
  if (reason !== undefined) {
    // Whoever asks why nothing came of the event is to be told; what others took is not known later.
    if (reason === 'total' && campaign.rules.some((rule) => countOf(rule, occasion.view) !== undefined))
      noteTotal(occasion, campaign);
    return undefined;
  }
  if (campaign.behavior === 'sequence') return follow(occasion, campaign, progress);
  return weigh(occasion, campaign, progress);
}
