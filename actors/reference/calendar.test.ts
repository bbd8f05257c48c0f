/**
 * The reference's time, asked of Intl each time, and the engine's agree: durations, units, local times that do not exist or
 * occur twice. A seed is printed.
 */
import fc from 'fast-check';
import t from 'tap';
import { lastSecond, nextStart, startOf } from '../time/calendar.js';
import { addDuration, parseDuration, subtractDuration } from '../time/duration.js';
import { instantOfLocal, localTime } from '../time/zone.js';
import { minus, plus, unitOf } from './calendar.js';
import { instantOf, wallAt, weekday } from './zone.js';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
t.comment(`seed ${seed}`);
const runs = { seed, numRuns: 2_000 };

const DAY = 86_400_000;
const zones = fc.constantFrom(
  'UTC',
  'America/New_York',
  'America/Havana',
  'America/St_Johns',
  'America/Santiago',
  'Europe/London',
  'Europe/Lisbon',
  'Africa/Cairo',
  'Asia/Beirut',
  'Asia/Kathmandu',
  'Asia/Tokyo',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Pacific/Apia',
);
const units = fc.constantFrom('day', 'week', 'month', 'quarter', 'year');
const spans = fc.constantFrom('PT1H', 'P1D', 'P3W', 'P1M', 'P6M', 'P1Y', 'P1M3DT4H');

/** Any time of ten years, more often near the turns of days and the hours at which clocks change. */
const times = fc
  .tuple(
    fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2030, 0) }),
    fc.constantFrom(0, 1, 1_800_000, 3_600_000, DAY),
  )
  .map(([time, round]) => (round === 0 ? time : Math.floor(time / round) * round - (round === 1 ? 0 : 1)));

t.test('what the wall shows, and when it shows it', (t) => {
  fc.assert(
    fc.property(zones, times, (zone, time) => {
      const { dayOfWeek, ...wall } = localTime(zone, time);
      if (JSON.stringify(wallAt(zone, time)) !== JSON.stringify(wall))
        throw new Error(`${zone} ${time}: another time on the wall`);
      const { year, month, day } = wall;
      if (weekday(Date.UTC(year, month - 1, day) / DAY) !== dayOfWeek) throw new Error('another day of the week');
      same(instantOf(zone, time), instantOfLocal(zone, time), zone, time);
    }),
    runs,
  );
  t.end();
});

t.test('durations forth and back', (t) => {
  fc.assert(
    fc.property(zones, times, spans, (zone, time, span) => {
      same(plus(time, span, zone), addDuration(time, parseDuration(span)!, zone), zone, time, span);
      same(minus(time, span, zone), subtractDuration(time, parseDuration(span)!, zone), zone, time, span);
    }),
    runs,
  );
  t.end();
});

t.test('calendar units', (t) => {
  fc.assert(
    fc.property(zones, times, units, (zone, time, unit) => {
      const span = unitOf(unit, zone, time);
      same(span.from, startOf(unit, zone, time), zone, time, unit, 'start');
      same(span.before, nextStart(unit, zone, time), zone, time, unit, 'next start');
      same(span.lastSecond, lastSecond(unit, zone, time), zone, time, unit, 'last second');
    }),
    runs,
  );
  t.end();
});

function same(reference: number, engine: number, ...of: readonly unknown[]): void {
  if (reference === engine) return;
  throw new Error(
    `${of.join(' ')}: reference ${new Date(reference).toISOString()}, engine ${new Date(engine).toISOString()}`,
  );
}
