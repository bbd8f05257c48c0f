/**
 * Which of the issues that may be used apply together (PROGRAM: Offers, "A combination is a set of issues").
 *
 * A set is always applied in the one order of issues. By `order`: all of them, but of each group one offer (every choice
 * is tried), or one exclusive offer alone; the lowest check wins. By `best`: any set of up to ten, exactly; of more, or
 * of so many units that every set would take too long, a bounded search from what the order gives, so it is never worse.
 * Ties: fewer issues burned, then the set whose first difference comes earlier.
 */
import { limits } from '../limits.js';
import { apply, type Failure, isTaken, type Reach, type Taken } from './apply.js';
import type { Check } from './check.js';
import type { TillIssue } from './issue.js';

export interface Applied {
  readonly issue: TillIssue;
  readonly taken: Taken;
}

/** A set of issues applied. Places are those of the issues given, which stand in order. */
export interface Combination {
  /** Still to pay of what offers may touch. */
  readonly due: number;
  readonly applied: readonly Applied[];
  /** Places of what applied, ascending. */
  readonly burned: readonly number[];
  /** By place, of what was tried and came to nothing: why. */
  readonly failed: readonly (Failure | undefined)[];
  /** It is an exclusive offer alone. */
  readonly exclusive: boolean;
}

export interface Search {
  readonly best: Combination;
  /** Not every set was tried. */
  readonly partial: boolean;
}

/** `issues` in order (`compareIssues`), all of which may be used; `reaches` for each. */
export function combine(
  check: Check,
  issues: readonly TillIssue[],
  reaches: readonly Reach[],
  select: 'order' | 'best',
): Search {
  const trial = new Trial(check, issues, reaches);
  inOrder(trial, issues);
  if (select === 'best') {
    if (issues.length <= limits.tillExactIssuesMax && 2 ** issues.length <= trial.most) exactly(trial, issues);
    else bounded(trial, issues);
  }
  return { best: trial.best, partial: trial.partial };
}

/** 1 for each place in the set, else 0. */
type WantedSet = readonly number[];

/** Tries sets and remembers the best. */
class Trial {
  best: Combination;
  partial = false;
  tried = 0;
  /** So many sets may be tried. */
  readonly most: number;
  /** The set that came to the best. */
  #set: WantedSet;

  constructor(
    private readonly check: Check,
    private readonly issues: readonly TillIssue[],
    private readonly reaches: readonly Reach[],
  ) {
    const cost = Math.max(1, check.units.count) * Math.max(limits.tillExactIssuesMax, issues.length);
    this.most = Math.max(1, Math.min(limits.tillTrialsMax, Math.floor(limits.tillTriedUnitsMax / cost)));
    this.#set = issues.map(() => 0);
    this.best = { due: Number.POSITIVE_INFINITY, applied: [], burned: [], failed: [], exclusive: false };
  }

  try(wanted: WantedSet, exclusive: boolean): Combination {
    this.tried++;
    const combination = this.priced(wanted, exclusive);
    const order = compare(combination, this.best);
    // The same burned: the larger set says of more issues why they came to nothing.
    if (order < 0 || (order === 0 && firstDifference(wanted, this.#set) < 0)) {
      this.best = combination;
      this.#set = wanted.slice();
    }
    return combination;
  }

  private priced(wanted: WantedSet, exclusive: boolean): Combination {
    const { check, issues } = this;
    check.reset();
    const applied: Applied[] = [];
    const burned: number[] = [];
    const failed: (Failure | undefined)[] = [];
    for (let place = 0; place < issues.length; place++) {
      if (wanted[place] === 0) continue;
      const issue = issues[place]!;
      const { offer } = issue;
      if (timesApplied(applied, issue) >= offer.withItself) continue;
      const taken = apply(check, offer.discount, this.reaches[place]!, offer, offer.cap);
      if (isTaken(taken)) {
        applied.push({ issue, taken });
        burned.push(place);
      } else failed[place] = taken;
    }
    return { due: check.due, applied, burned, failed, exclusive };
  }
}

function timesApplied(applied: readonly Applied[], issue: TillIssue): number {
  let times = 0;
  for (let i = 0; i < applied.length; i++) if (applied[i]!.issue.offer.id === issue.offer.id) times++;
  return times;
}

/** Below 0: `a` is better. 0: the same is burned. */
function compare(a: Combination, b: Combination): number {
  if (a.due !== b.due) return a.due - b.due;
  if (a.burned.length !== b.burned.length) return a.burned.length - b.burned.length;
  for (let i = 0; i < a.burned.length; i++) {
    if (a.burned[i] !== b.burned[i]) return a.burned[i]! - b.burned[i]!;
  }
  return 0;
}

/** Below 0: the first place that only one of the sets has is one of `a`. */
function firstDifference(a: WantedSet, b: WantedSet): number {
  for (let place = 0; place < a.length; place++) if (a[place] !== b[place]) return b[place]! - a[place]!;
  return 0;
}

// ---- by the order ---------------------------------------------------------------------------------------------------

function inOrder(trial: Trial, issues: readonly TillIssue[]): void {
  const groups = groupsOf(issues);
  const choice = groups.map(() => 0);
  for (;;) {
    trial.try(setOf(issues, groups, choice), false);
    if (trial.tried >= trial.most) {
      trial.partial = true;
      break;
    }
    let g = 0;
    while (g < groups.length && choice[g] === groups[g]!.length - 1) choice[g++] = 0;
    if (g === groups.length) break;
    choice[g]!++;
  }
  for (const offer of exclusivesOf(issues)) trial.try(allOf(issues, offer), true);
}

/** For each group of offers that are not exclusive: their ids, in order. */
function groupsOf(issues: readonly TillIssue[]): string[][] {
  const groups = new Map<string, string[]>();
  for (const { offer } of issues) {
    if (offer.group === undefined || offer.exclusive) continue;
    const offers = groups.get(offer.group);
    if (offers === undefined) groups.set(offer.group, [offer.id]);
    else if (!offers.includes(offer.id)) offers.push(offer.id);
  }
  return [...groups.values()];
}

function setOf(issues: readonly TillIssue[], groups: readonly string[][], choice: readonly number[]): WantedSet {
  const chosen = groups.map((offers, g) => offers[choice[g]!]!);
  return issues.map(({ offer }) =>
    offer.exclusive || (offer.group !== undefined && !chosen.includes(offer.id)) ? 0 : 1,
  );
}

function exclusivesOf(issues: readonly TillIssue[]): Set<string> {
  return new Set(issues.filter(({ offer }) => offer.exclusive).map(({ offer }) => offer.id));
}

function allOf(issues: readonly TillIssue[], offerId: string): WantedSet {
  return issues.map(({ offer }) => (offer.id === offerId ? 1 : 0));
}

// ---- the best -------------------------------------------------------------------------------------------------------

/** Every set that may stand: at most one offer of a group, an exclusive offer alone, no issue too many. */
function exactly(trial: Trial, issues: readonly TillIssue[]): void {
  const wanted = issues.map(() => 0);
  for (let set = 0; set < 2 ** issues.length; set++) {
    for (let i = 0; i < issues.length; i++) wanted[i] = (set >> i) & 1;
    const kind = standing(issues, wanted);
    if (kind !== 'none') trial.try(wanted, kind === 'exclusive');
  }
}

/** Whether a set may stand, and whether it is an exclusive offer alone. */
function standing(issues: readonly TillIssue[], wanted: WantedSet): 'exclusive' | 'together' | 'none' {
  let exclusive: string | undefined;
  let others = false;
  const groups = new Map<string, string>();
  const times = new Map<string, number>();
  for (let i = 0; i < issues.length; i++) {
    if (wanted[i] === 0) continue;
    const { offer } = issues[i]!;
    const count = (times.get(offer.id) ?? 0) + 1;
    if (count > offer.withItself) return 'none';
    times.set(offer.id, count);
    if (offer.exclusive) {
      if (others || (exclusive !== undefined && exclusive !== offer.id)) return 'none';
      exclusive = offer.id;
      continue;
    }
    if (exclusive !== undefined) return 'none';
    others = true;
    if (offer.group === undefined) continue;
    const held = groups.get(offer.group);
    if (held !== undefined && held !== offer.id) return 'none';
    groups.set(offer.group, offer.id);
  }
  return exclusive === undefined ? 'together' : 'exclusive';
}

/** From the best of the order: one issue in or out, or one for another, as long as that helps and there is time. */
function bounded(trial: Trial, issues: readonly TillIssue[]): void {
  trial.partial = true;
  const wanted = issues.map(() => 0);
  for (const place of trial.best.burned) wanted[place] = 1;
  const last = trial.tried + trial.most;
  for (let improved = true; improved && trial.tried < last; ) {
    improved = false;
    for (let i = 0; i < issues.length && trial.tried < last; i++) {
      improved = tryWith(trial, issues, wanted, [i]) || improved;
      if (wanted[i] === 1) continue;
      for (let j = 0; j < issues.length && trial.tried < last; j++) {
        if (j !== i && wanted[j] === 1 && wanted[i] === 0)
          improved = tryWith(trial, issues, wanted, [i, j]) || improved;
      }
    }
  }
}

/** Keeps the change of these places where it makes the best better. */
function tryWith(trial: Trial, issues: readonly TillIssue[], wanted: number[], places: readonly number[]): boolean {
  for (const place of places) wanted[place]! ^= 1;
  const kind = standing(issues, wanted);
  if (kind !== 'none') {
    const before = trial.best;
    trial.try(wanted, kind === 'exclusive');
    if (trial.best !== before) return true;
  }
  for (const place of places) wanted[place]! ^= 1;
  return false;
}
