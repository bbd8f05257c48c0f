/**
 * Limits that all customers share: a campaign's `total` and `budget`, a reward's `stock`, the `total` of a code for many
 * (PROGRAM: Campaigns, Rewards, promo codes).
 * They are for ever: no version of the program and no period begins them anew.
 *
 * Invariants: (1) what is used of them is the sum of all `limit.counted`, over all customers and nothing else: whoever
 * takes a place says so, and whoever frees one says so with a negative number; (2) the judge asks what is left of others
 * through `SharedLimits` and takes off what this very entry has taken; (3) where the answer made a difference it is
 * noted (`limit.reached`), so that the entry can be explained without knowing what others did before it.
 */
import type { Cause, Outcome, SharedLimit } from '../outcome.js';
import { type IssuedCodes, NO_CODES, recordedCodes } from './issued-codes.js';
import type { Working } from './working.js';

/**
 * What is left for this customer's shard, without what the entry being judged has taken. Synchronous, and exact as of
 * the entry. One node answers from its counts; in a cluster a shard answers from the slices it has leased (DESIGN D11),
 * so that a limit may look used up a little early and is never exceeded.
 */
export interface SharedLimits {
  /** `most`: what the program allows in all. Below 0 where a program allows less than was given already. */
  left(limit: SharedLimit, of: string, most: number): number;
  /** Codes that are claimed once in the world. */
  readonly codes: IssuedCodes;
}

/** Nobody has taken anything. */
export const NOTHING_TAKEN: SharedLimits = { left: (_limit, _of, most) => most, codes: NO_CODES };

/** What is left now, 0 or more. */
export function leftOf(working: Working, shared: SharedLimits, limit: SharedLimit, of: string, most: number): number {
  return leftIn(working.outcomes, shared, limit, of, most);
}

/** The same of an entry that has told so much so far. */
export function leftIn(
  told: readonly Outcome[],
  shared: SharedLimits,
  limit: SharedLimit,
  of: string,
  most: number,
): number {
  return Math.max(0, shared.left(limit, of, most) - countedBy(told, limit, of));
}

/** Says that `by` places (or points, or pieces) were taken; negative: freed. Nothing where it is 0. */
export function countShared(
  working: Working,
  time: number,
  cause: Cause,
  limit: SharedLimit,
  of: string,
  by: number,
): void {
  if (by !== 0) working.note('limit.counted', time, cause, { limit, of, by });
}

/** Notes that the limit made a difference, and what was left of it before this entry; once for each entry. */
export function noteReached(
  working: Working,
  shared: SharedLimits,
  time: number,
  cause: Cause,
  limit: SharedLimit,
  of: string,
  most: number,
): void {
  for (const { type, data } of working.outcomes) {
    if (type === 'limit.reached' && data.limit === limit && data.of === of) return;
  }
  working.note('limit.reached', time, cause, { limit, of, left: shared.left(limit, of, most) });
}

/** What the entry with these outcomes was told when it was judged. */
export function recordedLimits(outcomes: readonly Outcome[]): SharedLimits {
  return {
    left(limit, of, most) {
      for (const { type, data } of outcomes) {
        if (type === 'limit.reached' && data.limit === limit && data.of === of) return data.left;
      }
      return most;
    },
    codes: recordedCodes(outcomes),
  };
}

function countedBy(outcomes: readonly Outcome[], limit: SharedLimit, of: string): number {
  let counted = 0;
  for (let i = 0; i < outcomes.length; i++) {
    const { type, data } = outcomes[i]!;
    if (type === 'limit.counted' && data.limit === limit && data.of === of) counted += data.by;
  }
  return counted;
}
