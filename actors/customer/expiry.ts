/** When a lot expires (PROGRAM: Points, Expiry; Zones). Good up to and including it. */
import type { Expiry, MonthDay } from '../program/program.js';
import { lastSecond } from '../time/calendar.js';
import { DAY_MS, daysInMonth, daysOf, packedDate, SECOND_MS, yearOf } from '../time/civil.js';
import { addDuration } from '../time/duration.js';
import { instantOfLocal, offsetAt } from '../time/zone.js';
import { lastSeen } from './inactivity.js';
import type { AccountState } from './state.js';

/** ms; null: never. `account`: as it stands, undefined where the customer has none yet; `zone`: the customer's. */
export function expiryOf(
  expiry: Expiry,
  account: AccountState | undefined,
  earnedAt: number,
  zone: string,
): number | null {
  switch (expiry.kind) {
    case 'none':
      return null;
    case 'rolling': {
      const end = addDuration(earnedAt, expiry.after, zone);
      return expiry.roundUpTo === undefined ? end : lastSecond(expiry.roundUpTo, zone, end);
    }
    case 'fixed':
      return nextOf(expiry.dates, earnedAt, zone);
    case 'inactivity': {
      const seen = lastSeen(account, expiry.key);
      const own = addDuration(earnedAt, expiry.after, zone);
      // Months are clipped, so that a later time may end earlier: the event never shortens.
      return seen === null || seen < earnedAt ? own : Math.max(own, addDuration(seen, expiry.after, zone));
    }
  }
}

/** 23:59:59 of the next of these days: the first whose end is not past yet. */
function nextOf(dates: readonly MonthDay[], earnedAt: number, zone: string): number {
  const year = yearOf(packedDate(Math.floor((earnedAt + offsetAt(zone, earnedAt)) / DAY_MS)));
  let next = Number.POSITIVE_INFINITY;
  for (let y = year; y <= year + 1; y++) {
    for (const { month, day } of dates) {
      const days = daysOf(y, month, Math.min(day, daysInMonth(y, month)));
      const end = instantOfLocal(zone, (days + 1) * DAY_MS - SECOND_MS);
      if (end >= earnedAt && end < next) next = end;
    }
  }
  return next;
}
