/**
 * Progress of a customer who was merged, put beside the survivor's (PROGRAM: Merge, "counted events, limits used").
 * Nothing completes here, whatever the rules now hold: the next event that counts completes it.
 *
 * Of a sequence the finished steps of the one who is further on stay, of two as far the survivor's. In which order what
 * is moved has arrived is `merge-order.ts`.
 */
import { compareIssue } from './lots.js';
import { withOrders } from './merge-order.js';
import type { AbsenceState, CustomerState, MatchState, ProgressState, RuleState } from './state.js';
import { isClosed } from './streak.js';

export function mergeBehaviors(state: CustomerState, old: CustomerState): void {
  const { behaviors } = state;
  for (const more of old.behaviors) {
    const place = behaviors.findIndex(({ campaignId }) => campaignId === more.campaignId);
    if (place < 0) behaviors.push(more);
    else behaviors[place] = join(behaviors[place]!, more);
  }
}

function join(survivor: ProgressState, merged: ProgressState): ProgressState {
  const isOwnAhead = stepsOf(survivor) >= stepsOf(merged);
  const { own, more, order } = withOrders(survivor, merged, isOwnAhead);
  const [ahead, behind] = isOwnAhead ? [own, more] : [more, own];
  return {
    campaignId: own.campaignId,
    completions: own.completions + more.completions,
    given: [...own.given, ...more.given].sort((a, b) => a - b),
    rules: joinRules(ahead, behind),
    completed: [...own.completed, ...more.completed].sort((a, b) => compareIssue(a.id, b.id)),
    dropped: [...own.dropped, ...more.dropped],
    order,
    absences: stepsOf(own) === stepsOf(more) ? joinAbsences(own, more) : absencesOf(ahead, behind),
  };
}

/** Finished steps of a sequence. */
export function stepsOf({ rules }: ProgressState): number {
  return rules.reduce((steps, { end }) => (end === null ? steps : steps + 1), 0);
}

// ---- rules ----------------------------------------------------------------------------------------------------------

function joinRules(ahead: ProgressState, behind: ProgressState): RuleState[] {
  const joined = ahead.rules.map((rule) => {
    const other = behind.rules.find(({ name }) => name === rule.name);
    return other === undefined ? rule : joinRule(rule, other);
  });
  const others = behind.rules.filter(({ name }) => ahead.rules.every((rule) => rule.name !== name));
  for (const rule of others) joined.push({ ...rule, end: null });
  return joined.filter(({ matches, closed, end }) => matches.length > 0 || closed.length > 0 || end !== null);
}

/** Rules of the same name that count different things cannot be joined: that with the newer match stays. */
function joinRule(ahead: RuleState, behind: RuleState): RuleState {
  if (ahead.signature !== behind.signature)
    return newest(behind.matches) > newest(ahead.matches) ? { ...behind, end: null } : ahead;
  const closed = [...ahead.closed, ...behind.closed];
  let matches = [...ahead.matches, ...behind.matches].sort((a, b) => a[0] - b[0] || a[3] - b[3]);
  // No unit of a closed streak serves another; what a finished step has counted is that step's.
  if (closed.length > 0 && ahead.end === null)
    matches = matches.filter(([, unit]) => !isClosed(closed, unit as number));
  return { ...ahead, matches, closed };
}

function newest(matches: readonly MatchState[]): number {
  return matches.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY;
}

// ---- rules that wait ------------------------------------------------------------------------------------------------

/** The one armed later stays: it was armed by the last match of both. */
function joinAbsences(own: ProgressState, more: ProgressState): AbsenceState[] {
  const joined = [...own.absences];
  for (const absence of more.absences) {
    const place = joined.findIndex((each) => isSame(each, absence));
    if (place < 0) {
      joined.push(absence);
      continue;
    }
    const held = joined[place]!;
    const later = armedAt(absence, more) - armedAt(held, own) || (absence.due ?? 0) - (held.due ?? 0);
    joined[place] = { ...(later > 0 ? absence : held), from: Math.max(held.from, absence.from) };
  }
  return joined;
}

/** Of a sequence only the step open now waits; what the one behind has spent arms those to come all the same. */
function absencesOf(ahead: ProgressState, behind: ProgressState): AbsenceState[] {
  const joined = ahead.absences.map((absence) => {
    const other = behind.absences.find((each) => isSame(each, absence));
    return other === undefined ? absence : { ...absence, from: Math.max(absence.from, other.from) };
  });
  const others = behind.absences.filter((each) => ahead.absences.every((absence) => !isSame(each, absence)));
  return [...joined, ...others.map((absence) => ({ ...absence, due: null, ran: false }))];
}

/** Also where the program has changed the rule between: a rule waits for one absence. */
function isSame(a: AbsenceState, b: AbsenceState): boolean {
  return a.rule === b.rule;
}

function armedAt({ rule, from }: AbsenceState, { rules }: ProgressState): number {
  return Math.max(from, newest(rules.find(({ name }) => name === rule)?.matches ?? []));
}
