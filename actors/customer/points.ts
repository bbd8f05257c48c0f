/** Points earned, reversed and adjusted (PROGRAM: Points): what the judge says of accounts and lots. */
import type { AdjustmentData } from '../event.js';
import type { Cause, PointsTaken, RateBasis } from '../outcome.js';
import type { Account, Expiry, Program } from '../program/program.js';
import { lastSecond } from '../time/calendar.js';
import { addDuration } from '../time/duration.js';
import { accountOf } from './account-state.js';
import { sharesOf, sumOf } from './lots.js';
import type { Working } from './working.js';

/** A new lot; a debt is paid out of it at once. Nothing where there are no points. */
export function earn(
  working: Working,
  account: Account,
  points: number,
  expiry: Expiry,
  time: number,
  zone: string,
  cause: Cause,
  rate: RateBasis | undefined,
): void {
  if (points === 0) return;
  const debt = accountOf(working.now, account.id)?.debt ?? 0;
  const expiresAt = expiryOf(expiry, time, zone);
  working.tell('points.earned', time, cause, {
    account: account.id,
    points,
    lotId: working.nextId,
    expiresAt,
    zone: expiresAt === null ? undefined : zone,
    paidDebt: debt === 0 ? undefined : Math.min(debt, points),
    rate,
    earnedAt: time,
  });
}

/** What a reversal is of, beside how much. */
export type ReversalOf = Pick<PointsTaken, 'reason' | 'countsAt' | 'transactionId' | 'lotId' | 'originalKnown'>;

/**
 * Takes `points` back: from its own lot, then from active lots, soonest expiry first; what is missing follows the
 * account's `negative`. An account that the program no longer has is let run into debt.
 */
export function reverse(
  working: Working,
  program: Program,
  account: string,
  points: number,
  time: number,
  cause: Cause,
  of: ReversalOf,
): void {
  if (points === 0) return;
  const held = accountOf(working.now, account);
  const lots = sharesOf(held?.lots ?? [], points, of.lotId);
  const missing = points - sumOf(lots);
  const clamp = program.accounts.get(account)?.negative === 'clamp';
  working.tell('points.reversed', time, cause, {
    account,
    points: clamp ? points - missing : points,
    lots,
    debt: missing > 0 && !clamp ? missing : undefined,
    notTaken: missing > 0 && clamp ? missing : undefined,
    reason: of.reason,
    countsAt: of.countsAt,
    transactionId: of.transactionId,
    lotId: of.lotId,
    originalKnown: of.originalKnown,
  });
}

/** An adjustment: positive, a lot outside caps and tiers; negative, a reversal without a lot, from active lots only. */
export function adjust(
  working: Working,
  program: Program,
  data: AdjustmentData,
  time: number,
  zone: string,
  cause: Cause,
): void {
  const account = program.accounts.get(data.account)!;
  const held = accountOf(working.now, account.id);
  const { points, reason } = data;
  if (points > 0) {
    const debt = held?.debt ?? 0;
    const expiresAt = expiryOf(account.expiry, time, zone);
    const paidDebt = debt === 0 ? undefined : Math.min(debt, points);
    const lotId = working.nextId;
    const shown = expiresAt === null ? undefined : zone;
    working.tell('points.adjusted', time, cause, {
      account: account.id,
      points,
      reason,
      lotId,
      paidDebt,
      expiresAt,
      zone: shown,
      earnedAt: time,
    });
  } else if (points < 0) {
    const lots = sharesOf(held?.lots ?? [], -points);
    const missing = -points - sumOf(lots);
    const clamp = account.negative === 'clamp';
    working.tell('points.adjusted', time, cause, {
      account: account.id,
      points: (clamp ? points + missing : points) || 0,
      reason,
      lots,
      debt: missing > 0 && !clamp ? missing : undefined,
      notTaken: missing > 0 && clamp ? missing : undefined,
      earnedAt: time,
    });
  }
}

/** Good up to and including it, ms; rounded up, 23:59:59 of the unit's last local day. Null: never expires. */
export function expiryOf(expiry: Expiry, earnedAt: number, zone: string): number | null {
  if (expiry.kind === 'none') return null;
  const end = addDuration(earnedAt, expiry.after, zone);
  return expiry.roundUpTo === undefined ? end : lastSecond(expiry.roundUpTo, zone, end);
}
