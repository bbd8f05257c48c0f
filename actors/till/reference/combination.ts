/**
 * Which issues apply to a check together (PROGRAM: Offers), for the reference: every choice is made and the lowest check
 * taken.
 */
import { copied, type Unit } from './check.js';
import { isTaken, type Matches, type Taken, type TooFew, takenBy, taking } from './discount.js';
import type { Issue } from './offer.js';

/** A set of issues, and what they make of the check in their order. */
export interface Combination {
  readonly issues: readonly Issue[];
  /** Of the issues that had their turn. */
  readonly taken: ReadonlyMap<Issue, Taken | TooFew>;
  readonly units: readonly Unit[];
  /** All that is taken off. */
  readonly discount: number;
  readonly burned: readonly Issue[];
}

/** `issues` in order, each one eligible by itself. */
export function chosen(
  issues: readonly Issue[],
  units: readonly Unit[],
  matches: Matches,
  select: 'order' | 'best',
): Combination {
  const sets = setsOfTheOrder(issues);
  // "Never worse than the order."
  if (select === 'best') sets.push(...everySet(issues));
  const combinations = sets.map((set) => applied(set, units, matches));
  return combinations.reduce((best, each) => (isBetter(each, best, issues) ? each : best));
}

/**
 * "Always applied in this order", "each offer takes of what those before it left". "An offer that comes to 0 is not
 * applied and not burned"; "two issues of one offer apply to one check only by `withItself`": what did not apply takes no
 * place of another issue.
 */
function applied(set: readonly Issue[], check: readonly Unit[], matches: Matches): Combination {
  const units = copied(check);
  const taken = new Map<Issue, Taken | TooFew>();
  const burned: Issue[] = [];
  let discount = 0;
  for (const issue of set) {
    const own = burned.filter(({ offer }) => offer.id === issue.offer.id);
    if (own.length >= (issue.offer.stacking?.withItself ?? 1)) continue;
    const one = takenBy(issue.offer, units, matches);
    taken.set(issue, one);
    if (!isTaken(one) || one.amount === 0) continue;
    taking(one);
    discount += one.amount;
    burned.push(issue);
  }
  return { issues: set, taken, units, discount, burned };
}

/**
 * "The lowest check taken." "Ties: fewer issues burned, then the set whose first difference comes earlier": of what is
 * burned, and where that is the same, of what was to be.
 */
function isBetter(a: Combination, b: Combination, issues: readonly Issue[]): boolean {
  if (a.discount !== b.discount) return a.discount > b.discount;
  if (a.burned.length !== b.burned.length) return a.burned.length < b.burned.length;
  return comesEarlier(a.burned, b.burned, issues) ?? comesEarlier(a.issues, b.issues, issues) ?? false;
}

function comesEarlier(a: readonly Issue[], b: readonly Issue[], issues: readonly Issue[]): boolean | undefined {
  const first = issues.find((issue) => a.includes(issue) !== b.includes(issue));
  return first === undefined ? undefined : a.includes(first);
}

const isExclusive = ({ offer }: Issue) => offer.stacking?.exclusive === true;
const groupOf = ({ offer }: Issue) => offer.stacking?.group;

/**
 * "In a `group` at most one offer applies: every choice of one eligible offer for each group is tried (nobody is no
 * choice); its issues apply together as far as `withItself` allows, those of an exclusive offer too. Each `exclusive`
 * offer is compared alone, whatever its group, against everything else."
 */
function setsOfTheOrder(issues: readonly Issue[]): Issue[][] {
  const exclusives = issues.filter(isExclusive);
  const others = issues.filter((issue) => !isExclusive(issue));
  const alone = [...new Set(exclusives.map(({ offer }) => offer.id))].map((id) =>
    exclusives.filter(({ offer }) => offer.id === id),
  );
  let choices: Issue[][] = [others];
  for (const group of new Set(others.map(groupOf))) {
    if (group === undefined) continue;
    const offers = new Set(others.filter((issue) => groupOf(issue) === group).map(({ offer }) => offer.id));
    choices = choices.flatMap((choice) =>
      [...offers].map((id) => choice.filter((issue) => groupOf(issue) !== group || issue.offer.id === id)),
    );
  }
  return [...choices, ...alone];
}

/** Every set that group, `exclusive` and `withItself` allow, the empty one too. */
function everySet(issues: readonly Issue[]): Issue[][] {
  let sets: Issue[][] = [[]];
  for (const issue of issues) {
    sets = sets.flatMap((set) => (fits(issue, set) ? [set, [...set, issue]] : [set]));
  }
  return sets;
}

function fits(issue: Issue, set: readonly Issue[]): boolean {
  const own = set.filter(({ offer }) => offer.id === issue.offer.id);
  if (own.length >= (issue.offer.stacking?.withItself ?? 1)) return false;
  return set.every((other) => {
    if (other.offer.id === issue.offer.id) return true;
    if (isExclusive(issue) || isExclusive(other)) return false;
    return groupOf(issue) === undefined || groupOf(issue) !== groupOf(other);
  });
}
