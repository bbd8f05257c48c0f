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
import { replaced } from './list.js';
import type { CustomerState, Draft, TierState } from './state.js';

/** What `tier.counted` says: the system's basis, whether by month, untils as they now stand, and what to forget. */
export interface TierCount {
  readonly basis: string;
  readonly byMonth: boolean;
  readonly untils: readonly (readonly [level: string, until: number])[];
  /** Sums before it can no longer matter, ms; null: forget nothing. */
  readonly keepFrom: number | null;
}

export function tierOf(state: CustomerState, system: string): TierState | undefined {
  return tierIn(state.tiers, system);
}

export function tierIn(tiers: readonly TierState[], system: string): TierState | undefined {
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

export function tierCounted(draft: Draft, data: TierCounted): void {
  const [basis, byMonth, untils, keepFrom] = data.tier as unknown as [
    string,
    boolean,
    TierState['untils'],
    number | null,
  ];
  const tier = tierOf(draft, data.system);
  let sums: readonly number[] = tier === undefined || tier.basis !== basis ? [] : tier.sums;
  if (keepFrom !== null) sums = keptFrom(sums, keepFrom);
  const { level, since } = tier ?? { level: null, since: 0 };
  putTier(draft, { system: data.system, basis, level, since, untils, sums, byMonth });
}

export function tierChanged(draft: Draft, data: TierChanged): void {
  const tier = tierOf(draft, data.system);
  if (tier === undefined) return;
  const { system, basis, untils, sums, byMonth } = tier;
  putTier(draft, { system, basis, level: data.to, since: data.since, untils, sums, byMonth });
}

export function pointsEarned(draft: Draft, data: PointsEarned): void {
  count(draft, data.account, true, data.earnedAt, data.points);
}

export function pointsReversed(draft: Draft, data: PointsTaken, time: number): void {
  count(draft, data.account, true, data.countsAt ?? time, -data.points);
}

export function purchaseCounted(draft: Draft, data: PurchaseRecorded): void {
  if (data.tooLate === true) return;
  count(draft, 'spend', false, data.at, data.net);
  count(draft, 'count', false, data.at, 1);
}

export function returnCounted(draft: Draft, data: ReturnRecorded): void {
  const { countsAt } = data;
  if (countsAt === undefined) return;
  count(draft, 'spend', false, countsAt, -data.amount);
  if (data.allBack === true) count(draft, 'count', false, countsAt, -1);
}

/** Adds to every system of that basis: `spend`, `count`, or the account named. */
function count(draft: Draft, name: string, ofPoints: boolean, at: number, amount: number): void {
  const { tiers } = draft;
  if (amount === 0) return;
  for (let i = 0; i < tiers.length; i++) {
    const tier = tiers[i]!;
    const { system, basis, level, since, untils, byMonth } = tier;
    const isIt = ofPoints ? isPointsBasis(basis, name) : basis === name;
    if (!isIt) continue;
    const sums = withAmount(tier.sums, byMonth ? placeOf(at) : at, amount);
    putTier(draft, { system, basis, level, since, untils, sums, byMonth });
  }
}

function putTier(draft: Draft, tier: TierState): void {
  const { tiers } = draft;
  let i = 0;
  while (i < tiers.length && tiers[i]!.system !== tier.system) i++;
  draft.tiers = replaced(tiers, i, tier);
}

function withAmount(sums: readonly number[], at: number, amount: number): readonly number[] {
  let i = sums.length - 2;
  while (i >= 0 && sums[i] !== at) i -= 2;
  return i < 0 ? sums.concat([at, amount]) : replaced(sums, i + 1, sums[i + 1]! + amount);
}

function keptFrom(sums: readonly number[], keepFrom: number): readonly number[] {
  const result: number[] = [];
  for (let i = 0; i < sums.length; i += 2) if (sums[i]! >= keepFrom) result.push(sums[i]!, sums[i + 1]!);
  return result;
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
