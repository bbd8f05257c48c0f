import fc from 'fast-check';
import t from 'tap';
import { DAY_MS, dayOf, dayOfWeek, daysInMonth, daysOf, isLeapYear, monthOf, packedDate, yearOf } from './civil.js';

t.test('every fourth year leaps, but of the hundreds only every fourth', (t) => {
  const rows: [year: number, leaps: boolean][] = [
    [2024, true],
    [2026, false],
    [2000, true],
    [1900, false],
    [2100, false],
    [2200, false],
    [2400, true],
    [0, true],
    [-4, true],
    [-100, false],
  ];
  for (const [year, leaps] of rows) {
    t.equal(isLeapYear(year), leaps, `${year}`);
    t.equal(daysInMonth(year, 2), leaps ? 29 : 28, `February ${year}`);
    t.equal(daysOf(year, 3, 1) - daysOf(year, 2, 1), leaps ? 29 : 28, `March follows February ${year}`);
  }
  t.same(
    Array.from({ length: 12 }, (_, month) => daysInMonth(2026, month + 1)),
    [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31],
  );
  t.end();
});

t.test('a day outside its month counts on', (t) => {
  t.equal(daysOf(2026, 1, 32), daysOf(2026, 2, 1));
  t.equal(daysOf(2026, 3, 0), daysOf(2026, 2, 28));
  t.equal(daysOf(1970, 1, 1), 0);
  t.equal(daysOf(1970, 1, -364), daysOf(1969, 1, 1));
  t.end();
});

t.test('dates and weekdays are those of Date, and come back', (t) => {
  // As far as a Date reaches, about 270,000 years either way, and more often around ours.
  const day = fc.oneof(fc.integer({ min: -100_000_000, max: 100_000_000 }), fc.integer({ min: -800_000, max: 60_000 }));
  fc.assert(
    fc.property(day, (days) => {
      const date = packedDate(days);
      const expected = new Date(days * DAY_MS);
      return (
        yearOf(date) === expected.getUTCFullYear() &&
        monthOf(date) === expected.getUTCMonth() + 1 &&
        dayOf(date) === expected.getUTCDate() &&
        dayOfWeek(days) === (expected.getUTCDay() || 7) &&
        daysOf(yearOf(date), monthOf(date), dayOf(date)) === days
      );
    }),
    { numRuns: 5_000, verbose: true },
  );
  t.end();
});
