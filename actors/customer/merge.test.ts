/** Two customers become one: what moves, what wins, what is refused. It is long because every part of a state has its row. */
import t from 'tap';
import { isPublic, type Outcome } from '../outcome.js';
import { parseInstant } from '../time/instant.js';
import { accountOf } from './account-state.js';
import { EARN, giveBack, programOf, purchase, type Reported } from './scenario.js';
import { initial } from './state.js';
import { Pair } from './testing/pair.js';

const at = (text: string): number => parseInstant(text)!;
const told = (outcomes: readonly Outcome[]) => outcomes.filter(isPublic).map(({ type }) => type);
function event(type: string, id: string, time: string, data: unknown): Reported {
  return { event: { id, source: 'test', type, subject: '', time: at(time), data } };
}
const VISITS = {
  id: 'visits',
  kind: 'promotion',
  behavior: { all: [{ rule: 'v', event: 'purchase', times: 4, within: { rolling: 'P30D' } }] },
  outcomes: [{ tag: { add: 'regular' } }],
};

t.test('merge moves lots, debts and sums of the ledger', (t) => {
  const two = new Pair(programOf({ campaigns: [EARN] }));
  two.report('ann', purchase('a', '2026-05-01T10:00:00Z', 1_000));
  two.report('ann', giveBack('ar', '2026-05-02T10:00:00Z', 'a', 200));
  two.report('bob', purchase('b', '2026-05-03T10:00:00Z', 500));
  two.report(
    'bob',
    event('points.adjusted', 'x', '2026-05-03T11:00:00Z', { account: 'stars', points: -9, reason: 'x' }),
  );
  two.report('bob', giveBack('br', '2026-05-04T10:00:00Z', 'b', 300));
  t.same(told(two.merge()), ['customer.merged']);
  const stars = accountOf(two.states.bob!, 'stars')!;
  t.match(stars, { active: 8, earned: 15, reversed: 5, adjusted: -9, debt: 7 });
  t.same(
    stars.lots.map(({ left, earnedAt }) => [left, earnedAt]),
    [[8, at('2026-05-01T10:00:00Z')]],
  );
  t.equal(stars.earned + stars.adjusted, stars.active + stars.reversed - stars.debt);
  t.match(two.profile('2026-05-10T10:00:00Z'), {
    totals: { purchases: 2, returns: 2, net: 1_000, lastPurchaseAt: '2026-05-03T10:00:00Z' },
    createdAt: '2026-05-01T10:00:00Z',
  });
  t.end();
});

t.test('a lot that was to expire before the merge expires with the survivor, at its own time', (t) => {
  const account = { id: 'stars', expiry: { kind: 'rolling', after: 'P3D' } };
  const two = new Pair(programOf({ points: { accounts: [account] }, campaigns: [EARN] }));
  two.report('ann', purchase('a', '2026-05-01T10:00:00Z', 1_000));
  two.report('bob', purchase('b', '2026-05-09T10:00:00Z', 300));
  const outcomes = two.merge('2026-05-10T10:00:00Z');
  t.same(told(outcomes), ['customer.merged', 'points.expired']);
  t.equal(outcomes.at(-1)!.time, at('2026-05-04T10:00:00Z'));
  t.match(accountOf(two.states.bob!, 'stars'), { active: 3, earned: 13, expired: 10 });
  t.end();
});

t.test('its attributes win; the old one’s fill the gaps, as do zone and locale', (t) => {
  const two = new Pair(programOf());
  const attributes = { name: 'Ann', city: 'Boston' };
  two.report('ann', event('profile.updated', '1', '2026-05-01T10:00:00Z', { attributes, locale: 'en-US' }));
  const own = JSON.parse('{"name": "Bob", "__proto__": "x"}');
  two.report('bob', event('profile.updated', '2', '2026-05-01T10:00:00Z', { attributes: own, timeZone: 'Asia/Tokyo' }));
  two.merge();
  t.same(Object.entries(two.states.bob!.attributes).sort(), [
    ['__proto__', 'x'],
    ['city', 'Boston'],
    ['name', 'Bob'],
  ]);
  t.match(two.states.bob, { locale: 'en-US', zone: 'Asia/Tokyo' });
  t.end();
});

t.test('tags of both are held, to the later end', (t) => {
  const two = new Pair(programOf());
  const tag = (who: 'ann' | 'bob', id: string, data: object) =>
    two.report(who, event('tag.added', id, '2026-05-01T10:00:00Z', data));
  tag('ann', '1', { tag: 'short', for: 'P20D' });
  tag('ann', '2', { tag: 'good' });
  tag('ann', '3', { tag: 'hers', for: 'P30D' });
  tag('bob', '4', { tag: 'short', for: 'P40D' });
  tag('bob', '5', { tag: 'good', for: 'P40D' });
  two.merge();
  t.same(
    two.states.bob!.tags.map(({ tag, until }) => [tag, until]),
    [
      ['short', at('2026-06-10T10:00:00Z')],
      ['good', null],
      ['hers', at('2026-05-31T10:00:00Z')],
    ],
  );
  t.end();
});

t.test(
  'counted events come together, and nothing completes by a merge: the next event that counts completes it',
  (t) => {
    const two = new Pair(programOf({ campaigns: [VISITS] }));
    for (const [who, id, day] of [
      ['ann', 'a1', 1],
      ['bob', 'b1', 2],
      ['ann', 'a2', 3],
      ['bob', 'b2', 4],
    ] as const)
      two.report(who, purchase(id, `2026-05-0${day}T10:00:00Z`, 100));
    t.same(told(two.merge()), ['customer.merged']);
    t.match(two.profile('2026-05-10T10:00:00Z').behaviors, {
      visits: { rules: { v: { have: 4, need: 4 } }, completions: 0 },
    });
    t.same(told(two.report('bob', purchase('b3', '2026-05-11T10:00:00Z', 100))), ['behavior.completed', 'tag.added']);
    t.end();
  },
);

t.test('limits used come along', (t) => {
  const once = {
    ...VISITS,
    behavior: { all: [{ event: 'purchase' }] },
    limits: { perCustomer: 2, per: { calendar: 'month' } },
  };
  const two = new Pair(programOf({ campaigns: [once] }));
  two.report('ann', purchase('a', '2026-05-01T10:00:00Z', 100));
  two.report('bob', purchase('b', '2026-05-02T10:00:00Z', 100));
  two.merge();
  t.same(told(two.report('bob', purchase('c', '2026-05-11T10:00:00Z', 100))), [], 'both used one of two');
  t.same(told(two.report('bob', purchase('d', '2026-06-01T10:00:00Z', 100))), ['behavior.completed']);
  t.end();
});

t.test('purchases come along: a return that names one takes back its points, and no second one may name it', (t) => {
  const two = new Pair(programOf({ campaigns: [EARN] }));
  two.report('ann', purchase('a', '2026-05-01T10:00:00Z', 1_000));
  two.merge();
  t.match(two.report('bob', purchase('a', '2026-05-11T10:00:00Z', 1_000)).at(-1), {
    type: 'event.refused',
    data: { reason: 'transaction_exists', firstEventId: 'a' },
  });
  t.same(told(two.report('bob', giveBack('r', '2026-05-11T10:00:00Z', 'a', 400))), ['points.reversed']);
  t.match(accountOf(two.states.bob!, 'stars'), { active: 6, earned: 10, reversed: 4 });
  t.end();
});

t.test('a return undoes what a purchase of the old one counted', (t) => {
  const two = new Pair(programOf({ campaigns: [VISITS] }));
  two.report('ann', purchase('a', '2026-05-01T10:00:00Z', 100));
  two.report('bob', purchase('b', '2026-05-02T10:00:00Z', 100));
  two.merge();
  two.report('bob', giveBack('r', '2026-05-11T10:00:00Z', 'a', 100));
  t.match(two.profile('2026-05-11T10:00:00Z').behaviors, { visits: { rules: { v: { have: 1 } } } });
  t.end();
});

t.test('rfm and geofences are of both', (t) => {
  const rfm = { window: 'P365D', recencyDays: [1, 2, 3, 4], frequency: [1, 2, 3, 4], monetary: [1, 2, 3, 4] };
  const geofences = [{ id: 'cafe', circle: { latitude: 0, longitude: 0, radiusMeters: 80 } }];
  const two = new Pair(programOf({ rfm, geofences }));
  two.report('ann', purchase('a', '2026-05-03T10:00:00Z', 100));
  two.report('ann', event('location', 'l', '2026-05-03T10:00:00Z', { latitude: 0, longitude: 0 }));
  two.report('bob', purchase('b', '2026-05-01T10:00:00Z', 30));
  two.merge();
  t.match(two.profile('2026-05-10T10:00:00Z'), {
    rfm: { frequency: 2, monetary: 130, recencyDays: 7 },
    geofences: ['cafe'],
  });
  t.end();
});

const TIERS = [
  {
    id: 'main',
    basis: { spend: true },
    window: { calendar: 'year' },
    levels: [
      { id: 'low', atLeast: 0 },
      { id: 'mid', atLeast: 1_000, onEntry: [{ tag: { add: 'mid' } }] },
      { id: 'top', atLeast: 2_000, onEntry: [{ tag: { add: 'top' } }] },
    ],
  },
];

t.test('the higher level with its until stays, and sums are taken anew', (t) => {
  const rows: [name: string, ann: number, bob: number, level: string, says: string[]][] = [
    ['the old one’s is higher', 2_100, 100, 'top', ['tier.changed', 'customer.merged']],
    ['the survivor’s is higher', 1_000, 2_000, 'top', ['customer.merged']],
    ['both the same', 1_500, 1_200, 'mid', ['customer.merged']],
    [
      'together they would be higher: nothing is reached by a merge',
      1_900,
      900,
      'mid',
      ['tier.changed', 'customer.merged'],
    ],
  ];
  for (const [name, ann, bob, level, says] of rows) {
    const two = new Pair(programOf({ tiers: TIERS }));
    two.report('ann', purchase('a', '2026-05-01T10:00:00Z', ann));
    two.report('bob', purchase('b', '2026-05-02T10:00:00Z', bob));
    const outcomes = two.merge();
    t.same(told(outcomes), says, name);
    t.match(two.profile('2026-05-10T10:00:00Z').tiers, { main: { level, have: ann + bob } }, name);
    if (says.length === 1) continue;
    const until = at('2027-12-31T23:59:59Z');
    const since = at('2026-05-01T10:00:00Z');
    t.match(
      outcomes.find(({ type }) => type === 'tier.changed'),
      { data: { from: 'low', to: level, since, until, reason: 'merged' } },
    );
  }
  t.end();
});

t.test('the next purchase reaches what the sums together come to, and enters what was not entered', (t) => {
  const two = new Pair(programOf({ tiers: TIERS }));
  two.report('ann', purchase('a', '2026-05-01T10:00:00Z', 1_900));
  two.report('bob', purchase('b', '2026-05-02T10:00:00Z', 900));
  two.merge();
  t.same(told(two.report('bob', purchase('c', '2026-05-11T10:00:00Z', 1))), ['tier.changed', 'tag.added']);
  t.same(two.states.bob!.tags.map(({ tag }) => tag).sort(), ['mid', 'top']);
  t.end();
});

t.test('a survivor nobody had heard of takes the standing and the levels over', (t) => {
  const statuses = [
    { id: 'good', default: true },
    { id: 'blocked', earns: false },
  ];
  const two = new Pair(programOf({ statuses, tiers: TIERS }));
  two.report('ann', purchase('a', '2026-05-01T10:00:00Z', 2_500));
  two.report('ann', event('status.changed', 's', '2026-05-01T11:00:00Z', { status: 'blocked', reason: 'fraud' }));
  two.merge();
  t.match(two.profile('2026-05-10T10:00:00Z'), {
    status: 'blocked',
    createdAt: '2026-05-01T10:00:00Z',
    tiers: { main: { level: 'top', since: '2026-05-01T10:00:00Z' } },
    tags: [{ tag: 'mid' }, { tag: 'top' }],
  });
  t.end();
});

t.test('who was heard of keeps its own standing', (t) => {
  const two = new Pair(programOf({ statuses: [{ id: 'good', default: true }, { id: 'blocked' }] }));
  two.report('ann', event('status.changed', 's', '2026-05-01T11:00:00Z', { status: 'blocked', reason: 'fraud' }));
  two.report('bob', purchase('b', '2026-05-01T10:00:00Z', 1));
  two.merge();
  t.equal(two.states.bob!.status, 'good');
  t.end();
});

t.test('promo codes claimed by either count for both', (t) => {
  const promoCode = { id: 'welcome', kind: 'multiUse', code: 'HI', outcomes: [{ tag: { add: 'x' } }] };
  const two = new Pair(
    programOf({
      promoCodes: [
        { ...promoCode, perCustomer: 3 },
        { ...promoCode, id: 'b', code: 'B' },
      ],
    }),
  );
  const claim = (who: 'ann' | 'bob', id: string, code: string) =>
    two.report(who, event('promo_code.claimed', id, '2026-05-01T10:00:00Z', { code }));
  claim('ann', 'a1', 'HI');
  claim('ann', 'a2', 'B');
  claim('bob', 'b1', 'HI');
  two.merge();
  t.same(two.states.bob!.codes, [
    { promoCodeId: 'welcome', taken: 2 },
    { promoCodeId: 'b', taken: 1 },
  ]);
  claim('bob', 'b2', 'HI');
  t.match(claim('bob', 'b3', 'HI').at(-1)!.data, { reason: 'promo_limit' });
  t.end();
});

t.test('an id nobody has heard of becomes an alias all the same', (t) => {
  const two = new Pair(programOf());
  two.report('bob', purchase('b', '2026-05-01T10:00:00Z', 1));
  t.same(told(two.merge('2026-05-10T10:00:00Z', 'nobody')), ['customer.merged']);
  t.same(two.states.bob!.aliases, ['nobody']);
  t.end();
});

t.test('merges that cannot be are refused', (t) => {
  const two = new Pair(programOf());
  two.report('bob', purchase('b', '2026-05-01T10:00:00Z', 1));
  const refused = (from: string) =>
    two.merge('2026-05-10T10:00:00Z', from).at(-1)!.data as { reason: string; detail: string };
  t.match(refused('bob'), { reason: 'merge_with_itself' });
  two.histories.bob.knows('cat', { state: undefined, mergedInto: 'dee' });
  t.match(refused('cat'), { reason: 'already_merged', detail: /"cat" was merged into "dee" before; name "dee"/ });
  two.histories.bob.knows('cat', { state: undefined, mergedInto: 'bob' });
  t.match(refused('cat'), { reason: 'already_merged', detail: /nothing is left to move/ });
  t.same(two.states.bob!.aliases, []);
  t.end();
});

t.test(
  'every part of the state is moved, or is the survivor’s own: a new part needs its place in merge-state.ts',
  (t) => {
    const own = ['v', 'id', 'imported', 'audiences'];
    const moved = [
      'createdAt',
      'arrival',
      'zone',
      'locale',
      'status',
      'attributes',
      'tags',
      'totals',
      'spend',
      'accounts',
    ];
    moved.push(
      'tiers',
      'behaviors',
      'offers',
      'rewards',
      'rewardPurchases',
      'locks',
      'codes',
      'runs',
      'inside',
      'locatedAt',
      'aliases',
    );
    t.same(Object.keys(initial('c')).sort(), [...own, ...moved].sort());
    t.end();
  },
);
