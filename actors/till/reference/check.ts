/**
 * A check as PROGRAM's section Offers has it, for the reference: every unit by itself, what is still to pay on each, and
 * the spreading of an amount over units. Nothing here is shared with the engine.
 */

export interface Line {
  readonly lineId: string;
  readonly sku: string;
  readonly name?: string;
  readonly categories?: readonly string[];
  readonly quantity: number;
  readonly unitPrice: number;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly excluded?: boolean;
}

export interface ShopDiscount {
  readonly lineId?: string;
  readonly amount: number;
}

/** "The unit is the atom: 3 lattes on a line are three units." */
export interface Unit {
  /** The line's place, from 0. */
  readonly line: number;
  /** From 1. */
  readonly unit: number;
  readonly excluded: boolean;
  readonly price: number;
  /** What is still to pay. */
  left: number;
  /** By an offer, with a share above 0. */
  discounted: boolean;
  required: boolean;
}

/** Something of a unit: where it stands on the check, and how much it weighs. */
export interface Weight {
  readonly line: number;
  readonly unit: number;
  readonly of: number;
}

/** "Ties to the earlier line, then the lower unit." */
export function earlier(a: { line: number; unit: number }, b: { line: number; unit: number }): number {
  return a.line === b.line ? a.unit - b.unit : a.line - b.line;
}

/**
 * "Shares are in proportion to what is still to pay on each unit, by largest remainder, ties to the earlier line, then
 * unit." One share for each weight, in the order given.
 */
export function spread(amount: number, weights: readonly Weight[]): number[] {
  const whole = weights.reduce((sum, { of }) => sum + BigInt(of), 0n);
  if (whole === 0n) return weights.map(() => 0);
  const parts = weights.map((weight, at) => {
    const exact = BigInt(amount) * BigInt(weight.of);
    return { at, weight, share: exact / whole, remainder: exact % whole };
  });
  let over = BigInt(amount) - parts.reduce((sum, { share }) => sum + share, 0n);
  const byRemainder = [...parts].sort((a, b) =>
    a.remainder === b.remainder ? earlier(a.weight, b.weight) : a.remainder > b.remainder ? -1 : 1,
  );
  for (const part of byRemainder) {
    if (over === 0n) break;
    part.share += 1n;
    over -= 1n;
  }
  return parts.map(({ share }) => Number(share));
}

/** The units of a check, the shop's own discounts taken off: "as a check discount or over their line", "in the order given". */
export function unitsOf(lines: readonly Line[], discounts: readonly ShopDiscount[]): Unit[] {
  const units: Unit[] = [];
  for (const [line, { quantity, unitPrice, excluded = false }] of lines.entries()) {
    for (let unit = 1; unit <= quantity; unit++) {
      units.push({ line, unit, excluded, price: unitPrice, left: unitPrice, discounted: false, required: false });
    }
  }
  for (const { lineId, amount } of discounts) {
    const over = units.filter(({ line }) => lineId === undefined || lines[line]!.lineId === lineId);
    const shares = spread(
      amount,
      over.map(({ line, unit, left }) => ({ line, unit, of: left })),
    );
    for (const [i, unit] of over.entries()) unit.left -= shares[i]!;
  }
  return units;
}

export function copied(units: readonly Unit[]): Unit[] {
  return units.map((unit) => ({ ...unit }));
}
