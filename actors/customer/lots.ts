/**
 * Lots of one account: in which order they are taken, what is taken from which (PROGRAM: Points).
 *
 * Invariant: lots stand by soonest expiry (none is last), then earlier time, then earlier issue; each has points left.
 */
import type { LotShare } from '../outcome.js';
import { insert } from './list.js';
import type { AccountState, LotState } from './state.js';

/** Puts one that is issued only now in its place. */
export function addLot(lots: LotState[], lot: LotState): void {
  let at = lots.length;
  while (at > 0 && comesBefore(lot, lots[at - 1]!) < 0) at--;
  insert(lots, at, lot);
}

/** Puts one back that was issued before, with what is left of it where it never went. */
export function putLot(lots: LotState[], lot: LotState): void {
  const held = lots.find((each) => each.id === lot.id);
  if (held !== undefined) {
    held.left += lot.left;
    return;
  }
  let at = lots.length;
  while (at > 0 && (comesBefore(lot, lots[at - 1]!) || compareIssue(lot.id, lots[at - 1]!.id)) < 0) at--;
  insert(lots, at, lot);
}

/** After ends have moved. */
export function sortLots(lots: LotState[]): void {
  lots.sort((a, b) => comesBefore(a, b) || compareIssue(a.id, b.id));
}

/** By expiry, then time: negative where `a` is taken first, 0 where the issue decides. */
function comesBefore(a: LotState, b: LotState): number {
  if (a.expiresAt === b.expiresAt) return a.earnedAt - b.earnedAt;
  if (a.expiresAt === null) return 1;
  return b.expiresAt === null ? -1 : a.expiresAt - b.expiresAt;
}

const NO_LOTS: readonly LotState[] = [];

/** Which lots give up to `points`: `first` (a lot's id, waiting or active) before all others, then active ones in order. */
export function sharesOf(account: AccountState | undefined, points: number, first?: string): LotShare[] {
  const lots = account?.lots ?? NO_LOTS;
  const shares: LotShare[] = [];
  let missing = points;
  const own = first === undefined || account === undefined ? undefined : lotOf(account, first);
  if (own !== undefined && missing > 0) missing -= take(shares, own, missing);
  for (let i = 0; i < lots.length && missing > 0; i++) {
    if (lots[i] !== own) missing -= take(shares, lots[i]!, missing);
  }
  return shares;
}

/** An open lot, active or waiting. */
export function lotOf({ lots, waiting }: AccountState, id: string): LotState | undefined {
  for (let i = 0; i < lots.length; i++) if (lots[i]!.id === id) return lots[i];
  for (let i = 0; i < waiting.length; i++) if (waiting[i]!.id === id) return waiting[i];
  return undefined;
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

/** Takes what shares name of these lots, and says how much; lots that are empty then go. */
export function takeShares(lots: LotState[], shares: readonly LotShare[]): number {
  let taken = 0;
  let emptied = false;
  for (let j = 0; j < shares.length; j++) {
    const { lotId, points } = shares[j]!;
    let i = 0;
    while (i < lots.length && lots[i]!.id !== lotId) i++;
    if (i === lots.length) continue;
    taken += points;
    lots[i]!.left -= points;
    if (lots[i]!.left <= 0) emptied = true;
  }
  if (!emptied) return taken;
  let kept = 0;
  for (let i = 0; i < lots.length; i++) if (lots[i]!.left > 0) lots[kept++] = lots[i]!;
  lots.length = kept;
  return taken;
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
