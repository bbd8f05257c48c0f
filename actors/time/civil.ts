/**
 * The proleptic Gregorian calendar as integer arithmetic on days since 1970-01-01: no Date objects, nothing allocated.
 *
 * This file knows dates and nothing of zones (`zone.ts`). A date is also handled packed in one integer
 * (`year × 512 + month × 32 + day`), so that hot paths need no object for it.
 */

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** Days since 1970-01-01 of a date. `month` 1 to 12; `day` may lie outside the month and then counts on. */
export function daysOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

/** The date of a day since 1970-01-01, packed; read it with `yearOf`, `monthOf`, `dayOf`. */
export function packedDate(days: number): number {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0)) * 512 + month * 32 + day;
}

export function yearOf(packed: number): number {
  return Math.floor(packed / 512);
}
/** 1 to 12. */
export function monthOf(packed: number): number {
  return (packed >> 5) & 15;
}
/** 1 to 31. */
export function dayOf(packed: number): number {
  return packed & 31;
}

/** 28 to 31. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** 1 Monday to 7 Sunday. */
export function dayOfWeek(days: number): number {
  const shifted = (days + 3) % 7;
  return shifted < 0 ? shifted + 8 : shifted + 1;
}
