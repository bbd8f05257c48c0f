/**
 * An amount spread over parts in proportion to their weights, by largest remainder, ties to the earlier place (PROGRAM:
 * Offers). Exact: the shares sum to the amount, none exceeds its weight, and a part without weight gets none.
 */

/**
 * Shares of `amount`, which is at most the weights' sum (`whole`, above 0). All integers of 0 or more; products beyond
 * 2^53 are taken exactly. `places`: where each part stands on the check, which is not the order in which they were taken.
 */
export function spread(amount: number, weights: readonly number[], whole: number, places: readonly number[]): number[] {
  const shares = new Array<number>(weights.length);
  const rests: (number | bigint)[] = new Array(weights.length);
  let left = amount;
  for (let i = 0; i < weights.length; i++) {
    const product = amount * weights[i]!;
    if (product <= Number.MAX_SAFE_INTEGER) {
      const rest = product % whole;
      shares[i] = (product - rest) / whole;
      rests[i] = rest;
    } else {
      const exact = BigInt(amount) * BigInt(weights[i]!);
      const share = exact / BigInt(whole);
      shares[i] = Number(share);
      rests[i] = exact - share * BigInt(whole);
    }
    left -= shares[i]!;
  }
  if (left === 0) return shares;
  const byRest = rests.map((_, i) => i).filter((i) => rests[i]! > 0);
  byRest.sort((a, b) => (rests[a]! > rests[b]! ? -1 : rests[a]! < rests[b]! ? 1 : places[a]! - places[b]!));
  for (let n = 0; n < left; n++) shares[byRest[n]!]!++;
  return shares;
}
