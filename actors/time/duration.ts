/**
 * ISO 8601 durations. Weeks, days and less are exact (a day is 24 hours); months and years are calendar steps in a
 * zone, the day of month clipped (PROGRAM: "Durations are ISO 8601").
 */
import {
  DAY_MS,
  dayOf,
  daysInMonth,
  daysOf,
  HOUR_MS,
  MINUTE_MS,
  monthOf,
  packedDate,
  SECOND_MS,
  yearOf,
} from './civil.js';
import { instantOfLocal, offsetAt } from './zone.js';

export interface Duration {
  /** As written. */
  readonly text: string;
  /** Calendar part: years × 12 + months. */
  readonly months: number;
  /** Exact part, ms. */
  readonly ms: number;
}

/** Ten thousand years: longer ones are refused, so that sums stay far below 2^53. */
const MONTHS_MAX = 120_000;
const MS_MAX = 10_000 * 366 * DAY_MS;
const SHAPE = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d{1,3}))?S)?)?$/;

/** `P1Y6M`, `P2W`, `PT90M`, `PT0.5S`. Undefined where it is not a duration, has no part, or is over ten thousand years. */
export function parseDuration(text: string): Duration | undefined {
  const parts = text.length <= 64 ? SHAPE.exec(text) : null;
  if (parts === null || text.endsWith('P') || text.endsWith('T')) return undefined;
  const part = (index: number): number => Number(parts[index] ?? 0);
  const months = part(1) * 12 + part(2);
  const exact = part(3) * 7 * DAY_MS + part(4) * DAY_MS + part(6) * HOUR_MS + part(7) * MINUTE_MS + part(8) * SECOND_MS;
  const ms = exact + Number((parts[9] ?? '').padEnd(3, '0'));
  return months <= MONTHS_MAX && ms <= MS_MAX ? { text, months, ms } : undefined;
}

/** The instant `duration` after `instant`: calendar steps first, keeping the local time of day, then the exact part. */
export function addDuration(instant: number, duration: Duration, zone: string): number {
  return (duration.months === 0 ? instant : addMonths(instant, duration.months, zone)) + duration.ms;
}

/** The instant `duration` before `instant`: calendar steps first, keeping the local time of day, then the exact part. */
export function subtractDuration(instant: number, duration: Duration, zone: string): number {
  return (duration.months === 0 ? instant : addMonths(instant, -duration.months, zone)) - duration.ms;
}

function addMonths(instant: number, months: number, zone: string): number {
  const local = instant + offsetAt(zone, instant);
  const days = Math.floor(local / DAY_MS);
  const date = packedDate(days);
  const month = yearOf(date) * 12 + monthOf(date) - 1 + months;
  const year = Math.floor(month / 12);
  const monthOfYear = month - year * 12 + 1;
  const day = Math.min(dayOf(date), daysInMonth(year, monthOfYear));
  return instantOfLocal(zone, daysOf(year, monthOfYear, day) * DAY_MS + (local - days * DAY_MS));
}
