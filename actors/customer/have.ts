/** What matches come to by a rule's measure: so many, their sum, their different values, their units in a row. */
import type { Measure } from '../program/program.js';
import type { MatchState, Scalar } from './state.js';
import { lengthOf, longestRun, runOf } from './streak.js';

/** What the matches in (after, upTo] come to. `present`: the unit at the instant asked about; of streaks only. */
export function haveWithin(
  measure: Pick<Measure, 'kind'>,
  matches: readonly MatchState[],
  after: number,
  upTo: number,
  present: number,
): number {
  if (measure.kind === 'distinct') return distinctWithin(matches, after, upTo);
  if (measure.kind === 'streak') return lengthOf(runOf(matches, after, upTo, present));
  let have = 0;
  for (let i = 0; i < matches.length; i++) {
    const match = matches[i]!;
    if (match[0] > after && match[0] <= upTo) have += match[1] as number;
  }
  return have;
}

/** What all of them come to, whatever the instant. */
export function haveOf(measure: Pick<Measure, 'kind'>, matches: readonly MatchState[]): number {
  if (measure.kind === 'streak') return longestRun(matches);
  return haveWithin(measure, matches, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0);
}

function distinctWithin(matches: readonly MatchState[], after: number, upTo: number): number {
  let few = 0;
  for (let i = 0; i < matches.length; i++) {
    const match = matches[i]!;
    if (match[0] <= after || match[0] > upTo) continue;
    if (i >= FEW || typeof match[1] === 'object') return distinctOfMany(matches, after, upTo);
    if (!occursWithin(matches, i, match[1], after)) few++;
  }
  return few;
}

/** So many values are compared faster one by one than by a Set. */
const FEW = 16;

/** Whether one of the first `count` matches that are in the window has this value. */
function occursWithin(matches: readonly MatchState[], count: number, value: Scalar, after: number): boolean {
  for (let i = 0; i < count; i++) if (matches[i]![1] === value && matches[i]![0] > after) return true;
  return false;
}

function distinctOfMany(matches: readonly MatchState[], after: number, upTo: number): number {
  const values = new Set<Scalar>();
  for (const match of matches) {
    if (match[0] <= after || match[0] > upTo) continue;
    if (typeof match[1] !== 'object') values.add(match[1]);
    else for (const each of match[1]) values.add(each);
  }
  return values.size;
}
