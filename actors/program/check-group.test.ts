import t from 'tap';
import { drop, problemsOf, type Row, set, tellsProblems } from './problem-table.js';
import { coffeeDocument, type Loose } from './specimen.js';

/** Stand behind the four campaigns of the specimen. */
const THANKS = [
  {
    id: 'risen',
    kind: 'promotion',
    group: 'thanks',
    best: 'highest',
    behavior: { all: [{ event: 'tier.changed', where: { field: 'data.to', eq: 'gold' } }] },
    outcomes: [{ points: { account: 'stars', fixed: 500 } }, { status: { set: 'good', reason: 'gold' } }],
    limits: { total: 1_000, budget: { points: 100_000 } },
  },
  {
    id: 'lifted',
    kind: 'promotion',
    group: 'thanks',
    best: 'highest',
    shadow: true,
    behavior: { all: [{ event: 'tag.added', where: { field: 'data.tag', eq: 'friend' } }] },
    outcomes: [{ tier: { system: 'main', level: 'silver' } }],
  },
];

function thanks(document: Loose): void {
  document.campaigns!.push(...(structuredClone(THANKS) as unknown as Loose[]));
}

function withThanks(rows: readonly Row[]): readonly Row[] {
  return rows.map(
    ([name, change, ...wanted]): Row => [
      name,
      (document) => {
        thanks(document);
        change(document);
      },
      ...wanted,
    ],
  );
}

tellsProblems(
  t,
  'how campaigns give',
  withThanks([
    [
      'two ways in one group',
      set('campaigns.5.best', 'first'),
      '/campaigns/5/best',
      'group_disagrees',
      /group "thanks".*\/campaigns\/4 says best: highest/,
    ],
    ['best without a group', set('campaigns.2.best', 'first'), '/campaigns/2/best', 'best_without_group', /add group/],
    [
      'best left out, which is first',
      drop('campaigns.5.best'),
      '/campaigns/5/best',
      'group_disagrees',
      /\/campaigns\/4 says best: highest/,
    ],
    [
      'a base that is a shadow',
      set('campaigns.0.shadow', true),
      '/campaigns/0/shadow',
      'base_shadow',
      /another campaign/,
    ],
    [
      'a move in no tier system',
      set('campaigns.5.outcomes.0.tier.system', 'mian'),
      '/campaigns/5/outcomes/0/tier/system',
      'unknown_tier_system',
      /Did you mean "?main/,
    ],
    [
      'a move to no level',
      set('campaigns.5.outcomes.0.tier.level', 'platinum'),
      '/campaigns/5/outcomes/0/tier/level',
      'unknown_level',
      /no level of main "platinum"/,
    ],
    [
      'a status that is none',
      set('campaigns.4.outcomes.1.status.set', 'blokced'),
      '/campaigns/4/outcomes/1/status/set',
      'unknown_status',
      /Did you mean "?blocked/,
    ],
    [
      'a move when a level is entered',
      set('tiers.0.levels.1.onEntry', [{ tier: { system: 'main', level: 'gold' } }]),
      '/tiers/0/levels/1/onEntry/0/tier',
      'move_in_entry',
      /tier\.changed/,
    ],
    ['a total of nothing', set('campaigns.4.limits.total', 0), '/campaigns/4/limits/total', 'too_small', /1/],
    [
      'a budget of nothing',
      set('campaigns.4.limits.budget', {}),
      '/campaigns/4/limits/budget/points',
      'required',
      /points/,
    ],
    [
      'a rate of an outcome',
      set('campaigns.4.outcomes.0', { points: { account: 'stars', rate: { points: 1, per: 100, of: 'amount' } } }),
      '/campaigns/4/outcomes/0/points/rate',
      'rate_needs_purchase',
      /use fixed/,
    ],
    [
      'a sum of an outcome',
      set('campaigns.4.behavior.all.0', { event: 'points.earned', sum: { of: 'amount', atLeast: 5 } }),
      '/campaigns/4/behavior/all/0/sum',
      'sum_needs_purchase',
      /points\.earned/,
    ],
    [
      'an event that was refused',
      set('campaigns.4.behavior.all.0.event', 'event.refused'),
      '/campaigns/4/behavior/all/0/event',
      'nothing_happened',
      /refused/,
    ],
    [
      'personal data of an outcome',
      set('campaigns.4.behavior.all.0', {
        event: 'profile.changed',
        distinct: { of: 'data.attributes.city', atLeast: 2 },
      }),
      '/campaigns/4/behavior/all/0/distinct/of',
      'personal_distinct',
      /personal/,
    ],
  ]),
);

t.test('campaigns of a group that agree, totals, budgets, shadows, outcomes counted, moves and statuses', (t) => {
  const document = coffeeDocument();
  thanks(document);
  set('campaigns.2.group', 'other')(document);
  set('campaigns.2.best', 'first')(document);
  t.same(problemsOf(document), []);
  t.end();
});
