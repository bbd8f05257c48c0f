import t from 'tap';
import { tellsProblems } from './problem-table.js';
import { coffeeDocument, type Loose } from './specimen.js';
import { validateProgram } from './validate.js';

const C = '/campaigns/3';
const B = `${C}/behavior`;
const FIXED = [{ points: { account: 'stars', fixed: 5 } }];
/** Puts a behavior into the last campaign. */
const behaves =
  (behavior: object, more: object = {}) =>
  (document: Loose) => {
    Object.assign(document.campaigns![3]!, { behavior, outcomes: FIXED, ...more });
  };
const buy = { event: 'purchase' };
const away = { event: 'purchase', absent: true, within: { rolling: 'P30D' } };

tellsProblems(t, 'a behavior is joined in one way', [
  ['two', behaves({ all: [buy], any: [buy] }), B, 'one_of_all_any_sequence', /has all and any/],
  ['none', behaves({ sameEvent: true }), B, 'one_of_all_any_sequence', /has none of them/],
  [
    'two rules of one name, however they are joined',
    behaves({ sequence: [{ ...buy, rule: '2' }, buy] }),
    `${B}/sequence/1`,
    'duplicate_rule',
    /named by its number/,
  ],
  [
    'a rule of any is checked like every rule',
    behaves({ any: [buy, { event: 'survey.don' }] }),
    `${B}/any/1/event`,
    'unknown_event_type',
    /Did you mean survey\.done/,
  ],
]);

tellsProblems(t, 'what cannot be joined so is refused', [
  ['sameEvent with any', behaves({ any: [buy], sameEvent: true }), `${B}/sameEvent`, 'same_event_of_all', /is of all/],
  [
    'sameEvent with absent',
    behaves({ all: [buy, away], sameEvent: true }),
    `${B}/sameEvent`,
    'same_event_absent',
    /is no event/,
  ],
  [
    'carry in a sequence',
    behaves({ sequence: [{ ...buy, sum: { of: 'amount', atLeast: 5, carry: true } }, buy] }),
    `${B}/sequence/0/sum/carry`,
    'carry_in_sequence',
    /leave carry out, or use all/,
  ],
  [
    'two measures',
    behaves({ all: [{ ...buy, times: 2, streak: { unit: 'day', atLeast: 3 } }] }),
    `${B}/all/0`,
    'one_measure',
    /not times and streak/,
  ],
  [
    'absent that never runs',
    behaves({ all: [{ event: 'purchase', absent: true }] }),
    `${B}/all/0`,
    'absent_needs_window',
    /or an end of the schedule/,
  ],
  [
    'absent since the first match',
    behaves({ all: [{ ...away, within: { sinceFirst: 'P7D' } }] }),
    `${B}/all/0/within`,
    'absent_since_first',
    /waits for none/,
  ],
]);

const RATE = [{ points: { account: 'stars', rate: { points: 1, per: 100, of: 'amount' } } }];

tellsProblems(t, 'a rate needs an event to be taken of', [
  [
    'all with a rule that waits is completed by time',
    behaves({ all: [buy, away] }, { outcomes: RATE }),
    `${C}/outcomes/0/points/rate`,
    'rate_needs_purchase',
    /completed by time/,
  ],
  [
    'so is a sequence that ends with one',
    behaves({ sequence: [buy, away] }, { outcomes: RATE }),
    `${C}/outcomes/0/points/rate`,
    'rate_needs_purchase',
    /completed by time/,
  ],
]);

t.test('and these are accepted', async (t) => {
  for (const [name, behavior, more] of [
    ['any, completed by a purchase or by time', { any: [buy, away] }, { outcomes: RATE }],
    ['a sequence that goes on after time', { sequence: [buy, away, buy] }, { outcomes: RATE }],
    [
      'absent to the end of the campaign',
      { all: [{ event: 'purchase', absent: true }] },
      { schedule: { end: '2027-01-01T00:00:00Z' } },
    ],
    [
      'a streak inside a window',
      { all: [{ ...buy, streak: { unit: 'week', atLeast: 4 }, within: { rolling: 'P90D' } }] },
      {},
    ],
    ['carry under any', { any: [{ ...buy, sum: { of: 'quantity', atLeast: 5, carry: true } }] }, {}],
    ['sinceFirst', { all: [{ ...buy, times: 3, within: { sinceFirst: 'P7D' } }] }, {}],
  ] as const) {
    const document = coffeeDocument();
    behaves(behavior, more)(document);
    const validated = validateProgram(document);
    t.ok(validated.ok, validated.ok ? name : `${name}: ${JSON.stringify(validated.errors)}`);
  }
});
