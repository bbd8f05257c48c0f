/**
 * The till's steps on a customer, one state machine for each transaction (API: Point of sale): quote (changes nothing) →
 * lock → redeem → void or return. Judged at the entry's own position; what a step did is told as outcomes, its answer is
 * recorded beside them.
 *
 * Invariants: (1) a step that does not fit is refused and changes nothing; (2) a lock reserves one use of each of its
 * issues, so two tills never redeem one use; (3) what was locked in time is redeemed as locked, past the offer's end and
 * over a new program; (4) an offline till's redemption is recorded as stated, never refused for a use that is gone.
 */
import type { Occasion } from '../customer/campaigns.js';
import type { History, KnownPurchase } from '../customer/history.js';
import { keptOf } from '../customer/kept.js';
import { paidRuns } from '../customer/paid.js';
import { ProfileView } from '../customer/profile-view.js';
import { type CustomerState, copyOf, type LockState } from '../customer/state.js';
import { EventView, measuredOf } from '../customer/view.js';
import type { Working } from '../customer/working.js';
import { amountOfOffer, type Event, type Json, netOf, type PurchaseData, SaleData, type SaleOffer } from '../event.js';
import type { Cause, EventRefused } from '../outcome.js';
import type { Program } from '../program/program.js';
import { formatInstant } from '../time/instant.js';
import { type AnswerParts, answerOf, earnedBy, type TillState } from './answer.js';
import { goneOf, heldBy } from './held.js';
import { endLock } from './lock.js';
import { lockOf, usesLockedElsewhere } from './lock-state.js';
import { returnDataOf } from './made.js';
import { NOBODY } from './nobody.js';
import { type Quote, quote } from './quote.js';
import type { NotApplied } from './reason.js';
import { saleOffers } from './sale-offers.js';
import { statedOffers } from './stated.js';
import { stepOf, type TillData } from './step.js';
import { partsChanged } from './undo.js';
import { voidSale } from './void.js';

export interface TillHearing {
  readonly working: Working;
  readonly program: Program;
  readonly history: History;
  readonly event: Event<TillData>;
  readonly cause: Cause;
  /** The purchase or return that the step makes, judged like any other. A refusal is told by it. */
  hear(event: Event): void;
  /** What judging an event would look at, without judging it. */
  occasion(event: Event): Occasion;
}

/** One step. Tells why where it does not fit. */
export function hearTill(hearing: TillHearing): void {
  const refused = stepped(hearing);
  if (refused !== undefined) hearing.working.tell('event.refused', hearing.event.time, hearing.cause, refused);
}

function stepped(hearing: TillHearing): EventRefused | undefined {
  const { event, history } = hearing;
  const { transactionId } = event.data;
  const known = history.purchase(transactionId);
  switch (stepOf(event.type)) {
    case 'lock':
      return known === undefined ? lock(hearing) : conflict(transactionId, 'has been redeemed');
    case 'redeem':
      return known === undefined ? redeem(hearing) : conflict(transactionId, 'has been redeemed');
    case 'unlock':
      return known === undefined ? unlock(hearing) : conflict(transactionId, 'has been redeemed');
    case 'return':
      if (known === undefined) return conflict(transactionId, 'is not a sale of this customer');
      return known.record?.voided === true ? conflict(transactionId, 'has been voided') : giveBack(hearing);
    case 'void':
      if (known === undefined) return conflict(transactionId, 'is not a sale of this customer');
      return known.record?.voided === true ? conflict(transactionId, 'has been voided') : undo(hearing, known);
  }
}

function conflict(transactionId: string, why: string): EventRefused {
  return { reason: 'transaction_conflict', detail: `transaction ${JSON.stringify(transactionId)} ${why}` };
}

// ---- quote ----------------------------------------------------------------------------------------------------------

export interface QuoteParts {
  readonly state: CustomerState | undefined;
  readonly program: Program;
  readonly history: Pick<History, 'issued'>;
  readonly data: TillData & { readonly basket: PurchaseData };
  /** The body's time, by which dates are judged, and arrival; ms. */
  readonly time: number;
  readonly now: number;
}

export interface Priced {
  readonly sale: SaleData;
  readonly quote: Quote;
  readonly notApplied: readonly NotApplied[];
}

/** A basket priced against a state. Changes nothing. */
export function price({ state, program, history, data, time, now }: QuoteParts): Priced {
  const basket = new SaleData(data.basket, []);
  const asked = heldBy(state, data, program, history, time, now);
  const status = state === undefined ? undefined : (program.statuses.get(state.status) ?? program.defaultStatus);
  const subject = state?.id ?? '';
  const event = { id: data.transactionId, source: 'pos', type: 'purchase', subject, time, data: basket };
  const zone = state?.zone ?? program.zone;
  const customer = state === undefined ? NOBODY : new ProfileView(state, state.spend, program, time);
  const result = quote({
    data: basket,
    time,
    view: new EventView(event, measuredOf(event), customer, program, zone),
    issues: asked.issues,
    redeems: status?.redeems ?? true,
    select: data.select ?? 'order',
    full: data.explain === 'full',
  });
  const sale = new SaleData(data.basket, saleOffers(result.units, result.applied));
  return { sale, quote: result, notApplied: [...result.notApplied, ...asked.unknown] };
}

// ---- lock -----------------------------------------------------------------------------------------------------------

function lock(hearing: TillHearing): EventRefused | undefined {
  const { working, program, history, event, cause } = hearing;
  const { time, data } = event;
  const { transactionId, basket } = data;
  const priced = price({
    state: working.now,
    program,
    history,
    data: { ...data, basket: basket! },
    time,
    now: working.arrival,
  });
  const until = working.arrival + data.ttlMs!;
  const zone = working.now.zone ?? program.zone;
  const before = lockOf(working.now, transactionId);
  const issues = priced.sale.offers.map((offer) => offer.issueId);
  if (before !== undefined) tellFreed(hearing, before, issues);
  for (const { issueId, offerId } of priced.sale.offers) {
    if (before?.issues.includes(issueId) === true && before.until === until) continue;
    working.tell('offer.locked', time, cause, { issueId, offerId, transactionId, until, zone });
  }
  working.note('lock.recorded', time, cause, {
    transactionId,
    until,
    issues,
    basket: basket as unknown as Json,
    offers: priced.sale.offers as unknown as Json,
  });
  answer(hearing, 'locked', priced.sale, {
    notApplied: priced.notApplied,
    partial: priced.quote.partial,
    until: formatInstant(until, zone),
  });
  return undefined;
}

/** A lock that is replaced lets go of what the new one does not hold. */
function tellFreed({ working, event, cause }: TillHearing, before: LockState, kept: readonly string[]): void {
  for (const issueId of before.issues) {
    if (kept.includes(issueId)) continue;
    const offerId = working.now.offers.find((issue) => issue.id === issueId)?.offerId;
    if (offerId === undefined) continue;
    working.tell('offer.unlocked', event.time, cause, { issueId, offerId, transactionId: before.transactionId });
  }
}

function unlock(hearing: TillHearing): EventRefused | undefined {
  const { working, event, cause, history } = hearing;
  const { transactionId } = event.data;
  const held = lockOf(working.now, transactionId);
  const locked = history.locked(transactionId);
  if (locked === undefined) return conflict(transactionId, 'is not locked');
  if (held !== undefined) endLock(working, held, event.time, cause, false);
  answer(hearing, 'unlocked', new SaleData(locked.basket, []), {});
  return undefined;
}

// ---- redeem ---------------------------------------------------------------------------------------------------------

function redeem(hearing: TillHearing): EventRefused | undefined {
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
  hearing.hear({ ...event, type: 'purchase', data: sale });
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

// ---- void -----------------------------------------------------------------------------------------------------------

function undo(hearing: TillHearing, known: KnownPurchase): EventRefused | undefined {
  const { event, cause } = hearing;
  const sale = known.event.data;
  if (!(sale instanceof SaleData)) return conflict(sale.transactionId, 'was not made at the till');
  const { refund, notTaken } = voidSale({ occasion: hearing.occasion(event), known, cause });
  answer(hearing, 'voided', sale, { kept: [], refund, notTaken });
  return undefined;
}

// ---- return ---------------------------------------------------------------------------------------------------------

function giveBack(hearing: TillHearing): EventRefused | undefined {
  const { working, event } = hearing;
  const { transactionId } = event.data;
  const heard = working.outcomes.length;
  hearing.hear({ ...event, type: 'return', data: returnDataOf(event.data) });
  for (let i = heard; i < working.outcomes.length; i++) {
    const outcome = working.outcomes[i]!;
    if (outcome.type !== 'return.recorded' || outcome.data.record === undefined) continue;
    const known = hearing.history.purchase(transactionId)!;
    const { runs } = keptOf(known.event.data, outcome.data.record);
    answer(hearing, 'returned', known.event.data, { kept: runs, refund: outcome.data.amount });
  }
  return undefined;
}

// ---- answers --------------------------------------------------------------------------------------------------------

function answer(hearing: TillHearing, state: TillState, data: PurchaseData, more: Partial<AnswerParts>): void {
  const { working, program, event, cause } = hearing;
  const parts = answerOf({
    transactionId: data.transactionId,
    state,
    program,
    data,
    kept: paidRuns(data),
    offers: data instanceof SaleData ? data.offers : [],
    notApplied: [],
    partial: false,
    refund: 0,
    customer: working.now,
    earns: new Map(),
    ...more,
  });
  working.note('till.answered', event.time, cause, { answer: parts });
}
