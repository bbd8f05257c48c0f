/** Redeeming: burns a use of each offer and records the purchase (API: Point of sale). */

import { type CustomerState, copyOf } from '../customer/state.js';
import { amountOfOffer, type Json, netOf, type PurchaseData, SaleData, type SaleOffer } from '../event.js';
import type { EventRefused } from '../outcome.js';
import { isAnonymous } from './anonymous.js';
import { type AnswerParts, earnedBy } from './answer.js';
import { answer, conflict, type TillHearing } from './hearing.js';
import { goneOf } from './held.js';
import { lockOf, usesLockedElsewhere } from './lock-state.js';
import { price } from './price.js';
import type { NotApplied } from './reason.js';
import { statedOffers } from './stated.js';
import { partsChanged } from './undo.js';

export function redeem(hearing: TillHearing): EventRefused | undefined {
  const { data } = hearing.event;
  if (data.offline === true) return redeemStated(hearing);
  return data.basket === undefined ? redeemLocked(hearing) : redeemAnew(hearing, data.basket);
}

/** As locked, if the lock lives or all its offers are still free. */
function redeemLocked(hearing: TillHearing): EventRefused | undefined {
  const { working, history, event } = hearing;
  const { transactionId, expectNet } = event.data;
  const locked = history.locked(transactionId);
  if (locked === undefined) return conflict(transactionId, 'was never locked: send the basket to redeem it at once');
  const sale = new SaleData(locked.basket, locked.offers);
  if (lockOf(working.now, transactionId) === undefined) {
    const gone = sale.offers.filter(({ issueId }) => !isFree(working.now, issueId, transactionId, event.time));
    if (gone.length > 0) return notFree(hearing, gone);
  }
  return unexpected(expectNet, sale) ?? sell(hearing, sale, { notApplied: [], partial: false });
}

function isFree(state: CustomerState, issueId: string, transactionId: string, time: number): boolean {
  const issue = state.offers.find((held) => held.id === issueId);
  if (issue === undefined || (issue.expiresAt !== null && issue.expiresAt < time)) return false;
  return issue.usesLeft > usesLockedElsewhere(state, issueId, transactionId, state.arrival);
}

function notFree(hearing: TillHearing, gone: readonly SaleOffer[]): EventRefused {
  const { working, event, history } = hearing;
  const notApplied = gone.map(({ issueId, offerId }): NotApplied => {
    if (working.now.offers.some((issue) => issue.id === issueId)) return { issueId, offerId, code: 'locked_elsewhere' };
    return goneOf(issueId, history, event.time);
  });
  const { transactionId } = event.data;
  return {
    ...conflict(transactionId, 'is no longer locked, and not all its offers are free'),
    notApplied: notApplied as unknown as Json,
  };
}

/** With a body it is judged anew; what this transaction had locked is its own. */
function redeemAnew(hearing: TillHearing, basket: PurchaseData): EventRefused | undefined {
  const { working, program, history, event } = hearing;
  const { data, time } = event;
  const priced = price({ state: working.now, program, history, data: { ...data, basket }, time, now: working.arrival });
  const { notApplied, quote: result } = priced;
  const wrong = unexpected(data.expectNet, priced.sale);
  if (wrong !== undefined) return { ...wrong, notApplied: notApplied as unknown as Json };
  return sell(hearing, priced.sale, { notApplied, partial: result.partial });
}

function unexpected(expectNet: number | undefined, sale: SaleData): EventRefused | undefined {
  const net = netOf(sale);
  if (expectNet === undefined || expectNet === net) return undefined;
  const detail = `the till expects ${expectNet} and the basket comes to ${net}: nothing was changed; quote again`;
  return { reason: 'unexpected_net', detail, net };
}

/** What an offline till did, as it says. */
function redeemStated(hearing: TillHearing): EventRefused | undefined {
  const { data } = hearing.event;
  const offers = statedOffers(data.basket!, data.stated ?? [], hearing.working.now, hearing.history);
  return sell(hearing, new SaleData(data.basket!, offers), { notApplied: [], partial: false });
}

/** Burns a use of each offer and records the purchase. */
function sell(
  hearing: TillHearing,
  sale: SaleData,
  more: Pick<AnswerParts, 'notApplied' | 'partial'>,
): EventRefused | undefined {
  const { working, event, cause } = hearing;
  const { time } = event;
  const { transactionId } = sale;
  const heard = working.outcomes.length;
  const before = copyOf(working.now);
  for (const offer of sale.offers) burn(hearing, offer, transactionId);
  if (lockOf(working.now, transactionId) !== undefined) working.note('lock.ended', time, cause, { transactionId });
  const { offers, ...basket } = sale;
  working.note('sale.recorded', time, cause, {
    transactionId,
    basket: basket as unknown as Json,
    offers: offers as unknown as Json,
  });
  if (isAnonymous(working.customerId)) {
    working.note('purchase.recorded', time, cause, { transactionId, at: time, net: netOf(sale), tooLate: true });
  } else hearing.hear({ ...event, type: 'purchase', data: sale });
  const parts = partsChanged(before, copyOf(working.now));
  const undo = { lastPurchaseAt: before.totals.lastPurchaseAt, parts };
  working.note('sale.kept', time, cause, { undo: undo as unknown as Json });
  answer(hearing, 'redeemed', sale, { ...more, earns: earnedBy(working.outcomes, heard) });
  return undefined;
}

function burn({ working, event, cause }: TillHearing, offer: SaleOffer, transactionId: string): void {
  const { issueId, offerId } = offer;
  const issue = working.now.offers.find((held) => held.id === issueId);
  const overdraft =
    issue === undefined || issue.usesLeft <= usesLockedElsewhere(working.now, issueId, transactionId, working.arrival);
  working.tell('offer.redeemed', event.time, cause, {
    issueId,
    offerId,
    transactionId,
    amount: amountOfOffer(offer),
    usesLeft: Math.max(0, (issue?.usesLeft ?? 0) - (overdraft ? 0 : 1)),
    overdraft: overdraft ? true : undefined,
  });
}
