/**
 * Levels (PROGRAM: Tiers): a system is opened at the customer's first event; a level is reached when the sum of a window
 * reaches it, is then held for its time, and falls when that has passed.
 *
 * What is held by what, and until when, is in `until.ts`; the windows are in `tier-window.ts`, falls in `tier-fall.ts`,
 * what a rise gives in `tier-change.ts`. Invariant: `dueAt` in
 * the state is the next instant at which time alone changes a level, so that the deadlines need no program.
 */

import { limits } from '../limits.js';
import type { Cause, Outcome, ProgressMoved } from '../outcome.js';
import type { Program, TierSystem } from '../program/program.js';
import { subtractDuration } from '../time/duration.js';
import { COMPLETED } from './progress.js';
import type { TierState, UntilState } from './state.js';
import { change, hold } from './tier-change.js';
import { levelAfter } from './tier-fall.js';
import { afterRevoke } from './tier-revoke.js';
import { behaviorBasis, isBehaviorBasis, isPointsBasis, pointsBasis, tierOf } from './tier-state.js';
import { instantsWith, keptFrom, reachedBy, reachedWith, sumAt } from './tier-window.js';
import { dueOf, endOf, highestHeldNow, isSameWindow, levelIndex, standing } from './until.js';
import { TIME, type Working } from './working.js';

/** Pairs that matter no more are dropped so many at a time: a note for each event would cost more than they do. */
const FORGET_PAIRS = 16;
/** With fewer it is not asked whether any matter no more. */
const CROWDED_PAIRS = 48;

/** With fewer reasons to hold levels it is not asked whether any has ended. */
const CROWDED_REASONS = 24;

/** Before anything counts: every system of the program is known to the state, with its present basis. */
export function openTiers(working: Working, program: Program, time: number, cause: Cause): void {
  const { tiers } = program;
  for (let i = 0; i < tiers.length; i++) openTier(working, tiers[i]!, time, cause);
}

export function openTier(working: Working, system: TierSystem, time: number, cause: Cause): TierState {
  const tier = tierOf(working.now, system.id);
  const byMonth = standsByMonth(system);
  if (tier !== undefined && isBasis(tier.basis, system) && tier.byMonth === byMonth) return tier;
  const dueAt = tier?.dueAt ?? null;
  working.note('tier.counted', time, cause, { system: system.id, dueAt, basis: basisOf(system), byMonth });
  return tierOf(working.now, system.id)!;
}

/**
 * After whatever may have counted: levels reached by what was added at `time` (ms), or broken by what came back, and
 * what the entries give, until nothing more follows. `from`: the place of the first outcome that may have counted.
 * `after`: what holds levels is asked after this instant, ms: an event's arrival − 1, a deadline's own, or later where more is done.
 * Called again after more outcomes, with the place where those begin.
 */
export function settleTiers(
  working: Working,
  from: number,
  program: Program,
  time: number,
  after: number,
  earliest: number,
  zone: string,
  cause: Cause,
): void {
  const { tiers } = program;
  let heard = from;
  for (;;) {
    const known = working.outcomes.length;
    let entered = false;
    for (let i = 0; i < tiers.length; i++) {
      if (settleTier(working, heard, program, tiers[i]!, time, after, earliest, zone, cause)) entered = true;
    }
    // Every entry is given once in a window, so this ends.
    if (!entered) return;
    heard = known;
  }
}

/** Whether an entry gave anything, which may count in turn. */
function settleTier(
  working: Working,
  heard: number,
  program: Program,
  system: TierSystem,
  time: number,
  after: number,
  earliest: number,
  zone: string,
  cause: Cause,
): boolean {
  const tier = tierOf(working.now, system.id)!;
  const { outcomes } = working;
  let { untils } = tier;
  if (isAdded(system, outcomes, heard))
    untils = (system.revokes ? renewedEach : renewed)(system, tier, time, after, zone);
  const before = untils;
  if (system.revokes) untils = afterRevoke(system, tier, untils, outcomes, heard, after, zone);
  let index = levelIndex(system, tier.level);
  // A deadline of its own at this very instant is still to come, and does what it does.
  const own = tier.dueAt === after ? after - 1 : after;
  const best = highestHeldNow(system, untils, Math.max(index, 0), own);
  const dueAt = dueOf(system, untils, best, own);
  let keepFrom: number | undefined;
  if (tier.sums.length > 2 * CROWDED_PAIRS) {
    keepFrom = keptFrom(system, earliest, zone);
    if (tier.sums[2 * FORGET_PAIRS]! >= keepFrom) keepFrom = undefined;
  }
  if (untils !== tier.untils || dueAt !== tier.dueAt || keepFrom !== undefined)
    hold(working, system, tier, untils, dueAt, keepFrom, time, cause);
  let entered = false;
  if (tier.level === null) {
    entered = change(working, program, system, 0, time, 'reached', time, zone, cause);
    index = 0;
  }
  if (index === best) return entered;
  if (best > index) {
    // Of a level that the program no longer has, what is held now takes the place.
    const reason = index < 0 ? 'program' : 'reached';
    return change(working, program, system, best, time, reason, time, zone, cause) || entered;
  }
  if (untils !== before) change(working, program, system, best, time, 'revoked', time, zone, cause);
  else change(working, program, system, best, time, 'program', endOf(untils, tier.level) ?? time, zone, cause);
  return entered;
}

/** Whether any of the outcomes from `from` on adds to the system's basis. */
function isAdded({ basis }: TierSystem, outcomes: readonly Outcome[], from: number): boolean {
  for (let i = from; i < outcomes.length; i++) {
    const outcome = outcomes[i]!;
    switch (outcome.type) {
      case 'points.earned':
        if (basis.kind === 'points' && basis.account === outcome.data.account && outcome.data.points > 0) return true;
        break;
      case 'progress.moved':
        if (basis.kind === 'behavior' && isCompletion(outcome.data, basis.campaignId)) return true;
        break;
      case 'purchase.recorded':
        if (basis.kind === 'points' || basis.kind === 'behavior' || outcome.data.tooLate === true) break;
        if (basis.kind === 'count' || outcome.data.net > 0) return true;
        break;
    }
  }
  return false;
}

function isCompletion({ campaignId, progress }: ProgressMoved, basis: string): boolean {
  return campaignId === basis && (progress as readonly unknown[])[0] === COMPLETED;
}

/** The reasons to hold levels after an addition at `time`; the same list where it changes none. */
function renewed(
  system: TierSystem,
  tier: TierState,
  time: number,
  after: number,
  zone: string,
): readonly UntilState[] {
  const reached = reachedWith(system, tier, time, zone);
  const { levels } = system;
  let untils: UntilState[] | undefined;
  for (let i = 1; i < levels.length; i++) {
    const at = reached[i]!;
    if (at === Number.NEGATIVE_INFINITY) break;
    const { id, sticky } = levels[i]!;
    const until = reachedBy(system, id, at, at, zone);
    if (until.ends <= after && !sticky) continue;
    const isPending = until.from !== null && until.from > after;
    // What a move has taken away is kept for when that is undone.
    const isLike = ({ level, by, from, under }: UntilState) =>
      level === id && typeof by === 'number' && under === null && (from !== null && from > after) === isPending;
    const known = (untils ?? tier.untils).reduce(
      (longest: UntilState | undefined, each) => (isLike(each) && isLonger(each, longest) ? each : longest),
      undefined,
    );
    const isEarlier = isPending && known !== undefined && until.from! < known.from!;
    if (known !== undefined && known.until >= until.until && !isEarlier) continue;
    untils = (untils ?? standing(system, tier.untils, after)).filter((each) => !isLike(each));
    untils.push(isPending && known !== undefined ? together(known, until) : until);
  }
  return untils ?? tier.untils;
}

/** The same where a return may take a level back: every window that reaches a level is a reason of its own. */
function renewedEach(
  system: TierSystem,
  tier: TierState,
  time: number,
  after: number,
  zone: string,
): readonly UntilState[] {
  const { levels } = system;
  const more: UntilState[] = [];
  for (const at of instantsWith(system, tier, time, zone)) {
    const sum = sumAt(system, tier, at, zone);
    for (let i = 1; i < levels.length && sum >= levels[i]!.atLeast; i++) {
      const until = reachedBy(system, levels[i]!.id, at, at, zone);
      if (until.ends <= after && !levels[i]!.sticky) continue;
      if (!tier.untils.some((each) => isSameWindow(each, until))) more.push(until);
    }
  }
  if (more.length === 0) return tier.untils;
  const known = tier.untils.length < CROWDED_REASONS ? tier.untils : withoutEnded(system, tier.untils, after);
  const untils = [...known, ...more];
  const over = untils.length - limits.tierReasonsMax;
  return over <= 0 ? untils : untils.sort((a, b) => a.ends - b.ends).slice(over);
}

/** The same list where only few have ended. */
function withoutEnded(system: TierSystem, untils: readonly UntilState[], after: number): readonly UntilState[] {
  const left = standing(system, untils, after);
  return untils.length - left.length < FORGET_PAIRS ? untils : left;
}

function isLonger({ until }: UntilState, than: UntilState | undefined): boolean {
  return than === undefined || until > than.until;
}

/** Two windows to be waited for, of one level (after a change of zone): from the earlier to the later end. */
function together(a: UntilState, b: UntilState): UntilState {
  return { ...(a.until > b.until ? a : b), from: Math.min(a.from!, b.from!) };
}

/** At `due` a level is given with its window's end, or the level held has had its time. */
export function levelDue(working: Working, program: Program, { system: id }: TierState, due: number): void {
  const system = program.tiers.find((each) => each.id === id);
  const zone = working.now.zone ?? program.zone;
  if (system === undefined) {
    // There is nothing to rise or fall to, and nothing to wait for, until the program has it again.
    working.note('tier.counted', due, TIME, { system: id, dueAt: null });
    return;
  }
  openTiers(working, program, due, TIME);
  const tier = tierOf(working.now, id)!;
  const heard = working.outcomes.length;
  const index = levelIndex(system, tier.level);
  const { to, untils } = levelAfter(system, tier, index, due, zone);
  hold(working, system, tier, untils, dueOf(system, untils, to, due), undefined, due, TIME);
  if (to === index) return;
  const entered = change(working, program, system, to, due, to > index ? 'reached' : 'ended', due, zone, TIME);
  if (!entered) return;
  const earliest = subtractDuration(due, program.lateness, zone);
  settleTiers(working, heard, program, due, working.after, earliest, zone, TIME);
}

function standsByMonth({ window }: TierSystem): boolean {
  return window.kind === 'calendar' && window.unit !== 'day' && window.unit !== 'week';
}

/** Whether this is the system's basis, without writing it. */
function isBasis(basis: string, system: TierSystem): boolean {
  if (system.basis.kind === 'points') return isPointsBasis(basis, system.basis.account);
  if (system.basis.kind === 'behavior') return isBehaviorBasis(basis, system.basis.signature);
  return basis === system.basis.kind;
}

function basisOf({ basis }: TierSystem): string {
  if (basis.kind === 'points') return pointsBasis(basis.account);
  return basis.kind === 'behavior' ? behaviorBasis(basis.signature) : basis.kind;
}
