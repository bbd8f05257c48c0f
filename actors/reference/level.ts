/**
 * What a tier system's basis comes to, and which levels that holds (PROGRAM: Tiers; "Edges, decided: Tiers").
 */
import { minus, plus, unitAfter, unitOf } from './calendar.js';
import type { TierSystem } from './document.js';
import type { Ground, Life, TierLife } from './life.js';
import { zoneOf } from './life.js';

/** Something that counts in a basis, at a time. */
export interface Counted {
  readonly at: number;
  readonly amount: number;
}

/** The id under which the behavior of a basis is judged. */
export function basisId(system: TierSystem): string {
  return `tier ${system.id}`;
}

export function tierOf(life: Life, system: string): TierLife {
  let tier = life.tiers.get(system);
  if (tier === undefined) {
    tier = { level: null, since: 0, grounds: [], entries: [], owed: [], judgedUpTo: null };
    life.tiers.set(system, tier);
  }
  return tier;
}

/** "The basis is net: what is earned in the window less what is reversed"; all that ever counted in it. */
export function countedIn(life: Life, { basis, id }: TierSystem): Counted[] {
  return everything(life, basis, id).filter(({ amount }) => amount !== 0);
}

function everything(life: Life, basis: TierSystem['basis'], id: string): Counted[] {
  if ('points' in basis) {
    // "Spending, expiry and adjustments do not count; pending points count when earned."
    const earned = life.lots.filter((lot) => lot.account === basis.points && !lot.adjustment);
    const reversed = life.reversals.filter(({ account }) => account === basis.points);
    return [
      ...earned.map((lot) => ({ at: lot.earnedAt, amount: lot.points })),
      ...reversed.map(({ countsAt, points }) => ({ at: countsAt, amount: -points })),
    ];
  }
  if ('behavior' in basis) {
    const completions = life.progress.get(`tier ${id}`)?.completions ?? [];
    return completions.filter(({ stands }) => stands).map(({ time }) => ({ at: time, amount: 1 }));
  }
  // "A too late purchase counts in no tier."
  const purchases = life.purchases.filter(({ tooLate }) => !tooLate);
  const returns = life.returns.filter(({ original }) => original?.tooLate !== true);
  if ('spend' in basis) {
    // "A named return counts at its purchase's time in `spend`."
    return [
      ...purchases.map(({ time, net }) => ({ at: time, amount: net })),
      ...returns.map(({ original, time, amount }) => ({ at: original?.time ?? time, amount: -amount })),
    ];
  }
  // "`count` as RFM's frequency": purchases whose units have not all come back.
  return [
    ...purchases.map(({ time }) => ({ at: time, amount: 1 })),
    ...returns.filter(({ completes }) => completes).map(({ original }) => ({ at: original!.time, amount: -1 })),
  ];
}

export function sumOf(counted: readonly Counted[], from: number, before: number): number {
  return counted.reduce((sum, { at, amount }) => (at >= from && at < before ? sum + amount : sum), 0);
}

/** The window that holds an instant: [from, before). */
export function windowAt(
  life: Life,
  { window }: TierSystem,
  at: number,
): { readonly from: number; readonly before: number } {
  const zone = zoneOf(life);
  if ('calendar' in window) return unitOf(window.calendar, zone, at);
  return { from: minus(at, window.rolling, zone) + 1, before: at + 1 };
}

/** "Each level has its own until, renewed whenever the window's sum reaches it: calendar, the end of the next window; rolling, that instant plus the span." */
export function groundsAt(life: Life, system: TierSystem, counted: readonly Counted[], at: number): Ground[] {
  const zone = zoneOf(life);
  const { from, before } = windowAt(life, system, at);
  const sum = sumOf(counted, from, before);
  const { window } = system;
  const until =
    'calendar' in window
      ? unitAfter(window.calendar, zone, unitOf(window.calendar, zone, at)).lastSecond
      : plus(at, window.rolling, zone);
  return system.levels.flatMap((level, place) =>
    place > 0 && sum >= level.atLeast ? [{ level: place, from, before, until }] : [],
  );
}

/** Until when a level is good; null: not limited (the lowest), or never reached. */
export function untilOf(tier: TierLife, level: number | null): number | null {
  const ends = tier.grounds.filter((ground) => ground.level === level).map(({ until }) => until);
  return level === null || level === 0 || ends.length === 0 ? null : Math.max(...ends);
}

/** A level's until plus grace. */
export function endOf(life: Life, system: TierSystem, tier: TierLife, level: number): number | null {
  const until = untilOf(tier, level);
  const grace = system.downgrade?.grace;
  return until === null || grace === undefined ? until : plus(until, grace, zoneOf(life));
}

/** "The level held is the highest whose until plus grace has not passed, or that is `sticky`." */
export function highestHeld(life: Life, system: TierSystem, tier: TierLife, at: number): number {
  for (let level = system.levels.length - 1; level > 0; level--) {
    const end = endOf(life, system, tier, level);
    if (end !== null && (end >= at || system.levels[level]!.sticky === true)) return level;
  }
  return 0;
}

export function levelOf(system: TierSystem, id: string): number {
  return system.levels.findIndex((level) => level.id === id);
}
