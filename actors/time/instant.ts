/**
 * Instants as text: RFC 3339 in, RFC 3339 out. Inside they are integer ms since the Unix epoch, UTC.
 * Read and written by hand because every event passes here; no Date, no regular expression.
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
import { offsetAt } from './zone.js';

/**
 * `2026-11-24T08:26:00-05:00` → ms; digits beyond the third of a second's fraction are dropped. Undefined where it is not
 * RFC 3339, the date does not exist, the offset is missing, or it is a leap second (`:60`, which has no ms of its own).
 */
export function parseInstant(text: string): number | undefined {
  const length = text.length;
  if (length < 20 || length > 64) return undefined;
  const year = digits(text, 0) * 100 + digits(text, 2);
  const month = digits(text, 5);
  const day = digits(text, 8);
  const hour = digits(text, 11);
  const minute = digits(text, 14);
  const second = digits(text, 17);
  if (
    text.charCodeAt(4) !== 45 ||
    text.charCodeAt(7) !== 45 ||
    (text.charCodeAt(10) | 32) !== 116 ||
    text.charCodeAt(13) !== 58 ||
    text.charCodeAt(16) !== 58 ||
    // Comparisons with NaN are false, so that what has no digits fails here.
    !(year >= 0 && month >= 1 && month <= 12 && day >= 1 && hour <= 23 && minute <= 59 && second <= 59) ||
    !(day <= 28 || day <= daysInMonth(year, month))
  ) {
    return undefined;
  }
  let at = 19;
  let ms = 0;
  if (text.charCodeAt(at) === 46) {
    let place = 100;
    let code = text.charCodeAt(++at) - 48;
    if (!(code >= 0 && code <= 9)) return undefined;
    while (code >= 0 && code <= 9) {
      ms += Math.floor(place) * code;
      place = place > 1 ? place / 10 : 0;
      code = text.charCodeAt(++at) - 48;
    }
  }
  const offset = offsetOf(text, at);
  if (offset === undefined) return undefined;
  return daysOf(year, month, day) * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS + ms - offset;
}

/**
 * RFC 3339 with the zone's own offset, `Z` for UTC; milliseconds only where they are not zero. Offsets with seconds
 * (local mean time, long ago) are cut to the minute with the local time moved alike, so that the instant stays exact.
 */
export function formatInstant(instant: number, zone: string): string {
  const offset = Math.trunc(offsetAt(zone, instant) / MINUTE_MS);
  const local = instant + offset * MINUTE_MS;
  const days = Math.floor(local / DAY_MS);
  const ofDay = Math.floor(local - days * DAY_MS);
  const ms = ofDay % 1_000;
  const seconds = (ofDay - ms) / 1_000;
  const text =
    `${formatDate(days)}T${two(Math.floor(seconds / 3_600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}` +
    (ms === 0 ? '' : `.${ms < 100 ? '0' : ''}${two(ms)}`);
  if (zone === 'UTC' || zone === 'Etc/UTC') return `${text}Z`;
  const size = Math.abs(offset);
  return `${text}${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** `YYYY-MM-DD` of a day since 1970-01-01; years outside 0 to 9999 as ISO 8601 writes them, `+012026-01-01`. */
export function formatDate(days: number): string {
  const date = packedDate(days);
  const year = yearOf(date);
  return `${year >= 1_000 && year <= 9_999 ? year : longYear(year)}-${two(monthOf(date))}-${two(dayOf(date))}`;
}

function longYear(year: number): string {
  if (year >= 0 && year <= 9_999) return String(year).padStart(4, '0');
  return (year < 0 ? '-' : '+') + String(Math.abs(year)).padStart(6, '0');
}

function two(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}

/** Two decimal digits at `at`, or NaN. */
function digits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** The offset that is all the rest of the text from `at`: `Z` or `±hh:mm`, ms. */
function offsetOf(text: string, at: number): number | undefined {
  const sign = text.charCodeAt(at);
  if ((sign | 32) === 122) return text.length === at + 1 ? 0 : undefined;
  if ((sign !== 43 && sign !== 45) || text.length !== at + 6 || text.charCodeAt(at + 3) !== 58) return undefined;
  const hours = digits(text, at + 1);
  const minutes = digits(text, at + 4);
  if (!(hours <= 23 && minutes <= 59)) return undefined;
  const size = hours * HOUR_MS + minutes * MINUTE_MS;
  return sign === 45 ? -size : size;
}
