import fc from 'fast-check';
import t from 'tap';
import { type Cron, lastCron, nextCron, parseCron } from './cron.js';
import { parseInstant } from './instant.js';
import { instantOf, localTime } from './zone.js';

const NY = 'America/New_York';

function cron(text: string): Cron {
  const parsed = parseCron(text);
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
}

/** The next instants, as UTC. */
function next(text: string, zone: string, after: string, count: number): string[] {
  const found: string[] = [];
  for (let at = nextCron(cron(text), zone, parseInstant(after)!); at !== null && found.length < count; ) {
    found.push(new Date(at).toISOString().replace(':00.000Z', 'Z'));
    at = nextCron(cron(text), zone, at);
  }
  return found;
}

const ROWS: readonly (readonly [sentence: string, text: string, zone: string, after: string, wanted: string[]])[] = [
  ['every day at nine', '0 9 * * *', 'UTC', '2026-01-01T09:00:00Z', ['2026-01-02T09:00Z', '2026-01-03T09:00Z']],
  ['the instant itself is not after it', '0 9 * * *', 'UTC', '2026-01-01T08:59:59.999Z', ['2026-01-01T09:00Z']],
  ['in its zone', '0 9 * * *', NY, '2026-01-01T09:00:00Z', ['2026-01-01T14:00Z']],
  ['in summer too', '0 9 * * *', NY, '2026-07-01T09:00:00Z', ['2026-07-01T13:00Z']],
  ['by weekday', '0 9 * * MON', 'UTC', '2026-01-01T00:00:00Z', ['2026-01-05T09:00Z', '2026-01-12T09:00Z']],
  ['by weekday as a number', '0 9 * * 1', 'UTC', '2026-01-01T00:00:00Z', ['2026-01-05T09:00Z']],
  ['0 is Sunday', '0 9 * * 0', 'UTC', '2026-01-01T00:00:00Z', ['2026-01-04T09:00Z', '2026-01-11T09:00Z']],
  ['7 is Sunday', '0 9 * * 7', 'UTC', '2026-01-01T00:00:00Z', ['2026-01-04T09:00Z', '2026-01-11T09:00Z']],
  [
    'FRI-SUN is three days',
    '0 9 * * fri-7',
    'UTC',
    '2026-01-01T10:00:00Z',
    ['2026-01-02T09:00Z', '2026-01-03T09:00Z', '2026-01-04T09:00Z', '2026-01-09T09:00Z'],
  ],
  ['a list', '0 9 1,15 * *', 'UTC', '2026-01-02T00:00:00Z', ['2026-01-15T09:00Z', '2026-02-01T09:00Z']],
  ['a step', '*/20 9 * * *', 'UTC', '2026-01-01T09:30:00Z', ['2026-01-01T09:40Z', '2026-01-02T09:00Z']],
  [
    'a step from a value on',
    '10/25 9 * * *',
    'UTC',
    '2026-01-01T00:00:00Z',
    ['2026-01-01T09:10Z', '2026-01-01T09:35Z', '2026-01-02T09:10Z'],
  ],
  [
    'a step in a range',
    '0 8-12/2 * * *',
    'UTC',
    '2026-01-01T09:00:00Z',
    ['2026-01-01T10:00Z', '2026-01-01T12:00Z', '2026-01-02T08:00Z'],
  ],
  ['a month by name', '0 0 1 jul *', 'UTC', '2026-08-01T00:00:00Z', ['2027-07-01T00:00Z']],
  ['the last day of the month', '0 9 L * *', 'UTC', '2026-01-31T09:00:00Z', ['2026-02-28T09:00Z', '2026-03-31T09:00Z']],
  ['the last day of February in a leap year', '0 9 L 2 *', 'UTC', '2027-03-01T00:00:00Z', ['2028-02-29T09:00Z']],
  ['a leap day waits for its year', '0 9 29 2 *', 'UTC', '2096-03-01T00:00:00Z', ['2104-02-29T09:00Z']],
  [
    'the 31st skips short months',
    '0 9 31 * *',
    'UTC',
    '2026-01-31T09:00:00Z',
    ['2026-03-31T09:00Z', '2026-05-31T09:00Z'],
  ],
  [
    'either day field',
    '0 9 13 * FRI',
    'UTC',
    '2026-01-08T00:00:00Z',
    ['2026-01-09T09:00Z', '2026-01-13T09:00Z', '2026-01-16T09:00Z'],
  ],
  [
    'a local time that does not exist moves on by the gap',
    '30 2 * * *',
    NY,
    '2026-03-07T12:00:00Z',
    ['2026-03-08T07:30Z', '2026-03-09T06:30Z'],
  ],
  [
    'what moves on comes in the order of instants',
    '30,15 2,3 * * *',
    NY,
    '2026-03-08T06:00:00Z',
    ['2026-03-08T07:15Z', '2026-03-08T07:30Z', '2026-03-09T06:15Z'],
  ],
  [
    'two local times of one instant are one',
    '0 2,3 * * *',
    NY,
    '2026-03-08T06:00:00Z',
    ['2026-03-08T07:00Z', '2026-03-09T06:00Z'],
  ],
  [
    'one that occurs twice is the first',
    '30 1 * * *',
    NY,
    '2026-10-31T12:00:00Z',
    ['2026-11-01T05:30Z', '2026-11-02T06:30Z'],
  ],
  ['and is not asked for again within the second', '30 1 * * *', NY, '2026-11-01T06:10:00Z', ['2026-11-02T06:30Z']],
  [
    'a day that a zone leaves out',
    '0 9 * * *',
    'Pacific/Apia',
    '2011-12-29T20:00:00Z',
    ['2011-12-30T19:00Z', '2011-12-31T19:00Z'],
  ],
];

t.test('the instants an expression names', async (t) => {
  for (const [sentence, text, zone, after, wanted] of ROWS)
    t.same(next(text, zone, after, wanted.length), wanted, sentence);
});

t.test('what is wrong is said in words', async (t) => {
  const rows: [string, RegExp][] = [
    ['', /takes five fields/],
    ['0 9 * *', /takes five fields/],
    ['0 0 9 * * *', /takes five fields/],
    ['@daily', /takes five fields/],
    ['60 * * * *', /"60" is no minute: it takes 0 to 59/],
    ['* 24 * * *', /"24" is no hour/],
    ['* * 0 * *', /"0" is no day: it takes 1 to 31/],
    ['* * * 13 *', /"13" is no month: it takes 1 to 12, or FEB/],
    ['* * * * 8', /"8" is no weekday/],
    ['* * * * L', /"L" is no weekday/],
    ['MON * * * *', /"MON" is no minute/],
    ['*/0 * * * *', /no minute/],
    ['1-2-3 * * * *', /no minute/],
    ['1/2/3 * * * *', /no minute/],
    [', * * * *', /"" is no minute/],
    ['1.5 * * * *', /no minute/],
    ['-1 * * * *', /no minute/],
    ['* 22-2 * * *', /runs backwards; write two ranges, as 22-23,0-2/],
    ['0 9 30 2 *', /names a day that never comes/],
    ['0 9 31 4,6,9,11 *', /never comes/],
  ];
  for (const [text, problem] of rows) {
    const parsed = parseCron(text);
    t.match(typeof parsed === 'string' ? parsed : 'parsed', problem, text);
  }
});

t.test('the last instant up to now, not before a time', async (t) => {
  const at = (text: string) => parseInstant(text)!;
  const last = (text: string, from: string, upTo: string) => lastCron(cron(text), 'UTC', at(from), at(upTo));
  t.equal(last('0 9 * * *', '2026-01-01T00:00:00Z', '2026-01-05T08:00:00Z'), at('2026-01-04T09:00:00Z'));
  t.equal(last('0 9 * * *', '2026-01-01T00:00:00Z', '2026-01-05T09:00:00Z'), at('2026-01-05T09:00:00Z'), 'included');
  t.equal(
    last('0 9 * * *', '2026-01-05T09:00:00Z', '2026-01-05T09:00:00Z'),
    at('2026-01-05T09:00:00Z'),
    'at both ends',
  );
  t.equal(last('0 9 * * *', '2026-01-05T09:00:01Z', '2026-01-06T08:00:00Z'), null);
  t.equal(last('* 9 * * *', '2020-01-01T00:00:00Z', '2026-01-05T20:00:00Z'), at('2026-01-05T09:59:00Z'));
  t.equal(last('0 0 29 2 *', '2020-01-01T00:00:00Z', '2026-01-05T20:00:00Z'), at('2024-02-29T00:00:00Z'));
});

t.test('next is the least instant of all local times that fit, in any zone', (t) => {
  const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
  t.comment(`seed ${seed}`);
  const zones = fc.constantFrom(
    'UTC',
    NY,
    'Europe/London',
    'Australia/Lord_Howe',
    'America/Sao_Paulo',
    'Pacific/Apia',
    'Asia/Gaza',
  );
  const texts = fc.constantFrom(
    '0 0 * * *',
    '30 2 * * *',
    '15,45 */3 * * *',
    '0 23 * * *',
    '59 0,23 * * 6,7',
    '5 1-2 L * *',
    '30 23 1-15 * *',
  );
  const instants = fc.integer({ min: Date.parse('2009-01-01'), max: Date.parse('2026-12-31') });
  fc.assert(
    fc.property(zones, texts, instants, (zone, text, after) => {
      const parsed = cron(text);
      const found = nextCron(parsed, zone, after)!;
      let least = Number.POSITIVE_INFINITY;
      const { year, month, day } = localTime(zone, after);
      for (let add = -2; add < 33; add++) {
        const date = new Date(Date.UTC(year, month - 1, day + add));
        const isLast = new Date(date.getTime() + 86_400_000).getUTCDate() === 1;
        const byDay = parsed.days.has(date.getUTCDate()) || (parsed.lastDay && isLast);
        const byWeekday = parsed.weekdays.has(date.getUTCDay() || 7);
        if (parsed.byDay ? !byDay : parsed.byWeekday && !byWeekday) continue;
        for (const hour of parsed.hours) {
          for (const minute of parsed.minutes) {
            const at = instantOf(zone, date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), hour, minute);
            if (at > after && at < least) least = at;
          }
        }
      }
      if (found !== least) throw new Error(`${new Date(found).toISOString()} is not ${new Date(least).toISOString()}`);
    }),
    { seed, numRuns: 300 },
  );
  t.end();
});
