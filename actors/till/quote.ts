/**
 * What a basket costs a customer: the offers that apply, those that do not and why, and what every line comes to
 * (PROGRAM: Offers; API: Point of sale). Pure: nothing is changed, and the same question has the same answer.
 */
import type { PurchaseData } from '../event.js';
import { limits } from '../limits.js';
import type { Condition, LineCondition, LineView, TillOffer, View } from '../program/program.js';
import { itemsMissing, type Reach, type Taken } from './apply.js';
import { Check, type Units, unitsOf } from './check.js';
import { type Applied, combine } from './combination.js';
import { compareIssues, type TillIssue } from './issue.js';
import { byNearness, firstFailure, type NotApplied } from './reason.js';

/** An issue the till asks about. */
export interface HeldIssue extends TillIssue {
  /** ms; null: at once. */
  readonly startsAt: number | null;
  readonly usesLeft: number;
  /** Reserved by another transaction. */
  readonly lockedElsewhere: boolean;
  readonly where: Condition | undefined;
  /** Named by the question: told also where it is expired or used up. */
  readonly named: boolean;
  /** A lock taken in time holds past the offer's expiry. */
  readonly isLockedHere: boolean;
}

export interface Question {
  /** The basket with the shop's own discounts, which fit it. */
  readonly data: PurchaseData;
  /** ms: dates are judged by it. */
  readonly time: number;
  /** What conditions see: the basket as a purchase, before offers. */
  readonly view: View;
  readonly issues: readonly HeldIssue[];
  /** The customer's status lets offers be redeemed. */
  readonly redeems: boolean;
  readonly select: 'order' | 'best';
}

export interface Quote {
  readonly units: Units;
  readonly applied: readonly Applied[];
  readonly notApplied: readonly NotApplied[];
  /** Set where `select: best` or a choice of groups could not try everything. */
  readonly partial: boolean;
  /** By the line's place: what offers take off it, minor units. */
  readonly offOfLine: readonly number[];
}

export function quote(question: Question): Quote {
  const { data } = question;
  const units = unitsOf(data);
  const check = new Check(units);
  const lines = question.view.lines ?? [];
  const allLines = lines.map(() => true);
  const notApplied: NotApplied[] = [];
  const usable: HeldIssue[] = [];
  const usableReaches: Reach[] = [];
  for (const issue of question.issues.slice().sort(compareIssues)) {
    const reach = reachOf(issue.offer, lines, allLines);
    const reason = excludedBy(issue, question, check, reach);
    if (reason === undefined) {
      usable.push(issue);
      usableReaches.push(reach);
    } else if (issue.named || (reason.code !== 'expired' && reason.code !== 'no_uses_left')) notApplied.push(reason);
  }
  const { best, partial } = combine(check, usable, usableReaches, question.select);
  for (let place = 0; place < usable.length; place++) {
    if (!best.burned.includes(place)) notApplied.push(lostBy(usable[place]!, place, best));
  }
  return {
    units,
    applied: best.applied,
    notApplied: byNearness(notApplied),
    partial,
    offOfLine: offByLine(units, best.applied, data.lines?.length ?? 0),
  };
}

/** Which lines an offer may discount and may require. */
function reachOf({ discount }: TillOffer, lines: readonly LineView[], all: readonly boolean[]): Reach {
  switch (discount.kind) {
    case 'check':
      return { get: all, buy: all };
    case 'item':
      return { get: matching(discount.lines, lines, all), buy: all };
    case 'buyXGetY':
      return { get: matching(discount.get.lines, lines, all), buy: matching(discount.buy.lines, lines, all) };
  }
}

function matching(
  condition: LineCondition | undefined,
  lines: readonly LineView[],
  all: readonly boolean[],
): readonly boolean[] {
  return condition === undefined ? all : lines.map((line) => condition.test(line));
}

/** The first reason for which an issue may not be used at all; undefined where it may. */
function excludedBy(issue: HeldIssue, question: Question, check: Check, reach: Reach): NotApplied | undefined {
  const { time, view } = question;
  const { id: issueId, offer } = issue;
  const offerId = offer.id;
  if (!issue.isLockedHere) {
    if (issue.expiresAt !== null && time > issue.expiresAt) return { issueId, offerId, code: 'expired' };
    if (issue.startsAt !== null && time < issue.startsAt) return { issueId, offerId, code: 'not_started' };
  }
  if (issue.usesLeft <= 0) return { issueId, offerId, code: 'no_uses_left', need: 1, have: 0, missing: 1 };
  if (issue.lockedElsewhere) return { issueId, offerId, code: 'locked_elsewhere' };
  const { subtotal } = check.units;
  if (subtotal < offer.minimumSpend) {
    const need = offer.minimumSpend;
    return { issueId, offerId, code: 'minimum_spend', need, have: subtotal, missing: need - subtotal };
  }
  const few = itemsMissing(check.units, offer.discount, reach);
  if (few !== undefined) {
    const { need, have } = few;
    return { issueId, offerId, code: 'items_missing', need, have, missing: need - have };
  }
  if (issue.where !== undefined && !issue.where.test(view)) {
    const failed = firstFailure(issue.where, view);
    return { issueId, offerId, code: 'condition_failed', ...failed } as NotApplied;
  }
  if (!question.redeems) return { issueId, offerId, code: 'status_cannot_redeem' };
  return undefined;
}

/** Why one that may be used was not. */
function lostBy(issue: HeldIssue, place: number, best: ReturnType<typeof combine>['best']): NotApplied {
  const issueId = issue.id;
  const offerId = issue.offer.id;
  // Where nothing applies nobody lost to a better one.
  if (best.burned.length === 0) return { issueId, offerId, code: 'zero_discount' };
  const failure = best.failed[place];
  if (failure !== undefined) {
    if (failure.code === 'zero_discount') return { issueId, offerId, code: 'zero_discount' };
    const { code, need, have } = failure;
    return { issueId, offerId, code, need, have, missing: need - have };
  }
  const isBlocked = best.exclusive && best.applied[0]?.issue.offer.id !== issue.offer.id && !issue.offer.exclusive;
  return { issueId, offerId, code: isBlocked ? 'blocked_by_exclusive' : 'lost_to_better_offer' };
}

function offByLine(units: Units, applied: readonly Applied[], lines: number): number[] {
  const off = new Array<number>(lines).fill(0);
  for (const { taken } of applied) {
    for (let i = 0; i < taken.discounted.length; i++) off[units.line[taken.discounted[i]!]!]! += taken.shares[i]!;
  }
  return off;
}

/** So many units a basket may have for offers to be worked out on it. */
export function isTooLarge(data: PurchaseData): boolean {
  let units = 0;
  for (const line of data.lines ?? []) units += line.quantity;
  return units > limits.tillUnitsMax;
}

/** Units of one application in the order they are shown: by line, then unit. */
export function shownUnits(
  units: Units,
  data: PurchaseData,
  taken: Taken,
): { lineId: string; unit: number; role: 'discounted' | 'required'; amount: number }[] {
  const shown = taken.discounted.map((unit, i) => ({ unit, role: 'discounted' as const, amount: taken.shares[i]! }));
  const required = taken.required.map((unit) => ({ unit, role: 'required' as const, amount: 0 }));
  return [...shown, ...required]
    .sort((a, b) => a.unit - b.unit)
    .map(({ unit, role, amount }) => ({
      lineId: data.lines![units.line[unit]!]!.lineId,
      unit: units.unit[unit]!,
      role,
      amount,
    }));
}
