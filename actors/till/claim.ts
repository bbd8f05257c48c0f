/**
 * An anonymous sale is claimed by a customer (API: `purchase.claimed`): once, judged at the purchase's time like any
 * purchase of theirs. The anonymous transaction is an alias of the customer from then on, so that its return and void
 * come to them. Promo codes of the sale are theirs too: they count for the customer, and give what they give beside the
 * offers that the sale has used, except to a customer who has claimed as many already as one may.
 */
import type { Claimed } from '../customer/promo-code.js';
import { takenOf } from '../customer/promo-code-state.js';
import { type Hearing, transactionExists } from '../customer/says.js';
import { type Event, type Json, type PurchaseData, SaleData } from '../event.js';
import type { EventRefused } from '../outcome.js';
import { anonymousId } from './anonymous.js';
import { givenBeside } from './code-issues.js';

export interface ClaimData {
  readonly transactionId: string;
}

export interface ClaimedSale {
  readonly purchase: Event<PurchaseData>;
  /** What its promo codes give beside. */
  readonly codes: readonly Claimed[];
}

/** The purchase it becomes, or why it cannot be claimed. Tells that it was. */
export function claim(hearing: Hearing, event: Event<ClaimData>): ClaimedSale | { readonly refused: EventRefused } {
  const { history, working, program, cause } = hearing;
  const { transactionId } = event.data;
  const from = anonymousId(transactionId);
  const named = JSON.stringify(transactionId);
  if (history.customer(from)?.mergedInto !== undefined)
    return refused('already_claimed', `transaction ${named} was claimed before; it can be claimed once`);
  const known = history.purchaseOf(from, transactionId);
  if (known === undefined) return refused('unknown_transaction', `no anonymous sale ${named} was redeemed at a till`);
  if (known.record !== undefined)
    return refused(
      'already_returned',
      `of transaction ${named} something came back already: it can no longer be claimed`,
    );
  const first = history.transaction('purchase', transactionId);
  if (first !== undefined) return { refused: transactionExists(transactionId, first) };
  const sale = known.event.data as SaleData;
  const { offers, ...basket } = sale;
  const at = known.event.time;
  working.note('sale.claimed', at, cause, { from });
  working.note('sale.recorded', at, cause, {
    transactionId,
    basket: basket as unknown as Json,
    offers: offers as unknown as Json,
    at,
  });
  const codes: Claimed[] = [];
  for (const { type, data } of known.outcomes) {
    if (type !== 'promo_code.claimed') continue;
    const { code: text, promoCodeId } = data;
    const { perCustomer } = program.promoCodes.byId.get(promoCodeId) ?? {};
    if (perCustomer === undefined || takenOf(working.now, promoCodeId) < perCustomer)
      codes.push(givenBeside(program, { text, promoCodeId }, offers));
    working.tell('promo_code.claimed', at, cause, data);
    // The use itself was taken at the till: it counts for this customer from now on.
    if (data.single === undefined) working.note('code.counted', at, cause, { promoCodeId: data.promoCodeId, by: 1 });
  }
  return { purchase: { ...event, type: 'purchase', time: at, data: new SaleData(sale, offers) }, codes };
}

function refused(reason: string, detail: string): { readonly refused: EventRefused } {
  return { refused: { reason, detail } };
}
