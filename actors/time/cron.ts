/**
 * Cron expressions: five fields (minute, hour, day, month, day of week) read as local times of a zone, and the instants
 * they name. Values, lists, ranges, steps, `*`, names (MON, JAN), 7 for Sunday, and `L` for a month's last day.
 *
 * Where both day fields are given, a day that fits either of them counts, as cron has always had it. Local times become
 * instants as everywhere here (`instantOf`): one that does not exist moves on by the gap, one that occurs twice is the
 * first, so that an expression names every instant once. Libraries differ in both, which is why this is no library.
 */
import { DAY_MS, dayOf, dayOfWeek, daysInMonth, HOUR_MS, MINUTE_MS, monthOf, packedDate, yearOf } from './civil.js';
import { instantOfLocal, offsetAt } from './zone.js';

export interface Cron {
  /** Ascending. */
  readonly minutes: readonly number[];
  /** Ascending. */
  readonly hours: readonly number[];
  readonly days: ReadonlySet<number>;
  readonly lastDay: boolean;
  readonly months: ReadonlySet<number>;
  /** 1 Monday to 7. */
  readonly weekdays: ReadonlySet<number>;
  /** Which of the two day fields say anything. */
  readonly byDay: boolean;
  readonly byWeekday: boolean;
}

/** 29 February comes at least once in so many days, also across a year such as 2100. */
const DAYS_SEARCHED = 8 * 366 + 1;

/** The expression, or what is wrong with it, in words. */
export function parseCron(text: string): Cron | string {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== FIELDS.length || text.trim() === '') {
    return `${JSON.stringify(text)} is no cron expression: it takes five fields, minute hour day month weekday, as in "0 9 * * MON".`;
  }
  const read: Values[] = [];
  for (let i = 0; i < FIELDS.length; i++) {
    const values = valuesOf(fields[i]!, FIELDS[i]!);
    if (typeof values === 'string') return values;
    read.push(values);
  }
  const [minutes, hours, days, months, weekdays] = read as [Values, Values, Values, Values, Values];
  const cron: Cron = {
    minutes: [...minutes.values].sort(ascending),
    hours: [...hours.values].sort(ascending),
    days: days.values,
    lastDay: days.last,
    months: months.values,
    weekdays: new Set([...weekdays.values].map((value) => (value === 0 ? 7 : value))),
    byDay: !days.all,
    byWeekday: !weekdays.all,
  };
  if (nextCron(cron, 'UTC', 0) === null) return `${JSON.stringify(text)} names a day that never comes.`;
  return cron;
}

/** The first instant after `after` (ms) that the expression names in a zone; null where none comes in eight years. */
export function nextCron(cron: Cron, zone: string, after: number): number | null {
  // What clocks jumped over lately moves on by the gap: as if the offset before still held.
  const local = after + Math.min(offsetAt(zone, after), offsetAt(zone, after - DAY_MS));
  const first = Math.floor(local / DAY_MS);
  for (let day = first; day < first + DAYS_SEARCHED; day++) {
    if (!fits(cron, day)) continue;
    const found = firstOf(cron, zone, day, after);
    if (found === null) continue;
    // Clocks change about then: what is moved on by a gap may come after times of the next day.
    if (offsetAt(zone, found - DAY_MS) === offsetAt(zone, found + DAY_MS) || !fits(cron, day + 1)) return found;
    return Math.min(found, firstOf(cron, zone, day + 1, after) ?? found);
  }
  return null;
}

/** The last instant at or before `upTo` and not before `from` (ms); null where there is none. */
export function lastCron(cron: Cron, zone: string, from: number, upTo: number): number | null {
  for (let span = HOUR_MS; ; span *= 2) {
    const since = Math.max(from, upTo - span);
    let found = nextCron(cron, zone, since - 1);
    if (found !== null && found <= upTo) {
      for (let next: number | null = found; next !== null && next <= upTo; next = nextCron(cron, zone, next)) {
        found = next;
      }
      return found;
    }
    if (since === from) return null;
  }
}

function fits(cron: Cron, day: number): boolean {
  const date = packedDate(day);
  if (!cron.months.has(monthOf(date))) return false;
  const byDay =
    cron.days.has(dayOf(date)) || (cron.lastDay && dayOf(date) === daysInMonth(yearOf(date), monthOf(date)));
  const byWeekday = cron.weekdays.has(dayOfWeek(day));
  if (cron.byDay && cron.byWeekday) return byDay || byWeekday;
  return cron.byDay ? byDay : !cron.byWeekday || byWeekday;
}

/** The first instant after `after` that a local day (since 1970-01-01) has. */
function firstOf({ hours, minutes }: Cron, zone: string, day: number, after: number): number | null {
  const midnight = day * DAY_MS;
  const steady = offsetAt(zone, midnight - DAY_MS) === offsetAt(zone, midnight + 2 * DAY_MS);
  let first: number | null = null;
  for (let h = 0; h < hours.length; h++) {
    for (let m = 0; m < minutes.length; m++) {
      const instant = instantOfLocal(zone, midnight + hours[h]! * HOUR_MS + minutes[m]! * MINUTE_MS);
      if (instant <= after || (first !== null && instant >= first)) continue;
      if (steady) return instant;
      first = instant;
    }
  }
  return first;
}

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Names of values, from `from` on. */
  readonly names: readonly string[];
}
interface Values {
  readonly values: ReadonlySet<number>;
  /** The field is `*` and says nothing. */
  readonly all: boolean;
  /** The last day of the month, whichever it is. */
  readonly last: boolean;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'];
const FIELDS: readonly Field[] = [
  { name: 'minute', from: 0, to: 59, names: [] },
  { name: 'hour', from: 0, to: 23, names: [] },
  { name: 'day', from: 1, to: 31, names: [] },
  { name: 'month', from: 1, to: 12, names: MONTHS },
  { name: 'weekday', from: 0, to: 7, names: WEEKDAYS },
];

function valuesOf(text: string, field: Field): Values | string {
  const values = new Set<number>();
  let last = false;
  for (const part of text.split(',')) {
    if (field.name === 'day' && part.toUpperCase() === 'L') {
      last = true;
      continue;
    }
    const range = rangeOf(part, field);
    if (typeof range === 'string') return range;
    for (let value = range.from; value <= range.to; value += range.step) values.add(value);
  }
  return { values, all: text === '*', last };
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** `*`, `5`, `1-5`, any of them with `/step` (a single value with a step runs to the field's end). */
function rangeOf(part: string, field: Field): Range | string {
  const [span = '', stepText, ...more] = part.split('/');
  const step = stepText === undefined ? 1 : numberOf(stepText);
  const [fromText = '', toText, ...others] = span.split('-');
  const from = span === '*' ? field.from : readValue(fromText, field);
  const to =
    span === '*' || (toText === undefined && stepText !== undefined)
      ? field.to
      : toText === undefined
        ? from
        : readValue(toText, field);
  const wrong = more.length > 0 || others.length > 0 || from === undefined || to === undefined;
  if (wrong || step === undefined || step < 1) {
    const names = field.names.length === 0 ? '' : `, or ${field.names[1]} and so on`;
    return `${JSON.stringify(part)} is no ${field.name}: it takes ${field.from} to ${field.to}${names}, a range as 1-5, a step as */2, or *.`;
  }
  if (from > to)
    return `${JSON.stringify(part)} runs backwards; write two ranges, as ${from}-${field.to},${field.from}-${to}.`;
  return { from, to, step };
}

function readValue(text: string, field: Field): number | undefined {
  const named = field.names.indexOf(text.toUpperCase());
  if (named >= 0) return field.from + named;
  const value = numberOf(text);
  return value === undefined || value < field.from || value > field.to ? undefined : value;
}

function numberOf(text: string): number | undefined {
  return /^\d{1,2}$/.test(text) ? Number(text) : undefined;
}

function ascending(a: number, b: number): number {
  return a - b;
}
