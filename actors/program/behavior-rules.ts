/** The rules of a behavior as a program writes it, however they are joined (PROGRAM: Behaviors and rules). */
import type { BehaviorDocument, RuleDocument } from './document-campaign.js';
import type { BehaviorKind } from './program.js';

export const BEHAVIOR_KINDS = ['all', 'any', 'sequence'] as const satisfies readonly BehaviorKind[];

const NONE: readonly RuleDocument[] = [];

/** A campaign without a behavior has no rules. */
export function rulesOf(behavior: BehaviorDocument | undefined): readonly RuleDocument[] {
  return behavior === undefined ? NONE : (behavior[behaviorKind(behavior)] ?? NONE);
}

/** The first of `all`, `any` and `sequence` that it has: validation allows one. */
export function behaviorKind(behavior: BehaviorDocument | undefined): BehaviorKind {
  return BEHAVIOR_KINDS.find((kind) => behavior?.[kind] !== undefined) ?? 'all';
}
