/**
 * A customer's past up to the event explained, gathered on the way there: what the judge of that event could look up.
 */
import type { History, KnownPurchase, LockedBasket, OtherCustomer } from '../actors/customer/history.js';
import type { Event, PurchaseData } from '../actors/event.js';
import type { Outcome, PurchaseRecord } from '../actors/outcome.js';
import { anonymousId } from '../actors/till/anonymous.js';
import type { ReadEntry } from './reader.js';

/** That something came back of a sale, whatever it was. */
const SOMETHING_BACK: PurchaseRecord = { v: 1, refunded: 0, back: [], reversed: [], all: false };

export class Past {
  private readonly transactions = { purchase: new Map<string, string>(), return: new Map<string, string>() };
  private readonly purchases = new Map<string, KnownPurchase>();
  private readonly locks = new Map<string, LockedBasket>();
  private readonly others = new Map<string, OtherCustomer>();
  private readonly issues = new Map<string, { offerId: string; expiresAt: number | null }>();
  private claimed: KnownPurchase | undefined;
  readonly history: History = {
    transaction: (kind, transactionId) => this.transactions[kind].get(transactionId),
    purchase: (transactionId) => this.purchases.get(transactionId),
    locked: (transactionId) => this.locks.get(transactionId),
    customer: (id) => this.others.get(id),
    purchaseOf: () => this.claimed,
    issued: (issueId) => this.issues.get(issueId),
  };

  knows([id, other]: readonly [id: string, other: OtherCustomer | undefined]): void {
    if (other !== undefined) this.others.set(id, other);
  }

  /** The anonymous sale that the event explained claims, as it stood then: `told` by what came of it. */
  claims(transactionId: string, sale: KnownPurchase | undefined, told: readonly Outcome[]): void {
    const refused = told.find((outcome) => outcome.type === 'event.refused');
    const reason = refused?.type === 'event.refused' ? refused.data.reason : undefined;
    if (reason === 'already_claimed')
      this.others.set(anonymousId(transactionId), { state: undefined, mergedInto: transactionId });
    if (sale === undefined || reason === 'unknown_transaction') return;
    this.claimed = reason === 'already_returned' ? { ...sale, record: SOMETHING_BACK } : sale;
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
