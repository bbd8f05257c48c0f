/**
 * Whose zone rules what, and how calendar units fall over the clock's changes, leap days and years (PROGRAM: Zones).
 * It is long because it is tables.
 */
import t from 'tap';
import { isPublic, type Outcome } from '../outcome.js';
import { accountOf } from './account-state.js';
import { behaving, buy, course } from './course.js';
import { arriving, EARN, event, giveBack, given, programOf, purchase, type Reported, Scenario } from './scenario.js';

const NY = 'America/New_York';
const TOKYO = 'Asia/Tokyo';
const STORES = [{ id: 'ny', timeZone: NY }, { id: 'plain' }];
const lives = (timeZone: string, time = '2026-01-01T00:00:00Z'): Reported =>
  event('profile.updated', `lives-${time}`, time, { timeZone });
const at = (text: string) => Date.parse(text);

/** Who bought where, and the zone that rules a store's rules then. The program's is UTC. */
const PLACES: readonly (readonly [
  name: string,
  storeId: string | undefined,
  lives: string | undefined,
  zone: string,
])[] = [
  ['the store’s zone, whatever the customer’s', 'ny', TOKYO, NY],
  ['the store’s zone, for a customer without one', 'ny', undefined, NY],
  ['a store without a zone: the customer’s', 'plain', TOKYO, TOKYO],
  ['no store: the customer’s', undefined, TOKYO, TOKYO],
  ['a store without a zone, a customer without one: the program’s', 'plain', undefined, 'UTC'],
  ['no store, a customer without a zone: the program’s', undefined, undefined, 'UTC'],
];
/** Two purchases an hour or three apart, between which one of the zones begins a day and the others do not. */
const PAIRS: readonly (readonly [zone: string, first: string, second: string])[] = [
  [NY, '2026-11-24T03:30:00Z', '2026-11-24T06:30:00Z'],
  [TOKYO, '2026-11-24T14:30:00Z', '2026-11-24T15:30:00Z'],
  ['UTC', '2026-11-24T23:30:00Z', '2026-11-25T00:30:00Z'],
];
const bought = (id: string, time: string, storeId?: string): Reported =>
  purchase(id, time, { total: 1000, ...(storeId === undefined ? {} : { storeId }) });

t.test('conditions on local time: the store’s zone, else the customer’s, else the program’s', (t) => {
  const local: Record<string, object> = {
    [NY]: { hour: 22, minuteOfDay: 1350, dayOfWeek: 1, date: '2026-11-23' },
    [TOKYO]: { hour: 12, minuteOfDay: 750, dayOfWeek: 2, date: '2026-11-24' },
    UTC: { hour: 3, minuteOfDay: 210, dayOfWeek: 2, date: '2026-11-24' },
  };
  for (const [name, storeId, home, zone] of PLACES)
    for (const [field, eq] of Object.entries(local[zone]!)) {
      const where = { field: `local.${field}`, eq };
      const scenario = new Scenario(behaving({ all: [{ event: 'purchase', where }] }, {}, { stores: STORES }));
      if (home !== undefined) scenario.report(lives(home));
      t.equal(course(scenario, bought('p', '2026-11-24T03:30:00Z', storeId)), 'c', `${name}: ${field}`);
    }
  t.end();
});

/** What two purchases come to at each place, where a day of the ruling zone begins between them and where none does. */
function holdsByStore(t: { equal: typeof import('tap').t.equal }, rule: object): void {
  for (const [name, storeId, home, zone] of PLACES)
    for (const [begins, first, second] of PAIRS) {
      const scenario = new Scenario(behaving({ all: [{ event: 'purchase', ...rule }] }, {}, { stores: STORES }));
      if (home !== undefined) scenario.report(lives(home));
      const told = course(scenario, bought('p', first, storeId), bought('q', second, storeId));
      t.equal(told, begins === zone ? '1 2' : '1 1', `${name}: a day of ${begins} begins between`);
    }
}

t.test('distinct days: the store’s zone, else the customer’s, else the program’s', (t) => {
  holdsByStore(t, { distinct: { of: 'day', atLeast: 5 } });
  t.end();
});

t.test('streaks: the store’s zone, else the customer’s, else the program’s', (t) => {
  holdsByStore(t, { streak: { unit: 'day', atLeast: 5 } });
  t.end();
});

const earned = (outcomes: readonly Outcome[]) =>
  outcomes.map((outcome) => (outcome.type === 'points.earned' ? outcome.data.points : 0)).reduce((a, b) => a + b, 0);

t.test('windows, caps, limits, tiers and expiry: the customer’s zone, else the program’s, never the store’s', (t) => {
  const tag = [{ tag: { add: 'done' } }];
  const counting = {
    id: 'c',
    kind: 'promotion',
    behavior: { all: [{ event: 'purchase', times: 2, within: { calendar: 'day' } }] },
    outcomes: tag,
  };
  const limited = {
    id: 'l',
    kind: 'promotion',
    behavior: { all: [{ event: 'purchase' }] },
    outcomes: [{ points: { account: 'b', fixed: 1 } }],
    limits: { perCustomer: 1, per: { calendar: 'day' } },
  };
  const program = programOf({
    stores: STORES,
    points: { accounts: [{ id: 'stars', caps: [{ per: { calendar: 'day' }, points: 10 }] }, { id: 'b' }] },
    campaigns: [EARN, counting, limited],
  });
  for (const [home, zone] of [
    [TOKYO, TOKYO],
    [undefined, 'UTC'],
  ] as const)
    for (const [begins, first, second] of PAIRS) {
      const scenario = new Scenario(program);
      if (home !== undefined) scenario.report(lives(home));
      scenario.report(bought('p', first, 'ny'));
      const outcomes = scenario.report(bought('q', second, 'ny'));
      const parts = begins === zone;
      const name = `${zone}, a day of ${begins} begins between`;
      t.equal(
        outcomes.some(({ type, data }) => type === 'behavior.completed' && data.campaignId === 'c'),
        !parts,
        `window: ${name}`,
      );
      t.equal(earned(outcomes), parts ? 11 : 0, `cap and limit: ${name}`);
    }
  const levels = [
    { id: 'low', atLeast: 0 },
    { id: 'high', atLeast: 10 },
  ];
  const ending = programOf({
    stores: STORES,
    points: { accounts: [{ id: 'stars', expiry: { kind: 'rolling', after: 'P1D', roundUpTo: 'month' } }] },
    campaigns: [EARN],
    tiers: [{ id: 'main', basis: { spend: true }, window: { calendar: 'month' }, levels }],
  });
  for (const [home, expiresAt, until] of [
    [TOKYO, '2026-12-31T23:59:59+09:00', '2027-01-31T23:59:59+09:00'],
    [undefined, '2026-12-31T23:59:59Z', '2026-12-31T23:59:59Z'],
  ] as const) {
    const scenario = new Scenario(ending);
    if (home !== undefined) scenario.report(lives(home));
    scenario.report(bought('p', '2026-11-30T15:30:00Z', 'ny'));
    t.match(
      scenario.profile(),
      { points: { stars: { next: { expiresAt } } }, tiers: { main: { until } } },
      `ends: ${home ?? 'the program’s'}`,
    );
  }
  t.end();
});

t.test('a week runs on across the year', (t) => {
  const rule = { event: 'purchase', times: 2, within: { calendar: 'week' } };
  for (const [first, second, told] of [
    ['2026-12-31', '2027-01-01', '1 c'],
    ['2026-12-28', '2027-01-03', '1 c'],
    ['2027-01-03', '2027-01-04', '1 1'],
    ['2024-12-29', '2024-12-30', '1 1'],
    ['2024-12-30', '2025-01-05', '1 c'],
    ['2020-12-28', '2021-01-03', '1 c'],
  ] as const)
    t.equal(course(behaving({ all: [rule] }), buy('a', first), buy('b', second)), told, `${first} and ${second}`);
  t.end();
});

t.test('weeks of two years are consecutive', (t) => {
  const rule = { event: 'purchase', streak: { unit: 'week', atLeast: 3 } };
  t.equal(
    course(behaving({ all: [rule] }), buy('a', '2026-12-27'), buy('b', '2026-12-31'), buy('c', '2027-01-04')),
    '1 2 c',
  );
  t.end();
});

t.test('a window of the calendar holds its first and its last instant', (t) => {
  for (const [unit, first, last] of [
    ['day', '2026-03-08T00:00:00-05:00', '2026-03-08T23:59:59.999-04:00'],
    ['day', '2026-11-01T00:00:00-04:00', '2026-11-01T23:59:59.999-05:00'],
    ['week', '2026-03-02T00:00:00-05:00', '2026-03-08T23:59:59.999-04:00'],
    ['month', '2024-02-01T00:00:00-05:00', '2024-02-29T23:59:59.999-05:00'],
    ['month', '2026-02-01T00:00:00-05:00', '2026-02-28T23:59:59.999-05:00'],
    ['month', '2026-11-01T00:00:00-04:00', '2026-11-30T23:59:59.999-05:00'],
    ['quarter', '2026-10-01T00:00:00-04:00', '2026-12-31T23:59:59.999-05:00'],
    ['year', '2024-01-01T00:00:00-05:00', '2024-12-31T23:59:59.999-05:00'],
  ] as const) {
    const program = behaving(
      { all: [{ event: 'purchase', times: 2, within: { calendar: unit } }] },
      {},
      { timeZone: NY },
    );
    const instant = (time: number) => new Date(time).toISOString();
    t.equal(course(program, buy('a', first), buy('b', last)), '1 c', `${unit} from ${first}`);
    t.equal(course(program, buy('a', instant(at(first) - 1)), buy('b', first)), '1 1', `before ${first}`);
    t.equal(course(program, buy('a', last), buy('b', instant(at(last) + 1))), '1 1', `after ${last}`);
  }
  t.end();
});

t.test('an end that is shown is the last second of a local day, also where the clock changes', (t) => {
  const levels = [
    { id: 'low', atLeast: 0 },
    { id: 'high', atLeast: 10 },
  ];
  for (const [zone, time, unit, expiresAt, until] of [
    [NY, '2026-02-10T12:00:00Z', 'month', '2026-03-31T23:59:59-04:00', '2026-03-31T23:59:59-04:00'],
    [NY, '2026-10-20T12:00:00Z', 'month', '2026-11-30T23:59:59-05:00', '2026-11-30T23:59:59-05:00'],
    [NY, '2024-01-20T12:00:00Z', 'month', '2024-02-29T23:59:59-05:00', '2024-02-29T23:59:59-05:00'],
    [NY, '2026-09-30T12:00:00Z', 'quarter', '2026-12-31T23:59:59-05:00', '2026-12-31T23:59:59-05:00'],
    ['Australia/Lord_Howe', '2026-03-10T12:00:00Z', 'month', '2026-04-30T23:59:59+10:30', '2026-04-30T23:59:59+10:30'],
    ['Asia/Kathmandu', '2026-03-10T12:00:00Z', 'year', '2026-12-31T23:59:59+05:45', '2027-12-31T23:59:59+05:45'],
  ] as const) {
    const program = programOf({
      timeZone: zone,
      points: { accounts: [{ id: 'stars', expiry: { kind: 'rolling', after: 'P30D', roundUpTo: unit } }] },
      campaigns: [EARN],
      tiers: [{ id: 'main', basis: { spend: true }, window: { calendar: unit }, levels }],
    });
    t.match(
      given(program, buy('p', time)).scenario.profile(),
      { points: { stars: { next: { expiresAt } } }, tiers: { main: { until } } },
      `${unit} in ${zone}`,
    );
  }
  const away = { event: 'purchase', absent: true, within: { calendar: 'month' } };
  const waiting = new Scenario(behaving({ all: [away] }, {}, { timeZone: NY }));
  t.equal(course(waiting, buy('p', '2026-10-20'), '2026-11-30T23:59:58-05:00', '2026-11-30T23:59:59-05:00'), '0 - c');
  t.end();
});

t.test('a lot keeps its end, and what waits its time, over a change of zone and of program', (t) => {
  const accounts = (after: string, wait: string) => ({
    points: {
      accounts: [
        { id: 'stars', expiry: { kind: 'rolling', after, roundUpTo: 'month' } },
        { id: 'later', activation: { kind: 'after', duration: wait } },
      ],
    },
    campaigns: [
      EARN,
      {
        id: 'w',
        kind: 'promotion',
        behavior: { all: [{ event: 'purchase' }] },
        outcomes: [{ points: { account: 'later', fixed: 5 } }],
      },
    ],
  });
  const { scenario } = given(programOf(accounts('P1M', 'P10D')), buy('p', '2026-03-10'));
  scenario.report(lives(TOKYO, '2026-03-11T00:00:00Z'));
  scenario.program = programOf(accounts('P6M', 'P1M'), 2);
  scenario.report(lives(NY, '2026-03-12T00:00:00Z'));
  t.equal(accountOf(scenario.state!, 'stars')!.lots[0]!.expiresAt, at('2026-04-30T23:59:59Z'));
  const done = (stamp: string) =>
    scenario
      .time(stamp)
      .filter(isPublic)
      .map(({ type }) => type);
  t.same(done('2026-03-20T11:59:59.999Z'), []);
  t.same(done('2026-03-20T12:00:00Z'), ['points.activated']);
  t.same(done('2026-04-30T23:59:58Z'), []);
  t.same(done('2026-04-30T23:59:59Z'), ['points.expired']);
  t.end();
});

t.test('a calendar window is drawn in the zone in force at the judging', (t) => {
  const program = behaving({ all: [{ event: 'purchase', times: 2, within: { calendar: 'day' } }] });
  const move = lives(TOKYO, '2026-11-24T12:00:00Z');
  const late = (reported: Reported) => arriving(reported, '2026-11-26T12:00:00Z');
  const [, tokyo, utc] = PAIRS;
  for (const [name, [, first, second], told, moves] of [
    ['one day of UTC, two of Tokyo', tokyo!, '1 c', false],
    ['one day of UTC, two of Tokyo, where the customer lives by now', tokyo!, '1 1', true],
    ['two days of UTC, one of Tokyo', utc!, '1 1', false],
    ['two days of UTC, one of Tokyo, where the customer lives by now', utc!, '1 c', true],
  ] as const) {
    const scenario = new Scenario(program);
    const before = course(scenario, bought('p', first));
    if (moves) scenario.report(arriving(move, '2026-11-26T00:00:00Z'));
    t.equal(`${before} ${course(scenario, late(bought('q', second)))}`, told, name);
  }
  t.end();
});

t.test('deadlines of one instant go: activation, lots, offers, tags, levels, absence', (t) => {
  const on = (id: string, outcomes: object[], rule: object = {}) => ({
    id,
    kind: 'promotion',
    behavior: { all: [{ event: 'purchase', ...rule }] },
    outcomes,
  });
  const program = programOf({
    points: {
      accounts: [
        { id: 'stars', expiry: { kind: 'rolling', after: 'P10D' } },
        { id: 'later', activation: { kind: 'after', duration: 'P10D' } },
      ],
    },
    offers: [{ id: 'o', kind: 'closedLoop', validity: { for: 'P10D' } }],
    tiers: [
      {
        id: 'main',
        basis: { spend: true },
        window: { rolling: 'P10D' },
        levels: [
          { id: 'low', atLeast: 0 },
          { id: 'high', atLeast: 1 },
        ],
      },
    ],
    campaigns: [
      on('away', [{ points: { account: 'later', fixed: 1 } }], { absent: true, within: { rolling: 'P10D' } }),
      on('tag', [{ tag: { add: 'x', for: 'P10D' } }]),
      on('offer', [{ offer: 'o' }]),
      EARN,
      on('later', [{ points: { account: 'later', fixed: 5 } }]),
    ],
  });
  const { scenario } = given(program, buy('p', '2026-03-01'));
  t.same(
    scenario
      .time('2026-03-11T12:00:00Z')
      .filter(isPublic)
      .map(({ type }) => type),
    [
      'points.activated',
      'points.expired',
      'offer.expired',
      'tag.removed',
      'tier.changed',
      'behavior.completed',
      'points.earned',
    ],
  );
  t.end();
});

t.test('limits and caps are drawn in the zone in force at the judging, too', (t) => {
  const limited = {
    id: 'l',
    kind: 'promotion',
    behavior: { all: [{ event: 'purchase' }] },
    outcomes: [{ points: { account: 'b', fixed: 1 } }],
    limits: { perCustomer: 1, per: { calendar: 'day' } },
  };
  const program = programOf({
    points: { accounts: [{ id: 'stars', caps: [{ per: { calendar: 'day' }, points: 10 }] }, { id: 'b' }] },
    campaigns: [EARN, limited],
  });
  const [, tokyo, utc] = PAIRS;
  for (const [name, [, first, second], moves, points] of [
    ['one day of UTC', tokyo!, false, 0],
    ['two days of Tokyo, where the customer lives by now', tokyo!, true, 11],
    ['two days of UTC', utc!, false, 11],
    ['one day of Tokyo, where the customer lives by now', utc!, true, 0],
  ] as const) {
    const scenario = new Scenario(program);
    scenario.report(bought('p', first));
    if (moves) scenario.report(arriving(lives(TOKYO, '2026-11-24T12:00:00Z'), '2026-11-26T00:00:00Z'));
    t.equal(earned(scenario.report(arriving(bought('q', second), '2026-11-26T12:00:00Z'))), points, name);
  }
  t.end();
});

t.test('judged again after a return, local time is as it was read first, wherever the customer lives by now', (t) => {
  for (const [where, storeId] of [
    [{ field: 'local.hour', eq: 3 }, undefined],
    [{ field: 'local.hour', eq: 22 }, 'ny'],
  ] as const) {
    const rule = { event: 'purchase', where, sum: { of: 'amount', atLeast: 5000 } };
    const scenario = new Scenario(behaving({ all: [rule] }, {}, { stores: STORES }));
    t.equal(course(scenario, bought('p', '2026-11-24T03:30:00Z', storeId)), '1000');
    scenario.report(lives(TOKYO, '2026-11-25T00:00:00Z'));
    t.equal(course(scenario, giveBack('r', '2026-11-26T00:00:00Z', 'p', 400)), '600');
  }
  t.end();
});
