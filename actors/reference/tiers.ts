/**
 * Tiers settled after an event's outcomes, and levels that end (PROGRAM: Tiers; "Edges, decided: Tiers").
 */
import { award } from './award.js';
import { minus, plus, unitAfter, unitOf } from './calendar.js';
import type { TierSystem } from './document.js';
import {
  type Counted,
  countedIn,
  endOf,
  highestHeld,
  highestNow,
  isForGood,
  newTier,
  reachedAt,
  sumOf,
  tierOf,
} from './level.js';
import type { Ground, Life, Purchase } from './life.js';
import { zoneOf } from './life.js';
import { type Cause, TIME } from './outcome.js';
import { change, type Enter } from './tier-move.js';

/** What counted in each system before an event. */
export type Before = ReadonlyMap<string, readonly Counted[]>;

export function countedNow(life: Life): Before {
  return new Map((life.program.tiers ?? []).map((system) => [system.id, countedIn(life, system)]));
}

export interface Settling {
  readonly before: Before;
  readonly time: number;
  readonly cause: Cause;
  /** A return that names it. */
  readonly returned: Purchase | undefined;
}

/** "Tiers" come after the outcomes; what entries give may count in turn. */
export function settleTiers(life: Life, settling: Settling): void {
  const { time, cause } = settling;
  let { before } = settling;
  for (;;) {
    const now = countedNow(life);
    let entered = false;
    const enter: Enter = (outcomes, system) => {
      const told = life.told.length;
      award(life, {
        outcomes,
        time,
        cause: { ...cause, tier: system },
        view: undefined,
        purchase: undefined,
        completion: null,
        budget: () => undefined,
      });
      entered = entered || life.told.length > told;
    };
    for (const system of life.program.tiers ?? []) settle(life, system, { ...settling, before }, enter);
    if (!entered) return;
    before = now;
  }
}

function settle(life: Life, system: TierSystem, { before, time, cause, returned }: Settling, enter: Enter): void {
  const tier = tierOf(life, system.id);
  const counted = countedIn(life, system);
  const had = before.get(system.id)!;
  // A level is reached by what is added; "a boundary once fixed is not moved by a later change of zone".
  if (added(counted) > added(had)) renew(life, system, counted, time);
  if (system.onReturn === 'revoke' && returned !== undefined) revoke(life, system, had, counted);
  // "The lowest level's at the first event."
  if (tier.level === null) change(life, system, { to: 0, time, cause, enter });
  const best = highestNow(life, system, tier);
  if (best > tier.level! || (best < tier.level! && system.onReturn === 'revoke' && returned !== undefined))
    change(life, system, { to: best, time, cause, enter });
}

function added(counted: readonly Counted[]): number {
  return counted.filter(({ amount }) => amount > 0).length;
}

/** Levels whose sum is reached at this time are good until later; what had ended before holds nothing. */
function renew(life: Life, system: TierSystem, counted: readonly Counted[], time: number): void {
  const { window } = system;
  const instants = 'calendar' in window ? [time] : [time, ...laterAdditions(life, window.rolling, counted, time)];
  const reached = instants.flatMap((at) => reachedAt(life, system, counted, at));
  tierOf(life, system.id).grounds.push(
    ...reached.filter((each) => endOf(life, system, each) > life.after || isForGood(system, each.level)),
  );
}

/** "A late addition is judged at its own instant and at each later addition whose span holds it": where net something was added. */
function laterAdditions(life: Life, span: string, counted: readonly Counted[], time: number): number[] {
  const later = counted.map(({ at }) => at).filter((at) => at > time && minus(at, span, zoneOf(life)) < time);
  return [...new Set(later)].filter((at) => sumOf(counted, at, at + 1) > 0);
}

/** "`revoke` takes back a level whose sum a named return breaks", "at once, to the highest left; `onEntry` is not taken back". */
function revoke(life: Life, system: TierSystem, had: readonly Counted[], counted: readonly Counted[]): void {
  const tier = tierOf(life, system.id);
  const isBroken = ({ level, from, before, by }: Ground) => {
    const { atLeast } = system.levels[level]!;
    return by === 'sum' && sumOf(had, from, before) >= atLeast && sumOf(counted, from, before) < atLeast;
  };
  tier.grounds = tier.grounds.filter((ground) => !isBroken(ground));
}

// ---- time ---------------------------------------------------------------------------------------------------------------

/** When time alone next changes the level held; null where it does not. */
export function tierDue(life: Life, system: TierSystem): number | null {
  const tier = life.tiers.get(system.id);
  if (tier === undefined || tier.level === null) return null;
  const { level, grounds, doneUpTo } = tier;
  const dues: number[] = [];
  const now = Math.max(doneUpTo, life.after);
  for (const each of grounds.filter(({ under }) => under === null)) {
    if (each.level <= level || each.givenAt === null) continue;
    if (endOf(life, system, each) > now || isForGood(system, each.level)) dues.push(each.givenAt);
  }
  const own = grounds.filter((each) => each.level === level && each.under === null);
  const falls = level > 0 && !isForGood(system, level);
  if (falls && own.length > 0) dues.push(Math.max(...own.map((each) => endOf(life, system, each))));
  return dues.length === 0 ? null : Math.min(...dues);
}

/** A rise with a window's end, or the level held has had its time. */
export function tierFallsDue(life: Life, system: TierSystem, due: number): void {
  const tier = tierOf(life, system.id);
  const before = countedNow(life);
  const level = tier.level!;
  tier.doneUpTo = due;
  let to = highestHeld(life, system, tier, due);
  // "`full` falls to that; `oneDown` one level, kept one more window."
  if (system.downgrade?.how === 'oneDown' && to < level && level > 1) {
    to = level - 1;
    tier.grounds.push(keptAfterFall(life, system, to, due));
  }
  if (to === level) return;
  const told = life.told.length;
  let entered = false;
  const enter: Enter = (outcomes, system) => {
    award(life, {
      outcomes,
      time: due,
      cause: { tier: system },
      view: undefined,
      purchase: undefined,
      completion: null,
      budget: () => undefined,
    });
    entered = true;
  };
  change(life, system, { to, time: due, cause: TIME, enter });
  if (entered && life.told.length > told) settleTiers(life, { before, time: due, cause: TIME, returned: undefined });
}

/** "`oneDown` is kept to the end of the window the fall is in; rolling: the fall plus the span." A fall at a unit's last second is in the next. */
function keptAfterFall(life: Life, { window }: TierSystem, level: number, fall: number): Ground {
  const zone = zoneOf(life);
  let until = 0;
  if ('calendar' in window) {
    const unit = unitOf(window.calendar, zone, fall + 1_000);
    until = unit.lastSecond > fall ? unit.lastSecond : unitAfter(window.calendar, zone, unit).lastSecond;
  } else until = plus(fall, window.rolling, zone);
  return { level, from: 0, before: 0, until, givenAt: null, by: 'fall', under: null };
}

/** The level held after the present calendar window's end if nothing more counts; rolling: after the next deadline. */
export function projected(life: Life, system: TierSystem, at: number): number {
  const { window } = system;
  const plain = { ...system, levels: system.levels.map(({ onEntry: _, ...level }) => level) };
  const held = life.tiers.get(system.id) ?? newTier();
  const tier = { ...held, grounds: held.grounds.map((each) => ({ ...each })), entries: [] };
  const imagined: Life = {
    ...life,
    program: { ...life.program, tiers: [plain] },
    tiers: new Map([[system.id, tier]]),
    told: [],
  };
  const end = 'calendar' in window ? unitOf(window.calendar, zoneOf(life), at).lastSecond : Number.POSITIVE_INFINITY;
  for (;;) {
    const due = tierDue(imagined, plain);
    if (due === null || due > end) return tier.level ?? 0;
    tierFallsDue(imagined, plain, due);
    if ('rolling' in window) return tier.level ?? 0;
  }
}
