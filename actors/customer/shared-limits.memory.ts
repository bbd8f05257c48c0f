/** Shared limits held in memory, for tests: what the engine counts over all customers of a node. */
import type { Outcome, SharedLimit } from '../outcome.js';
import type { PromoCode } from '../program/program.js';
import type { SharedLimits } from './shared-limits.js';

export class MemoryLimits implements SharedLimits {
  readonly #counts = new Map<string, number>();
  readonly #taken = new Set<string>();
  /** Generated codes are the promo code's id and a number, as `LETTER0007`. */
  readonly codes = {
    serialOf: ({ id, issue }: PromoCode, text: string): number | undefined => {
      const serial = text.startsWith(id.toUpperCase()) ? Number(text.slice(id.length)) : Number.NaN;
      return serial < (issue?.count ?? 0) ? serial : undefined;
    },
    isTaken: (id: string, length: number, serial: number) => this.#taken.has(`${id} ${length} ${serial}`),
  };

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
      if (type !== 'code.counted' || data.single === undefined) continue;
      const name = `${data.promoCodeId} ${data.single.join(' ')}`;
      if (data.by > 0) this.#taken.add(name);
      else if (data.by < 0) this.#taken.delete(name);
    }
  }
}
