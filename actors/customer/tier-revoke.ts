/**
 * `onReturn: revoke` (PROGRAM: Tiers): a return that names its purchase takes back a level whose sum it breaks. A sum is
 * broken where its window, as it was drawn when it reached the level, held enough before what came back, and no longer
 * does. What is left of the level is what other windows gave; moves and levels kept after a fall are no sums, and stay.
 *
 * Of levels reached while nothing took them back (before the program said `revoke`; by a void under `keep`) only the
 * window is known that holds longest: it and the others are then drawn from what counts.
 */
import type { Outcome } from '../outcome.js';
import type { TierBasis, TierSystem } from '../program/program.js';
import { COMPLETED, FELL, type ProgressChange } from './progress.js';
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
    if (typeof until.by !== 'number' || index < 1) continue;
    const span = until.window === null ? windowOf(system, until.by, zone) : spanOf(until.window);
    const sum = sumWithin(tier, span.from, span.before);
    const { atLeast } = system.levels[index]!;
    if (sum >= atLeast || sum + back(span) < atLeast) continue;
    left ??= [...untils];
    const others =
      until.window === null && until.under === null ? reachedElse(system, tier, index, until.by, after, zone) : [];
    left.splice(left.indexOf(until), 1, ...others);
  }
  return left ?? untils;
}

function spanOf([from, before]: readonly [from: number, before: number]): Span {
  return { from, before };
}

function isOfNamedReturn(outcomes: readonly Outcome[], heard: number): boolean {
  for (let i = heard; i < outcomes.length; i++) {
    const outcome = outcomes[i]!;
    if (outcome.type === 'return.recorded') return outcome.data.originalKnown;
  }
  return false;
}

/** How much less counts in the span by the outcomes. */
function comeBack({ basis }: TierSystem, outcomes: readonly Outcome[], heard: number, span: Span): number {
  let back = 0;
  for (let i = heard; i < outcomes.length; i++) {
    const taken = takenBack(basis, outcomes[i]!);
    if (taken !== undefined && taken[0] >= span.from && taken[0] < span.before) back += taken[1];
  }
  return back;
}

/** What an outcome takes back of what counted: [at, amount]; what it adds is negative. */
function takenBack(basis: TierBasis, { type, time, data }: Outcome): readonly [number, number] | undefined {
  switch (type) {
    case 'points.earned':
      return basis.kind === 'points' && data.account === basis.account ? [data.earnedAt, -data.points] : undefined;
    case 'points.reversed':
      if (basis.kind !== 'points' || data.account !== basis.account || data.countsAt === undefined) return undefined;
      return [data.countsAt, data.points];
    case 'return.recorded':
      if (data.countsAt === undefined) return undefined;
      if (basis.kind === 'spend') return [data.countsAt, data.amount];
      return basis.kind === 'count' && data.allBack === true ? [data.countsAt, 1] : undefined;
    case 'progress.moved': {
      if (basis.kind !== 'behavior' || data.campaignId !== basis.campaignId) return undefined;
      const change = data.progress as unknown as ProgressChange;
      if (change[0] === COMPLETED) return [time, -1];
      return change[0] === FELL ? [change[3], 1] : undefined;
    }
    default:
      return undefined;
  }
}

/** Of the other windows that reach the level the one that holds it longest, or where returns take it back, all of them. */
function reachedElse(
  system: TierSystem,
  tier: TierState,
  index: number,
  by: number,
  after: number,
  zone: string,
): readonly UntilState[] {
  const { id, atLeast, sticky } = system.levels[index]!;
  const reached = otherInstants(system, tier, by, zone)
    .map((at) => reachedBy(system, id, at, at, zone))
    .filter(({ ends }) => sticky || ends > after)
    .filter((until) => sumAt(system, tier, until.by as number, zone) >= atLeast);
  if (system.revokes) return reached;
  return reached.sort((a, b) => b.until - a.until).slice(0, 1);
}

/** An instant of each calendar window before that of `by` in which something may count, or each at which something was added. */
function otherInstants({ window }: TierSystem, { sums }: TierState, by: number, zone: string): number[] {
  const instants: number[] = [];
  if (window.kind === 'rolling') {
    for (let i = sums.length - 2; i >= 0; i -= 2) if (sums[i + 1]! > 0) instants.push(sums[i]!);
    return instants;
  }
  let { from } = unitSpan(window.unit, zone, by);
  while (sums.length > 0 && from > sums[0]!) {
    instants.push(from - 1);
    from = unitSpan(window.unit, zone, from - 1).from;
  }
  return instants;
}
