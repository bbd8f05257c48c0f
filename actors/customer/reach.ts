/**
 * How far a rule is: what its window holds of the unspent matches (PROGRAM: Behaviors and rules).
 *
 * A rolling window is (t − d, t]; it is full when some span of its length that contains the instant asked about holds
 * enough, and of several the one that ends earliest. Spans need only end at that instant or at a later match: between
 * them nothing is gained.
 */
import type { Campaign, Measure, Rule, Window } from '../program/program.js';
import { DAY_MS } from '../time/civil.js';
import { addDuration, subtractDuration } from '../time/duration.js';
import type { MatchState, Scalar } from './state.js';
import { unitSpan } from './unit-span.js';

export interface Reach {
  readonly have: number;
  readonly need: number;
  /** The first instant at which `have` falls by itself, ms; null where it does not. */
  readonly resetsAt: number | null;
}

/** `matches` ascending by time; `at` the arriving event's time (or that of reading), ms. */
export function reachOf(
  rule: Rule,
  campaign: Campaign,
  matches: readonly MatchState[],
  at: number,
  zone: string,
): Reach {
  const { window, measure } = rule;
  const need = measure.atLeast;
  if (window.kind === 'calendar') {
    const { from, before } = unitSpan(window.unit, zone, at);
    return { have: haveWithin(measure, matches, from - 1, before - 1), need, resetsAt: before };
  }
  if (window.kind === 'campaign') {
    const after = campaign.start === undefined ? Number.NEGATIVE_INFINITY : campaign.start - 1;
    const upTo = campaign.end ?? Number.POSITIVE_INFINITY;
    return { have: haveWithin(measure, matches, after, upTo), need, resetsAt: campaign.end ?? null };
  }
  return rollingReach(rule, window, matches, at, zone);
}

function rollingReach(
  rule: Rule,
  window: Extract<Window, { kind: 'rolling' }>,
  matches: readonly MatchState[],
  at: number,
  zone: string,
): Reach {
  const { measure } = rule;
  const need = measure.atLeast;
  let end = at;
  let after = subtractDuration(at, window.span, zone);
  let have = haveWithin(measure, matches, after, at);
  for (let i = 0; i < matches.length && have < need; i++) {
    const upTo = matches[i]![0];
    if (upTo <= end) continue;
    const from = subtractDuration(upTo, window.span, zone);
    if (from >= at) break;
    const more = haveWithin(measure, matches, from, upTo);
    if (more <= have) continue;
    end = upTo;
    after = from;
    have = more;
  }
  let first = 0;
  while (first < matches.length && matches[first]![0] <= after) first++;
  const resetsAt = have === 0 ? null : addDuration(matches[first]![0], window.span, zone);
  return { have, need, resetsAt };
}

/** What the matches in (after, upTo] come to. */
function haveWithin(measure: Measure, matches: readonly MatchState[], after: number, upTo: number): number {
  if (measure.kind === 'distinct') return distinctWithin(matches, after, upTo);
  let have = 0;
  for (let i = 0; i < matches.length; i++) {
    const match = matches[i]!;
    if (match[0] > after && match[0] <= upTo) have += match[1] as number;
  }
  return have;
}

function distinctWithin(matches: readonly MatchState[], after: number, upTo: number): number {
  let few = 0;
  for (let i = 0; i < matches.length; i++) {
    const match = matches[i]!;
    if (match[0] <= after || match[0] > upTo) continue;
    if (i >= FEW || typeof match[1] === 'object') return distinctOfMany(matches, after, upTo);
    if (!occursWithin(matches, i, match[1], after)) few++;
  }
  return few;
}

/** So many values are compared faster one by one than by a Set. */
const FEW = 16;

/** Whether one of the first `count` matches that are in the window has this value. */
function occursWithin(matches: readonly MatchState[], count: number, value: Scalar, after: number): boolean {
  for (let i = 0; i < count; i++) if (matches[i]![1] === value && matches[i]![0] > after) return true;
  return false;
}

function distinctOfMany(matches: readonly MatchState[], after: number, upTo: number): number {
  const values = new Set<Scalar>();
  for (const [at, value] of matches) {
    if (at <= after || at > upTo) continue;
    if (typeof value !== 'object') values.add(value);
    else for (const each of value) values.add(each);
  }
  return values.size;
}

/** Matches at or before it can move no window any more, however late an event; null where all may. Cheap, a little early. */
export function forgetUpTo(window: Window, earliest: number, zone: string): number | null {
  switch (window.kind) {
    case 'rolling':
      return subtractDuration(earliest, window.span, zone) - ZONE_CHANGE_MS;
    case 'calendar':
      return earliest - UNIT_DAYS_MAX[window.unit] * DAY_MS - ZONE_CHANGE_MS;
    case 'campaign':
      return null;
  }
}

const UNIT_DAYS_MAX = { day: 1, week: 7, month: 31, quarter: 92, year: 366 } as const;
/** Units and months may be drawn in another zone later: keep a little more. */
const ZONE_CHANGE_MS = 2 * DAY_MS;
