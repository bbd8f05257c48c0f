/**
 * A customer's past up to the event explained, gathered on the way there: what the judge of that event could look up.
 */
import type { History, KnownPurchase, LockedBasket, OtherCustomer } from '../actors/customer/history.js';
import type { Event, PurchaseData } from '../actors/event.js';
import type { ReadEntry } from './reader.js';

export class Past {
  private readonly transactions = { purchase: new Map<string, string>(), return: new Map<string, string>() };
  private readonly purchases = new Map<string, KnownPurchase>();
  private readonly locks = new Map<string, LockedBasket>();
  private readonly others = new Map<string, OtherCustomer>();
  private readonly issues = new Map<string, { offerId: string; expiresAt: number | null }>();
  readonly history: History = {
    transaction: (kind, transactionId) => this.transactions[kind].get(transactionId),
    purchase: (transactionId) => this.purchases.get(transactionId),
    locked: (transactionId) => this.locks.get(transactionId),
    customer: (id) => this.others.get(id),
    // A claimed sale is explained as the purchase it became.
    purchaseOf: () => undefined,
    issued: (issueId) => this.issues.get(issueId),
  };

  knows([id, other]: readonly [id: string, other: OtherCustomer | undefined]): void {
    if (other !== undefined) this.others.set(id, other);
  }

  add(event: Event, read: ReadEntry): void {
    for (const outcome of read.outcomes) {
      if (outcome.type === 'offer.issued') this.issues.set(outcome.data.issueId, outcome.data);
      else if (outcome.type === 'lock.recorded') {
        this.locks.set(outcome.data.transactionId, outcome.data as unknown as LockedBasket);
      } else if (outcome.type === 'purchase.recorded') {
        this.transactions.purchase.set(outcome.data.transactionId, event.id);
        this.purchases.set(outcome.data.transactionId, {
          event: event as Event<PurchaseData>,
          outcomes: read.outcomes,
          record: undefined,
        });
      } else if (outcome.type === 'sale.voided') {
        const { transactionId, record } = outcome.data;
        const known = this.purchases.get(transactionId);
        if (known !== undefined) this.purchases.set(transactionId, { ...known, record });
      } else if (outcome.type === 'return.recorded') {
        const { transactionId, originalTransactionId, record } = outcome.data;
        this.transactions.return.set(transactionId, event.id);
        const known = originalTransactionId === undefined ? undefined : this.purchases.get(originalTransactionId);
        if (known !== undefined && record !== undefined)
          this.purchases.set(originalTransactionId!, { ...known, record });
      }
    }
  }
}
