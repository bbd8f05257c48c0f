/** An offer held, as the till sees it, and the order in which issues apply to a check (PROGRAM: Offers, "Order"). */
import type { TillOffer } from '../program/program.js';

export interface TillIssue {
  readonly id: string;
  readonly offer: TillOffer;
  /** ms; null: never. */
  readonly expiresAt: number | null;
  /** Its place in the order of issue among those of this check. */
  readonly place: number;
}

/** Item offers, then check offers; within each by priority, soonest expiry (none is last), offer id, issue. */
export function compareIssues(a: TillIssue, b: TillIssue): number {
  const checkA = a.offer.discount.kind === 'check' ? 1 : 0;
  const checkB = b.offer.discount.kind === 'check' ? 1 : 0;
  if (checkA !== checkB) return checkA - checkB;
  if (a.offer.priority !== b.offer.priority) return a.offer.priority - b.offer.priority;
  if (a.expiresAt !== b.expiresAt) {
    if (a.expiresAt === null) return 1;
    if (b.expiresAt === null) return -1;
    return a.expiresAt - b.expiresAt;
  }
  if (a.offer.id !== b.offer.id) return a.offer.id < b.offer.id ? -1 : 1;
  return a.place - b.place;
}
