/**
 * What both have counted for a campaign, put together by a merge (PROGRAM: "counted events, limits used"; "nothing
 * completes by a merge": the next event that counts does).
 *
 * Of a sequence the finished steps of the one who is further on stay, of two as far the survivor's; what the other has
 * matched counts from there on. What is moved counts as having arrived with the merge: where order of arrival matters, it
 * comes after; where no step is finished all that is unspent has arrived in the order of its time, so that a `sinceFirst`
 * window is opened by the earliest.
 */
import { armsOf } from './absence.js';
import type { Absence, Life, Match, Progress, Step, Use } from './life.js';
import { progressOf } from './life.js';

export function mergeProgress(life: Life, old: Life, campaignId: string): void {
  const own = progressOf(life, campaignId);
  const more = progressOf(old, campaignId);
  const isOwnAhead = own.steps.length >= more.steps.length;
  const [ahead, behind] = isOwnAhead ? [own, more] : [more, own];
  const absences = absencesOf(own, more, ahead, behind);
  arrive(own, more, isOwnAhead, life.order, old.order);
  own.steps = ahead.steps;
  own.completions.push(...more.completions);
  own.closedUnits.push(...more.closedUnits);
  own.arms.push(...more.arms);
  own.absences = absences;
  own.matches.push(...more.matches);
  // "No unit of a closed streak serves another", but what a finished step counted is that step's.
  own.matches = own.matches.filter(
    ({ rule, unit }) =>
      rule < own.steps.length || !own.closedUnits.some((closed) => closed.rule === rule && closed.unit === unit),
  );
  own.matches.sort((a, b) => a.order - b.order || a.rule - b.rule);
}

/** Numbers in the order of arrival, as if what is moved had arrived now. */
function arrive(own: Progress, more: Progress, isOwnAhead: boolean, ownOrder: number, moreOrder: number): void {
  const ofMore = matchesOf(more);
  const [unspentOfOwn, unspentOfMore] = [unspent(own), unspent(more)];
  const ends = new Set([...more.steps, ...more.completions.flatMap(({ steps }) => steps)].map(({ end }) => end));
  for (const match of ofMore) match.order += ownOrder;
  for (const end of ends) end.order += ownOrder;
  const top = ownOrder + moreOrder;
  if (unspentOfOwn.length === 0 || unspentOfMore.length === 0) return;
  if (own.steps.length + more.steps.length === 0) {
    const all = [...unspentOfOwn, ...unspentOfMore].sort((a, b) => a.time - b.time || a.order - b.order);
    const orders = [...new Set(all.map(({ order }) => order))];
    for (const match of all) match.order = top + 1 + orders.indexOf(match.order);
  } else if (!isOwnAhead) for (const match of unspentOfOwn) match.order += top;
}

function unspent(progress: Progress): Match[] {
  const arms = progress.arms.filter(({ match, by }) => by === null && match.value !== 0);
  return [...progress.matches, ...arms.map(({ match }) => match)];
}

/** All of them, spent or not. */
function matchesOf(progress: Progress): Set<Match> {
  const ofSteps = (steps: readonly Step[]): readonly Use[] => steps.flatMap(({ counted }) => counted);
  const uses = [
    ...ofSteps(progress.steps),
    ...progress.completions.flatMap(({ counted, spent, steps }) => [...counted.flat(), ...spent, ...ofSteps(steps)]),
  ];
  const arms = progress.arms.map(({ match }) => match);
  return new Set([...progress.matches, ...arms, ...uses.map(({ match }) => match)]);
}

/** "`absent` is armed by the last match": of two that wait the one armed later stays; of a sequence the step open now waits. */
function absencesOf(own: Progress, more: Progress, ahead: Progress, behind: Progress): Map<number, Absence> {
  const joined = new Map<number, Absence>();
  for (const place of new Set([...own.absences.keys(), ...more.absences.keys()])) {
    const [a, b] = [own.absences.get(place), more.absences.get(place)];
    const isEven = ahead.steps.length === behind.steps.length;
    const stays = isEven ? later(own, a, more, b, place) : ahead.absences.get(place);
    if (stays === undefined) continue;
    const from = Math.max(a?.from ?? Number.NEGATIVE_INFINITY, b?.from ?? Number.NEGATIVE_INFINITY);
    joined.set(place, { ...stays, from });
  }
  return joined;
}

function later(
  own: Progress,
  a: Absence | undefined,
  more: Progress,
  b: Absence | undefined,
  place: number,
): Absence | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const armedAt = (progress: Progress, { from }: Absence) =>
    Math.max(from, ...armsOf(progress, place).map(({ time }) => time));
  const [first, second] = [armedAt(own, a), armedAt(more, b)];
  if (first !== second) return first > second ? a : b;
  return (b.due ?? Number.NEGATIVE_INFINITY) > (a.due ?? Number.NEGATIVE_INFINITY) ? b : a;
}
