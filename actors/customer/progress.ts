/**
 * How a campaign's progress follows its outcomes. What a rule counts is told by `progress.moved` (internal); that a
 * behavior completed by `behavior.completed`, or, for the base campaign, which says nothing of itself, internally too.
 *
 * Invariant: at completion all matches of all rules that have arrived are spent (PROGRAM: "Edges: Behaviors").
 */
import type { BehaviorCompleted, ProgressMoved } from '../outcome.js';
import { inserted, replaced } from './list.js';
import type { CustomerState, Draft, MatchState, MatchValue, ProgressState, RuleState } from './state.js';

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

const NO_MATCHES: readonly MatchState[] = [];

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

/** The matches with one more in its place by time; after those of the same time, which arrived earlier. */
export function withMatch(matches: readonly MatchState[], match: MatchState): readonly MatchState[] {
  let place = matches.length;
  while (place > 0 && matches[place - 1]![0] > match[0]) place--;
  return inserted(matches, place, match);
}

export function progressMoved(draft: Draft, data: ProgressMoved, time: number): void {
  const change = data.progress as unknown as ProgressChange;
  const progress = progressOf(draft, data.campaignId) ?? emptyProgress(data.campaignId);
  const { campaignId, completions, given, rules } = progress;
  switch (change[0]) {
    case COUNTED:
      putProgress(draft, { campaignId, completions, given, rules: rulesAfterCounts(rules, change) });
      break;
    case UNDONE:
      putProgress(draft, { campaignId, completions, given, rules: rulesAfterReturn(rules, change) });
      break;
    case COMPLETED:
      putProgress(draft, completed(progress, change[1], change[2] ?? undefined, time));
      break;
  }
}

export function behaviorCompleted(draft: Draft, data: BehaviorCompleted, time: number): void {
  const progress = progressOf(draft, data.campaignId) ?? emptyProgress(data.campaignId);
  putProgress(draft, completed(progress, data.completions, data.limitFrom, time));
}

function emptyProgress(campaignId: string): ProgressState {
  return { campaignId, completions: 0, given: [], rules: [] };
}

function completed(
  progress: ProgressState,
  completions: number,
  limitFrom: number | undefined,
  time: number,
): ProgressState {
  const given = limitFrom === undefined ? progress.given : withTime(progress.given, time, limitFrom);
  return { campaignId: progress.campaignId, completions, given, rules: [] };
}

function withTime(given: readonly number[], time: number, limitFrom: number): readonly number[] {
  const kept = given.length > 0 && given[0]! <= limitFrom ? given.filter((at) => at > limitFrom) : given;
  let place = kept.length;
  while (place > 0 && kept[place - 1]! > time) place--;
  return inserted(kept, place, time);
}

function rulesAfterCounts(rules: readonly RuleState[], change: readonly unknown[]): readonly RuleState[] {
  let result = rules;
  for (let i = 1; i < change.length; i++) {
    const counted = change[i] as Counted;
    const name = counted[0];
    const signature = counted[1];
    const forget = counted[5];
    let place = 0;
    while (place < result.length && result[place]!.name !== name) place++;
    const before = result[place];
    let matches = before !== undefined && before.signature === signature ? before.matches : NO_MATCHES;
    if (forget !== null) matches = matches.filter((match) => match[0] > forget);
    const after = { name, signature, matches: withMatch(matches, [counted[2], counted[3], counted[4]]) };
    result = replaced(result, place, after);
  }
  return result;
}

function rulesAfterReturn(rules: readonly RuleState[], change: readonly unknown[]): readonly RuleState[] {
  let result = rules;
  for (let i = 1; i < change.length; i++) {
    const [name, transactionId, value] = change[i] as Undone;
    result = result.map((rule) =>
      rule.name === name ? { ...rule, matches: matchesAfterReturn(rule.matches, transactionId, value) } : rule,
    );
  }
  return result.some((rule) => rule.matches.length === 0) ? result.filter((rule) => rule.matches.length > 0) : result;
}

function matchesAfterReturn(
  matches: readonly MatchState[],
  transactionId: string,
  value: MatchValue | null,
): readonly MatchState[] {
  const result: MatchState[] = [];
  for (const match of matches) {
    if (match[2] !== transactionId) result.push(match);
    else if (value !== null) result.push([match[0], value, transactionId]);
  }
  return result;
}

function putProgress(draft: Draft, progress: ProgressState): void {
  const { behaviors } = draft;
  let i = 0;
  while (i < behaviors.length && behaviors[i]!.campaignId !== progress.campaignId) i++;
  draft.behaviors = replaced(behaviors, i, progress);
}
