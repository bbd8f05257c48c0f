/** What a step of the till made: seen everywhere but at the till as the purchase or the return it is. */
import { type Event, type PurchaseData, type ReturnData, SaleData, type SaleOffer } from '../event.js';
import type { Outcome } from '../outcome.js';
import { isTillType, type TillData } from './step.js';

/** The event as others see it, with `outcomes` what it caused. */
export function asMade(event: Event, outcomes: readonly Outcome[]): Event {
  if (!isTillType(event.type) && event.type !== 'purchase.claimed') return event;
  for (const outcome of outcomes) {
    if (outcome.type === 'sale.recorded') {
      const { at = event.time } = outcome.data;
      const basket = outcome.data.basket as unknown as PurchaseData;
      return {
        ...event,
        type: 'purchase',
        time: at,
        data: new SaleData(basket, outcome.data.offers as unknown as SaleOffer[]),
      };
    }
    if (outcome.type === 'return.recorded')
      return { ...event, type: 'return', data: returnDataOf(event.data as TillData) };
  }
  return event;
}

export function returnDataOf({ transactionId, returnId, lines }: TillData): ReturnData {
  return { transactionId: returnId!, originalTransactionId: transactionId, channel: 'pos', lines: lines! };
}
