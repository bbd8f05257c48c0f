/**
 * What one offer takes off the check as those before it left it (PROGRAM: Offers), for the reference. A rule is written
 * as the page has it, and searched for where the page says "most".
 */
import { earlier, spread, type Unit } from './check.js';
import type { BuyXGetY, Chosen, Discount, Get, Offer } from './offer.js';

export interface Share {
  readonly unit: Unit;
  readonly amount: number;
}

export interface Taken {
  /** In the order taken, those with a share of 0 too. */
  readonly discounted: readonly Share[];
  readonly required: readonly Unit[];
  /** Before the cap. */
  readonly desired: number;
  readonly amount: number;
}

/** Which lines (by their places) a condition on lines matches; all where it is absent. */
export type Matches = (condition: object | undefined) => ReadonlySet<number>;

/** There are not the units for it: "need and have count the units of one application". */
export interface TooFew {
  readonly need: number;
  readonly have: number;
}

export function isTaken(taken: Taken | TooFew): taken is Taken {
  return 'amount' in taken;
}

/** Nothing is changed. */
export function takenBy(offer: Offer, units: readonly Unit[], matches: Matches): Taken | TooFew {
  const able = ableFor(offer, units, matches);
  const one = unitsOfOne(offer, able);
  if (one.have < one.need) return one;
  const chosen = chosenBy(offer, able);
  const wanted = sharesOf(offer.discount, chosen.discounted);
  const desired = wanted.reduce((sum, share) => sum + share, 0);
  const amount = Math.min(desired, offer.cap ?? desired);
  // "`cap` clips the offer's total and scales its shares", "by largest remainder too".
  const shares =
    amount === desired
      ? wanted
      : spread(
          amount,
          chosen.discounted.map(({ line, unit }, i) => ({ line, unit, of: wanted[i]! })),
        );
  return {
    discounted: chosen.discounted.map((unit, i) => ({ unit, amount: shares[i]! })),
    required: chosen.required,
    desired,
    amount,
  };
}

/** The check with what an offer takes off it. */
export function taking({ discounted, required }: Taken): void {
  for (const { unit, amount } of discounted) {
    unit.left -= amount;
    // "*Discounted* is a unit with a share above 0."
    if (amount > 0) unit.discounted = true;
  }
  for (const unit of required) unit.required = true;
}

/** "A unit with nothing to pay is never chosen nor required." "`excluded: true` lines are out of every offer." */
function payable(units: readonly Unit[], lines: ReadonlySet<number>): Unit[] {
  return units.filter(({ line, left, excluded }) => !excluded && left > 0 && lines.has(line));
}

interface ChosenUnits {
  readonly discounted: readonly Unit[];
  readonly required: readonly Unit[];
}

/** Units that an offer may discount and may require, as those before it left the check. */
interface Able {
  readonly get: readonly Unit[];
  readonly buy: readonly Unit[];
}

function ableFor({ discount, stacking }: Offer, units: readonly Unit[], matches: Matches): Able {
  // "Discount one already discounted only by `stackDiscounted` (check offers need no flag)"; "a unit so far only required
  // may be discounted".
  const mayDiscount = (unit: Unit) => !unit.discounted || stacking?.stackDiscounted === true;
  // "It may require a unit already required or discounted only by `reuseQualifying`."
  const mayRequire = (unit: Unit) => (!unit.required && !unit.discounted) || stacking?.reuseQualifying === true;
  switch (discount.kind) {
    case 'amountOffCheck':
    case 'percentOffCheck':
      return { get: payable(units, matches(undefined)), buy: [] };
    case 'buyXGetY':
      return {
        get: payable(units, matches(discount.get.lines)).filter(mayDiscount),
        buy: payable(units, matches(discount.buy.lines)).filter(mayRequire),
      };
    default:
      return { get: payable(units, matches(discount.lines)).filter(mayDiscount), buy: [] };
  }
}

/** Units of one application: what it needs, and how many of them there are. */
function unitsOfOne({ discount }: Offer, { get, buy }: Able): TooFew {
  if (discount.kind !== 'buyXGetY') {
    const isOfCheck = discount.kind === 'amountOffCheck' || discount.kind === 'percentOffCheck';
    const need = isOfCheck ? 1 : unitsNeeded(discount);
    return { need, have: Math.min(need, get.length) };
  }
  let have = 0;
  for (let buys = 0; buys <= discount.buy.quantity; buys++) {
    for (let gets = 0; gets <= discount.get.quantity; gets++) {
      if (buys + gets > have && areDisjoint(buy, buys, get, gets)) have = buys + gets;
    }
  }
  return { need: discount.buy.quantity + discount.get.quantity, have };
}

/** "Not enough matching units with something to pay even without other offers." */
export function missingAlone(offer: Offer, before: readonly Unit[], matches: Matches): TooFew | undefined {
  const one = unitsOfOne(offer, ableFor(offer, before, matches));
  return one.have < one.need ? one : undefined;
}

interface ChosenUnits {
  readonly discounted: readonly Unit[];
  readonly required: readonly Unit[];
}

function chosenBy({ discount }: Offer, { get, buy }: Able): ChosenUnits {
  switch (discount.kind) {
    case 'amountOffCheck':
    case 'percentOffCheck':
      return { discounted: get, required: [] };
    case 'buyXGetY':
      return boughtAndGot(discount, buy, get);
    default:
      return { discounted: chosenUnits(discount, get), required: [] };
  }
}

/** "`units`: 1 by default for cheapest and dearest, else all." */
function unitsNeeded({ choose = 'all', units = 1 }: Chosen): number {
  return choose === 'all' ? 1 : units;
}

function chosenUnits(chosen: Chosen, able: readonly Unit[]): Unit[] {
  const { choose = 'all' } = chosen;
  if (choose === 'all') return [...able];
  return (choose === 'cheapest' ? cheapestFirst(able) : dearestFirst(able)).slice(0, unitsNeeded(chosen));
}

/** "Cheap and dear go by what is still to pay, ties to the earlier line, then the lower unit." */
function cheapestFirst(units: readonly Unit[]): Unit[] {
  return [...units].sort((a, b) => a.left - b.left || earlier(a, b));
}

function dearestFirst(units: readonly Unit[]): Unit[] {
  return [...units].sort((a, b) => b.left - a.left || earlier(a, b));
}

function boughtAndGot(discount: BuyXGetY, buy: readonly Unit[], get: readonly Unit[]): ChosenUnits {
  const { buy: bought, get: got, choose = 'cheapest', maxApplications = Number.POSITIVE_INFINITY } = discount;
  // "k is the most full applications that disjoint units allow (at most `maxApplications`)."
  let k = 0;
  while (k < maxApplications && areDisjoint(buy, (k + 1) * bought.quantity, get, (k + 1) * got.quantity)) k++;
  // "Get units are taken one by one from the cheapest (or dearest), passing over any whose taking would leave too few
  // buy units for k."
  const discounted: Unit[] = [];
  for (const unit of choose === 'cheapest' ? cheapestFirst(get) : dearestFirst(get)) {
    if (discounted.length === k * got.quantity) break;
    const left = buy.filter((other) => other !== unit && !discounted.includes(other));
    if (left.length >= k * bought.quantity) discounted.push(unit);
  }
  // "Then the dearest buy units left are required."
  const left = dearestFirst(buy.filter((unit) => !discounted.includes(unit)));
  return { discounted, required: left.slice(0, k * bought.quantity) };
}

/**
 * Whether so many buy units and so many get units can be found, all different: each place is given a unit, and a unit
 * taken by another place is freed by moving that one on.
 */
function areDisjoint(buy: readonly Unit[], buys: number, get: readonly Unit[], gets: number): boolean {
  if (buy.length < buys || get.length < gets) return false;
  const placeOf = new Map<Unit, number>();
  const able = (place: number) => (place < buys ? buy : get);
  const settled = (place: number, tried: Set<Unit>): boolean => {
    for (const unit of able(place)) {
      if (tried.has(unit)) continue;
      tried.add(unit);
      const other = placeOf.get(unit);
      if (other === undefined || settled(other, tried)) {
        placeOf.set(unit, place);
        return true;
      }
    }
    return false;
  };
  for (let place = 0; place < buys + gets; place++) if (!settled(place, new Set())) return false;
  return true;
}

/** The shares before the cap, one for each unit. */
function sharesOf(discount: Discount, units: readonly Unit[]): number[] {
  const whole = units.reduce((sum, { left }) => sum + left, 0);
  const spreadOver = (amount: number) =>
    spread(
      amount,
      units.map(({ line, unit, left }) => ({ line, unit, of: left })),
    );
  switch (discount.kind) {
    case 'amountOffCheck':
      return spreadOver(Math.min(discount.amount, whole));
    case 'percentOffCheck':
    case 'percentOffItem':
      return spreadOver(percentOf(discount.percent, whole));
    // "Amount off an item and set price work unit by unit (set price never raises)."
    case 'amountOffItem':
      return units.map(({ left }) => Math.min(discount.amount, left));
    case 'setPrice':
      return units.map(({ left }) => Math.max(0, left - discount.price));
    case 'buyXGetY':
      return gotShares(discount.get, units, spreadOver, whole);
  }
}

function gotShares(
  { percentOff, amountOff, setPrice }: Get,
  units: readonly Unit[],
  spreadOver: (amount: number) => number[],
  whole: number,
): number[] {
  if (percentOff !== undefined) return spreadOver(percentOf(percentOff, whole));
  if (amountOff !== undefined) return units.map(({ left }) => Math.min(amountOff, left));
  return units.map(({ left }) => Math.max(0, left - setPrice!));
}

/** "A percentage is taken of the sum of all units the offer applies to, rounded half up once"; "at most four decimals and counts as the exact fraction". */
function percentOf(percent: number, of: number): number {
  const tenThousandths = BigInt(Math.round(percent * 10_000));
  return Number((tenThousandths * BigInt(of) * 2n + 1_000_000n) / 2_000_000n);
}
