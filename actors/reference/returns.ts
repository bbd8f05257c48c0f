/**
 * Returns (PROGRAM: Points, Behaviors; "Edges, decided"): what comes back, the rate points that go with it, the behaviors
 * judged again, and the completions that fall.
 */
import { armsOf, rearm, stopWaiting } from './absence.js';
import { type ShownRule, shownRules } from './behavior.js';
import { plus } from './calendar.js';
import { askedAt, isTarget, judgedOf } from './campaigns.js';
import { holds, measured } from './condition.js';
import type { Campaign } from './document.js';
import type { Completion, Life, Lot, Purchase, RateBasis, ReportedEvent, Returned, Unit } from './life.js';
import { basesOf, fraction, inOrder, isBasis, progressOf, rulesOf, tell, zoneOf } from './life.js';
import { voidIssue } from './offers.js';
import type { Cause } from './outcome.js';
import { reverse } from './points.js';
import { type ReturnData, unitsTaken } from './purchase.js';
import { releaseTag } from './tags.js';
import { undoMoves } from './tier-move.js';
import { giveEventsBack, undo } from './undone.js';
import { type LineView, linesOf, type Measures, purchaseMeasures, type View } from './view.js';

export type Said =
  | { readonly refused: string }
  | { readonly refused?: undefined; readonly returned: Returned; readonly measures: Measures };

/** The return goes into `totals` and RFM, or is refused. */
export function giveBack(life: Life, event: ReportedEvent): Said {
  const { originalTransactionId } = event.data as ReturnData;
  const purchase = life.purchases.find(({ transactionId }) => transactionId === originalTransactionId);
  // "`returns.window`: how long a purchase stays open for a return that names it; after that such a return is blind."
  const window = life.program.returns?.window ?? 'P24M';
  const isOpen = purchase !== undefined && event.time <= plus(purchase.time, window, zoneOf(life));
  return isOpen ? giveBackNamed(life, event, purchase) : giveBackBlind(life, event);
}

function giveBackNamed(life: Life, event: ReportedEvent, purchase: Purchase): Said {
  const { transactionId, lines = [], total = 0 } = event.data as ReturnData;
  const byLines = lines.length > 0;
  const units = byLines ? unitsTaken(purchase, lines) : [];
  if (units === undefined) return { refused: 'return_exceeds_purchase' };
  // "The refund of a unit is its price less its shares"; "a return by `total` takes amount, no units".
  const amount = byLines ? units.reduce((sum, { paid }) => sum + paid, 0) : total;
  if (purchase.refunded + amount > purchase.net) return { refused: 'return_exceeds_purchase' };
  purchase.refunded += amount;
  for (const unit of units) unit.back = true;
  const before = purchase.allBack;
  purchase.allBack = before || nothingLeft(purchase);
  const returned: Returned = {
    event,
    transactionId,
    time: event.time,
    amount,
    original: purchase,
    completes: purchase.allBack && !before,
  };
  life.returns.push(returned);
  return {
    returned,
    measures: byLines ? measuresOf(purchase, units, amount) : { amount, quantity: undefined, lines: undefined },
  };
}

function measuresOf(purchase: Purchase, units: readonly Unit[], amount: number): Measures {
  return { amount, quantity: units.length, lines: linesOf(purchase, units) };
}

/** "When the full total or every unit is back nothing is left." What cost nothing has no total to give back, only units. */
function nothingLeft(purchase: Purchase): boolean {
  if (purchase.hasLines && purchase.units.every(({ back }) => back)) return true;
  return purchase.refunded === purchase.net && (purchase.net > 0 || !purchase.hasLines);
}

/** "A return that names no purchase, or one not known for this customer, is *blind*; its lines need prices." */
function giveBackBlind(life: Life, event: ReportedEvent): Said {
  const { transactionId, lines = [], total } = event.data as ReturnData;
  const priced = lines.every(({ unitPrice }) => unitPrice !== undefined);
  if (!priced && total === undefined) return { refused: 'invalid' };
  const views = lines.map(
    (line, place): LineView => ({
      place,
      sku: line.sku ?? '',
      name: undefined,
      categories: [],
      quantity: line.quantity,
      unitPrice: line.unitPrice ?? 0,
      amount: line.quantity * (line.unitPrice ?? 0),
      attributes: undefined,
    }),
  );
  const amount = lines.length > 0 && priced ? views.reduce((sum, line) => sum + line.amount, 0) : total!;
  const returned: Returned = { event, transactionId, time: event.time, amount, original: undefined, completes: false };
  life.returns.push(returned);
  if (lines.length === 0) return { returned, measures: { amount, quantity: undefined, lines: undefined } };
  return {
    returned,
    measures: { amount, quantity: views.reduce((sum, line) => sum + line.quantity, 0), lines: views },
  };
}

/** After the view was taken: "rate points in order of lots, then clawbacks in order of judging, oldest completion first". */
export function settleReturn(life: Life, { original }: Returned, view: View): void {
  if (original === undefined) {
    reverseBlind(life, view);
    return;
  }
  for (const lot of life.lots) if (lot.rate?.purchase === original) reverseRate(life, lot, lot.rate, view);
  for (const basis of basesOf(life.program)) judgeAgain(life, basis, original, view);
  for (const campaign of inOrder(life.program))
    if (campaign.behavior !== undefined) judgeAgain(life, campaign, original, view);
}

/** "floor(entry × back ÷ whole) is reversed in all, and everything once every unit or the full total is back"; "what is reversed never shrinks". */
function reverseRate(life: Life, lot: Lot, rate: RateBasis, view: View): void {
  const { purchase, whole } = rate;
  const back = Math.min(whole, backOf(rate));
  const inAll = purchase.allBack ? lot.points : fraction([lot.points, back], [whole]);
  const more = Math.max(0, inAll - rate.reversed);
  rate.reversed += more;
  const cause = { eventId: view.event.id, campaignId: lot.campaignId };
  reverse(life, lot.account, more, view.event.time, cause, lot);
}

/** What has come back so far of what the rate was taken of. */
function backOf({ purchase, of, whole, lines }: RateBasis): number {
  const kept = purchase.units.filter(({ back }) => !back);
  const ofLines = kept.filter(({ line }) => lines.includes(line));
  switch (of) {
    case 'amount':
      // "Returned amount: the refund."
      return purchase.refunded;
    case 'quantity':
      // "A rate of `quantity` reverses nothing on a return by total until the full total is back."
      return whole - kept.length;
    case 'lineAmount':
      // "For a rate of lines, *back* is whole less what is now paid for those kept."
      return whole - ofLines.reduce((sum, { paid }) => sum + paid, 0);
    case 'lineQuantity':
      return whole - ofLines.length;
  }
}

/** "For the campaign marked `base: true`, if its where, target and schedule hold, it reverses floor(amount × points ÷ per) of each rate outcome, without multiplier." */
function reverseBlind(life: Life, view: View): void {
  const base = life.program.campaigns?.find((campaign) => campaign.base === true);
  if (base === undefined) return;
  const { start, end } = judgedOf(base);
  const { time } = view.event;
  if ((start !== undefined && time < start) || (end !== undefined && time > end)) return;
  if (!isTarget(base, view)) return;
  const where = base.behavior!.all![0]!.where;
  if (where !== undefined && !holds(where, view)) return;
  const cause: Cause = { eventId: view.event.id, campaignId: base.id };
  for (const outcome of base.outcomes) {
    if (!('points' in outcome) || outcome.points.rate === undefined) continue;
    const { rate, account } = outcome.points;
    const points = fraction([Math.max(0, measured(rate.of, view)), rate.points], [rate.per]);
    reverse(life, account, points, time, cause, null, { originalKnown: false });
  }
}

/** "Judged again after a return: with what is left of it and the profile as it was then; its target is not asked again." */
function viewLeft(purchase: Purchase): (then: View) => View | undefined {
  return (then) => (purchase.allBack ? undefined : { ...then, ...purchaseMeasures(purchase) });
}

/** Whether every rule stands where it stood. That one waits for another instant now may be told or not. */
function sameSums(now: readonly ShownRule[], before: readonly ShownRule[]): boolean {
  const sums = (rules: readonly ShownRule[]) => JSON.stringify(rules.map(({ dueAt: _, ...rule }) => rule));
  return sums(now) === sums(before);
}

function judgeAgain(life: Life, campaign: Campaign, purchase: Purchase, view: View): void {
  const judged = judgedOf(campaign);
  const progress = progressOf(life, campaign.id);
  const { time } = view.event;
  const asked = askedAt(life, judged, time, view.localZone);
  const cause: Cause = { eventId: view.event.id, campaignId: campaign.id };
  const before = shownRules(judged, progress, asked);
  const armsBefore = rulesOf(judged.behavior).map((_, place) => armsOf(progress, place).length);
  const { moved, fallen } = undo(judged, progress, purchase, viewLeft(purchase));
  if (campaign.onReturn === 'clawback')
    for (const completion of fallen) clawBack(life, campaign, completion, time, cause);
  const isSequence = judged.behavior.sequence !== undefined;
  rulesOf(judged.behavior).forEach((rule, place) => {
    if (rule.absent !== true) return;
    // A step whose turn has not come waits for nothing, and one that is finished does not either.
    if (isSequence && place > progress.steps.length) progress.absences.delete(place);
    else if (isSequence && place < progress.steps.length) stopWaiting(progress, place);
    // "A boundary once fixed is not moved": but by what armed it.
    else if (armsOf(progress, place).length !== armsBefore[place]) rearm(progress, rule, place, life.arrival, asked);
  });
  const fell = campaign.onReturn === 'clawback' && fallen.length > 0;
  if ((!moved && !fell) || campaign.base === true || isBasis(campaign)) return;
  const rules = shownRules(judged, progress, asked);
  const unseen = sameSums(rules, before);
  tell(life, 'behavior.progressed', time, cause, { campaignId: campaign.id, rules });
  if (unseen && !fell) life.told.push({ ...life.told.pop()!, unseen: true });
}

/** "`clawback` reverses its fixed points, takes back an unused offer, removes the tag unless another outcome also set it, undoes a tier move; the remaining events count again from their own times, and its place in limits and budget is free." */
function clawBack(life: Life, campaign: Campaign, completion: Completion, time: number, cause: Cause): void {
  const judged = judgedOf(campaign);
  const progress = progressOf(life, campaign.id);
  giveEventsBack(judged, progress, completion);
  const used = completion.given.flatMap((each) => ('issue' in each && each.issue.state === 'used' ? [each.issue] : []));
  if (campaign.base !== true && !isBasis(campaign)) {
    tell(life, 'behavior.reverted', time, cause, {
      campaignId: campaign.id,
      completions: progress.completions.filter(({ stands, gave }) => stands && gave).length,
      ...(used.length === 0 ? {} : { notTaken: used.map(({ number }) => number) }),
    });
  }
  for (const each of completion.given) {
    if ('lot' in each) {
      // Points by rate belong to their purchase.
      if (each.lot.rate === null) reverse(life, each.lot.account, each.lot.points, time, cause, each.lot);
    } else if ('issue' in each) voidIssue(life, each.issue, time, cause);
    else if ('tag' in each) releaseTag(life, each.tag, completion, time, cause);
    else undoMoves(life, each.moved, completion, time, cause);
  }
}
