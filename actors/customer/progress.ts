/**
 * How a campaign's progress follows its outcomes. What a rule counts is told by `progress.moved` (internal); that a
 * behavior completed by `behavior.completed`, or, for the base campaign, which says nothing of itself, internally too.
 *
 * Invariant: at completion all matches of all rules that have arrived are spent (PROGRAM: "Edges: Behaviors").
 */
import type { BehaviorCompleted, ProgressMoved } from '../outcome.js';
import { undoneInCompletions, withValue } from './completion.js';
import { insert } from './list.js';
import type { CompletionState, CustomerState, MatchState, MatchValue, ProgressState, RuleState } from './state.js';

/** An event counted for a rule. */
export type Counted = readonly [
  rule: string,
  signature: string,
  at: number,
  value: MatchValue,
  transactionId: string | null,
  /** Matches at or before it can no longer matter, ms; null: forget none. */
  forget: number | null,
  /** What the rule's condition read of the profile then (`remembered.ts`); not part of the state. */
  seen?: readonly unknown[],
];
/** A return changed what a purchase adds to a rule: the new value, or null where it no longer counts. */
export type Undone = readonly [rule: string, transactionId: string, value: MatchValue | null];

/** What `progress.moved` says. Numbers, because every event that counts is journaled with one. */
export type ProgressChange =
  | readonly [op: typeof COUNTED, ...counted: Counted[]]
  | readonly [op: typeof UNDONE, ...undone: Undone[]]
  | readonly [op: typeof COMPLETED, completions: number, limitFrom: number | null];
export const COUNTED = 0;
export const UNDONE = 1;
export const COMPLETED = 2;

export function progressOf(state: CustomerState, campaignId: string): ProgressState | undefined {
  const { behaviors } = state;
  for (let i = 0; i < behaviors.length; i++) if (behaviors[i]!.campaignId === campaignId) return behaviors[i];
  return undefined;
}

export function ruleOf(progress: ProgressState, name: string): RuleState | undefined {
  const { rules } = progress;
  for (let i = 0; i < rules.length; i++) if (rules[i]!.name === name) return rules[i];
  return undefined;
}

/** The matches with one more in its place. */
export function withMatch(matches: readonly MatchState[], match: MatchState): readonly MatchState[] {
  const result = matches.slice();
  insert(result, placeOfMatch(matches, match[0]), match);
  return result;
}

/** By time; after those of the same time, which arrived earlier. */
function placeOfMatch(matches: readonly MatchState[], at: number): number {
  let place = matches.length;
  while (place > 0 && matches[place - 1]![0] > at) place--;
  return place;
}

export function progressMoved(state: CustomerState, data: ProgressMoved, time: number): void {
  const change = data.progress as unknown as ProgressChange;
  const progress = openProgress(state, data.campaignId);
  switch (change[0]) {
    case COUNTED:
      for (let i = 1; i < change.length; i++) count(progress.rules, change[i] as Counted);
      break;
    case UNDONE:
      for (let i = 1; i < change.length; i++) undo(progress.rules, change[i] as Undone);
      if (progress.completed.length > 0) undoneInCompletions(progress, change.slice(1) as unknown as Undone[]);
      if (progress.rules.some((rule) => rule.matches.length === 0))
        progress.rules = progress.rules.filter((rule) => rule.matches.length > 0);
      break;
    case COMPLETED:
      complete(progress, change[1], change[2] ?? undefined, time);
      break;
  }
}

export function behaviorCompleted(state: CustomerState, data: BehaviorCompleted, time: number): void {
  complete(openProgress(state, data.campaignId), data.completions, data.limitFrom, time);
}

function complete(progress: ProgressState, completions: number, limitFrom: number | undefined, time: number): void {
  progress.completions = completions;
  if (progress.rules.length > 0) progress.rules = [];
  if (limitFrom === undefined) return;
  const { given } = progress;
  if (given.length > 0 && given[0]! <= limitFrom) progress.given = given.filter((at) => at > limitFrom);
  let place = progress.given.length;
  while (place > 0 && progress.given[place - 1]! > time) place--;
  insert(progress.given, place, time);
}

function count(rules: RuleState[], [name, signature, at, value, transactionId, forget]: Counted): void {
  let place = 0;
  while (place < rules.length && rules[place]!.name !== name) place++;
  const match: MatchState = [at, value, transactionId];
  const rule = rules[place];
  if (rule === undefined || rule.signature !== signature) {
    rules[place] = { name, signature, matches: [match] };
    return;
  }
  if (forget !== null) rule.matches = rule.matches.filter((held) => held[0] > forget);
  const { matches } = rule;
  insert(matches, placeOfMatch(matches, at), match);
}

function undo(rules: readonly RuleState[], undone: Undone): void {
  for (const rule of rules) if (rule.name === undone[0]) rule.matches = withValue(rule.matches, undone);
}

const NO_COMPLETIONS: readonly CompletionState[] = [];

/** The progress of a campaign, which is opened where it is not there yet. */
export function openProgress(state: CustomerState, campaignId: string): ProgressState {
  const held = progressOf(state, campaignId);
  if (held !== undefined) return held;
  const progress: ProgressState = { campaignId, completions: 0, given: [], rules: [], completed: NO_COMPLETIONS };
  state.behaviors.push(progress);
  return progress;
}
