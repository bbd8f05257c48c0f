/**
 * What time brings by itself: lots, offers and tags that expire, levels that end (PROGRAM: Zones, "Edges: Time").
 *
 * An end is good up to and including its instant, so it falls due at that instant, after the events of that instant.
 * Deadlines of one instant go: lots that wait, lots that expire (each in order of issue), offers, tags, levels, `absent`.
 * Each outcome takes its deadline out of the state, whatever the program says by then, so that this always ends; after
 * each come audiences and the campaigns that count outcomes.
 */
import type { Program } from '../program/program.js';
import { endLock } from '../till/lock.js';
import { endOfIssue } from '../till/lock-state.js';
import { subtractDuration } from '../time/duration.js';
import { fallAbsence, nextAbsence } from './absence-due.js';
import { endWait, firstWaiting } from './activation.js';
import { settleAudiences } from './audiences.js';
import { compareIssue } from './lots.js';
import type { SharedLimits } from './shared-limits.js';
import type { AccountState, CustomerState, LotState } from './state.js';
import { levelDue } from './tiers.js';
import { trigger } from './trigger.js';
import { TIME, type Working } from './working.js';

/** The earliest instant at which anything falls due, ms; null where nothing will. */
export function nextDue(state: CustomerState): number | null {
  let due = Number.POSITIVE_INFINITY;
  const { accounts, locks, offers, tags, tiers } = state;
  for (let i = 0; i < accounts.length; i++) {
    // Lots stand by soonest expiry.
    const end = accounts[i]!.lots[0]?.expiresAt;
    if (end != null && end < due) due = end;
    const { waiting } = accounts[i]!;
    for (let j = 0; j < waiting.length; j++) {
      const { dueAt, expiresAt } = waiting[j]!;
      if (dueAt < due) due = dueAt;
      if (expiresAt !== null && expiresAt < due) due = expiresAt;
    }
  }
  for (let i = 0; i < locks.length; i++) if (locks[i]!.until < due) due = locks[i]!.until;
  for (let i = 0; i < offers.length; i++) {
    const end = endOfIssue(state, offers[i]!);
    if (end !== null && end < due) due = end;
  }
  for (let i = 0; i < tags.length; i++) {
    const end = tags[i]!.until;
    if (end !== null && end < due) due = end;
  }
  for (let i = 0; i < tiers.length; i++) {
    const end = tiers[i]!.dueAt;
    if (end !== null && end < due) due = end;
  }
  due = Math.min(due, nextAbsence(state));
  return due === Number.POSITIVE_INFINITY ? null : due;
}

/** Does, in order of its own time, all that falls due before `limit` (ms), or with `included` at it too. */
export function fallDue(
  working: Working,
  program: Program,
  shared: SharedLimits,
  limit: number,
  included: boolean,
): void {
  for (;;) {
    const due = nextDue(working.now);
    if (due === null || due > limit || (due === limit && !included)) return;
    const from = working.outcomes.length;
    working.doneUpTo(due);
    fallOne(working, program, shared, due);
    settleAudiences(working, program, due, due, TIME);
    if (program.triggers.size > 0) triggerDue(working, program, shared, from, due);
  }
}

/** Campaigns that count outcomes count what time brings as well. */
function triggerDue(working: Working, program: Program, shared: SharedLimits, from: number, due: number): void {
  // A deadline that is done late is judged as of its own time: what it counts with must not be forgotten before.
  const earliest = subtractDuration(due, program.lateness, working.now.zone ?? program.zone);
  trigger({ working, program, shared, event: undefined, earliest, after: working.after, at: due }, from, due);
}

function fallOne(working: Working, program: Program, shared: SharedLimits, due: number): void {
  const state = working.now;
  const zone = state.zone ?? program.zone;
  const wait = firstWaiting(state, due);
  if (wait !== undefined) {
    endWait(working, wait[0], wait[1], due, zone);
    return;
  }
  const lot = firstLot(state, due);
  if (lot !== undefined) {
    const data = { account: lot[0].id, points: lot[1].left, lotId: lot[1].id, expiresAt: due, zone };
    working.tell('points.expired', due, TIME, data);
    return;
  }
  for (const lock of state.locks) {
    if (lock.until !== due) continue;
    endLock(working, lock, due, TIME, true);
    return;
  }
  for (const issue of state.offers) {
    if (endOfIssue(state, issue) !== due) continue;
    working.tell('offer.expired', due, TIME, { issueId: issue.id, offerId: issue.offerId });
    return;
  }
  for (const held of state.tags) {
    if (held.until !== due) continue;
    working.tell('tag.removed', due, TIME, { tag: held.tag, expired: true });
    return;
  }
  for (const tier of state.tiers) {
    if (tier.dueAt !== due) continue;
    levelDue(working, program, tier, due);
    return;
  }
  fallAbsence(working, program, shared, due);
}

/** Of the lots that expire at this instant, the one issued first. */
function firstLot(state: CustomerState, due: number): readonly [AccountState, LotState] | undefined {
  let first: readonly [AccountState, LotState] | undefined;
  for (const account of state.accounts) {
    for (const lot of account.lots) {
      if (lot.expiresAt !== due) break;
      if (first === undefined || compareIssue(lot.id, first[1].id) < 0) first = [account, lot];
    }
    for (const lot of account.waiting) {
      if (lot.expiresAt !== due) continue;
      if (first === undefined || compareIssue(lot.id, first[1].id) < 0) first = [account, lot];
    }
  }
  return first;
}
