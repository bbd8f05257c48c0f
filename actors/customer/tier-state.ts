/**
 * How a tier system's sums follow what counts in it (PROGRAM: Tiers). The judge (`tiers.ts`) draws windows over them.
 *
 * Kept as [time, amount] pairs and not as a sum of each window, because a calendar unit is drawn in the zone in force
 * at the judging ("Edges: Time"). For windows of a month and longer, what lies in one month in every zone on earth
 * stands as one pair in the middle of that month; so a year holds a dozen pairs or two.
 */
import type {
  PointsEarned,
  PointsTaken,
  PurchaseRecorded,
  ReturnRecorded,
  TierChanged,
  TierCounted,
} from '../outcome.js';
import { DAY_MS, daysOf, HOUR_MS, monthOf, packedDate, yearOf } from '../time/civil.js';
import type { CustomerState, TierState } from './state.js';

/** What `tier.counted` says: the system's basis, whether by month, untils as they now stand, and what to forget. */
export interface TierCount {
  readonly basis: string;
  readonly byMonth: boolean;
  readonly untils: readonly (readonly [level: string, until: number])[];
  /** Sums before it can no longer matter, ms; null: forget nothing. */
  readonly keepFrom: number | null;
}

export function tierOf(state: CustomerState, system: string): TierState | undefined {
  const { tiers } = state;
  for (let i = 0; i < tiers.length; i++) if (tiers[i]!.system === system) return tiers[i];
  return undefined;
}

const POINTS = 'points:';

/** How a basis of points is written in the state. */
export function pointsBasis(account: string): string {
  return POINTS + account;
}

export function isPointsBasis(basis: string, account: string): boolean {
  return basis.length === POINTS.length + account.length && basis.startsWith(POINTS) && basis.endsWith(account);
}

/** The sum of what counts in [from, before). */
export function sumWithin(tier: TierState, from: number, before: number): number {
  const { sums } = tier;
  let sum = 0;
  for (let i = 0; i < sums.length; i += 2) if (sums[i]! >= from && sums[i]! < before) sum += sums[i + 1]!;
  return sum;
}

// ---- the fold -------------------------------------------------------------------------------------------------------

export function tierCounted(state: CustomerState, data: TierCounted): void {
  const [basis, byMonth, untils, keepFrom] = data.tier as unknown as [
    string,
    boolean,
    TierState['untils'],
    number | null,
  ];
  const tier = tierOf(state, data.system);
  if (tier === undefined) {
    state.tiers.push({ system: data.system, basis, level: null, since: 0, untils, sums: [], byMonth });
    return;
  }
  if (tier.basis !== basis) tier.sums = [];
  tier.basis = basis;
  tier.byMonth = byMonth;
  tier.untils = untils;
  if (keepFrom !== null) forget(tier.sums, keepFrom);
}

export function tierChanged(state: CustomerState, data: TierChanged): void {
  const tier = tierOf(state, data.system);
  if (tier === undefined) return;
  tier.level = data.to;
  tier.since = data.since;
}

export function pointsEarned(state: CustomerState, data: PointsEarned): void {
  count(state, data.account, true, data.earnedAt, data.points);
}

export function pointsReversed(state: CustomerState, data: PointsTaken, time: number): void {
  count(state, data.account, true, data.countsAt ?? time, -data.points);
}

export function purchaseCounted(state: CustomerState, data: PurchaseRecorded): void {
  if (data.tooLate === true) return;
  count(state, 'spend', false, data.at, data.net);
  count(state, 'count', false, data.at, 1);
}

export function returnCounted(state: CustomerState, data: ReturnRecorded): void {
  const { countsAt } = data;
  if (countsAt === undefined) return;
  count(state, 'spend', false, countsAt, -data.amount);
  if (data.allBack === true) count(state, 'count', false, countsAt, -1);
}

/** Adds to every system of that basis: `spend`, `count`, or the account named. */
function count(state: CustomerState, name: string, ofPoints: boolean, at: number, amount: number): void {
  const { tiers } = state;
  if (amount === 0) return;
  for (let i = 0; i < tiers.length; i++) {
    const tier = tiers[i]!;
    const isIt = ofPoints ? isPointsBasis(tier.basis, name) : tier.basis === name;
    if (isIt) add(tier.sums, tier.byMonth ? placeOf(at) : at, amount);
  }
}

function add(sums: number[], at: number, amount: number): void {
  let i = sums.length - 2;
  while (i >= 0 && sums[i] !== at) i -= 2;
  if (i < 0) sums.push(at, amount);
  else sums[i + 1]! += amount;
}

function forget(sums: number[], before: number): void {
  let kept = 0;
  for (let i = 0; i < sums.length; i += 2) {
    if (sums[i]! < before) continue;
    sums[kept] = sums[i]!;
    sums[kept + 1] = sums[i + 1]!;
    kept += 2;
  }
  sums.length = kept;
}

/** No zone is further from UTC. */
const ZONE_MS_MAX = 15 * HOUR_MS;

// The month looked at last: [inFrom, inTo) lies in it in every zone, `middle` stands for it.
let inFrom = 1;
let inTo = 0;
let middle = 0;

/** Where in the sums a time stands: the middle of its month if no zone could put it into another, else itself. */
function placeOf(at: number): number {
  if (at >= inFrom && at < inTo) return middle;
  const date = packedDate(Math.floor(at / DAY_MS));
  const first = daysOf(yearOf(date), monthOf(date), 1) * DAY_MS;
  const following = yearOf(date) * 12 + monthOf(date);
  const next = daysOf(Math.floor(following / 12), (following % 12) + 1, 1) * DAY_MS;
  inFrom = first + ZONE_MS_MAX;
  inTo = next - ZONE_MS_MAX;
  middle = first + 14 * DAY_MS;
  return at >= inFrom && at < inTo ? middle : at;
}
