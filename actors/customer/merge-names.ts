/**
 * Transactions that both customers of a merge have used. A transaction names one purchase of a customer: from then on the
 * survivor's own. What the old one's has counted stands, and no return can name it any more.
 */
import type { CustomerState, MatchState } from './state.js';

/** The state without those names; itself where there are none. `isKnown`: to the survivor. */
export function withoutNames(state: CustomerState, isKnown: (transactionId: string) => boolean): CustomerState {
  const known = new Set([...namesOf(state)].filter(isKnown));
  if (known.size === 0) return state;
  const nameless = (matches: readonly MatchState[]): MatchState[] =>
    matches.map((match) => (match[2] !== null && known.has(match[2]) ? [match[0], match[1], null, match[3]] : match));
  const behaviors = state.behaviors.map((progress) => ({
    ...progress,
    dropped: progress.dropped.filter(([, transactionId]) => !known.has(transactionId)),
    rules: progress.rules.map((rule) => ({ ...rule, matches: nameless(rule.matches) })),
    completed: progress.completed.map((completion) => ({
      ...completion,
      rules: completion.rules.map((rule) => ({
        ...rule,
        counted: nameless(rule.counted),
        others: nameless(rule.others),
      })),
    })),
  }));
  return { ...state, behaviors };
}

function namesOf({ behaviors }: CustomerState): Set<string> {
  const names = new Set<string>();
  const note = (matches: readonly MatchState[]): void => {
    for (const [, , transactionId] of matches) if (transactionId !== null) names.add(transactionId);
  };
  for (const { rules, completed } of behaviors) {
    for (const { matches } of rules) note(matches);
    for (const completion of completed) {
      for (const { counted, others } of completion.rules) {
        note(counted);
        note(others);
      }
    }
  }
  return names;
}
