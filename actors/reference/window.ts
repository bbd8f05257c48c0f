/**
 * Windows: what of a rule's matches lies in its window, and what they come to (PROGRAM: Behaviors and rules, Windows).
 */
import { minus, plus, startOfNumber, unitNumber, unitOf } from './calendar.js';
import type { Rule, Scalar, Within } from './document.js';
import type { Match, Use } from './life.js';

/** The period of a limit or a cap that holds an instant: (after, upTo]. */
export function limitSpan(per: Within | undefined, at: number, zone: string): { after: number; upTo: number } {
  if (per !== undefined && 'calendar' in per) {
    const { from, before } = unitOf(per.calendar, zone, at);
    return { after: from - 1, upTo: before - 1 };
  }
  // "`limits.per` may be rolling, (t − d, t]."
  if (per !== undefined && 'rolling' in per) return { after: minus(at, per.rolling, zone), upTo: at };
  return { after: Number.NEGATIVE_INFINITY, upTo: Number.POSITIVE_INFINITY };
}

export interface Reach {
  readonly have: number;
  readonly need: number;
  readonly resetsAt: number | null;
  /** The events counted. */
  readonly counted: readonly Match[];
}

export interface Asked {
  /** The arriving event's time, or that of reading. */
  readonly at: number;
  /** The customer's zone. */
  readonly zone: string;
  /** The zone of `local.*`, for streaks. */
  readonly localZone: string;
  readonly start: number | undefined;
  readonly end: number | undefined;
  /** Events that have arrived. */
  readonly order: number;
  /** An absence is judged at this instant. */
  readonly absentAt?: number;
}

export function needOf(rule: Rule): number {
  return rule.sum?.atLeast ?? rule.distinct?.atLeast ?? rule.streak?.atLeast ?? rule.times ?? 1;
}

/** How far a rule is, with these unspent matches of it. */
export function reachOf(rule: Rule, matches: readonly Match[], asked: Asked): Reach {
  const { at, zone, start, end } = asked;
  const within = rule.within ?? { campaign: true };
  const inTime = (after: number, upTo: number) =>
    matches.filter(({ time }) => time > after && time <= upTo).sort((a, b) => a.time - b.time || a.order - b.order);
  const reach = (counted: readonly Match[], resetsAt: number | null): Reach => {
    if (rule.streak !== undefined) return streakReach(rule, counted, asked, resetsAt);
    return { have: comesTo(rule, counted), need: needOf(rule), resetsAt, counted };
  };
  if ('calendar' in within) {
    // "A calendar unit is drawn in the zone in force at the judging; what lies in it by its time counts."
    const { from, before } = unitOf(within.calendar, zone, at);
    return reach(inTime(from - 1, before - 1), before);
  }
  if ('rolling' in within) {
    const spans = rollingSpans(within.rolling, matches, at, zone).map(([after, upTo]) => inTime(after, upTo));
    const reaches = spans.map((counted) => {
      const first = counted[0];
      return reach(counted, first === undefined ? null : plus(first.time, within.rolling, zone));
    });
    // "It is full when some span of its length that contains the arriving event holds enough unspent matches; of several, the one that ends earliest."
    const full = reaches.find(({ have, need }) => have >= need);
    return full ?? reaches.reduce((most, each) => (each.have > most.have ? each : most));
  }
  if ('sinceFirst' in within) {
    const { counted, first } = sinceFirst(rule, within.sinceFirst, matches, zone);
    return reach(counted, first === undefined ? null : plus(first, within.sinceFirst, zone));
  }
  // "Default: the campaign's span."
  return reach(inTime((start ?? Number.NEGATIVE_INFINITY) - 1, end ?? Number.POSITIVE_INFINITY), end ?? null);
}

/** "Rolling is (t − d, t]": the spans that contain the instant and end at it or at a later match, earliest end first. */
function rollingSpans(
  span: string,
  matches: readonly Match[],
  at: number,
  zone: string,
): [after: number, upTo: number][] {
  const ends = [at, ...matches.map(({ time }) => time).filter((time) => time > at)].sort((a, b) => a - b);
  return ends.map((end): [number, number] => [minus(end, span, zone), end]).filter(([after]) => after < at);
}

/**
 * "`sinceFirst` is [first, first + d], opened by the first match to arrive; closed unfilled, its matches are dropped."
 * "Closed by the arrival of a match after its end; a match before `first` counts nowhere." Matches in order of arrival.
 */
export function sinceFirst(
  rule: Rule,
  span: string,
  matches: readonly Match[],
  zone: string,
): { readonly counted: readonly Match[]; readonly first: number | undefined } {
  let first: number | undefined;
  let counted: Match[] = [];
  for (const match of [...matches].sort((a, b) => a.order - b.order)) {
    const isAfter = first !== undefined && match.time > plus(first, span, zone);
    // Only what is closed *unfilled* is dropped; a window that holds enough keeps it until it is spent.
    if (first === undefined || (isAfter && heldThen(rule, counted, match) < needOf(rule))) {
      first = match.time;
      counted = [match];
    } else if (!isAfter && match.time >= first) counted.push(match);
  }
  return { counted: counted.sort((a, b) => a.time - b.time || a.order - b.order), first };
}

/** What a window holds when a match after its end arrives: of a streak, the run that reaches that match's unit or the one before. */
function heldThen(rule: Rule, counted: readonly Match[], { unit }: Match): number {
  if (rule.streak === undefined) return comesTo(rule, counted);
  const units = new Set(counted.map((match) => match.unit));
  return runReaching(units, unit).have;
}

/** What matches come to: a number of events, a sum, or the number of different values. */
export function comesTo(
  rule: Rule,
  matches: readonly { readonly value: Match['value']; readonly unit: number }[],
): number {
  if (rule.distinct !== undefined) return new Set(matches.flatMap(({ value }) => value as readonly Scalar[])).size;
  if (rule.streak !== undefined) return longestRun(new Set(matches.map(({ unit }) => unit)));
  return matches.reduce((sum, { value }) => sum + (value as number), 0);
}

function longestRun(units: ReadonlySet<number>): number {
  return Math.max(0, ...[...units].map((unit) => unitsUpTo(units, unit)));
}

/** How many units in a row end at this one. */
function unitsUpTo(units: ReadonlySet<number>, last: number): number {
  let run = 0;
  while (units.has(last - run)) run++;
  return run;
}

function runReaching(units: ReadonlySet<number>, present: number): { readonly have: number; readonly last: number } {
  let last = units.has(present) ? present : present - 1;
  if (last === present) while (units.has(last + 1)) last++;
  return { have: unitsUpTo(units, last), last };
}

/** "`have` of a streak is the run that reaches the present unit or the one before"; "a late event may fill a gap". */
function streakReach(
  rule: Rule,
  matches: readonly Match[],
  { at, localZone }: Asked,
  windowResetsAt: number | null,
): Reach {
  const { unit, atLeast } = rule.streak!;
  const units = new Set(matches.map((match) => match.unit));
  const present = unitNumber(unit, localZone, at);
  const { have, last } = runReaching(units, present);
  const counted = matches.filter((match) => match.unit > last - have && match.unit <= last);
  // It falls when the unit after its last is over, or with its window.
  const breaks = startOfNumber(unit, localZone, last + 2);
  const resetsAt = have === 0 ? null : Math.min(breaks, windowResetsAt ?? breaks);
  return { have, need: atLeast, resetsAt, counted };
}

export function isNothing(value: Match['value']): boolean {
  return typeof value === 'number' ? value === 0 : value.length === 0;
}

/** Uses with something left of them. */
export function left(uses: readonly Use[]): { value: number | readonly Scalar[]; unit: number }[] {
  return uses.filter(({ used }) => !isNothing(used)).map(({ match, used }) => ({ value: used, unit: match.unit }));
}
