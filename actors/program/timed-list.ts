/**
 * Campaigns in order of judging, of which only those count that are in their schedule. Asked for an instant it gives
 * the list of that stretch of time, made once and kept, so that campaigns long over cost an event nothing.
 */
import type { Campaign } from './program.js';

const STRETCHES_MAX = 64;

export class TimedList {
  readonly #campaigns: readonly Campaign[];
  /** Instants at which a campaign begins or is over, ascending, ms. Empty: no campaign has a schedule. */
  readonly #turns: readonly number[];
  readonly #stretches = new Map<number, readonly Campaign[]>();
  #from = Number.NaN;
  #before = Number.NaN;
  #current: readonly Campaign[] = [];

  /** `campaigns`: in order of judging. */
  constructor(campaigns: readonly Campaign[]) {
    this.#campaigns = campaigns;
    const turns = new Set<number>();
    for (const { start, end } of campaigns) {
      if (start !== undefined) turns.add(start);
      if (end !== undefined) turns.add(end + 1);
    }
    this.#turns = [...turns].sort((a, b) => a - b);
    if (this.#turns.length === 0) {
      this.#from = Number.NEGATIVE_INFINITY;
      this.#before = Number.POSITIVE_INFINITY;
      this.#current = campaigns;
    }
  }

  /** Those whose schedule holds this instant (ms, both ends included). */
  at(instant: number): readonly Campaign[] {
    if (!(instant >= this.#from && instant < this.#before)) this.#turnTo(instant);
    return this.#current;
  }

  #turnTo(instant: number): void {
    const turns = this.#turns;
    let low = 0;
    let high = turns.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (turns[middle]! <= instant) low = middle + 1;
      else high = middle;
    }
    this.#from = low === 0 ? Number.NEGATIVE_INFINITY : turns[low - 1]!;
    this.#before = low === turns.length ? Number.POSITIVE_INFINITY : turns[low]!;
    let list = this.#stretches.get(low);
    if (list === undefined) {
      list = this.#campaigns.filter(({ start, end }) => (start ?? instant) <= instant && instant <= (end ?? instant));
      if (this.#stretches.size >= STRETCHES_MAX) this.#stretches.clear();
      this.#stretches.set(low, list);
    }
    this.#current = list;
  }
}
