/**
 * `absent`: since when a customer is absent, and when that has lasted long enough (PROGRAM: Behaviors and rules; "Edges,
 * decided: Behaviors").
 */
import { plus, unitAfter, unitOf } from './calendar.js';
import type { Rule } from './document.js';
import type { Progress } from './life.js';
import type { Asked } from './window.js';

/**
 * "`absent` is armed by the last match (in a sequence by the completion before it; with no match yet by the later of
 * campaign start and first event)." Undefined: its turn has not come.
 */
export function armedAt(
  progress: Progress,
  place: number,
  isSequence: boolean,
  { start, firstAt }: Asked,
): number | undefined {
  const before = progress.steps.at(-1)?.end.time;
  if (isSequence && place !== progress.steps.length) return undefined;
  const from = isSequence && before !== undefined ? before : Math.max(start ?? firstAt, firstAt);
  const matches = progress.arms.filter(({ rule, value }) => rule === place && value !== 0).map(({ time }) => time);
  return Math.max(from, ...matches.filter((time) => !isSequence || before === undefined || time > before));
}

/** When it fires next; null: not before it is armed again. */
export function firesAt(
  rule: Rule,
  place: number,
  progress: Progress,
  isSequence: boolean,
  asked: Asked,
): number | null {
  const armed = armedAt(progress, place, isSequence, asked);
  if (armed === undefined) return null;
  const judged = progress.judged.get(place) ?? Number.NEGATIVE_INFINITY;
  const { zone, end } = asked;
  const within = rule.within ?? { campaign: true };
  let due: number | null = null;
  if ('rolling' in within) {
    // "Fires once when its window has run, is armed again by the next match."
    due = plus(armed, within.rolling, zone);
    if (due <= judged) return null;
  } else if ('calendar' in within) {
    // "A calendar `absent` fires for each whole unit, begun after it was armed, without a match, at its last second."
    let unit = unitAfter(within.calendar, zone, unitOf(within.calendar, zone, armed));
    while (unit.lastSecond <= judged) unit = unitAfter(within.calendar, zone, unit);
    due = unit.lastSecond;
  } else if (end !== undefined && end > judged) due = end;
  return due !== null && end !== undefined && due > end ? null : due;
}
