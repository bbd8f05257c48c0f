/**
 * `absent`: when a rule is armed, and when that has lasted long enough (PROGRAM: Behaviors and rules; "Edges, decided:
 * Behaviors"). The instant is fixed when it is armed: "a boundary once fixed is not moved".
 */
import { plus, unitAfter, unitOf } from './calendar.js';
import type { Rule } from './document.js';
import type { Absence, Match, Progress } from './life.js';
import type { Asked } from './window.js';

/** Armed by no match: "by the later of campaign start and first event", or "in a sequence by the completion before it". */
export function armFrom(progress: Progress, rule: Rule, place: number, from: number, asked: Asked): void {
  const end = progress.steps[place - 1]?.end;
  // In a sequence only what is after the step before: "one event serves one rule".
  const isAfter = ({ time, order }: Match) =>
    end === undefined || time > end.time || (time === end.time && order > end.order);
  const matches = armsOf(progress, place).filter((match) => match.time >= from && isAfter(match));
  const last = Math.max(...matches.map(({ time }) => time));
  const due = matches.length > 0 ? dueOf(rule, last, true, asked) : dueOf(rule, from, false, asked);
  progress.absences.set(place, { from, due, ran: false });
}

/** "Armed by the last match": one that is earlier than another arms nothing. */
export function armBy(progress: Progress, rule: Rule, match: Match, asked: Asked): void {
  const held = progress.absences.get(match.rule);
  const others = armsOf(progress, match.rule);
  const last = Math.max(held?.from ?? Number.NEGATIVE_INFINITY, ...others.map(({ time }) => time));
  if (held === undefined || match.time < last) return;
  progress.absences.set(match.rule, { from: held.from, due: dueOf(rule, match.time, true, asked), ran: false });
}

/** The events that broke this absence: what was spent by a completion broke it for good, else what is left of them. */
export function armsOf(progress: Progress, place: number): Match[] {
  const arms = progress.arms.filter(({ match, by }) => match.rule === place && (by !== null || match.value !== 0));
  return arms.map(({ match }) => match);
}

function dueOf({ within }: Rule, armedAt: number, byMatch: boolean, { zone, end }: Asked): number | null {
  if (within !== undefined && 'rolling' in within) return plus(armedAt, within.rolling, zone);
  if (within !== undefined && 'calendar' in within) {
    // "For each whole unit, begun after it was armed, without a match, at its last second."
    const unit = unitOf(within.calendar, zone, armedAt);
    if (!byMatch && unit.from === armedAt) return unit.lastSecond;
    return unitAfter(within.calendar, zone, unit).lastSecond;
  }
  return byMatch ? null : (end ?? null);
}

/** Its window has run: "fires once", but of a calendar window each whole unit. */
export function afterRun({ within }: Rule, held: Absence, due: number, zone: string): Absence {
  if (within === undefined || !('calendar' in within)) return { from: held.from, due: null, ran: true };
  let unit = unitOf(within.calendar, zone, due);
  while (unit.lastSecond <= due) unit = unitAfter(within.calendar, zone, unit);
  return { from: held.from, due: unit.lastSecond, ran: false };
}

/** After a return has taken matches: what is due earlier now is not made up for, "a return never completes a behavior". */
export function rearm(progress: Progress, rule: Rule, place: number, arrival: number, asked: Asked): void {
  const held = progress.absences.get(place);
  if (held === undefined || held.due === null) return;
  armFrom(progress, rule, place, held.from, asked);
  let now = progress.absences.get(place)!;
  while (now.due !== null && now.due <= arrival) now = { ...afterRun(rule, now, now.due, asked.zone), ran: false };
  progress.absences.set(place, now);
}

export function stopWaiting(progress: Progress, place: number): void {
  const held = progress.absences.get(place);
  if (held !== undefined) progress.absences.set(place, { ...held, due: null });
}

/** Whether its window has run by an instant and no match has come since: so it is complete in `all`. */
export function isAbsent(progress: Progress, place: number, at: number): boolean {
  const held = progress.absences.get(place);
  return held !== undefined && (held.ran || (held.due !== null && held.due <= at));
}
