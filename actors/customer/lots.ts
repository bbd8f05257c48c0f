/**
 * Lots of one account: in which order they are taken, what is taken from which (PROGRAM: Points).
 *
 * Invariant: lots stand by soonest expiry (none is last), then earlier time, then earlier issue; each has points left.
 */
import type { LotShare } from '../outcome.js';
import { insert } from './list.js';
import type { LotState } from './state.js';

/** Puts one more in its place. */
export function addLot(lots: LotState[], lot: LotState): void {
  let at = lots.length;
  while (at > 0 && comesBefore(lot, lots[at - 1]!)) at--;
  insert(lots, at, lot);
}

/** By expiry, then time; a lot put in later is issued later, so equals keep their order. */
function comesBefore(a: LotState, b: LotState): boolean {
  if (a.expiresAt !== b.expiresAt) {
    if (a.expiresAt === null) return false;
    return b.expiresAt === null || a.expiresAt < b.expiresAt;
  }
  return a.earnedAt < b.earnedAt;
}

/** Which lots give up to `points`: `first` (a lot's id) before all others, then the order above. */
export function sharesOf(lots: readonly LotState[], points: number, first?: string): LotShare[] {
  const shares: LotShare[] = [];
  let missing = points;
  const own = first === undefined ? undefined : lots.find((lot) => lot.id === first);
  if (own !== undefined && missing > 0) missing -= take(shares, own, missing);
  for (let i = 0; i < lots.length && missing > 0; i++) {
    if (lots[i] !== own) missing -= take(shares, lots[i]!, missing);
  }
  return shares;
}

function take(shares: LotShare[], lot: LotState, missing: number): number {
  const points = Math.min(lot.left, missing);
  shares.push({ lotId: lot.id, points });
  return points;
}

export function sumOf(shares: readonly LotShare[]): number {
  let sum = 0;
  for (let i = 0; i < shares.length; i++) sum += shares[i]!.points;
  return sum;
}

/** Takes the shares; lots that are empty then go. */
export function takeShares(lots: LotState[], shares: readonly LotShare[]): void {
  let emptied = false;
  for (let j = 0; j < shares.length; j++) {
    const { lotId, points } = shares[j]!;
    let i = 0;
    while (i < lots.length && lots[i]!.id !== lotId) i++;
    if (i === lots.length) continue;
    lots[i]!.left -= points;
    if (lots[i]!.left <= 0) emptied = true;
  }
  if (!emptied) return;
  let kept = 0;
  for (let i = 0; i < lots.length; i++) if (lots[i]!.left > 0) lots[kept++] = lots[i]!;
  lots.length = kept;
}

/** Order of issue, from the ids of outcomes `<shard>-<sequence>-<n>`: negative where `a` is earlier. */
export function compareIssue(a: string, b: string): number {
  if (a === b) return 0;
  const [, aSequence = '', aIndex = ''] = a.split('-');
  const [, bSequence = '', bIndex = ''] = b.split('-');
  return compareDigits(aSequence, bSequence) || compareDigits(aIndex, bIndex);
}

function compareDigits(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}
