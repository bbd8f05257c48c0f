/** Streaks: consecutive local units with a match. */
import t from 'tap';
import { behaving, buy, course, holdsEach, type Row } from './course.js';
import { arriving, event, type Reported, Scenario } from './scenario.js';
import { forgetGapped, startOfUnit, unitAt, unitOfDay, withClosed } from './streak.js';

const late = (reported: Reported, day: string): Reported => arriving(reported, `${day}T12:00:00Z`);
const survey = (id: string, day: string): Reported => event('survey', id, `${day}T12:00:00Z`, {});
const streak = (unit: string, atLeast: number, more: object = {}) => ({
  all: [{ event: 'purchase', streak: { unit, atLeast }, ...more }],
});

const ROWS: readonly Row[] = [
  [
    'consecutive local units with a match',
    streak('day', 3),
    [buy('a', '2026-03-01'), buy('b', '2026-03-02'), buy('c', '2026-03-02'), buy('d', '2026-03-03')],
    '1 2 2 c',
  ],
  [
    'a unit without a match breaks it: have is the run that reaches the present unit or the one before',
    streak('day', 3),
    [buy('a', '2026-03-01'), buy('b', '2026-03-02'), buy('c', '2026-03-04'), buy('d', '2026-03-05')],
    '1 2 1 2',
  ],
  [
    'a late event may fill a gap',
    streak('day', 3),
    [buy('a', '2026-03-01'), buy('b', '2026-03-03'), late(buy('c', '2026-03-02'), '2026-03-20')],
    '1 1 c',
  ],
  [
    'a unit that closed a streak starts no other',
    streak('day', 2),
    [
      buy('a', '2026-03-01'),
      buy('b', '2026-03-02'),
      buy('c', '2026-03-02'),
      buy('d', '2026-03-03'),
      buy('e', '2026-03-04'),
    ],
    '1 c - 1 c',
  ],
  [
    'no unit of a closed streak serves another, however late the event',
    streak('day', 2),
    [
      buy('a', '2026-03-02'),
      buy('b', '2026-03-03'),
      late(buy('c', '2026-03-02'), '2026-03-05'),
      late(buy('d', '2026-03-01'), '2026-03-05'),
    ],
    '1 c - 1',
  ],
  [
    'a step of a sequence closes the units of its own run alone',
    { sequence: [{ event: 'purchase', streak: { unit: 'day', atLeast: 2 } }, { event: 'survey' }] },
    [
      buy('a', '2026-03-01'),
      buy('b', '2026-03-04'),
      buy('c', '2026-03-05'),
      survey('s', '2026-03-06'),
      late(buy('d', '2026-03-01'), '2026-03-07'),
      late(buy('e', '2026-03-02'), '2026-03-07'),
      late(buy('f', '2026-03-04'), '2026-03-07'),
    ],
    '1/0 1/0 2/0 c 1/0 2/0 -',
  ],
  [
    'a window since the first that has closed is full only with a run that still stands',
    {
      all: [
        { event: 'purchase', streak: { unit: 'day', atLeast: 2 }, within: { sinceFirst: 'P3D' } },
        { event: 'survey' },
      ],
    },
    [
      buy('a', '2026-03-01'),
      buy('b', '2026-03-02'),
      buy('c', '2026-03-10'),
      buy('d', '2026-03-11'),
      survey('s', '2026-03-11'),
    ],
    '1/0 2/0 1/0 2/0 c',
  ],
  ['weeks begin Monday', streak('week', 2), [buy('a', '2026-03-01'), buy('b', '2026-03-02')], '1 c'],
  ['months of two years are consecutive', streak('month', 2), [buy('a', '2025-12-31'), buy('b', '2026-01-01')], '1 c'],
  [
    'inside its window',
    streak('day', 3, { within: { calendar: 'month' } }),
    [
      buy('a', '2026-02-27'),
      buy('b', '2026-02-28'),
      buy('c', '2026-03-01'),
      buy('d', '2026-03-02'),
      buy('e', '2026-03-03'),
    ],
    '1 2 1 2 c',
  ],
  [
    'not latched: another rule completes it only while the run still stands',
    { all: [{ event: 'purchase', streak: { unit: 'day', atLeast: 2 } }, { event: 'survey' }] },
    [
      buy('a', '2026-03-01'),
      buy('b', '2026-03-02'),
      survey('s', '2026-03-05'),
      buy('c', '2026-03-08'),
      buy('d', '2026-03-09'),
    ],
    '1/0 2/0 0/1 1/1 c',
  ],
  [
    'the day after still holds it',
    { all: [{ event: 'purchase', streak: { unit: 'day', atLeast: 2 } }, { event: 'survey' }] },
    [buy('a', '2026-03-01'), buy('b', '2026-03-02'), survey('s', '2026-03-03')],
    '1/0 2/0 c',
  ],
  [
    'a streak of one closes its unit too',
    streak('day', 1),
    [buy('a', '2026-03-01'), buy('b', '2026-03-01'), buy('c', '2026-03-02')],
    'c - c',
  ],
];

t.test('streaks', async (t) => {
  holdsEach(t, ROWS);
});

t.test('the store’s zone rules a streak', async (t) => {
  const stores = [{ id: 'ny', timeZone: 'America/New_York' }];
  const program = behaving(streak('day', 2), {}, { stores });
  const at = (id: string, time: string) => buy(id, time, { total: 1, storeId: 'ny' });
  t.equal(course(program, at('a', '2026-03-01T23:00:00Z'), at('b', '2026-03-02T02:00:00Z')), '1 1', 'one day there');
  t.equal(course(program, at('a', '2026-03-01T23:00:00Z'), at('b', '2026-03-02T06:00:00Z')), '1 c');
});

t.test('a day that the clock changes on is a day', async (t) => {
  const program = behaving(streak('day', 3), {}, { timeZone: 'America/New_York' });
  const at = (id: string, time: string) => buy(id, time);
  t.equal(
    course(
      program,
      at('a', '2026-03-07T23:30:00-05:00'),
      at('b', '2026-03-08T23:30:00-04:00'),
      at('c', '2026-03-09T00:30:00-04:00'),
    ),
    '1 2 c',
  );
});

t.test('resetsAt is the end of the unit after the last', async (t) => {
  const scenario = new Scenario(behaving(streak('day', 3), {}, { timeZone: 'America/New_York' }));
  course(scenario, buy('a', '2026-03-06'), buy('b', '2026-03-07'));
  const shown = (now: string) =>
    (scenario.profile(Date.parse(now)) as { behaviors: { c: { rules: Record<string, object> } } }).behaviors.c.rules[
      '1'
    ];
  t.same(shown('2026-03-08T12:00:00Z'), { have: 2, need: 3, resetsAt: '2026-03-09T00:00:00-04:00' });
  t.same(shown('2026-03-09T12:00:00Z'), { have: 0, need: 3, resetsAt: null });
});

t.test('units are numbers one after another', async (t) => {
  const day = (text: string) => Date.parse(`${text}T00:00:00Z`) / 86_400_000;
  for (const [unit, before, after] of [
    ['day', '2026-02-28', '2026-03-01'],
    ['week', '2026-03-01', '2026-03-02'],
    ['week', '1969-12-28', '1969-12-29'],
    ['month', '2025-12-31', '2026-01-01'],
  ] as const) {
    t.equal(unitOfDay(unit, day(after)), unitOfDay(unit, day(before)) + 1, `${unit} ${after}`);
    t.equal(startOfUnit(unit, unitOfDay(unit, day(after)), 'UTC'), Date.parse(`${after}T00:00:00Z`), `starts ${after}`);
  }
  t.equal(unitAt('day', 'America/New_York', Date.parse('2026-03-01T04:59:59Z')), day('2026-02-28'));
});

t.test('closed units are kept for as long as an event may come for them', async (t) => {
  const earliest = Date.parse('2026-03-10T12:00:00Z');
  const day = (text: string) => Date.parse(`${text}T00:00:00Z`) / 86_400_000;
  const old = [day('2026-03-01'), day('2026-03-05')];
  const young = [day('2026-03-06'), day('2026-03-09')];
  t.same(withClosed([...old, ...young], [day('2026-03-20'), day('2026-03-22')], 'day', earliest), [
    ...young,
    day('2026-03-20'),
    day('2026-03-22'),
  ]);
});

t.test('matches before a gap that no event can fill any more are forgotten', async (t) => {
  const day = (text: string) => Date.parse(`${text}T00:00:00Z`) / 86_400_000;
  const match = (text: string) => [Date.parse(`${text}T12:00:00Z`), day(text), null, 0] as const;
  const matches = ['2026-01-01', '2026-01-02', '2026-01-05', '2026-01-06', '2026-01-07'].map(match);
  const earliest = Date.parse('2026-01-10T00:00:00Z');
  t.equal(forgetGapped(matches, 'day', earliest), match('2026-01-02')[0], 'the run up to then stays');
  t.equal(forgetGapped(matches.slice(2), 'day', earliest), null);
  t.equal(forgetGapped(matches, 'day', Date.parse('2026-02-10T00:00:00Z')), match('2026-01-07')[0]);
});
