/**
 * What an event counts for: which rules it matches and what it adds to them (PROGRAM: Behaviors and rules). What has not
 * counted on arrival never counts.
 */
import type { Json } from '../event.js';
import type { Campaign, Measure, Rule } from '../program/program.js';
import type { Occasion } from './campaigns.js';
import { type Counted, ruleOf, withMatch } from './progress.js';
import { forgetUpTo } from './reach.js';
import { seenBy } from './remembered.js';
import { firstWindowOf } from './since-first.js';
import type { MatchState, MatchValue, ProgressState, RuleState, Scalar } from './state.js';
import { forgetGapped, isClosed, unitOfDay } from './streak.js';
import type { EventView } from './view.js';

/** A match later than any time: to forget all. */
const ALL = Number.MAX_SAFE_INTEGER;
const NO_MATCHES: readonly MatchState[] = [];

/** What this event adds to a rule; undefined where it does not match it, or adds nothing. */
export function countOf(rule: Rule, view: EventView): MatchValue | undefined {
  if (rule.eventType !== view.event.type) return undefined;
  if (rule.where !== undefined && !rule.where.test(view)) return undefined;
  return valueAdded(rule.measure, view);
}

/** Whether the event satisfies every rule's `where`. */
export function satisfiesAll({ rules }: Campaign, view: EventView): boolean {
  for (let i = 0; i < rules.length; i++) {
    const { eventType, where } = rules[i]!;
    if (eventType !== view.event.type || (where !== undefined && !where.test(view))) return false;
  }
  return true;
}

/** What a matching event adds: 1, an amount above 0, one or more values, or the local unit it lies in. */
export function valueAdded(measure: Measure, view: EventView): MatchValue | undefined {
  switch (measure.kind) {
    case 'times':
    case 'absent':
      return 1;
    case 'sum': {
      const amount = measure.of.of(view);
      return amount > 0 ? amount : undefined;
    }
    case 'distinct':
      return measure.of === 'day' ? view.localDay : distinctValue(measure.of.read(view));
    case 'streak':
      return unitOfDay(measure.unit, view.localDay);
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

/** The rule's state; one of another signature is of another rule and counts no more. */
export function heldOf(rule: Rule, progress: ProgressState | undefined): RuleState | undefined {
  const held = progress === undefined ? undefined : ruleOf(progress, rule.name);
  return held === undefined || held.signature !== rule.signature ? undefined : held;
}

/** Unspent matches. */
export function matchesOf(rule: Rule, progress: ProgressState | undefined): readonly MatchState[] {
  return heldOf(rule, progress)?.matches ?? NO_MATCHES;
}

/**
 * The count of a matching event for a rule of `all` or `any`; undefined where it counts nowhere: in a unit of a closed
 * streak, or outside of a `sinceFirst` window that stays open.
 */
export function countedBy(
  occasion: Occasion,
  rule: Rule,
  value: MatchValue,
  progress: ProgressState | undefined,
  order: number,
): Counted | undefined {
  const { view, zone } = occasion;
  const { measure, window } = rule;
  if (measure.kind === 'streak') {
    const held = heldOf(rule, progress);
    if (held !== undefined && held.closed.length > 0 && isClosed(held.closed, value as number)) return undefined;
  }
  if (window.kind !== 'sinceFirst') return toCount(occasion, rule, value, order, forgottenBy(occasion, rule, progress));
  const { time } = view.event;
  const match: MatchState = [time, value, occasion.transactionId, order];
  const held = matchesOf(rule, progress);
  const open = firstWindowOf(measure, window.span, withMatch(held, match), zone)!;
  if (time < open.first || time > open.end) return undefined;
  // What counts again after a return may lie in a window that others have closed since.
  const closed = held.length > 0 && held[0]![0] < open.first ? open.first - 1 : null;
  return toCount(occasion, rule, value, order, open.order === order ? ALL : closed);
}

/** `forget`: matches at or before it can no longer matter, ms; null: forget none. */
export function toCount(
  occasion: Occasion,
  rule: Rule,
  value: MatchValue,
  order: number,
  forget: number | null,
): Counted {
  const { view, transactionId } = occasion;
  const seen = transactionId === null ? undefined : seenBy(rule, view);
  const { name, signature } = rule;
  const { time } = view.event;
  return seen === undefined
    ? [name, signature, time, value, transactionId, forget, order]
    : [name, signature, time, value, transactionId, forget, order, seen];
}

/** Matches at or before it can matter no more, whatever may still come; null where there are none. */
export function forgottenBy(occasion: Occasion, rule: Rule, progress: ProgressState | undefined): number | null {
  const { zone, earliest } = occasion;
  const matches = matchesOf(rule, progress);
  if (matches.length === 0 || matches[0]![0] >= earliest) return null;
  if (rule.measure.kind === 'streak' && rule.window.kind === 'campaign') {
    return forgetGapped(matches, rule.measure.unit, earliest);
  }
  const upTo = forgetUpTo(rule.window, earliest, zone);
  return upTo !== null && matches[0]![0] <= upTo ? upTo : null;
}

/** The matches with the one just counted in its place, without those that it makes forgotten: as they stand then. */
export function withCounted(
  matches: readonly MatchState[],
  [, , at, value, transactionId, forget, order]: Counted,
): readonly MatchState[] {
  const kept = forget === null ? matches : matches.filter((held) => held[0] > forget);
  return withMatch(kept, [at, value, transactionId, order]);
}

/** Where the event's units begin, for streaks; the customer's zone for all else. */
export function unitZone({ measure }: Rule, { view, zone }: Occasion): string {
  return measure.kind === 'streak' ? view.localZone : zone;
}

/** The local unit of the event, for streaks; 0 for all else. */
export function presentUnit({ measure }: Rule, view: EventView): number {
  return measure.kind === 'streak' ? unitOfDay(measure.unit, view.localDay) : 0;
}
