/**
 * Windows of a tier system over what counts in it (PROGRAM: Tiers, "Edges: Tiers"): what a window holds, which levels
 * an addition reaches, and until when a level is held that was reached at an instant.
 */
import type { TierSystem } from '../program/program.js';
import { lastSecond, startOf } from '../time/calendar.js';
import { DAY_MS } from '../time/civil.js';
import { addDuration, subtractDuration } from '../time/duration.js';
import type { TierState, UntilState } from './state.js';
import { sumWithin } from './tier-state.js';
import { unitSpan } from './unit-span.js';

/** What has been reached by instants: [from, before), ms. */
export interface Span {
  readonly from: number;
  readonly before: number;
}

/** The window of an instant: the calendar unit that holds it, or the span (t − d, t] that ends at it. */
export function windowOf({ window }: TierSystem, at: number, zone: string): Span {
  if (window.kind === 'calendar') return unitSpan(window.unit, zone, at);
  return { from: subtractDuration(at, window.span, zone) + 1, before: at + 1 };
}

/** The sum of the window of an instant. */
export function sumAt(system: TierSystem, tier: TierState, at: number, zone: string): number {
  const { window } = system;
  if (window.kind === 'calendar') {
    const { from, before } = unitSpan(window.unit, zone, at);
    return sumWithin(tier, from, before);
  }
  return sumWithin(tier, subtractDuration(at, window.span, zone) + 1, at + 1);
}

/** The reason to hold a level that was reached at an instant. */
export function reachedBy(
  system: TierSystem,
  level: string,
  at: number,
  by: UntilState['by'],
  zone: string,
): UntilState {
  const { window, grace } = system;
  let until: number;
  let from: number | null = null;
  if (window.kind === 'calendar') {
    until = lastSecond(window.unit, zone, unitSpan(window.unit, zone, at).before);
    if (system.atWindowEnd && typeof by === 'number') from = lastSecond(window.unit, zone, at);
  } else until = addDuration(at, window.span, zone);
  const ends = grace === undefined ? until : addDuration(until, grace, zone);
  return {
    level,
    until,
    ends,
    by,
    from,
    under: null,
    window: system.revokes && typeof by === 'number' ? boundsOf(system, at, zone) : null,
  };
}

function boundsOf(system: TierSystem, at: number, zone: string): readonly [from: number, before: number] {
  const { from, before } = windowOf(system, at, zone);
  return [from, before];
}

/**
 * The instants at which levels are judged where something was added at `time`: of a calendar window that one, of a rolling
 * one also each later addition whose span holds it.
 */
export function instantsWith({ window }: TierSystem, { sums }: TierState, time: number, zone: string): number[] {
  const found = [time];
  if (window.kind === 'calendar') return found;
  let next = sums.length;
  while (next > 0 && sums[next - 2]! > time) next -= 2;
  for (; next < sums.length; next += 2) {
    // Not in order: months are clipped, so that a span may begin or end earlier a day later.
    if (sums[next + 1]! > 0 && subtractDuration(sums[next]!, window.span, zone) < time) found.push(sums[next]!);
  }
  return found;
}

/** The instants that `reachedWith` found, and until when they hold; written over by every call. */
const instants: number[] = [];
const ends: number[] = [];

/**
 * For each level by its index the instant at which it is reached, judged where something was added at `time`; of several
 * the one that holds it longest; -Infinity where there is none. A calendar window is judged once; a rolling one at
 * `time` and at each later addition whose span holds it. The list is the caller's until the next call.
 */
export function reachedWith(system: TierSystem, tier: TierState, time: number, zone: string): readonly number[] {
  const { window, levels } = system;
  instants.length = 0;
  ends.length = 0;
  for (let i = 0; i < levels.length; i++) {
    instants.push(Number.NEGATIVE_INFINITY);
    ends.push(Number.NEGATIVE_INFINITY);
  }
  if (window.kind === 'calendar') {
    reach(system, sumAt(system, tier, time, zone), time, time);
    return instants;
  }
  reach(system, sumAt(system, tier, time, zone), time, addDuration(time, window.span, zone));
  const { sums } = tier;
  let next = sums.length;
  while (next > 0 && sums[next - 2]! > time) next -= 2;
  for (; next < sums.length; next += 2) {
    const at = sums[next]!;
    // Not in order: months are clipped, so that a span may begin or end earlier a day later.
    if (sums[next + 1]! <= 0 || subtractDuration(at, window.span, zone) >= time) continue;
    reach(system, sumAt(system, tier, at, zone), at, addDuration(at, window.span, zone));
  }
  return instants;
}

function reach({ levels }: TierSystem, sum: number, at: number, end: number): void {
  for (let i = 1; i < levels.length && sum >= levels[i]!.atLeast; i++) {
    if (end < ends[i]!) continue;
    ends[i] = end;
    instants[i] = at;
  }
}

/** Units and months may be drawn in another zone later, and months are clipped: keep a little more. */
const SLACK_MS = 5 * DAY_MS;

/**
 * What counts before it can move no level any more. `earliest`: the oldest time an event may still come with. Where a
 * return may take a level back, all windows count by which a level may be held now.
 */
export function keptFrom(system: TierSystem, earliest: number, zone: string): number {
  const { window, grace, revokes } = system;
  let at = revokes && grace !== undefined ? subtractDuration(earliest, grace, zone) : earliest;
  if (window.kind === 'rolling') {
    if (revokes) at = subtractDuration(at, window.span, zone);
    return subtractDuration(at, window.span, zone) - SLACK_MS;
  }
  at = startOf(window.unit, zone, at);
  return (revokes ? startOf(window.unit, zone, at - 1) : at) - SLACK_MS;
}
