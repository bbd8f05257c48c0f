/** What an offline till says it applied, as a sale keeps it: recorded as stated, whatever the program says by now. */
import type { History } from '../customer/history.js';
import type { CustomerState } from '../customer/state.js';
import type { PurchaseData, SaleOffer } from '../event.js';
import type { CodeIssue } from './code-issues.js';
import type { StatedOffer } from './step.js';

export function statedOffers(
  basket: PurchaseData,
  stated: readonly StatedOffer[],
  state: CustomerState,
  history: Pick<History, 'issued'>,
  codes: readonly CodeIssue[],
): SaleOffer[] {
  const places = new Map((basket.lines ?? []).map((line, place) => [line.lineId, place]));
  return stated.map((offer) => {
    const discounted: number[] = [];
    const required: number[] = [];
    for (const { lineId, unit, role, amount } of offer.units) {
      if (role === 'required') required.push(places.get(lineId)!, unit);
      else discounted.push(places.get(lineId)!, unit, amount);
    }
    const { issueId } = offer;
    const held =
      state.offers.find((issue) => issue.id === issueId)?.offerId ??
      codes.find((code) => code.issueId === issueId)?.offerId ??
      history.issued(issueId)?.offerId;
    let desired = 0;
    for (let i = 2; i < discounted.length; i += 3) desired += discounted[i]!;
    return {
      issueId,
      offerId: held ?? offer.offerId ?? null,
      onReturn: 'keep',
      desired,
      minimumSpend: 0,
      discounted,
      required,
      perGet: 0,
      perBuy: 0,
    };
  });
}
