/** What the engine looks up for the judge: purchases that the state no longer holds. Only types here. */
import type { Event, PurchaseData, SaleOffer } from '../event.js';
import type { Outcome, PurchaseRecord } from '../outcome.js';
import type { CustomerState } from './state.js';

/** Synchronous, and exact as of the entry being judged (what earlier entries of the same turn did included). */
export interface History {
  /** The id of the event that used this transaction id for this customer, as a purchase or as a return. */
  transaction(kind: 'purchase' | 'return', transactionId: string): string | undefined;
  /** A purchase as journaled: its event, what it was given, and what its returns have changed since. */
  purchase(transactionId: string): KnownPurchase | undefined;
  /** What the till locked last for a transaction, whether the lock still lives or not. */
  locked(transactionId: string): LockedBasket | undefined;
  /** Another customer as it stands. */
  customer(id: string): OtherCustomer | undefined;
  /** A purchase of another customer, to be claimed. */
  purchaseOf(customerId: string, transactionId: string): KnownPurchase | undefined;
  /** An issue this customer was given once, whatever became of it. */
  issued(issueId: string): { readonly offerId: string; readonly expiresAt: number | null } | undefined;
}

/** Another customer, to be merged. */
export interface OtherCustomer {
  /** Undefined: nobody has heard of it. Not to be changed. */
  readonly state: CustomerState | undefined;
  /** The id is an alias of this customer. */
  readonly mergedInto: string | undefined;
}

export interface LockedBasket {
  readonly basket: PurchaseData;
  readonly offers: readonly SaleOffer[];
}

export interface KnownPurchase {
  readonly event: Event<PurchaseData>;
  /** Every outcome of the purchase's own entry. */
  readonly outcomes: readonly Outcome[];
  /** Absent before the first return. */
  readonly record: PurchaseRecord | undefined;
}
