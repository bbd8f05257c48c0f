import t from 'tap';
import { arriving, event, given, imported, programOf, purchase, type Scenario } from './scenario.js';

const LEVELS = [
  { id: 'member', atLeast: 0 },
  { id: 'silver', atLeast: 1000 },
  { id: 'gold', atLeast: 3000 },
  { id: 'platinum', atLeast: 9000 },
];
const tiersOf = (more: object, levels: object[] = LEVELS) =>
  programOf({ tiers: [{ id: 'main', basis: { spend: true }, window: { calendar: 'year' }, levels, ...more }] });
const at = (text: string) => Date.parse(text);
const main = (scenario: Scenario, now?: string) =>
  (scenario.profile(now === undefined ? undefined : at(now)).tiers as Record<string, unknown>).main;

type Fall = readonly [to: string, since: string, until: string | null];

/** All falls of a customer who bought once and is then left alone. */
function falls(more: object, amount: number, levels?: object[], time = '2026-03-01T10:00:00Z'): Fall[] {
  const scenario = given(tiersOf(more, levels), purchase('p', time, amount)).scenario;
  return scenario.time('2045-01-01T00:00:00Z').flatMap(({ type, data, time }): Fall[] => {
    if (type !== 'tier.changed') return [];
    t.equal(data.reason, 'ended');
    t.equal(data.since, time, 'the fall happens when it is due');
    const { to, until } = data;
    return [[to, new Date(time).toISOString(), until === null ? null : new Date(until).toISOString()]];
  });
}

t.test('how a level falls when its until plus grace has passed', (t) => {
  const sticky = (id: string) => LEVELS.map((level) => (level.id === id ? { ...level, sticky: true } : level));
  const rows: readonly [name: string, more: object, levels: object[] | undefined, falls: Fall[]][] = [
    ['full: to the highest still held', {}, undefined, [['member', '2027-12-31T23:59:59.000Z', null]]],
    [
      'grace: held so much longer',
      { downgrade: { how: 'full', grace: 'P30D' } },
      undefined,
      [['member', '2028-01-30T23:59:59.000Z', null]],
    ],
    [
      'oneDown: one level, kept one more window',
      { downgrade: { how: 'oneDown' } },
      undefined,
      [
        ['gold', '2027-12-31T23:59:59.000Z', '2028-12-31T23:59:59.000Z'],
        ['silver', '2028-12-31T23:59:59.000Z', '2029-12-31T23:59:59.000Z'],
        ['member', '2029-12-31T23:59:59.000Z', null],
      ],
    ],
    [
      'oneDown with grace: kept to the end of the window the fall is in, and its grace',
      { downgrade: { how: 'oneDown', grace: 'P30D' } },
      undefined,
      [
        ['gold', '2028-01-30T23:59:59.000Z', '2028-12-31T23:59:59.000Z'],
        ['silver', '2029-01-30T23:59:59.000Z', '2029-12-31T23:59:59.000Z'],
        ['member', '2030-01-30T23:59:59.000Z', null],
      ],
    ],
    [
      'oneDown, rolling: the fall plus the span',
      { window: { rolling: 'P100D' }, downgrade: { how: 'oneDown' } },
      undefined,
      [
        ['gold', '2026-06-09T10:00:00.000Z', '2026-09-17T10:00:00.000Z'],
        ['silver', '2026-09-17T10:00:00.000Z', '2026-12-26T10:00:00.000Z'],
        ['member', '2026-12-26T10:00:00.000Z', null],
      ],
    ],
    ['none: never', { downgrade: { how: 'none' } }, undefined, []],
    ['none, rolling', { window: { rolling: 'P7D' }, downgrade: { how: 'none' } }, undefined, []],
    ['a sticky level is kept for ever', {}, sticky('platinum'), []],
    ['and ends every fall', {}, sticky('silver'), [['silver', '2027-12-31T23:59:59.000Z', '2027-12-31T23:59:59.000Z']]],
    [
      'oneDown to a sticky level',
      { downgrade: { how: 'oneDown' } },
      sticky('gold'),
      [['gold', '2027-12-31T23:59:59.000Z', '2028-12-31T23:59:59.000Z']],
    ],
  ];
  for (const [name, more, levels, wanted] of rows) t.same(falls(more, 9000, levels), wanted, name);
  t.end();
});

t.test('oneDown keeps a level longer where its own until is longer', (t) => {
  const scenario = given(
    tiersOf({ downgrade: { how: 'oneDown' }, window: { rolling: 'P100D' } }),
    purchase('p', '2026-03-01T10:00:00Z', 2999),
    purchase('q', '2026-03-02T10:00:00Z', 1),
    event('tag.added', 'x', '2026-03-03T10:00:00Z', { tag: 'x' }),
    purchase('r', '2026-06-10T09:00:00Z', 1000),
  ).scenario;
  t.match(main(scenario), { level: 'gold', until: '2026-06-10T10:00:00Z' });
  t.match(scenario.time('2026-06-11T00:00:00Z').at(-1)!.data, { to: 'silver', until: at('2026-09-18T10:00:00Z') });
  t.end();
});

t.test('within its grace a level is held, multiplies and may be renewed', (t) => {
  const program = tiersOf({ downgrade: { how: 'full', grace: 'P1M' } });
  const scenario = given(program, purchase('p', '2026-03-01T10:00:00Z', 3000)).scenario;
  t.same(scenario.time('2028-01-15T00:00:00Z'), []);
  t.match(main(scenario, '2028-01-15T00:00:00Z'), {
    level: 'gold',
    until: '2027-12-31T23:59:59Z',
    have: 0,
    projected: 'member',
  });
  scenario.report(purchase('q', '2028-01-20T00:00:00Z', 3000));
  t.match(main(scenario), { level: 'gold', since: '2026-03-01T10:00:00Z', until: '2029-12-31T23:59:59Z' });
  t.end();
});

t.test('grace ends as a calendar step in the customer’s zone, and at its own instant it still holds', (t) => {
  const program = tiersOf({ downgrade: { how: 'full', grace: 'P2M' }, window: { calendar: 'month' } });
  const scenario = given(
    program,
    event('profile.updated', 'z', '2025-12-01T00:00:00Z', { timeZone: 'America/New_York' }),
    purchase('p', '2025-12-10T10:00:00Z', 3000),
  ).scenario;
  t.match(main(scenario), { until: '2026-01-31T23:59:59-05:00' });
  scenario.report(purchase('q', '2026-04-01T03:59:59Z', 10));
  t.match(main(scenario, '2026-04-01T03:59:58Z'), { level: 'member', since: '2026-03-31T23:59:59-04:00' });
  t.end();
});

t.test(
  'a boundary once fixed is not moved by a later program, but what happens at it is the program’s of then',
  (t) => {
    const bought = purchase('p', '2026-03-01T10:00:00Z', 3000);
    const other = event('tag.added', 'x', '2026-04-01T10:00:00Z', { tag: 'x' });
    const graceless = given(tiersOf({}), bought).scenario;
    graceless.program = tiersOf({ downgrade: { how: 'full', grace: 'P30D' } });
    graceless.report(other);
    t.match(graceless.time('2028-01-01T00:00:00Z').at(-1)!.data, { to: 'member', since: at('2027-12-31T23:59:59Z') });
    const kept = given(tiersOf({}), bought).scenario;
    kept.program = tiersOf({ downgrade: { how: 'none' } });
    kept.time('2028-01-01T00:00:00Z');
    t.match(main(kept), { level: 'gold' });
    t.same(kept.time('2029-01-01T00:00:00Z'), []);
    kept.program = tiersOf({});
    t.match(kept.report(event('tag.added', 'x', '2029-02-01T10:00:00Z', { tag: 'x' })).at(-1)!.data, {
      from: 'gold',
      to: 'member',
      reason: 'program',
      since: at('2027-12-31T23:59:59Z'),
    });
    t.end();
  },
);

t.test('a level that the program no longer has gives way to the highest still held', (t) => {
  const scenario = given(tiersOf({}), purchase('p', '2026-03-01T10:00:00Z', 3000)).scenario;
  scenario.program = tiersOf({}, [LEVELS[0]!, LEVELS[1]!, { id: 'diamond', atLeast: 3000 }]);
  t.match(scenario.report(event('tag.added', 'x', '2026-04-01T10:00:00Z', { tag: 'x' })).at(-1)!.data, {
    from: 'gold',
    to: 'silver',
    reason: 'program',
  });
  t.end();
});

t.test('windowEnd: a level reached is given with the window’s last second', (t) => {
  const program = tiersOf({ upgrade: 'windowEnd' });
  const scenario = given(program)
    .when(purchase('p', '2026-03-01T10:00:00Z', 3000))
    .gives(t, [['tier.changed', { from: null, to: 'member' }]]);
  t.match(main(scenario), { level: 'member', until: null, have: 3000, need: 1000, next: 'silver', projected: 'gold' });
  t.same(scenario.time('2026-12-31T23:59:58Z'), []);
  t.match(scenario.time('2026-12-31T23:59:59Z').slice(-1), [
    {
      type: 'tier.changed',
      time: at('2026-12-31T23:59:59Z'),
      cause: {},
      data: { from: 'member', to: 'gold', since: at('2026-12-31T23:59:59Z'), until: at('2027-12-31T23:59:59Z') },
    },
  ]);
  t.match(scenario.time('2028-01-01T00:00:00Z').at(-1)!.data, { from: 'gold', to: 'member' });
  t.end();
});

t.test('windowEnd: what is held already is renewed at once, and held on', (t) => {
  const program = tiersOf({ upgrade: 'windowEnd' });
  const scenario = given(
    program,
    purchase('p', '2026-03-01T10:00:00Z', 1000),
    purchase('q', '2027-03-01T10:00:00Z', 3000),
  ).scenario;
  t.match(main(scenario), { level: 'silver', until: '2028-12-31T23:59:59Z', projected: 'gold' });
  const [first, ...more] = scenario.time('2028-06-01T00:00:00Z').filter(({ type }) => type === 'tier.changed');
  t.match(first!.data, { from: 'silver', to: 'gold', since: at('2027-12-31T23:59:59Z') });
  t.same(more, []);
  t.match(scenario.time('2029-01-01T00:00:00Z').at(-1)!.data, { from: 'gold', to: 'member' });
  t.end();
});

t.test('windowEnd: what one instant ends and gives is one change', (t) => {
  const program = tiersOf({ upgrade: 'windowEnd' });
  const scenario = given(
    program,
    purchase('p', '2026-03-01T10:00:00Z', 9000),
    purchase('q', '2027-03-01T10:00:00Z', 3000),
  ).scenario;
  t.match(main(scenario), { level: 'platinum', projected: 'gold' });
  const changes = scenario.time('2028-01-01T00:00:00Z').filter(({ type }) => type === 'tier.changed');
  t.match(changes, [{ data: { from: 'platinum', to: 'gold', until: at('2028-12-31T23:59:59Z') } }]);
  t.equal(changes.length, 1);
  t.end();
});

t.test('windowEnd: a late event of a window that has ended gives its level at once, dated with that end', (t) => {
  const program = tiersOf({ upgrade: 'windowEnd', window: { calendar: 'month' } });
  const late = arriving(purchase('q', '2026-03-20T10:00:00Z', 1000), '2026-04-02T10:00:00Z');
  given(program, purchase('p', '2026-03-10T10:00:00Z', 1))
    .when(late)
    .gives(t, [
      ['tier.changed', { to: 'silver', since: at('2026-03-31T23:59:59Z'), until: at('2026-04-30T23:59:59Z') }],
    ]);
  t.end();
});

t.test('windowEnd: a level reached again in its grace is renewed at once, and not lost between', (t) => {
  const program = tiersOf({
    upgrade: 'windowEnd',
    window: { calendar: 'month' },
    downgrade: { how: 'full', grace: 'P10D' },
  });
  const scenario = given(program, purchase('p', '2026-03-10T10:00:00Z', 1000)).scenario;
  scenario.report(purchase('q', '2026-05-05T10:00:00Z', 1000));
  scenario.report(event('tag.added', 't', '2026-05-20T10:00:00Z', { tag: 'x' }));
  t.match(main(scenario), { level: 'silver', since: '2026-03-31T23:59:59Z', until: '2026-06-30T23:59:59Z' });
  t.match(scenario.time('2026-07-10T23:59:59Z').at(-1)!.data, { from: 'silver', to: 'member' });
  t.end();
});

t.test('what has ended is not reached again by the next event of that very instant', (t) => {
  const scenario = given(tiersOf({}), purchase('p', '2026-03-01T10:00:00Z', 1000)).scenario;
  const end = '2027-12-31T23:59:59Z';
  t.match(scenario.time(end).at(-1)!.data, { from: 'silver', to: 'member' });
  scenario.report(event('tag.added', 't', end, { tag: 'x' }));
  scenario.report(purchase('q', end, 1));
  t.match(main(scenario), { level: 'member', since: end });
  // On event time the deadlines of the present instant are still to come; what was done of them is done.
  for (const id of ['u', 'v']) scenario.report(imported(event('tag.added', id, end, { tag: id })));
  t.match(main(scenario), { level: 'member', since: end });
  t.end();
});

t.test('projected: the level held after the present window’s end if nothing more counts', (t) => {
  const rows: readonly [name: string, more: object, now: string, projected: string][] = [
    ['in the window it was reached in', {}, '2026-06-01T00:00:00Z', 'platinum'],
    ['in the next', {}, '2027-06-01T00:00:00Z', 'member'],
    ['oneDown', { downgrade: { how: 'oneDown' } }, '2027-06-01T00:00:00Z', 'gold'],
    ['none', { downgrade: { how: 'none' } }, '2027-06-01T00:00:00Z', 'platinum'],
    ['grace beyond the end', { downgrade: { how: 'full', grace: 'P30D' } }, '2027-06-01T00:00:00Z', 'platinum'],
    ['grace within it', { downgrade: { how: 'full', grace: 'P30D' } }, '2028-01-10T00:00:00Z', 'member'],
    ['rolling: when the present one has passed', { window: { rolling: 'P2Y' } }, '2027-06-01T00:00:00Z', 'member'],
  ];
  for (const [name, more, now, projected] of rows) {
    const scenario = given(tiersOf(more), purchase('p', '2026-03-01T10:00:00Z', 9000)).scenario;
    t.match(main(scenario, now), { level: 'platinum', projected }, name);
  }
  t.end();
});
