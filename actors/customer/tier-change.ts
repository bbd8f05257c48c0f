/**
 * A customer comes to another level (PROGRAM: Tiers): it is told, and a rise gives `onEntry` of each level passed, lowest
 * first, once in a window of each level.
 */
import type { Cause, TierChanged } from '../outcome.js';
import type { Program, TierSystem } from '../program/program.js';
import { subtractDuration } from '../time/duration.js';
import { giveFixed } from './fixed-award.js';
import type { TierState, UntilState } from './state.js';
import { tierOf } from './tier-state.js';
import { keptFrom, windowOf } from './tier-window.js';
import { levelIndex, untilCells, untilOf } from './until.js';
import type { Working } from './working.js';

/** Says what now holds levels, and when they are to be looked at. */
export function hold(
  working: Working,
  system: TierSystem,
  tier: TierState,
  untils: readonly UntilState[],
  dueAt: number | null,
  keepFrom: number | undefined,
  time: number,
  cause: Cause,
): void {
  const held = tier.untils;
  // There may be many: those that are only added are told alone.
  const isMore = untils !== held && untils.length > held.length && held.every((each, i) => each === untils[i]);
  const reasons = untils === held || isMore ? undefined : untilCells(untils);
  const more = isMore ? untilCells(untils.slice(held.length)) : undefined;
  working.note('tier.counted', time, cause, { system: system.id, dueAt, reasons, more, keepFrom });
}

/** Another level from now on; a rise gives the entries. Whether they gave anything. */
export function change(
  working: Working,
  program: Program,
  system: TierSystem,
  to: number,
  time: number,
  reason: TierChanged['reason'],
  since: number,
  zone: string,
  cause: Cause,
): boolean {
  const tier = tierOf(working.now, system.id)!;
  const initial = tier.level === null;
  const index = levelIndex(system, tier.level);
  const level = system.levels[to]!.id;
  const rises = to > index && (index >= 0 || initial) && reason !== 'undone';
  const entering = system.enters && rises ? toEnter(system, tier, index + 1, to, time, zone) : [];
  working.tell('tier.changed', time, cause, {
    system: system.id,
    from: tier.level,
    to: level,
    since,
    until: to === 0 ? null : untilOf(tier.untils, level),
    zone,
    reason,
    initial: initial ? true : undefined,
    entered: entering.length === 0 ? undefined : enteredWith(working, program, system, tier, entering, time, zone),
  });
  const told = working.outcomes.length;
  for (const each of entering) {
    const given: Cause = { ...cause, tier: { system: system.id, level: each } };
    for (const outcome of levelOf(system, each).onEntry) giveFixed(working, program, outcome, time, zone, given);
  }
  return working.outcomes.length > told;
}

/** Levels passed whose `onEntry` has not been given in this window, lowest first. */
function toEnter(
  system: TierSystem,
  { entered }: TierState,
  from: number,
  to: number,
  time: number,
  zone: string,
): string[] {
  const entering: string[] = [];
  for (let i = from; i <= to; i++) {
    const { id, onEntry } = system.levels[i]!;
    if (onEntry.length === 0) continue;
    let given = false;
    for (let j = 0; j < entered.length; j += 2)
      if (entered[j] === id && inOneWindow(system, entered[j + 1] as number, time, zone)) given = true;
    if (!given) entering.push(id);
  }
  return entering;
}

function inOneWindow(system: TierSystem, a: number, b: number, zone: string): boolean {
  const { from, before } = windowOf(system, Math.max(a, b), zone);
  const earlier = Math.min(a, b);
  return earlier >= from && earlier < before;
}

function enteredWith(
  working: Working,
  program: Program,
  system: TierSystem,
  { entered }: TierState,
  levels: readonly string[],
  time: number,
  zone: string,
): (string | number)[] {
  const keepFrom = keptFrom(system, subtractDuration(working.arrival, program.lateness, zone), zone);
  const result: (string | number)[] = [];
  for (let i = 0; i < entered.length; i += 2)
    if ((entered[i + 1] as number) >= keepFrom) result.push(entered[i]!, entered[i + 1]!);
  for (const level of levels) result.push(level, time);
  return result;
}

function levelOf({ levels }: TierSystem, id: string): TierSystem['levels'][number] {
  return levels.find((level) => level.id === id)!;
}
