/**
 * `onReturn: revoke` (PROGRAM: Tiers): a return that names its purchase takes back a level whose sum it breaks. A sum is
 * broken where its window held enough before what came back, and no longer does. What is left of the level is
 * what another window still gives; moves and levels kept after a fall are no sums, and stay.
 */
import type { Outcome } from '../outcome.js';
import type { TierBasis, TierSystem } from '../program/program.js';
import { DAY_MS } from '../time/civil.js';
import { FELL, type ProgressChange } from './progress.js';
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
    const other = reachedElse(system, tier, index, until.by, after, zone);
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
    const taken = takenBack(basis, outcomes[i]!);
    if (taken !== undefined && taken[0] >= span.from && taken[0] < span.before) back += taken[1];
  }
  return back;
}

/** What an outcome takes back of what counted: [at, amount]. */
function takenBack(basis: TierBasis, { type, data }: Outcome): readonly [number, number] | undefined {
  switch (type) {
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
      return change[0] === FELL ? [change[3], 1] : undefined;
    }
    default:
      return undefined;
  }
}

/** Of the other windows that reach the level, the one that holds it longest; undefined where none still does. */
function reachedElse(
  system: TierSystem,
  tier: TierState,
  index: number,
  by: number,
  after: number,
  zone: string,
): UntilState | undefined {
  const { sums } = tier;
  const { id, atLeast, sticky } = system.levels[index]!;
  if (system.window.kind === 'calendar') {
    const { unit } = system.window;
    let { from } = unitSpan(unit, zone, by);
    while (sums.length > 0 && from > sums[0]!) {
      const at = from - 1;
      const until = reachedBy(system, id, at, at, zone);
      if (!sticky && until.ends <= after) return undefined;
      if (sumAt(system, tier, at, zone) >= atLeast) return until;
      from = unitSpan(unit, zone, at).from;
    }
    return undefined;
  }
  let longest: UntilState | undefined;
  for (let i = sums.length - 2; i >= 0; i -= 2) {
    const at = sums[i]!;
    if (sums[i + 1]! <= 0) continue;
    const until = reachedBy(system, id, at, at, zone);
    if (!sticky && until.ends <= after) {
      if (until.ends + CLIPPED_MS <= after) break;
    } else if ((longest === undefined || until.until > longest.until) && sumAt(system, tier, at, zone) >= atLeast)
      longest = until;
  }
  return longest;
}

/** A month after a later day may end earlier, because months are clipped: by less than this. */
const CLIPPED_MS = 5 * DAY_MS;
