/** Levels after a void: put back as they were, or without what the sale alone held up. */
import type { Occasion } from '../customer/campaigns.js';
import type { KnownPurchase } from '../customer/history.js';
import type { TierState } from '../customer/state.js';
import { afterRevoke } from '../customer/tier-revoke.js';
import { tierOf } from '../customer/tier-state.js';
import { change, hold } from '../customer/tiers.js';
import { dueOf, highestHeldNow, levelIndex, untilOf } from '../customer/until.js';
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

/** Levels that have moved on since lose what the sale alone held up, as by a return in a system that revokes. */
export function revokeLevels(
  { working, program, view, zone, after }: Occasion,
  heard: number,
  refund: number,
  known: KnownPurchase,
  isStanding: (kind: Part[0], name?: string) => boolean,
  cause: Cause,
): void {
  const { time } = view.event;
  const back = [
    {
      type: 'return.recorded',
      data: { originalKnown: true, countsAt: known.event.time, amount: refund, allBack: true },
    },
    ...working.outcomes.slice(heard),
  ] as unknown as Outcome[];
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
