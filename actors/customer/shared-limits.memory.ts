/** Shared limits held in memory, for tests: what the engine counts over all customers of a node. */
import type { Outcome, SharedLimit } from '../outcome.js';
import type { SharedLimits } from './shared-limits.js';

export class MemoryLimits implements SharedLimits {
  readonly #counts = new Map<string, number>();

  count(limit: SharedLimit, of: string): number {
    return this.#counts.get(`${limit} ${of}`) ?? 0;
  }

  set(limit: SharedLimit, of: string, count: number): void {
    this.#counts.set(`${limit} ${of}`, count);
  }

  left(limit: SharedLimit, of: string, most: number): number {
    return most - this.count(limit, of);
  }

  /** Folds the outcomes of an entry. */
  add(outcomes: readonly Outcome[]): void {
    for (const { type, data } of outcomes) {
      if (type === 'limit.counted') this.set(data.limit, data.of, this.count(data.limit, data.of) + data.by);
    }
  }
}
