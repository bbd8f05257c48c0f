/**
 * In which order events count as having arrived that two customers, merged now, had counted for one campaign. Each has
 * numbered its own, so what is moved is numbered anew: as arrived with the merge, after all of the other's.
 *
 * Where steps of a sequence are finished, the unspent events of the one further on come first, so that a finished step
 * takes none of the other's for its own. Else all that is unspent has arrived in the order of its time (of one time the
 * survivor's first): a `sinceFirst` window is opened by the earliest. Numbers are 0 where order does not matter.
 */
import type { CompletionState, MatchState, ProgressState, StepEnd } from './state.js';

export interface Ordered {
  readonly own: ProgressState;
  readonly more: ProgressState;
  /** The highest number. */
  readonly order: number;
}

export function withOrders(own: ProgressState, more: ProgressState, isOwnAhead: boolean): Ordered {
  const top = topOf(own);
  const order = top + topOf(more);
  if (order === 0) return { own, more, order };
  const after = (number: number) => number + top;
  const moved = { ...withUnspent(more, after), completed: more.completed.map((each) => withSpent(each, after)) };
  if (!own.rules.some(hasMatches) || !moved.rules.some(hasMatches)) return { own, more: moved, order };
  const isStepped = [own, moved].some(({ rules }) => rules.some(({ end }) => end !== null));
  if (isStepped && isOwnAhead) return { own, more: moved, order };
  if (isStepped) return { own: withUnspent(own, (number) => number + order), more: moved, order: order + top };
  const numbers = inOrderOfTime(own, moved);
  const anew = (number: number) => order + 1 + numbers.indexOf(number);
  return { own: withUnspent(own, anew), more: withUnspent(moved, anew), order: order + numbers.length };
}

/** The highest number of a progress, spent or not. */
function topOf({ order, completed }: ProgressState): number {
  let top = order;
  for (const { rules } of completed)
    for (const { counted, others } of rules) for (const match of [...counted, ...others]) top = Math.max(top, match[3]);
  return top;
}

function hasMatches({ matches }: { readonly matches: readonly MatchState[] }): boolean {
  return matches.length > 0;
}

/** The numbers of what is unspent, by its time. */
function inOrderOfTime(own: ProgressState, more: ProgressState): number[] {
  const matches = [...own.rules, ...more.rules].flatMap((rule) => rule.matches);
  matches.sort((a, b) => a[0] - b[0] || a[3] - b[3]);
  return [...new Set(matches.map(([, , , order]) => order))];
}

type Renumber = (order: number) => number;

function withUnspent(progress: ProgressState, renumber: Renumber): ProgressState {
  const rules = progress.rules.map((rule) => ({
    ...rule,
    matches: renumbered(rule.matches, renumber),
    end: endOf(rule.end, renumber),
  }));
  return { ...progress, rules };
}

function withSpent(completion: CompletionState, renumber: Renumber): CompletionState {
  const rules = completion.rules.map((rule) => ({
    ...rule,
    counted: renumbered(rule.counted, renumber),
    others: renumbered(rule.others, renumber),
    end: endOf(rule.end, renumber),
  }));
  return { ...completion, rules };
}

function renumbered(matches: readonly MatchState[], renumber: Renumber): MatchState[] {
  return matches.map(([at, value, transactionId, order]) => [at, value, transactionId, renumber(order)]);
}

function endOf(end: StepEnd | null, renumber: Renumber): StepEnd | null {
  if (end === null) return null;
  const [at, order, firstAt, firstOrder, arrived] = end;
  return [at, renumber(order), firstAt, renumber(firstOrder), renumber(arrived)];
}
