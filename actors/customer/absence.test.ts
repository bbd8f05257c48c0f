/**
 * Rules that wait for a window to run without a match: what arms them, when they fire, and what they then do.
 * It is long because it is one table of all that.
 */
import t from 'tap';
import { isPublic } from '../outcome.js';
import { nextAbsence } from './absence-due.js';
import { behaving, buy, course, holdsEach, type Row } from './course.js';
import { arriving, event, giveBack, programOf, type Reported, Scenario } from './scenario.js';

const survey = (id: string, day: string): Reported => event('survey', id, `${day}T12:00:00Z`, {});
const other = (id: string, day: string): Reported => event('other', id, `${day}T12:00:00Z`, {});
const noon = (day: string): string => `${day}T12:00:00Z`;
const AWAY = { event: 'purchase', absent: true, within: { rolling: 'P30D' } };
const MONTHLY = { event: 'purchase', absent: true, within: { calendar: 'month' } };
const LAST = '2026-03-31T23:59:59Z';

const ROWS: readonly Row[] = [
  [
    'armed by the last match; fires when its window has run',
    { all: [AWAY] },
    [buy('a', '2026-03-01'), '2026-03-31T11:59:59.999Z', noon('2026-03-31')],
    '0 - c',
  ],
  [
    'fires once',
    { all: [AWAY] },
    [buy('a', '2026-03-01'), noon('2026-03-31'), noon('2026-04-30'), noon('2026-12-31')],
    '0 c - -',
  ],
  [
    'fires once beside a rule that carries its excess',
    { any: [AWAY, { event: 'purchase', sum: { of: 'amount', atLeast: 500_000, carry: true } }] },
    [buy('a', '2026-03-01'), noon('2026-03-31'), noon('2026-12-31')],
    '0/1000 c -',
  ],
  [
    'is armed again by the next match',
    { all: [AWAY] },
    [buy('a', '2026-03-01'), noon('2026-03-31'), buy('b', '2026-04-10'), noon('2026-05-10')],
    '0 c 0 c',
  ],
  [
    'each match puts it off',
    { all: [AWAY] },
    [buy('a', '2026-03-01'), buy('b', '2026-03-20'), noon('2026-03-31'), noon('2026-04-19')],
    '0 0 - c',
  ],
  [
    'a late match that is not the last does not',
    { all: [AWAY] },
    [buy('a', '2026-03-10'), arriving(buy('b', '2026-03-05'), noon('2026-03-20')), noon('2026-04-09')],
    '0 0 c',
  ],
  [
    'of an event and the deadline at one instant the event comes first',
    { all: [AWAY] },
    [buy('a', '2026-03-01'), buy('b', '2026-03-31'), noon('2026-04-29'), noon('2026-04-30')],
    '0 0 - c',
  ],
  [
    'with no match yet it is armed by the first event',
    { all: [AWAY] },
    [survey('a', '2026-03-01'), survey('b', '2026-03-20'), noon('2026-03-31')],
    '- - c',
  ],
  [
    'or by the campaign’s start, if that is later',
    { all: [AWAY] },
    [survey('a', '2026-03-01'), noon('2026-03-31'), noon('2026-04-08'), '2026-04-09T00:00:00Z'],
    '- - - c',
    { schedule: { start: '2026-03-10T00:00:00Z' } },
  ],
  [
    'a calendar window is judged at each whole unit’s end',
    { all: [MONTHLY] },
    [survey('a', '2026-02-10'), '2026-02-28T23:59:59Z', LAST, '2026-04-30T23:59:59Z'],
    '- - c c',
  ],
  [
    'a unit with a match does not fire, and the next one begun after it does',
    { all: [MONTHLY] },
    [survey('a', '2026-02-10'), buy('b', '2026-03-05'), LAST, '2026-04-30T23:59:58Z', '2026-04-30T23:59:59Z'],
    '- 0 - - c',
  ],
  [
    'a match at a unit’s first instant is in it',
    { all: [MONTHLY] },
    [buy('a', '2026-03-01T00:00:00Z'), LAST, '2026-04-30T23:59:59Z'],
    '0 - c',
  ],
  [
    'a campaign that starts with a unit waits for that unit',
    { all: [MONTHLY] },
    [survey('a', '2026-02-10'), LAST],
    '- c',
    { schedule: { start: '2026-03-01T00:00:00Z' } },
  ],
  [
    'the campaign’s own span has run at its end',
    { all: [{ event: 'purchase', absent: true }] },
    [survey('a', '2026-02-10'), noon('2026-05-31'), noon('2026-06-30')],
    '- - c',
    { schedule: { end: noon('2026-06-30') } },
  ],
  [
    'and a match in it keeps it from that',
    { all: [{ event: 'purchase', absent: true }] },
    [buy('a', '2026-02-10'), noon('2026-06-30')],
    '0 -',
    { schedule: { end: noon('2026-06-30') } },
  ],
  [
    'in all the others must be complete then',
    { all: [AWAY, { event: 'survey' }] },
    [buy('a', '2026-03-01'), survey('b', '2026-03-10'), noon('2026-03-31')],
    '0/0 0/1 c',
  ],
  [
    'or the chance is gone',
    { all: [AWAY, { event: 'survey' }] },
    [buy('a', '2026-03-01'), noon('2026-03-31'), survey('b', '2026-04-01'), buy('c', '2026-04-02'), noon('2026-05-02')],
    '0/0 - 0/1 0/1 c',
  ],
  [
    'two that wait complete when the later window has run',
    { all: [AWAY, { event: 'survey', absent: true, within: { rolling: 'P10D' } }] },
    [buy('a', '2026-03-01'), survey('b', '2026-03-02'), noon('2026-03-12'), noon('2026-03-31')],
    '0/0 0/0 - c',
  ],
  [
    'under any it completes alone, and spends the rest',
    { any: [AWAY, { event: 'survey', times: 2 }] },
    [buy('a', '2026-03-01'), survey('b', '2026-03-02'), noon('2026-03-31'), survey('c', '2026-04-01')],
    '0/0 0/1 c 0/1',
  ],
  [
    'and what another rule completes leaves it armed',
    { any: [AWAY, { event: 'survey' }] },
    [buy('a', '2026-03-01'), survey('b', '2026-03-02'), noon('2026-03-31')],
    '0/0 c c',
  ],
  [
    'a match that completes another rule arms it all the same',
    { any: [AWAY, { event: 'purchase', sum: { of: 'amount', atLeast: 500 } }] },
    [buy('a', '2026-03-01'), noon('2026-03-31')],
    'c c',
  ],
  [
    'in a sequence it is armed by the step before',
    {
      sequence: [
        { event: 'purchase' },
        { event: 'survey', absent: true, within: { rolling: 'P7D' } },
        { event: 'purchase' },
      ],
    },
    [buy('a', '2026-03-01'), buy('b', '2026-03-03'), noon('2026-03-08'), buy('c', '2026-03-09')],
    '1/0/0 - 1/1/0 c',
  ],
  [
    'and by a match after that',
    { sequence: [{ event: 'purchase' }, { event: 'survey', absent: true, within: { rolling: 'P7D' } }] },
    [buy('a', '2026-03-01'), survey('b', '2026-03-03'), noon('2026-03-08'), noon('2026-03-10')],
    '1/0 1/0 - c',
  ],
  [
    'what lies between its firing and the next step counts as after it',
    {
      sequence: [
        { event: 'purchase' },
        { event: 'purchase', absent: true, within: { rolling: 'P7D' } },
        { event: 'purchase' },
      ],
    },
    [buy('a', '2026-03-01'), buy('b', '2026-03-05'), noon('2026-03-12'), buy('c', '2026-03-12')],
    '1/0/0 1/0/0 1/1/0 c',
  ],
  [
    'a first step that waits fires once, and is armed again by the next match alone',
    { sequence: [{ event: 'survey', absent: true, within: { rolling: 'P7D' } }, { event: 'other' }] },
    [
      buy('a', '2026-03-01'),
      noon('2026-03-08'),
      other('b', '2026-03-09'),
      noon('2026-03-16'),
      survey('c', '2026-03-20'),
      noon('2026-03-27'),
      other('d', '2026-03-28'),
    ],
    '- 1/0 c - 0/0 1/0 c',
  ],
  [
    'or by one that came since it fired: the one that completes the sequence too',
    { sequence: [AWAY, { event: 'purchase' }] },
    [buy('a', '2026-03-01'), noon('2026-03-31'), buy('b', '2026-04-02'), noon('2026-05-01'), noon('2026-05-02')],
    '0/0 1/0 c - 1/0',
  ],
  [
    'in a sequence too, a match that is earlier than another arms nothing',
    { sequence: [AWAY, { event: 'survey' }] },
    [
      buy('a', '2026-03-01'),
      buy('b', '2026-03-10'),
      arriving(buy('c', '2026-03-05'), noon('2026-03-11')),
      noon('2026-04-08'),
      noon('2026-04-09'),
    ],
    '0/0 0/0 0/0 - 1/0',
  ],
];

t.test('absent', async (t) => {
  holdsEach(t, ROWS);
});

t.test('it may complete only who may get it then; else that chance is gone', async (t) => {
  const statuses = [
    { id: 'good', default: true },
    { id: 'bad', earns: false },
  ];
  const status = (to: string) => event('status.changed', `s${to}`, noon('2026-03-02'), { status: to });
  const bad = behaving({ all: [AWAY] }, {}, { statuses });
  t.equal(
    course(bad, buy('a', '2026-03-01'), status('bad'), noon('2026-03-31'), noon('2026-04-30')),
    '0 - - -',
    'status',
  );
  const target = behaving({ all: [AWAY] }, { target: { where: { field: 'customer.tags', has: 'vip' } } });
  const tag = event('tag.added', 't', noon('2026-02-28'), { tag: 'vip', for: 'P10D' });
  t.equal(course(target, tag, buy('a', '2026-03-01'), noon('2026-03-31')), '- 0 -', 'target');
  const ended = behaving({ all: [AWAY] }, { schedule: { end: noon('2026-03-30') } });
  t.equal(course(ended, buy('a', '2026-03-01'), noon('2026-03-31')), '0 -', 'schedule');
  const limited = behaving({ all: [MONTHLY] }, { limits: { perCustomer: 1 } });
  t.equal(course(limited, survey('a', '2026-02-10'), LAST, '2026-04-30T23:59:59Z'), '- c -', 'limit');
});

t.test('a completion by time has the time of the deadline and its cause is the campaign', async (t) => {
  const scenario = new Scenario(behaving({ all: [AWAY] }));
  scenario.report(buy('a', '2026-03-01'));
  const outcomes = scenario.time(noon('2026-04-15')).filter(isPublic);
  t.same(
    outcomes.map(({ type, time, cause }) => [type, time, cause]),
    [
      ['behavior.completed', Date.parse(noon('2026-03-31')), { campaignId: 'c' }],
      ['tag.added', Date.parse(noon('2026-03-31')), { campaignId: 'c' }],
    ],
  );
});

t.test('what is due before an event happens before it', async (t) => {
  const scenario = new Scenario(behaving({ all: [AWAY] }));
  t.equal(
    course(scenario, buy('a', '2026-03-01'), buy('b', '2026-05-01')),
    '0 c',
    'told with the event that came after',
  );
});

t.test('fixed points by time lift a tier at once', async (t) => {
  const levels = [
    { id: 'low', atLeast: 0 },
    { id: 'top', atLeast: 10 },
  ];
  const tiers = [{ id: 'main', basis: { points: 'stars' }, window: { calendar: 'year' }, levels }];
  const campaign = {
    id: 'c',
    kind: 'promotion',
    behavior: { all: [AWAY] },
    outcomes: [{ points: { account: 'stars', fixed: 20 } }],
  };
  const scenario = new Scenario(programOf({ tiers, campaigns: [campaign] }));
  scenario.report(buy('a', '2026-03-01'));
  t.same(
    scenario
      .time(noon('2026-03-31'))
      .filter(isPublic)
      .map(({ type }) => type),
    ['behavior.completed', 'points.earned', 'tier.changed'],
  );
});

t.test('a return of the last match arms it by the one before', async (t) => {
  const scenario = new Scenario(behaving({ all: [AWAY] }));
  course(scenario, buy('a', '2026-03-01'), buy('b', '2026-03-20'), giveBack('r', noon('2026-03-21'), 'b', 1000));
  t.equal(course(scenario, noon('2026-03-31')), 'c');
});

t.test('a return never completes: what would have been due by then is gone', async (t) => {
  const scenario = new Scenario(behaving({ all: [AWAY] }));
  course(scenario, buy('a', '2026-03-01'), buy('b', '2026-03-30'), giveBack('r', noon('2026-04-10'), 'b', 1000));
  t.equal(course(scenario, noon('2026-04-11'), noon('2026-04-29'), noon('2026-12-01')), '- - -');
});

t.test('a deadline once fixed is not moved by a later change of zone', async (t) => {
  const scenario = new Scenario(behaving({ all: [MONTHLY] }));
  const zone = event('profile.updated', 'z', noon('2026-03-05'), { timeZone: 'Asia/Tokyo' });
  t.equal(course(scenario, survey('a', '2026-02-10'), zone, '2026-03-31T15:00:00Z', LAST), '- - - c');
  t.equal(course(scenario, '2026-04-30T14:59:59Z'), 'c', 'the next one is drawn in the zone in force then');
});

t.test('nor by a return of what did not arm it', async (t) => {
  const any = [
    { ...MONTHLY, event: 'survey' },
    { event: 'purchase', times: 2 },
  ];
  const scenario = new Scenario(behaving({ any }));
  const zone = event('profile.updated', 'z', noon('2026-03-05'), { timeZone: 'Asia/Tokyo' });
  course(
    scenario,
    survey('a', '2026-02-10'),
    buy('b', '2026-02-11'),
    zone,
    giveBack('r', noon('2026-03-06'), 'b', 1000),
  );
  t.equal(course(scenario, '2026-03-31T15:00:00Z', LAST), '- c');
});

t.test('the profile shows when it will have run', async (t) => {
  const scenario = new Scenario(behaving({ all: [AWAY] }));
  course(scenario, buy('a', '2026-03-01'));
  t.match(scenario.profile(), {
    behaviors: { c: { rules: { 1: { have: 0, need: 1, resetsAt: null, dueAt: '2026-03-31T12:00:00Z' } } } },
  });
});

t.test('windows that have run count in the limits of their own time, however late that is done', async (t) => {
  const daily = { event: 'purchase', absent: true, within: { calendar: 'day' } };
  const limits = { perCustomer: 2, per: { calendar: 'week' } };
  const scenario = new Scenario(behaving({ any: [daily] }, { limits }));
  course(scenario, buy('a', '2026-03-02'));
  const times = scenario
    .time(noon('2026-04-13'))
    .flatMap(({ type, time }) => (type === 'behavior.completed' ? [time] : []));
  const days = times.map((time) => new Date(time).toISOString().slice(5, 10));
  t.same(days.slice(0, 5), ['03-03', '03-04', '03-09', '03-10', '03-16']);
  t.equal(days.length, 12);
});

t.test('a deadline of a campaign that is gone passes without a trace', async (t) => {
  const scenario = new Scenario(behaving({ all: [AWAY] }));
  course(scenario, buy('a', '2026-03-01'));
  scenario.program = behaving({ all: [{ event: 'purchase', times: 9 }] });
  t.equal(course(scenario, noon('2026-03-31')), '-');
  t.equal(nextAbsence(scenario.state!), Number.POSITIVE_INFINITY);
});
