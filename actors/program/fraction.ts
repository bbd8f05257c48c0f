/** Exact fractions: a multiplier or percent counts as numerator over 10,000 (PROGRAM: "at most four decimals"). */

/** The numerator over 10,000 of a number of at most four decimals, else undefined. */
export function tenThousandths(value: number): number | undefined {
  const numerator = Math.round(value * 10_000);
  return Number.isSafeInteger(numerator) && numerator / 10_000 === value ? numerator : undefined;
}
