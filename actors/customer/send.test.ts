/** A run of a send at one customer: every sentence about sends that is of one customer. */
import fc from 'fast-check';
import { Packr } from 'msgpackr';
import t from 'tap';
import { isPublic, type Outcome } from '../outcome.js';
import { histories } from './histories.js';
import { fromRow, toRow } from './row.js';
import { EARN, event, imported, programOf, purchase, Scenario } from './scenario.js';

const JAN = '2026-01-01T00:00:00Z';
const packr = new Packr({ useRecords: false });

function send(parts: object = {}): object {
  return { id: 'hello', kind: 'promotion', outcomes: [{ points: { account: 'stars', fixed: 10 } }], ...parts };
}

const BRAND = {
  statuses: [
    { id: 'good', default: true },
    { id: 'quiet', messages: false },
    { id: 'blocked', earns: false },
  ],
  offers: [{ id: 'latte', kind: 'closedLoop', validity: { for: 'P14D' } }],
};

function customer(campaign: object, more: object = {}): Scenario {
  const scenario = new Scenario(programOf({ ...BRAND, campaigns: [EARN, campaign], ...more }));
  scenario.report(purchase('p1', JAN, 1_000));
  return scenario;
}

function shown(outcomes: readonly Outcome[]): string[] {
  return outcomes.filter(isPublic).map(({ type }) => type);
}

t.test('its outcomes go to every customer in the target', async (t) => {
  const scenario = customer(
    send({
      outcomes: [{ points: { account: 'stars', fixed: 10 } }, { offer: 'latte' }, { tag: { add: 'vip', for: 'P7D' } }],
    }),
  );
  const outcomes = scenario.send('hello', 1, '2026-02-01T09:00:00Z').filter(isPublic);
  t.same(shown(outcomes), ['points.earned', 'offer.issued', 'tag.added']);
  for (const { cause, time } of outcomes) {
    t.same(cause, { campaignId: 'hello' }, 'the campaign is the cause, and no event');
    t.equal(time, Date.parse('2026-02-01T09:00:00Z'), 'at the instant of the run');
  }
  t.match(scenario.profile(), {
    points: { stars: { active: 20, earned: 20 } },
    offers: [{ offerId: 'latte', expiresAt: '2026-02-15T09:00:00Z' }],
    tags: [{ tag: 'vip', until: '2026-02-08T09:00:00Z' }],
    updatedAt: '2026-02-01T09:00:00Z',
  });
});

t.test(
  'outcomes have the time of the run, however late it comes by; the state is taken as it stands then',
  async (t) => {
    const scenario = customer(send({ target: { where: { field: 'customer.points.stars', gte: 15 } } }));
    t.same(scenario.send('hello', 1, '2026-02-01T09:00:00Z', '2026-02-01T09:05:00Z'), [], 'not in the target');
    scenario.report(purchase('p2', '2026-02-01T09:06:00Z', 1_000));
    const outcomes = scenario.send('hello', 2, '2026-02-01T09:00:00Z', '2026-02-01T09:07:00Z');
    t.match(outcomes.at(-1), { type: 'points.earned', time: Date.parse('2026-02-01T09:00:00Z') });
    t.match(scenario.profile(), { updatedAt: '2026-02-01T09:07:00Z' });
  },
);

t.test('at most once per run', async (t) => {
  const scenario = customer(send());
  t.same(shown(scenario.send('hello', 5, '2026-02-01T09:00:00Z')), ['points.earned']);
  t.same(scenario.send('hello', 5, '2026-02-01T09:00:00Z', '2026-02-01T10:00:00Z'), [], 'the same run again');
  t.same(shown(scenario.send('hello', 6, '2026-02-02T09:00:00Z')), ['points.earned'], 'another run');
  t.same(scenario.send('hello', 5, '2026-02-01T09:00:00Z', '2026-02-03T10:00:00Z'), [], 'the first run once more');
  t.match(scenario.profile(), { points: { stars: { earned: 30 } } });
});

t.test('runs that have ended are not remembered', async (t) => {
  const scenario = customer(send());
  for (let run = 1; run <= 5; run++) scenario.send('hello', run, `2026-02-0${run}T09:00:00Z`, undefined, run - 1);
  t.same(scenario.state!.runs, [4, 5]);
  t.same(fromRow(packr.unpack(packr.pack(toRow(scenario.state!)))), scenario.state, 'and stand in the row');
});

t.test('who it goes to', async (t) => {
  const rows: [sentence: string, campaign: object, before: (scenario: Scenario) => void, given: boolean][] = [
    ['everybody where there is no target', send(), () => {}, true],
    [
      'who is in the target',
      send({ target: { where: { field: 'customer.tags', has: 'a' } } }),
      (s) => s.report(event('tag.added', 'e1', JAN, { tag: 'a' })),
      true,
    ],
    ['nobody else', send({ target: { where: { field: 'customer.tags', has: 'a' } } }), () => {}, false],
    [
      'not to a status that does not earn',
      send(),
      (s) => s.report(event('status.changed', 'e1', JAN, { status: 'blocked' })),
      false,
    ],
    [
      'also to a status that takes no messages: this is none',
      send(),
      (s) => s.report(event('status.changed', 'e1', JAN, { status: 'quiet' })),
      true,
    ],
    [
      'local time in the target is the run’s, in the customer’s zone',
      send({ target: { where: { field: 'local.hour', eq: 4 } } }),
      (s) => s.report(event('profile.updated', 'e1', JAN, { timeZone: 'America/New_York' })),
      true,
    ],
    ['age is of the run’s time', send({ target: { where: { field: 'customer.ageDays', eq: 31 } } }), () => {}, true],
    [
      'what ended before is gone: a tag',
      send({ target: { where: { field: 'customer.tags', has: 'a' } } }),
      (s) => s.report(event('tag.added', 'e1', JAN, { tag: 'a', for: 'P7D' })),
      false,
    ],
    [
      'both ends of the schedule are in it: start',
      send({ schedule: { start: '2026-02-01T09:00:00Z' } }),
      () => {},
      true,
    ],
    ['both ends of the schedule are in it: end', send({ schedule: { end: '2026-02-01T09:00:00Z' } }), () => {}, true],
    ['not outside its schedule', send({ schedule: { end: '2026-02-01T08:59:59Z' } }), () => {}, false],
  ];
  for (const [sentence, campaign, before, given] of rows) {
    const scenario = customer(campaign);
    before(scenario);
    const outcomes = scenario.send('hello', 1, '2026-02-01T09:00:00Z');
    t.equal(shown(outcomes).includes('points.earned'), given, sentence);
  }
});

t.test('perCustomer and its period count runs that gave', async (t) => {
  const scenario = customer(send({ limits: { perCustomer: 2, per: { calendar: 'month' } } }));
  const given = ['2026-02-01', '2026-02-08', '2026-02-15', '2026-03-01'].map(
    (day, i) => shown(scenario.send('hello', i + 1, `${day}T09:00:00Z`)).length,
  );
  t.same(given, [1, 1, 0, 1]);
  const ever = customer(send({ limits: { perCustomer: 1 } }));
  t.same(
    [1, 2].map((run) => shown(ever.send('hello', run, `2026-02-0${run}T09:00:00Z`)).length),
    [1, 0],
  );
});

t.test('nothing is said where nothing is given, unless something was due', async (t) => {
  const scenario = customer(send({ target: { where: { field: 'customer.tags', has: 'a' } } }));
  t.same(scenario.send('hello', 1, '2026-02-01T09:00:00Z'), []);
  scenario.report(event('tag.added', 'e1', '2026-02-01T10:00:00Z', { tag: 'a', for: 'P1D' }));
  const outcomes = scenario.send('hello', 2, '2026-02-03T09:00:00Z');
  t.same(shown(outcomes), ['tag.removed'], 'what was due is done');
});

t.test('what is due before it comes first, and what it brings about may fall due at once', async (t) => {
  const scenario = customer(send({ outcomes: [{ tag: { add: 'b', for: 'PT1H' } }] }));
  scenario.report(event('tag.added', 'e1', JAN, { tag: 'a', for: 'P7D' }));
  const outcomes = scenario.send('hello', 1, '2026-02-01T09:00:00Z', '2026-02-01T12:00:00Z');
  t.same(shown(outcomes), ['tag.removed', 'tag.added', 'tag.removed']);
});

t.test('nobody comes into being by a send, and no campaign unknown or with a behavior is one', async (t) => {
  const scenario = new Scenario(programOf({ ...BRAND, campaigns: [EARN, send()] }));
  t.same(scenario.send('hello', 1, JAN), []);
  t.equal(scenario.state?.createdAt ?? 0, 0);
  scenario.report(purchase('p1', JAN, 1_000));
  t.same(scenario.send('gone', 1, '2026-02-01T09:00:00Z'), []);
  t.same(scenario.send('earn', 1, '2026-02-01T09:00:00Z'), []);
});

t.test('its points lift a level, as any others', async (t) => {
  const tiers = [
    {
      id: 'main',
      basis: { points: 'stars' },
      window: { calendar: 'year' },
      levels: [
        { id: 'member', atLeast: 0 },
        { id: 'silver', atLeast: 20 },
      ],
    },
  ];
  const scenario = customer(send(), { tiers });
  t.match(scenario.profile(), { tiers: { main: { level: 'member', have: 10 } } });
  t.same(shown(scenario.send('hello', 1, '2026-02-01T09:00:00Z')), ['points.earned', 'tier.changed']);
  t.match(scenario.profile(), { tiers: { main: { level: 'silver', have: 20 } } });
});

t.test('campaigns that count outcomes count what a send gives', async (t) => {
  const program = programOf({
    ...BRAND,
    campaigns: [
      EARN,
      send({ outcomes: [{ tag: { add: 'vip' } }] }),
      {
        id: 'welcome',
        kind: 'promotion',
        behavior: { all: [{ event: 'tag.added', where: { field: 'data.tag', eq: 'vip' } }] },
        outcomes: [{ points: { account: 'stars', fixed: 3 } }],
      },
    ],
  });
  const scenario = new Scenario(program);
  scenario.report(purchase('p1', JAN, 1_000));
  const outcomes = scenario.send('hello', 1, '2026-02-01T09:00:00Z').filter(isPublic);
  t.same(shown(outcomes), ['tag.added', 'behavior.completed', 'points.earned']);
  t.same(outcomes.at(-1)!.cause, { campaignId: 'welcome' });
});

t.test('a shadow has its place in the limits and gives nothing', async (t) => {
  const scenario = customer(send({ shadow: true, limits: { perCustomer: 1 } }));
  t.same(shown(scenario.send('hello', 1, '2026-02-01T09:00:00Z')), []);
  t.same(scenario.send('hello', 2, '2026-02-02T09:00:00Z'), []);
  t.match(
    scenario.state!.behaviors.find(({ campaignId }) => campaignId === 'hello'),
    { completions: 1 },
  );
});

t.test('it is no behavior: the profile shows no progress of it', async (t) => {
  const scenario = customer(send({ limits: { perCustomer: 3 } }));
  scenario.send('hello', 1, '2026-02-01T09:00:00Z');
  t.same(scenario.profile().behaviors, {});
});

t.test('a live entry: an imported customer’s deadlines no longer wait', async (t) => {
  const scenario = new Scenario(programOf({ ...BRAND, campaigns: [EARN, send()] }));
  scenario.report(imported(purchase('p1', JAN, 1_000)));
  scenario.send('hello', 1, '2026-02-01T09:00:00Z');
  t.equal(scenario.state!.imported, false);
});

t.test('whatever happens between runs, the state is the fold and the ledger adds up', (t) => {
  const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
  t.comment(`seed ${seed}`);
  const runs = fc.array(fc.nat(6), { maxLength: 40 });
  fc.assert(
    fc.property(histories, runs, (history, places) => {
      const campaign = send({
        outcomes: [{ points: { account: 'stars', fixed: 7 } }, { offer: 'latte' }, { tag: { add: 'x', for: 'P3D' } }],
      });
      const scenario = new Scenario(programOf({ ...BRAND, campaigns: [EARN, campaign] }));
      const sent = new Set<number>();
      history.forEach((reported, i) => {
        scenario.report(reported);
        const run = places[i] ?? 0;
        const at = new Date(reported.stamp ?? reported.event.time).toISOString();
        const received = scenario.send('hello', run, at).some(({ type }) => type === 'send.received');
        if (received && sent.has(run)) throw new Error(`run ${run} came twice`);
        if (received) sent.add(run);
        for (const account of scenario.state!.accounts) {
          const { earned, adjusted, active, spent, expired, cancelled, reversed, debt } = account;
          if (earned + adjusted !== active + spent + expired + cancelled + reversed - debt)
            throw new Error(JSON.stringify(account));
        }
      });
    }),
    { seed, numRuns: 200 },
  );
  t.end();
});
