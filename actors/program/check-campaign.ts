/** Checks of a campaign beyond its shape: what it refers to exists, its parts fit together, the base is a base. */
import { parseInstant } from '../time/instant.js';
import { checkCondition, checkData, checkLineCondition } from './check-condition.js';
import type { CampaignDocument, OutcomeDocument, RuleDocument } from './document-campaign.js';
import type { QuantityOfDocument } from './document-condition.js';
import { COUNTED_TYPES, LATER_TYPES, OUTCOME_TYPES } from './event-types.js';
import { isPlain, listAt, type Names } from './names.js';
import { suggestion } from './nearest.js';
import { EVENT_PATH_NAMES, eventPath, linePath } from './path.js';
import { at, type Problems, shown } from './problem.js';

/** What a check may look at: the names of the document, where problems go, and which parts have the right shape. */
export interface Checking {
  readonly names: Names;
  readonly problems: Problems;
  /** Whether nothing at or under this pointer has a wrong shape. */
  sound(pointer: string): boolean;
}

/** Each part is checked where its own shape is right, whatever the rest of the campaign. */
export function checkCampaign(campaign: unknown, pointer: string, checking: Checking): void {
  if (!isPlain(campaign)) return;
  const document = campaign as Partial<CampaignDocument>;
  const part = <K extends keyof CampaignDocument>(key: K): CampaignDocument[K] | undefined =>
    Object.hasOwn(campaign, key) && checking.sound(at(pointer, key)) ? document[key] : undefined;
  const { names, problems } = checking;
  const target = part('target');
  if (target !== undefined) checkCondition(target.where, `${pointer}/target/where`, { names, problems });
  const schedule = part('schedule');
  if (schedule !== undefined) checkSpan(schedule.start, schedule.end, `${pointer}/schedule/end`, problems);
  const limits = part('limits');
  if (limits?.per !== undefined && limits.perCustomer === undefined) {
    problems.add(
      `${pointer}/limits/per`,
      'per_without_per_customer',
      'per is the period of perCustomer; add perCustomer beside it.',
    );
  }
  listAt(campaign, 'behavior', 'all').forEach((rule, i) => {
    const here = `${pointer}/behavior/all/${i}`;
    if (checking.sound(here)) checkRule(rule as RuleDocument, here, checking);
  });
  listAt(campaign, 'outcomes').forEach((outcome, i) => {
    const here = `${pointer}/outcomes/${i}`;
    if (checking.sound(here)) checkOutcome(outcome as OutcomeDocument, here, checking);
  });
  const behavior = part('behavior');
  if (behavior === undefined) return;
  checkRuleNames(behavior.all, `${pointer}/behavior/all`, problems);
  if (part('base') === true) checkBase(behavior.all, `${pointer}/base`, problems);
  if (part('outcomes') !== undefined) checkRates(document as CampaignDocument, pointer, checking);
}

/** `end` must not be before `start`; both RFC 3339. */
export function checkSpan(
  start: string | undefined,
  end: string | undefined,
  pointer: string,
  problems: Problems,
): void {
  if (start === undefined || end === undefined) return;
  if (parseInstant(end)! < parseInstant(start)!)
    problems.add(pointer, 'end_before_start', `${end} is before ${start}; swap them.`);
}

function checkRule(rule: RuleDocument, pointer: string, checking: Checking): void {
  const { names, problems } = checking;
  checkEventType(rule.event, at(pointer, 'event'), checking);
  const context = { names, problems, eventType: rule.event };
  if (rule.where !== undefined) checkCondition(rule.where, at(pointer, 'where'), context);
  const measures = (['times', 'sum', 'distinct'] as const).filter((measure) => rule[measure] !== undefined);
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

function isCounted(type: string, { names }: Checking): boolean {
  return COUNTED_TYPES.includes(type) || names.declared.has(type);
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
  } else if (LATER_TYPES.includes(type)) {
    problems.add(
      pointer,
      'not_supported_yet',
      `Events of type ${type} are not supported yet; meanwhile declare a type of your own under events.`,
    );
  } else if (OUTCOME_TYPES.includes(type)) {
    problems.add(
      pointer,
      'not_supported_yet',
      `Campaigns that count outcomes (${type}) are not supported yet; meanwhile count the event that causes it.`,
    );
  } else {
    const known = [...COUNTED_TYPES, ...names.declared.keys()];
    const hint = suggestion(type, known) || ` Known: ${known.slice(0, 20).join(', ')}; declare others under events.`;
    problems.add(pointer, 'unknown_event_type', `There is no event type ${shown(type)}.${hint}`);
  }
}

function checkQuantityOf(of: QuantityOfDocument, pointer: string, { names, problems }: Checking): void {
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
  } else if (spec.names === 'audience') {
    problems.add(pointer, 'not_supported_yet', 'Audiences are not supported yet.');
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
  if (type === 'profile.updated') return field === 'attributes' || field.startsWith('attributes.');
  const personal = names.declared.get(type)?.personal ?? [];
  return personal.some(
    (path) => path === '' || field === path || field.startsWith(`${path}.`) || path.startsWith(`${field}.`),
  );
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

function checkBase(rules: readonly RuleDocument[], pointer: string, problems: Problems): void {
  const [rule] = rules;
  const fits =
    rules.length === 1 &&
    rule!.event === 'purchase' &&
    (rule!.times ?? 1) === 1 &&
    rule!.sum === undefined &&
    rule!.distinct === undefined;
  if (!fits)
    problems.add(pointer, 'base_rules', 'A base campaign has exactly one rule: {event: purchase} with times: 1.');
}

/** A rate in a campaign that counts no purchase would never give a point. */
function checkRates(document: CampaignDocument, pointer: string, checking: Checking): void {
  if (document.behavior.all.some((rule) => rule.event === 'purchase' || !isCounted(rule.event, checking))) return;
  document.outcomes.forEach((outcome, i) => {
    if (!('points' in outcome) || outcome.points.rate === undefined) return;
    checking.problems.add(
      `${pointer}/outcomes/${i}/points/rate`,
      'rate_needs_purchase',
      'Only purchases have an amount and units, and no rule here counts them; use fixed.',
    );
  });
}

function checkOutcome(outcome: OutcomeDocument, pointer: string, checking: Checking): void {
  const { names, problems } = checking;
  if ('points' in outcome) {
    checkPoints(outcome.points, at(pointer, 'points'), checking);
  } else if ('offer' in outcome) {
    if (!names.offers.has(outcome.offer)) {
      problems.add(
        at(pointer, 'offer'),
        'unknown_offer',
        `There is no offer ${shown(outcome.offer)}.${suggestion(outcome.offer, names.offers)}`,
      );
    }
  } else {
    const { tag } = outcome;
    const here = at(pointer, 'tag');
    if ((tag.add === undefined) === (tag.remove === undefined)) {
      problems.add(here, 'add_or_remove', 'Takes exactly one of add and remove.');
    } else if (tag.for !== undefined && tag.add === undefined) {
      problems.add(at(here, 'for'), 'for_without_add', 'for says how long an added tag stays; a removed one is gone.');
    }
  }
}

type PointsDocument = Extract<OutcomeDocument, { points: unknown }>['points'];

function checkPoints(document: PointsDocument, pointer: string, checking: Checking): void {
  const { names, problems } = checking;
  const { account, rate, fixed, multiply } = document;
  if (!names.accounts.has(account)) {
    problems.add(
      at(pointer, 'account'),
      'unknown_account',
      `There is no account ${shown(account)}.${suggestion(account, names.accounts)}`,
    );
  }
  if ((rate === undefined) === (fixed === undefined))
    problems.add(pointer, 'rate_or_fixed', 'Takes exactly one of rate and fixed.');
  if (rate !== undefined) checkQuantityOf(rate.of, `${pointer}/rate/of`, checking);
  if (rate === undefined) {
    for (const key of ['multiply', 'round'] as const) {
      if (document[key] !== undefined)
        problems.add(at(pointer, key), 'rate_only', `${key} is of a rate; fixed points are given as they are.`);
    }
  }
  if (multiply === 'tier') {
    if (names.tiers.size === 0)
      problems.add(
        at(pointer, 'multiply'),
        'no_tier_system',
        'There is no tier system to multiply by; add tiers or leave multiply out.',
      );
    else if (names.tiers.size > 1)
      problems.add(
        at(pointer, 'multiply'),
        'ambiguous_tier_system',
        `Say which tier system: {tier: ${[...names.tiers.keys()].join('} or {tier: ')}}.`,
      );
  } else if (multiply !== undefined && !names.tiers.has(multiply.tier)) {
    problems.add(
      `${pointer}/multiply/tier`,
      'unknown_tier_system',
      `There is no tier system ${shown(multiply.tier)}.${suggestion(multiply.tier, names.tiers.keys())}`,
    );
  }
}
