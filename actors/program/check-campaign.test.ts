import t from 'tap';
import { set, tellsProblems } from './problem-table.js';
import type { Loose } from './specimen.js';

tellsProblems(t, 'what a campaign refers to exists', [
  [
    'account',
    set('campaigns.3.outcomes.0.points.account', 'star'),
    '/campaigns/3/outcomes/0/points/account',
    'unknown_account',
    /Did you mean stars\?/,
  ],
  [
    'offer',
    set('campaigns.1.outcomes.0.offer', 'free-late'),
    '/campaigns/1/outcomes/0/offer',
    'unknown_offer',
    /Did you mean free-latte\?/,
  ],
  [
    'tier system',
    set('campaigns.0.outcomes.0.points.multiply', { tier: 'mian' }),
    '/campaigns/0/outcomes/0/points/multiply/tier',
    'unknown_tier_system',
    /Did you mean main\?/,
  ],
  [
    'event type',
    set('campaigns.3.behavior.all.0.event', 'survey.don'),
    '/campaigns/3/behavior/all/0/event',
    'unknown_event_type',
    /Did you mean survey\.done\?/,
  ],
  [
    'event type, nothing near',
    set('campaigns.3.behavior.all.0.event', 'x'),
    '/campaigns/3/behavior/all/0/event',
    'unknown_event_type',
    /declare others under events/,
  ],
  [
    'a return',
    set('campaigns.3.behavior.all.0.event', 'return'),
    '/campaigns/3/behavior/all/0/event',
    'return_never_completes',
    /Count purchase/,
  ],
  [
    'no tier system',
    (d) => {
      d.tiers = [] as unknown as Loose;
      delete d.campaigns![1]!.target;
    },
    '/campaigns/0/outcomes/0/points/multiply',
    'no_tier_system',
    /add tiers/,
  ],
  [
    'two tier systems',
    (d) => d.tiers!.push({ ...structuredClone(d.tiers![0]), id: 'other' } as unknown as Loose),
    '/campaigns/0/outcomes/0/points/multiply',
    'ambiguous_tier_system',
    /\{tier: main\} or \{tier: other\}/,
  ],
]);

tellsProblems(t, 'the parts of a campaign fit together', [
  [
    'schedule',
    set('campaigns.1.schedule.end', '2026-10-31T00:00:00Z'),
    '/campaigns/1/schedule/end',
    'end_before_start',
    /is before/,
  ],
  [
    'per alone',
    set('campaigns.1.limits', { per: { calendar: 'month' } }),
    '/campaigns/1/limits/per',
    'per_without_per_customer',
    /add perCustomer/,
  ],
  [
    'two measures',
    set('campaigns.1.behavior.all.0.sum', { of: 'amount', atLeast: 5 }),
    '/campaigns/1/behavior/all/0',
    'one_measure',
    /times and sum/,
  ],
  [
    'rule named twice',
    set('campaigns.2.behavior.all.1.rule', 'spend'),
    '/campaigns/2/behavior/all/1',
    'duplicate_rule',
    /Rule 1 is already named "spend"/,
  ],
  [
    'rule named as a number',
    (d) => {
      d.campaigns![2]!.behavior!.all![0]!.rule = '2' as unknown as Loose;
      delete d.campaigns![2]!.behavior!.all![1]!.rule;
    },
    '/campaigns/2/behavior/all/1',
    'duplicate_rule',
    /"2"/,
  ],
  [
    'sum of what has no amount',
    set('campaigns.3.behavior.all.0', { event: 'visit', sum: { of: 'amount', atLeast: 5 } }),
    '/campaigns/3/behavior/all/0/sum',
    'sum_needs_purchase',
    /Only purchases/,
  ],
  [
    'rate of what has no amount',
    set('campaigns.3.outcomes.0.points', { account: 'stars', rate: { points: 1, per: 1, of: 'amount' } }),
    '/campaigns/3/outcomes/0/points/rate',
    'rate_needs_purchase',
    /use fixed/,
  ],
  [
    'rate and fixed',
    set('campaigns.0.outcomes.0.points.fixed', 5),
    '/campaigns/0/outcomes/0/points',
    'rate_or_fixed',
    /exactly one/,
  ],
  [
    'neither rate nor fixed',
    set('campaigns.3.outcomes.0.points', { account: 'stars' }),
    '/campaigns/3/outcomes/0/points',
    'rate_or_fixed',
    /exactly one/,
  ],
  [
    'fixed and multiply',
    set('campaigns.3.outcomes.0.points.multiply', 'tier'),
    '/campaigns/3/outcomes/0/points/multiply',
    'rate_only',
    /of a rate/,
  ],
  [
    'fixed and round',
    set('campaigns.3.outcomes.0.points.round', 'ceil'),
    '/campaigns/3/outcomes/0/points/round',
    'rate_only',
    /of a rate/,
  ],
  [
    'tag added and removed',
    set('campaigns.1.outcomes.1.tag.remove', 'x'),
    '/campaigns/1/outcomes/1/tag',
    'add_or_remove',
    /exactly one/,
  ],
  [
    'tag removed for a while',
    set('campaigns.1.outcomes.1.tag', { remove: 'x', for: 'P1D' }),
    '/campaigns/1/outcomes/1/tag/for',
    'for_without_add',
    /removed one is gone/,
  ],
  [
    'two bases',
    (d) => {
      d.campaigns!.push({ ...structuredClone(d.campaigns![0]), id: 'earn-2' } as unknown as Loose);
    },
    '/campaigns/4/base',
    'many_bases',
    /\/campaigns\/0 is/,
  ],
  ['base of two', set('campaigns.0.behavior.all.0.times', 2), '/campaigns/0/base', 'base_rules', /exactly one rule/],
  [
    'base with a sum',
    set('campaigns.0.behavior.all.0.sum', { of: 'amount', atLeast: 1 }),
    '/campaigns/0/base',
    'base_rules',
    /exactly one rule/,
  ],
  [
    'base with two rules',
    set('campaigns.0.behavior.all.1', { event: 'purchase' }),
    '/campaigns/0/base',
    'base_rules',
    /exactly one rule/,
  ],
  [
    'distinct of a line',
    set('campaigns.2.behavior.all.1.distinct.of', 'sku'),
    '/campaigns/2/behavior/all/1/distinct/of',
    'unknown_path',
    /path of a line/,
  ],
  [
    'distinct of nothing',
    set('campaigns.2.behavior.all.1.distinct.of', 'storeID'),
    '/campaigns/2/behavior/all/1/distinct/of',
    'unknown_path',
    /Did you mean storeId\?/,
  ],
  [
    'distinct of a personal field',
    set('campaigns.3.behavior.all.0.distinct.of', 'data.email'),
    '/campaigns/3/behavior/all/0/distinct/of',
    'personal_distinct',
    /personal/,
  ],
  [
    'distinct of an attribute',
    set('campaigns.3.behavior.all.0.distinct.of', 'customer.attributes.city'),
    '/campaigns/3/behavior/all/0/distinct/of',
    'personal_distinct',
    /personal/,
  ],
  [
    'distinct of a field that is not there',
    set('campaigns.3.behavior.all.0.distinct.of', 'data.colour'),
    '/campaigns/3/behavior/all/0/distinct/of',
    'unknown_path',
    /Did you mean color\?/,
  ],
]);
