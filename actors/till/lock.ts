/** Locks as the judge tells them: reserved, given up, ended by time (API: Point of sale). */
import type { CustomerState, LockState } from '../customer/state.js';
import type { Working } from '../customer/working.js';
import type { Cause } from '../outcome.js';
import { issuesOfLock, moveCodes } from './code-issues.js';

/** Ends a lock: told for each issue it reserved. `byTime`: its own end came. */
export function endLock(working: Working, lock: LockState, time: number, cause: Cause, byTime: boolean): void {
  const { transactionId } = lock;
  for (const issueId of lock.issues) {
    const offerId = offerLocked(working.now, lock, issueId);
    if (offerId === undefined) continue;
    working.tell('offer.unlocked', time, cause, {
      issueId,
      offerId,
      transactionId,
      expired: byTime ? true : undefined,
    });
  }
  if (lock.codes.length > 0) moveCodes(working, issuesOfLock(lock), [], time, cause);
  working.note('lock.ended', time, cause, { transactionId });
}

/** The offer of an issue that a lock reserves; undefined where it is gone. */
export function offerLocked(state: CustomerState, lock: LockState, issueId: string): string | undefined {
  const held = state.offers.find((issue) => issue.id === issueId);
  return held?.offerId ?? lock.codes.find(([locked]) => locked === issueId)?.[1];
}
