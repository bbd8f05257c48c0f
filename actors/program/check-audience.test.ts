import t from 'tap';
import { type Row, set, tellsProblems } from './problem-table.js';
import type { Loose } from './specimen.js';

const AUDIENCES = [
  { id: 'regulars', name: 'Regulars', where: { field: 'customer.rfm.frequency', gte: 5 } },
  {
    id: 'gold',
    where: { any: [{ field: 'customer.tier.main', eq: 'gold' }, { not: { field: 'customer.tags', has: 'x' } }] },
  },
];

/** The specimen with audiences, and a campaign for one of them. */
function rows(rows: readonly Row[]): readonly Row[] {
  return rows.map(
    ([name, change, ...wanted]): Row => [
      name,
      (document: Loose) => {
        set('audiences', structuredClone(AUDIENCES))(document);
        set('campaigns.2.target', { audience: 'regulars' })(document);
        change(document);
      },
      ...wanted,
    ],
  );
}

const where = (condition: object) => set('audiences.1.where', condition);

tellsProblems(
  t,
  'audiences',
  rows([
    [
      'a target that names no audience',
      set('campaigns.2.target', { audience: 'regluars' }),
      '/campaigns/2/target/audience',
      'unknown_audience',
      /no audience "regluars".*regulars/,
    ],
    [
      'a condition that names no audience',
      set('campaigns.1.target.where', { field: 'customer.audiences', has: 'silver' }),
      '/campaigns/1/target/where/has',
      'unknown_audience',
      /no audience "silver"/,
    ],
    [
      'a target of both',
      set('campaigns.2.target.where', { field: 'customer.tags', has: 'x' }),
      '/campaigns/2/target/audience',
      'unknown_key',
      /Known here: where/,
    ],
    ['two of one id', set('audiences.1.id', 'regulars'), '/audiences/1/id', 'duplicate_id', /already/],
    [
      'an audience that asks the event',
      where({ field: 'amount', gte: 5 }),
      '/audiences/1/where/field',
      'needs_event',
      /customer/,
    ],
    [
      'an audience that asks the local time',
      where({ all: [{ not: { field: 'local.hour', gte: 5 } }] }),
      '/audiences/1/where/all/0/not/field',
      'needs_event',
      /asked at any time/,
    ],
    [
      'an audience that asks lines',
      where({ any: [{ lines: { where: { field: 'sku', eq: 'A' } } }] }),
      '/audiences/1/where/any/0/lines',
      'needs_event',
      /lines/,
    ],
    [
      'an audience of audiences',
      where({ field: 'customer.audiences', has: 'regulars' }),
      '/audiences/1/where/field',
      'audience_of_audiences',
      /their conditions/,
    ],
    ['an audience without a condition', set('audiences.1', { id: 'all' }), '/audiences/1/where', 'required', /where/],
  ]),
);
