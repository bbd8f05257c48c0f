/**
 * Campaigns judged by one event, in order, against one view (PROGRAM: "One event, in order", Behaviors, Campaigns).
 *
 * A campaign counts an event if its schedule, its target, the customer's status and its limit allow it and at least
 * one of its rules matches; it completes when the windows of all its rules hold enough. What has not counted on arrival
 * never counts. `explain.ts` tells the same decisions in words; both ask `consider`.
 */
import type { Json } from '../event.js';
import type { RuleProgress } from '../outcome.js';
import type { Campaign, Measure, Program, Rule } from '../program/program.js';
import { subtractDuration } from '../time/duration.js';
import { type Counted, progressOf, ruleOf, withMatch } from './progress.js';
import { forgetUpTo, type Reach, reachOf } from './reach.js';
import { seenBy } from './remembered.js';
import type { SharedLimits } from './shared-limits.js';
import type { MatchState, MatchValue, ProgressState, Scalar } from './state.js';
import { unitSpan } from './unit-span.js';
import type { Verdict } from './verdict.js';
import type { EventView } from './view.js';
import type { Working } from './working.js';

/** What judging one event needs to know, the same for all campaigns. */
export interface Occasion {
  readonly working: Working;
  readonly program: Program;
  readonly shared: SharedLimits;
  readonly view: EventView;
  /** The customer's zone. */
  readonly zone: string;
  /** The oldest time an event may still come with, ms. */
  readonly earliest: number;
  /** Undefined where nothing was reported: a send. */
  readonly eventId: string | undefined;
  /** The purchase's transaction; null for other types. */
  readonly transactionId: string | null;
}

const NO_MATCHES: readonly MatchState[] = [];
const NO_RULES: readonly RuleProgress[] = [];

/** What this event does to every campaign it could move, in the order of judging. Changes nothing: `give.ts` tells it. */
export function judgeCampaigns(occasion: Occasion): readonly Verdict[] {
  const campaigns = occasion.program.candidates(occasion.view);
  const verdicts: Verdict[] = [];
  for (let i = 0; i < campaigns.length; i++) {
    const verdict = verdictOf(occasion, campaigns[i]!);
    if (verdict !== undefined) verdicts.push(verdict);
  }
  return verdicts;
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

/** What this event does to a campaign; undefined where nothing. */
function verdictOf(occasion: Occasion, campaign: Campaign): Verdict | undefined {
  const progress = progressOf(occasion.working.now, campaign.id);
  if (excluded(occasion, campaign, progress) !== undefined) return undefined;
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
  if (counted === undefined) return undefined;
  // The arriving event lies in its own window: where it is enough alone nothing else need be asked.
  if (alone) return { campaign, completions: 1, counted, rules: NO_RULES };
  return weigh(occasion, campaign, progress, counted);
}

/** Where every rule stands with this event: complete if all windows hold enough, else progress. */
function weigh(
  occasion: Occasion,
  campaign: Campaign,
  progress: ProgressState | undefined,
  counted: readonly Counted[],
): Verdict {
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
  return { campaign, completions: full ? 1 : 0, counted, rules: shown };
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
