/** What one event does to one campaign: decided against the one view (`campaigns.ts`), not yet told (`give.ts`). */
import type { RuleProgress } from '../outcome.js';
import type { Campaign } from '../program/program.js';
import type { Counted } from './progress.js';

export interface Verdict {
  readonly campaign: Campaign;
  /** How often it completes by this event; 0: it moves on. */
  readonly completions: number;
  /** What the event counts for, in the order of the rules. */
  readonly counted: readonly Counted[];
  /** Where the rules stand with it; may be empty where it completes. */
  readonly rules: readonly RuleProgress[];
}
