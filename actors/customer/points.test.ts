import t from 'tap';
import { accountOf } from './account-state.js';
import { EARN, event, giveBack, given, imported, line, programOf, purchase } from './scenario.js';

const adjust = (id: string, time: string, points: number) =>
  event('points.adjusted', id, time, { account: 'stars', points });
const stars = (parts: object) => ({ points: { accounts: [{ id: 'stars', ...parts }] } });

t.test('a purchase earns by rate, rounded down once', (t) => {
  given(programOf({ campaigns: [EARN] }))
    .when(purchase('p', '2026-03-01T10:00:00Z', 1299))
    .gives(t, [
      [
        'points.earned',
        { account: 'stars', points: 12, lotId: '0-1-0', expiresAt: null, earnedAt: Date.UTC(2026, 2, 1, 10) },
      ],
    ]);
  t.end();
});

t.test('a rate that comes to nothing gives no outcome', (t) => {
  given(programOf({ campaigns: [EARN] }))
    .when(purchase('p', '2026-03-01T10:00:00Z', 99))
    .gives(t, []);
  t.end();
});

for (const [round, points] of [
  ['floor', 3],
  ['halfUp', 4],
  ['ceil', 4],
] as const) {
  t.test(`a rate rounds by ${round} after the multiplication`, (t) => {
    const outcomes = [{ points: { account: 'stars', rate: { points: 1, per: 100, of: 'amount' }, round } }];
    given(programOf({ campaigns: [{ ...EARN, outcomes }] }))
      .when(purchase('p', '2026-03-01T10:00:00Z', 350))
      .gives(t, [['points.earned', { points }]]);
    t.end();
  });
}

t.test('a rate may be of units, and of the amount or units of some lines', (t) => {
  const of = (of: unknown) => ({ points: { account: 'stars', rate: { points: 1, per: 1, of } } });
  const lines = { field: 'categories', has: 'latte' };
  const outcomes = [of('quantity'), of({ lines, of: 'quantity' }), of({ lines, of: 'amount' })];
  given(programOf({ campaigns: [{ ...EARN, outcomes }] }))
    .when(
      purchase('p', '2026-03-01T10:00:00Z', {
        lines: [line('1', 2, 300), line('2', 3, 450, { categories: ['latte'] })],
        discounts: [{ lineId: '2', amount: 50 }],
      }),
    )
    .gives(t, [
      ['points.earned', { points: 5 }],
      ['points.earned', { points: 3 }],
      ['points.earned', { points: 1300 }],
    ]);
  t.end();
});

t.test('rolling expiry: since earned, rounded up to the last second of the unit in the customer’s zone', (t) => {
  const program = programOf({
    timeZone: 'America/New_York',
    campaigns: [EARN],
    ...stars({ expiry: { kind: 'rolling', after: 'P12M', roundUpTo: 'month' } }),
  });
  given(program)
    .when(purchase('p', '2026-11-24T08:26:00-05:00', 800))
    .gives(t, [
      ['points.earned', { points: 8, expiresAt: Date.parse('2027-11-30T23:59:59-05:00'), zone: 'America/New_York' }],
    ]);
  t.end();
});

t.test('the expiry of an outcome goes before its account’s', (t) => {
  const outcomes = [{ points: { account: 'stars', fixed: 5, expiry: { kind: 'rolling', after: 'P1D' } } }];
  const program = programOf({
    campaigns: [{ ...EARN, outcomes }],
    ...stars({ expiry: { kind: 'rolling', after: 'P12M' } }),
  });
  given(program)
    .when(purchase('p', '2026-03-01T10:00:00Z', 1))
    .gives(t, [['points.earned', { expiresAt: Date.parse('2026-03-02T10:00:00Z') }]]);
  t.end();
});

t.test('points are good up to and including their end: an event of that instant comes first', (t) => {
  const program = programOf({ campaigns: [EARN], ...stars({ expiry: { kind: 'rolling', after: 'P1D' } }) });
  const { scenario } = given(program, purchase('p', '2026-03-01T10:00:00Z', 500)).when(
    adjust('a', '2026-03-02T10:00:00Z', -2),
  );
  t.equal(scenario.state!.accounts[0]!.adjusted, -2);
  t.equal(scenario.state!.accounts[0]!.expired, 3);
  t.equal(scenario.state!.accounts[0]!.active, 0);
  t.end();
});

t.test('what expires first is taken first: by expiry, then time, then issue', (t) => {
  const outcomes = ['P9D', 'P3D', 'P3D', undefined].map((after) => ({
    points: { account: 'stars', fixed: 10, ...(after === undefined ? {} : { expiry: { kind: 'rolling', after } }) },
  }));
  given(programOf({ campaigns: [{ ...EARN, outcomes }] }), purchase('p', '2026-03-01T10:00:00Z', 1))
    .when(adjust('a', '2026-03-01T11:00:00Z', -35))
    .gives(t, [
      [
        'points.adjusted',
        {
          points: -35,
          lots: [
            { lotId: '0-1-1', points: 10 },
            { lotId: '0-1-2', points: 10 },
            { lotId: '0-1-0', points: 10 },
            { lotId: '0-1-3', points: 5 },
          ],
        },
      ],
    ]);
  t.end();
});

t.test('lots of one instant expire in order of issue, over all accounts', (t) => {
  const to = (account: string) => ({ points: { account, fixed: 1, expiry: { kind: 'rolling', after: 'P1D' } } });
  const program = programOf({
    points: { accounts: [{ id: 'a' }, { id: 'b' }] },
    campaigns: [{ ...EARN, outcomes: [to('b'), to('a'), to('b')] }],
  });
  given(program, purchase('p', '2026-03-01T10:00:00Z', 1))
    .whenTime('2026-03-02T10:00:00Z')
    .gives(t, [
      ['points.expired', { lotId: '0-1-0', account: 'b' }],
      ['points.expired', { lotId: '0-1-1', account: 'a' }],
      ['points.expired', { lotId: '0-1-2', account: 'b' }],
    ]);
  t.end();
});

t.test('negative: allow leaves a debt, paid by whatever becomes active next', (t) => {
  const scenario = given(programOf({ campaigns: [EARN] }), purchase('p', '2026-03-01T10:00:00Z', 1000))
    .when(adjust('a', '2026-03-01T11:00:00Z', -25))
    .gives(t, [
      ['points.adjusted', { points: -25, debt: 15, notTaken: undefined, lots: [{ lotId: '0-1-0', points: 10 }] }],
    ]);
  t.match(accountOf(scenario.state!, 'stars'), { active: 0, debt: 15, adjusted: -25, earned: 10 });
  given(
    programOf({ campaigns: [EARN] }),
    purchase('p', '2026-03-01T10:00:00Z', 1000),
    adjust('a', '2026-03-01T11:00:00Z', -25),
  )
    .when(purchase('q', '2026-03-02T10:00:00Z', 2000))
    .gives(t, [['points.earned', { points: 20, paidDebt: 15 }]]);
  t.end();
});

t.test('a positive adjustment is a lot, pays a debt, and expires like any other', (t) => {
  const program = programOf(stars({ expiry: { kind: 'rolling', after: 'P1D' } }));
  const scenario = given(program, adjust('a', '2026-03-01T10:00:00Z', -5))
    .when(adjust('b', '2026-03-01T11:00:00Z', 8))
    .gives(t, [
      ['points.adjusted', { points: 8, paidDebt: 5, lotId: '0-2-0', expiresAt: Date.parse('2026-03-02T11:00:00Z') }],
    ]);
  scenario.time('2026-03-02T11:00:00Z');
  t.match(accountOf(scenario.state!, 'stars'), { active: 0, debt: 0, adjusted: 3, expired: 3 });
  t.end();
});

t.test('negative: clamp stops at zero and says how much it could not take', (t) => {
  const program = programOf({ campaigns: [EARN], ...stars({ negative: 'clamp' }) });
  given(program, purchase('p', '2026-03-01T10:00:00Z', 1000), adjust('a', '2026-03-01T11:00:00Z', -4))
    .when(giveBack('r', '2026-03-02T10:00:00Z', 'p', 1000))
    .gives(t, [['points.reversed', { points: 6, notTaken: 4, debt: undefined }]]);
  given(program)
    .when(adjust('a', '2026-03-01T11:00:00Z', -4))
    .gives(t, [['points.adjusted', { points: 0, notTaken: 4, debt: undefined }]]);
  t.end();
});

t.test('a reversal takes its own lot first, then the others, soonest expiry first', (t) => {
  const program = programOf({ campaigns: [EARN], ...stars({ expiry: { kind: 'rolling', after: 'P30D' } }) });
  given(program, purchase('p', '2026-03-01T10:00:00Z', 1000), purchase('q', '2026-03-02T10:00:00Z', 500))
    .when(giveBack('r', '2026-03-03T10:00:00Z', 'q', 500))
    .gives(t, [
      ['points.reversed', { lots: [{ lotId: '0-2-0', points: 5 }], countsAt: Date.parse('2026-03-02T10:00:00Z') }],
    ]);
  given(
    program,
    purchase('p', '2026-03-01T10:00:00Z', 1000),
    purchase('q', '2026-03-02T10:00:00Z', 500),
    adjust('a', '2026-03-02T11:00:00Z', -8),
  )
    .when(giveBack('r', '2026-03-03T10:00:00Z', 'p', 1000))
    .gives(t, [
      [
        'points.reversed',
        {
          points: 10,
          lots: [
            { lotId: '0-1-0', points: 2 },
            { lotId: '0-2-0', points: 5 },
          ],
          debt: 3,
        },
      ],
    ]);
  t.end();
});

t.test('points earned late have the dates of their event, and what those put in the past falls due at once', (t) => {
  const program = programOf({ campaigns: [EARN], ...stars({ expiry: { kind: 'rolling', after: 'P10D' } }) });
  given(program, purchase('p', '2026-03-01T10:00:00Z', 100))
    .when({ ...purchase('late', '2026-02-10T10:00:00Z', 700), stamp: Date.parse('2026-03-01T12:00:00Z') })
    .gives(t, [
      [
        'points.earned',
        { points: 7, earnedAt: Date.parse('2026-02-10T10:00:00Z'), expiresAt: Date.parse('2026-02-20T10:00:00Z') },
      ],
      ['points.expired', { points: 7 }],
    ]);
  t.end();
});

t.test('of an imported customer what is due falls due at the next event, in order of its own time', (t) => {
  const program = programOf({ campaigns: [EARN], ...stars({ expiry: { kind: 'rolling', after: 'P10D' } }) });
  const before = [purchase('p', '2020-03-01T10:00:00Z', 100), purchase('q', '2020-03-02T10:00:00Z', 200)].map(imported);
  const { outcomes } = given(program, ...before).when(imported(purchase('s', '2020-04-01T10:00:00Z', 300)));
  t.same(
    outcomes
      .filter(({ type }) => type.startsWith('points'))
      .map(({ type, time }) => [type, new Date(time).toISOString().slice(0, 10)]),
    [
      ['points.expired', '2020-03-11'],
      ['points.expired', '2020-03-12'],
      ['points.earned', '2020-04-01'],
    ],
  );
  t.end();
});

t.test(
  'on event time what is due at the very instant of an event is still to come, what its dates put before it is not',
  (t) => {
    const program = programOf({ campaigns: [EARN], ...stars({ expiry: { kind: 'rolling', after: 'P1D' } }) });
    const { scenario } = given(program, imported(purchase('p', '2020-03-01T10:00:00Z', 500)));
    const at = (id: string) => imported(adjust(id, '2020-03-02T10:00:00Z', -2));
    scenario.report(at('a'));
    t.match(accountOf(scenario.state!, 'stars'), { active: 3, expired: 0 });
    scenario.report(at('b'));
    t.match(
      accountOf(scenario.state!, 'stars'),
      { active: 1, expired: 0 },
      'another event of that instant goes before it',
    );
    scenario.report(imported(purchase('late', '2020-02-28T10:00:00Z', 700)));
    t.match(accountOf(scenario.state!, 'stars'), { active: 1, expired: 7 });
    scenario.time('2026-01-01T00:00:00Z');
    t.match(accountOf(scenario.state!, 'stars'), { active: 0, expired: 8 });
    t.end();
  },
);
