/** Locking a basket, and giving the lock up (API: Point of sale). */
import type { LockState } from '../customer/state.js';
import { type Json, SaleData } from '../event.js';
import type { EventRefused } from '../outcome.js';
import { formatInstant } from '../time/instant.js';
import { isAnonymous } from './anonymous.js';
import { earnedBy } from './answer.js';
import { issuesOfLock, lockedCode, moveCodes } from './code-issues.js';
import { answer, conflict, type TillHearing } from './hearing.js';
import { endLock, offerLocked } from './lock.js';
import { lockOf } from './lock-state.js';
import { price } from './price.js';
import { saleTold } from './sale-told.js';

export function lock(hearing: TillHearing): EventRefused | undefined {
  const { working, program, history, shared, event, cause } = hearing;
  const { time, data } = event;
  const { transactionId, basket } = data;
  const priced = price({
    state: working.now,
    program,
    history,
    shared,
    told: working.outcomes,
    data: { ...data, basket: basket! },
    time,
    now: working.arrival,
  });
  const until = working.arrival + data.ttlMs!;
  const zone = working.now.zone ?? program.zone;
  const before = lockOf(working.now, transactionId);
  const issues = priced.sale.offers.map((offer) => offer.issueId);
  const codes = priced.codes.filter(({ issueId }) => issues.includes(issueId));
  if (before !== undefined) tellFreed(hearing, before, issues);
  for (const { id: issueId, offer } of priced.quote.applied.map(({ issue }) => issue)) {
    if (before?.issues.includes(issueId) === true && before.until === until) continue;
    working.tell('offer.locked', time, cause, { issueId, offerId: offer.id, transactionId, until, zone });
  }
  moveCodes(working, issuesOfLock(before), codes, time, cause);
  working.note('lock.recorded', time, cause, {
    transactionId,
    until,
    issues,
    basket: basket as unknown as Json,
    offers: priced.sale.offers as unknown as Json,
    codes: codes.length === 0 ? undefined : (codes.map(lockedCode) as unknown as Json),
  });
  answer(hearing, 'locked', priced.sale, {
    notApplied: priced.notApplied,
    conditions: priced.conditions,
    partial: priced.quote.partial,
    until: formatInstant(until, zone),
    earns: isAnonymous(working.customerId) ? new Map() : earnedBy(hearing.trial(saleTold(event, priced, program)), 0),
  });
  return undefined;
}

/** A lock that is replaced lets go of what the new one does not hold. */
function tellFreed({ working, event, cause }: TillHearing, before: LockState, kept: readonly string[]): void {
  for (const issueId of before.issues) {
    if (kept.includes(issueId)) continue;
    const offerId = offerLocked(working.now, before, issueId);
    if (offerId === undefined) continue;
    working.tell('offer.unlocked', event.time, cause, { issueId, offerId, transactionId: before.transactionId });
  }
}

export function unlock(hearing: TillHearing): EventRefused | undefined {
  const { working, event, cause, history } = hearing;
  const { transactionId } = event.data;
  const held = lockOf(working.now, transactionId);
  const locked = history.locked(transactionId);
  if (locked === undefined) return conflict(transactionId, 'is not locked');
  if (held !== undefined) endLock(working, held, event.time, cause, false);
  answer(hearing, 'unlocked', new SaleData(locked.basket, []), {});
  return undefined;
}
