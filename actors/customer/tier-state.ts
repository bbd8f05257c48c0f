/**
 * How a tier system's sums follow what counts in it (PROGRAM: Tiers). The judge (`tiers.ts`) draws windows over them.
 *
 * Kept as [time, amount] pairs and not as a sum of each window, because a calendar unit is drawn in the zone in force
 * at the judging ("Edges: Time"), and a rolling window ends at every event. For calendar windows of a month and longer,
 * what lies in one month in every zone on earth stands as one pair in the middle of that month; so a year holds a dozen
 * pairs or two. Others hold a pair for each instant, up to `PAIRS_MAX` of them; beyond, the older half is held two by
 * two, at the later instant of each two.
 *
 * Invariant: pairs stand ascending by time, and none has the amount 0: what has come back whole is as if never added.
 */
import type {
  PointsEarned,
  PointsTaken,
  ProgressMoved,
  PurchaseRecorded,
  ReturnRecorded,
  SaleVoided,
  TierChanged,
  TierCounted,
} from '../outcome.js';
import { basisSystem } from '../program/basis-campaign.js';
import { DAY_MS, daysOf, HOUR_MS, monthOf, packedDate, yearOf } from '../time/civil.js';
import { COMPLETED, FELL, type ProgressChange } from './progress.js';
import type { CustomerState, TierState } from './state.js';
import { UNTIL_WIDTH_V1, untilsOf } from './until.js';

/** Part of the format: the fold decides by it. */
export const PAIRS_MAX = 4_096;

export function tierOf(state: CustomerState, system: string): TierState | undefined {
  const { tiers } = state;
  for (let i = 0; i < tiers.length; i++) if (tiers[i]!.system === system) return tiers[i];
  return undefined;
}

const POINTS = 'points:';
const BEHAVIOR = 'behavior:';

/** How a basis of points is written in the state. */
export function pointsBasis(account: string): string {
  return POINTS + account;
}

/** How a basis of a behavior is written in the state; another behavior is another basis. */
export function behaviorBasis(signature: string): string {
  return BEHAVIOR + signature;
}

export function isBehaviorBasis(basis: string, signature: string): boolean {
  return basis.length === BEHAVIOR.length + signature.length && basis.startsWith(BEHAVIOR) && basis.endsWith(signature);
}

export function isPointsBasis(basis: string, account: string): boolean {
  return basis.length === POINTS.length + account.length && basis.startsWith(POINTS) && basis.endsWith(account);
}

/** The sum of what counts in [from, before). */
export function sumWithin({ sums }: TierState, from: number, before: number): number {
  let sum = 0;
  for (let i = sums.length - 2; i >= 0 && sums[i]! >= from; i -= 2) if (sums[i]! < before) sum += sums[i + 1]!;
  return sum;
}

// ---- the fold -------------------------------------------------------------------------------------------------------

export function tierCounted(state: CustomerState, data: TierCounted): void {
  const { system, dueAt, untils, reasons, more, keepFrom, basis, byMonth } = data;
  let tier = tierOf(state, system);
  if (tier === undefined) {
    tier = {
      system,
      basis: '',
      level: null,
      since: 0,
      untils: [],
      dueAt: null,
      entered: [],
      sums: [],
      byMonth: false,
    };
    state.tiers.push(tier);
  }
  if (basis !== undefined && basis !== tier.basis) {
    tier.sums = [];
    tier.basis = basis;
  }
  if (byMonth !== undefined) tier.byMonth = byMonth;
  if (untils !== undefined) tier.untils = untilsOf(untils, UNTIL_WIDTH_V1);
  if (reasons !== undefined) tier.untils = untilsOf(reasons);
  if (more !== undefined) tier.untils = [...tier.untils, ...untilsOf(more)];
  if (keepFrom !== undefined) forget(tier.sums, keepFrom);
  tier.dueAt = dueAt;
}

export function tierChanged(state: CustomerState, data: TierChanged): void {
  const tier = tierOf(state, data.system);
  if (tier === undefined) return;
  tier.level = data.to;
  tier.since = data.since;
  if (data.entered !== undefined) tier.entered = data.entered;
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

export function purchaseUncounted(state: CustomerState, { countsAt, net, refunded, allBack }: SaleVoided): void {
  if (countsAt === undefined) return;
  count(state, 'spend', false, countsAt, refunded - net);
  if (!allBack) count(state, 'count', false, countsAt, -1);
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

/** Completions of a behavior that is a system's basis: one more, or one that fell, at its own time. */
export function behaviorCounted(state: CustomerState, { campaignId, progress }: ProgressMoved, time: number): void {
  const [op, , , at] = progress as unknown as ProgressChange;
  if (op !== COMPLETED && op !== FELL) return;
  const system = basisSystem(campaignId);
  const tier = system === undefined ? undefined : tierOf(state, system);
  if (tier === undefined || !tier.basis.startsWith(BEHAVIOR)) return;
  if (op === COMPLETED) addTo(tier, time, 1);
  else addTo(tier, at as number, -1);
}

/** Adds what already stands in another customer's sums. */
export function addTo(tier: TierState, at: number, amount: number): void {
  add(tier.sums, tier.byMonth ? placeOf(at) : at, amount);
}

function add(sums: number[], at: number, amount: number): void {
  let i = sums.length - 2;
  while (i >= 0 && sums[i]! > at) i -= 2;
  if (i >= 0 && sums[i] === at) {
    if (sums[i + 1] === -amount) sums.splice(i, 2);
    else sums[i + 1]! += amount;
    return;
  }
  if (i === sums.length - 2) sums.push(at, amount);
  else sums.splice(i + 2, 0, at, amount);
  if (sums.length > 2 * PAIRS_MAX) thin(sums);
}

/** The older half two by two. */
function thin(sums: number[]): void {
  const half = Math.floor(sums.length / 8) * 4;
  let kept = 0;
  for (let i = 0; i < half; i += 4) {
    const amount = sums[i + 1]! + sums[i + 3]!;
    if (amount === 0) continue;
    sums[kept] = sums[i + 2]!;
    sums[kept + 1] = amount;
    kept += 2;
  }
  sums.splice(kept, half - kept);
}

function forget(sums: number[], before: number): void {
  let gone = 0;
  while (gone < sums.length && sums[gone]! < before) gone += 2;
  if (gone > 0) sums.splice(0, gone);
}

/** No zone is further from UTC. */
const ZONE_MS_MAX = 15 * HOUR_MS;

// The month looked at last: [inFrom, inTo) lies in it in every zone, `middle` stands for it.
let inFrom = 1;
let inTo = 0;
let middle = 0;

/** Where in the sums a time stands: the middle of its month if no zone could put it into another, else itself. */
export function placeOf(at: number): number {
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
