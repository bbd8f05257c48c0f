import t from 'tap';
import { drop, set, tellsProblems } from './problem-table.js';

tellsProblems(t, 'offers fit together', [
  [
    'dates',
    set('offers.1.validity.until', '2025-12-31T23:59:59Z'),
    '/offers/1/validity/until',
    'end_before_start',
    /is before/,
  ],
  [
    'units with all',
    set('offers.1.discount.choose', 'all'),
    '/offers/1/discount/units',
    'units_with_all',
    /cheapest or dearest/,
  ],
  [
    'units without choose',
    drop('offers.1.discount.choose'),
    '/offers/1/discount/units',
    'units_with_all',
    /cheapest or dearest/,
  ],
  ['two gets', set('offers.0.discount.get.amountOff', 5), '/offers/0/discount/get', 'one_of_get', /exactly one/],
  ['no get', drop('offers.0.discount.get.percentOff'), '/offers/0/discount/get', 'one_of_get', /exactly one/],
  [
    'discount of a sticker',
    set('offers.2.discount', { kind: 'amountOffCheck', amount: 5 }),
    '/offers/2/discount',
    'discount_not_closed_loop',
    /this is physical/,
  ],
  ['where', set('offers.0.where', { field: 'shop', eq: 'a' }), '/offers/0/where/field', 'unknown_path', /no path/],
  [
    'lines',
    set('offers.1.discount.lines', { field: 'shop', eq: 'a' }),
    '/offers/1/discount/lines/field',
    'unknown_path',
    /on a line/,
  ],
  [
    'buy lines',
    set('offers.0.discount.buy.lines', { field: 'quantity', eq: 'a' }),
    '/offers/0/discount/buy/lines/eq',
    'operand_type',
    /number/,
  ],
  [
    'get lines',
    set('offers.0.discount.get.lines', { field: 'quantity', eq: 'a' }),
    '/offers/0/discount/get/lines/eq',
    'operand_type',
    /number/,
  ],
  [
    'amount',
    set('offers.1.discount', { kind: 'amountOffItem', amount: 0 }),
    '/offers/1/discount/amount',
    'too_small',
    /at least 1/,
  ],
  [
    'price',
    set('offers.1.discount', { kind: 'setPrice', price: 1.5 }),
    '/offers/1/discount/price',
    'not_an_integer',
    /minor units/,
  ],
  [
    'key of another kind',
    set('offers.1.discount', { kind: 'amountOffCheck', amount: 5, units: 1 }),
    '/offers/1/discount/units',
    'unknown_key',
    /Known here: kind, amount/,
  ],
  ['uses', set('offers.0.uses', 0), '/offers/0/uses', 'too_small', /at least 1/],
]);
