/** A history held in memory, for tests: what the engine looks up in its journal. */
import type { Event, PurchaseData, ReturnData } from '../event.js';
import type { Outcome, PurchaseRecord } from '../outcome.js';
import { asMade } from '../till/made.js';
import type { History, KnownPurchase, LockedBasket, OtherCustomer } from './history.js';

export class MemoryHistory implements History {
  readonly #transactions = new Map<string, string>();
  readonly #purchases = new Map<string, KnownPurchase>();
  readonly #records = new Map<string, PurchaseRecord>();
  readonly #locked = new Map<string, LockedBasket>();
  readonly #issued = new Map<string, { offerId: string; expiresAt: number | null }>();

  readonly #others = new Map<string, OtherCustomer>();

  transaction(kind: 'purchase' | 'return', transactionId: string): string | undefined {
    return this.#transactions.get(`${kind} ${transactionId}`);
  }

  purchase(transactionId: string): KnownPurchase | undefined {
    const known = this.#purchases.get(transactionId);
    return known === undefined ? undefined : { ...known, record: this.#records.get(transactionId) };
  }

  locked(transactionId: string): LockedBasket | undefined {
    return this.#locked.get(transactionId);
  }

  issued(issueId: string): { offerId: string; expiresAt: number | null } | undefined {
    return this.#issued.get(issueId);
  }

  customer(id: string): OtherCustomer | undefined {
    return this.#others.get(id);
  }

  /** Another customer, who may be merged. */
  knows(id: string, other: OtherCustomer): void {
    this.#others.set(id, other);
  }

  /** What another remembered is remembered here from now on. */
  absorb(other: MemoryHistory): void {
    // What has come back of a purchase goes with it: not where its name is another's.
    for (const [name, record] of other.#records) if (!this.#purchases.has(name)) this.#records.set(name, record);
    for (const [own, more] of [
      [this.#transactions, other.#transactions],
      [this.#purchases, other.#purchases],
      [this.#locked, other.#locked],
      [this.#issued, other.#issued],
    ] as [Map<string, unknown>, ReadonlyMap<string, unknown>][]) {
      for (const [name, value] of more) if (!own.has(name)) own.set(name, value);
    }
  }

  purchaseOf(): KnownPurchase | undefined {
    return undefined;
  }

  /** Notes an event with everything it caused. */
  add(reported: Event, outcomes: readonly Outcome[]): void {
    const event = asMade(reported, outcomes);
    for (const outcome of outcomes) {
      if (outcome.type === 'offer.issued') this.#issued.set(outcome.data.issueId, outcome.data);
      else if (outcome.type === 'lock.recorded') {
        const { transactionId, basket, offers } = outcome.data;
        this.#locked.set(transactionId, { basket, offers } as unknown as LockedBasket);
      }
      if (outcome.type === 'purchase.recorded') {
        const { transactionId } = event.data as PurchaseData;
        this.#transactions.set(`purchase ${transactionId}`, event.id);
        this.#purchases.set(transactionId, { event: event as Event<PurchaseData>, outcomes, record: undefined });
      } else if (outcome.type === 'sale.voided') {
        this.#records.set(outcome.data.transactionId, outcome.data.record);
      } else if (outcome.type === 'return.recorded') {
        const { transactionId, originalTransactionId } = event.data as ReturnData;
        this.#transactions.set(`return ${transactionId}`, event.id);
        const { record } = outcome.data;
        if (record !== undefined) this.#records.set(originalTransactionId!, record);
      }
    }
  }
}
