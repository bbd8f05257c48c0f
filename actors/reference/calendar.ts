/**
 * Durations and calendar units (PROGRAM: the preamble, Zones, "Edges, decided: Time").
 */
import type { Unit } from './document.js';
import { instantOf, localDay, localMs, weekday } from './zone.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "Weeks, days and less are exact (a day is 24 hours); months and years are calendar steps in the zone, the day of month clipped." */
export function plus(instant: number, duration: string, zone: string): number {
  return moved(instant, duration, zone, 1);
}

export function minus(instant: number, duration: string, zone: string): number {
  return moved(instant, duration, zone, -1);
}

function moved(instant: number, duration: string, zone: string, sign: 1 | -1): number {
  const parts = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration);
  if (parts === null) throw new Error(`${duration} is no duration`);
  const [years, months, weeks, days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0));
  const exact = weeks! * 7 * DAY + days! * DAY + hours! * HOUR + minutes! * MINUTE + seconds! * SECOND;
  const steps = years! * 12 + months!;
  const stepped = steps === 0 ? instant : calendarStep(instant, sign * steps, zone);
  return stepped + sign * exact;
}

function calendarStep(instant: number, months: number, zone: string): number {
  const local = localMs(zone, instant);
  const wall = new Date(local);
  const timeOfDay = local - Math.floor(local / DAY) * DAY;
  const year = wall.getUTCFullYear();
  const month = wall.getUTCMonth() + months;
  const daysInMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return instantOf(zone, Date.UTC(year, month, Math.min(wall.getUTCDate(), daysInMonth)) + timeOfDay);
}

export interface Span {
  /** [from, before). "Calendar units are [start, next start)". */
  readonly from: number;
  readonly before: number;
  /** "An end that is shown or waited for is 23:59:59 of the unit's last local day." */
  readonly lastSecond: number;
}

/** The unit that holds the instant. */
export function unitOf(unit: Unit, zone: string, instant: number): Span {
  let first = firstDay(unit, localDay(zone, instant));
  // Where midnight is shown twice the date says one unit and its bounds another; bounds decide.
  if (midnight(zone, first) > instant) first = firstDay(unit, first - 1);
  if (midnight(zone, nextFirstDay(unit, first)) <= instant) first = nextFirstDay(unit, first);
  const next = nextFirstDay(unit, first);
  return {
    from: midnight(zone, first),
    before: midnight(zone, next),
    lastSecond: instantOf(zone, next * DAY - SECOND),
  };
}

/** The unit after one. */
export function unitAfter(unit: Unit, zone: string, span: Span): Span {
  return unitOf(unit, zone, span.before);
}

function midnight(zone: string, day: number): number {
  return instantOf(zone, day * DAY);
}

/** First local day of the unit that holds a local day. "Weeks begin Monday." */
function firstDay(unit: Unit, day: number): number {
  const date = new Date(day * DAY);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  switch (unit) {
    case 'day':
      return day;
    case 'week':
      return day - weekday(day) + 1;
    case 'month':
      return Date.UTC(year, month, 1) / DAY;
    case 'quarter':
      return Date.UTC(year, month - (month % 3), 1) / DAY;
    case 'year':
      return Date.UTC(year, 0, 1) / DAY;
  }
}

function nextFirstDay(unit: Unit, first: number): number {
  const date = new Date(first * DAY);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  switch (unit) {
    case 'day':
      return first + 1;
    case 'week':
      return first + 7;
    case 'month':
      return Date.UTC(year, month + 1, 1) / DAY;
    case 'quarter':
      return Date.UTC(year, month + 3, 1) / DAY;
    case 'year':
      return Date.UTC(year + 1, 0, 1) / DAY;
  }
}

/** Local units in a row have numbers in a row. */
export function unitNumber(unit: 'day' | 'week' | 'month', zone: string, instant: number): number {
  const day = localDay(zone, instant);
  if (unit === 'day') return day;
  if (unit === 'week') return (day - weekday(day) + 1 + 3) / 7;
  const date = new Date(day * DAY);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** Start of the local unit with that number. */
export function startOfNumber(unit: 'day' | 'week' | 'month', zone: string, number: number): number {
  if (unit === 'day') return midnight(zone, number);
  if (unit === 'week') return midnight(zone, number * 7 - 3);
  return midnight(zone, Date.UTC(Math.floor(number / 12), number % 12, 1) / DAY);
}

/** The next of some dates (month and day, as "06-30"), to its last second. */
export function nextDate(dates: readonly string[], zone: string, instant: number): number {
  const year = new Date(localMs(zone, instant)).getUTCFullYear();
  const ends = [year, year + 1, year + 2, year + 3, year + 4, year + 5, year + 6, year + 7, year + 8].flatMap((each) =>
    dates.map((date) => {
      const [month, day] = date.split('-').map(Number);
      const clipped = Math.min(day!, new Date(Date.UTC(each, month!, 0)).getUTCDate());
      return instantOf(zone, Date.UTC(each, month! - 1, clipped) + DAY - SECOND);
    }),
  );
  return Math.min(...ends.filter((end) => end >= instant));
}
