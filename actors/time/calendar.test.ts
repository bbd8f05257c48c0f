import fc from 'fast-check';
import t from 'tap';
import type { CalendarUnit } from '../program/program.js';
import { lastSecond, localDate, localDay, nextStart, startOf } from './calendar.js';
import { formatInstant, parseInstant } from './instant.js';
import { offsetAt } from './zone.js';

t.test('units begin at local midnight and end before the next; an end is 23:59:59', (t) => {
  type Row = [unit: CalendarUnit, zone: string, at: string, start: string, next: string, end: string];
  const NY = 'America/New_York';
  const rows: Row[] = [
    [
      'day',
      NY,
      '2026-03-08T12:00:00-04:00',
      '2026-03-08T00:00:00-05:00',
      '2026-03-09T00:00:00-04:00',
      '2026-03-08T23:59:59-04:00',
    ],
    [
      'day',
      NY,
      '2026-11-01T01:30:00-05:00',
      '2026-11-01T00:00:00-04:00',
      '2026-11-02T00:00:00-05:00',
      '2026-11-01T23:59:59-05:00',
    ],
    [
      'week',
      NY,
      '2027-01-01T12:00:00-05:00',
      '2026-12-28T00:00:00-05:00',
      '2027-01-04T00:00:00-05:00',
      '2027-01-03T23:59:59-05:00',
    ],
    [
      'week',
      NY,
      '2026-11-23T00:00:00-05:00',
      '2026-11-23T00:00:00-05:00',
      '2026-11-30T00:00:00-05:00',
      '2026-11-29T23:59:59-05:00',
    ],
    [
      'week',
      NY,
      '2026-11-22T23:59:59-05:00',
      '2026-11-16T00:00:00-05:00',
      '2026-11-23T00:00:00-05:00',
      '2026-11-22T23:59:59-05:00',
    ],
    [
      'month',
      NY,
      '2024-02-29T23:59:59-05:00',
      '2024-02-01T00:00:00-05:00',
      '2024-03-01T00:00:00-05:00',
      '2024-02-29T23:59:59-05:00',
    ],
    [
      'month',
      NY,
      '2026-12-01T04:59:59Z',
      '2026-11-01T00:00:00-04:00',
      '2026-12-01T00:00:00-05:00',
      '2026-11-30T23:59:59-05:00',
    ],
    [
      'quarter',
      NY,
      '2026-12-31T23:59:59-05:00',
      '2026-10-01T00:00:00-04:00',
      '2027-01-01T00:00:00-05:00',
      '2026-12-31T23:59:59-05:00',
    ],
    ['quarter', 'UTC', '2026-05-15T00:00:00Z', '2026-04-01T00:00:00Z', '2026-07-01T00:00:00Z', '2026-06-30T23:59:59Z'],
    [
      'year',
      'Europe/London',
      '2026-07-01T00:00:00+01:00',
      '2026-01-01T00:00:00+00:00',
      '2027-01-01T00:00:00+00:00',
      '2026-12-31T23:59:59+00:00',
    ],
    [
      'year',
      'Asia/Kathmandu',
      '1985-06-01T00:00:00+05:30',
      '1985-01-01T00:00:00+05:30',
      '1986-01-01T00:15:00+05:45',
      '1985-12-31T23:59:59+05:30',
    ],
    [
      'day',
      'America/Sao_Paulo',
      '2018-11-04T12:00:00-02:00',
      '2018-11-04T01:00:00-02:00',
      '2018-11-05T00:00:00-02:00',
      '2018-11-04T23:59:59-02:00',
    ],
    [
      'day',
      'America/Havana',
      '2026-11-01T00:30:00-05:00',
      '2026-11-01T00:00:00-04:00',
      '2026-11-02T00:00:00-05:00',
      '2026-11-01T23:59:59-05:00',
    ],
    [
      'day',
      'Pacific/Apia',
      '2011-12-29T12:00:00-10:00',
      '2011-12-29T00:00:00-10:00',
      '2011-12-31T00:00:00+14:00',
      '2011-12-29T23:59:59-10:00',
    ],
    // 23:59:59 is shown twice there that day: the first of them.
    [
      'day',
      'America/Sao_Paulo',
      '2018-02-17T12:00:00-02:00',
      '2018-02-17T00:00:00-02:00',
      '2018-02-18T00:00:00-03:00',
      '2018-02-17T23:59:59-02:00',
    ],
    [
      'day',
      'Australia/Lord_Howe',
      '2026-10-04T12:00:00+11:00',
      '2026-10-04T00:00:00+10:30',
      '2026-10-05T00:00:00+11:00',
      '2026-10-04T23:59:59+11:00',
    ],
    [
      'month',
      'Australia/Lord_Howe',
      '2026-04-05T01:45:00+10:30',
      '2026-04-01T00:00:00+11:00',
      '2026-05-01T00:00:00+10:30',
      '2026-04-30T23:59:59+10:30',
    ],
    [
      'week',
      'Asia/Kathmandu',
      '2025-01-01T00:00:00+05:45',
      '2024-12-30T00:00:00+05:45',
      '2025-01-06T00:00:00+05:45',
      '2025-01-05T23:59:59+05:45',
    ],
    ['week', 'UTC', '2020-12-31T00:00:00Z', '2020-12-28T00:00:00Z', '2021-01-04T00:00:00Z', '2021-01-03T23:59:59Z'],
    ['week', 'UTC', '1970-01-01T00:00:00Z', '1969-12-29T00:00:00Z', '1970-01-05T00:00:00Z', '1970-01-04T23:59:59Z'],
    ['quarter', 'UTC', '1968-02-29T12:00:00Z', '1968-01-01T00:00:00Z', '1968-04-01T00:00:00Z', '1968-03-31T23:59:59Z'],
    [
      'quarter',
      'Europe/London',
      '2040-03-31T23:59:59.999+01:00',
      '2040-01-01T00:00:00+00:00',
      '2040-04-01T00:00:00+01:00',
      '2040-03-31T23:59:59+01:00',
    ],
    // Clocks jumped from 23:30 to midnight: 23:59:59 moves on by the half hour.
    [
      'year',
      'Asia/Singapore',
      '1981-06-01T00:00:00+07:30',
      '1981-01-01T00:00:00+07:30',
      '1982-01-01T00:00:00+08:00',
      '1982-01-01T00:29:59+08:00',
    ],
    // Local mean time, −04:56:02, has seconds that RFC 3339 cannot write.
    [
      'year',
      NY,
      '1883-11-18T12:00:00-05:00',
      '1883-01-01T00:00:02-04:56',
      '1884-01-01T00:00:00-05:00',
      '1883-12-31T23:59:59-05:00',
    ],
    ['year', 'UTC', '2099-12-31T23:59:59Z', '2099-01-01T00:00:00Z', '2100-01-01T00:00:00Z', '2099-12-31T23:59:59Z'],
    ['day', 'UTC', '1969-12-31T23:00:00Z', '1969-12-31T00:00:00Z', '1970-01-01T00:00:00Z', '1969-12-31T23:59:59Z'],
    [
      'month',
      NY,
      '2100-02-28T12:00:00-05:00',
      '2100-02-01T00:00:00-05:00',
      '2100-03-01T00:00:00-05:00',
      '2100-02-28T23:59:59-05:00',
    ],
  ];
  for (const [unit, zone, at, start, next, end] of rows) {
    const instant = parseInstant(at)!;
    const found = [startOf(unit, zone, instant), nextStart(unit, zone, instant), lastSecond(unit, zone, instant)];
    t.same(
      found.map((ms) => formatInstant(ms, zone)),
      [start, next, end],
      `${unit} of ${at} in ${zone}`,
    );
  }
  t.end();
});

t.test('dates are what the calendar on the wall shows', (t) => {
  const instant = parseInstant('2026-11-24T04:59:59Z')!;
  t.equal(localDate('America/New_York', instant), '2026-11-23');
  t.equal(localDate('UTC', instant), '2026-11-24');
  t.equal(localDate('Pacific/Kiritimati', parseInstant('2023-12-31T10:00:00Z')!), '2024-01-01');
  t.equal(localDay('UTC', 0), 0);
  t.equal(localDay('America/New_York', 0), -1);
  t.end();
});

const ZONES = [
  'UTC',
  'America/New_York',
  'Europe/London',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'America/Toronto',
  'America/Sao_Paulo',
  'Africa/Cairo',
  'Pacific/Apia',
  'Asia/Kathmandu',
  'America/Juneau',
];
const unit = fc.constantFrom<CalendarUnit>('day', 'week', 'month', 'quarter', 'year');
const zone = fc.constantFrom(...ZONES);
const wide = fc.integer({ min: Date.parse('1900-01-01T00:00:00Z'), max: Date.parse('2110-01-01T00:00:00Z') });
/** Around the clocks' leaps across midnight: 1987 to 2011 in St John's, 1919 in Toronto, 2011 in Apia, 1867 in Juneau. */
const atLeaps = fc
  .tuple(
    fc.constantFrom(
      '1987-10-25T02:31:00Z',
      '2006-10-29T02:31:00Z',
      '1919-03-31T04:30:00Z',
      '2011-12-30T10:00:00Z',
      '2018-11-04T03:00:00Z',
      '1867-10-19T00:30:00Z',
    ),
    fc.integer({ min: -90_000_000, max: 90_000_000 }),
  )
  .map(([text, by]) => parseInstant(text)! + by);

t.test('an instant lies in its unit, and units meet without a gap', (t) => {
  fc.assert(
    fc.property(unit, zone, fc.oneof(wide, atLeaps), (of, name, instant) => {
      const start = startOf(of, name, instant);
      const next = nextStart(of, name, instant);
      return (
        start <= instant &&
        instant < next &&
        startOf(of, name, start) === start &&
        startOf(of, name, next) === next &&
        startOf(of, name, next - 1) === start &&
        nextStart(of, name, start) === next &&
        nextStart(of, name, start - 1) === start
      );
    }),
    { numRuns: 5_000, verbose: true },
  );
  t.end();
});

t.test('the last second shows 23:59:59 and comes before the next unit', (t) => {
  // Earlier, clocks in St John's sprang over 23:59:59, which then moves on by the gap.
  const since = fc.integer({ min: Date.parse('1970-01-01T00:00:00Z'), max: Date.parse('2110-01-01T00:00:00Z') });
  fc.assert(
    fc.property(unit, zone, since, (of, name, instant) => {
      const end = lastSecond(of, name, instant);
      const local = end + offsetAt(name, end);
      return end < nextStart(of, name, instant) && (local + 1_000) % 86_400_000 === 0;
    }),
    { numRuns: 2_000, verbose: true },
  );
  t.end();
});

t.test('every local day is one more than the day before', (t) => {
  const days: number[] = [];
  for (let noon = parseInstant('2026-01-01T17:00:00Z')!; days.length < 400; ) {
    days.push(localDay('America/New_York', noon));
    noon = nextStart('day', 'America/New_York', noon) + 12 * 3_600_000;
  }
  t.same(
    days,
    Array.from({ length: 400 }, (_, index) => 20_454 + index),
  );
  t.end();
});
