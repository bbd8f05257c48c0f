/**
 * Points that expire by inactivity (PROGRAM: Points): a lot lasts from the later of its own time and the last of certain
 * events. The last such event is remembered once for all lots of one span.
 *
 * Late events never shorten. A lot that was spent meanwhile, and comes back, has the end it would have had: unless it
 * would have expired before one of the events came (`aliveFrom`).
 */
import type { Cause, PointsProlonged } from '../outcome.js';
import type { Program } from '../program/program.js';
import { addDuration } from '../time/duration.js';
import { sortLots } from './lots.js';
import type { AccountState, IdleState } from './state.js';
import type { Working } from './working.js';

/** What an event of this type prolongs, told once for each account and span that it moves on. */
export function prolongBy(
  working: Working,
  program: Program,
  type: string,
  time: number,
  zone: string,
  cause: Cause,
): void {
  const prolonged = program.prolongs.get(type);
  if (prolonged === undefined) return;
  for (const { account, span } of prolonged) {
    const held = working.now.accounts.find((each) => each.id === account)?.idle.find((idle) => idle.key === span.key);
    if (held !== undefined && held.at !== null && held.at >= time) continue;
    const ends = addDuration(time, span.after, zone);
    working.note('points.prolonged', time, cause, { account, idle: span.key, at: time, ends });
  }
}

/** The last of the events that prolong such lots, ms; null where there was none. */
export function lastSeen(account: AccountState | undefined, key: string): number | null {
  return account?.idle.find((idle) => idle.key === key)?.at ?? null;
}

/** The end of a lot that was taken with this one. */
export function endNow(account: AccountState, idle: number, expiresAt: number | null): number | null {
  const held = idle === 0 ? undefined : account.idle[idle - 1];
  if (held === undefined || held.at === null || expiresAt === null || expiresAt < held.aliveFrom) return expiresAt;
  return Math.max(expiresAt, held.ends);
}

// ---- the fold -------------------------------------------------------------------------------------------------------

/** Place of a span in the account's list, from 1; it is put there where it is new. */
export function idleOf(account: AccountState, key: string): number {
  const { idle } = account;
  const place = idle.findIndex((each) => each.key === key);
  if (place >= 0) return place + 1;
  const opened: IdleState = { key, at: null, ends: 0, aliveFrom: 0 };
  return idle.push(opened);
}

/** `arrival`: of the event, ms; what had ended before it was done by then. */
export function prolong(account: AccountState, data: PointsProlonged, arrival: number): void {
  const place = idleOf(account, data.idle);
  const held = account.idle[place - 1]!;
  if (held.at === null || held.ends < arrival) held.aliveFrom = arrival;
  held.at = data.at;
  held.ends = Math.max(held.ends, data.ends);
  // By this event's own end: with months, clipped, that of an event before a lot may be later.
  const { ends } = data;
  for (const lot of account.waiting) if (lot.idle === place) lot.expiresAt = Math.max(lot.expiresAt ?? 0, ends);
  let moved = false;
  for (const lot of account.lots) {
    if (lot.idle !== place || lot.expiresAt === null || lot.expiresAt >= ends) continue;
    lot.expiresAt = ends;
    moved = true;
  }
  if (moved) sortLots(account.lots);
}
