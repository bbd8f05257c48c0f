/**
 * Points that expire by inactivity (PROGRAM: Points): a lot lasts from the later of its own time and the last of certain
 * events. The last such event is remembered once for all lots of one span.
 *
 * Late events never shorten. What was spent of a lot and may come back (a reward refunded) is prolonged like the lot; one
 * that has ended before the event arrived has ended.
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

// ---- the fold -------------------------------------------------------------------------------------------------------

/** Place of a span in the account's list, from 1; it is put there where it is new. */
export function idleOf(account: AccountState, key: string): number {
  const { idle } = account;
  const place = idle.findIndex((each) => each.key === key);
  if (place >= 0) return place + 1;
  const opened: IdleState = { key, at: null, ends: 0 };
  return idle.push(opened);
}

/** What an event prolongs of an account. Returns the place of its span. */
export function prolong(account: AccountState, data: PointsProlonged): number {
  const place = idleOf(account, data.idle);
  const held = account.idle[place - 1]!;
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
  return place;
}
