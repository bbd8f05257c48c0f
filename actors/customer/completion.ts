/**
 * Completions that may still fall: of campaigns with `onReturn: clawback`, each with the events it spent and what it
 * gave (PROGRAM: Behaviors, "A return"). Other campaigns keep none: their completions stand whatever comes back.
 *
 * `counted` are the completion's own events, which alone decide whether it stands; `others` were spent with them. When
 * it falls both count again. A completion without a purchase cannot fall and is not kept; one whose purchases can no
 * longer be returned by name, or that more than `completionsKeptMax` newer ones have followed, is dropped and stands for
 * good.
 *
 * Invariant: completions stand in the order in which they were completed, and are replaced, never changed in place.
 */
import { limits } from '../limits.js';
import type { BehaviorReverted, CompletionKept } from '../outcome.js';
import { concerns, letGo } from './dropped.js';
import { haveOf } from './have.js';
import { insert, replaced } from './list.js';
import type { Undone } from './progress.js';
import type {
  CompletionState,
  CustomerState,
  Given,
  MatchState,
  ProgressState,
  RuleState,
  SpentState,
} from './state.js';
import { standFirm } from './tags.js';

/** Whether what is left of its own events still satisfies it: `any` needs one rule of those it spent, others need all. */
export function stands({ any, rules }: CompletionState): boolean {
  for (let i = 0; i < rules.length; i++) if (isFull(rules[i]!) === any) return any;
  return !any;
}

/** Its own events lay in one window when it completed, so that no window need be drawn again. */
function isFull({ kind, need, counted }: SpentState): boolean {
  return haveOf({ kind }, counted) >= need;
}

/** Whether a return can name any of its purchases: none of them is older than `from`, ms. */
export function isReturnable({ rules }: CompletionState, from: number): boolean {
  const open = ([at, , transactionId]: MatchState) => transactionId !== null && at >= from;
  return rules.some(({ counted }) => counted.some(open));
}

// ---- the fold -------------------------------------------------------------------------------------------------------

/** One more is kept; those that can fall no more are dropped, and what they set stays for good. */
export function completionKept(state: CustomerState, progress: ProgressState, data: CompletionKept): void {
  const [row, returnableFrom] = data.completion as unknown as [unknown[], number];
  const kept: CompletionState[] = [];
  const { completed } = progress;
  for (let i = 0; i < completed.length; i++) {
    const fits = completed.length - i < limits.completionsKeptMax;
    if (fits && isReturnable(completed[i]!, returnableFrom)) kept.push(completed[i]!);
    else standFirm(state, completed[i]!.id);
  }
  const completion = completionOfRow(row);
  kept.push(completion);
  progress.completed = kept;
  letGo(progress);
  // The event that completed it has a number too: what arrives later comes after it, also where it counts again.
  for (const { counted, others } of completion.rules) {
    noteOrder(progress, counted);
    noteOrder(progress, others);
  }
}

function noteOrder(progress: ProgressState, matches: readonly MatchState[]): void {
  for (let i = 0; i < matches.length; i++) if (matches[i]![3] > progress.order) progress.order = matches[i]![3];
}

/** A completion fell: its place in the limits is free, and what is left of its events counts again. */
export function behaviorReverted(progress: ProgressState, { completionId, completions }: BehaviorReverted): void {
  const fallen = progress.completed.find(({ id }) => id === completionId);
  progress.completions = completions;
  if (fallen === undefined) return;
  progress.completed = progress.completed.filter((each) => each !== fallen);
  letGo(progress);
  if (fallen.counts) {
    const place = progress.given.indexOf(fallen.at);
    if (place >= 0) progress.given = progress.given.filter((_, i) => i !== place);
  }
  // Of a sequence, finished steps hold up to the first that does not.
  let finished = true;
  for (const rule of fallen.rules) {
    finished &&= isFull(rule);
    for (const match of rule.counted) if (match[3] > progress.order) progress.order = match[3];
    countAgain(progress.rules, rule, finished);
  }
}

function countAgain(rules: RuleState[], spent: SpentState, finished: boolean): void {
  const { name, signature, closed } = spent;
  const counted = withSome(spent, spent.counted);
  const others = withSome(spent, spent.others);
  const end = finished ? spent.end : null;
  const place = rules.findIndex((rule) => rule.name === name);
  if (place < 0) {
    if (counted.length + others.length === 0 && end === null) return;
    const rule: RuleState = { name, signature, matches: [], closed: NONE_CLOSED, end };
    addAgain(rule.matches, counted);
    addAgain(rule.matches, others);
    rules.push(rule);
    return;
  }
  const rule = rules[place]!;
  // Since then the program has changed what the rule counts: these are of another rule and count no more.
  if (rule.signature !== signature) return;
  addAgain(rule.matches, counted);
  addAgain(rule.matches, others);
  rule.closed = withoutRun(rule.closed, closed);
  rule.end = end ?? rule.end;
}

/** A purchase of which all that was used has come back adds nothing any more. */
function withSome({ kind }: SpentState, matches: readonly MatchState[]): readonly MatchState[] {
  return kind === 'sum' ? matches.filter((match) => match[1] !== 0) : matches;
}

/** Each in its place, before later arrivals; what a completion has taken of an event goes back to what was left of it. */
function addAgain(matches: MatchState[], spent: readonly MatchState[]): void {
  for (let i = spent.length - 1; i >= 0; i--) {
    const [at, value, transactionId, order] = spent[i]!;
    const rest = transactionId === null ? -1 : matches.findIndex((each) => each[2] === transactionId);
    if (rest >= 0) {
      matches[rest] = [at, (matches[rest]![1] as number) + (value as number), transactionId, order];
      continue;
    }
    let place = 0;
    while (place < matches.length && matches[place]![0] < at) place++;
    while (place < matches.length && matches[place]![0] === at && matches[place]![3] < order) place++;
    insert(matches, place, spent[i]!);
  }
}

function withoutRun(closed: readonly number[], run: readonly number[]): readonly number[] {
  if (run.length === 0) return closed;
  for (let i = 0; i < closed.length; i += 2) {
    if (closed[i] === run[0] && closed[i + 1] === run[1]) return [...closed.slice(0, i), ...closed.slice(i + 2)];
  }
  return closed;
}

const NONE_CLOSED: readonly number[] = [];

/** Uses of an issue were burned or given back: a completion that gave it knows. */
export function usesChanged(state: CustomerState, issueId: string, usesLeft: number): void {
  for (const progress of state.behaviors) {
    for (let i = 0; i < progress.completed.length; i++) {
      const completion = progress.completed[i]!;
      const place = completion.gave.findIndex((given) => given[0] === 'offer' && given[1] === issueId);
      if (place < 0) continue;
      const [kind, , offerId, uses] = completion.gave[place] as Extract<Given, readonly ['offer', ...unknown[]]>;
      const gave = replaced(completion.gave, place, [kind, issueId, offerId, uses, usesLeft] as const);
      progress.completed = replaced(progress.completed, i, { ...completion, gave });
      return;
    }
  }
}

/** What a purchase adds to a rule has changed: so it has where a completion spent it. */
export function undoneInCompletions(progress: ProgressState, undone: Undone): void {
  for (let i = 0; i < progress.completed.length; i++) {
    const completion = progress.completed[i]!;
    if (!completion.rules.some((rule) => concerns(rule, undone[0], undone[1]))) continue;
    progress.completed = replaced(progress.completed, i, withRule(completion, undone));
  }
}

/** So much less (negative: more) does a purchase add to a rule that carries its excess: the newest completion has it first. */
export function takenFromCompletions(
  progress: ProgressState,
  rule: string,
  transactionId: string,
  amount: number,
): void {
  let missing = amount;
  for (let i = progress.completed.length - 1; i >= 0 && missing !== 0; i--) {
    const completion = progress.completed[i]!;
    if (!completion.rules.some((each) => concerns(each, rule, transactionId))) continue;
    const rules = completion.rules.map((spent): SpentState => {
      if (spent.name !== rule) return spent;
      // What was dropped of it at the limit goes before what it used.
      const others = lessOf(spent.others, transactionId, missing);
      const counted = lessOf(spent.counted, transactionId, others.missing);
      missing = counted.missing;
      return { ...spent, others: others.matches, counted: counted.matches };
    });
    progress.completed = replaced(progress.completed, i, { ...completion, rules });
  }
}

/** The matches with so much less (negative: more) of a purchase, and what it did not have. One with nothing left stays. */
export function lessOf(
  matches: readonly MatchState[],
  transactionId: string,
  amount: number,
): { readonly matches: readonly MatchState[]; readonly missing: number } {
  const held = matches.find((match) => match[2] === transactionId);
  if (held === undefined || amount === 0) return { matches, missing: amount };
  const taken = Math.min(held[1] as number, amount);
  const left = (held[1] as number) - taken;
  return { matches: withValue(matches, ['', transactionId, left]), missing: amount - taken };
}

function withRule(completion: CompletionState, undone: Undone): CompletionState {
  const rules = completion.rules.map((rule) =>
    rule.name === undone[0]
      ? { ...rule, counted: withValue(rule.counted, undone), others: withValue(rule.others, undone) }
      : rule,
  );
  return { ...completion, rules };
}

/** The matches of a purchase with the value they have now; without them where it no longer counts. */
export function withValue(matches: readonly MatchState[], [, transactionId, value]: Undone): MatchState[] {
  const left: MatchState[] = [];
  for (const match of matches) {
    if (match[2] !== transactionId) left.push(match);
    else if (value !== null) left.push([match[0], value, transactionId, match[3]]);
  }
  return left;
}

// ---- as a row -------------------------------------------------------------------------------------------------------

export function completionRow({ id, at, counts, any, rules, gave }: CompletionState): unknown[] {
  return [id, at, counts, any, rules.map(spentRow), gave];
}

export function completionOfRow(row: readonly unknown[]): CompletionState {
  const [id, at, counts, any, rules, gave] = row as [string, number, boolean, boolean, unknown[][], Given[]];
  return { id, at, counts, any, rules: rules.map(spentOfRow), gave };
}

function spentRow({ name, signature, kind, need, counted, others, closed, end }: SpentState): unknown[] {
  return [name, signature, kind, need, cellsOf(counted), cellsOf(others), closed, end];
}

function spentOfRow(row: readonly unknown[]): SpentState {
  const [name, signature, kind, need, counted, others, closed, end] = row as [
    string,
    string,
    SpentState['kind'],
    number,
    unknown[],
    unknown[],
    number[],
    SpentState['end'],
  ];
  return { name, signature, kind, need, counted: matchesOfRow(counted), others: matchesOfRow(others), closed, end };
}

function cellsOf(matches: readonly MatchState[]): unknown[] {
  return matches.flatMap((match): unknown[] => [...match]);
}

function matchesOfRow(cells: readonly unknown[]): MatchState[] {
  const matches: MatchState[] = [];
  for (let i = 0; i < cells.length; i += 4) {
    const [at, value, transactionId, order] = cells.slice(i, i + 4) as [...MatchState];
    matches.push([at, value, transactionId, order]);
  }
  return matches;
}
