import t from 'tap';
import { drop, set, tellsProblems } from './problem-table.js';
import type { Loose } from './specimen.js';

tellsProblems(t, 'statuses, stores, tiers and RFM fit together', [
  ['no default', set('statuses.0.default', false), '/statuses', 'no_default_status', /default: true/],
  ['two defaults', set('statuses.1.default', true), '/statuses/1/default', 'many_default_statuses', /\/statuses\/0 is/],
  ['store twice', set('stores.1.id', 'bos-1'), '/stores/1/id', 'duplicate_id', /\/stores\/0/],
  ['status twice', set('statuses.1.id', 'good'), '/statuses/1/id', 'duplicate_id', /\/statuses\/0/],
  [
    'account twice',
    (d) => d.points!.accounts!.push({ id: 'stars' } as unknown as Loose),
    '/points/accounts/2/id',
    'duplicate_id',
    /\/points\/accounts\/0/,
  ],
  ['campaign twice', set('campaigns.2.id', 'earn'), '/campaigns/2/id', 'duplicate_id', /\/campaigns\/0/],
  ['offer twice', set('offers.2.id', 'item-off'), '/offers/2/id', 'duplicate_id', /\/offers\/1/],
  ['event type twice', set('events.1.type', 'survey.done'), '/events/1/type', 'duplicate_id', /\/events\/0/],
  [
    'level twice',
    (d) => d.tiers![0]!.levels!.push({ id: 'gold', atLeast: 300_000 } as unknown as Loose),
    '/tiers/0/levels/3/id',
    'duplicate_id',
    /levels\/2/,
  ],
  ['half a place', drop('stores.0.longitude'), '/stores/0/longitude', 'half_a_place', /both or neither/],
  [
    'first level',
    set('tiers.0.levels.0.atLeast', 1),
    '/tiers/0/levels/0/atLeast',
    'first_level_not_zero',
    /atLeast: 0/,
  ],
  [
    'levels going down',
    set('tiers.0.levels.2.atLeast', 50_000),
    '/tiers/0/levels/2/atLeast',
    'levels_not_ascending',
    /more than 50000/,
  ],
  [
    'tier account',
    set('tiers.0.basis', { points: 'statuss' }),
    '/tiers/0/basis/points',
    'unknown_account',
    /Did you mean status\?/,
  ],
  ['breakpoints', set('rfm.monetary', [1, 3, 3, 4]), '/rfm/monetary/2', 'not_ascending', /more than 3/],
  ['a built-in type', set('events.1.type', 'purchase'), '/events/1/type', 'type_taken', /built-in/],
  ['the type of a claim', set('events.1.type', 'purchase.claimed'), '/events/1/type', 'type_taken', /built-in/],
  ['a type of the till', set('events.1.type', 'pos.opened'), '/events/1/type', 'type_taken', /built-in/],
  ['a type of an outcome', set('events.1.type', 'tier.changed'), '/events/1/type', 'type_taken', /built-in/],
  [
    'a built-in type of promo codes',
    set('events.1.type', 'promo_code.claimed'),
    '/events/1/type',
    'type_taken',
    /built-in/,
  ],
]);
