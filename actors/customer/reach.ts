/**
 * How far a rule is: what its window holds of the unspent matches (PROGRAM: Behaviors and rules).
 *
 * A rolling window is (t − d, t]; it is full when some span of its length that contains the instant asked about holds
 * enough, and of several the one that ends earliest. Spans need only end at that instant or at a later match: between
 * them nothing is gained.
 */
import type { Campaign, Rule, Window } from '../program/program.js';
import { DAY_MS } from '../time/civil.js';
import { addDuration, subtractDuration } from '../time/duration.js';
import { haveWithin } from './have.js';
import { firstWindowOf } from './since-first.js';
import type { MatchState } from './state.js';
import { isOfRun, type Run, runOf, startOfUnit } from './streak.js';
import { unitSpan } from './unit-span.js';

export interface Reach {
  readonly have: number;
  readonly need: number;
  /** The first instant at which `have` falls by itself, ms; null where it does not. */
  readonly resetsAt: number | null;
  /** The span looked at: (after, upTo], ms. Its matches are the events counted. */
  readonly after: number;
  readonly upTo: number;
}

/**
 * `matches` ascending by time; `at` the arriving event's time (or that of reading), ms. Of streaks alone: `present`, the
 * local unit then, and `localZone`, where units begin.
 */
export function reachOf(
  rule: Rule,
  campaign: Campaign,
  matches: readonly MatchState[],
  at: number,
  zone: string,
  present: number,
  localZone: string = zone,
): Reach {
  const reach = windowReach(rule, campaign, matches, at, zone, present);
  return rule.measure.kind === 'streak' ? streakReach(rule.measure.unit, matches, reach, localZone, present) : reach;
}

/** Whether a match is among the events counted. `run`: of a streak, the run of units that was found. */
export function isCounted(match: MatchState, { after, upTo }: Reach, run: Run | undefined): boolean {
  return match[0] > after && match[0] <= upTo && (run === undefined || isOfRun(match, run));
}

function windowReach(
  { window, measure }: Rule,
  campaign: Campaign,
  matches: readonly MatchState[],
  at: number,
  zone: string,
  present: number,
): Reach {
  const need = measure.atLeast;
  switch (window.kind) {
    case 'rolling':
      return rollingReach(measure, window, matches, at, zone, present);
    case 'calendar': {
      const { from, before } = unitSpan(window.unit, zone, at);
      const have = haveWithin(measure, matches, from - 1, before - 1, present);
      return { have, need, resetsAt: before, after: from - 1, upTo: before - 1 };
    }
    case 'sinceFirst': {
      const open = firstWindowOf(measure, window.span, matches, zone);
      if (open === undefined) return { have: 0, need, resetsAt: null, after: at, upTo: at };
      const have = haveWithin(measure, matches, open.first - 1, open.end, present);
      return { have, need, resetsAt: open.end, after: open.first - 1, upTo: open.end };
    }
    case 'campaign': {
      const after = campaign.start === undefined ? Number.NEGATIVE_INFINITY : campaign.start - 1;
      const upTo = campaign.end ?? Number.POSITIVE_INFINITY;
      return {
        have: haveWithin(measure, matches, after, upTo, present),
        need,
        resetsAt: campaign.end ?? null,
        after,
        upTo,
      };
    }
  }
}

function rollingReach(
  measure: Rule['measure'],
  window: Extract<Window, { kind: 'rolling' }>,
  matches: readonly MatchState[],
  at: number,
  zone: string,
  present: number,
): Reach {
  const need = measure.atLeast;
  let end = at;
  let after = subtractDuration(at, window.span, zone);
  let have = haveWithin(measure, matches, after, at, present);
  for (let i = 0; i < matches.length && have < need; i++) {
    const upTo = matches[i]![0];
    if (upTo <= end) continue;
    const from = subtractDuration(upTo, window.span, zone);
    if (from >= at) break;
    const more = haveWithin(measure, matches, from, upTo, present);
    if (more <= have) continue;
    end = upTo;
    after = from;
    have = more;
  }
  let first = 0;
  while (first < matches.length && matches[first]![0] <= after) first++;
  const resetsAt = have === 0 ? null : addDuration(matches[first]![0], window.span, zone);
  return { have, need, resetsAt, after, upTo: end };
}

/** A run breaks when the unit after its last passes without a match. */
function streakReach(
  unit: 'day' | 'week' | 'month',
  matches: readonly MatchState[],
  reach: Reach,
  zone: string,
  present: number,
): Reach {
  const { have, need, after, upTo } = reach;
  if (have === 0) return { have, need, resetsAt: null, after, upTo };
  const breaks = startOfUnit(unit, runOf(matches, after, upTo, present).last + 2, zone);
  const resetsAt = reach.resetsAt === null ? breaks : Math.min(breaks, reach.resetsAt);
  return { have, need, resetsAt, after, upTo };
}

/** Matches at or before it can move no window any more, however late an event; null where all may. Cheap, a little early. */
export function forgetUpTo(window: Window, earliest: number, zone: string): number | null {
  switch (window.kind) {
    case 'rolling':
      return subtractDuration(earliest, window.span, zone) - ZONE_CHANGE_MS;
    case 'calendar':
      return earliest - UNIT_DAYS_MAX[window.unit] * DAY_MS - ZONE_CHANGE_MS;
    case 'sinceFirst':
    case 'campaign':
      return null;
  }
}

const UNIT_DAYS_MAX = { day: 1, week: 7, month: 31, quarter: 92, year: 366 } as const;
/** Units and months may be drawn in another zone later: keep a little more. */
const ZONE_CHANGE_MS = 2 * DAY_MS;
