/** Latencies of a run, counted in buckets at most 1.6 % wide, so that a percentile is finer than a millisecond. */

/** Buckets per doubling. */
const STEPS = 64;
/** From 1 µs to about 18 minutes. */
const DOUBLINGS = 30;

export class Latencies {
  private readonly counts = new Uint32Array(STEPS * DOUBLINGS);
  private total = 0;
  private highest = 0;

  /** `milliseconds` above 0. */
  record(milliseconds: number): void {
    const bucket = Math.floor(Math.log2(Math.max(1, milliseconds * 1_000)) * STEPS);
    this.counts[Math.min(bucket, this.counts.length - 1)]!++;
    this.total++;
    if (milliseconds > this.highest) this.highest = milliseconds;
  }

  get max(): number {
    return this.highest;
  }

  summary(): { readonly p50: number; readonly p99: number; readonly p999: number; readonly max: number } {
    return { p50: this.percentile(0.5), p99: this.percentile(0.99), p999: this.percentile(0.999), max: this.max };
  }

  /** Milliseconds that `share` (0 to 1) of all stayed at or below; NaN of none. */
  percentile(share: number): number {
    if (this.total === 0) return Number.NaN;
    const rank = Math.max(1, Math.ceil(share * this.total));
    let seen = 0;
    for (let bucket = 0; bucket < this.counts.length; bucket++) {
      seen += this.counts[bucket]!;
      if (seen >= rank) return Math.min(2 ** ((bucket + 1) / STEPS) / 1_000, this.highest);
    }
    return this.highest;
  }
}
