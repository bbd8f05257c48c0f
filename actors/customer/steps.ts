/** The steps of a sequence as they stand: what each has matched, and where the finished ones ended. */
import type { Campaign, Measure } from '../program/program.js';
import { heldOf } from './counting.js';
import type { MatchState, ProgressState, StepEnd } from './state.js';
import { isOfRun, runOf } from './streak.js';

const NO_MATCHES: readonly MatchState[] = [];

/** By the places of the rules. */
export interface Track {
  readonly lists: (readonly MatchState[])[];
  readonly ends: (StepEnd | null)[];
}

export function trackOf({ rules }: Campaign, progress: ProgressState | undefined): Track {
  const held = rules.map((rule) => heldOf(rule, progress));
  return {
    lists: held.map((rule) => rule?.matches ?? NO_MATCHES),
    ends: held.map((rule) => rule?.end ?? null),
  };
}

/** The first step that is not finished. */
export function openStep({ ends }: Track): number {
  const open = ends.indexOf(null);
  return open < 0 ? ends.length : open;
}

/** The step before the open one must have ended before what counts; null: everything counts. */
export function startOfStep({ ends }: Track, step: number): StepEnd | null {
  return step === 0 ? null : ends[step - 1]!;
}

/** What has matched a step since the one before it was finished. */
export function candidatesOf(track: Track, step: number): readonly MatchState[] {
  const start = startOfStep(track, step);
  return start === null ? track.lists[step]! : track.lists[step]!.filter((match) => isAfter(match, start));
}

/** Later in time, or at the same time later in arrival. */
export function isAfter([at, , , order]: MatchState, end: StepEnd): boolean {
  return at > end[0] || (at === end[0] && order > end[1]);
}

/** The events a finished step counted: of a streak those of the run that its last one is in. */
export function ownOf({ kind }: Pick<Measure, 'kind'>, matches: readonly MatchState[], end: StepEnd): MatchState[] {
  const [, , firstAt, firstOrder, arrived] = end;
  const own = matches.filter((match) => {
    const [at, , , order] = match;
    if (at < firstAt || (at === firstAt && order < firstOrder)) return false;
    return order <= arrived && !isAfter(match, end);
  });
  const last = own.at(-1);
  if (kind !== 'streak' || last === undefined) return own;
  const run = runOf(own, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, last[1] as number);
  return own.filter((match) => isOfRun(match, run));
}

/** The end of a step that counted these; without any it ended by time, at `at` (ms), after all that had arrived. */
export function endOf(own: readonly MatchState[], at: number, arrived: number): StepEnd {
  const first = own[0];
  const last = own.at(-1);
  if (first === undefined || last === undefined) return [at, arrived, Number.MAX_SAFE_INTEGER, 0, arrived];
  return [last[0], last[3], first[0], first[3], arrived];
}
