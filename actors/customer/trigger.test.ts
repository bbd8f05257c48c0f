/** Campaigns that count outcomes (PROGRAM: "One event, in order"). */
import t from 'tap';
import { limits } from '../limits.js';
import type { Outcome } from '../outcome.js';
import { arriving, EARN, event, giveBack, given, programOf, purchase } from './scenario.js';

const DAY = '2026-03-01T10:00:00Z';
const on = (id: string, rule: object, outcomes: object[], more: object = {}) => ({
  id,
  kind: 'promotion',
  behavior: { all: [rule] },
  outcomes,
  ...more,
});
const tag = (add: string) => ({ tag: { add } });
const stars = (fixed: number) => ({ points: { account: 'stars', fixed } });

/** [campaign, what] of all that campaigns gave. */
function gave(outcomes: readonly Outcome[]): unknown[] {
  return outcomes.flatMap((outcome): unknown[] => {
    const { campaignId } = outcome.cause;
    if (outcome.type === 'tag.added') return [[campaignId, outcome.data.tag]];
    if (outcome.type === 'points.earned') return [[campaignId, outcome.data.points]];
    return [];
  });
}
const after = (campaigns: object[], parts: object = {}) => given(programOf({ campaigns, ...parts }));

t.test('a rule may count an outcome, and its conditions see the outcome’s data', (t) => {
  const many = on('many', { event: 'points.earned', where: { field: 'data.points', gte: 10 } }, [tag('many')]);
  const { scenario, outcomes } = after([EARN, many]).when(purchase('p', DAY, 1000));
  t.same(gave(outcomes), [
    ['earn', 10],
    ['many', 'many'],
  ]);
  t.match(outcomes.at(-1), { cause: { eventId: 'p', campaignId: 'many' }, time: Date.parse(DAY) });
  t.same(gave(scenario.report(purchase('q', DAY, 900))), [['earn', 9]]);
  t.end();
});

t.test('first all campaigns by the event, then tiers, then campaigns triggered by those outcomes', (t) => {
  const parts = {
    tiers: [
      {
        id: 'main',
        basis: { points: 'stars' },
        window: { calendar: 'year' },
        levels: [
          { id: 'low', atLeast: 0 },
          { id: 'mid', atLeast: 10 },
        ],
      },
    ],
  };
  const campaigns = [
    on('risen', { event: 'tier.changed', where: { field: 'data.to', eq: 'mid' } }, [tag('risen')]),
    EARN,
    on('bought', { event: 'purchase' }, [tag('bought')]),
  ];
  const { outcomes } = after(campaigns, parts).when(purchase('p', DAY, 1000));
  t.same(
    outcomes
      .map(({ type, data }) => (type === 'tag.added' ? data.tag : type))
      .filter((each) => ['points.earned', 'tier.changed', 'bought', 'risen'].includes(each)),
    ['points.earned', 'bought', 'tier.changed', 'tier.changed', 'risen'],
  );
  t.end();
});

t.test('they are judged against the state as it then stands', (t) => {
  const campaigns = [
    EARN,
    on('rich', { event: 'points.earned', where: { field: 'customer.points.stars', gte: 10 } }, [tag('rich')]),
    on('now', { event: 'purchase', where: { field: 'customer.points.stars', gte: 10 } }, [tag('now')]),
  ];
  const { outcomes } = after(campaigns).when(purchase('p', DAY, 1000));
  t.same(gave(outcomes), [
    ['earn', 10],
    ['rich', 'rich'],
  ]);
  t.end();
});

t.test('every outcome counts, and a behavior completes as with events', (t) => {
  const campaigns = [
    on('two', { event: 'purchase' }, [stars(1), stars(2)]),
    on('thrice', { event: 'points.earned', times: 3 }, [tag('thrice')]),
  ];
  const { scenario, outcomes } = after(campaigns).when(purchase('p', DAY, 100));
  t.same(
    outcomes.filter(({ type }) => type === 'behavior.progressed').map(({ data }) => data),
    [
      {
        campaignId: 'thrice',
        rules: [{ rule: '1', have: 1, need: 3, resetsAt: null }],
        zone: 'UTC',
        shadow: undefined,
      },
      {
        campaignId: 'thrice',
        rules: [{ rule: '1', have: 2, need: 3, resetsAt: null }],
        zone: 'UTC',
        shadow: undefined,
      },
    ],
  );
  t.same(gave(scenario.report(purchase('q', DAY, 100))), [
    ['two', 1],
    ['two', 2],
    ['thrice', 'thrice'],
  ]);
  t.end();
});

t.test('at most 8 deep', (t) => {
  const endless = on('endless', { event: 'points.earned' }, [stars(1)]);
  const { outcomes } = after([endless, on('start', { event: 'purchase' }, [stars(1)])]).when(purchase('p', DAY, 100));
  t.equal(gave(outcomes).length, 1 + limits.triggerDepthMax);
  t.end();
});

t.test('an entry has a bounded number of outcomes judged, however they multiply', (t) => {
  const wide = on(
    'wide',
    { event: 'points.earned' },
    Array.from({ length: 30 }, () => stars(1)),
  );
  const { outcomes } = after([wide, on('start', { event: 'purchase' }, [stars(1)])]).when(purchase('p', DAY, 100));
  t.equal(gave(outcomes).length, 1 + 30 * limits.triggeredPerEntryMax);
  t.end();
});

t.test('what an event says of itself counts once, as the event', (t) => {
  const campaigns = [on('seen', { event: 'tag.added' }, [stars(1)])];
  const { scenario, outcomes } = after(campaigns).when(event('tag.added', 'e', DAY, { tag: 'x' }));
  t.same(gave(outcomes), [
    [undefined, 'x'],
    ['seen', 1],
  ]);
  t.same(
    gave(scenario.report(event('tag.added', 'f', DAY, { tag: 'x' }))),
    [['seen', 1]],
    'also where nothing comes of it',
  );
  t.end();
});

t.test('what a campaign sets counts under the name of the outcome', (t) => {
  const campaigns = [on('seen', { event: 'tag.added' }, [stars(1)]), on('sets', { event: 'purchase' }, [tag('x')])];
  t.same(gave(after(campaigns).when(purchase('p', DAY, 100)).outcomes), [
    ['sets', 'x'],
    ['seen', 1],
  ]);
  t.end();
});

t.test('what a return takes back may be counted, too', (t) => {
  const campaigns = [EARN, on('sorry', { event: 'points.reversed' }, [tag('sorry')])];
  const { scenario } = given(programOf({ campaigns }), purchase('p', DAY, 1000));
  const outcomes = scenario.report(giveBack('r', '2026-03-02T10:00:00Z', 'p', 500));
  t.same(gave(outcomes), [['sorry', 'sorry']]);
  t.end();
});

t.test('what time brings is counted at its own time', (t) => {
  const parts = { points: { accounts: [{ id: 'stars', expiry: { kind: 'rolling', after: 'P10D' } }, { id: 'back' }] } };
  const comfort = on('comfort', { event: 'points.expired' }, [{ points: { account: 'back', fixed: 3 } }]);
  const { scenario } = given(programOf({ campaigns: [EARN, comfort], ...parts }), purchase('p', DAY, 1000));
  const outcomes = scenario.time('2026-03-20T00:00:00Z');
  t.match(
    outcomes.find(({ type }) => type === 'points.earned'),
    {
      time: Date.parse('2026-03-11T10:00:00Z'),
      cause: { campaignId: 'comfort' },
      data: { account: 'back', points: 3 },
    },
  );
  t.equal(outcomes.find(({ type }) => type === 'points.earned')!.cause.eventId, undefined);
  t.end();
});

t.test('target and status must hold then', (t) => {
  const parts = {
    statuses: [
      { id: 'good', default: true },
      { id: 'out', earns: false },
    ],
  };
  const block = on('block', { event: 'purchase' }, [{ status: { set: 'out' } }]);
  const seen = on('seen', { event: 'status.changed' }, [tag('seen')]);
  t.same(gave(after([block, seen], parts).when(purchase('p', DAY, 100)).outcomes), [], 'the status no longer earns');
  const vips = on('vips', { event: 'points.earned' }, [tag('seen')], {
    target: { where: { field: 'customer.tags', has: 'vip' } },
  });
  t.same(gave(after([EARN, vips]).when(purchase('p', DAY, 100)).outcomes), [['earn', 1]], 'the target');
  t.end();
});

t.test('an event too late triggers nothing', (t) => {
  const seen = on('seen', { event: 'status.changed' }, [tag('seen')]);
  const parts = { statuses: [{ id: 'good', default: true }, { id: 'vip' }] };
  const late = arriving(event('status.changed', 'e', '2026-01-01T00:00:00Z', { status: 'vip' }), DAY);
  t.same(gave(after([seen], parts).when(late).outcomes), []);
  t.end();
});

t.test('behavior.completed of one campaign may complete another', (t) => {
  const campaigns = [
    on('a', { event: 'purchase', times: 2 }, [stars(1)]),
    on('b', { event: 'behavior.completed', where: { field: 'data.campaignId', eq: 'a' } }, [tag('both')]),
  ];
  const { scenario } = given(programOf({ campaigns }), purchase('p', DAY, 100));
  t.same(gave(scenario.report(purchase('q', DAY, 100))), [
    ['a', 1],
    ['b', 'both'],
  ]);
  t.end();
});

t.test('an outcome has no amount, lines or store', (t) => {
  const campaigns = [
    EARN,
    on('amount', { event: 'points.earned', where: { field: 'amount', exists: true } }, [tag('amount')]),
    on('none', { event: 'points.earned', where: { field: 'storeId', exists: false } }, [tag('none')]),
  ];
  t.same(gave(after(campaigns).when(purchase('p', DAY, { total: 100, storeId: 's' })).outcomes), [
    ['earn', 1],
    ['none', 'none'],
  ]);
  t.end();
});
