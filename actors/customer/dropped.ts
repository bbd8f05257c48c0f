/**
 * Excess that counts no more: of a rule that carries it, what a limit or the end of a window has dropped. "What comes
 * back is taken from the excess, then from the newest completion" (PROGRAM: "Edges: Behaviors"), so it is remembered for
 * as long as a completion that may fall has used the rest of the purchase. `clawback.ts` says what is dropped.
 *
 * What the limit drops with a completion that may fall itself stands among that one's `others`, and counts again with it.
 */
import type { CompletionState, Dropped, MatchState, ProgressState, SpentState } from './state.js';

/** Those of the matches of which a completion has used a part. */
export function ofUsed(completed: readonly CompletionState[], rule: string, matches: readonly MatchState[]): Dropped[] {
  const dropped: Dropped[] = [];
  for (const [, value, transactionId] of matches)
    if (transactionId !== null && isUsed(completed, rule, transactionId))
      dropped.push([rule, transactionId, value as number]);
  return dropped;
}

function isUsed(completed: readonly CompletionState[], rule: string, transactionId: string): boolean {
  return completed.some(({ rules }) => rules.some((spent) => concerns(spent, rule, transactionId)));
}

/** Whether a completion has spent, of that rule, any of a purchase. */
export function concerns({ name, counted, others }: SpentState, rule: string, transactionId: string): boolean {
  const isIt = (match: MatchState) => match[2] === transactionId;
  return name === rule && (counted.some(isIt) || others.some(isIt));
}

// ---- the fold -------------------------------------------------------------------------------------------------------

/** Takes up to `amount` of what has been dropped of a purchase; what is still to be taken is given back. */
export function takeDropped(progress: ProgressState, rule: string, transactionId: string, amount: number): number {
  let missing = amount;
  const left: Dropped[] = [];
  for (const each of progress.dropped) {
    const taken = each[0] === rule && each[1] === transactionId ? Math.min(missing, each[2]) : 0;
    missing -= taken;
    if (taken < each[2]) left.push([each[0], each[1], each[2] - taken]);
  }
  progress.dropped = left;
  return missing;
}

/** Without what no completion has used any more. */
export function letGo(progress: ProgressState): void {
  if (progress.dropped.length === 0) return;
  progress.dropped = progress.dropped.filter(([rule, id]) => isUsed(progress.completed, rule, id));
}
