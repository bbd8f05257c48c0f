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
  const least = nthLargest(rests.slice(), left);
  const tied: number[] = [];
  for (let i = 0; i < rests.length; i++) {
    if (rests[i]! > least) {
      shares[i]!++;
      left--;
    } else if (rests[i]! >= least) tied.push(i);
  }
  if (tied.length > left) tied.sort((a, b) => places[a]! - places[b]!);
  for (let n = 0; n < left; n++) shares[tied[n]!]!++;
  return shares;
}

/**
 * The `n`-th largest, from 1, by parting the list again and again where it must lie (Hoare's quickselect): a sort of all
 * of them was half of what a long basket cost. Moves the values about. A number and a BigInt of one value are neither
 * more nor less than each other, and not `===`.
 */
function nthLargest(values: (number | bigint)[], n: number): number | bigint {
  let first = 0;
  let last = values.length - 1;
  while (first < last) {
    const middle = values[(first + last) >> 1]!;
    let i = first;
    let j = last;
    while (i <= j) {
      while (values[i]! > middle) i++;
      while (values[j]! < middle) j--;
      if (i > j) break;
      const value = values[i]!;
      values[i++] = values[j]!;
      values[j--] = value;
    }
    if (n - 1 <= j) last = j;
    else if (n - 1 >= i) first = i;
    else break;
  }
  return values[n - 1]!;
}
