/** Rules that carry: what of a match is excess, and what becomes of that (PROGRAM: Behaviors; "Edges, decided: Behaviors"). */
import type { Judged } from './behavior.js';
import type { Rule } from './document.js';
import type { Completion, Match, Progress, Use } from './life.js';
import { rulesOf } from './life.js';

/** "Completions stop at the limit and the excess is then dropped": the last completion has spent it. */
export function dropExcess(judged: Judged, progress: Progress, last: Completion): void {
  const rules = rulesOf(judged.behavior);
  const isExcess = ({ rule }: Match) => rules[rule]!.sum?.carry === true;
  for (const match of progress.matches.filter(isExcess)) {
    // First, because what comes back is taken from the excess first.
    last.spent.unshift({ match, used: match.value });
    match.value = 0;
  }
  progress.matches = progress.matches.filter((match) => !isExcess(match));
}

export function carries(judged: Judged): boolean {
  return rulesOf(judged.behavior).some((rule) => rule.sum?.carry === true);
}

/** It counts no more; what completions have used of it may still come back. */
export function drop(progress: Progress, rule: Rule, match: Match): void {
  progress.matches = progress.matches.filter((each) => each !== match);
  if (rule.sum?.carry !== true) return;
  match.dropped += match.value as number;
  match.value = 0;
}

/**
 * "What comes back is taken from the excess, then from the newest completion"; so what a purchase adds more (it may match
 * more lines now) is excess, or, where all of it was spent, goes to what spent it last. `uses`: newest first.
 */
export function revalueCarried(progress: Progress, match: Match, now: number, uses: readonly Use[]): boolean {
  const unspent = match.value as number;
  let back = uses.reduce((sum, { used }) => sum + (used as number), unspent + match.dropped) - now;
  if (back < 0) {
    const isUnspent = progress.matches.includes(match);
    if (isUnspent) match.value = unspent - back;
    else uses[0]!.used = (uses[0]!.used as number) - back;
    return isUnspent;
  }
  const taken = (from: number) => {
    const part = Math.min(back, from);
    back -= part;
    return from - part;
  };
  match.value = taken(unspent);
  match.dropped = taken(match.dropped);
  for (const use of uses) use.used = taken(use.used as number);
  return match.value !== unspent;
}
