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
  return { level, until, ends: grace === undefined ? until : addDuration(until, grace, zone), by, from, under: null };
}

/** Latest instants at which an addition at `time` reached each level; written over by every call. */
const latest: number[] = [];

/**
 * For each level by its index the latest instant at which it is reached, judged where something was added at `time`;
 * -Infinity where it is not. A calendar window is judged once; a rolling one at `time` and at each later addition whose
 * span holds it. The list is the caller's until the next call.
 */
export function reachedWith(system: TierSystem, tier: TierState, time: number, zone: string): readonly number[] {
  const { window, levels } = system;
  latest.length = 0;
  for (let i = 0; i < levels.length; i++) latest.push(Number.NEGATIVE_INFINITY);
  reach(system, sumAt(system, tier, time, zone), time);
  if (window.kind === 'calendar') return latest;
  const { sums } = tier;
  let next = sums.length;
  while (next > 0 && sums[next - 2]! > time) next -= 2;
  for (; next < sums.length; next += 2) {
    const at = sums[next]!;
    if (subtractDuration(at, window.span, zone) >= time) break;
    if (sums[next + 1]! > 0) reach(system, sumAt(system, tier, at, zone), at);
  }
  return latest;
}

function reach({ levels }: TierSystem, sum: number, at: number): void {
  for (let i = 1; i < levels.length && sum >= levels[i]!.atLeast; i++) latest[i] = at;
}

/** A calendar unit, and the months of a span, may be drawn in another zone later: keep a little more. */
const ZONE_CHANGE_MS = 2 * DAY_MS;

/**
 * What counts before it can move no level any more. `earliest`: the oldest time an event may still come with. Where a
 * return may take a level back, all windows count by which a level may be held now.
 */
export function keptFrom(system: TierSystem, earliest: number, zone: string): number {
  const { window, grace, revokes } = system;
  let at = revokes && grace !== undefined ? subtractDuration(earliest, grace, zone) : earliest;
  if (window.kind === 'rolling') {
    if (revokes) at = subtractDuration(at, window.span, zone);
    return subtractDuration(at, window.span, zone) - ZONE_CHANGE_MS;
  }
  at = startOf(window.unit, zone, at);
  return (revokes ? startOf(window.unit, zone, at - 1) : at) - ZONE_CHANGE_MS;
}
