/**
 * When points become active (PROGRAM: Points, Activation): at once, after a time, or with a later event of the customer,
 * and without one they are cancelled. What becomes active pays a debt first.
 */
import type { Cause, PointsEarned } from '../outcome.js';
import type { Activation } from '../program/program.js';
import { addDuration } from '../time/duration.js';
import { compareIssue } from './lots.js';
import type { AccountState, CustomerState, WaitingLot } from './state.js';
import { TIME, type Working } from './working.js';

/** What is said of a new lot: nothing where it is active at once. */
export type Waits = Pick<PointsEarned, 'activatesAt' | 'activatesOn' | 'cancelsAt'>;

const AT_ONCE: Waits = { activatesAt: undefined, activatesOn: undefined, cancelsAt: undefined };

export function waitsOf(activation: Activation, earnedAt: number, zone: string): Waits {
  switch (activation.kind) {
    case 'immediate':
      return AT_ONCE;
    case 'after': {
      const activatesAt = addDuration(earnedAt, activation.duration, zone);
      return { activatesAt, activatesOn: undefined, cancelsAt: undefined };
    }
    case 'on': {
      const cancelsAt = addDuration(earnedAt, activation.within, zone);
      return { activatesAt: undefined, activatesOn: activation.eventType, cancelsAt };
    }
  }
}

/**
 * An event activates every lot that waits for its type, was earned before it arrived, and not after its time; in order
 * of issue over all accounts.
 */
export function activateBy(working: Working, type: string, time: number, zone: string, cause: Cause): void {
  const { accounts } = working.now;
  let found: (readonly [AccountState, WaitingLot])[] | undefined;
  for (let i = 0; i < accounts.length; i++) {
    const { waiting } = accounts[i]!;
    for (let j = 0; j < waiting.length; j++) {
      const lot = waiting[j]!;
      if (lot.awaits !== type || time < lot.earnedAt || time > lot.dueAt) continue;
      found ??= [];
      found.push([accounts[i]!, lot]);
    }
  }
  if (found === undefined) return;
  found.sort(([, a], [, b]) => compareIssue(a.id, b.id));
  for (const [account, lot] of found) activate(working, account, lot, time, zone, cause);
}

/** The time of a waiting lot has come: it becomes active, or it has waited for an event in vain. */
export function endWait(working: Working, account: AccountState, lot: WaitingLot, due: number, zone: string): void {
  if (lot.awaits === null) activate(working, account, lot, due, zone, TIME);
  else working.tell('points.cancelled', due, TIME, { account: account.id, points: lot.left, lotId: lot.id });
}

/** Of the waiting lots whose time comes at this instant, the one issued first. */
export function firstWaiting(state: CustomerState, due: number): readonly [AccountState, WaitingLot] | undefined {
  let first: readonly [AccountState, WaitingLot] | undefined;
  for (const account of state.accounts) {
    for (const lot of account.waiting) {
      if (lot.dueAt !== due) continue;
      if (first === undefined || compareIssue(lot.id, first[1].id) < 0) first = [account, lot];
    }
  }
  return first;
}

function activate(
  working: Working,
  { id, debt }: AccountState,
  lot: WaitingLot,
  time: number,
  zone: string,
  cause: Cause,
): void {
  const { left, expiresAt } = lot;
  working.tell('points.activated', time, cause, {
    account: id,
    points: left,
    lotId: lot.id,
    paidDebt: debt === 0 ? undefined : Math.min(debt, left),
    expiresAt,
    zone: expiresAt === null ? undefined : zone,
  });
}
