/**
 * One offer applied to a check as it stands: which units it takes and what it takes off each (PROGRAM: Offers).
 *
 * Invariants: an offer never takes more off a unit than is left to pay on it; the parts sum to the whole; a unit with
 * nothing to pay is neither chosen nor required. Where an offer comes to nothing the check is not touched.
 */
import { proportion } from '../customer/proportion.js';
import type { Discount, Off } from '../program/program.js';
import { type Check, DISCOUNTED, REQUIRED, type Units } from './check.js';
import { spread } from './spread.js';

/** What the applying offer may take beside those before it. */
export interface Flags {
  readonly reuseQualifying: boolean;
  readonly stackDiscounted: boolean;
}

/** The lines an offer may discount and may require, by the line's place. */
export interface Reach {
  readonly get: readonly boolean[];
  readonly buy: readonly boolean[];
}

/** What one application took. Units are places in the check. */
export interface Taken {
  /** Before the cap, minor units. */
  readonly desired: number;
  readonly amount: number;
  /** Units with a share, in the order taken, and the share of each. */
  readonly discounted: readonly number[];
  readonly shares: readonly number[];
  readonly required: readonly number[];
  /** Get units and required units of one application (buyXGetY), else 0. */
  readonly perGet: number;
  readonly perBuy: number;
}

/** Why an offer comes to nothing. `need` and `have` count the units of one application. */
export type Failure =
  | { readonly code: 'unit_already_used' | 'items_missing'; readonly need: number; readonly have: number }
  | { readonly code: 'zero_discount' };

export function isTaken(result: Taken | Failure): result is Taken {
  return 'amount' in result;
}

/** Applies it and marks the units, or says why it comes to nothing. `cap`: most it may take off, minor units. */
export function apply(
  check: Check,
  discount: Discount,
  reach: Reach,
  flags: Flags,
  cap: number | undefined,
): Taken | Failure {
  const chosen = choose(check, discount, reach, flags);
  if ('code' in chosen) return chosen;
  const wanted = wantedOff(check, discount, chosen.get);
  let desired = 0;
  for (let i = 0; i < wanted.length; i++) desired += wanted[i]!;
  if (desired === 0) return { code: 'zero_discount' };
  const amount = cap === undefined ? desired : Math.min(cap, desired);
  const shares = amount === desired ? wanted : spread(amount, wanted, desired, chosen.get);
  for (let i = 0; i < shares.length; i++) {
    if (shares[i] === 0) continue;
    check.left[chosen.get[i]!]! -= shares[i]!;
    check.marks[chosen.get[i]!]! |= DISCOUNTED;
  }
  for (let i = 0; i < chosen.buy.length; i++) check.marks[chosen.buy[i]!]! |= REQUIRED;
  const { perGet, perBuy } = chosen;
  return { desired, amount, discounted: chosen.get, shares, required: chosen.buy, perGet, perBuy };
}

interface Chosen {
  readonly get: readonly number[];
  readonly buy: readonly number[];
  readonly perGet: number;
  readonly perBuy: number;
}
const NONE: readonly number[] = [];

function choose(check: Check, discount: Discount, reach: Reach, flags: Flags): Chosen | Failure {
  switch (discount.kind) {
    case 'check':
      return chooseAll(check, reach, true, 1);
    case 'item': {
      if (discount.choose === 'all') return chooseAll(check, reach, flags.stackDiscounted, 1);
      const usable = usableFor(check, reach.get, discountable(flags.stackDiscounted));
      if (usable.length < discount.units) return missing(check, reach, discount.units, 0, usable.length);
      const get = inOrder(check, usable, discount.choose).slice(0, discount.units);
      return { get, buy: NONE, perGet: 0, perBuy: 0 };
    }
    case 'buyXGetY':
      return chooseBuyGet(check, discount, reach, flags);
  }
}

function chooseAll(check: Check, reach: Reach, stack: boolean, need: number): Chosen | Failure {
  const get = usableFor(check, reach.get, discountable(stack));
  return get.length < need ? missing(check, reach, need, 0, get.length) : { get, buy: NONE, perGet: 0, perBuy: 0 };
}

/** k is the most full applications that disjoint units allow; get units first, then the dearest buy units left. */
function chooseBuyGet(
  check: Check,
  discount: Extract<Discount, { kind: 'buyXGetY' }>,
  reach: Reach,
  flags: Flags,
): Chosen | Failure {
  const { buy, get } = discount;
  const getUsable = usableFor(check, reach.get, discountable(flags.stackDiscounted));
  const buyUsable = usableFor(check, reach.buy, requirable(flags.reuseQualifying));
  const isBuy = new Array<boolean>(check.units.count).fill(false);
  for (const unit of buyUsable) isBuy[unit] = true;
  let both = buyUsable.length;
  for (const unit of getUsable) if (!isBuy[unit]) both++;
  const k = Math.min(
    Math.floor(getUsable.length / get.quantity),
    Math.floor(buyUsable.length / buy.quantity),
    Math.floor(both / (get.quantity + buy.quantity)),
    discount.maxApplications,
  );
  if (k === 0) {
    const have = Math.min(both, Math.min(getUsable.length, get.quantity) + Math.min(buyUsable.length, buy.quantity));
    return missing(check, reach, get.quantity, buy.quantity, have);
  }
  const taken: number[] = [];
  let buyLeft = buyUsable.length;
  for (const unit of inOrder(check, getUsable, discount.choose)) {
    if (taken.length === k * get.quantity) break;
    if (isBuy[unit]) {
      if (buyLeft - 1 < k * buy.quantity) continue;
      buyLeft--;
      isBuy[unit] = false;
    }
    taken.push(unit);
  }
  const dearest = inOrder(
    check,
    buyUsable.filter((unit) => isBuy[unit]),
    'dearest',
  );
  return { get: taken, buy: dearest.slice(0, k * buy.quantity), perGet: get.quantity, perBuy: buy.quantity };
}

/** Not enough units: because there never were, or because earlier offers left none. */
function missing(check: Check, reach: Reach, get: number, buy: number, have: number): Failure {
  const before = havingPrice(check.units, reach, get, buy);
  const need = get + buy;
  return before < need ? { code: 'items_missing', need, have: before } : { code: 'unit_already_used', need, have };
}

/**
 * Whether there are not enough matching units with something to pay even without other offers: the units one
 * application needs, and how many there are for it. Undefined where there are enough.
 */
export function itemsMissing(
  units: Units,
  discount: Discount,
  reach: Reach,
): { readonly need: number; readonly have: number } | undefined {
  const isBuyGet = discount.kind === 'buyXGetY';
  const get = isBuyGet ? discount.get.quantity : discount.kind === 'item' ? Math.max(1, discount.units) : 1;
  const buy = isBuyGet ? discount.buy.quantity : 0;
  const have = havingPrice(units, reach, get, buy);
  return have < get + buy ? { need: get + buy, have } : undefined;
}

/** Units before any offer that could serve one application, at most so many as it needs. */
function havingPrice({ price, line, count }: Units, reach: Reach, get: number, buy: number): number {
  let gets = 0;
  let buys = 0;
  let both = 0;
  for (let i = 0; i < count; i++) {
    if (price[i] === 0) continue;
    const isGet = reach.get[line[i]!]!;
    const isBuy = buy > 0 && reach.buy[line[i]!]!;
    if (isGet) gets++;
    if (isBuy) buys++;
    if (isGet || isBuy) both++;
  }
  return Math.min(both, Math.min(gets, get) + Math.min(buys, buy));
}

function discountable(stack: boolean): number {
  return stack ? 0 : DISCOUNTED;
}

function requirable(reuse: boolean): number {
  return reuse ? 0 : DISCOUNTED | REQUIRED;
}

/** Units on those lines with something to pay and none of the marks, in order. */
function usableFor(check: Check, lines: readonly boolean[], without: number): number[] {
  const { left, marks, units } = check;
  const usable: number[] = [];
  for (let i = 0; i < units.count; i++) {
    if (left[i]! > 0 && (marks[i]! & without) === 0 && lines[units.line[i]!]!) usable.push(i);
  }
  return usable;
}

/** By what is still to pay; ties to the earlier line, then the lower unit. */
function inOrder(check: Check, units: readonly number[], choose: 'cheapest' | 'dearest'): number[] {
  const { left } = check;
  const sign = choose === 'cheapest' ? 1 : -1;
  return units.slice().sort((a, b) => sign * (left[a]! - left[b]!) || a - b);
}

/** What each unit gives up before the cap: shares of one amount (a percentage, an amount off the check), or unit by unit. */
function wantedOff(check: Check, discount: Discount, units: readonly number[]): number[] {
  const { left } = check;
  const off: Off = discount.kind === 'buyXGetY' ? discount.get.off : discount.off;
  if (off.kind === 'price') return units.map((unit) => Math.max(0, left[unit]! - off.price));
  if (off.kind === 'amount' && discount.kind !== 'check') {
    return units.map((unit) => Math.min(left[unit]!, off.amount));
  }
  const weights: number[] = [];
  let whole = 0;
  for (let i = 0; i < units.length; i++) {
    const weight = left[units[i]!]!;
    weights.push(weight);
    whole += weight;
  }
  const amount =
    off.kind === 'percent'
      ? proportion(whole, off.percent, 1, HUNDRED_PERCENT, 1, 'halfUp')
      : Math.min(off.amount, whole);
  return spread(amount, weights, whole, units);
}

/** In ten-thousandths of a percent. */
const HUNDRED_PERCENT = 1_000_000;
