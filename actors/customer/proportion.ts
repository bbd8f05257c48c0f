/** Exact proportions of integers (PROGRAM: "all of it is integer arithmetic"): no step is ever rounded but the last. */

export type Rounding = 'floor' | 'halfUp' | 'ceil';

/** a × b × c ÷ (d × e), rounded once. All integers of 0 or more, the divisors above 0; the result must be below 2^53. */
export function proportion(a: number, b: number, c: number, d: number, e: number, round: Rounding): number {
  const above = a * b * c;
  const below = d * e;
  if (above <= Number.MAX_SAFE_INTEGER && below <= Number.MAX_SAFE_INTEGER) {
    const rest = above % below;
    const whole = (above - rest) / below;
    if (rest === 0 || round === 'floor') return whole;
    return round === 'ceil' || rest >= below - rest ? whole + 1 : whole;
  }
  return Number(bigProportion(BigInt(a) * BigInt(b) * BigInt(c), BigInt(d) * BigInt(e), round));
}

function bigProportion(above: bigint, below: bigint, round: Rounding): bigint {
  const whole = above / below;
  const rest = above % below;
  if (rest === 0n || round === 'floor') return whole;
  return round === 'ceil' || rest * 2n >= below ? whole + 1n : whole;
}
