/** Some rounds of one figure: what is reported is the median, and how far the rounds lay apart. */

export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Of at least one number; what is NaN could not be told and is left out, unless all are. */
export function spread(values: readonly number[]): Spread {
  const told = values.filter((value) => !Number.isNaN(value));
  const sorted = told.length === 0 ? [Number.NaN] : told.sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return {
    median: (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2,
    low: sorted[0]!,
    high: sorted.at(-1)!,
  };
}
