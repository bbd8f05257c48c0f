/**
 * Campaigns judged by one event, in order, against one view (PROGRAM: "One event, in order", Behaviors, Campaigns).
 *
 * A campaign counts an event if its schedule, its target, the customer's status and its limit allow it and at least
 * one of its rules matches; it completes when the windows of all its rules hold enough. What has not counted on arrival
 * never counts. `explain.ts` tells the same decisions in words; both ask `consider`.
 */
import type { Json } from '../event.js';
import type { Cause, RuleProgress } from '../outcome.js';
import type { Campaign, Measure, Program, Rule } from '../program/program.js';
import { subtractDuration } from '../time/duration.js';
import { award } from './award.js';
import { COMPLETED, COUNTED, type Counted, progressOf, ruleOf, withMatch } from './progress.js';
import { forgetUpTo, type Reach, reachOf } from './reach.js';
import { attributesSeen, seenBy } from './remembered.js';
import type { MatchState, MatchValue, ProgressState, Scalar } from './state.js';
import { unitSpan } from './unit-span.js';
import type { EventView } from './view.js';
import type { Working } from './working.js';

/** What judging one event needs to know, the same for all campaigns. */
export interface Occasion {
  readonly working: Working;
  readonly program: Program;
  readonly view: EventView;
  /** The customer's zone. */
  readonly zone: string;
  /** The oldest time an event may still come with, ms. */
  readonly earliest: number;
  readonly eventId: string;
  /** The purchase's transaction; null for other types. */
  readonly transactionId: string | null;
}

const NO_MATCHES: readonly MatchState[] = [];

/** Every campaign this event could move. */
export function judgeCampaigns(occasion: Occasion): void {
  const campaigns = occasion.program.candidates(occasion.view);
  for (let i = 0; i < campaigns.length; i++) judgeCampaign(occasion, campaigns[i]!);
}

/** Why a campaign did not consider an event; undefined where it did. */
export type Excluded = 'schedule' | 'target' | 'limit';

export function excluded(
  occasion: Occasion,
  campaign: Campaign,
  progress: ProgressState | undefined,
): Excluded | undefined {
  const { view, zone } = occasion;
  const { time } = view.event;
  if (campaign.start !== undefined && time < campaign.start) return 'schedule';
  if (campaign.end !== undefined && time > campaign.end) return 'schedule';
  if (campaign.target !== undefined && !campaign.target.test(view)) return 'target';
  if (campaign.perCustomer !== undefined && !mayGive(campaign, campaign.perCustomer, progress, time, zone))
    return 'limit';
  return undefined;
}

function judgeCampaign(occasion: Occasion, campaign: Campaign): void {
  const progress = progressOf(occasion.working.now, campaign.id);
  if (excluded(occasion, campaign, progress) !== undefined) return;
  const { rules } = campaign;
  let counted: Counted[] | undefined;
  let alone = true;
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i]!;
    const value = countOf(rule, occasion.view);
    if (value === undefined) {
      alone = false;
      continue;
    }
    const count = countedBy(occasion, rule, value, progress);
    counted = counted === undefined ? [count] : [...counted, count];
    alone &&= isEnough(rule.measure, value);
  }
  if (counted === undefined) return;
  const cause: Cause = { eventId: occasion.eventId, campaignId: campaign.id };
  // The arriving event lies in its own window: where it is enough alone nothing else need be asked.
  if (alone) complete(occasion, campaign, progress, cause);
  else weigh(occasion, campaign, progress, counted, cause);
}

/** Where every rule stands with this event: complete if all windows hold enough, else told as progress. */
function weigh(
  occasion: Occasion,
  campaign: Campaign,
  progress: ProgressState | undefined,
  counted: readonly Counted[],
  cause: Cause,
): void {
  const { rules } = campaign;
  const { time } = occasion.view.event;
  const shown = new Array<RuleProgress>(rules.length);
  let full = true;
  let next = 0;
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i]!;
    let matches = matchesOf(rule, progress);
    const own = counted[next];
    if (own !== undefined && own[0] === rule.name) {
      matches = withMatch(matches, [own[2], own[3], own[4]]);
      next++;
    }
    const { have, need, resetsAt } = reachOf(rule, campaign, matches, time, occasion.zone);
    shown[i] = { rule: rule.name, have, need, resetsAt };
    full &&= have >= need;
  }
  if (full) complete(occasion, campaign, progress, cause);
  else advance(occasion, campaign, counted, shown, cause);
}

function isEnough(measure: Measure, value: MatchValue): boolean {
  return measure.kind === 'distinct' ? measure.atLeast === 1 : (value as number) >= measure.atLeast;
}

/** What this event adds to a rule; undefined where it does not match it, or adds nothing. */
export function countOf(rule: Rule, view: EventView): MatchValue | undefined {
  if (rule.eventType !== view.event.type) return undefined;
  if (rule.where !== undefined && !rule.where.test(view)) return undefined;
  return valueAdded(rule.measure, view);
}

/** What a matching event adds: 1, an amount above 0, or one or more values. */
export function valueAdded(measure: Measure, view: EventView): MatchValue | undefined {
  switch (measure.kind) {
    case 'times':
      return 1;
    case 'sum': {
      const amount = measure.of.of(view);
      return amount > 0 ? amount : undefined;
    }
    case 'distinct':
      return measure.of === 'day' ? view.localDay : distinctValue(measure.of.read(view));
  }
}

/** A missing value counts nowhere; of a list each element counts. Objects are no values. */
function distinctValue(value: Json | undefined): MatchValue | undefined {
  if (isScalar(value)) return value;
  if (!Array.isArray(value)) return undefined;
  const values = value.filter(isScalar);
  return values.length === 0 ? undefined : values;
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function countedBy(occasion: Occasion, rule: Rule, value: MatchValue, progress: ProgressState | undefined): Counted {
  const { view, zone, earliest } = occasion;
  const matches = matchesOf(rule, progress);
  let forget: number | null = null;
  if (matches.length > 0 && matches[0]![0] < earliest) {
    const upTo = forgetUpTo(rule.window, earliest, zone);
    if (upTo !== null && matches[0]![0] <= upTo) forget = upTo;
  }
  const seen = occasion.transactionId === null ? undefined : seenBy(rule, view);
  const { name, signature } = rule;
  return seen === undefined
    ? [name, signature, view.event.time, value, occasion.transactionId, forget]
    : [name, signature, view.event.time, value, occasion.transactionId, forget, seen];
}

/** Unspent matches; those of another signature are of another rule and count no more. */
export function matchesOf(rule: Rule, progress: ProgressState | undefined): readonly MatchState[] {
  const held = progress === undefined ? undefined : ruleOf(progress, rule.name);
  return held === undefined || held.signature !== rule.signature ? NO_MATCHES : held.matches;
}

function complete(occasion: Occasion, campaign: Campaign, progress: ProgressState | undefined, cause: Cause): void {
  const { working, view, zone, earliest } = occasion;
  const { time } = view.event;
  const completions = (progress?.completions ?? 0) + 1;
  const limitFrom = campaign.per === undefined ? undefined : (forgetUpTo(campaign.per, earliest, zone) ?? undefined);
  if (!campaign.base) {
    working.tell('behavior.completed', time, cause, { campaignId: campaign.id, completions, limitFrom });
  } else if (campaign.perCustomer !== undefined) {
    working.note('progress.moved', time, cause, {
      campaignId: campaign.id,
      progress: [COMPLETED, completions, limitFrom ?? null],
    });
  }
  award(occasion, campaign, cause);
}

function advance(
  occasion: Occasion,
  campaign: Campaign,
  counted: readonly Counted[],
  rules: readonly RuleProgress[],
  cause: Cause,
): void {
  const { working, view, zone } = occasion;
  const { time } = view.event;
  const attributes = occasion.transactionId === null ? undefined : attributesSeen(campaign, counted, view);
  const progress = (counted.length === 1 ? [COUNTED, counted[0]] : [COUNTED, ...counted]) as unknown as Json;
  working.note('progress.moved', time, cause, { campaignId: campaign.id, progress, attributes });
  working.tell('behavior.progressed', time, cause, { campaignId: campaign.id, rules, zone });
}

/** Where every rule of a campaign stands, as of an instant (ms). */
export function ruleProgress(
  campaign: Campaign,
  progress: ProgressState | undefined,
  at: number,
  zone: string,
): RuleProgress[] {
  const shown = new Array<RuleProgress>(campaign.rules.length);
  for (let i = 0; i < campaign.rules.length; i++) {
    const rule = campaign.rules[i]!;
    const reach: Reach = reachOf(rule, campaign, matchesOf(rule, progress), at, zone);
    shown[i] = { rule: rule.name, have: reach.have, need: reach.need, resetsAt: reach.resetsAt };
  }
  return shown;
}

/** Whether the limit leaves room in the period that holds the event's time. */
function mayGive(
  campaign: Campaign,
  perCustomer: number,
  progress: ProgressState | undefined,
  time: number,
  zone: string,
): boolean {
  if (progress === undefined) return true;
  const { per } = campaign;
  if (per === undefined || per.kind === 'campaign') return progress.completions < perCustomer;
  let after: number;
  let upTo = time;
  if (per.kind === 'rolling') after = subtractDuration(time, per.span, zone);
  else {
    const span = unitSpan(per.unit, zone, time);
    after = span.from - 1;
    upTo = span.before - 1;
  }
  let given = 0;
  for (let i = 0; i < progress.given.length; i++) {
    const at = progress.given[i]!;
    if (at > after && at <= upTo) given++;
  }
  return given < perCustomer;
}
