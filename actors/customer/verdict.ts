/** What one event (or one deadline) does to one campaign: decided against the one view, not yet told (`give.ts`). */
import type { RuleProgress } from '../outcome.js';
import type { Campaign } from '../program/program.js';
import type { Armed, Counted, Left, Stepped } from './progress.js';
import type { SpentState } from './state.js';

export interface Verdict {
  readonly campaign: Campaign;
  /** How often it completes; 0: it moves on. */
  readonly completions: number;
  /** What the event counts for, in the order of the rules. */
  readonly counted: readonly Counted[];
  /** Where the rules stand with it. Empty: nothing that is shown has moved, or it completes. */
  readonly rules: readonly RuleProgress[];
  /** Steps of a sequence it finishes, in their order; empty where it completes. */
  readonly stepped: readonly Stepped[];
  /** What `absent` rules wait for from now on. */
  readonly armed: readonly Armed[];
  /** What stays of the rules after the last completion. */
  readonly left: readonly Left[];
  /** What each completion spends, rule by rule; only of campaigns whose completions may fall. */
  readonly spent: readonly (readonly SpentState[])[];
}

const NONE: readonly never[] = [];

/** A verdict with only what is given. */
export function verdict(
  campaign: Campaign,
  completions: number,
  counted: readonly Counted[] = NONE,
  rules: readonly RuleProgress[] = NONE,
  stepped: readonly Stepped[] = NONE,
  armed: readonly Armed[] = NONE,
  left: readonly Left[] = NONE,
  spent: readonly (readonly SpentState[])[] = NONE,
): Verdict {
  return { campaign, completions, counted, rules, stepped, armed, left, spent };
}
