/** Offers compiled: when an issue may be used, and what it takes off a check (PROGRAM: Offers). */
import { type Duration, parseDuration } from '../time/duration.js';
import { parseInstant } from '../time/instant.js';
import { compileCondition, compileLineCondition } from './condition.js';
import type { OfferDocument } from './document-offer.js';
import { tenThousandths } from './fraction.js';
import type { Discount, LineCondition, Off, Offer, TillOffer } from './program.js';

type DiscountDocument = NonNullable<OfferDocument['discount']>;

export function compileOffer(document: OfferDocument): Offer {
  const { validity } = document;
  return {
    id: document.id,
    kind: document.kind,
    uses: document.uses ?? 1,
    validFor: validity?.for === undefined ? undefined : duration(validity.for),
    from: instant(validity?.from),
    until: instant(validity?.until),
    where: document.where === undefined ? undefined : compileCondition(document.where),
    till: document.discount === undefined ? undefined : compileTillOffer(document, document.discount),
  };
}

function compileTillOffer(document: OfferDocument, discount: DiscountDocument): TillOffer {
  const { stacking } = document;
  return {
    id: document.id,
    discount: compileDiscount(discount),
    minimumSpend: document.minimumSpend ?? 0,
    cap: document.cap,
    group: stacking?.group,
    exclusive: stacking?.exclusive ?? false,
    priority: stacking?.priority ?? 0,
    reuseQualifying: stacking?.reuseQualifying ?? false,
    stackDiscounted: stacking?.stackDiscounted ?? false,
    withItself: stacking?.withItself ?? 1,
    onReturn: document.onReturn ?? 'keep',
  };
}

function compileDiscount(document: DiscountDocument): Discount {
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

function duration(text: string): Duration {
  const parsed = parseDuration(text);
  if (parsed === undefined) throw new Error(`not a duration: ${text}`);
  return parsed;
}

function instant(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const parsed = parseInstant(text);
  if (parsed === undefined) throw new Error(`not a time: ${text}`);
  return parsed;
}
