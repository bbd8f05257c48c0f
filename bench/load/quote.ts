/**
 * The quote that is sent: a basket of some lines at a till. The customer's number is left open for `blanks.ts` to fill
 * in place; the transaction stays the same, as a quote changes nothing.
 */
import { storeId } from '../brand.js';
import { CUSTOMER_BLANK, PRODUCTS } from './purchase.js';

/** Customers that hold the same number of offers. */
export const TILL_CUSTOMERS = 1_000;
const FIRST = 8_000_000;

/** The first of the `TILL_CUSTOMERS` numbers of those that hold `held` (0 to 999) offers: the id says it, for the baseline to answer alike. */
export function tillCustomersFirst(held: number): number {
  return FIRST + held * TILL_CUSTOMERS;
}

/** How many offers the customer with this id, `c` and seven digits, holds. */
export function heldBy(customerId: string): number {
  return Math.floor((Number(customerId.slice(1)) - FIRST) / TILL_CUSTOMERS);
}

export interface Quote {
  readonly customerId: string;
  readonly transactionId: string;
  readonly currency: string;
  readonly lines: readonly { readonly lineId: string; readonly quantity: number; readonly unitPrice: number }[];
}

/** A body with `count` lines of one or two units; `seed` makes bodies differ. One in three has a discount of the shop. */
export function quoteBody(count: number, seed: number, time: string): Buffer {
  const lines = Array.from({ length: count }, (_, n) => {
    const [sku, name, categories, unitPrice] = PRODUCTS[(seed + n) % PRODUCTS.length]!;
    return { lineId: String(n + 1), sku, name, categories, quantity: 1 + ((seed + n) % 2), unitPrice };
  });
  const quote = {
    customerId: `c${CUSTOMER_BLANK}`,
    transactionId: `bos-1-${seed}-8841`,
    storeId: storeId(seed),
    registerId: '3',
    time,
    currency: 'USD',
    lines,
    ...(seed % 3 === 0 ? { discounts: [{ lineId: '1', amount: 50, reason: 'cup' }] } : {}),
  };
  return Buffer.from(JSON.stringify(quote satisfies Quote));
}
