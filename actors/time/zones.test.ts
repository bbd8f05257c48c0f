/** Leap days, month ends, weeks across years and the clock's changes, unit by unit (PROGRAM: Zones). */
import t from 'tap';
import type { CalendarUnit } from '../program/program.js';
import { lastSecond, nextStart, startOf } from './calendar.js';
import { addDuration, parseDuration } from './duration.js';
import { formatInstant, parseInstant } from './instant.js';

const at = (text: string) => parseInstant(text)!;
const NY = 'America/New_York';

t.test('calendar units are [start, next start), also over the clock’s changes, leap days and years', (t) => {
  const rows: readonly (readonly [unit: CalendarUnit, zone: string, start: string, next: string])[] = [
    ['day', NY, '2026-03-08T00:00:00-05:00', '2026-03-09T00:00:00-04:00'],
    ['day', NY, '2026-11-01T00:00:00-04:00', '2026-11-02T00:00:00-05:00'],
    ['day', 'Australia/Lord_Howe', '2026-10-04T00:00:00+10:30', '2026-10-05T00:00:00+11:00'],
    ['day', 'America/Sao_Paulo', '2018-11-04T01:00:00-02:00', '2018-11-05T00:00:00-02:00'],
    ['day', 'America/Havana', '2026-11-01T00:00:00-04:00', '2026-11-02T00:00:00-05:00'],
    ['day', 'Pacific/Apia', '2011-12-29T00:00:00-10:00', '2011-12-31T00:00:00+14:00'],
    ['day', 'UTC', '2024-02-29T00:00:00Z', '2024-03-01T00:00:00Z'],
    ['week', NY, '2026-03-02T00:00:00-05:00', '2026-03-09T00:00:00-04:00'],
    ['week', NY, '2026-10-26T00:00:00-04:00', '2026-11-02T00:00:00-05:00'],
    ['week', 'UTC', '2024-02-26T00:00:00Z', '2024-03-04T00:00:00Z'],
    ['week', 'UTC', '2024-12-30T00:00:00Z', '2025-01-06T00:00:00Z'],
    ['week', 'UTC', '2026-12-28T00:00:00Z', '2027-01-04T00:00:00Z'],
    ['month', 'UTC', '2024-02-01T00:00:00Z', '2024-03-01T00:00:00Z'],
    ['month', 'UTC', '2023-02-01T00:00:00Z', '2023-03-01T00:00:00Z'],
    ['month', 'UTC', '2100-02-01T00:00:00Z', '2100-03-01T00:00:00Z'],
    ['month', NY, '2026-03-01T00:00:00-05:00', '2026-04-01T00:00:00-04:00'],
    ['quarter', NY, '2026-01-01T00:00:00-05:00', '2026-04-01T00:00:00-04:00'],
    ['quarter', NY, '2026-10-01T00:00:00-04:00', '2027-01-01T00:00:00-05:00'],
    ['year', 'Europe/London', '2024-01-01T00:00:00+00:00', '2025-01-01T00:00:00+00:00'],
    ['year', 'Pacific/Kiritimati', '2026-01-01T00:00:00+14:00', '2027-01-01T00:00:00+14:00'],
  ];
  for (const [unit, zone, start, next] of rows) {
    const name = `${unit} of ${start} in ${zone}`;
    for (const inside of [at(start), at(next) - 1]) {
      t.equal(startOf(unit, zone, inside), at(start), name);
      t.equal(nextStart(unit, zone, inside), at(next), name);
    }
    t.not(startOf(unit, zone, at(start) - 1), at(start), `${name}: a moment before`);
    t.equal(startOf(unit, zone, at(next)), at(next), `${name}: its end is the next one’s start`);
  }
  t.end();
});

t.test('ends by months: clipped, and clear of the clock’s changes', (t) => {
  for (const [zone, from, duration, to] of [
    ['UTC', '2026-01-31T10:00:00Z', 'P1M', '2026-02-28T10:00:00Z'],
    ['UTC', '2024-01-31T10:00:00Z', 'P1M', '2024-02-29T10:00:00Z'],
    ['UTC', '2024-02-29T10:00:00Z', 'P1Y', '2025-02-28T10:00:00Z'],
    ['UTC', '2024-02-29T10:00:00Z', 'P4Y', '2028-02-29T10:00:00Z'],
    ['UTC', '2026-03-31T10:00:00Z', 'P1M', '2026-04-30T10:00:00Z'],
    ['UTC', '2026-08-31T10:00:00Z', 'P6M', '2027-02-28T10:00:00Z'],
    ['UTC', '2026-12-31T10:00:00Z', 'P2M', '2027-02-28T10:00:00Z'],
    [NY, '2026-02-08T12:00:00-05:00', 'P1M', '2026-03-08T12:00:00-04:00'],
    [NY, '2026-02-08T02:30:00-05:00', 'P1M', '2026-03-08T03:30:00-04:00'],
    [NY, '2026-10-01T01:30:00-04:00', 'P1M', '2026-11-01T01:30:00-04:00'],
    [NY, '2026-03-07T12:00:00-05:00', 'P1D', '2026-03-08T13:00:00-04:00'],
    [NY, '2026-10-31T12:00:00-04:00', 'P1W', '2026-11-07T11:00:00-05:00'],
    [NY, '2026-03-08T01:30:00-05:00', 'PT1H', '2026-03-08T03:30:00-04:00'],
    ['Asia/Tokyo', '2026-01-31T00:30:00+09:00', 'P1M', '2026-02-28T00:30:00+09:00'],
  ] as const)
    t.equal(
      formatInstant(addDuration(at(from), parseDuration(duration)!, zone), zone),
      to,
      `${duration} from ${from} in ${zone}`,
    );
  t.end();
});

t.test('an end whose local second occurs twice is the first of the two', (t) => {
  const zone = 'America/Sao_Paulo';
  t.equal(formatInstant(lastSecond('day', zone, at('2018-02-17T12:00:00-02:00')), zone), '2018-02-17T23:59:59-02:00');
  t.end();
});
