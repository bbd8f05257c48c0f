/** Discounts of closed-loop offers, compiled (PROGRAM: Offers): what is taken off, of which lines, how units are chosen. */
import { compileLineCondition, type LineCondition } from '../program/condition.js';
import type { OfferDocument } from '../program/document-offer.js';
import { tenThousandths } from '../program/fraction.js';

type DiscountDocument = NonNullable<OfferDocument['discount']>;

/** How much is taken off chosen units. Percents are numerators over 10,000 of a percent (100 % is 1,000,000). */
export type Off =
  | { readonly kind: 'percent'; readonly percent: number }
  | { readonly kind: 'amount'; readonly amount: number }
  | { readonly kind: 'price'; readonly price: number };

export type Discount =
  | { readonly kind: 'check'; readonly off: Exclude<Off, { kind: 'price' }> }
  | {
      readonly kind: 'item';
      readonly off: Off;
      readonly lines: LineCondition | undefined;
      readonly choose: 'cheapest' | 'dearest' | 'all';
      /** Of one application; 0: all there are. */
      readonly units: number;
    }
  | {
      readonly kind: 'buyXGetY';
      readonly buy: { readonly lines: LineCondition | undefined; readonly quantity: number };
      readonly get: { readonly lines: LineCondition | undefined; readonly quantity: number; readonly off: Off };
      readonly choose: 'cheapest' | 'dearest';
      readonly maxApplications: number;
    };

export function compileDiscount(document: DiscountDocument): Discount {
  switch (document.kind) {
    case 'amountOffCheck':
      return { kind: 'check', off: { kind: 'amount', amount: document.amount } };
    case 'percentOffCheck':
      return { kind: 'check', off: percentOf(document.percent) };
    case 'amountOffItem':
      return item(document, { kind: 'amount', amount: document.amount });
    case 'percentOffItem':
      return item(document, percentOf(document.percent));
    case 'setPrice':
      return item(document, { kind: 'price', price: document.price });
    case 'buyXGetY': {
      const { buy, get } = document;
      return {
        kind: 'buyXGetY',
        buy: { lines: lineCondition(buy.lines), quantity: buy.quantity },
        get: { lines: lineCondition(get.lines), quantity: get.quantity, off: offOf(get) },
        choose: document.choose ?? 'cheapest',
        maxApplications: document.maxApplications ?? Number.MAX_SAFE_INTEGER,
      };
    }
  }
}

function item(
  document: Extract<DiscountDocument, { kind: 'amountOffItem' | 'percentOffItem' | 'setPrice' }>,
  off: Off,
): Discount {
  const choose = document.choose ?? 'all';
  const units = choose === 'all' ? 0 : (document.units ?? 1);
  return { kind: 'item', off, lines: lineCondition(document.lines), choose, units };
}

function offOf(get: Extract<DiscountDocument, { kind: 'buyXGetY' }>['get']): Off {
  if (get.percentOff !== undefined) return percentOf(get.percentOff);
  if (get.amountOff !== undefined) return { kind: 'amount', amount: get.amountOff };
  return { kind: 'price', price: get.setPrice! };
}

function percentOf(percent: number): { readonly kind: 'percent'; readonly percent: number } {
  return { kind: 'percent', percent: tenThousandths(percent)! };
}

function lineCondition(document: Parameters<typeof compileLineCondition>[0] | undefined): LineCondition | undefined {
  return document === undefined ? undefined : compileLineCondition(document);
}
