/**
 * Progress of a customer who was merged, put beside the survivor's (PROGRAM: Merge, "counted events, limits used").
 * Nothing completes here, whatever the rules now hold: the next event that counts completes it.
 */
import { progressOf } from './progress.js';
import type { AbsenceState, CustomerState, MatchState, ProgressState, RuleState } from './state.js';

export function mergeBehaviors(state: CustomerState, old: CustomerState): void {
  for (const more of old.behaviors) {
    const own = progressOf(state, more.campaignId);
    if (own === undefined) state.behaviors.push(more);
    else joinProgress(own, more);
  }
}

function joinProgress(own: ProgressState, more: ProgressState): void {
  own.completions += more.completions;
  own.given = [...own.given, ...more.given].sort((a, b) => a - b);
  own.completed = [...own.completed, ...more.completed].sort((a, b) => a.at - b.at);
  own.dropped = [...own.dropped, ...more.dropped];
  own.order = Math.max(own.order, more.order);
  for (const rule of more.rules) {
    const place = own.rules.findIndex((each) => each.name === rule.name);
    if (place < 0) own.rules.push(rule);
    else own.rules[place] = joinRule(own.rules[place]!, rule);
  }
  own.absences = joinAbsences(own.absences, more.absences);
}

/** Rules of the same name that count different things cannot be joined: that with the newer match stays. */
function joinRule(own: RuleState, more: RuleState): RuleState {
  if (own.signature !== more.signature) return newest(more.matches) > newest(own.matches) ? more : own;
  if ((own.end === null) !== (more.end === null)) return own.end === null ? more : own;
  const end = own.end === null || more.end === null || own.end[0] <= more.end[0] ? own.end : more.end;
  const matches = joinMatches(own.matches, more.matches);
  return { name: own.name, signature: own.signature, matches, closed: joinUnits(own.closed, more.closed), end };
}

function newest(matches: readonly MatchState[]): number {
  return matches.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY;
}

/** By time; of one time the survivor's first. */
function joinMatches(own: readonly MatchState[], more: readonly MatchState[]): MatchState[] {
  return [...own, ...more].sort((a, b) => a[0] - b[0]);
}

/** Units of closed streaks, flat: first, last, … */
function joinUnits(own: readonly number[], more: readonly number[]): readonly number[] {
  if (more.length === 0) return own;
  const spans: [number, number][] = [];
  for (const units of [own, more]) for (let i = 0; i < units.length; i += 2) spans.push([units[i]!, units[i + 1]!]);
  return spans.sort((a, b) => a[0] - b[0]).flat();
}

/** The one armed later stays: it was armed by the last match of both. */
function joinAbsences(own: readonly AbsenceState[], more: readonly AbsenceState[]): readonly AbsenceState[] {
  const joined = [...own];
  for (const absence of more) {
    const place = joined.findIndex(({ rule, signature }) => rule === absence.rule && signature === absence.signature);
    if (place < 0) joined.push(absence);
    else if (armedLater(absence, joined[place]!)) joined[place] = absence;
  }
  return joined;
}

function armedLater(a: AbsenceState, b: AbsenceState): boolean {
  if (a.due !== null && b.due !== null && a.due !== b.due) return a.due > b.due;
  return a.from > b.from;
}
