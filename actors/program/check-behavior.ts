/** Checks of a behavior as a whole: how its rules are joined, and which of them can be joined so. */
import { BEHAVIOR_KINDS, behaviorKind, rulesOf } from './behavior-rules.js';
import type { BehaviorDocument, RuleDocument } from './document-campaign.js';
import { at, type Problems, shown } from './problem.js';

/** `ends`: whether the campaign's schedule has an end. */
export function checkBehavior(behavior: BehaviorDocument, ends: boolean, pointer: string, problems: Problems): void {
  const kinds = BEHAVIOR_KINDS.filter((kind) => behavior[kind] !== undefined);
  if (kinds.length !== 1) {
    const has = kinds.length === 0 ? 'none of them' : kinds.join(' and ');
    problems.add(
      pointer,
      'one_of_all_any_sequence',
      `A behavior has exactly one of all, any and sequence; this one has ${has}.`,
    );
    return;
  }
  const kind = behaviorKind(behavior);
  const rules = rulesOf(behavior);
  const here = at(pointer, kind);
  checkRuleNames(rules, here, problems);
  if (behavior.sameEvent === true) checkSameEvent(kind, rules, at(pointer, 'sameEvent'), problems);
  rules.forEach((rule, i) => {
    if (rule.absent !== undefined) checkAbsent(rule, ends, at(here, String(i)), problems);
    if (kind === 'sequence' && rule.sum?.carry === true) {
      problems.add(
        `${here}/${i}/sum/carry`,
        'carry_in_sequence',
        'A step of a sequence has no next completion to carry its excess to; leave carry out, or use all.',
      );
    }
  });
}

/** Whether only time completes it: the outcomes then have no event. */
export function isCompletedByTime(behavior: BehaviorDocument): boolean {
  const rules = rulesOf(behavior);
  const waits = (rule: RuleDocument | undefined) => rule?.absent !== undefined;
  switch (behaviorKind(behavior)) {
    case 'all':
      return rules.some(waits);
    case 'any':
      return rules.every(waits);
    case 'sequence':
      return waits(rules.at(-1));
  }
}

function checkRuleNames(rules: readonly RuleDocument[], pointer: string, problems: Problems): void {
  const seen = new Map<string, number>();
  rules.forEach((rule, i) => {
    const name = rule.rule ?? String(i + 1);
    const before = seen.get(name);
    if (before !== undefined) {
      problems.add(
        `${pointer}/${i}`,
        'duplicate_rule',
        `Rule ${before + 1} is already named ${shown(name)}; give one of them another name with rule: (an unnamed rule is named by its number).`,
      );
    } else {
      seen.set(name, i);
    }
  });
}

function checkSameEvent(kind: string, rules: readonly RuleDocument[], pointer: string, problems: Problems): void {
  if (kind !== 'all') {
    problems.add(pointer, 'same_event_of_all', `sameEvent is of all; with ${kind} leave it out.`);
  } else if (rules.some((rule) => rule.absent !== undefined)) {
    problems.add(
      pointer,
      'same_event_absent',
      'What is absent is no event, so it is never the same; leave sameEvent or absent out.',
    );
  }
}

/** Its window must run by itself: after the last match, at a unit's end, or at the campaign's end. */
function checkAbsent(rule: RuleDocument, ends: boolean, pointer: string, problems: Problems): void {
  const { within } = rule;
  if (within !== undefined && 'sinceFirst' in within) {
    problems.add(
      at(pointer, 'within'),
      'absent_since_first',
      'sinceFirst is opened by a match, and absent waits for none; use {rolling: …} or {calendar: …}.',
    );
  } else if ((within === undefined || 'campaign' in within) && !ends) {
    problems.add(
      pointer,
      'absent_needs_window',
      'absent is complete when its window has run, and this one never does; add within: {rolling: P30D} or {calendar: month}, or an end of the schedule.',
    );
  }
}
