/** Recency, frequency and monetary value (PROGRAM: RFM), counted from all purchases and returns each time. */
import { minus } from './calendar.js';
import type { Life } from './life.js';
import { zoneOf } from './life.js';

const DAY = 86_400_000;

export interface RfmNow {
  readonly recencyDays: number | undefined;
  readonly frequency: number;
  readonly monetary: number;
  readonly scores: { readonly recency: number; readonly frequency: number; readonly monetary: number };
  readonly score: number;
}

export function rfmAt(life: Life, at: number): RfmNow | undefined {
  const { rfm } = life.program;
  if (rfm === undefined) return undefined;
  const after = minus(at, rfm.window, zoneOf(life));
  const within = ({ time }: { time: number }) => time > after && time <= at;
  // "Frequency counts purchases whose units have not all come back."
  const counted = life.purchases.filter((purchase) => within(purchase) && !purchase.allBack);
  // "Monetary is purchases less returns, each at its own time."
  const bought = life.purchases.filter(within).reduce((sum, { net }) => sum + net, 0);
  const monetary = bought - life.returns.filter(within).reduce((sum, { amount }) => sum + amount, 0);
  // "Recency is floor(elapsed ÷ 24 h) since the last counted purchase (null without one)."
  const last = counted.length === 0 ? undefined : Math.max(...counted.map(({ time }) => time));
  const recencyDays = last === undefined ? undefined : Math.floor((at - last) / DAY);
  const frequency = counted.length;
  // "Scores 1 to 5: 1 plus the breakpoints reached (at least); recency 5 minus those passed (more than; null scores 1)."
  const scores = {
    recency: recencyDays === undefined ? 1 : 5 - rfm.recencyDays.filter((point) => recencyDays > point).length,
    frequency: 1 + rfm.frequency.filter((point) => frequency >= point).length,
    monetary: 1 + rfm.monetary.filter((point) => monetary >= point).length,
  };
  return {
    recencyDays,
    frequency,
    monetary,
    scores,
    score: scores.recency * 100 + scores.frequency * 10 + scores.monetary,
  };
}
