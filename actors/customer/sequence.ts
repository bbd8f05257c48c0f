/**
 * Rules joined as a sequence (PROGRAM: Behaviors, `sequence`): a rule counts only events after the one that completed
 * the rule before, later in time or at that time later in arrival; a finished step is latched.
 *
 * An event is kept for every step that it matches: it may turn out to be later than the step before (an event that arrived
 * earlier but is later in time counts for the next), and a finished step may be undone by a return. What a step counted
 * lies before its end, and the next begins after it: so one event serves one rule.
 */
import type { Campaign, Rule } from '../program/program.js';
import { dueOf } from './absence.js';
import type { Occasion } from './campaigns.js';
import { countOf, forgottenBy, heldOf, toCount } from './counting.js';
import { haveOf } from './have.js';
import { type Armed, type Counted, type Left, type Stepped, withMatch } from './progress.js';
import { isCounted, type Reach, reachOf } from './reach.js';
import { stepProgress } from './standing.js';
import type { MatchState, MatchValue, ProgressState, SpentState } from './state.js';
import { candidatesOf, endOf, isAfter, openStep, ownOf, startOfStep, type Track, trackOf } from './steps.js';
import { isClosed, runOf, unitOfDay, withClosed } from './streak.js';
import { type Verdict, verdict } from './verdict.js';
import { spentState } from './weigh.js';

/** What the event does to a sequence that considers it; undefined where nothing. */
export function follow(
  occasion: Occasion,
  campaign: Campaign,
  progress: ProgressState | undefined,
): Verdict | undefined {
  const track = trackOf(campaign, progress);
  const open = openStep(track);
  const order = (progress?.order ?? 0) + 1;
  const counted: Counted[] = [];
  let own = false;
  for (let i = 0; i < campaign.rules.length; i++) {
    const rule = campaign.rules[i]!;
    const value = countOf(rule, occasion.view);
    if (value === undefined || isSpentUnit(rule, value, progress)) continue;
    const { event } = occasion.view;
    const match: MatchState = [event.time, value, occasion.transactionId, order];
    const forget = i > open ? forgottenAhead(occasion, track.lists[i]!) : forgottenOf(occasion, rule, progress);
    counted.push(toCount(occasion, rule, value, order, forget));
    track.lists[i] = withMatch(track.lists[i]!, match);
    const start = startOfStep(track, i);
    if (i === open && (start === null || isAfter(match, start))) own = true;
  }
  if (counted.length === 0) return undefined;
  return new Advance(occasion, campaign, progress, track, counted).from(open, own);
}

/** At a deadline the open step, which waited for its window to run, is finished. `rearmed`: what it waits for next. */
export function followTime(
  occasion: Occasion,
  campaign: Campaign,
  progress: ProgressState,
  step: number,
  rearmed: readonly Armed[],
): Verdict {
  const track = trackOf(campaign, progress);
  const advance = new Advance(occasion, campaign, progress, track, []);
  advance.armed.push(...rearmed);
  // Events of this very instant that have arrived came before it.
  advance.finish(step, []);
  return advance.from(step + 1, false);
}

function isSpentUnit(rule: Rule, value: MatchValue, progress: ProgressState | undefined): boolean {
  if (rule.measure.kind !== 'streak') return false;
  const held = heldOf(rule, progress);
  return held !== undefined && isClosed(held.closed, value as number);
}

/** A finished step keeps its own events, however long ago they were. */
function forgottenOf(occasion: Occasion, rule: Rule, progress: ProgressState | undefined): number | null {
  const upTo = forgottenBy(occasion, rule, progress);
  const end = heldOf(rule, progress)?.end ?? null;
  return upTo === null || end === null ? upTo : Math.min(upTo, end[2] - 1);
}

/** The step before can only end at an event that has still to come: what is older than those is before it. */
function forgottenAhead({ earliest }: Occasion, matches: readonly MatchState[]): number | null {
  return matches.length > 0 && matches[0]![0] < earliest ? earliest - 1 : null;
}

/** Steps finished one after another by one event. */
class Advance {
  readonly armed: Armed[] = [];
  readonly #occasion: Occasion;
  readonly #campaign: Campaign;
  readonly #progress: ProgressState | undefined;
  readonly #track: Track;
  readonly #counted: readonly Counted[];
  readonly #stepped: Stepped[] = [];
  /** The number of the last event that has arrived. */
  readonly #arrived: number;

  constructor(
    occasion: Occasion,
    campaign: Campaign,
    progress: ProgressState | undefined,
    track: Track,
    counted: readonly Counted[],
  ) {
    this.#occasion = occasion;
    this.#campaign = campaign;
    this.#progress = progress;
    this.#track = track;
    this.#counted = counted;
    this.#arrived = counted[0]?.[6] ?? progress?.order ?? 0;
  }

  finish(step: number, own: readonly MatchState[]): void {
    const { name, signature } = this.#campaign.rules[step]!;
    const end = endOf(own, this.#occasion.view.event.time, this.#arrived);
    this.#stepped.push([name, signature, ...end]);
    this.#track.ends[step] = end;
  }

  /** `own`: the event counts for the open step. */
  from(open: number, own: boolean): Verdict {
    const { rules } = this.#campaign;
    let step = open;
    while (step < rules.length && rules[step]!.measure.kind !== 'absent') {
      const filled = own && step === open ? this.#filledNow(step) : this.#filledBefore(step);
      if (filled === undefined) break;
      this.finish(step, filled);
      step++;
    }
    if (step === rules.length) return this.#complete();
    if (rules[step]!.measure.kind === 'absent' && (own || this.#stepped.length > 0))
      this.#arm(step, step > open || !own);
    const moved = own || this.#stepped.length > 0;
    return verdict(this.#campaign, 0, this.#counted, moved ? this.#shown() : [], this.#stepped, this.armed);
  }

  #shown() {
    const { view, zone } = this.#occasion;
    const { time } = view.event;
    return stepProgress(this.#campaign, this.#track, this.#progress, this.armed, time, zone, view.localZone);
  }

  /** The window that holds the arriving event, if that is full. */
  #filledNow(step: number): readonly MatchState[] | undefined {
    const { view, zone } = this.#occasion;
    const rule = this.#campaign.rules[step]!;
    const candidates = candidatesOf(this.#track, step);
    const present = rule.measure.kind === 'streak' ? unitOfDay(rule.measure.unit, view.localDay) : 0;
    const reach = reachOf(rule, this.#campaign, candidates, view.event.time, zone, present);
    return filledBy(rule, candidates, reach, present);
  }

  /** A step just opened, by events that arrived before: of the windows that are full, the one that ends earliest. */
  #filledBefore(step: number): readonly MatchState[] | undefined {
    if (this.#stepped.length === 0) return undefined;
    const rule = this.#campaign.rules[step]!;
    const candidates = candidatesOf(this.#track, step);
    if (haveOf(rule.measure, candidates) < rule.measure.atLeast) return undefined;
    for (let i = 0; i < candidates.length; i++) {
      const [at, value] = candidates[i]!;
      const present = rule.measure.kind === 'streak' ? (value as number) : 0;
      const reach = reachOf(rule, this.#campaign, candidates, at, this.#occasion.zone, present);
      const filled = filledBy(rule, candidates, reach, present);
      if (filled !== undefined) return filled;
    }
    return undefined;
  }

  /** The open step waits: from the end of the step before, or from a later match. `opened`: it has just become open. */
  #arm(step: number, opened: boolean): void {
    const rule = this.#campaign.rules[step]!;
    const { zone, view } = this.#occasion;
    const { time } = view.event;
    const held = this.#progress?.absences.find((each) => each.rule === rule.name);
    const start = startOfStep(this.#track, step);
    const opening = start?.[0] ?? time;
    // A match that an earlier completion has spent arms it all the same.
    const from = held === undefined ? opening : opened ? Math.max(opening, held.from) : held.from;
    const last = candidatesOf(this.#track, step).at(-1);
    // A match that is earlier than what armed it arms nothing.
    if (!opened && held !== undefined && (time < held.from || (last !== undefined && time < last[0]))) return;
    const byMatch = last !== undefined && last[0] >= from;
    const due = dueOf(rule, this.#campaign, byMatch ? last[0] : from, byMatch, zone);
    this.armed.push([rule.name, rule.signature, from, due, false]);
  }

  /** What waited is armed again by the next match. The first step is by one that has come since, too; the others know it. */
  #armAgain(): void {
    const { lists, ends } = this.#track;
    this.#campaign.rules.forEach((rule, i) => {
      if (rule.measure.kind !== 'absent') return;
      const last = lists[i]!.at(-1)?.[0] ?? 0;
      if (i > 0) this.armed.push([rule.name, rule.signature, last, null, false]);
      else if (last > ends[0]![0]) {
        const due = dueOf(rule, this.#campaign, last, true, this.#occasion.zone);
        this.armed.push([rule.name, rule.signature, last, due, false]);
      }
    });
  }

  #complete(): Verdict {
    const { clawback, rules } = this.#campaign;
    const { earliest } = this.#occasion;
    const { lists, ends } = this.#track;
    this.#armAgain();
    const own = rules.map(({ measure }, i) => ownOf(measure, lists[i]!, ends[i]!));
    const runs = rules.map((rule, i) => (rule.measure.kind === 'streak' ? runOfAll(own[i]!) : []));
    const left = rules.flatMap((rule, i): Left[] => {
      if (rule.measure.kind !== 'streak') return [];
      const closed = withClosed(heldOf(rule, this.#progress)?.closed ?? [], runs[i]!, rule.measure.unit, earliest);
      return [[rule.name, rule.signature, [], closed]];
    });
    const spent = rules.map((rule, i): SpentState => {
      const others = lists[i]!.filter((match) => !own[i]!.includes(match));
      return spentState(rule, own[i]!, others, runs[i]!, i < rules.length - 1 ? ends[i] : null);
    });
    return verdict(this.#campaign, 1, this.#counted, [], [], this.armed, left, clawback ? [spent] : []);
  }
}

/** The events counted by a window that is full. */
function filledBy(
  { measure }: Rule,
  matches: readonly MatchState[],
  reach: Reach,
  present: number,
): readonly MatchState[] | undefined {
  const { have, need, after, upTo } = reach;
  if (have < need) return undefined;
  const run = measure.kind === 'streak' ? runOf(matches, after, upTo, present) : undefined;
  return matches.filter((match) => isCounted(match, reach, run));
}

function runOfAll(matches: readonly MatchState[]): readonly number[] {
  const units = matches.map((match) => match[1] as number);
  return [Math.min(...units), Math.max(...units)];
}
