/**
 * `onReturn: revoke` (PROGRAM: Tiers): a return that names its purchase takes back a level whose sum it breaks. A sum is
 * broken where its window held enough before what came back, and no longer does. What is left of the level is the
 * latest other window that holds enough now; moves and levels kept after a fall are no sums, and stay.
 */
import type { Outcome } from '../outcome.js';
import type { TierSystem } from '../program/program.js';
import { subtractDuration } from '../time/duration.js';
import type { TierState, UntilState } from './state.js';
import { sumWithin } from './tier-state.js';
import { reachedBy, type Span, sumAt, windowOf } from './tier-window.js';
import { unitSpan } from './unit-span.js';
import { levelIndex } from './until.js';

/** The reasons left after the outcomes from `heard` on, where they are of such a return; else those there were. */
export function afterRevoke(
  system: TierSystem,
  tier: TierState,
  untils: readonly UntilState[],
  outcomes: readonly Outcome[],
  heard: number,
  after: number,
  zone: string,
): readonly UntilState[] {
  if (!isOfNamedReturn(outcomes, heard)) return untils;
  const back = (span: Span) => comeBack(system, outcomes, heard, span);
  let left: UntilState[] | undefined;
  for (const until of untils) {
    const index = levelIndex(system, until.level);
    if (typeof until.by !== 'number' || until.under !== null || index < 1) continue;
    const span = windowOf(system, until.by, zone);
    const sum = sumWithin(tier, span.from, span.before);
    const { atLeast } = system.levels[index]!;
    if (sum >= atLeast || sum + back(span) < atLeast) continue;
    left ??= [...untils];
    const other = reachedBefore(system, tier, index, until.by, after, zone);
    left.splice(left.indexOf(until), 1, ...(other === undefined ? [] : [other]));
  }
  return left ?? untils;
}

function isOfNamedReturn(outcomes: readonly Outcome[], heard: number): boolean {
  for (let i = heard; i < outcomes.length; i++) {
    const outcome = outcomes[i]!;
    if (outcome.type === 'return.recorded') return outcome.data.originalKnown;
  }
  return false;
}

/** How much of what counted in the span the outcomes took back. */
function comeBack({ basis }: TierSystem, outcomes: readonly Outcome[], heard: number, span: Span): number {
  let back = 0;
  for (let i = heard; i < outcomes.length; i++) {
    const { type, data } = outcomes[i]!;
    if (type !== 'points.reversed' && type !== 'return.recorded') continue;
    const { countsAt } = data;
    if (countsAt === undefined || countsAt < span.from || countsAt >= span.before) continue;
    if (type === 'points.reversed') {
      if (basis.kind === 'points' && data.account === basis.account) back += data.points;
    } else if (basis.kind === 'spend') back += data.amount;
    else if (basis.kind === 'count' && data.allBack === true) back += 1;
  }
  return back;
}

/** The latest window before the one of `by` that reaches the level and by which it is still held. */
function reachedBefore(
  system: TierSystem,
  tier: TierState,
  index: number,
  by: number,
  after: number,
  zone: string,
): UntilState | undefined {
  const { sums } = tier;
  const { id, atLeast, sticky } = system.levels[index]!;
  const stands = (until: UntilState) => sticky || until.ends > after;
  if (system.window.kind === 'calendar') {
    const { unit } = system.window;
    let { from } = unitSpan(unit, zone, by);
    while (sums.length > 0 && from > sums[0]!) {
      const at = from - 1;
      const until = reachedBy(system, id, at, at, zone);
      if (!stands(until)) return undefined;
      if (sumAt(system, tier, at, zone) >= atLeast) return until;
      from = unitSpan(unit, zone, at).from;
    }
    return undefined;
  }
  const { span } = system.window;
  for (let i = sums.length - 2; i >= 0; i -= 2) {
    const at = sums[i]!;
    if (at >= by || sums[i + 1]! <= 0) continue;
    const until = reachedBy(system, id, at, at, zone);
    if (!stands(until)) return undefined;
    if (sumWithin(tier, subtractDuration(at, span, zone) + 1, at + 1) >= atLeast) return until;
  }
  return undefined;
}
