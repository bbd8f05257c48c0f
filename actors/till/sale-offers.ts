/** The offers of a quote as a sale keeps them. */
import type { SaleOffer } from '../event.js';
import type { Units } from './check.js';
import type { Applied } from './combination.js';

export function saleOffers(units: Units, applied: readonly Applied[]): SaleOffer[] {
  return applied.map(({ issue, taken }) => {
    const { offer } = issue;
    const discounted: number[] = [];
    for (let i = 0; i < taken.discounted.length; i++) {
      const unit = taken.discounted[i]!;
      discounted.push(units.line[unit]!, units.unit[unit]!, taken.shares[i]!);
    }
    const required: number[] = [];
    for (const unit of taken.required) required.push(units.line[unit]!, units.unit[unit]!);
    return {
      issueId: issue.id,
      offerId: offer.id,
      onReturn: offer.onReturn,
      desired: taken.desired,
      minimumSpend: offer.minimumSpend,
      discounted,
      required,
      perGet: taken.perGet,
      perBuy: taken.perBuy,
    };
  });
}
