import t from 'tap';
import { drop, problemsOf, set, tellsProblems } from './problem-table.js';
import { coffeeDocument, type Loose } from './specimen.js';

/** A send in the place of a campaign, with one change. */
function send(parts: object): (document: Loose) => void {
  return set('campaigns.2', {
    id: 'hello',
    kind: 'promotion',
    outcomes: [{ points: { account: 'stars', fixed: 10 } }],
    ...parts,
  });
}

function both(one: (document: Loose) => void, other: (document: Loose) => void): (document: Loose) => void {
  return (document) => {
    one(document);
    other(document);
  };
}

const HERE = '/campaigns/2';
const where = (condition: object): object => ({ target: { where: condition } });

tellsProblems(t, 'a campaign without behavior', [
  [
    'a rate',
    send({ outcomes: [{ points: { account: 'stars', rate: { points: 1, per: 100, of: 'amount' } } }] }),
    `${HERE}/outcomes/0/points/rate`,
    'rate_needs_purchase',
    /use fixed/,
  ],
  ['base', both(drop('campaigns.0.base'), send({ base: true })), `${HERE}/base`, 'base_rules', /no base/],
  ['clawback', send({ onReturn: 'clawback' }), `${HERE}/onReturn`, 'clawback_needs_behavior', /leave onReturn out/],
  ['a group', send({ group: 'g', best: 'first' }), `${HERE}/group`, 'group_needs_behavior', /runs alone/],
  [
    'at and every',
    send({ schedule: { at: '2026-03-01T00:00:00Z', every: '0 9 * * *' } }),
    `${HERE}/schedule/every`,
    'at_or_every',
    /two campaigns/,
  ],
  [
    'at before start',
    send({ schedule: { at: '2026-03-01T00:00:00Z', start: '2026-03-02T00:00:00Z' } }),
    `${HERE}/schedule/at`,
    'at_outside_schedule',
    /before start/,
  ],
  [
    'at after end',
    send({ schedule: { at: '2026-03-01T00:00:00Z', end: '2026-02-02T00:00:00Z' } }),
    `${HERE}/schedule/at`,
    'at_outside_schedule',
    /after end/,
  ],
  ['at that is no time', send({ schedule: { at: 'tomorrow' } }), `${HERE}/schedule/at`, 'not_a_time', /with an offset/],
  [
    'a cron that is none',
    send({ schedule: { every: 'daily' } }),
    `${HERE}/schedule/every`,
    'invalid_cron',
    /five fields/,
  ],
  [
    'a cron with a wrong value',
    send({ schedule: { every: { cron: '60 9 * * *' } } }),
    `${HERE}/schedule/every/cron`,
    'invalid_cron',
    /"60" is no minute/,
  ],
  [
    'a cron that never comes',
    send({ schedule: { every: { cron: '0 9 31 2 *' } } }),
    `${HERE}/schedule/every/cron`,
    'invalid_cron',
    /never comes/,
  ],
  [
    'a zone that is none',
    send({ schedule: { every: { cron: '0 9 * * *', timeZone: 'Mars' } } }),
    `${HERE}/schedule/every/timeZone`,
    'not_a_zone',
    /IANA time zone/,
  ],
  [
    'a target that asks the event',
    send(where({ field: 'amount', gte: 5 })),
    `${HERE}/target/where/field`,
    'needs_event',
    /customer/,
  ],
  [
    'a target that asks its data, deep down',
    send(where({ any: [{ not: { field: 'data.x', exists: true } }] })),
    `${HERE}/target/where/any/0/not/field`,
    'needs_event',
    /no event|has none/,
  ],
  [
    'a target that asks lines',
    send(where({ lines: { quantity: { gte: 1 } } })),
    `${HERE}/target/where/lines`,
    'needs_event',
    /has none/,
  ],
]);

tellsProblems(t, 'a campaign with a behavior', [
  [
    'at',
    set('campaigns.2.schedule', { at: '2026-03-01T00:00:00Z' }),
    `${HERE}/schedule/at`,
    'send_only',
    /leave the behavior out/,
  ],
  [
    'every',
    set('campaigns.2.schedule', { every: '0 9 * * *' }),
    `${HERE}/schedule/every`,
    'send_only',
    /leave the behavior out/,
  ],
]);

t.test('sends that are right', async (t) => {
  const rows: [string, object][] = [
    ['at publication', {}],
    ['at', { schedule: { at: '2026-03-01T09:00:00-05:00' } }],
    [
      'at its start and end',
      { schedule: { at: '2026-03-01T00:00:00Z', start: '2026-03-01T00:00:00Z', end: '2026-03-01T00:00:00Z' } },
    ],
    ['every', { schedule: { every: '0 9 * * MON' } }],
    ['every in its zone', { schedule: { every: { cron: '0 9 L * *', timeZone: 'Europe/Berlin' } } }],
    [
      'a target by profile and local time',
      where({
        all: [
          { field: 'customer.tags', has: 'a' },
          { field: 'local.hour', lt: 12 },
        ],
      }),
    ],
    ['keep, which is the default', { onReturn: 'keep' }],
    ['shadow', { shadow: true }],
    ['a total and a budget', { limits: { total: 100, budget: { points: 500 } } }],
    ['limits', { limits: { perCustomer: 2, per: { calendar: 'month' } } }],
  ];
  for (const [sentence, parts] of rows) {
    const document = coffeeDocument();
    send(parts)(document);
    t.same(problemsOf(document), [], sentence);
  }
});
