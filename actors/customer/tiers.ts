/**
 * Levels (PROGRAM: Tiers): a system is opened at the customer's first event, a level is reached when the sum of the
 * window that holds the event's time reaches it, and is then held to the end of the next window; a level whose until
 * has passed falls to the highest still held.
 */
import type { Event, Json } from '../event.js';
import type { Cause, Outcome } from '../outcome.js';
import type { Program, TierSystem } from '../program/program.js';
import { lastSecond, startOf } from '../time/calendar.js';
import type { TierState } from './state.js';
import { isPointsBasis, pointsBasis, sumWithin, type TierCount, tierOf } from './tier-state.js';
import { unitSpan } from './unit-span.js';
import { TIME, type Working } from './working.js';

/** Pairs a customer may gather before those that no longer matter are dropped. */
const SUMS_MAX = 96;
/** A calendar unit may be drawn in another zone later: keep a little more. */
const ZONE_CHANGE_MS = 2 * 86_400_000;

/** Before anything counts: every system of the program is known to the state, with its present basis. */
export function openTiers(working: Working, program: Program, time: number, cause: Cause): void {
  const { tiers } = program;
  for (let i = 0; i < tiers.length; i++) {
    const system = tiers[i]!;
    const tier = tierOf(working.now, system.id);
    const byMonth = system.window.unit !== 'day' && system.window.unit !== 'week';
    if (tier !== undefined && isBasis(tier.basis, system) && tier.byMonth === byMonth) continue;
    count(working, system.id, time, cause, {
      basis: basisOf(system),
      byMonth,
      untils: tier?.untils ?? [],
      keepFrom: null,
    });
  }
}

/** After the campaigns: levels reached by what this event added. `heard`: how many outcomes there were before it. */
export function settleTiers(
  working: Working,
  heard: number,
  program: Program,
  event: Event,
  earliest: number,
  zone: string,
  cause: Cause,
): void {
  const { tiers } = program;
  for (let i = 0; i < tiers.length; i++) {
    const system = tiers[i]!;
    const tier = tierOf(working.now, system.id)!;
    if (isMoved(system, working.outcomes, heard)) renew(working, system, tier, event.time, earliest, zone, cause);
    const held = tierOf(working.now, system.id)!;
    const best = highestHeld(system, held, working.arrival);
    if (held.level === null) change(working, system, held, 0, event.time, event.time, zone, cause);
    if (held.level === null ? best > 0 : levelIndex(system, held.level) !== best) {
      change(working, system, tierOf(working.now, system.id)!, best, event.time, event.time, zone, cause);
    }
  }
}

/** Whether any of the outcomes from `from` on adds to the system's basis. */
function isMoved({ basis }: TierSystem, outcomes: readonly Outcome[], from: number): boolean {
  for (let i = from; i < outcomes.length; i++) {
    const outcome = outcomes[i]!;
    switch (outcome.type) {
      case 'points.earned':
      case 'points.reversed':
        if (basis.kind === 'points' && basis.account === outcome.data.account) return true;
        break;
      case 'purchase.recorded':
      case 'return.recorded':
        if (basis.kind !== 'points') return true;
        break;
    }
  }
  return false;
}

/** At `due` the until of the held level passes. */
export function fallLevel(working: Working, program: Program, tier: TierState, due: number): void {
  const system = program.tiers.find((each) => each.id === tier.system);
  const untils = tier.untils.filter(([, until]) => until > due);
  const left = { ...tier, untils };
  const best = system === undefined ? 0 : highestHeld(system, left, due + 1);
  if (system === undefined || system.levels[best]!.id === tier.level) {
    // The program no longer has this level above another: there is nothing to fall to, and nothing to wait for.
    count(working, tier.system, due, TIME, { basis: tier.basis, byMonth: tier.byMonth, untils, keepFrom: null });
    return;
  }
  change(working, system, left, best, due, due, working.now.zone ?? program.zone, TIME);
}

/** The index of the highest level whose until has not passed at `at`; the lowest is held for good. */
export function highestHeld(system: TierSystem, tier: TierState, at: number): number {
  for (let i = system.levels.length - 1; i > 0; i--) {
    const until = untilOf(tier, system.levels[i]!.id);
    if (until !== null && until >= at) return i;
  }
  return 0;
}

/** Until when a level is held, ms inclusive; null where that is not limited (the lowest) or it is not held. */
export function untilOf(tier: TierState, level: string | null): number | null {
  const { untils } = tier;
  for (let i = 0; i < untils.length; i++) if (untils[i]![0] === level) return untils[i]![1];
  return null;
}

export function levelIndex(system: TierSystem, level: string | null): number {
  const { levels } = system;
  for (let i = 0; i < levels.length; i++) if (levels[i]!.id === level) return i;
  return -1;
}

/** Whether this is the system's basis, without writing it. */
function isBasis(basis: string, system: TierSystem): boolean {
  if (system.basis.kind !== 'points') return basis === system.basis.kind;
  return isPointsBasis(basis, system.basis.account);
}

function basisOf(system: TierSystem): string {
  return system.basis.kind === 'points' ? pointsBasis(system.basis.account) : system.basis.kind;
}

function renew(
  working: Working,
  system: TierSystem,
  tier: TierState,
  time: number,
  earliest: number,
  zone: string,
  cause: Cause,
): void {
  const { unit } = system.window;
  const { from, before } = unitSpan(unit, zone, time);
  const sum = sumWithin(tier, from, before);
  const { levels } = system;
  let until = 0;
  let untils: (readonly [string, number])[] | undefined;
  for (let i = 1; i < levels.length && sum >= levels[i]!.atLeast; i++) {
    if (until === 0) until = lastSecond(unit, zone, before);
    const { id } = levels[i]!;
    const known = untilOf(tier, id);
    if (until < working.arrival || (known !== null && known >= until)) continue;
    untils ??= tier.untils.filter(([, end]) => end >= working.arrival);
    untils = [...untils.filter(([level]) => level !== id), [id, until]];
  }
  const crowded = tier.sums.length > SUMS_MAX;
  if (untils === undefined && !crowded) return;
  const keepFrom = startOf(unit, zone, earliest) - ZONE_CHANGE_MS;
  if (untils === undefined && !tier.sums.some((at, i) => i % 2 === 0 && at < keepFrom)) return;
  const { basis, byMonth } = tier;
  count(working, system.id, time, cause, { basis, byMonth, untils: untils ?? tier.untils, keepFrom });
}

function change(
  working: Working,
  system: TierSystem,
  tier: TierState,
  to: number,
  time: number,
  since: number,
  zone: string,
  cause: Cause,
): void {
  const level = system.levels[to]!.id;
  working.tell('tier.changed', time, cause, {
    system: system.id,
    from: tier.level,
    to: level,
    since,
    until: to === 0 ? null : untilOf(tier, level),
    zone,
    initial: tier.level === null ? true : undefined,
  });
}

function count(working: Working, system: string, time: number, cause: Cause, counted: TierCount): void {
  const { basis, byMonth, untils, keepFrom } = counted;
  working.note('tier.counted', time, cause, { system, tier: [basis, byMonth, untils, keepFrom] as unknown as Json });
}
