import t from 'tap';
import { problemsOf, set, tellsProblems } from './problem-table.js';
import { coffeeDocument } from './specimen.js';

const WHERE = '/campaigns/2/behavior/all/1/where';
const where = (condition: unknown) => set('campaigns.2.behavior.all.1.where', condition);
let deep: unknown = { field: 'storeId', eq: 'a' };
for (let i = 0; i < 16; i++) deep = { not: deep };

tellsProblems(t, 'conditions: paths exist, operators fit them, names are defined', [
  ['path', where({ field: 'storeid', eq: 'a' }), `${WHERE}/field`, 'unknown_path', /Did you mean storeId\?/],
  ['path, nothing near', where({ field: 'weather', eq: 'a' }), `${WHERE}/field`, 'unknown_path', /Known: type, source/],
  ['data alone', where({ field: 'data.', eq: 'a' }), `${WHERE}/field`, 'unknown_path', /no path/],
  ['an empty step', where({ field: 'data.a..b', eq: 'a' }), `${WHERE}/field`, 'unknown_path', /no path/],
  ['a prototype', where({ field: 'data.__proto__.x', eq: 'a' }), `${WHERE}/field`, 'unknown_path', /no path/],
  ['a line path', where({ field: 'sku', eq: 'a' }), `${WHERE}/field`, 'unknown_path', /inside \{lines/],
  [
    'an event path on a line',
    where({ lines: { where: { field: 'storeId', eq: 'a' } } }),
    `${WHERE}/lines/where/field`,
    'unknown_path',
    /outside lines/,
  ],
  ['number for a text', where({ field: 'storeId', eq: 5 }), `${WHERE}/eq`, 'operand_type', /is text/],
  ['text for a number', where({ field: 'amount', gt: '5' }), `${WHERE}/gt`, 'operand_type', /is a number/],
  ['text among numbers', where({ field: 'local.hour', in: [8, '9'] }), `${WHERE}/in/1`, 'operand_type', /is a number/],
  ['fraction of money', where({ field: 'amount', gte: 10.5 }), `${WHERE}/gte`, 'not_an_integer', /10\.50 is 1050/],
  [
    'fraction in a quantity',
    where({ lines: { quantity: { gte: 1.5 } } }),
    `${WHERE}/lines/quantity/gte`,
    'not_an_integer',
    /whole number/,
  ],
  ['has of a text', where({ field: 'storeId', has: 'a' }), `${WHERE}/has`, 'operator_not_for_field', /use eq or in/],
  [
    'hasAny of a number',
    where({ field: 'amount', hasAny: [5] }),
    `${WHERE}/hasAny`,
    'operator_not_for_field',
    /use eq or in/,
  ],
  [
    'contains of a number',
    where({ field: 'amount', contains: '5' }),
    `${WHERE}/contains`,
    'operator_not_for_field',
    /not a text/,
  ],
  ['gt of a list', where({ field: 'customer.tags', gt: 'a' }), `${WHERE}/gt`, 'operator_not_for_field', /is a list/],
  [
    'startsWith of a list',
    where({ field: 'store.tags', startsWith: 'a' }),
    `${WHERE}/startsWith`,
    'operator_not_for_field',
    /is a list/,
  ],
  [
    'has of a line text',
    where({ lines: { where: { field: 'sku', has: 'a' } } }),
    `${WHERE}/lines/where/has`,
    'operator_not_for_field',
    /use eq or in/,
  ],
  [
    'between of two types',
    where({ field: 'data.x', between: [1, 'b'] }),
    `${WHERE}/between`,
    'operand_type',
    /two numbers or two texts/,
  ],
  [
    'between backwards',
    where({ field: 'amount', between: [7, 5] }),
    `${WHERE}/between`,
    'operand_order',
    /write \[5, 7\]/,
  ],
  [
    'lines between backwards',
    where({ lines: { amount: { between: [7, 5] } } }),
    `${WHERE}/lines/amount/between`,
    'operand_order',
    /write \[5, 7\]/,
  ],
  ['status', where({ field: 'customer.status', eq: 'god' }), `${WHERE}/eq`, 'unknown_status', /Did you mean good\?/],
  [
    'level',
    where({ field: 'customer.tier.main', in: ['gold', 'sliver'] }),
    `${WHERE}/in/1`,
    'unknown_level',
    /Did you mean silver\?/,
  ],
  [
    'tier system',
    where({ field: 'customer.tier.man', eq: 'gold' }),
    `${WHERE}/field`,
    'unknown_tier_system',
    /Did you mean main\?/,
  ],
  [
    'account',
    where({ field: 'customer.points.starz', gte: 5 }),
    `${WHERE}/field`,
    'unknown_account',
    /Did you mean stars\?/,
  ],
  [
    'offer',
    where({ field: 'customer.offers', has: 'free-late' }),
    `${WHERE}/has`,
    'unknown_offer',
    /Did you mean free-latte\?/,
  ],
  ['too deep', where(deep), `${WHERE}${'/not'.repeat(16)}`, 'nested_too_deep', /deeper than 16/],
  [
    'in all and any',
    where({ all: [{ any: [{ field: 'amount', eq: 'a' }] }] }),
    `${WHERE}/all/0/any/0/eq`,
    'operand_type',
    /number/,
  ],
  [
    'in a target',
    set('campaigns.2.target', { where: { field: 'amuont', eq: 5 } }),
    '/campaigns/2/target/where/field',
    'unknown_path',
    /amount/,
  ],
  [
    'in a rate',
    set('campaigns.0.outcomes.0.points.rate.of', { lines: { field: 'storeId', eq: 'a' }, of: 'amount' }),
    '/campaigns/0/outcomes/0/points/rate/of/lines/field',
    'unknown_path',
    /on a line/,
  ],
  [
    'in a sum',
    set('campaigns.2.behavior.all.0.sum.of', { lines: { field: 'skuu', eq: 'a' }, of: 'amount' }),
    '/campaigns/2/behavior/all/0/sum/of/lines/field',
    'unknown_path',
    /Did you mean sku\?/,
  ],
  [
    'of closed data',
    set('campaigns.3.behavior.all.0.where', { field: 'data.scor', gte: 4 }),
    '/campaigns/3/behavior/all/0/where/field',
    'unknown_path',
    /Did you mean score\?/,
  ],
  [
    'RFM without rfm',
    (d) => {
      delete d.rfm;
      where({ field: 'customer.rfm.frequency', gte: 5 })(d);
    },
    `${WHERE}/field`,
    'rfm_missing',
    /needs the program/,
  ],
]);

t.test('a condition nested sixteen deep is fine', async (t) => {
  const document = coffeeDocument();
  where((deep as { not: unknown }).not)(document);
  t.same(problemsOf(document), []);
});
