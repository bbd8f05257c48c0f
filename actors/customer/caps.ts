/**
 * Caps of an account (PROGRAM: Points, Caps): over all campaigns in the order of judging, what is earned in a period is
 * clipped; what is reversed with its lot gives room back to the period it was earned in.
 *
 * Kept as [time, points] pairs, because a calendar unit is drawn in the zone in force at the judging ("Edges: Time").
 * Where all periods are months or longer, what lies in one month in every zone on earth stands as one pair.
 */
import type { PointsEarned } from '../outcome.js';
import type { Cap, Caps } from '../program/program.js';
import { subtractDuration } from '../time/duration.js';
import { forgetUpTo } from './reach.js';
import type { AccountState } from './state.js';
import { placeOf } from './tier-state.js';
import { unitSpan } from './unit-span.js';

const NOTHING: readonly number[] = [];
/** Cells an account gathers before those that no period can see any more are dropped. */
const CELLS_MAX = 64;

/** How many of `points` earned at `time` (ms) the caps leave. */
export function clipped(
  account: AccountState | undefined,
  caps: Caps,
  points: number,
  time: number,
  zone: string,
): number {
  let left = points;
  const capped = account?.capped ?? NOTHING;
  for (const cap of caps.each) left = Math.min(left, cap.points - earnedIn(capped, cap, time, zone));
  return Math.max(0, left);
}

/**
 * How an award of `time` (ms) is kept, flat: where it stands, and what can be forgotten with it: all at or before an
 * instant, ms; null: nothing.
 */
export function capOf(
  account: AccountState | undefined,
  caps: Caps,
  time: number,
  arrival: number,
  zone: string,
): PointsEarned['cap'] {
  const at = caps.byMonth ? placeOf(time) : time;
  if (account === undefined || account.capped.length < CELLS_MAX) return [at, null];
  const earliest = subtractDuration(arrival, caps.lateness, zone);
  let from = earliest;
  for (const { per } of caps.each) from = Math.min(from, forgetUpTo(per, earliest, zone)!);
  // A pair by month stands up to half a month before what it holds.
  return [at, caps.byMonth ? from - MONTH_MS : from];
}

const MONTH_MS = 31 * 86_400_000;

/** Earned in the period of a cap that holds `time`. */
function earnedIn(capped: readonly number[], { per }: Cap, time: number, zone: string): number {
  let after: number;
  let upTo = time;
  if (per.kind === 'rolling') after = subtractDuration(time, per.span, zone);
  else {
    const { from, before } = unitSpan(per.unit, zone, time);
    after = from - 1;
    upTo = before - 1;
  }
  let sum = 0;
  for (let i = 0; i < capped.length; i += 2) if (capped[i]! > after && capped[i]! <= upTo) sum += capped[i + 1]!;
  return sum;
}

// ---- the fold -------------------------------------------------------------------------------------------------------

export function capEarned(
  { capped }: AccountState,
  [at, from]: NonNullable<PointsEarned['cap']>,
  points: number,
): void {
  if (from !== null) forget(capped, from);
  const place = placeIn(capped, at);
  if (place < 0) capped.push(at, points);
  else capped[place + 1]! += points;
}

/** Room given back to the period in which a lot was earned, if a cap can still see it. */
export function capReversed({ capped }: AccountState, earnedAt: number, points: number): void {
  if (capped.length === 0) return;
  let place = placeIn(capped, earnedAt);
  if (place < 0) place = placeIn(capped, placeOf(earnedAt));
  if (place < 0) return;
  capped[place + 1]! -= points;
  if (capped[place + 1]! <= 0) capped.splice(place, 2);
}

/** What another customer earned, in the same periods. */
export function joinCapped(capped: number[], more: readonly number[]): void {
  for (let i = 0; i < more.length; i += 2) {
    const place = placeIn(capped, more[i]!);
    if (place < 0) capped.push(more[i]!, more[i + 1]!);
    else capped[place + 1]! += more[i + 1]!;
  }
}

function placeIn(capped: readonly number[], at: number): number {
  let place = capped.length - 2;
  while (place >= 0 && capped[place] !== at) place -= 2;
  return place;
}

function forget(capped: number[], from: number): void {
  let kept = 0;
  for (let i = 0; i < capped.length; i += 2) {
    if (capped[i]! <= from) continue;
    capped[kept] = capped[i]!;
    capped[kept + 1] = capped[i + 1]!;
    kept += 2;
  }
  capped.length = kept;
}
