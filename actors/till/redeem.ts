/**
 * Redeeming: burns a use of each offer, claims the promo codes that stand for some, and records the purchase (API: Point
 * of sale).
 */

import { unclaimable } from '../customer/promo-code.js';
import { copyOf } from '../customer/state.js';
import { amountOfOffer, type Json, netOf, type PurchaseData, SaleData, type SaleOffer } from '../event.js';
import type { EventRefused } from '../outcome.js';
import { isAnonymous } from './anonymous.js';
import { type AnswerParts, earnedBy } from './answer.js';
import {
  type CodeIssue,
  codeIssueOf,
  givenBeside,
  isCodeIssue,
  issuesOfLock,
  moveCodes,
  oneOfEach,
} from './code-issues.js';
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
  const lock = lockOf(working.now, transactionId);
  if (lock === undefined) {
    const gone = sale.offers.filter((offer) => !isFree(hearing, offer));
    if (gone.length > 0) return notFree(hearing, gone);
  }
  const codes = lock === undefined ? codesNamed(hearing, sale.offers) : issuesOfLock(lock);
  return unexpected(expectNet, sale) ?? sell(hearing, sale, codes, { notApplied: [], partial: false });
}

/** Codes that issues of an ended lock, or of what an offline till says, stand for, as far as the program has them. */
function codesNamed(
  { program, shared }: TillHearing,
  offers: readonly Pick<SaleOffer, 'issueId'>[],
): readonly CodeIssue[] {
  return offers.flatMap(({ issueId }) => {
    const found = isCodeIssue(issueId) ? codeIssueOf(program, shared.codes, issueId) : undefined;
    return found === undefined ? [] : [found[0]];
  });
}

function isFree(hearing: TillHearing, { issueId, offerId }: SaleOffer): boolean {
  const { working, program, shared, event } = hearing;
  const state = working.now;
  const { time } = event;
  if (isCodeIssue(issueId)) {
    const found = codeIssueOf(program, shared.codes, issueId);
    const ends = found === undefined ? undefined : program.offers.get(found[0].offerId)?.until;
    if (found === undefined || found[0].offerId !== offerId || (ends !== undefined && ends < time)) return false;
    return unclaimable(state, shared, found[1], working.outcomes) === undefined;
  }
  const issue = state.offers.find((held) => held.id === issueId);
  if (issue === undefined || (issue.expiresAt !== null && issue.expiresAt < time)) return false;
  return issue.usesLeft > usesLockedElsewhere(state, issueId, event.data.transactionId, state.arrival);
}

function notFree(hearing: TillHearing, gone: readonly SaleOffer[]): EventRefused {
  const { working, event, history } = hearing;
  const notApplied = gone.map(({ issueId, offerId }): NotApplied => {
    if (working.now.offers.some((issue) => issue.id === issueId)) return { issueId, offerId, code: 'locked_elsewhere' };
    if (isCodeIssue(issueId)) return { issueId, offerId, code: 'no_uses_left', need: 1, have: 0, missing: 1 };
    return goneOf(issueId, history, Math.max(event.time, working.arrival));
  });
  const { transactionId } = event.data;
  return {
    ...conflict(transactionId, 'is no longer locked, and not all its offers are free'),
    notApplied: notApplied as unknown as Json,
  };
}

/** With a body it is judged anew; what this transaction had locked is its own. */
function redeemAnew(hearing: TillHearing, basket: PurchaseData): EventRefused | undefined {
  const { working, program, history, shared, event } = hearing;
  const { data, time } = event;
  const priced = price({
    state: working.now,
    program,
    history,
    shared,
    told: working.outcomes,
    data: { ...data, basket },
    time,
    now: working.arrival,
  });
  const { notApplied, conditions, quote: result } = priced;
  const wrong = unexpected(data.expectNet, priced.sale);
  if (wrong !== undefined) return { ...wrong, notApplied: notApplied as unknown as Json };
  return sell(hearing, priced.sale, priced.codes, { notApplied, conditions, partial: result.partial });
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
  const stated = data.stated ?? [];
  const codes = codesNamed(hearing, stated);
  const offers = statedOffers(data.basket!, stated, hearing.working.now, hearing.history, codes);
  return sell(hearing, new SaleData(data.basket!, offers), codes, {
    notApplied: [],
    partial: false,
  });
}

/** Burns a use of each offer and records the purchase. `codes`: the issues that a promo code stands for, applied or not. */
function sell(
  hearing: TillHearing,
  sale: SaleData,
  codes: readonly CodeIssue[],
  more: Pick<AnswerParts, 'notApplied' | 'conditions' | 'partial'>,
): EventRefused | undefined {
  const { working, event, cause } = hearing;
  const { time } = event;
  const { transactionId } = sale;
  const heard = working.outcomes.length;
  const before = copyOf(working.now);
  const claimed = claim(hearing, sale, codes);
  for (const offer of sale.offers) burn(hearing, offer, transactionId, claimed);
  if (lockOf(working.now, transactionId) !== undefined) working.note('lock.ended', time, cause, { transactionId });
  const { offers, ...basket } = sale;
  working.note('sale.recorded', time, cause, {
    transactionId,
    basket: basket as unknown as Json,
    offers: offers as unknown as Json,
  });
  if (isAnonymous(working.customerId)) {
    working.note('purchase.recorded', time, cause, { transactionId, at: time, net: netOf(sale), tooLate: true });
  } else {
    const given = oneOfEach(claimed).map((issue) => givenBeside(hearing.program, issue, sale.offers));
    hearing.hear({ ...event, type: 'purchase', data: sale }, { claimed: given, from: heard, held: before.offers });
  }
  const parts = partsChanged(before, copyOf(working.now));
  const undo = { lastPurchaseAt: before.totals.lastPurchaseAt, parts };
  working.note('sale.kept', time, cause, { undo: undo as unknown as Json });
  answer(hearing, 'redeemed', sale, { ...more, earns: earnedBy(working.outcomes, heard) });
  return undefined;
}

/**
 * Claims the codes that the sale's offers stand for; those its lock held and it does not need are free again. Returns
 * the issues of the codes claimed: an offline till may have taken one that is gone.
 */
function claim(hearing: TillHearing, sale: SaleData, codes: readonly CodeIssue[]): readonly CodeIssue[] {
  const { working, event, cause } = hearing;
  const { transactionId } = sale;
  const held = issuesOfLock(lockOf(working.now, transactionId));
  const applied = codes.filter(({ issueId }) => sale.offers.some((offer) => offer.issueId === issueId));
  const claimed = applied.filter((issue) => held.some(({ text }) => text === issue.text) || isThere(hearing, issue));
  moveCodes(working, held, claimed, event.time, cause);
  for (const { text: code, promoCodeId, single } of oneOfEach(claimed))
    working.tell('promo_code.claimed', event.time, cause, { code, promoCodeId, single, transactionId });
  return claimed;
}

function isThere({ working, program, shared }: TillHearing, { issueId }: CodeIssue): boolean {
  const found = codeIssueOf(program, shared.codes, issueId);
  return found !== undefined && unclaimable(working.now, shared, found[1], working.outcomes) === undefined;
}

function burn(
  { working, event, cause }: TillHearing,
  offer: SaleOffer,
  transactionId: string,
  claimed: readonly CodeIssue[],
): void {
  const { issueId, offerId } = offer;
  const issue = working.now.offers.find((held) => held.id === issueId);
  const overdraft = isCodeIssue(issueId)
    ? claimed.every((each) => each.issueId !== issueId)
    : issue === undefined ||
      issue.usesLeft <= usesLockedElsewhere(working.now, issueId, transactionId, working.arrival);
  working.tell('offer.redeemed', event.time, cause, {
    issueId,
    offerId,
    transactionId,
    amount: amountOfOffer(offer),
    usesLeft: Math.max(0, (issue?.usesLeft ?? 0) - (overdraft ? 0 : 1)),
    overdraft: overdraft ? true : undefined,
  });
}
