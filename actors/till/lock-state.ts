/** How a customer's locks and uses follow the till's outcomes. */
import { replaced } from '../customer/list.js';
import type { CustomerState, IssueState, LockedCode, LockState } from '../customer/state.js';
import type { LockEnded, LockRecorded, OfferRedeemed, OfferReinstated } from '../outcome.js';

export function lockOf(state: CustomerState, transactionId: string): LockState | undefined {
  return state.locks.find((lock) => lock.transactionId === transactionId);
}

/** Uses of an issue that locks of other transactions reserve at an instant (ms); undefined: all locks are others'. */
export function usesLockedElsewhere(
  state: CustomerState,
  issueId: string,
  transactionId: string | undefined,
  at: number,
): number {
  let uses = 0;
  for (const lock of state.locks) {
    if (lock.transactionId === transactionId || lock.until < at) continue;
    for (const issue of lock.issues) if (issue === issueId) uses++;
  }
  return uses;
}

/** When an issue ends, ms, inclusive: a lock taken in time holds past the offer's own end. Null: never. */
export function endOfIssue(state: CustomerState, issue: IssueState): number | null {
  const { expiresAt } = issue;
  if (expiresAt === null || state.locks.length === 0) return expiresAt;
  let end = expiresAt;
  for (const lock of state.locks) if (lock.until > end && lock.issues.includes(issue.id)) end = lock.until;
  return end;
}

export function lockRecorded(state: CustomerState, { transactionId, until, issues, codes }: LockRecorded): void {
  const place = state.locks.findIndex((lock) => lock.transactionId === transactionId);
  const lock = { transactionId, until, issues, codes: (codes ?? []) as unknown as readonly LockedCode[] };
  state.locks = replaced(state.locks, place < 0 ? state.locks.length : place, lock);
}

export function lockEnded(state: CustomerState, { transactionId }: LockEnded): void {
  state.locks = state.locks.filter((lock) => lock.transactionId !== transactionId);
}

export function offerRedeemed(state: CustomerState, { issueId, usesLeft }: OfferRedeemed): void {
  const place = state.offers.findIndex((issue) => issue.id === issueId);
  if (place < 0) return;
  if (usesLeft <= 0) state.offers = state.offers.filter((issue) => issue.id !== issueId);
  else state.offers = replaced(state.offers, place, { ...state.offers[place]!, usesLeft });
}

/** Issues stand in order of issue: one that comes back takes its old place. */
export function offerReinstated(state: CustomerState, data: OfferReinstated): void {
  const { issueId, offerId, issuedAt, startsAt, expiresAt, usesLeft } = data;
  const issue: IssueState = { id: issueId, offerId, issuedAt, startsAt, expiresAt, usesLeft };
  const place = state.offers.findIndex((held) => held.id === issueId);
  if (place >= 0) {
    state.offers = replaced(state.offers, place, issue);
    return;
  }
  const before = state.offers.findIndex((held) => held.issuedAt > issuedAt);
  const at = before < 0 ? state.offers.length : before;
  state.offers = [...state.offers.slice(0, at), issue, ...state.offers.slice(at)];
}
