/**
 * The check: a basket as units, each with what is still to pay on it, and what offers have made of it so far (PROGRAM:
 * Offers, "The unit is the atom"). The shop's own discounts have been spread before; excluded units are out of it.
 *
 * Units stand by line, then unit; that is the order that breaks ties. Flat lists, because a check is priced many times
 * while a combination is sought; plain ones, because typed arrays of a few numbers cost more to make than they save.
 */
import { runsBeforeOffers } from '../customer/paid.js';
import type { PurchaseData } from '../event.js';

/** Bits of `marks`. */
export const DISCOUNTED = 1;
export const REQUIRED = 2;

export interface Units {
  readonly count: number;
  /** For each unit: the place of its line from 0, its number on the line from 1. */
  readonly line: readonly number[];
  readonly unit: readonly number[];
  /** What it costs after the shop's discounts and before offers, minor units. */
  readonly price: readonly number[];
  /** Undiscounted price of all that is not excluded: what `minimumSpend` looks at. */
  readonly subtotal: number;
  /** What all units cost after the shop's discounts, excluded ones too. */
  readonly net: number;
}

/** The units of a basket with lines that offers may touch, in order. */
export function unitsOf(data: PurchaseData): Units {
  const lines = data.lines ?? [];
  const line: number[] = [];
  const unit: number[] = [];
  const price: number[] = [];
  let subtotal = 0;
  let net = 0;
  for (const run of runsBeforeOffers(data)) {
    const size = run.last - run.first + 1;
    net += size * run.net;
    if (lines[run.line]!.excluded === true) continue;
    subtotal += size * lines[run.line]!.unitPrice;
    for (let n = run.first; n <= run.last; n++) {
      line.push(run.line);
      unit.push(n);
      price.push(run.net);
    }
  }
  return { count: line.length, line, unit, price, subtotal, net };
}

/** A check being priced. */
export class Check {
  readonly units: Units;
  /** Still to pay on each unit. */
  readonly left: number[];
  /** Bits for each unit. */
  readonly marks: number[];

  constructor(units: Units) {
    this.units = units;
    this.left = units.price.slice();
    this.marks = new Array<number>(units.count).fill(0);
  }

  /** Back to before any offer. */
  reset(): void {
    const { left, marks } = this;
    const { count, price } = this.units;
    for (let i = 0; i < count; i++) {
      left[i] = price[i]!;
      marks[i] = 0;
    }
  }

  /** Still to pay on all units together. */
  get due(): number {
    let due = 0;
    for (let i = 0; i < this.left.length; i++) due += this.left[i]!;
    return due;
  }
}
