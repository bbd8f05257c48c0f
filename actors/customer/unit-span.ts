/** Calendar units around an instant, remembered: most events fall into the day, month or year of the one before. */
import type { CalendarUnit } from '../program/program.js';
import { nextStart, startOf } from '../time/calendar.js';

export interface UnitSpan {
  readonly unit: CalendarUnit;
  readonly zone: string;
  /** [from, before), ms. */
  readonly from: number;
  readonly before: number;
}

const NOTHING: UnitSpan = { unit: 'day', zone: '', from: 1, before: 0 };
/** The span asked for last, by unit. Only saves time. */
const spans: Record<CalendarUnit, UnitSpan> = {
  day: NOTHING,
  week: NOTHING,
  month: NOTHING,
  quarter: NOTHING,
  year: NOTHING,
};

/** The unit that holds the instant. */
export function unitSpan(unit: CalendarUnit, zone: string, instant: number): UnitSpan {
  const last = spans[unit];
  if (last.zone === zone && instant >= last.from && instant < last.before) return last;
  const span = {
    unit,
    zone,
    from: startOf(unit, zone, instant),
    before: nextStart(unit, zone, instant),
  };
  spans[unit] = span;
  return span;
}
