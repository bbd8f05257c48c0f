/**
 * Which of a condition's paths are about the profile and the local time: what a purchase must remember to be judged
 * again after a return "with the profile as it was then" (PROGRAM: "Edges: Conditions").
 */
import type { ConditionDocument } from './document-condition.js';

const NONE: readonly string[] = [];

/** Paths `customer.…` and, as one, `local` where any `local.…` is read; each once. */
export function profilePathsOf(document: ConditionDocument | undefined): readonly string[] {
  if (document === undefined) return NONE;
  const paths = new Set<string>();
  gather(document, paths);
  return paths.size === 0 ? NONE : [...paths];
}

function gather(document: ConditionDocument, paths: Set<string>): void {
  if ('field' in document) {
    if (document.field.startsWith('customer.')) paths.add(document.field);
    else if (document.field.startsWith('local.')) paths.add('local');
  } else if ('all' in document) {
    for (const part of document.all) gather(part, paths);
  } else if ('any' in document) {
    for (const part of document.any) gather(part, paths);
  } else if ('not' in document) gather(document.not, paths);
}
