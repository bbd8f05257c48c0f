/**
 * Calendar units in a zone: [start, start of the next), weeks begin Monday (PROGRAM: "Zones").
 *
 * Invariant: `startOf(u, z, t) <= t < nextStart(u, z, t)`, always. A unit's start is its first local midnight as
 * `instantOf` reads it; where clocks jump over or back across midnight, an instant belongs to the unit whose bounds hold
 * it, which then may differ from the date on the wall (`localDate`).
 */
import type { CalendarUnit } from '../program/program.js';
import { DAY_MS, dayOfWeek, daysOf, monthOf, packedDate, SECOND_MS, yearOf } from './civil.js';
import { formatDate } from './instant.js';
import { instantOfLocal, offsetAt } from './zone.js';

/** The first instant of the unit that holds `instant`. */
export function startOf(unit: CalendarUnit, zone: string, instant: number): number {
  return midnight(zone, firstDay(unit, zone, instant));
}

/** The first instant of the unit after the one that holds `instant`. */
export function nextStart(unit: CalendarUnit, zone: string, instant: number): number {
  return midnight(zone, followingFirstDay(unit, firstDay(unit, zone, instant)));
}

/**
 * 23:59:59 of the last local day of the unit that holds `instant`: how an end is shown and waited for. A local time like
 * any other (PROGRAM: "Edges, decided: Time"): shown twice, it is the first, which may lie before `instant`; jumped over,
 * it moves on by the gap, to after the next unit's start.
 */
export function lastSecond(unit: CalendarUnit, zone: string, instant: number): number {
  const next = followingFirstDay(unit, firstDay(unit, zone, instant));
  return instantOfLocal(zone, next * DAY_MS - SECOND_MS);
}

/** Days since 1970-01-01 of the local date. */
export function localDay(zone: string, instant: number): number {
  return Math.floor((instant + offsetAt(zone, instant)) / DAY_MS);
}

/** `YYYY-MM-DD` on the wall there. */
export function localDate(zone: string, instant: number): string {
  return formatDate(localDay(zone, instant));
}

/** First local day, since 1970-01-01, of the unit whose bounds hold the instant. */
function firstDay(unit: CalendarUnit, zone: string, instant: number): number {
  const day = firstDayAround(unit, localDay(zone, instant));
  if (midnight(zone, day) > instant) return firstDayAround(unit, day - 1);
  const next = followingFirstDay(unit, day);
  return midnight(zone, next) <= instant ? next : day;
}

function midnight(zone: string, day: number): number {
  return instantOfLocal(zone, day * DAY_MS);
}

function firstDayAround(unit: CalendarUnit, day: number): number {
  if (unit === 'day') return day;
  if (unit === 'week') return day - dayOfWeek(day) + 1;
  const date = packedDate(day);
  const month = monthOf(date);
  switch (unit) {
    case 'month':
      return daysOf(yearOf(date), month, 1);
    case 'quarter':
      return daysOf(yearOf(date), month - ((month - 1) % 3), 1);
    case 'year':
      return daysOf(yearOf(date), 1, 1);
  }
}

const MONTHS = { month: 1, quarter: 3, year: 12 } as const;

function followingFirstDay(unit: CalendarUnit, firstDayOfUnit: number): number {
  if (unit === 'day') return firstDayOfUnit + 1;
  if (unit === 'week') return firstDayOfUnit + 7;
  const date = packedDate(firstDayOfUnit);
  const month = yearOf(date) * 12 + monthOf(date) - 1 + MONTHS[unit];
  const year = Math.floor(month / 12);
  return daysOf(year, month - year * 12 + 1, 1);
}
