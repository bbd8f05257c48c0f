/** Checks of an offer beyond its shape: its conditions, its dates, and that the parts of a discount fit together. */
import { type Checking, checkSpan } from './check-campaign.js';
import { checkCondition, checkLineCondition } from './check-condition.js';
import type { OfferDocument } from './document-offer.js';
import { at } from './problem.js';

export function checkOffer(offer: OfferDocument, pointer: string, checking: Checking): void {
  const { names, problems } = checking;
  if (offer.where !== undefined) checkCondition(offer.where, at(pointer, 'where'), { names, problems });
  checkSpan(offer.validity?.from, offer.validity?.until, `${pointer}/validity/until`, problems);
  if (offer.discount === undefined) return;
  if (offer.kind !== 'closedLoop') {
    problems.add(
      at(pointer, 'discount'),
      'discount_not_closed_loop',
      `Only offers of kind closedLoop become a discount at the till, and this is ${offer.kind}.`,
    );
  }
  checkDiscount(offer.discount, at(pointer, 'discount'), checking);
}

type Discount = NonNullable<OfferDocument['discount']>;

function checkDiscount(discount: Discount, pointer: string, { names, problems }: Checking): void {
  const context = { names, problems };
  switch (discount.kind) {
    case 'amountOffCheck':
    case 'percentOffCheck':
      return;
    case 'amountOffItem':
    case 'percentOffItem':
    case 'setPrice':
      if (discount.lines !== undefined) checkLineCondition(discount.lines, at(pointer, 'lines'), context);
      if (discount.units !== undefined && (discount.choose ?? 'all') === 'all') {
        problems.add(
          at(pointer, 'units'),
          'units_with_all',
          'choose: all takes every unit; use cheapest or dearest with units.',
        );
      }
      return;
    case 'buyXGetY': {
      const { buy, get } = discount;
      if (buy.lines !== undefined) checkLineCondition(buy.lines, `${pointer}/buy/lines`, context);
      if (get.lines !== undefined) checkLineCondition(get.lines, `${pointer}/get/lines`, context);
      const kinds = [get.percentOff, get.amountOff, get.setPrice].filter((value) => value !== undefined).length;
      if (kinds !== 1)
        problems.add(`${pointer}/get`, 'one_of_get', 'Takes exactly one of percentOff, amountOff and setPrice.');
      return;
    }
    default:
      discount satisfies never;
  }
}
