import fc from 'fast-check';
import t from 'tap';
import { DAY_MS } from './civil.js';
import { addDuration, parseDuration, subtractDuration } from './duration.js';
import { formatInstant, parseInstant } from './instant.js';

t.test('ISO 8601 durations have a calendar part and an exact part', (t) => {
  const rows: [text: string, months: number, ms: number][] = [
    ['P30D', 0, 30 * DAY_MS],
    ['P2W', 0, 14 * DAY_MS],
    ['P12M', 12, 0],
    ['P1Y6M', 18, 0],
    ['PT90M', 0, 5_400_000],
    ['PT36H', 0, 129_600_000],
    ['PT0.5S', 0, 500],
    ['PT1,25S', 0, 1_250],
    ['P1Y2M3W4DT5H6M7.008S', 14, 25 * DAY_MS + 18_367_008],
    ['P0D', 0, 0],
  ];
  for (const [text, months, ms] of rows) t.same(parseDuration(text), { text, months, ms }, text);
  t.end();
});

t.test('what is not a duration is not taken', (t) => {
  const texts = [
    '',
    'P',
    'PT',
    'P1',
    '1D',
    'P1DT',
    'P1H',
    'PT1D',
    'p1d',
    'P-1D',
    '-P1D',
    'P1.5D',
    'P1M1Y',
    'PT1.2345S',
  ];
  for (const text of [...texts, 'P1D ', 'P 1D', `P${'9'.repeat(80)}D`, 'P10001Y', 'P999999999D', 'P1Y__proto__'])
    t.equal(parseDuration(text), undefined, JSON.stringify(text.slice(0, 20)));
  t.end();
});

t.test('months and years are steps of the calendar there, days are 24 hours', (t) => {
  const rows: [zone: string, from: string, duration: string, to: string][] = [
    ['America/New_York', '2026-01-31T10:00:00-05:00', 'P1M', '2026-02-28T10:00:00-05:00'],
    ['America/New_York', '2024-01-31T10:00:00-05:00', 'P1M', '2024-02-29T10:00:00-05:00'],
    ['America/New_York', '2024-02-29T10:00:00-05:00', 'P1Y', '2025-02-28T10:00:00-05:00'],
    ['America/New_York', '2024-02-29T10:00:00-05:00', 'P4Y', '2028-02-29T10:00:00-05:00'],
    ['America/New_York', '2026-11-30T23:59:59-05:00', 'P12M', '2027-11-30T23:59:59-05:00'],
    ['America/New_York', '2026-03-07T10:00:00-05:00', 'P1D', '2026-03-08T11:00:00-04:00'],
    ['America/New_York', '2026-02-08T02:30:00-05:00', 'P1M', '2026-03-08T03:30:00-04:00'],
    ['America/New_York', '2026-10-01T01:30:00-04:00', 'P1M', '2026-11-01T01:30:00-04:00'],
    ['America/New_York', '2026-12-15T00:00:00-05:00', 'P1M1D', '2027-01-16T00:00:00-05:00'],
    ['America/New_York', '2026-06-15T22:00:00-04:00', 'P6M', '2026-12-15T22:00:00-05:00'],
    ['Europe/London', '2026-09-30T09:00:00+01:00', 'P1M', '2026-10-30T09:00:00+00:00'],
    ['Asia/Kathmandu', '2026-08-31T00:00:00+05:45', 'P6M', '2027-02-28T00:00:00+05:45'],
    ['America/New_York', '2026-03-01T10:00:00-05:00', 'P1W', '2026-03-08T11:00:00-04:00'],
    ['America/New_York', '2026-10-31T01:30:00-04:00', 'PT24H', '2026-11-01T01:30:00-04:00'],
    ['America/New_York', '2026-10-31T01:30:00-04:00', 'PT25H', '2026-11-01T01:30:00-05:00'],
    ['America/New_York', '2025-11-01T01:30:00-04:00', 'P1Y', '2026-11-01T01:30:00-04:00'],
    ['America/New_York', '2026-12-31T23:59:59-05:00', 'P2M', '2027-02-28T23:59:59-05:00'],
    ['Australia/Lord_Howe', '2026-09-04T02:15:00+10:30', 'P1M', '2026-10-04T02:45:00+11:00'],
    ['Pacific/Apia', '2011-11-30T10:00:00-10:00', 'P1M', '2011-12-31T10:00:00+14:00'],
    ['Europe/London', '2038-01-19T03:14:08+00:00', 'P6M', '2038-07-19T03:14:08+01:00'],
    ['UTC', '1969-12-31T00:00:00.123Z', 'P2M', '1970-02-28T00:00:00.123Z'],
    ['UTC', '2026-01-31T00:00:00Z', 'P1MT1H', '2026-02-28T01:00:00Z'],
  ];
  for (const [zone, from, text, to] of rows) {
    const found = addDuration(parseInstant(from)!, parseDuration(text)!, zone);
    t.equal(formatInstant(found, zone), to, `${from} + ${text}`);
  }
  t.end();
});

t.test('going back clips the day of month too', (t) => {
  const rows: [zone: string, from: string, duration: string, to: string][] = [
    ['America/New_York', '2026-03-31T10:00:00-04:00', 'P1M', '2026-02-28T10:00:00-05:00'],
    ['America/New_York', '2026-04-08T02:30:00-04:00', 'P1M', '2026-03-08T03:30:00-04:00'],
    ['UTC', '2024-02-29T00:00:00Z', 'P1Y', '2023-02-28T00:00:00Z'],
    ['UTC', '2026-01-15T00:00:00Z', 'P30D', '2025-12-16T00:00:00Z'],
    ['UTC', '2026-01-15T00:00:00Z', 'P13M', '2024-12-15T00:00:00Z'],
  ];
  for (const [zone, from, text, to] of rows) {
    const found = subtractDuration(parseInstant(from)!, parseDuration(text)!, zone);
    t.equal(formatInstant(found, zone), to, `${from} − ${text}`);
  }
  t.end();
});

t.test('a calendar step keeps the local time of day and the day of month, as far as the month has it', (t) => {
  const instant = fc.integer({ min: Date.parse('1960-01-01T00:00:00Z'), max: Date.parse('2060-01-01T00:00:00Z') });
  fc.assert(
    fc.property(instant, fc.integer({ min: -30, max: 30 }), (from, months) => {
      const size = { text: '', months: Math.abs(months), ms: 0 };
      const to = (months < 0 ? subtractDuration : addDuration)(from, size, 'UTC');
      const expected = new Date(from);
      expected.setUTCDate(1);
      expected.setUTCMonth(expected.getUTCMonth() + months + 1);
      expected.setUTCDate(0);
      expected.setUTCDate(Math.min(expected.getUTCDate(), new Date(from).getUTCDate()));
      return to === expected.getTime();
    }),
    { numRuns: 2_000, verbose: true },
  );
  t.end();
});
