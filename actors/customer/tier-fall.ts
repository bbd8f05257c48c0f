/**
 * What time does to a level (PROGRAM: Tiers): `full` falls to the highest level still held, `oneDown` one level, which is
 * kept one more window; and what will be held if nothing more counts.
 */
import type { CalendarUnit, TierSystem } from '../program/program.js';
import { lastSecond, nextStart } from '../time/calendar.js';
import { SECOND_MS } from '../time/civil.js';
import { addDuration } from '../time/duration.js';
import type { TierState, UntilState } from './state.js';
import { dueOf, highestHeld, levelIndex } from './until.js';

/** The level held after `due` and what then holds levels; `index`: of the level held until then. */
export function levelAfter(
  system: TierSystem,
  tier: Pick<TierState, 'untils'>,
  index: number,
  due: number,
  zone: string,
): { readonly to: number; readonly untils: readonly UntilState[] } {
  const best = highestHeld(system, tier.untils, due);
  const untils = withoutEnded(system, tier.untils, due);
  if (!system.oneDown || best >= index || index < 2) return { to: best, untils };
  return { to: index - 1, untils: keptDown(system, untils, index - 1, best, due, zone) };
}

/** The level held later if nothing more counts; `index`: of the one held now. See `profile.ts`. */
export function projectedLevel(
  system: TierSystem,
  tier: Pick<TierState, 'untils'>,
  index: number,
  now: number,
  zone: string,
): number {
  const { window } = system;
  const end = window.kind === 'calendar' ? lastSecond(window.unit, zone, now) : Number.POSITIVE_INFINITY;
  let level = index;
  let { untils } = tier;
  let after = now - 1;
  for (;;) {
    const due = dueOf(system, untils, level, after);
    if (due === null || due > end) return level;
    const next = levelAfter(system, { untils }, level, due, zone);
    ({ untils } = next);
    level = next.to;
    after = due;
    if (window.kind === 'rolling') return level;
  }
}

/** Without what has ended: an event that comes after the deadline, at this very instant, is not to give it again. */
function withoutEnded(system: TierSystem, untils: readonly UntilState[], due: number): readonly UntilState[] {
  const isOver = ({ level, ends }: UntilState) =>
    ends <= due && system.levels[levelIndex(system, level)]?.sticky !== true;
  return untils.some(isOver) ? untils.filter((each) => !isOver(each)) : untils;
}

/** One level down is kept one more window: to the end of the one the fall is in, or longer by its own until. */
function keptDown(
  system: TierSystem,
  untils: readonly UntilState[],
  to: number,
  best: number,
  due: number,
  zone: string,
): readonly UntilState[] {
  const { window, grace } = system;
  const level = system.levels[to]!.id;
  const until = window.kind === 'rolling' ? addDuration(due, window.span, zone) : endAfter(window.unit, zone, due);
  // A sum may be taken back, and what is kept after a fall is kept.
  const isKept = (each: UntilState) =>
    each.level === level && each.until >= until && each.under === null && (each.by === null || !system.revokes);
  if (best === to && untils.some(isKept)) return untils;
  const ends = grace === undefined ? until : addDuration(until, grace, zone);
  const left = untils.filter((each) => each.level !== level || each.by !== null);
  return [...left, { level, until, ends, by: null, from: null, under: null, window: null }];
}

/** The last second of the unit that a fall at `due` leads into: one at a unit's last second is in the next. */
function endAfter(unit: CalendarUnit, zone: string, due: number): number {
  const end = lastSecond(unit, zone, due + SECOND_MS);
  return end > due ? end : lastSecond(unit, zone, nextStart(unit, zone, due + SECOND_MS));
}
