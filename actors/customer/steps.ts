/** The steps of a sequence as they stand: what each has matched, and where the finished ones ended. */
import type { Campaign } from '../program/program.js';
import { heldOf } from './counting.js';
import { isAfter } from './progress.js';
import type { MatchState, ProgressState, StepEnd } from './state.js';

const NO_MATCHES: readonly MatchState[] = [];

/** By the places of the rules. Of a finished step the matches are the events it counted. */
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

/** A step counts only what comes after this; null: everything. */
export function startOfStep({ ends }: Track, step: number): StepEnd | null {
  return step === 0 ? null : ends[step - 1]!;
}

/** What has matched a step since the one before it was finished. */
export function candidatesOf(track: Track, step: number): readonly MatchState[] {
  const start = startOfStep(track, step);
  return start === null ? track.lists[step]! : track.lists[step]!.filter((match) => isAfter(match, start));
}
