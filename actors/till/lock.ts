/** Locks as the judge tells them: reserved, given up, ended by time (API: Point of sale). */
import type { CustomerState, LockState } from '../customer/state.js';
import type { Working } from '../customer/working.js';
import type { Cause } from '../outcome.js';

/** Ends a lock: told for each issue it reserved. `byTime`: its own end came. */
export function endLock(working: Working, lock: LockState, time: number, cause: Cause, byTime: boolean): void {
  const { transactionId } = lock;
  for (const issueId of lock.issues) {
    const offerId = offerOf(working.now, issueId);
    if (offerId === undefined) continue;
    working.tell('offer.unlocked', time, cause, {
      issueId,
      offerId,
      transactionId,
      expired: byTime ? true : undefined,
    });
  }
  working.note('lock.ended', time, cause, { transactionId });
}

function offerOf(state: CustomerState, issueId: string): string | undefined {
  return state.offers.find((issue) => issue.id === issueId)?.offerId;
}
