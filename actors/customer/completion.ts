/**
 * Completions that may still fall: of campaigns with `onReturn: clawback`, each with the events it spent and what it
 * gave (PROGRAM: Behaviors, "A return"). Other campaigns keep none: their completions stand whatever comes back.
 *
 * `counted` are the completion's own events, which alone decide whether it stands; `others` were spent with them. When
 * it falls both count again. A completion without a purchase cannot fall and is not kept; one whose purchases can no
 * longer be returned by name, or more than `completionsKeptMax` newer ones have followed, is dropped and stands for good.
 *
 * Invariant: completions stand in the order in which they were completed, and are replaced, never changed in place.
 */
import { limits } from '../limits.js';
import type { BehaviorReverted, CompletionKept } from '../outcome.js';
import { insert, replaced } from './list.js';
import type { Undone } from './progress.js';
import type {
  CompletionState,
  CustomerState,
  Given,
  MatchState,
  ProgressState,
  RuleState,
  Scalar,
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
  switch (kind) {
    case 'sum':
      return counted.reduce((sum, match) => sum + (match[1] as number), 0) >= need;
    case 'distinct':
      return distinctOf(counted).size >= need;
    case 'run':
      return longestRun(distinctOf(counted)) >= need;
    case 'none':
      return true;
  }
}

function distinctOf(matches: readonly MatchState[]): Set<Scalar> {
  const values = new Set<Scalar>();
  for (const [, value] of matches) {
    if (typeof value !== 'object') values.add(value);
    else for (const each of value) values.add(each);
  }
  return values;
}

/** Of units numbered one after another. */
function longestRun(units: ReadonlySet<Scalar>): number {
  let longest = 0;
  let run = 0;
  let before = Number.NaN;
  for (const unit of [...(units as ReadonlySet<number>)].sort((a, b) => a - b)) {
    run = unit === before + 1 ? run + 1 : 1;
    before = unit;
    if (run > longest) longest = run;
  }
  return longest;
}

/** Whether a return can name any of its purchases: none of them is older than `from`, ms. */
export function isReturnable({ rules }: CompletionState, from: number): boolean {
  const open = ([at, , transactionId]: MatchState) => transactionId !== null && at >= from;
  return rules.some(({ counted, others }) => counted.some(open) || others.some(open));
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
  kept.push(completionOfRow(row));
  progress.completed = kept;
}

/** A completion fell: its place in the limits is free, and what is left of its events counts again. */
export function behaviorReverted(progress: ProgressState, { completionId, completions }: BehaviorReverted): void {
  const fallen = progress.completed.find(({ id }) => id === completionId);
  progress.completions = completions;
  if (fallen === undefined) return;
  progress.completed = progress.completed.filter((each) => each !== fallen);
  if (fallen.counts) {
    const place = progress.given.indexOf(fallen.at);
    if (place >= 0) progress.given = progress.given.filter((_, i) => i !== place);
  }
  for (const rule of fallen.rules) countAgain(progress.rules, rule);
}

/** Events that count again arrived before all that were counted since. */
function countAgain(rules: RuleState[], { name, signature, counted, others }: SpentState): void {
  if (counted.length + others.length === 0) return;
  let place = 0;
  while (place < rules.length && rules[place]!.name !== name) place++;
  if (place === rules.length) rules.push({ name, signature, matches: [] });
  // Since then the program has changed what the rule counts: these are of another rule and count no more.
  if (rules[place]!.signature !== signature) return;
  const { matches } = rules[place]!;
  for (const match of [...counted, ...others].reverse()) {
    let before = 0;
    while (before < matches.length && matches[before]![0] < match[0]) before++;
    insert(matches, before, match);
  }
}

/** What a purchase adds has changed, wherever it was spent. */
export function undoneInCompletions(progress: ProgressState, undone: readonly Undone[]): void {
  for (let i = 0; i < progress.completed.length; i++) {
    const completion = progress.completed[i]!;
    if (!undone.some((each) => completion.rules.some((rule) => concerns(rule, each)))) continue;
    const rules = completion.rules.map((rule) => undone.reduce(afterOne, rule));
    progress.completed = replaced(progress.completed, i, { ...completion, rules });
  }
}

function concerns({ name, counted, others }: SpentState, [rule, transactionId]: Undone): boolean {
  const isIt = (match: MatchState) => match[2] === transactionId;
  return name === rule && (counted.some(isIt) || others.some(isIt));
}

function afterOne(rule: SpentState, undone: Undone): SpentState {
  if (!concerns(rule, undone)) return rule;
  return { ...rule, counted: withValue(rule.counted, undone), others: withValue(rule.others, undone) };
}

/** The matches of a purchase with the value they have now; without them where it no longer counts. */
export function withValue(matches: readonly MatchState[], [, transactionId, value]: Undone): MatchState[] {
  const left: MatchState[] = [];
  for (const match of matches) {
    if (match[2] !== transactionId) left.push(match);
    else if (value !== null) left.push([match[0], value, transactionId]);
  }
  return left;
}

// ---- as a row -------------------------------------------------------------------------------------------------------

export function completionRow({ id, at, counts, any, rules, gave }: CompletionState): unknown[] {
  const cells = rules.map(({ name, signature, kind, need, counted, others }) => [
    name,
    signature,
    kind,
    need,
    counted.flatMap((match): unknown[] => [...match]),
    others.flatMap((match): unknown[] => [...match]),
  ]);
  return [id, at, counts, any, cells, gave];
}

export function completionOfRow(row: readonly unknown[]): CompletionState {
  const [id, at, counts, any, rules, gave] = row as [string, number, boolean, boolean, unknown[][], Given[]];
  return { id, at, counts, any, rules: rules.map(spentOfRow), gave };
}

function spentOfRow(row: readonly unknown[]): SpentState {
  const [name, signature, kind, need, counted, others] = row as [
    string,
    string,
    SpentState['kind'],
    number,
    unknown[],
    unknown[],
  ];
  return { name, signature, kind, need, counted: matchesOfRow(counted), others: matchesOfRow(others) };
}

function matchesOfRow(cells: readonly unknown[]): MatchState[] {
  const matches: MatchState[] = [];
  for (let i = 0; i < cells.length; i += 3) {
    matches.push([cells[i] as number, cells[i + 1] as MatchState[1], cells[i + 2] as string | null]);
  }
  return matches;
}
