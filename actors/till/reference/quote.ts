/**
 * What offers make of a basket, written plainly from the page (PROGRAM: Offers; API: Point of sale), for tests only: a
 * second implementation that the engine's is held against.
 */
import { holds, linesTaken } from '../../reference/condition.js';
import type { Condition } from '../../reference/document.js';
import type { CustomerView, LineView, View } from '../../reference/view.js';
import { type Line, type ShopDiscount, type Unit, unitsOf } from './check.js';
import { type Combination, chosen } from './combination.js';
import { isTaken, type Matches, missingAlone, type Taken } from './discount.js';
import { type Issue, inOrder } from './offer.js';

export interface Basket {
  readonly lines: readonly Line[];
  readonly discounts: readonly ShopDiscount[];
  readonly storeId?: string;
  readonly channel?: string;
  readonly time: number;
}

export interface Asked extends Basket {
  readonly issues: readonly Issue[];
  /** Whether the customer's status may redeem. */
  readonly redeems: boolean;
  readonly select: 'order' | 'best';
}

export interface NotApplied {
  readonly issueId: string;
  readonly offerId: string;
  readonly code: string;
  readonly need?: number;
  readonly have?: number;
  readonly missing?: number;
}

type Reason = Omit<NotApplied, 'issueId' | 'offerId'>;

export interface Applied {
  readonly issue: Issue;
  readonly taken: Taken;
}

export interface Quoted {
  readonly applied: readonly Applied[];
  /** In the order of the offers. */
  readonly notApplied: readonly NotApplied[];
  /** After all offers. */
  readonly units: readonly Unit[];
  readonly lines: readonly { readonly gross: number; readonly discount: number; readonly net: number }[];
  readonly totals: { readonly gross: number; readonly discount: number; readonly net: number };
  /** Issues that nothing of their own keeps from applying. */
  readonly candidates: number;
}

const NOBODY: CustomerView = {
  attributes: {},
  status: 'good',
  tags: [],
  tiers: new Map(),
  points: new Map(),
  audiences: [],
  rfm: undefined,
  ageDays: 0,
  offers: [],
};

export function quoted(asked: Asked): Quoted {
  const units = unitsOf(asked.lines, asked.discounts);
  const view = viewOf(asked, units);
  const matches: Matches = (condition) =>
    new Set(
      (condition === undefined ? view.lines! : linesTaken(condition as Condition, view)).map(({ place }) => place),
    );
  const notApplied: NotApplied[] = [];
  const eligible: Issue[] = [];
  for (const issue of inOrder(asked.issues)) {
    const reason = ownReason(issue, asked, units, view, matches);
    if (reason === undefined) eligible.push(issue);
    // "Issues expired or used up are named only when `offers` asks for them."
    else if (issue.named || !['expired', 'no_uses_left'].includes(reason.code)) {
      notApplied.push({ issueId: issue.id, offerId: issue.offer.id, ...reason });
    }
  }
  const combination = chosen(eligible, units, matches, asked.select);
  const applied: Applied[] = [];
  for (const issue of eligible) {
    const taken = combination.taken.get(issue);
    if (taken !== undefined && isTaken(taken) && taken.amount > 0) applied.push({ issue, taken });
    else notApplied.push({ issueId: issue.id, offerId: issue.offer.id, ...lostReason(issue, combination) });
  }
  const order = inOrder(asked.issues).map(({ id }) => id);
  notApplied.sort((a, b) => order.indexOf(a.issueId) - order.indexOf(b.issueId));
  return {
    applied,
    notApplied,
    units: combination.units,
    ...summed(asked.lines, combination.units),
    candidates: eligible.length,
  };
}

/** What lines and the check cost: "`discount` is the shop's and the offers' together". */
export function summed(lines: readonly Line[], units: readonly Unit[]): Pick<Quoted, 'lines' | 'totals'> {
  const over = (some: readonly Unit[]) => {
    const gross = some.reduce((sum, { price }) => sum + price, 0);
    const net = some.reduce((sum, { left }) => sum + left, 0);
    return { gross, discount: gross - net, net };
  };
  return { lines: lines.map((_, at) => over(units.filter(({ line }) => line === at))), totals: over(units) };
}

/** The first reason of the list that holds without any other offer. */
function ownReason(
  issue: Issue,
  { time, redeems, lines }: Asked,
  units: readonly Unit[],
  view: View,
  matches: Matches,
): Reason | undefined {
  const { offer } = issue;
  // "A lock taken in time holds to its end, past the offer's expiry": dates are not asked again.
  if (!issue.isLockedHere) {
    if (issue.expiresAt !== null && issue.expiresAt < time) return { code: 'expired' };
    if (issue.startsAt !== null && issue.startsAt > time) return { code: 'not_started' };
  }
  if (issue.usesLeft < 1) return counted('no_uses_left', { need: 1, have: 0 });
  if (issue.lockedElsewhere) return { code: 'locked_elsewhere' };
  // "The subtotal before any discount", without excluded lines.
  const subtotal = lines
    .filter(({ excluded = false }) => !excluded)
    .reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
  const { minimumSpend = 0 } = offer;
  if (subtotal < minimumSpend) {
    return counted('minimum_spend', { need: minimumSpend, have: subtotal });
  }
  const alone = missingAlone(offer, units, matches);
  if (alone !== undefined) return counted('items_missing', alone);
  if (offer.where !== undefined && !holds(offer.where, view)) return { code: 'condition_failed' };
  return redeems ? undefined : { code: 'status_cannot_redeem' };
}

function counted(code: string, { need, have }: { need: number; have: number }): Reason {
  return { code, need, have, missing: need - have };
}

/** Why an issue that nothing of its own keeps back was not applied. */
function lostReason(issue: Issue, { taken, burned }: Combination): Reason {
  // Where nothing applies nobody was better, and nobody took a unit.
  if (burned.length === 0) return { code: 'zero_discount' };
  const own = taken.get(issue);
  if (own !== undefined) return isTaken(own) ? { code: 'zero_discount' } : counted('unit_already_used', own);
  const winner = burned[0]!.offer;
  const isBlocked =
    winner.stacking?.exclusive === true && issue.offer.stacking?.exclusive !== true && winner.id !== issue.offer.id;
  return { code: isBlocked ? 'blocked_by_exclusive' : 'lost_to_better_offer' };
}

/** "Conditions at the till see excluded lines too, and `amount`, of the check and of a line, net of the shop's discounts and before offers." */
function viewOf({ lines, storeId, channel, time }: Basket, units: readonly Unit[]): View {
  const cost = (some: readonly Unit[]) => some.reduce((sum, { left }) => sum + left, 0);
  const views = lines.map(
    ({ sku, name, categories = [], quantity, unitPrice, attributes }, place): LineView => ({
      place,
      sku,
      name,
      categories,
      quantity,
      unitPrice,
      amount: cost(units.filter(({ line }) => line === place)),
      attributes,
    }),
  );
  return {
    event: { id: 't', source: 'pos', type: 'purchase', time, data: {} },
    amount: cost(units),
    quantity: units.length,
    lines: views,
    storeId,
    storeTags: undefined,
    channel,
    localZone: 'UTC',
    customer: NOBODY,
  };
}
