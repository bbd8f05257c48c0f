/**
 * Necessary terms: what an event must have for a condition to hold, taken from its text. The index of campaigns looks
 * them up instead of asking every campaign.
 *
 * Invariant: where the condition holds for a view, at least one term of *each* alternative is met. Nothing is said
 * about the converse.
 */
import type { ConditionDocument, FieldCondition, Scalar } from './document-condition.js';

/** The event's field (or, for `line`, some line's) is this value, or a list with it. */
export interface Term {
  readonly line: boolean;
  readonly path: string;
  readonly value: Scalar;
}

/** At least one of these terms is met. */
export type Alternative = readonly Term[];

/** Several ways to say what is necessary; any one of them is enough to index by. Empty: nothing can be said. */
export function alternativesOf(condition: ConditionDocument | undefined, line = false): readonly Alternative[] {
  if (condition === undefined) return [];
  if ('field' in condition) return fieldAlternatives(condition, line);
  if ('all' in condition) return condition.all.flatMap((child) => alternativesOf(child, line));
  if ('any' in condition) return anyAlternatives(condition.any, line);
  if ('lines' in condition) return alternativesOf(condition.lines.where, true);
  return [];
}

function fieldAlternatives(condition: FieldCondition, line: boolean): readonly Alternative[] {
  const term = (value: Scalar): Term => ({ line, path: condition.field, value });
  if (condition.eq !== undefined) return [[term(condition.eq)]];
  if (condition.in !== undefined) return [condition.in.map(term)];
  if (condition.has !== undefined) return [[term(condition.has)]];
  if (condition.hasAny !== undefined) return [condition.hasAny.map(term)];
  if (condition.hasAll !== undefined) return condition.hasAll.map((value) => [term(value)]);
  return [];
}

/** One alternative that joins the shortest of every branch; none where a branch says nothing. */
function anyAlternatives(branches: readonly ConditionDocument[], line: boolean): readonly Alternative[] {
  const joined: Term[] = [];
  for (const branch of branches) {
    const own = alternativesOf(branch, line);
    if (own.length === 0) return [];
    let shortest = own[0]!;
    for (const alternative of own) if (alternative.length < shortest.length) shortest = alternative;
    joined.push(...shortest);
  }
  return [joined];
}
