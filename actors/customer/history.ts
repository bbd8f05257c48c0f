/** What the engine looks up for the judge: purchases that the state no longer holds. Only types here. */
import type { Event, PurchaseData } from '../event.js';
import type { Outcome, PurchaseRecord } from '../outcome.js';

/** Synchronous, and exact as of the entry being judged (what earlier entries of the same turn did included). */
export interface History {
  /** The id of the event that used this transaction id for this customer, as a purchase or as a return. */
  transaction(kind: 'purchase' | 'return', transactionId: string): string | undefined;
  /** A purchase as journaled: its event, what it was given, and what its returns have changed since. */
  purchase(transactionId: string): KnownPurchase | undefined;
}

export interface KnownPurchase {
  readonly event: Event<PurchaseData>;
  /** Every outcome of the purchase's own entry. */
  readonly outcomes: readonly Outcome[];
  /** Absent before the first return. */
  readonly record: PurchaseRecord | undefined;
}
