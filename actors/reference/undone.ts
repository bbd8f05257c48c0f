/**
 * What a return undoes of behaviors: matches judged again, steps that no longer hold, completions that fall (PROGRAM:
 * Behaviors and rules, "A return"; "Edges, decided: Behaviors").
 */
import { type Judged, matches, valueAdded } from './behavior.js';
import { revalueCarried } from './carry.js';
import type { Rule } from './document.js';
import type { Completion, Match, Progress, Purchase, Step } from './life.js';
import { rulesOf } from './life.js';
import type { View } from './view.js';
import { comesTo, isNothing, left, needOf } from './window.js';

export interface Undone {
  /** Something of what counts unspent has changed. */
  readonly moved: boolean;
  /** Completions whose own events no longer satisfy them, oldest first. */
  readonly fallen: readonly Completion[];
}

/**
 * "The purchase is judged again with what is left of it; if it no longer matches it contributes nothing, else sums count
 * what is left." `viewLeft` is undefined where nothing is left: "it matches nothing".
 */
export function undo(
  judged: Judged,
  progress: Progress,
  purchase: Purchase,
  viewLeft: (then: View) => View | undefined,
): Undone {
  const rules = rulesOf(judged.behavior);
  let moved = false;
  for (const match of allMatches(progress).filter((each) => each.purchase === purchase)) {
    const view = viewLeft(match.view);
    const counts =
      view !== undefined && (judged.behavior.sameEvent !== true || rules.every((rule) => matches(rule, view)));
    const value = counts ? valueAdded(rules[match.rule]!, view) : undefined;
    moved = revalue(rules[match.rule]!, progress, match, value) || moved;
  }
  progress.matches = progress.matches.filter(({ value }) => !isNothing(value));
  // "A return undoes a finished step that no longer holds, and those after it."
  progress.steps = progress.steps.slice(0, heldSteps(judged, progress.steps));
  // "A completion falls when what is left of its own events no longer satisfies it."
  const fallen = progress.completions.filter((completion) => completion.stands && !satisfied(judged, completion));
  return { moved, fallen };
}

/** How many steps still hold, up to the first that does not. */
function heldSteps({ behavior }: Judged, steps: readonly Step[]): number {
  const rules = rulesOf(behavior);
  const holds = ({ counted }: Step, place: number) =>
    rules[place]!.absent === true || comesTo(rules[place]!, left(counted)) >= needOf(rules[place]!);
  const broken = steps.findIndex((step, place) => !holds(step, place));
  return broken < 0 ? steps.length : broken;
}

function allMatches(progress: Progress): Match[] {
  const spent = progress.completions.filter(({ stands }) => stands).flatMap((completion) => completion.spent);
  const arms = progress.arms.filter(({ by }) => by === null);
  return [...new Set([...progress.matches, ...arms.map(({ match }) => match), ...spent.map(({ match }) => match)])];
}

/** Everything of a match, spent or not, now comes to `value`. True: what is unspent has changed. */
function revalue(rule: Rule, progress: Progress, match: Match, value: Match['value'] | undefined): boolean {
  const uses = [...progress.completions].reverse().flatMap((completion) => {
    return completion.stands ? completion.spent.filter((use) => use.match === match) : [];
  });
  if (rule.sum?.carry === true) return revalueCarried(progress, match, (value as number | undefined) ?? 0, uses);
  const now = value ?? (rule.distinct === undefined ? 0 : []);
  for (const use of uses) use.used = now;
  for (const step of progress.steps) for (const use of step.counted) if (use.match === match) use.used = now;
  const changed = JSON.stringify(now) !== JSON.stringify(match.value);
  match.value = now;
  return changed && (progress.matches.includes(match) || progress.arms.some((arm) => arm.match === match));
}

/** "`any` falls when none is full." That nothing came, of `absent`, holds whatever comes back. */
function satisfied({ behavior }: Judged, completion: Completion): boolean {
  const still = rulesOf(behavior).map(
    (rule, place) =>
      completion.full[place]! &&
      (rule.absent === true || comesTo(rule, left(completion.counted[place]!)) >= needOf(rule)),
  );
  return behavior.any === undefined ? !still.includes(false) : still.includes(true);
}

/** "The remaining events count again from their own times." */
export function giveEventsBack(judged: Judged, progress: Progress, completion: Completion): void {
  completion.stands = false;
  // "A return undoes a finished step that no longer holds, and those after it": those before it are still finished.
  const kept = heldSteps(judged, completion.steps);
  progress.steps = [...completion.steps.slice(0, kept), ...progress.steps.slice(kept)];
  for (const { match, used } of completion.spent) {
    if (isNothing(used)) continue;
    if (progress.matches.includes(match)) match.value = (match.value as number) + (used as number);
    else {
      match.value = used;
      progress.matches.push(match);
    }
  }
  progress.matches.sort((a, b) => a.order - b.order || a.rule - b.rule);
  progress.closedUnits = progress.closedUnits.filter(({ by }) => by !== completion);
}
