/**
 * Behaviors: which events count for which rule, when a behavior is complete, what that spends, and what a return undoes
 * (PROGRAM: Behaviors and rules; "Edges, decided: Behaviors").
 */
import { armBy, armFrom, armsOf, isAbsent } from './absence.js';
import { unitNumber } from './calendar.js';
import { drop } from './carry.js';
import { distinctValues, holds, measured } from './condition.js';
import type { Behavior, Rule } from './document.js';
import type { Completion, Life, Match, Progress, Purchase, Use } from './life.js';
import { rulesOf, zoneOf } from './life.js';
import type { View } from './view.js';
import { type Asked, comesTo, left, needOf, type Reach, reachOf, sinceFirst } from './window.js';

/** What is judged: a campaign's behavior, or the one a tier system is based on. */
export interface Judged {
  readonly id: string;
  readonly behavior: Behavior;
  readonly start: number | undefined;
  readonly end: number | undefined;
}

export interface ShownRule {
  readonly rule: string;
  readonly have: number;
  readonly need: number;
  readonly resetsAt: number | null;
  /** Of `absent` rules: when the window will have run. */
  readonly dueAt?: number | null;
}

/** The event counts for the rules it matches. False: it moves nothing. */
export function count(
  life: Life,
  judged: Judged,
  progress: Progress,
  view: View,
  purchase: Purchase | undefined,
  asked: Asked,
): boolean {
  const rules = rulesOf(judged.behavior);
  const values = rules.map((rule) => valueAdded(rule, view));
  // "`sameEvent: true`: only events that satisfy every rule's `where` count."
  if (judged.behavior.sameEvent === true && !rules.every((rule) => matches(rule, view))) return false;
  let moved = false;
  rules.forEach((rule, place) => {
    const value = values[place];
    if (value === undefined) return;
    const match: Match = {
      rule: place,
      time: view.event.time,
      order: life.order,
      eventId: `${life.id} ${view.event.id}`,
      purchase,
      view,
      value,
      dropped: 0,
      unit: rule.streak === undefined ? 0 : unitNumber(rule.streak.unit, view.localZone, view.event.time),
    };
    // "No unit of a closed streak serves another."
    if (progress.closedUnits.some((closed) => closed.rule === place && closed.unit === match.unit)) return;
    moved = admit(life, judged, progress, rule, match, asked) || moved;
  });
  return moved;
}

export function matches({ event, where }: Rule, view: View): boolean {
  return event === view.event.type && (where === undefined || holds(where, view));
}

/** What an event adds to a rule; undefined where it does not match it, or adds nothing. */
export function valueAdded(rule: Rule, view: View): Match['value'] | undefined {
  if (!matches(rule, view)) return undefined;
  if (rule.sum !== undefined) {
    const sum = measured(rule.sum.of, view);
    return sum > 0 ? sum : undefined;
  }
  if (rule.distinct !== undefined) {
    const values = distinctValues(rule.distinct.of, view);
    return values.length > 0 ? values : undefined;
  }
  return 1;
}

function admit(life: Life, judged: Judged, progress: Progress, rule: Rule, match: Match, asked: Asked): boolean {
  if (rule.absent === true) return arm(judged, progress, rule, match, asked);
  const own = progress.matches.filter((each) => each.rule === match.rule);
  if (judged.behavior.sequence === undefined && rule.within !== undefined && 'sinceFirst' in rule.within) {
    const { counted } = sinceFirst(rule, rule.within.sinceFirst, [...own, match], zoneOf(life));
    if (!counted.includes(match)) return false;
    for (const each of own.filter((held) => !counted.includes(held))) drop(progress, rule, each);
  }
  progress.matches.push(match);
  if (judged.behavior.sequence === undefined) return true;
  // A step that is finished counts no more; a step to come counts only what is after the one before it.
  return match.rule === progress.steps.length && available(progress, match.rule).includes(match);
}

/** A match of a rule that waits. In a sequence it counts while that step is open. */
function arm(judged: Judged, progress: Progress, rule: Rule, match: Match, asked: Asked): boolean {
  const { steps } = progress;
  const end = steps.at(-1)?.end;
  const isSequence = judged.behavior.sequence !== undefined;
  const isAfter = end === undefined || match.time > end.time || (match.time === end.time && match.order > end.order);
  const counts = !isSequence || (match.rule === steps.length && isAfter);
  if (counts) armBy(progress, rule, match, asked);
  progress.arms.push({ match, by: null });
  return counts;
}

/** "A rule counts only events after the one that completed the rule before (later in time; at equal times later in arrival); one event serves one rule." */
function available(progress: Progress, place: number): Match[] {
  const last = progress.steps.at(-1)?.end;
  const served = new Set(progress.steps.flatMap(({ counted }) => counted.map(({ match }) => match.eventId)));
  return progress.matches.filter(
    ({ rule, time, order, eventId }) =>
      rule === place &&
      !served.has(eventId) &&
      (last === undefined || time > last.time || (time === last.time && order > last.order)),
  );
}

/** How far every rule is. */
export function reaches(judged: Judged, progress: Progress, asked: Asked): Reach[] {
  return rulesOf(judged.behavior).map((rule, place) => {
    if (rule.absent === true) return absentReach(progress, place, asked);
    if (judged.behavior.sequence === undefined)
      return reachOf(
        rule,
        progress.matches.filter((match) => match.rule === place),
        asked,
      );
    const step = progress.steps[place];
    if (step !== undefined)
      return { have: comesTo(rule, left(step.counted)), need: needOf(rule), resetsAt: null, counted: [] };
    return reachOf(rule, place === progress.steps.length ? available(progress, place) : [], asked);
  });
}

/** Complete only at the instant at which some window has run: "nothing is latched but a finished step". */
function absentReach(progress: Progress, place: number, { absentAt }: Asked): Reach {
  const isComplete = absentAt !== undefined && isAbsent(progress, place, absentAt);
  const have = isComplete || progress.steps[place] !== undefined ? 1 : 0;
  return { have, need: 1, resetsAt: null, counted: [] };
}

export function shownRules(judged: Judged, progress: Progress, asked: Asked): ShownRule[] {
  const rules = rulesOf(judged.behavior);
  // "An unnamed rule is named by its number from 1."
  return reaches(judged, progress, asked).map(({ have, need, resetsAt }, place) => {
    const rule = rules[place]!.rule ?? String(place + 1);
    const isOver = progress.steps[place] !== undefined;
    if (rules[place]!.absent !== true || isOver) return { rule, have, need, resetsAt };
    return { rule, have, need, resetsAt, dueAt: progress.absences.get(place)?.due ?? null };
  });
}

/**
 * The events by which a step is full. Of one that has just been opened "an event that arrived earlier but is later in time
 * counts for the next": as if it arrived now.
 */
function stepCounted(
  rule: Rule,
  matches: readonly Match[],
  asked: Asked,
  opened: boolean,
): readonly Match[] | undefined {
  const instants = opened ? matches.map(({ time }) => time).sort((a, b) => a - b) : [asked.at];
  for (const at of instants) {
    const { have, need, counted } = reachOf(rule, matches, { ...asked, at });
    if (have >= need) return counted;
  }
  return undefined;
}

/** Steps of a sequence that are full finish: "a step of a sequence ends at the latest of the events it counted". */
export function finishesStep(judged: Judged, progress: Progress, asked: Asked): boolean {
  if (judged.behavior.sequence === undefined) return false;
  const rules = rulesOf(judged.behavior);
  let moved = false;
  while (progress.steps.length < rules.length) {
    const place = progress.steps.length;
    const rule = rules[place]!;
    if (rule.absent === true) {
      if (asked.absentAt === undefined || !isAbsent(progress, place, asked.absentAt)) break;
      progress.steps.push({ counted: [], end: { time: asked.at, order: asked.order } });
    } else {
      const counted = stepCounted(rule, available(progress, place), asked, moved);
      if (counted === undefined) break;
      const latest = [...counted].sort((a, b) => a.time - b.time || a.order - b.order).at(-1)!;
      progress.steps.push({ counted: whole(counted), end: { time: latest.time, order: latest.order } });
    }
    moved = true;
    const next = rules[progress.steps.length];
    if (next?.absent === true) armFrom(progress, next, progress.steps.length, progress.steps.at(-1)!.end.time, asked);
  }
  return moved;
}

/** The behavior completes now, or not. What it takes is spent. */
export function complete(judged: Judged, progress: Progress, asked: Asked): Completion | undefined {
  const { all, any, sequence } = judged.behavior;
  const rules = rulesOf(judged.behavior);
  let counted: (readonly Use[])[];
  let full = rules.map(() => true);
  if (sequence !== undefined) {
    finishesStep(judged, progress, asked);
    if (progress.steps.length < rules.length) return undefined;
    counted = progress.steps.map((step) => step.counted);
  } else {
    const reached = reaches(judged, progress, asked);
    full = reached.map(({ have, need }) => have >= need);
    if (all !== undefined ? full.includes(false) : !full.includes(true)) return undefined;
    // "`any` spends the matches of every full rule and falls when none is full": those are its own events.
    counted = reached.map((reach, place) => (any !== undefined && !full[place] ? [] : usesOf(rules[place]!, reach)));
  }
  const completion: Completion = {
    campaign: judged.id,
    time: asked.at,
    counted,
    steps: progress.steps,
    full,
    spent: spend(rules, progress, counted),
    gave: true,
    stands: true,
    given: [],
  };
  rules.forEach((rule, place) => {
    if (rule.streak === undefined) return;
    for (const unit of new Set(counted[place]!.map(({ match }) => match.unit)))
      progress.closedUnits.push({ rule: place, unit, by: completion });
  });
  rearmFirst(rules, progress, asked);
  progress.steps = [];
  // What has come back by then arms nothing.
  progress.arms = progress.arms.filter(({ match, by }) => by !== null || match.value !== 0);
  for (const arm of progress.arms) arm.by ??= completion;
  // What has run is spent as well: "is armed again by the next match".
  for (const [place, held] of progress.absences) progress.absences.set(place, { ...held, ran: false });
  progress.completions.push(completion);
  return completion;
}

/** `absent` as the first step "fires once, is armed again by the next match": one that has come since. */
function rearmFirst(rules: readonly Rule[], progress: Progress, asked: Asked): void {
  const fired = progress.steps[0]?.end;
  if (fired === undefined || rules[0]!.absent !== true) return;
  const since = armsOf(progress, 0).filter(({ time }) => time > fired.time);
  if (since.length > 0) armFrom(progress, rules[0]!, 0, fired.time + 1, asked);
}

function whole(matches: readonly Match[]): Use[] {
  return matches.map((match) => ({ match, used: match.value }));
}

/** With `carry` "events are used oldest first, the excess stays with the last event and its time". */
function usesOf(rule: Rule, { counted, need }: Reach): Use[] {
  if (rule.sum?.carry !== true) return whole(counted);
  const uses: Use[] = [];
  let missing = need;
  for (const match of counted) {
    const used = Math.min(missing, match.value as number);
    if (used > 0) uses.push({ match, used });
    missing -= used;
  }
  return uses;
}

/** "All matches of all rules of the behavior that have arrived are spent", but "`carry` spends only what it uses". */
function spend(rules: readonly Rule[], progress: Progress, counted: readonly (readonly Use[])[]): Use[] {
  const spent: Use[] = [];
  for (const match of progress.matches) {
    if (rules[match.rule]!.sum?.carry !== true) {
      spent.push(counted[match.rule]!.find((use) => use.match === match) ?? { match, used: match.value });
      continue;
    }
    const use = counted[match.rule]!.find((each) => each.match === match);
    if (use === undefined) continue;
    spent.push(use);
    match.value = (match.value as number) - (use.used as number);
  }
  progress.matches = progress.matches.filter(
    (match) => rules[match.rule]!.sum?.carry === true && (match.value as number) > 0,
  );
  return spent;
}
