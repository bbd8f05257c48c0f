import t from 'tap';
import { limits } from '../limits.js';
import {
  arriving,
  EARN,
  event,
  giveBack,
  given,
  line,
  programOf,
  purchase,
  type Reported,
  type Scenario,
} from './scenario.js';
import { tierOf } from './tier-state.js';

const LEVELS = [
  { id: 'member', atLeast: 0 },
  { id: 'silver', atLeast: 1000 },
  { id: 'gold', atLeast: 3000 },
];
const tiersOf = (more: object = {}, basis: object = { spend: true }, levels: object[] = LEVELS) =>
  programOf({
    campaigns: 'points' in basis ? [EARN] : [],
    tiers: [{ id: 'main', basis, window: { calendar: 'year' }, onReturn: 'revoke', levels, ...more }],
  });
const at = (text: string) => Date.parse(text);
const main = (scenario: Scenario) => (scenario.profile().tiers as Record<string, unknown>).main;

t.test('revoke takes back a level whose sum a named return breaks, at once, to the highest left', (t) => {
  given(tiersOf(), purchase('p', '2026-03-01T10:00:00Z', 1000), purchase('q', '2026-03-02T10:00:00Z', 2000))
    .when(giveBack('r', '2026-05-01T10:00:00Z', 'q', 1))
    .gives(t, [
      [
        'tier.changed',
        {
          from: 'gold',
          to: 'silver',
          since: at('2026-05-01T10:00:00Z'),
          until: at('2027-12-31T23:59:59Z'),
          reason: 'revoked',
        },
      ],
    ]);
  given(tiersOf(), purchase('p', '2026-03-01T10:00:00Z', 3000))
    .when(giveBack('r', '2026-05-01T10:00:00Z', 'p', 3000))
    .gives(t, [['tier.changed', { from: 'gold', to: 'member', until: null, reason: 'revoked' }]]);
  t.end();
});

t.test('what takes no level back', (t) => {
  const bought = [purchase('p', '2026-03-01T10:00:00Z', 1000), purchase('q', '2026-03-02T10:00:00Z', 2500)];
  const rows: readonly [name: string, more: object, back: Reported][] = [
    ['a return that leaves the sum at the level', {}, giveBack('r', '2026-05-01T10:00:00Z', 'q', 500)],
    ['a blind return', {}, giveBack('r', '2026-05-01T10:00:00Z', undefined, 3000)],
    ['a return under keep', { onReturn: 'keep' }, giveBack('r', '2026-05-01T10:00:00Z', 'q', 2500)],
  ];
  for (const [name, more, back] of rows) {
    given(tiersOf(more), ...bought)
      .when(back)
      .gives(t, []);
    const scenario = given(tiersOf(more), ...bought).when(back).scenario;
    t.match(main(scenario), { level: 'gold' }, name);
  }
  t.end();
});

t.test('a level reached in another window too is left until that one’s end', (t) => {
  const scenario = given(
    tiersOf(),
    purchase('p', '2026-03-01T10:00:00Z', 3000),
    purchase('q', '2027-03-01T10:00:00Z', 3000),
  ).scenario;
  t.match(main(scenario), { level: 'gold', until: '2028-12-31T23:59:59Z' });
  scenario.report(giveBack('r', '2027-04-01T10:00:00Z', 'q', 2500));
  t.match(main(scenario), { level: 'gold', until: '2027-12-31T23:59:59Z' }, 'by 2026');
  scenario.report(giveBack('s', '2027-05-01T10:00:00Z', 'p', 2500));
  t.match(main(scenario), { level: 'member' });
  t.end();
});

const TWO_YEARS = [purchase('p', '2026-03-01T10:00:00Z', 3000), purchase('q', '2027-03-01T10:00:00Z', 3000)];
const BROKEN = giveBack('r', '2027-04-01T10:00:00Z', 'q', 2500);
const zoneOf = (timeZone: string, time: string): Reported => event('profile.updated', `z${time}`, time, { timeZone });

t.test('what is left of a level is what its windows gave, whatever became of them since but by a named return', (t) => {
  const moves = [
    {
      id: 'move',
      kind: 'promotion',
      behavior: { all: [{ event: 'survey' }] },
      outcomes: [{ tier: { system: 'main', level: 'member' } }],
    },
  ];
  const blind = arriving(giveBack('x', '2026-12-31T10:00:00Z', undefined, 1), '2027-03-02T10:00:00Z');
  const rows: readonly [
    name: string,
    before: readonly Reported[],
    level: string,
    until: string | null,
    more?: object,
  ][] = [
    ['a blind return has lowered its sum', [...TWO_YEARS, blind], 'gold', '2027-12-31T23:59:59Z'],
    [
      'the customer’s zone has changed',
      [
        zoneOf('Asia/Tokyo', '2026-01-01T10:00:00Z'),
        TWO_YEARS[0]!,
        zoneOf('UTC', '2026-12-01T10:00:00Z'),
        TWO_YEARS[1]!,
      ],
      'gold',
      '2027-12-31T14:59:59Z',
    ],
    [
      'a move has taken it away',
      [TWO_YEARS[0]!, event('survey', 's', '2026-04-01T10:00:00Z', {}), TWO_YEARS[1]!],
      'member',
      null,
      { events: [{ type: 'survey' }], campaigns: moves },
    ],
  ];
  for (const [name, before, level, until, more] of rows) {
    const { scenario } = given(programOf({ ...tiersOf().document, ...more }), ...before);
    t.match(main(scenario), { level: 'gold', until: '2028-12-31T23:59:59Z' }, name);
    scenario.report(BROKEN);
    t.match(main(scenario), { level, until }, name);
  }
  t.end();
});

t.test(
  'levels reached before the program said revoke are taken back by the windows that what counts still shows',
  (t) => {
    const { scenario } = given(tiersOf({ onReturn: 'keep' }), ...TWO_YEARS);
    scenario.program = tiersOf();
    scenario.report(BROKEN);
    t.match(main(scenario), { level: 'gold', until: '2027-12-31T23:59:59Z' });
    scenario.report(giveBack('s', '2027-04-02T10:00:00Z', 'p', 2500));
    t.match(main(scenario), { level: 'member', until: null });
    t.end();
  },
);

t.test('rolling: a window that holds enough without the addition it ended with is not broken', (t) => {
  const { scenario } = given(
    tiersOf({ window: { rolling: 'P30D' } }),
    purchase('p', '2026-03-01T10:00:00Z', 1000),
    purchase('q', '2026-03-11T10:00:00Z', 500),
    purchase('s', '2026-04-05T10:00:00Z', 600),
    giveBack('r', '2026-04-06T10:00:00Z', 'q', 500),
  );
  t.match(main(scenario), { level: 'silver', until: '2026-04-10T10:00:00Z' });
  t.end();
});

t.test(
  'rolling: each addition tells only its own reasons; those that have ended go, and of too many the first',
  (t) => {
    const { scenario } = given(tiersOf({ window: { rolling: 'P30D' } }));
    const buy = (i: number, hours: number) =>
      scenario.report(purchase(`p${i}`, new Date(at('2026-03-01T10:00:00Z') + hours * 3_600_000).toISOString(), 3000));
    for (let i = 0; i < 50; i++) {
      const told = buy(i, i * 48).filter(({ type }) => type === 'tier.counted');
      if (i > 0 && i < 12)
        t.same(
          told.map(({ data }) => (data as { more?: unknown[] }).more?.length),
          [16],
        );
    }
    const held = () => tierOf(scenario.state!, 'main')!.untils;
    t.ok(held().length < 50, `${held().length} of 100`);
    for (let i = 50; i < 750; i++) buy(i, 2400 + i);
    t.equal(held().length, limits.tierReasonsMax);
    t.match(main(scenario), { level: 'gold' });
    t.end();
  },
);

t.test('a return of a purchase in a window before takes nothing from the present one', (t) => {
  const scenario = given(
    tiersOf(),
    purchase('p', '2026-03-01T10:00:00Z', 3000),
    purchase('q', '2027-03-01T10:00:00Z', 3000),
    giveBack('r', '2027-04-01T10:00:00Z', 'p', 3000),
  ).scenario;
  t.match(main(scenario), { level: 'gold', until: '2028-12-31T23:59:59Z' });
  t.end();
});

t.test('rolling: what is left is the latest addition whose span still holds enough', (t) => {
  const program = tiersOf({ window: { rolling: 'P30D' } });
  const bought = [
    purchase('p', '2026-03-01T10:00:00Z', 1000),
    purchase('q', '2026-03-11T10:00:00Z', 500),
    purchase('s', '2026-04-05T10:00:00Z', 600),
  ];
  const scenario = given(program, ...bought).scenario;
  t.match(main(scenario), { level: 'silver', until: '2026-05-05T10:00:00Z' });
  scenario.report(giveBack('r', '2026-04-06T10:00:00Z', 's', 200));
  t.match(main(scenario), { level: 'silver', until: '2026-04-10T10:00:00Z' }, 'by the second: 1000 + 500');
  scenario.report(giveBack('u', '2026-04-07T10:00:00Z', 'p', 600));
  t.match(main(scenario), { level: 'member', until: null });
  t.end();
});

t.test('a basis of points: reversed with their purchase', (t) => {
  const scenario = given(
    tiersOf({}, { points: 'stars' }),
    purchase('p', '2026-03-01T10:00:00Z', 90_000),
    purchase('q', '2026-03-01T10:00:00Z', 10_000),
  ).scenario;
  t.match(main(scenario), { level: 'silver', have: 1000 });
  scenario.report(giveBack('r', '2026-04-01T10:00:00Z', 'q', 100));
  t.match(main(scenario), { level: 'member', have: 999 });
  t.end();
});

t.test('a basis of purchases: only when all of one is back', (t) => {
  const levels = [
    { id: 'low', atLeast: 0 },
    { id: 'high', atLeast: 2 },
  ];
  const scenario = given(
    tiersOf({}, { count: 'purchase' }, levels),
    purchase('p', '2026-03-01T10:00:00Z', { lines: [line('1', 2, 100)] }),
    purchase('q', '2026-03-02T10:00:00Z', 100),
  ).scenario;
  const one = { lines: [{ lineId: '1', quantity: 1 }] };
  scenario.report(giveBack('r', '2026-03-03T10:00:00Z', 'p', one));
  t.match(main(scenario), { level: 'high' });
  scenario.report(giveBack('s', '2026-03-04T10:00:00Z', 'p', one));
  t.match(main(scenario), { level: 'low' });
  t.end();
});

t.test('oneDown: a level kept after a fall stays, though the sum that gave it as well is broken', (t) => {
  const scenario = given(
    tiersOf({ downgrade: { how: 'oneDown' } }),
    purchase('p', '2026-03-01T10:00:00Z', 3000),
    purchase('q', '2027-06-01T10:00:00Z', 1000),
    purchase('s', '2028-01-02T10:00:00Z', 1),
    giveBack('r', '2028-02-01T10:00:00Z', 'q', 1000),
  ).scenario;
  t.match(main(scenario), { level: 'silver', until: '2028-12-31T23:59:59Z' });
  t.end();
});

t.test('a sticky level, and one under none, is taken back all the same', (t) => {
  for (const more of [
    { levels: LEVELS.map((level) => ({ ...level, sticky: true })) },
    { downgrade: { how: 'none' } },
    { downgrade: { how: 'oneDown' } },
  ]) {
    const scenario = given(
      tiersOf(more),
      purchase('p', '2026-03-01T10:00:00Z', 3000),
      giveBack('r', '2026-03-02T10:00:00Z', 'p', 3000),
    ).scenario;
    t.match(main(scenario), { level: 'member' }, JSON.stringify(more));
  }
  t.end();
});

t.test('a level awaiting the window’s end is not given when its sum is broken before', (t) => {
  const scenario = given(
    tiersOf({ upgrade: 'windowEnd' }),
    purchase('p', '2026-03-01T10:00:00Z', 3000),
    giveBack('r', '2026-03-02T10:00:00Z', 'p', 1000),
  ).scenario;
  t.match(scenario.time('2027-01-01T00:00:00Z').at(-1)!.data, { to: 'silver' });
  t.end();
});

t.test('onEntry is not taken back', (t) => {
  const levels = [LEVELS[0]!, { ...LEVELS[1]!, onEntry: [{ tag: { add: 'silver' } }] }];
  const scenario = given(
    tiersOf({}, { spend: true }, levels),
    purchase('p', '2026-03-01T10:00:00Z', 1000),
    giveBack('r', '2026-03-02T10:00:00Z', 'p', 1000),
  ).scenario;
  t.match(scenario.profile(), { tags: [{ tag: 'silver' }], tiers: { main: { level: 'member' } } });
  t.end();
});
