/** Points earned, reversed and adjusted (PROGRAM: Points): what the judge says of accounts and lots. */
import type { AdjustmentData } from '../event.js';
import type { Cause, PointsTaken, RateBasis } from '../outcome.js';
import type { Account, Expiry, Program } from '../program/program.js';
import { accountOf } from './account-state.js';
import { waitsOf } from './activation.js';
import { capOf, clipped } from './caps.js';
import { expiryOf } from './expiry.js';
import { sharesOf, sumOf } from './lots.js';
import type { AccountState } from './state.js';
import type { Working } from './working.js';

/**
 * A new lot, clipped by the account's caps; a debt is paid out of it as soon as it is active. Nothing where there are no
 * points; where the caps leave none it is told all the same, with 0. `zone`: the customer's. `budget`: what is left of
 * the campaign's, where it has one. Returns the points it came to.
 */
export function earn(
  working: Working,
  account: Account,
  points: number,
  expiry: Expiry,
  time: number,
  zone: string,
  cause: Cause,
  rate: RateBasis | undefined,
  budget = Number.POSITIVE_INFINITY,
): number {
  if (points === 0) return 0;
  const held = accountOf(working.now, account.id);
  const { caps } = account;
  const capped = caps === undefined ? points : clipped(held, caps, points, time, zone);
  const applied = Math.min(capped, budget);
  const isClipped = applied < points;
  const expiresAt = expiryOf(expiry, held, time, zone);
  const { activatesAt, activatesOn, cancelsAt } = waitsOf(account.activation, time, zone);
  working.tell('points.earned', time, cause, {
    account: account.id,
    points: applied,
    desired: isClipped ? points : undefined,
    applied: isClipped ? applied : undefined,
    clippedBy: !isClipped ? undefined : applied < capped ? 'budget' : 'cap',
    lotId: working.nextId,
    activatesAt,
    activatesOn,
    cancelsAt,
    expiresAt,
    zone: expiresAt === null && activatesAt === undefined && cancelsAt === undefined ? undefined : zone,
    paidDebt: account.activation.kind === 'immediate' ? paidBy(held, applied) : undefined,
    rate,
    earnedAt: time,
    idle: expiry.kind === 'inactivity' ? expiry.key : undefined,
    cap: caps === undefined || applied === 0 ? undefined : capOf(held, caps, time, working.arrival, zone),
  });
  return applied;
}

/** What of points that become active now pays a debt; undefined where there is none. */
export function paidBy(account: AccountState | undefined, points: number): number | undefined {
  return account === undefined || account.debt === 0 || points === 0 ? undefined : Math.min(account.debt, points);
}

/** What a reversal is of, beside how much. */
export type ReversalOf = Pick<
  PointsTaken,
  'reason' | 'countsAt' | 'transactionId' | 'lotId' | 'originalKnown' | 'undone'
>;

/**
 * Takes `points` back: from its own lot, waiting or active, then from active lots, soonest expiry first; what is missing
 * follows the account's `negative`. An account that the program no longer has is let run into debt.
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
  const lots = sharesOf(accountOf(working.now, account), points, of.lotId);
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
    undone: of.undone,
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
  if (data.points > 0) grant(working, account, data, time, zone, cause);
  else if (data.points < 0) takeAway(working, account, data, time, cause);
}

function grant(
  working: Working,
  { id, expiry, activation }: Account,
  { points, reason }: AdjustmentData,
  time: number,
  zone: string,
  cause: Cause,
): void {
  const held = accountOf(working.now, id);
  const expiresAt = expiryOf(expiry, held, time, zone);
  const { activatesAt, activatesOn, cancelsAt } = waitsOf(activation, time, zone);
  working.tell('points.adjusted', time, cause, {
    account: id,
    points,
    reason,
    lotId: working.nextId,
    paidDebt: activation.kind === 'immediate' ? paidBy(held, points) : undefined,
    activatesAt,
    activatesOn,
    cancelsAt,
    expiresAt,
    zone: expiresAt === null && activatesAt === undefined && cancelsAt === undefined ? undefined : zone,
    earnedAt: time,
    idle: expiry.kind === 'inactivity' ? expiry.key : undefined,
  });
}

function takeAway(
  working: Working,
  { id, negative }: Account,
  { points, reason }: AdjustmentData,
  time: number,
  cause: Cause,
): void {
  const lots = sharesOf(accountOf(working.now, id), -points);
  const missing = -points - sumOf(lots);
  const clamp = negative === 'clamp';
  working.tell('points.adjusted', time, cause, {
    account: id,
    points: (clamp ? points + missing : points) || 0,
    reason,
    lots,
    debt: missing > 0 && !clamp ? missing : undefined,
    notTaken: missing > 0 && clamp ? missing : undefined,
    earnedAt: time,
  });
}
