/** Levels after a void: put back as they were, or without what the sale alone held up. */
import type { Occasion } from '../customer/campaigns.js';
import type { KnownPurchase } from '../customer/history.js';
import type { TierState } from '../customer/state.js';
import { change, hold } from '../customer/tier-change.js';
import { afterRevoke } from '../customer/tier-revoke.js';
import { tierOf } from '../customer/tier-state.js';
import { dueOf, highestHeldNow, levelIndex, untilOf } from '../customer/until.js';
import { netOf } from '../event.js';
import type { Cause, Outcome } from '../outcome.js';
import type { Part } from './undo.js';

/** Levels that are put back exactly are told before they are. */
export function tellRestoredLevels({ working, view, zone }: Occasion, standing: readonly Part[], cause: Cause): void {
  for (const [kind, name, was] of standing) {
    if (kind !== 'tier' || was === null) continue;
    const before = was as unknown as TierState;
    const tier = tierOf(working.now, name)!;
    if (tier.level === before.level || before.level === null) continue;
    working.tell('tier.changed', view.event.time, cause, {
      system: name,
      from: tier.level,
      to: before.level,
      since: before.since,
      until: untilOf(before.untils, before.level),
      zone,
      reason: 'undone',
    });
  }
}

/**
 * Levels that have moved on since lose what the sale alone held up, as by a return in a system that revokes: by all that
 * the sale brought, also where returns took a part of it back before.
 */
export function revokeLevels(
  { working, program, view, zone, after }: Occasion,
  heard: number,
  known: KnownPurchase,
  isStanding: (kind: Part[0], name?: string) => boolean,
  cause: Cause,
): void {
  const { time } = view.event;
  const back = broughtBack(known, working.outcomes.slice(heard));
  for (const system of program.tiers) {
    const tier = tierOf(working.now, system.id);
    if (tier === undefined || isStanding('tier', system.id)) continue;
    const untils = afterRevoke(system, tier, tier.untils, back, 0, after, zone);
    if (untils === tier.untils) continue;
    const index = levelIndex(system, tier.level);
    const best = highestHeldNow(system, untils, Math.max(index, 0), after);
    hold(working, system, tier, untils, dueOf(system, untils, best, after), undefined, time, cause);
    if (best < index) change(working, program, system, best, time, 'undone', time, zone, cause);
  }
}

/** The whole sale as what a return brings back, and what else this void reversed. */
function broughtBack({ event, outcomes }: KnownPurchase, now: readonly Outcome[]): readonly Outcome[] {
  const recorded = { originalKnown: true, countsAt: event.time, amount: netOf(event.data), allBack: true };
  const earned = outcomes.filter((outcome) => outcome.type === 'points.earned');
  const lots = new Set<string | undefined>(earned.map(({ data }) => data.lotId));
  return [
    { type: 'return.recorded', data: recorded },
    ...earned.map(({ data: { account, points, earnedAt } }) => ({
      type: 'points.reversed',
      data: { account, points, countsAt: earnedAt },
    })),
    ...now.filter(({ type, data }) => type === 'points.reversed' && !lots.has(data.lotId)),
  ] as unknown as Outcome[];
}
