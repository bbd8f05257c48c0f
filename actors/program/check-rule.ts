/** Checks of one rule of a behavior beyond its shape: its event type, its conditions, its one measure. */

import type { Checking } from './check-campaign.js';
import { checkCondition, checkData, checkLineCondition } from './check-condition.js';
import type { RuleDocument } from './document-campaign.js';
import type { QuantityOfDocument } from './document-condition.js';
import { COUNTED_TYPES, isTriggerType, OUTCOME_TYPES } from './event-types.js';
import type { Names } from './names.js';
import { suggestion } from './nearest.js';
import { EVENT_PATH_NAMES, eventPath, linePath } from './path.js';
import { at, shown } from './problem.js';

const MEASURES = ['times', 'sum', 'distinct', 'streak', 'absent'] as const;

export function checkRule(rule: RuleDocument, pointer: string, checking: Checking): void {
  const { names, problems } = checking;
  checkEventType(rule.event, at(pointer, 'event'), checking);
  const context = { names, problems, eventType: rule.event };
  if (rule.where !== undefined) checkCondition(rule.where, at(pointer, 'where'), context);
  const measures = MEASURES.filter((measure) => rule[measure] !== undefined);
  if (measures.length > 1) {
    problems.add(
      pointer,
      'one_measure',
      `A rule has one measure, not ${measures.join(' and ')}; write one rule for each.`,
    );
  }
  if (rule.sum !== undefined) {
    if (rule.event !== 'purchase' && isCounted(rule.event, checking)) {
      problems.add(
        `${pointer}/sum`,
        'sum_needs_purchase',
        `Only purchases have an amount and units; use times or distinct for ${shown(rule.event)}.`,
      );
    }
    checkQuantityOf(rule.sum.of, `${pointer}/sum/of`, checking);
  }
  if (rule.distinct !== undefined && rule.distinct.of !== 'day')
    checkDistinct(rule, `${pointer}/distinct/of`, checking);
}

export function isCounted(type: string, { names }: Checking): boolean {
  return COUNTED_TYPES.includes(type) || isTriggerType(type) || names.declared.has(type);
}

function checkEventType(type: string, pointer: string, checking: Checking): void {
  const { names, problems } = checking;
  if (isCounted(type, checking)) return;
  if (type === 'return') {
    problems.add(
      pointer,
      'return_never_completes',
      'A return completes no behavior: it takes back from the purchase it names. Count purchase.',
    );
  } else if (type === 'event.refused' || type === 'event.ignored') {
    problems.add(
      pointer,
      'nothing_happened',
      'Nothing is given for an event that was refused or came too late; count what was to happen.',
    );
  } else if (OUTCOME_TYPES.includes(type)) {
    problems.add(
      pointer,
      'not_supported_yet',
      `Outcomes of type ${type} are not supported yet; meanwhile count the event that causes it.`,
    );
  } else {
    const known = [...COUNTED_TYPES, ...names.declared.keys()];
    const hint = suggestion(type, known) || ` Known: ${known.slice(0, 20).join(', ')}; declare others under events.`;
    problems.add(pointer, 'unknown_event_type', `There is no event type ${shown(type)}.${hint}`);
  }
}

export function checkQuantityOf(of: QuantityOfDocument, pointer: string, { names, problems }: Checking): void {
  if (typeof of === 'object') checkLineCondition(of.lines, at(pointer, 'lines'), { names, problems });
}

function checkDistinct(rule: RuleDocument, pointer: string, { names, problems }: Checking): void {
  const path = rule.distinct!.of;
  const spec = eventPath(path);
  if (spec === undefined) {
    const hint =
      linePath(path) === undefined
        ? suggestion(path, ['day', ...EVENT_PATH_NAMES])
        : ' It is a path of a line, and distinct looks at the event.';
    problems.add(
      pointer,
      'unknown_path',
      `There is no path ${shown(path)}.${hint || ` Known: day, ${EVENT_PATH_NAMES.join(', ')}.`}`,
    );
    return;
  }
  if (spec.names === 'tierSystem' && !names.tiers.has(spec.rest)) {
    problems.add(
      pointer,
      'unknown_tier_system',
      `There is no tier system ${shown(spec.rest)}.${suggestion(spec.rest, names.tiers.keys())}`,
    );
  } else if (spec.names === 'account' && !names.accounts.has(spec.rest)) {
    problems.add(
      pointer,
      'unknown_account',
      `There is no account ${shown(spec.rest)}.${suggestion(spec.rest, names.accounts)}`,
    );
  } else if (spec.names === 'rfm' && !names.rfm) {
    problems.add(pointer, 'rfm_missing', `${path} needs the program’s rfm.`);
  } else if (spec.names === 'attribute' || (spec.names === 'data' && isPersonal(rule.event, spec.rest, names))) {
    problems.add(
      pointer,
      'personal_distinct',
      `${path} is personal and would be kept outside the customer’s encrypted profile; count another field.`,
    );
  } else if (spec.names === 'data') {
    checkData(spec, pointer, { names, problems, eventType: rule.event });
  }
}

/** Whether a field of an event's data is personal, lies within something personal, or holds something personal. */
function isPersonal(type: string, field: string, names: Names): boolean {
  if (type === 'profile.updated' || type === 'profile.changed')
    return field === 'attributes' || field.startsWith('attributes.');
  const personal = names.declared.get(type)?.personal ?? [];
  return personal.some(
    (path) => path === '' || field === path || field.startsWith(`${path}.`) || path.startsWith(`${field}.`),
  );
}
