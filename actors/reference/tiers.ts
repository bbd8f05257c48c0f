/**
 * Tiers settled after an event's outcomes, and levels that end (PROGRAM: Tiers; "Edges, decided: Tiers").
 */
import { award } from './award.js';
import { minus, plus, unitOf } from './calendar.js';
import type { TierSystem } from './document.js';
import { type Counted, countedIn, endOf, groundsAt, highestHeld, sumOf, tierOf } from './level.js';
import type { Life, Purchase } from './life.js';
import { zoneOf } from './life.js';
import { type Cause, TIME } from './outcome.js';
import { change, endAfterFall } from './tier-move.js';
import type { View } from './view.js';

/** What counted in each system before an event. */
export type Before = ReadonlyMap<string, readonly Counted[]>;

export function countedNow(life: Life): Before {
  return new Map((life.program.tiers ?? []).map((system) => [system.id, countedIn(life, system)]));
}

export interface Settling {
  readonly before: Before;
  readonly time: number;
  readonly cause: Cause;
  readonly view: View | undefined;
  /** A return that names it. */
  readonly returned: Purchase | undefined;
}

export function settleTiers(life: Life, settling: Settling): void {
  for (const system of life.program.tiers ?? []) settle(life, system, settling);
}

function settle(life: Life, system: TierSystem, { before, time, cause, view, returned }: Settling): void {
  const tier = tierOf(life, system.id);
  const counted = countedIn(life, system);
  const had = before.get(system.id)!;
  // A level is reached by what is added; "a boundary once fixed is not moved by a later change of zone".
  if (added(counted) > added(had)) renew(life, system, counted, time);
  // "The lowest level's at the first event."
  if (tier.level === null) {
    change(life, system, tier, 0, time, time, cause);
    tier.judgedUpTo = time;
  }
  if (system.onReturn === 'revoke' && returned !== undefined) revoke(life, system, had, counted, time, cause);
  const best = highestHeld(life, system, tier, life.arrival);
  if (best > tier.level! && system.upgrade !== 'windowEnd') change(life, system, tier, best, time, time, cause);
  giveEntries(life, system, cause, view);
}

function added(counted: readonly Counted[]): number {
  return counted.filter(({ amount }) => amount > 0).length;
}

/** Levels whose sum is reached at this time are good until later. */
function renew(life: Life, system: TierSystem, counted: readonly Counted[], time: number): void {
  const tier = tierOf(life, system.id);
  const instants =
    'calendar' in system.window ? [time] : [time, ...laterAdditions(life, system.window.rolling, counted, time)];
  for (const at of instants) {
    const grounds = groundsAt(life, system, counted, at);
    // "Upgrade: windowEnd": what is not held yet is judged at the window's end.
    const wait = system.upgrade === 'windowEnd';
    tier.grounds.push(...grounds.filter(({ level }) => !wait || level <= (tier.level ?? 0)));
  }
}

/** "A late addition is judged at its own instant and at each later addition whose span holds it." */
function laterAdditions(life: Life, span: string, counted: readonly Counted[], time: number): number[] {
  const zone = zoneOf(life);
  return counted
    .filter(({ at, amount }) => amount > 0 && at > time && minus(at, span, zone) < time)
    .map(({ at }) => at);
}

/** "`revoke` takes back a level whose sum a named return breaks", "at once, to the highest left; `onEntry` is not taken back". */
function revoke(
  life: Life,
  system: TierSystem,
  had: readonly Counted[],
  counted: readonly Counted[],
  time: number,
  cause: Cause,
): void {
  const tier = tierOf(life, system.id);
  tier.grounds = tier.grounds.filter(({ level, from, before }) => {
    const { atLeast } = system.levels[level]!;
    return sumOf(had, from, before) < atLeast || sumOf(counted, from, before) >= atLeast;
  });
  const left = highestHeld(life, system, tier, life.arrival);
  if (left < tier.level!) change(life, system, tier, left, time, time, cause);
}

function giveEntries(life: Life, system: TierSystem, cause: Cause, view: View | undefined): void {
  const tier = tierOf(life, system.id);
  for (const { level, time } of tier.owed.splice(0)) {
    const outcomes = system.levels[level]!.onEntry ?? [];
    award(life, { outcomes, time, cause, view, purchase: undefined, completion: null, budget: () => undefined });
  }
}

// ---- time ---------------------------------------------------------------------------------------------------------------

/** When the level held ends, or the window in which a rise waits; null where nothing does. */
export function tierDue(life: Life, system: TierSystem): number | null {
  const tier = life.tiers.get(system.id);
  if (tier === undefined || tier.level === null) return null;
  const dues = [fallDue(life, system), windowDue(life, system)].filter((due) => due !== null);
  return dues.length === 0 ? null : Math.min(...dues);
}

function fallDue(life: Life, system: TierSystem): number | null {
  const tier = tierOf(life, system.id);
  const level = tier.level!;
  if (level === 0 || system.levels[level]!.sticky === true || system.downgrade?.how === 'none') return null;
  return endOf(life, system, tier, level);
}

/** The end of the window that has not been judged yet. */
function windowDue(life: Life, system: TierSystem): number | null {
  const { judgedUpTo } = tierOf(life, system.id);
  if (system.upgrade !== 'windowEnd' || !('calendar' in system.window)) return null;
  return unitOf(system.window.calendar, zoneOf(life), judgedUpTo! + 1_000).lastSecond;
}

export function tierFallsDue(life: Life, system: TierSystem, due: number): void {
  const tier = tierOf(life, system.id);
  if (windowDue(life, system) === due) {
    tier.judgedUpTo = due;
    tier.grounds.push(...groundsAt(life, system, countedIn(life, system), due));
    const best = highestHeld(life, system, tier, due);
    if (best > tier.level!) change(life, system, tier, best, due, due, TIME);
    giveEntries(life, system, TIME, undefined);
    return;
  }
  const level = tier.level!;
  if (system.downgrade?.how === 'oneDown') {
    const until = endAfterFall(life, system, due, (at, span) => plus(at, span, zoneOf(life)));
    if (level > 1) tier.grounds.push({ level: level - 1, from: 1, before: 0, until });
    change(life, system, tier, level - 1, due, due, TIME);
  } else {
    // "`full` falls to that"; "a fall gives none".
    change(life, system, tier, highestHeld(life, system, tier, due + 1), due, due, TIME);
  }
}
