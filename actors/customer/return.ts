/**
 * A return (PROGRAM: Points, Behaviors, Offers): what comes back of a purchase, the refund, the rate points that belong
 * to it, and the behaviors it counted for, judged again with what is left.
 *
 * A return that names no purchase of this customer, or one no longer open, is blind: it reverses what the base campaign
 * would have given for it, and touches nothing else.
 */
import type { Event, PurchaseData, ReturnData } from '../event.js';
import { netOf, SaleData } from '../event.js';
import type { Cause, OutcomeOf, PurchaseRecord, RateBasis } from '../outcome.js';
import type { LineView, Program } from '../program/program.js';
import { reprice } from '../till/reprice.js';
import { addDuration } from '../time/duration.js';
import { judgeAgain } from './again.js';
import type { Occasion } from './campaigns.js';
import type { KnownPurchase } from './history.js';
import { amountOf, byLine, type Kept, keptOf, keptRuns, takeUnits, unitsOf } from './kept.js';
import { reverse } from './points.js';
import { proportion } from './proportion.js';
import { spendKeptFrom } from './purchase.js';
import type { Hearing, Said } from './says.js';
import { lineViews, type Measured } from './view.js';

/** A return as recorded, with what is still to settle. */
export interface Returned {
  /** What conditions see of the return. */
  readonly measured: Measured;
  /** Undefined: blind. */
  readonly original: Original | undefined;
}

export interface Original {
  readonly known: KnownPurchase;
  readonly transactionId: string;
  readonly kept: Kept;
  readonly before: PurchaseRecord | undefined;
  readonly record: PurchaseRecord;
}

type EarnedByRate = OutcomeOf<'points.earned'> & { readonly data: { readonly rate: RateBasis } };

/** Records the return in totals and RFM, or refuses it. */
export function recordReturn(hearing: Hearing, event: Event<ReturnData>): Said {
  const { originalTransactionId } = event.data;
  const known = originalTransactionId === undefined ? undefined : openPurchase(hearing, event, originalTransactionId);
  return known === undefined ? recordBlind(hearing, event) : recordNamed(hearing, event, known, originalTransactionId!);
}

/** The purchase named, if it is known for this customer and still open for returns (its window's end included). */
function openPurchase(hearing: Hearing, event: Event, transactionId: string): KnownPurchase | undefined {
  const known = hearing.history.purchase(transactionId);
  if (known === undefined) return undefined;
  const { returnsWindow } = hearing.program;
  return event.time <= addDuration(known.event.time, returnsWindow, hearing.zone) ? known : undefined;
}

// ---- blind ----------------------------------------------------------------------------------------------------------

function recordBlind(hearing: Hearing, event: Event<ReturnData>): Said {
  const { lines, total, transactionId, originalTransactionId } = event.data;
  const unpriced = lines?.findIndex((line) => line.unitPrice === undefined) ?? -1;
  if (unpriced >= 0 && total === undefined) {
    const detail =
      'this return names no purchase that is known and open for this customer, so its lines need prices; give each line a unitPrice';
    return {
      refused: {
        reason: 'invalid',
        errors: [{ pointer: `/data/lines/${unpriced}/unitPrice`, code: 'price_needed', detail }],
      },
    };
  }
  const measured = blindMeasures(event.data, unpriced < 0);
  const { time } = event;
  const amount = measured.amount!;
  const keepFrom = spendKeptFrom(hearing.working.now, hearing.program, hearing.earliest, hearing.zone);
  const recorded = {
    transactionId,
    at: time,
    amount,
    originalTransactionId,
    originalKnown: false,
    countsAt: time,
    keepFrom,
  };
  hearing.working.note('return.recorded', time, hearing.cause, recorded);
  return { returned: { measured, original: undefined } };
}

function blindMeasures(data: ReturnData, priced: boolean): Measured {
  const { lines, total } = data;
  if (lines === undefined || lines.length === 0) return { amount: total ?? 0, quantity: undefined, lines: undefined };
  let quantity = 0;
  let sum = 0;
  const views = lines.map((line): LineView => {
    const unitPrice = line.unitPrice ?? 0;
    const amount = line.quantity * unitPrice;
    quantity += line.quantity;
    sum += amount;
    const { lineId = '', sku = '', name, categories = [], attributes, quantity: units } = line;
    return { lineId, sku, name, categories, quantity: units, unitPrice, amount, attributes };
  });
  return { amount: priced ? sum : total!, quantity, lines: views };
}

/** The base campaign, if its where, target and schedule hold: without multiplier, whatever the status. */
function settleBlind(occasion: Occasion): void {
  const { working, program, view } = occasion;
  const { base } = program;
  if (base === undefined) return;
  const { time } = view.event;
  if (base.start !== undefined && time < base.start) return;
  if (base.end !== undefined && time > base.end) return;
  if (base.target !== undefined && !base.target.test(view)) return;
  const where = base.rules[0]?.where;
  if (where !== undefined && !where.test(view)) return;
  const cause: Cause = { eventId: occasion.eventId, campaignId: base.id };
  const transactionId = (view.event.data as ReturnData).transactionId;
  for (const outcome of base.outcomes) {
    if (outcome.kind !== 'points' || outcome.award.kind !== 'rate') continue;
    const { award } = outcome;
    const points = proportion(award.of.of(view), award.points, 1, award.per, 1, 'floor');
    reverse(working, program, outcome.account, points, time, cause, { transactionId, originalKnown: false });
  }
}

// ---- named ----------------------------------------------------------------------------------------------------------

function recordNamed(
  hearing: Hearing,
  event: Event<ReturnData>,
  known: KnownPurchase,
  originalTransactionId: string,
): Said {
  const { data } = known.event;
  const { record: before } = known;
  const kept = keptOf(data, before);
  const { lines, total, transactionId } = event.data;
  const byLines = lines !== undefined && lines.length > 0;
  const units = byLines ? takeUnits(data, kept, lines) : { taken: [], left: kept };
  if (units === undefined) return { refused: exceeds('units', originalTransactionId) };
  const paid = byLines ? amountOf(units.taken) : (total ?? 0);
  const repriced =
    data instanceof SaleData && byLines ? reprice(data, before?.taken ?? [], units.left.runs, paid) : undefined;
  const amount = repriced?.refund ?? paid;
  // What a share taken back adds to the kept units counts as paid for them from now on.
  const left =
    repriced === undefined
      ? units.left
      : { runs: keptRuns(data, units.left.back, repriced.taken), back: units.left.back };
  const net = netOf(data);
  const refunded = (before?.refunded ?? 0) + amount;
  if (refunded > net) return { refused: exceeds('refunds', originalTransactionId) };
  const all = (before?.all ?? false) || nothingLeft(data, left, refunded, net);
  const reversed = rateEntries(known, originalTransactionId).map((entry): readonly [string, number] => {
    const already = reversedOf(before, entry.data.lotId);
    return [entry.data.lotId, Math.max(already, all ? entry.data.points : shareBack(entry, left, data, refunded))];
  });
  const record: PurchaseRecord = {
    v: 1,
    refunded,
    back: left.back,
    reversed,
    all,
    ...(repriced === undefined || repriced.taken.length === 0 ? {} : { taken: repriced.taken }),
  };
  hearing.working.note('return.recorded', event.time, hearing.cause, {
    transactionId,
    at: event.time,
    amount,
    originalTransactionId,
    originalKnown: true,
    record,
    purchaseAt: known.event.time,
    purchaseNet: net,
    allBack: all && before?.all !== true ? true : undefined,
    countsAt: wasTooLate(known) ? undefined : known.event.time,
    keepFrom: spendKeptFrom(hearing.working.now, hearing.program, hearing.earliest, hearing.zone),
  });
  const measured = namedMeasures(data, byLines ? units.taken : undefined, amount);
  return {
    returned: { measured, original: { known, transactionId: originalTransactionId, kept: left, before, record } },
  };
}

/** Every unit or the full total is back. A purchase that cost nothing has no total to give back, only units. */
function nothingLeft(data: PurchaseData, left: Kept, refunded: number, net: number): boolean {
  const hasLines = data.lines !== undefined && data.lines.length > 0;
  if (hasLines && left.runs.length === 0) return true;
  return refunded >= net && (net > 0 || !hasLines);
}

function exceeds(what: 'units' | 'refunds', transactionId: string) {
  const detail =
    what === 'units'
      ? `of purchase ${JSON.stringify(transactionId)} not so many units are left that match; return what was bought and has not come back`
      : `with this return more would be refunded than was paid for purchase ${JSON.stringify(transactionId)}`;
  return { reason: 'return_exceeds_purchase', detail };
}

function wasTooLate(known: KnownPurchase): boolean {
  return known.outcomes.some((outcome) => outcome.type === 'purchase.recorded' && outcome.data.tooLate === true);
}

/** Lots earned by rate of this purchase, in order of issue. */
function rateEntries(known: KnownPurchase, transactionId: string): EarnedByRate[] {
  return known.outcomes.filter(
    (outcome): outcome is EarnedByRate =>
      outcome.type === 'points.earned' && outcome.data.rate?.transactionId === transactionId,
  );
}

function reversedOf(record: PurchaseRecord | undefined, lotId: string): number {
  return record?.reversed.find(([id]) => id === lotId)?.[1] ?? 0;
}

/** floor(entry × back ÷ whole). */
function shareBack(entry: EarnedByRate, left: Kept, data: PurchaseData, refunded: number): number {
  const { points, rate } = entry.data;
  return proportion(points, Math.min(rate.whole, backOf(rate, left, data, refunded)), 1, rate.whole, 1, 'floor');
}

/** What has come back so far of what the rate was taken of. */
function backOf(rate: RateBasis, left: Kept, data: PurchaseData, refunded: number): number {
  if (rate.of === undefined) return refunded;
  if (rate.of === 'quantity') return rate.whole - unitsOf(left.runs);
  const { quantities, amounts } = byLine(left.runs, data.lines?.length ?? 0);
  let keptOfIt = 0;
  for (const place of rate.lines ?? []) keptOfIt += (rate.of === 'lineAmount' ? amounts : quantities)[place] ?? 0;
  return rate.whole - keptOfIt;
}

function namedMeasures(data: PurchaseData, taken: Kept['runs'] | undefined, amount: number): Measured {
  if (taken === undefined) return { amount, quantity: undefined, lines: undefined };
  const { quantities, amounts } = byLine(taken, data.lines!.length);
  const lines = lineViews(data, quantities, amounts).filter((line) => line.quantity > 0);
  return { amount, quantity: unitsOf(taken), lines };
}

/** After the view was taken: rate points in order of lots, then the behaviors the purchase counted for. */
export function settleReturn(occasion: Occasion, returned: Returned, cause: Cause): void {
  const { original } = returned;
  if (original === undefined) {
    settleBlind(occasion);
    return;
  }
  reverseRates(occasion, original, occasion.program, cause);
  judgeAgain(occasion, original, cause);
}

function reverseRates(occasion: Occasion, original: Original, program: Program, cause: Cause): void {
  const { time } = occasion.view.event;
  for (const entry of rateEntries(original.known, original.transactionId)) {
    const { lotId, account, earnedAt } = entry.data;
    const points = reversedOf(original.record, lotId) - reversedOf(original.before, lotId);
    const of = { countsAt: earnedAt, transactionId: original.transactionId, lotId };
    reverse(
      occasion.working,
      program,
      account,
      points,
      time,
      { eventId: cause.eventId, campaignId: entry.cause.campaignId },
      of,
    );
  }
}
