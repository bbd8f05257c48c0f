import fc from 'fast-check';
import t from 'tap';
import { limits } from '../limits.js';
import { HOUR_MS, MINUTE_MS } from './civil.js';
import { parseInstant } from './instant.js';
import { instantOf, instantOfLocal, isZone, localTime, offsetAt } from './zone.js';

const at = (text: string): number => parseInstant(text)!;

t.test('IANA names are zones, offsets and other texts are not', (t) => {
  for (const zone of ['UTC', 'Etc/UTC', 'America/New_York', 'Asia/Kathmandu', 'Asia/Calcutta', 'Asia/Kolkata', 'GMT'])
    t.ok(isZone(zone), zone);
  for (const text of ['', ' ', '+05:30', '-05:00', 'Mars/Base', '__proto__', 'constructor', 'x'.repeat(1_000), 'Z/'])
    t.notOk(isZone(text), JSON.stringify(text.slice(0, 20)));
  t.throws(() => offsetAt('Mars/Base', 0), RangeError, 'using one all the same is a bug and says so');
  t.end();
});

t.test('a local time that does not exist moves on by the gap, one that occurs twice is the first', (t) => {
  type Row = [zone: string, local: [number, number, number, number, number], instant: string];
  const rows: Row[] = [
    ['America/New_York', [2026, 3, 8, 1, 59], '2026-03-08T01:59:00-05:00'],
    ['America/New_York', [2026, 3, 8, 2, 0], '2026-03-08T03:00:00-04:00'],
    ['America/New_York', [2026, 3, 8, 2, 30], '2026-03-08T03:30:00-04:00'],
    ['America/New_York', [2026, 3, 8, 3, 0], '2026-03-08T03:00:00-04:00'],
    ['America/New_York', [2026, 11, 1, 0, 59], '2026-11-01T00:59:00-04:00'],
    ['America/New_York', [2026, 11, 1, 1, 0], '2026-11-01T01:00:00-04:00'],
    ['America/New_York', [2026, 11, 1, 1, 30], '2026-11-01T01:30:00-04:00'],
    ['America/New_York', [2026, 11, 1, 2, 0], '2026-11-01T02:00:00-05:00'],
    ['Europe/London', [2026, 3, 29, 1, 15], '2026-03-29T02:15:00+01:00'],
    ['Europe/London', [2026, 10, 25, 1, 15], '2026-10-25T01:15:00+01:00'],
    ['Australia/Lord_Howe', [2026, 10, 4, 2, 15], '2026-10-04T02:45:00+11:00'],
    ['Australia/Lord_Howe', [2026, 4, 5, 1, 45], '2026-04-05T01:45:00+11:00'],
    ['America/Sao_Paulo', [2018, 11, 4, 0, 0], '2018-11-04T01:00:00-02:00'],
    ['America/Havana', [2026, 11, 1, 0, 30], '2026-11-01T00:30:00-04:00'],
    ['Pacific/Apia', [2011, 12, 30, 10, 0], '2011-12-31T10:00:00+14:00'],
    ['Asia/Kathmandu', [1985, 12, 31, 23, 59], '1985-12-31T23:59:00+05:30'],
    ['Asia/Kathmandu', [1986, 1, 1, 0, 0], '1986-01-01T00:15:00+05:45'],
    ['Asia/Kathmandu', [2026, 7, 1, 12, 0], '2026-07-01T12:00:00+05:45'],
    ['America/New_York', [1942, 2, 9, 2, 30], '1942-02-09T03:30:00-04:00'],
    ['America/New_York', [2050, 7, 1, 12, 0], '2050-07-01T12:00:00-04:00'],
    ['UTC', [2024, 2, 29, 0, 0], '2024-02-29T00:00:00Z'],
  ];
  for (const [zone, local, instant] of rows) {
    t.equal(instantOf(zone, ...local), at(instant), `${zone} ${local.join(' ')} is ${instant}`);
  }
  t.end();
});

t.test('offsets change at the very millisecond', (t) => {
  const spring = at('2026-03-08T07:00:00Z');
  t.equal(offsetAt('America/New_York', spring - 1), -5 * HOUR_MS);
  t.equal(offsetAt('America/New_York', spring), -4 * HOUR_MS);
  const ramadan = at('2026-02-15T02:00:00Z');
  t.equal(offsetAt('Africa/Casablanca', ramadan - 1), HOUR_MS, 'a month off summer time is not overlooked');
  t.equal(offsetAt('Africa/Casablanca', ramadan), 0);
  t.equal(offsetAt('Africa/Monrovia', at('1960-01-01T00:00:00Z')), -(44 * MINUTE_MS + 30_000), 'seconds count');
  t.end();
});

t.test('an instant no Date can hold takes the nearest offset it can', (t) => {
  t.equal(offsetAt('Asia/Kathmandu', 1e18), offsetAt('Asia/Kathmandu', 8.64e15));
  t.equal(offsetAt('Asia/Kathmandu', -1e18), offsetAt('Asia/Kathmandu', -8.64e15));
  t.end();
});

t.test('local time shows the fields of a wall clock, Monday first', (t) => {
  t.same(localTime('America/New_York', at('2026-11-24T13:26:05Z')), {
    year: 2026,
    month: 11,
    day: 24,
    hour: 8,
    minute: 26,
    second: 5,
    dayOfWeek: 2,
  });
  t.equal(localTime('Pacific/Kiritimati', at('2026-11-22T10:00:00Z')).dayOfWeek, 1, 'Monday there, Sunday here');
  t.equal(localTime('UTC', at('1969-12-28T23:59:59Z')).dayOfWeek, 7, 'before 1970');
  t.end();
});

const ZONES = [
  ...Intl.supportedValuesOf('timeZone').filter((_, index) => index % 7 === 0),
  'America/New_York',
  'Europe/London',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Africa/Casablanca',
  'Asia/Gaza',
  'Pacific/Apia',
  'UTC',
];
const zone = fc.constantFrom(...ZONES);
const instant = fc.integer({ min: at('1880-01-01T00:00:00Z'), max: at('2110-01-01T00:00:00Z') });

t.test('local times are what Intl shows', (t) => {
  const formats = new Map<string, Intl.DateTimeFormat>();
  const format = (name: string): Intl.DateTimeFormat => {
    let known = formats.get(name);
    if (known === undefined) {
      known = new Intl.DateTimeFormat('en-US', {
        timeZone: name,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      });
      formats.set(name, known);
    }
    return known;
  };
  fc.assert(
    fc.property(zone, instant, (name, ms) => {
      const fields = new Map(
        format(name)
          .formatToParts(ms)
          .map(({ type, value }) => [type as string, Number(value)]),
      );
      const { dayOfWeek, ...local } = localTime(name, ms);
      for (const [field, value] of Object.entries(local)) {
        if (fields.get(field) !== value) throw new Error(`${field} is ${value}, Intl says ${fields.get(field)}`);
      }
      return dayOfWeek === ((new Date(ms + offsetAt(name, ms)).getUTCDay() + 6) % 7) + 1;
    }),
    { numRuns: 2_000, verbose: true },
  );
  t.end();
});

t.test('an instant comes back from its local time, or the first reading of it does', (t) => {
  fc.assert(
    fc.property(zone, instant, (name, ms) => {
      const { year, month, day, hour, minute, second } = localTime(name, ms);
      const back = instantOf(name, year, month, day, hour, minute, second, ((ms % 1_000) + 1_000) % 1_000);
      return back === ms || (back < ms && back + offsetAt(name, back) === ms + offsetAt(name, ms));
    }),
    { numRuns: 2_000, verbose: true },
  );
  t.end();
});

/** Where Intl changes a zone's offset, found by asking it hour by hour: [zone, instant, before, after]. */
function changes(name: string, from: string, to: string): [string, number, number, number][] {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  const ask = (ms: number): number => {
    const parts = /GMT(?:([+-])(\d\d):(\d\d))?$/.exec(format.format(ms))!;
    return (parts[1] === '-' ? -1 : 1) * (Number(parts[2] ?? 0) * HOUR_MS + Number(parts[3] ?? 0) * MINUTE_MS);
  };
  const found: [string, number, number, number][] = [];
  for (let ms = at(from), known = ask(ms); ms < at(to); ms += 6 * HOUR_MS) {
    if (ask(ms + 6 * HOUR_MS) === known) continue;
    let change = ms;
    while (ask(change) === known) change += 5 * MINUTE_MS;
    found.push([name, change, known, ask(change)]);
    known = ask(ms + 6 * HOUR_MS);
  }
  return found;
}
const CHANGES = [
  ...changes('America/New_York', '1967-01-01T00:00:00Z', '1977-01-01T00:00:00Z'),
  ...changes('America/New_York', '2026-01-01T00:00:00Z', '2028-01-01T00:00:00Z'),
  ...changes('Europe/London', '2037-01-01T00:00:00Z', '2041-01-01T00:00:00Z'),
  ...changes('Australia/Lord_Howe', '2026-01-01T00:00:00Z', '2028-01-01T00:00:00Z'),
  ...changes('Africa/Casablanca', '2026-01-01T00:00:00Z', '2028-01-01T00:00:00Z'),
  ...changes('America/Sao_Paulo', '2016-01-01T00:00:00Z', '2020-01-01T00:00:00Z'),
  ...changes('Pacific/Apia', '2011-01-01T00:00:00Z', '2013-01-01T00:00:00Z'),
];

t.test('in every gap a local time moves on by the gap; of every overlap it is the first', (t) => {
  const gaps = CHANGES.filter(([, , before, after]) => after > before).length;
  t.ok(gaps > 20 && CHANGES.length - gaps > 20, 'there are gaps and overlaps');
  fc.assert(
    fc.property(
      fc.constantFrom(...CHANGES),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (row, part) => {
        const [name, change, before, after] = row;
        // The local times skipped, or shown twice, lie between what the two offsets make of the change.
        const local = change + Math.min(before, after) + Math.floor(part * Math.abs(after - before));
        const found = instantOfLocal(name, local);
        const shown = found + offsetAt(name, found);
        return found === local - before && shown === (after > before ? local + after - before : local);
      },
    ),
    { numRuns: 2_000, verbose: true },
  );
  for (const [name, change, before, after] of CHANGES) {
    t.equal(offsetAt(name, change - 1), before, `${name} right before ${change}`);
    t.equal(offsetAt(name, change), after, `${name} at ${change}`);
  }
  t.end();
});

t.test('more zones and more of the time line than are remembered change no answer', (t) => {
  const july = at('2026-07-01T00:00:00Z');
  const YEAR_MS = 365 * 24 * HOUR_MS;
  const winters = new Map<number, number>();
  for (let year = -600; year < 600; year += 1) winters.set(year, offsetAt('Europe/London', july + year * YEAR_MS));
  for (const [year, offset] of winters) {
    if (offsetAt('Europe/London', july + year * YEAR_MS) !== offset) t.fail(`another offset ${year} years on`);
  }
  const spelt = (bits: number): string =>
    [...'america/new_york'].map((c, i) => ((bits >> i) & 1 ? c.toUpperCase() : c)).join('');
  for (let bits = 0; bits < limits.zonesCachedMax + 100; bits++) {
    if (offsetAt(spelt(bits), july) !== -4 * HOUR_MS) t.fail(spelt(bits));
  }
  t.equal(offsetAt('Europe/London', july), HOUR_MS);
  t.end();
});
