/**
 * What RFM and totals remember of purchases and returns: a flat list of [time ms, amount minor units (negative for a
 * return), 1 where it counts as a purchase, else 0], ascending by time, equals in order of arrival.
 */
import type { PurchaseRecorded, ReturnRecorded, SaleVoided } from '../outcome.js';
import type { CustomerState } from './state.js';

export const SPEND_WIDTH = 3;

export function purchaseRecorded(state: CustomerState, data: PurchaseRecorded): void {
  const { totals } = state;
  totals.purchases++;
  totals.net += data.net;
  if (totals.lastPurchaseAt === null || data.at > totals.lastPurchaseAt) totals.lastPurchaseAt = data.at;
  addEntry(state.spend, data.at, data.net, 1, data.keepFrom);
}

export function returnRecorded(state: CustomerState, data: ReturnRecorded): void {
  const { totals, spend } = state;
  totals.returns++;
  totals.net -= data.amount;
  addEntry(spend, data.at, -data.amount, 0, data.keepFrom);
  if (data.allBack === true) uncount(spend, data.purchaseAt!, data.purchaseNet!);
}

/** A void: the purchase never was. Returns of it stay, against as much of its amount as they gave back. */
export function spendVoided(state: CustomerState, { at, net, refunded, allBack, lastPurchaseAt }: SaleVoided): void {
  const { totals, spend } = state;
  totals.purchases--;
  totals.net -= net - refunded;
  if (totals.lastPurchaseAt === at) totals.lastPurchaseAt = lastPurchaseAt;
  const counts = allBack ? 0 : 1;
  for (let i = 0; i < spend.length; i += SPEND_WIDTH) {
    if (spend[i] !== at || spend[i + 1] !== net || spend[i + 2] !== counts) continue;
    if (refunded === 0) spend.splice(i, SPEND_WIDTH);
    else {
      spend[i + 1] = refunded;
      spend[i + 2] = 0;
    }
    return;
  }
}

/** The oldest time remembered; undefined where there is none. */
export function oldestSpend(state: CustomerState): number | undefined {
  return state.spend[0];
}

function addEntry(spend: number[], at: number, amount: number, counts: 0 | 1, keepFrom: number | undefined): void {
  let from = 0;
  if (keepFrom !== undefined) while (from < spend.length && spend[from]! <= keepFrom) from += SPEND_WIDTH;
  if (from > 0) spend.splice(0, from);
  // Never -0: it would not survive being packed.
  const value = amount === 0 ? 0 : amount;
  let place = spend.length;
  while (place > 0 && spend[place - SPEND_WIDTH]! > at) place -= SPEND_WIDTH;
  if (place === spend.length) spend.push(at, value, counts);
  else spend.splice(place, 0, at, value, counts);
}

/** All of a purchase is back: it no longer counts as one (its amount stays, its returns stand beside it). */
function uncount(spend: number[], at: number, net: number): void {
  for (let i = 0; i < spend.length; i += SPEND_WIDTH) {
    if (spend[i] === at && spend[i + 1] === net && spend[i + 2] === 1) {
      spend[i + 2] = 0;
      return;
    }
  }
}
