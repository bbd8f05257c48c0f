/** A day of the year as programs write it: `06-30` (PROGRAM: Points, fixed expiry). */
import type { MonthDay } from './program.js';

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** Undefined where there is no such day in any year. */
export function parseMonthDay(text: string): MonthDay | undefined {
  if (text.length !== 5 || text[2] !== '-') return undefined;
  const month = twoDigits(text, 0);
  const day = twoDigits(text, 3);
  if (month < 1 || month > 12 || day < 1 || day > DAYS[month - 1]!) return undefined;
  return { month, day };
}

/** NaN where they are not digits. */
function twoDigits(text: string, from: number): number {
  const tens = text.charCodeAt(from) - 48;
  const ones = text.charCodeAt(from + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}
