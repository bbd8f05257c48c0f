/** Checks of a campaign beyond its shape: what it refers to exists, its parts fit together, the base is a base. */
import { parseInstant } from '../time/instant.js';
import { BEHAVIOR_KINDS, rulesOf } from './behavior-rules.js';
import { checkExpiry } from './check-account.js';
import { checkAudienceName } from './check-audience.js';
import { checkBehavior, isCompletedByTime } from './check-behavior.js';
import { checkCondition } from './check-condition.js';
import { checkGiving, checkMove } from './check-group.js';
import { checkQuantityOf, checkRule, isCounted } from './check-rule.js';
import { checkNoSend, checkSend } from './check-send.js';
import type { BehaviorDocument, CampaignDocument, OutcomeDocument, RuleDocument } from './document-campaign.js';
import { isPlain, listAt, type Names } from './names.js';
import { suggestion } from './nearest.js';
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
  if (target !== undefined) {
    if ('where' in target) checkCondition(target.where, `${pointer}/target/where`, { names, problems });
    else checkAudienceName(target.audience, `${pointer}/target/audience`, checking);
  }
  const schedule = part('schedule');
  if (schedule !== undefined) checkSpan(schedule.start, schedule.end, `${pointer}/schedule/end`, problems);
  if (!Object.hasOwn(campaign, 'behavior')) checkSend(document, pointer, checking);
  else if (schedule !== undefined) checkNoSend(schedule, `${pointer}/schedule`, problems);
  if ((['group', 'best', 'shadow', 'base'] as const).every((key) => checking.sound(at(pointer, key))))
    checkGiving(document, pointer, problems);
  const limits = part('limits');
  if (limits?.per !== undefined && limits.perCustomer === undefined) {
    problems.add(
      `${pointer}/limits/per`,
      'per_without_per_customer',
      'per is the period of perCustomer; add perCustomer beside it.',
    );
  }
  for (const kind of BEHAVIOR_KINDS) {
    listAt(campaign, 'behavior', kind).forEach((rule, i) => {
      const here = `${pointer}/behavior/${kind}/${i}`;
      if (checking.sound(here)) checkRule(rule as RuleDocument, here, checking);
    });
  }
  listAt(campaign, 'outcomes').forEach((outcome, i) => {
    const here = `${pointer}/outcomes/${i}`;
    if (checking.sound(here)) checkOutcome(outcome as OutcomeDocument, here, checking);
  });
  const behavior = part('behavior');
  if (behavior === undefined) return;
  checkBehavior(behavior, schedule?.end !== undefined, `${pointer}/behavior`, problems);
  if (part('base') === true) checkBase(behavior, `${pointer}/base`, problems);
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

function checkBase({ all }: BehaviorDocument, pointer: string, problems: Problems): void {
  const rule = all?.[0];
  const fits =
    all?.length === 1 &&
    rule!.event === 'purchase' &&
    (rule!.times ?? 1) === 1 &&
    rule!.sum === undefined &&
    rule!.distinct === undefined &&
    rule!.streak === undefined &&
    rule!.absent === undefined;
  if (!fits)
    problems.add(
      pointer,
      'base_rules',
      'A base campaign has exactly one rule: all: [{event: purchase}] with times: 1.',
    );
}

/** A rate in a campaign that no purchase can complete would never give a point. */
function checkRates(document: CampaignDocument, pointer: string, checking: Checking): void {
  const behavior = document.behavior!;
  const rules = rulesOf(behavior);
  const byTime = isCompletedByTime(behavior);
  const purchases = rules.some((rule) => {
    return rule.absent === undefined && (rule.event === 'purchase' || !isCounted(rule.event, checking));
  });
  if (purchases && !byTime) return;
  document.outcomes.forEach((outcome, i) => {
    if (!('points' in outcome) || outcome.points.rate === undefined) return;
    checking.problems.add(
      `${pointer}/outcomes/${i}/points/rate`,
      'rate_needs_purchase',
      byTime
        ? 'absent is completed by time, and there is no purchase to take a rate of; use fixed.'
        : 'Only purchases have an amount and units, and no rule here counts them; use fixed.',
    );
  });
}

export function checkOutcome(outcome: OutcomeDocument, pointer: string, checking: Checking): void {
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
  } else if ('reward' in outcome) {
    if (!names.rewards.has(outcome.reward)) {
      problems.add(
        at(pointer, 'reward'),
        'unknown_reward',
        `There is no reward ${shown(outcome.reward)}.${suggestion(outcome.reward, names.rewards)}`,
      );
    }
  } else if ('tier' in outcome) {
    checkMove(outcome.tier, at(pointer, 'tier'), checking);
  } else if ('status' in outcome) {
    const { set } = outcome.status;
    if (!names.statuses.has(set)) {
      problems.add(
        `${pointer}/status/set`,
        'unknown_status',
        `There is no status ${shown(set)}.${suggestion(set, names.statuses)}`,
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
  const { account, rate, fixed, multiply, expiry } = document;
  if (expiry !== undefined) checkExpiry(expiry, at(pointer, 'expiry'), checking);
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
