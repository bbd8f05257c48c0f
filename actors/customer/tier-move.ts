/**
 * Levels moved by a campaign's outcome `{tier: {system, level}}` (PROGRAM: Campaigns), and such a move undone by a
 * clawback or a void.
 *
 * A move gives the level as if it had been reached at that instant, and takes away, for as long, what holds the levels
 * above it. `mark` names a move that may be undone (a completion's own name); null: one that never is.
 */
import type { Cause } from '../outcome.js';
import type { Program, TierSystem } from '../program/program.js';
import type { TierState, UntilState } from './state.js';
import { change, hold } from './tier-change.js';
import { tierOf } from './tier-state.js';
import { reachedBy } from './tier-window.js';
import { openTier } from './tiers.js';
import { dueOf, highestHeldNow, levelIndex, standing } from './until.js';
import type { Working } from './working.js';

/**
 * Moves the customer to a level at `time` (ms). `after`: as of `settleTiers`. `zone`: the customer's. A rise gives the entries. Nothing where the
 * program has no such system or level, or where the level's time would have passed already.
 */
export function moveLevel(
  working: Working,
  program: Program,
  systemId: string,
  levelId: string,
  time: number,
  after: number,
  zone: string,
  cause: Cause,
  mark: string | null,
): void {
  const system = program.tiers.find((each) => each.id === systemId);
  const target = system === undefined ? -1 : levelIndex(system, levelId);
  if (system === undefined || target < 0) return;
  const tier = openTier(working, system, time, cause);
  if (tier.level === null) change(working, program, system, 0, time, 'reached', time, zone, cause);
  const untils = movedTo(
    system,
    settled(working, tier.untils, mark),
    target,
    reachedBy(system, levelId, time, mark, zone),
    after,
    mark,
  );
  settle(working, program, system, tier, untils, target, time, after, zone, cause, 'moved');
}

/** Undoes what the moves of that mark did: what they gave goes, what they took away holds again if its time has not passed. */
export function undoMove(
  working: Working,
  program: Program,
  systemId: string,
  time: number,
  after: number,
  zone: string,
  cause: Cause,
  mark: string,
): void {
  const system = program.tiers.find((each) => each.id === systemId);
  const tier = tierOf(working.now, systemId);
  if (system === undefined || tier === undefined) return;
  if (!tier.untils.some(({ by, under }) => by === mark || under === mark)) return;
  const untils = standing(system, tier.untils, after)
    .filter(({ by }) => by !== mark)
    .map((each) => (each.under === mark ? { ...each, under: null } : each));
  settle(working, program, system, tier, untils, Number.POSITIVE_INFINITY, time, after, zone, cause, 'undone');
}

/** Moves of completions that can fall no more are for good: what they took away is let go. */
function settled({ now }: Working, untils: readonly UntilState[], own: string | null): UntilState[] {
  const mayFall = (mark: string) =>
    mark === own || now.behaviors.some(({ completed }) => completed.some(({ id }) => id === mark));
  return untils
    .filter(({ under }) => under === null || mayFall(under))
    .map((each) => (typeof each.by === 'string' && !mayFall(each.by) ? { ...each, by: null } : each));
}

function movedTo(
  system: TierSystem,
  held: readonly UntilState[],
  target: number,
  given: UntilState,
  after: number,
  mark: string | null,
): UntilState[] {
  const untils: UntilState[] = [];
  for (const each of standing(system, held, after)) {
    const isAbove = each.under === null && levelIndex(system, each.level) > target;
    if (!isAbove) untils.push(each);
    else if (mark !== null) untils.push({ ...each, under: mark });
  }
  if (target === 0 || (given.ends <= after && !system.levels[target]!.sticky)) return untils;
  const same = untils.findIndex(({ level, by, under }) => level === given.level && by === mark && under === null);
  if (same < 0) untils.push(given);
  else if (untils[same]!.until < given.until) untils[same] = given;
  return untils;
}

function settle(
  working: Working,
  program: Program,
  system: TierSystem,
  tier: TierState,
  untils: readonly UntilState[],
  target: number,
  time: number,
  after: number,
  zone: string,
  cause: Cause,
  reason: 'moved' | 'undone',
): void {
  const index = levelIndex(system, tier.level);
  const to = Math.min(target, highestHeldNow(system, untils, Math.max(index, 0), after));
  hold(working, system, tier, untils, dueOf(system, untils, to, after), undefined, time, cause);
  if (to !== index) change(working, program, system, to, time, reason, time, zone, cause);
}
