/**
 * Why an offer does not apply to a check: a closed list, of which the first that holds is told (API: Point of sale).
 * Where something can be counted it says what was needed, what was there and what is missing.
 */
import type { Json } from '../event.js';
import type { Condition, ConditionTrace } from '../program/program.js';

/** In the order in which they are asked. */
export const REASONS = [
  'expired',
  'not_started',
  'no_uses_left',
  'locked_elsewhere',
  'minimum_spend',
  'items_missing',
  'condition_failed',
  'status_cannot_redeem',
  'lost_to_better_offer',
  'blocked_by_exclusive',
  'unit_already_used',
  'zero_discount',
  'budget_spent',
  'unknown_offer',
] as const;
export type Reason = (typeof REASONS)[number];

export interface NotApplied {
  readonly issueId: string;
  /** Null where nobody holds such an issue. */
  readonly offerId: string | null;
  readonly code: Reason;
  /** Minor units for `minimum_spend`, units for `items_missing` and `unit_already_used`; the value for a condition. */
  readonly need?: Json;
  readonly have?: Json;
  readonly missing?: number;
  /** The path that failed, for `condition_failed`. */
  readonly field?: string;
  /** With `explain: full`, every node of the condition. */
  readonly condition?: Json;
}

/** The smallest part of a condition that fails, in words of its own: the first comparison that does not hold. */
export function firstFailure(condition: Condition, view: Parameters<Condition['test']>[0]): Partial<NotApplied> {
  const failed = failing(condition.explain(view), true);
  if (failed === undefined) return {};
  if ('field' in failed) return { field: failed.field, need: failed.need, have: failed.have };
  return { field: 'lines' };
}

type Leaf = Extract<ConditionTrace, { field: string }> | Extract<ConditionTrace, { lines: unknown }>;

/** The first leaf that is not as it should be (`wanted`). */
function failing(trace: ConditionTrace, wanted: boolean): Leaf | undefined {
  if (trace.holds === wanted) return undefined;
  if ('all' in trace || 'any' in trace) {
    for (const part of 'all' in trace ? trace.all : trace.any) {
      const found = failing(part, wanted);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if ('not' in trace) return failing(trace.not, !wanted);
  return trace;
}

/** Near misses first: by the part of the need that is missing, then as they stood. */
export function byNearness(notApplied: readonly NotApplied[]): NotApplied[] {
  return notApplied.slice().sort((a, b) => distance(a) - distance(b));
}

function distance({ missing, need }: NotApplied): number {
  return missing === undefined || typeof need !== 'number' ? Number.MAX_VALUE : missing / need;
}
