import t from 'tap';
import { problemsOf, set, tellsProblems } from './problem-table.js';
import { coffeeDocument } from './specimen.js';

const BEHAVIOR = { all: [{ event: 'purchase', times: 2 }] };
const entry = (outcome: object) => set('tiers.0.levels.1.onEntry', [outcome]);
const ENTRY = '/tiers/0/levels/1/onEntry/0';

tellsProblems(t, 'a tier system fits together', [
  [
    'a rolling window has no end to wait for',
    (d) => Object.assign(d.tiers![0]!, { window: { rolling: 'P12M' }, upgrade: 'windowEnd' }),
    '/tiers/0/upgrade',
    'window_without_end',
    /leave upgrade out/,
  ],
  [
    'a rate on entry',
    entry({ points: { account: 'stars', rate: { points: 1, per: 100, of: 'amount' } } }),
    `${ENTRY}/points/rate`,
    'rate_needs_purchase',
    /use fixed/,
  ],
  [
    'a move on entry',
    entry({ tier: { system: 'main', level: 'gold' } }),
    `${ENTRY}/tier`,
    'move_in_entry',
    /tier\.changed/,
  ],
  [
    'an unknown account on entry',
    entry({ points: { account: 'star', fixed: 1 } }),
    `${ENTRY}/points/account`,
    'unknown_account',
    /Did you mean stars\?/,
  ],
  ['an unknown offer on entry', entry({ offer: 'none' }), `${ENTRY}/offer`, 'unknown_offer', /no offer/],
  [
    'two kinds of rules in a behavior',
    set('tiers.0.basis', { behavior: { ...BEHAVIOR, any: BEHAVIOR.all } }),
    '/tiers/0/basis/behavior',
    'one_of_all_any_sequence',
    /exactly one/,
  ],
  [
    'an unknown event in a behavior',
    set('tiers.0.basis', { behavior: { any: [{ event: 'purchas' }] } }),
    '/tiers/0/basis/behavior/any/0/event',
    'unknown_event_type',
    /purchas/,
  ],
]);

t.test('what a tier system may say', (t) => {
  const rows: readonly [name: string, parts: object][] = [
    ['a rolling window', { window: { rolling: 'P12M' } }],
    ['upgrade at the window’s end', { upgrade: 'windowEnd' }],
    ['one down with grace', { downgrade: { how: 'oneDown', grace: 'P30D' } }],
    ['never down', { downgrade: { how: 'none' } }],
    ['revoke', { onReturn: 'revoke' }],
    ['a behavior', { basis: { behavior: BEHAVIOR } }],
    [
      'sticky levels with entries',
      {
        levels: [
          { id: 'a', atLeast: 0, onEntry: [{ tag: { add: 'welcome' } }] },
          { id: 'b', atLeast: 1, sticky: true, onEntry: [{ points: { account: 'stars', fixed: 5 } }] },
        ],
      },
    ],
  ];
  for (const [name, parts] of rows) {
    const document = coffeeDocument();
    Object.assign(document.tiers![0]!, parts);
    const problems = problemsOf(document).filter(({ pointer }) => pointer.startsWith('/tiers'));
    t.same(problems, [], name);
  }
  t.end();
});
