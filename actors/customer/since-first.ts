/**
 * The window `sinceFirst` (PROGRAM: Behaviors): [first, first + d], opened by the first match to arrive. A match that
 * arrives with a time after its end closes it: unfilled, its matches are dropped and that match opens the next one; a
 * window that is full stays, because it holds enough: of a streak, a run that reaches that match's unit or the one
 * before. A match before `first` counts nowhere.
 */
import type { Measure } from '../program/program.js';
import { addDuration, type Duration } from '../time/duration.js';
import { haveWithin } from './have.js';
import type { MatchState } from './state.js';

export interface FirstWindow {
  /** Place of the match that opened it in order of arrival: its number. */
  readonly order: number;
  /** Both ends inclusive, ms. */
  readonly first: number;
  readonly end: number;
}

/** The window that stands after all these matches have arrived; undefined where there are none. */
export function firstWindowOf(
  measure: Measure,
  span: Duration,
  matches: readonly MatchState[],
  zone: string,
): FirstWindow | undefined {
  if (matches.length === 0) return undefined;
  const arrived = matches.slice().sort((a, b) => a[3] - b[3]);
  let window = opened(arrived[0]!, span, zone);
  for (let i = 1; i < arrived.length; i++) {
    const match = arrived[i]!;
    if (match[0] <= window.end) continue;
    const before = matches.filter((each) => each[3] < match[3]);
    const present = measure.kind === 'streak' ? (match[1] as number) : 0;
    if (haveWithin(measure, before, window.first - 1, window.end, present) < measure.atLeast) {
      window = opened(match, span, zone);
    }
  }
  return window;
}

function opened(match: MatchState, span: Duration, zone: string): FirstWindow {
  return { order: match[3], first: match[0], end: addDuration(match[0], span, zone) };
}
