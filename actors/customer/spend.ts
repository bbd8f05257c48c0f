/**
 * What RFM and totals remember of purchases and returns: a flat list of [time ms, amount minor units (negative for a
 * return), 1 where it counts as a purchase, else 0], ascending by time, equals in order of arrival.
 */
import type { PurchaseRecorded, ReturnRecorded } from '../outcome.js';
import type { CustomerState, Draft } from './state.js';

export const SPEND_WIDTH = 3;

export function purchaseRecorded(draft: Draft, data: PurchaseRecorded): void {
  const { purchases, returns, net, lastPurchaseAt: last } = draft.totals;
  draft.totals = {
    purchases: purchases + 1,
    returns,
    net: net + data.net,
    lastPurchaseAt: last === null || data.at > last ? data.at : last,
  };
  draft.spend = withEntry(draft.spend, data.at, data.net, 1, data.keepFrom);
}

export function returnRecorded(draft: Draft, data: ReturnRecorded): void {
  const { purchases, returns, net, lastPurchaseAt } = draft.totals;
  draft.totals = { purchases, returns: returns + 1, net: net - data.amount, lastPurchaseAt };
  draft.spend = withEntry(draft.spend, data.at, -data.amount, 0, data.keepFrom);
  if (data.allBack === true) draft.spend = withoutPurchase(draft.spend, data.purchaseAt!, data.purchaseNet!);
}

/** The oldest time remembered; undefined where there is none. */
export function oldestSpend(state: CustomerState): number | undefined {
  return state.spend[0];
}

function withEntry(
  spend: readonly number[],
  at: number,
  amount: number,
  counts: 0 | 1,
  keepFrom: number | undefined,
): readonly number[] {
  let from = 0;
  if (keepFrom !== undefined) while (from < spend.length && spend[from]! <= keepFrom) from += SPEND_WIDTH;
  const kept = from === 0 ? spend : spend.slice(from);
  // Never -0: it would not survive being packed.
  const value = amount === 0 ? 0 : amount;
  let place = kept.length;
  while (place > 0 && kept[place - SPEND_WIDTH]! > at) place -= SPEND_WIDTH;
  const entry = [at, value, counts];
  return place === kept.length ? kept.concat(entry) : kept.slice(0, place).concat(entry, kept.slice(place));
}

/** All of a purchase is back: it no longer counts as one (its amount stays, its returns stand beside it). */
function withoutPurchase(spend: readonly number[], at: number, net: number): readonly number[] {
  for (let i = 0; i < spend.length; i += SPEND_WIDTH) {
    if (spend[i] === at && spend[i + 1] === net && spend[i + 2] === 1) {
      const result = spend.slice();
      result[i + 2] = 0;
      return result;
    }
  }
  return spend;
}
