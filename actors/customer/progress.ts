/**
 * How a campaign's progress follows its outcomes. What a rule counts is told by `progress.moved` (internal); that a
 * behavior completed by `behavior.completed`, or, for the base campaign, which says nothing of itself, internally too.
 *
 * Invariant: at completion all matches of all rules that have arrived are spent (PROGRAM: "Edges: Behaviors").
 */
import { limits } from '../limits.js';
import type { BehaviorCompleted, ProgressMoved } from '../outcome.js';
import { behaviorReverted, takenFromCompletions, undoneInCompletions, withValue } from './completion.js';
import { takeDropped } from './dropped.js';
import { insert, replaced } from './list.js';
import type {
  AbsenceState,
  CompletionState,
  CustomerState,
  Dropped,
  MatchState,
  MatchValue,
  ProgressState,
  RuleState,
  StepEnd,
} from './state.js';

/** An event counted for a rule. */
export type Counted = readonly [
  rule: string,
  signature: string,
  at: number,
  value: MatchValue,
  transactionId: string | null,
  /** Matches at or before it can no longer matter, ms; null: forget none. */
  forget: number | null,
  /** Its number in the order of arrival, where that matters; else 0. */
  order: number,
  /** What the rule's condition read of the profile then (`remembered.ts`); not part of the state. */
  seen?: readonly unknown[],
];
/** A return changed what a purchase adds to a rule: the new value, or null where it no longer counts. */
export type Undone = readonly [
  rule: string,
  transactionId: string,
  value: MatchValue | null,
  /**
   * Of a rule that carries its excess: how much less it adds now, taken from the excess, then from the newest completion.
   * Negative: how much more, which is excess, or goes to what spent all of it last.
   */
  back?: number,
];
/** What stays of a rule after a completion: the excess that `carry` keeps, units of closed streaks. */
export type Left = readonly [
  rule: string,
  signature: string,
  matches: readonly MatchState[],
  closed: readonly number[],
];
/** A step of a sequence is finished. */
export type Stepped = readonly [rule: string, signature: string, ...end: StepEnd];
/** What an `absent` rule waits for now, as in `AbsenceState`; without signature: the program no longer has the rule. */
export type Armed = readonly [rule: string, signature: string | null, from: number, due: number | null, ran: boolean];

/** What `progress.moved` says. Numbers, because every event that counts is journaled with one. */
export type ProgressChange =
  | readonly [op: typeof COUNTED, ...counted: Counted[]]
  | readonly [op: typeof UNDONE, ...undone: Undone[]]
  | readonly [op: typeof COMPLETED, completions: number, limitFrom: number | null]
  | readonly [op: typeof LEFT, ...left: Left[]]
  | readonly [op: typeof STEPPED, ...stepped: Stepped[]]
  | readonly [op: typeof REOPENED, ...rules: string[]]
  | readonly [op: typeof ARMED, ...armed: Armed[]]
  /** A completion that only a tier system counts, at its time `at`, fell. */
  | readonly [op: typeof FELL, completionId: string, completions: number, at: number]
  | readonly [op: typeof DROPPED, ...dropped: Dropped[]];
export const COUNTED = 0;
export const UNDONE = 1;
export const COMPLETED = 2;
export const LEFT = 3;
export const STEPPED = 4;
export const REOPENED = 5;
export const ARMED = 6;
export const FELL = 7;
export const DROPPED = 8;

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
      for (let i = 1; i < change.length; i++) count(progress, change[i] as Counted);
      break;
    case UNDONE:
      for (let i = 1; i < change.length; i++) undo(progress, change[i] as Undone);
      progress.rules = progress.rules.filter(isWorthKeeping);
      break;
    case COMPLETED:
      complete(progress, change[1], change[2] ?? undefined, time);
      break;
    case LEFT:
      for (let i = 1; i < change.length; i++) leave(progress, change[i] as Left);
      break;
    case STEPPED:
      for (let i = 1; i < change.length; i++) step(progress.rules, change[i] as Stepped);
      break;
    case REOPENED:
      for (const rule of progress.rules) if (change.includes(rule.name, 1)) rule.end = null;
      progress.rules = progress.rules.filter(isWorthKeeping);
      break;
    case ARMED:
      for (let i = 1; i < change.length; i++) arm(progress, change[i] as Armed);
      break;
    case FELL:
      behaviorReverted(progress, { campaignId: data.campaignId, completionId: change[1], completions: change[2] });
      break;
    case DROPPED:
      progress.dropped = [...progress.dropped, ...(change.slice(1) as Dropped[])];
      break;
  }
}

export function behaviorCompleted(state: CustomerState, data: BehaviorCompleted, time: number): void {
  complete(openProgress(state, data.campaignId), data.completions, data.limitFrom, time);
}

function complete(progress: ProgressState, completions: number, limitFrom: number | undefined, time: number): void {
  progress.completions = completions;
  if (progress.absences.length > 0) progress.absences = progress.absences.map((held) => spentFor(held, progress));
  if (progress.rules.length > 0) progress.rules = [];
  if (limitFrom === undefined) return;
  const { given } = progress;
  if (given.length > 0 && given[0]! <= limitFrom) progress.given = given.filter((at) => at > limitFrom);
  let place = progress.given.length;
  while (place > 0 && progress.given[place - 1]! > time) place--;
  insert(progress.given, place, time);
}

/** The match that armed it is spent, and armed it all the same. */
function spentFor(held: AbsenceState, progress: ProgressState): AbsenceState {
  const last = ruleOf(progress, held.rule)?.matches.at(-1);
  return { ...held, from: last === undefined ? held.from : Math.max(held.from, last[0]), ran: false };
}

function count(progress: ProgressState, counted: Counted): void {
  const [name, signature, at, value, transactionId, forget, order] = counted;
  if (order > progress.order) progress.order = order;
  const rule = openRule(progress.rules, name, signature);
  if (forget !== null) rule.matches = rule.matches.filter((held) => held[0] > forget);
  const { matches } = rule;
  insert(matches, placeOfMatch(matches, at), [at, value, transactionId, order]);
  if (matches.length > limits.matchesPerRuleMax) matches.shift();
}

/** The rule's state; begun anew where what the rule counts has changed. */
function openRule(rules: RuleState[], name: string, signature: string): RuleState {
  let place = 0;
  while (place < rules.length && rules[place]!.name !== name) place++;
  const held = rules[place];
  if (held !== undefined && held.signature === signature) return held;
  const opened: RuleState = { name, signature, matches: [], closed: NONE_CLOSED, end: null };
  rules[place] = opened;
  return opened;
}

function undo(progress: ProgressState, undone: Undone): void {
  const back = undone[3];
  const rule = ruleOf(progress, undone[0]);
  if (back === undefined) {
    if (rule !== undefined) rule.matches = withValue(rule.matches, undone);
    undoneInCompletions(progress, undone);
    return;
  }
  const held = rule?.matches.find((match) => match[2] === undone[1]);
  if (held === undefined) {
    takeBack(progress, undone[0], undone[1], back);
    return;
  }
  const left = (held[1] as number) - back;
  rule!.matches = withValue(rule!.matches, [undone[0], undone[1], left > 0 ? left : null]);
  if (left < 0) takeBack(progress, undone[0], undone[1], -left);
}

/** First of the excess that counts no more, then of what completions have used. */
function takeBack(progress: ProgressState, rule: string, transactionId: string, amount: number): void {
  const missing = progress.dropped.length === 0 ? amount : takeDropped(progress, rule, transactionId, amount);
  takenFromCompletions(progress, rule, transactionId, missing);
}

function isWorthKeeping({ matches, closed, end }: RuleState): boolean {
  return matches.length > 0 || closed.length > 0 || end !== null;
}

function leave(progress: ProgressState, [name, signature, matches, closed]: Left): void {
  const rule = openRule(progress.rules, name, signature);
  // The event that completed it has a number too.
  for (const match of matches) if (match[3] > progress.order) progress.order = match[3];
  rule.matches = matches.slice();
  rule.closed = closed;
}

function step(rules: RuleState[], [name, signature, ...end]: Stepped): void {
  openRule(rules, name, signature).end = end;
}

function arm(progress: ProgressState, [rule, signature, from, due, ran]: Armed): void {
  const { absences } = progress;
  const place = absences.findIndex((held) => held.rule === rule);
  if (signature === null) progress.absences = absences.filter((held) => held.rule !== rule);
  else {
    const armed: AbsenceState = { rule, signature, from, due, ran };
    progress.absences = replaced(absences, place < 0 ? absences.length : place, armed);
  }
}

const NO_COMPLETIONS: readonly CompletionState[] = [];
const NO_ABSENCES: readonly AbsenceState[] = [];
const NONE_CLOSED: readonly number[] = [];
const NONE_DROPPED: readonly Dropped[] = [];

/** The progress of a campaign, which is opened where it is not there yet. */
export function openProgress(state: CustomerState, campaignId: string): ProgressState {
  const held = progressOf(state, campaignId);
  if (held !== undefined) return held;
  const progress: ProgressState = {
    campaignId,
    completions: 0,
    given: [],
    rules: [],
    completed: NO_COMPLETIONS,
    dropped: NONE_DROPPED,
    order: 0,
    absences: NO_ABSENCES,
  };
  state.behaviors.push(progress);
  return progress;
}
