/** Whether a campaign considers an event: schedule, target, the customer's limit, its total (PROGRAM: Campaigns). */
import type { Campaign } from '../program/program.js';
import { subtractDuration } from '../time/duration.js';
import type { Occasion } from './campaigns.js';
import { leftOf, noteReached } from './shared-limits.js';
import type { ProgressState } from './state.js';
import { unitSpan } from './unit-span.js';

/** Why a campaign does not consider an event. */
export type Excluded = 'schedule' | 'target' | 'limit' | 'total';

/** Undefined where it considers it. */
export function excluded(
  occasion: Occasion,
  campaign: Campaign,
  progress: ProgressState | undefined,
): Excluded | undefined {
  const { view, zone } = occasion;
  const { time } = view.event;
  if (campaign.start !== undefined && time < campaign.start) return 'schedule';
  if (campaign.end !== undefined && time > campaign.end) return 'schedule';
  if (campaign.target !== undefined && !campaign.target.test(view)) return 'target';
  if (campaign.perCustomer !== undefined && !hasRoom(campaign, progress, time, zone, 0)) return 'limit';
  return campaign.total === undefined || hasPlace(occasion, campaign, 0) ? undefined : 'total';
}

/** Whether the total over all customers leaves a place, after `more` completions by this event. */
export function hasPlace({ working, shared }: Occasion, { id, total }: Campaign, more: number): boolean {
  return total === undefined || leftOf(working, shared, 'total', id, total) > more;
}

/** Notes that the total kept an event from counting, or from completing once more. */
export function noteTotal({ working, shared, view, eventId }: Occasion, { id, total }: Campaign): void {
  const cause = eventId === undefined ? { campaignId: id } : { eventId, campaignId: id };
  noteReached(working, shared, view.event.time, cause, 'total', id, total!);
}

/** Whether the limit leaves room in the period that holds the time, after `more` completions at it. */
export function hasRoom(
  campaign: Campaign,
  progress: ProgressState | undefined,
  time: number,
  zone: string,
  more: number,
): boolean {
  const { perCustomer } = campaign;
  return perCustomer === undefined || givenIn(campaign, progress, time, zone) + more < perCustomer;
}

/** How often it has given in the period of its limit that holds the time; without one, ever. */
export function givenIn({ per }: Campaign, progress: ProgressState | undefined, time: number, zone: string): number {
  if (progress === undefined) return 0;
  if (per === undefined || (per.kind !== 'rolling' && per.kind !== 'calendar')) return progress.completions;
  let after: number;
  let upTo = time;
  if (per.kind === 'rolling') after = subtractDuration(time, per.span, zone);
  else {
    const span = unitSpan(per.unit, zone, time);
    after = span.from - 1;
    upTo = span.before - 1;
  }
  let given = 0;
  for (let i = 0; i < progress.given.length; i++) {
    const at = progress.given[i]!;
    if (at > after && at <= upTo) given++;
  }
  return given;
}
