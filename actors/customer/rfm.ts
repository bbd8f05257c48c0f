/** Recency, frequency and monetary value over the program's window (PROGRAM: RFM), from what the state remembers. */
import type { Rfm, RfmView } from '../program/program.js';
import { DAY_MS } from '../time/civil.js';
import { subtractDuration } from '../time/duration.js';
import { SPEND_WIDTH } from './spend.js';

export interface RfmScores extends RfmView {
  readonly scores: { readonly recency: number; readonly frequency: number; readonly monetary: number };
}

/**
 * As of an instant (ms): what lies in (at − window, at]. `recencyDays` is undefined without a purchase that counts;
 * each score is 1 to 5, `score` the three digits.
 */
export function rfmOf(spend: readonly number[], rfm: Rfm, at: number, zone: string): RfmScores {
  const after = subtractDuration(at, rfm.window, zone);
  let frequency = 0;
  let monetary = 0;
  let last: number | undefined;
  for (let i = 0; i < spend.length; i += SPEND_WIDTH) {
    const time = spend[i]!;
    if (time <= after || time > at) continue;
    monetary += spend[i + 1]!;
    if (spend[i + 2] !== 1) continue;
    frequency++;
    last = time;
  }
  const recencyDays = last === undefined ? undefined : Math.floor((at - last) / DAY_MS);
  const scores = {
    recency: recencyDays === undefined ? 1 : 5 - passed(rfm.recencyDays, recencyDays),
    frequency: 1 + reached(rfm.frequency, frequency),
    monetary: 1 + reached(rfm.monetary, monetary),
  };
  const score = scores.recency * 100 + scores.frequency * 10 + scores.monetary;
  return { recencyDays, frequency, monetary, score, scores };
}

function passed(breakpoints: readonly number[], value: number): number {
  let count = 0;
  for (let i = 0; i < breakpoints.length; i++) if (value > breakpoints[i]!) count++;
  return count;
}

function reached(breakpoints: readonly number[], value: number): number {
  let count = 0;
  for (let i = 0; i < breakpoints.length; i++) if (value >= breakpoints[i]!) count++;
  return count;
}
