import t from 'tap';
import { arriving, EARN, event, given, imported, programOf, purchase, Scenario } from './scenario.js';

const DRINKS = programOf(
  {
    timeZone: 'America/New_York',
    points: {
      accounts: [{ id: 'stars', expiry: { kind: 'rolling', after: 'P30D', roundUpTo: 'month' } }, { id: 'status' }],
    },
    tiers: [
      {
        id: 'main',
        basis: { spend: true },
        window: { calendar: 'year' },
        levels: [
          { id: 'member', atLeast: 0 },
          { id: 'silver', atLeast: 5000 },
        ],
      },
    ],
    campaigns: [
      EARN,
      {
        id: 'five',
        kind: 'promotion',
        behavior: {
          all: [{ rule: 'drinks', event: 'purchase', times: 5, within: { rolling: 'P7D' } }, { event: 'tag.added' }],
        },
        outcomes: [{ tag: { add: 'fan' } }],
      },
      {
        id: 'first',
        kind: 'promotion',
        behavior: { all: [{ event: 'purchase', within: { calendar: 'month' } }] },
        outcomes: [{ offer: 'latte' }, { tag: { add: 'new', for: 'P90D' } }],
        limits: { perCustomer: 1 },
      },
    ],
    offers: [{ id: 'latte', kind: 'closedLoop', validity: { for: 'P14D' } }],
    rfm: {
      window: 'P365D',
      recencyDays: [7, 30, 90, 180],
      frequency: [1, 3, 6, 12],
      monetary: [2000, 10000, 30000, 100000],
    },
  },
  12,
);

t.test('the whole profile, as the API shows it, in the customer’s zone', (t) => {
  const scenario = new Scenario(DRINKS);
  scenario.report(
    event('profile.updated', 'a', '2026-11-24T13:00:00Z', { attributes: { city: 'Boston' }, locale: 'en-US' }),
  );
  scenario.report(purchase('536365', '2026-11-24T13:26:00Z', 2550));
  t.same(scenario.profile(Date.parse('2026-11-25T15:00:00Z')), {
    id: 'c',
    status: 'good',
    attributes: { city: 'Boston' },
    timeZone: 'America/New_York',
    locale: 'en-US',
    totals: { purchases: 1, returns: 0, net: 2550, lastPurchaseAt: '2026-11-24T08:26:00-05:00' },
    tags: [{ tag: 'new', until: '2027-02-22T08:26:00-05:00' }],
    points: {
      stars: {
        active: 25,
        pending: 0,
        debt: 0,
        earned: 25,
        adjusted: 0,
        spent: 0,
        expired: 0,
        cancelled: 0,
        reversed: 0,
        next: { points: 25, expiresAt: '2026-12-31T23:59:59-05:00' },
        nextActive: null,
      },
      status: {
        active: 0,
        pending: 0,
        debt: 0,
        earned: 0,
        adjusted: 0,
        spent: 0,
        expired: 0,
        cancelled: 0,
        reversed: 0,
        next: null,
        nextActive: null,
      },
    },
    tiers: {
      main: {
        level: 'member',
        since: '2026-11-24T08:00:00-05:00',
        until: null,
        have: 2550,
        need: 5000,
        next: 'silver',
        projected: 'member',
      },
    },
    rfm: {
      recencyDays: 1,
      frequency: 1,
      monetary: 2550,
      scores: { recency: 5, frequency: 2, monetary: 2 },
      score: 522,
    },
    offers: [
      {
        id: '0-2-3',
        offerId: 'latte',
        state: 'active',
        startsAt: null,
        expiresAt: '2026-12-08T08:26:00-05:00',
        usesLeft: 1,
      },
    ],
    behaviors: {
      five: {
        rules: {
          drinks: { have: 1, need: 5, resetsAt: '2026-12-01T08:26:00-05:00' },
          // The campaign `first` set a tag, and its outcome counts like the event of that name.
          2: { have: 1, need: 1, resetsAt: null },
        },
        completions: 0,
      },
      first: { rules: { 1: { have: 0, need: 1, resetsAt: '2026-12-01T00:00:00-05:00' } }, completions: 1 },
    },
    audiences: [],
    geofences: [],
    createdAt: '2026-11-24T08:00:00-05:00',
    updatedAt: '2026-11-24T08:26:00-05:00',
  });
  t.end();
});

t.test('progress is as of the time of reading', (t) => {
  const { scenario } = given(DRINKS, purchase('p', '2026-03-01T10:00:00Z', 100));
  const have = (now: string) =>
    (scenario.profile(Date.parse(now)) as { behaviors: { five: { rules: { drinks: { have: number } } } } }).behaviors
      .five.rules.drinks.have;
  t.equal(have('2026-03-08T09:59:59Z'), 1);
  t.equal(have('2026-03-08T10:00:00Z'), 0);
  t.end();
});

t.test('what expires next: all points of the soonest instant', (t) => {
  const { scenario } = given(
    DRINKS,
    purchase('p', '2026-03-02T10:00:00Z', 100),
    purchase('q', '2026-03-20T10:00:00Z', 300),
    purchase('r', '2026-03-25T10:00:00Z', 500),
  );
  t.match(scenario.profile(), {
    points: { stars: { active: 9, next: { points: 9, expiresAt: '2026-04-30T23:59:59-04:00' } } },
  });
  t.end();
});

t.test('recency is null without a purchase that counts, and each score has its breakpoints', (t) => {
  const { scenario } = given(DRINKS, event('tag.added', 't', '2026-03-01T10:00:00Z', { tag: 'x' }));
  t.match(scenario.profile(), { rfm: { recencyDays: null, frequency: 0, monetary: 0, score: 111 } });
  const rfm = (now: string) =>
    (
      given(DRINKS, imported(purchase('p', '2026-01-01T00:00:00Z', 2000))).scenario.profile(Date.parse(now)) as {
        rfm: { score: number; recencyDays: number };
      }
    ).rfm;
  t.match(rfm('2026-01-08T23:59:59Z'), { recencyDays: 7, score: 522 }, 'not more than 7');
  t.match(rfm('2026-01-09T00:00:00Z'), { recencyDays: 8, score: 422 });
  t.match(rfm('2026-12-31T23:59:59Z'), { score: 122 });
  t.match(rfm('2027-01-01T00:00:00Z'), { recencyDays: null, score: 111 }, 'the window is (t − d, t]');
  t.end();
});

t.test('without RFM in the program purchases are remembered for one that asks for it later', (t) => {
  const { scenario } = given(
    programOf(),
    purchase('p', '2026-01-01T00:00:00Z', 2000),
    purchase('q', '2026-02-01T00:00:00Z', 2000),
  );
  t.equal(scenario.profile().rfm, null);
  scenario.program = DRINKS;
  t.match(scenario.profile(), { rfm: { frequency: 2, monetary: 4000 } });
  t.end();
});

t.test('what RFM can no longer see is forgotten, late events included', (t) => {
  const rfm = { window: 'P10D', recencyDays: [1, 2, 3, 4], frequency: [1, 2, 3, 4], monetary: [1, 2, 3, 4] };
  const { scenario } = given(
    programOf({ rfm, lateness: 'P5D' }),
    purchase('p', '2026-01-01T00:00:00Z', 1),
    purchase('q', '2026-01-10T00:00:00Z', 1),
  );
  scenario.report(purchase('r', '2026-01-15T23:59:59Z', 1));
  t.equal(scenario.state!.spend.length, 9);
  scenario.report(purchase('s', '2026-01-16T00:00:00Z', 1));
  t.equal(scenario.state!.spend.length, 9);
  t.match(scenario.profile(), { totals: { purchases: 4 }, rfm: { frequency: 3 } });
  t.end();
});

t.test('a late purchase does not take the last purchase back', (t) => {
  const { scenario } = given(
    programOf(),
    purchase('p', '2026-03-10T10:00:00Z', 1),
    arriving(purchase('q', '2026-03-01T10:00:00Z', 1), '2026-03-11T10:00:00Z'),
  );
  t.match(scenario.profile(), {
    totals: { lastPurchaseAt: '2026-03-10T10:00:00Z' },
    updatedAt: '2026-03-11T10:00:00Z',
  });
  t.end();
});
