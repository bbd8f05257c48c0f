/** What an event does in which order, and what its campaigns see (PROGRAM: "One event, in order" and "Late events"). */
import t from 'tap';
import { isPublic, type Outcome } from '../outcome.js';
import { arriving, EARN, event, giveBack, given, programOf, purchase, type Reported, Scenario } from './scenario.js';

const at = (text: string) => Date.parse(text);
const RFM = { window: 'P365D', recencyDays: [7, 30, 90, 180], frequency: [1, 3, 6, 12], monetary: [1, 2, 3, 4] };
const LEVELS = [
  { id: 'low', atLeast: 0 },
  { id: 'high', atLeast: 10, multiplier: 2 },
];
const MAIN = { id: 'main', basis: { points: 'stars' }, window: { calendar: 'year' }, levels: LEVELS };
const OFFER = { id: 'o', kind: 'closedLoop', validity: { for: 'P30D' } };
const RICH = { id: 'rich', where: { field: 'customer.points.stars', gte: 10 } };
const on = (id: string, type: string, outcomes: object[], more: object = {}) => ({
  id,
  kind: 'promotion',
  behavior: { all: [{ event: type }] },
  outcomes,
  ...more,
});
const tag = (add: string) => ({ tag: { add } });
const tags = (outcomes: readonly Outcome[]) =>
  outcomes.flatMap((outcome) => (outcome.type === 'tag.added' ? [outcome.data.tag] : []));
const types = (outcomes: readonly Outcome[]) =>
  outcomes.filter(isPublic).flatMap(({ type }) => (type === 'behavior.completed' ? [] : [type]));
/** A campaign that tells by its tag that it saw something. */
const watcher = (field: string, test: object) =>
  on(field, 'purchase', [tag(field)], { target: { where: { field, ...test } } });

const WATCHED = [
  ['customer.points.stars', { gte: 10 }],
  ['customer.tier.main', { eq: 'high' }],
  ['customer.tags', { has: 'given' }],
  ['customer.offers', { has: 'o' }],
  ['customer.audiences', { has: 'rich' }],
  ['customer.rfm.frequency', { gte: 1 }],
] as const;
const watched = (more: object = {}) =>
  programOf({
    rfm: RFM,
    tiers: [MAIN],
    offers: [OFFER],
    audiences: [RICH],
    statuses: [
      { id: 'good', default: true },
      { id: 'blocked', earns: false },
    ],
    campaigns: [
      on('give', 'purchase', [{ points: { account: 'stars', fixed: 10 } }, tag('given'), { offer: 'o' }]),
      ...WATCHED.map(([field, test]) => watcher(field, test)),
    ],
    ...more,
  });
const fields = WATCHED.map(([field]) => field as string);

t.test('campaigns see points, tier, tags, offers, audiences and RFM as before the event’s outcomes', (t) => {
  const scenario = new Scenario(watched());
  t.same(tags(scenario.report(purchase('p', '2026-03-01T10:00:00Z', 100))), ['given']);
  t.same(tags(scenario.report(purchase('q', '2026-03-02T10:00:00Z', 100))), fields);
  t.end();
});

t.test('in order: what it says, campaigns, tiers, audiences, then what they trigger', (t) => {
  const program = programOf({
    tiers: [MAIN],
    audiences: [RICH],
    campaigns: [
      on('rich', 'audience.entered', [tag('entered')]),
      on('risen', 'tier.changed', [tag('risen')], { target: { where: { field: 'customer.tier.main', eq: 'high' } } }),
      on('said', 'tag.added', [{ points: { account: 'stars', fixed: 10 } }], { limits: { perCustomer: 1 } }),
    ],
  });
  const { scenario } = given(program, event('profile.updated', 'u', '2026-03-01T09:00:00Z', { locale: 'de' }));
  t.same(types(scenario.report(event('tag.added', 'x', '2026-03-01T10:00:00Z', { tag: 'x' }))), [
    'tag.added',
    'points.earned',
    'tier.changed',
    'audience.entered',
    'tag.added',
    'tag.added',
  ]);
  t.end();
});

t.test('campaigns see an adjustment, and the account without what was spent', (t) => {
  const rich = { target: { where: { field: 'customer.points.stars', gte: 10 } } };
  const program = programOf({
    rewards: [{ id: 'mug', price: { account: 'stars', points: 5 } }],
    campaigns: [
      on('adjusted', 'points.adjusted', [tag('adjusted')], rich),
      on('bought', 'reward.purchased', [tag('bought')], rich),
    ],
  });
  const { scenario, outcomes } = given(program).when(
    event('points.adjusted', 'a', '2026-03-01T10:00:00Z', { account: 'stars', points: 10, reason: 'gift' }),
  );
  t.same(tags(outcomes), ['adjusted']);
  t.same(tags(scenario.report(event('reward.purchased', 'b', '2026-03-01T11:00:00Z', { rewardId: 'mug' }))), []);
  t.end();
});

t.test('a purchase is in totals before its campaigns are judged', (t) => {
  const { scenario, outcomes } = given(programOf({ campaigns: [EARN] })).when(
    purchase('p', '2026-03-01T10:00:00Z', 1000),
  );
  const order = outcomes.map(({ type }) => type);
  t.ok(order.indexOf('purchase.recorded') < order.indexOf('points.earned') && order.includes('purchase.recorded'));
  t.match(scenario.state, { totals: { purchases: 1, net: 1000 } });
  t.end();
});

t.test('what ends at an instant still holds for an event of that instant, and no more after it', (t) => {
  const program = watched({
    points: { accounts: [{ id: 'stars', expiry: { kind: 'rolling', after: 'P10D' } }] },
    offers: [{ ...OFFER, validity: { for: 'P10D' } }],
    tiers: [{ ...MAIN, window: { rolling: 'P10D' } }],
    campaigns: [
      on(
        'give',
        'purchase',
        [{ points: { account: 'stars', fixed: 10 } }, { tag: { add: 'given', for: 'P10D' } }, { offer: 'o' }],
        {
          limits: { perCustomer: 1 },
        },
      ),
      ...WATCHED.map(([field, test]) => watcher(field, test)),
    ],
  });
  const seen = (time: string) => {
    const { outcomes } = given(program, purchase('p', '2026-03-01T10:00:00Z', 100)).when(purchase('q', time, 100));
    return tags(outcomes).filter((tag) => !tag.includes('rfm'));
  };
  t.same(
    seen('2026-03-11T10:00:00Z'),
    fields.filter((field) => !field.includes('rfm')),
  );
  t.same(seen('2026-03-11T10:00:00.001Z'), []);
  t.end();
});

// ---- late events --------------------------------------------------------------------------------------------------------
const late = (reported: Reported) => arriving(reported, '2026-03-20T10:00:00Z');

t.test('a late event is judged by the schedule at its own time', (t) => {
  const schedule = { start: '2026-03-05T00:00:00Z', end: '2026-03-10T00:00:00Z' };
  const program = programOf({ campaigns: [on('c', 'purchase', [tag('c')], { schedule })] });
  for (const [time, given] of [
    ['2026-03-04T23:59:59Z', []],
    ['2026-03-05T00:00:00Z', ['c']],
    ['2026-03-10T00:00:00Z', ['c']],
    ['2026-03-10T00:00:01Z', []],
  ] as const)
    t.same(tags(new Scenario(program).report(late(purchase('p', time, 100)))), given, time);
  t.end();
});

t.test('an offer issued late runs from its event’s time, and one that has ended expires at once', (t) => {
  const program = programOf({
    offers: [{ id: 'o', kind: 'closedLoop', validity: { for: 'P5D' } }],
    campaigns: [on('c', 'purchase', [{ offer: 'o' }, { tag: { add: 'x', for: 'P5D' } }])],
  });
  const told = (time: string) =>
    new Scenario(program)
      .report(late(purchase('p', time, 100)))
      .filter(({ type }) => /^(offer|tag)/.test(type))
      .map(({ type, time, data }) => [type, time, 'expiresAt' in data ? data.expiresAt : undefined]);
  const [bought, ends] = [at('2026-03-16T10:00:00Z'), at('2026-03-21T10:00:00Z')];
  t.same(told('2026-03-16T10:00:00Z'), [
    ['offer.issued', bought, ends],
    ['tag.added', bought, undefined],
  ]);
  const [before, past] = [at('2026-03-01T10:00:00Z'), at('2026-03-06T10:00:00Z')];
  t.same(told('2026-03-01T10:00:00Z'), [
    ['offer.issued', before, past],
    ['tag.added', before, undefined],
    ['offer.expired', past, undefined],
    ['tag.removed', past, undefined],
  ]);
  t.end();
});

t.test('a late event sees the state as it stands on arrival', (t) => {
  const { scenario } = given(watched(), purchase('now', '2026-03-10T10:00:00Z', 100));
  t.same(
    tags(scenario.report(late(purchase('p', '2026-03-01T10:00:00Z', 100)))),
    fields.filter((field) => !field.includes('rfm')),
    'what came after it, but for RFM, which goes by its time',
  );
  const blocked = event('status.changed', 's', '2026-03-10T10:00:00Z', { status: 'blocked' });
  t.same(tags(given(watched(), blocked).when(late(purchase('p', '2026-03-01T10:00:00Z', 100))).outcomes), []);
  const earning = (version: number, points: number) =>
    programOf(
      {
        tiers: [{ ...MAIN, basis: { spend: true }, levels: LEVELS }],
        campaigns: [
          on('e', 'purchase', [
            { points: { account: 'stars', rate: { points, per: 100, of: 'amount' }, multiply: 'tier' } },
          ]),
        ],
      },
      version,
    );
  const published = given(earning(1, 1), purchase('now', '2026-03-10T10:00:00Z', 100)).scenario;
  published.program = earning(2, 3);
  t.match(
    published.report(late(purchase('p', '2026-03-01T10:00:00Z', 100))).filter(({ type }) => type === 'points.earned'),
    [{ time: at('2026-03-01T10:00:00Z'), data: { points: 6 } }],
    'three by the new version, twice that by the level',
  );
  t.end();
});

t.test(
  'too late, what an event says of itself is done for every type that says something, and no campaign judges it',
  (t) => {
    const counted = [
      'status.changed',
      'tag.added',
      'tag.removed',
      'profile.updated',
      'points.adjusted',
      'reward.purchased',
    ];
    const program = programOf({
      statuses: [{ id: 'good', default: true }, { id: 'vip' }],
      rewards: [{ id: 'mug', price: { account: 'stars', points: 5 } }],
      campaigns: counted.map((type) => on(type, type, [tag(`by ${type}`)])),
    });
    const before = [
      event('points.adjusted', 'a', '2026-01-01T10:00:00Z', { account: 'stars', points: 10, reason: 'gift' }),
      event('tag.added', 't', '2026-01-01T10:00:00Z', { tag: 'old' }),
    ];
    for (const [type, data, told] of [
      ['status.changed', { status: 'vip' }, 'status.changed'],
      ['tag.added', { tag: 'new' }, 'tag.added'],
      ['tag.removed', { tag: 'old' }, 'tag.removed'],
      ['profile.updated', { attributes: { city: 'Bath' } }, 'profile.changed'],
      ['points.adjusted', { account: 'stars', points: -3, reason: 'mended' }, 'points.adjusted'],
      ['reward.purchased', { rewardId: 'mug' }, 'reward.purchased'],
    ] as const) {
      const reported = arriving(event(type, 'x', '2026-01-02T10:00:00Z', data), '2026-06-01T10:00:00Z');
      const { outcomes } = given(program, ...before).when(reported);
      const seen = outcomes.filter(isPublic).map((outcome) => outcome.type);
      t.ok(seen.includes(told), `${type}: done`);
      t.notOk(seen.includes('event.ignored') || seen.includes('behavior.completed'), `${type}: no campaign`);
    }
    t.end();
  },
);

t.test('a return is never too late, for the campaigns that count it neither', (t) => {
  const program = programOf({ campaigns: [EARN, on('back', 'return', [tag('back')])] });
  const { outcomes } = given(program, purchase('p', '2026-01-01T10:00:00Z', 1000)).when(
    arriving(giveBack('r', '2026-01-02T10:00:00Z', 'p', 500), '2026-06-01T10:00:00Z'),
  );
  t.ok(outcomes.some(({ type }) => type === 'points.reversed'));
  t.same(tags(outcomes), ['back']);
  t.end();
});
