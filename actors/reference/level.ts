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

export function newTier(): TierLife {
  return { level: null, since: 0, grounds: [], entries: [], doneUpTo: Number.NEGATIVE_INFINITY };
}

export function tierOf(life: Life, system: string): TierLife {
  let tier = life.tiers.get(system);
  if (tier === undefined) {
    tier = newTier();
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

/**
 * The window of an instant, and until when a level is good that is reached then: "calendar, the end of the next window;
 * rolling, that instant plus the span".
 */
export function groundAt(life: Life, system: TierSystem, level: number, at: number, by: Ground['by']): Ground {
  const zone = zoneOf(life);
  const { window } = system;
  const { from, before } = windowAt(life, system, at);
  if (!('calendar' in window))
    return { level, from, before, until: plus(at, window.rolling, zone), givenAt: null, by, under: null };
  const unit = unitOf(window.calendar, zone, at);
  const until = unitAfter(window.calendar, zone, unit).lastSecond;
  // "`upgrade`: `immediate`, or `windowEnd`"; a move is at once.
  const givenAt = system.upgrade === 'windowEnd' && by === 'sum' ? unit.lastSecond : null;
  return { level, from, before, until, givenAt, by, under: null };
}

/** "Renewed whenever the window's sum reaches it." */
export function reachedAt(life: Life, system: TierSystem, counted: readonly Counted[], at: number): Ground[] {
  const { from, before } = windowAt(life, system, at);
  const sum = sumOf(counted, from, before);
  return system.levels.flatMap(({ atLeast }, level) =>
    level > 0 && sum >= atLeast ? [groundAt(life, system, level, at, 'sum')] : [],
  );
}

/** Until when a level is good; null: not limited (the lowest), or never reached. */
export function untilOf(tier: TierLife, level: number | null): number | null {
  const ends = tier.grounds.filter((each) => each.level === level && each.under === null).map(({ until }) => until);
  return level === null || level === 0 || ends.length === 0 ? null : Math.max(...ends);
}

/** Until plus grace. */
export function endOf(life: Life, { downgrade }: TierSystem, { until }: Ground): number {
  return downgrade?.grace === undefined ? until : plus(until, downgrade.grace, zoneOf(life));
}

/** Whether a ground holds its level after an instant. "The highest whose until plus grace has not passed, or that is `sticky`." */
function holdsAfter(life: Life, system: TierSystem, ground: Ground, after: number): boolean {
  const { givenAt, under, level } = ground;
  if (under !== null || (givenAt !== null && givenAt > after)) return false;
  return isForGood(system, level) || endOf(life, system, ground) > after;
}

/** Once reached it is kept: `sticky`, or all levels of a system that falls `none`. */
export function isForGood({ levels, downgrade }: TierSystem, level: number): boolean {
  return levels[level]!.sticky === true || downgrade?.how === 'none';
}

/** What has its time over with an instant holds nothing after it. */
export function highestHeld(life: Life, system: TierSystem, tier: TierLife, after: number): number {
  return Math.max(0, ...tier.grounds.filter((each) => holdsAfter(life, system, each, after)).map(({ level }) => level));
}

/** The same at an event: a rise that comes with a window's end is left to that deadline; what was given is given, and what renews the level held does so at once. */
export function highestNow(life: Life, system: TierSystem, tier: TierLife): number {
  const held = tier.level ?? 0;
  const given = tier.grounds.filter(
    ({ level, givenAt }) => givenAt === null || level === held || (level < held && givenAt <= life.arrival),
  );
  const grounds = given.map((ground): Ground => ({ ...ground, givenAt: null }));
  return highestHeld(life, system, { ...tier, grounds }, life.after);
}

export function levelOf(system: TierSystem, id: string): number {
  return system.levels.findIndex((level) => level.id === id);
}
