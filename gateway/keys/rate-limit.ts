/**
 * A token bucket. It may go into debt: a batch larger than what is left is taken while anything is left, and the
 * callers after it wait the longer. So a batch above `burst` is slow, not impossible.
 */
import type { Rate } from './property.js';

export class TokenBucket {
  #tokens: number;
  #at: number;

  /** `now`: ms. */
  constructor(
    private readonly rate: Rate,
    private readonly now: () => number,
  ) {
    this.#tokens = rate.burst;
    this.#at = now();
  }

  /** Takes `count`; 0 where it was there, else the seconds to wait before anything is. */
  take(count: number): number {
    const now = this.now();
    const { perSecond, burst } = this.rate;
    if (now > this.#at) this.#tokens = Math.min(burst, this.#tokens + ((now - this.#at) / 1_000) * perSecond);
    this.#at = now;
    if (this.#tokens <= 0 || (count === 1 && this.#tokens < 1)) return (1 - this.#tokens) / perSecond;
    this.#tokens -= count;
    return 0;
  }
}
