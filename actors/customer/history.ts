/** What the engine looks up for the judge: purchases that the state no longer holds. Only types here. */
import type { Event, PurchaseData } from '../event.js';
import type { Outcome, PurchaseRecord } from '../outcome.js';

/** Synchronous, and exact as of the entry being judged (what earlier entries of the same turn did included). */
export interface History {
  /** The event id that first used this transaction id (of a purchase or a return) for this customer. */
  transaction(transactionId: string): { readonly eventId: string; readonly kind: 'purchase' | 'return' } | undefined;
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
