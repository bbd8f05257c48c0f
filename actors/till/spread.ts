/**
 * An amount spread over parts in proportion to their weights, by largest remainder, ties to the earlier place (PROGRAM:
 * Offers). Exact: the shares sum to the amount, none exceeds its weight, and a part without weight gets none.
 */

/**
 * Shares of `amount`, which is at most the weights' sum (`whole`, above 0). All integers of 0 or more; products beyond
 * 2^53 are taken exactly. `places`: where each part stands on the check, which is not the order in which they were taken.
 */
export function spread(amount: number, weights: readonly number[], whole: number, places: readonly number[]): number[] {
  const shares: number[] = [];
  const rests: (number | bigint)[] = [];
  let left = amount;
  for (let i = 0; i < weights.length; i++) {
    const product = amount * weights[i]!;
    if (product <= Number.MAX_SAFE_INTEGER) {
      // The quotient of so small a product is never rounded up to the next whole number.
      const share = Math.floor(product / whole);
      shares.push(share);
      rests.push(product - share * whole);
    } else {
      const exact = BigInt(amount) * BigInt(weights[i]!);
      const share = exact / BigInt(whole);
      shares.push(Number(share));
      rests.push(exact - share * BigInt(whole));
    }
    left -= shares[i]!;
  }
  if (left === 0) return shares;
  const byRest = largestFirst(rests, places);
  for (let n = 0; n < left; n++) shares[byRest[n]!]!++;
  return shares;
}

/** Up to here it is cheaper to put each where it belongs than to call the sort. */
const FEW = 24;

/** The parts by their rests, ties by their places. A number and a BigInt of one value are not `===`. */
function largestFirst(rests: readonly (number | bigint)[], places: readonly number[]): number[] {
  const isAhead = (a: number, b: number): boolean =>
    rests[a]! > rests[b]! || (rests[a]! >= rests[b]! && places[a]! < places[b]!);
  const order: number[] = [];
  if (rests.length > FEW) {
    for (let i = 0; i < rests.length; i++) order.push(i);
    return order.sort((a, b) => (isAhead(a, b) ? -1 : 1));
  }
  for (let i = 0; i < rests.length; i++) {
    let at = i;
    for (; at > 0 && isAhead(i, order[at - 1]!); at--) order[at] = order[at - 1]!;
    order[at] = i;
  }
  return order;
}
