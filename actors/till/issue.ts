/** An offer held, as the till sees it, and the order in which issues apply to a check (PROGRAM: Offers, "Order"). */
import type { Discount } from './discount.js';

/** What a closed-loop offer is at the till: the program's definition, compiled. */
export interface TillOffer {
  readonly id: string;
  readonly discount: Discount;
  /** Minor units, of the subtotal before any discount. */
  readonly minimumSpend: number;
  /** Most it takes off one check, minor units. */
  readonly cap: number | undefined;
  readonly group: string | undefined;
  readonly exclusive: boolean;
  readonly priority: number;
  readonly reuseQualifying: boolean;
  readonly stackDiscounted: boolean;
  /** Issues of it that apply to one check. */
  readonly withItself: number;
  readonly onReturn: 'keep' | 'reprice';
}

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
