import t from 'tap';
import type { Json } from '../event.js';
import { compileCondition } from './condition.js';
import type { FieldCondition } from './document-condition.js';
import { purchaseView } from './specimen.js';

const ofData = (x: Json | undefined, operator: Omit<FieldCondition, 'field'>): boolean =>
  compileCondition({ field: 'data.x', ...operator }).test(
    purchaseView({ event: { data: x === undefined ? {} : { x } } }),
  );

const BIG = ['q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z'];
const OPERATORS: readonly (readonly [value: Json, operator: Omit<FieldCondition, 'field'>, holds: boolean])[] = [
  ['red', { eq: 'red' }, true],
  ['red', { eq: 'Red' }, false],
  [5, { eq: 5 }, true],
  [5, { eq: '5' }, false],
  ['5', { eq: 5 }, false],
  [1, { eq: true }, false],
  [true, { eq: true }, true],
  [0, { eq: false }, false],
  [['a', 'b'], { eq: 'b' }, true],
  [['a', 'b'], { eq: 'c' }, false],
  [[], { eq: 'c' }, false],
  [{ a: 1 }, { eq: 'a' }, false],
  ['red', { ne: 'blue' }, true],
  ['red', { ne: 'red' }, false],
  [5, { ne: '5' }, true],
  [['a', 'b'], { ne: 'b' }, false],
  [['a', 'b'], { ne: 'c' }, true],
  [[], { ne: 'c' }, true],
  [5, { gt: 4 }, true],
  [5, { gt: 5 }, false],
  [4.5, { gt: 4.25 }, true],
  ['5', { gt: 4 }, false],
  ['b', { gt: 'a' }, true],
  ['a', { gt: 'B' }, true],
  ['\u{1f600}', { gt: '\uffff' }, true],
  [[5], { gt: 4 }, false],
  [true, { gt: 0 }, false],
  [5, { gte: 5 }, true],
  [4, { gte: 5 }, false],
  ['a', { gte: 'a' }, true],
  ['5', { gte: 5 }, false],
  [4, { lt: 5 }, true],
  [5, { lt: 5 }, false],
  ['a', { lt: 'b' }, true],
  ['4', { lt: 5 }, false],
  [5, { lte: 5 }, true],
  [6, { lte: 5 }, false],
  ['a', { lte: 'a' }, true],
  [['a'], { lte: 'a' }, false],
  ['a', { in: ['a', 'b'] }, true],
  ['c', { in: ['a', 'b'] }, false],
  [5, { in: ['5'] }, false],
  [['c', 'a'], { in: ['a', 'b'] }, true],
  [['c'], { in: ['a', 'b'] }, false],
  ['x', { in: BIG }, true],
  ['a', { in: BIG }, false],
  [['a', 'x'], { in: BIG }, true],
  [['a'], { in: BIG }, false],
  ['c', { nin: ['a', 'b'] }, true],
  ['a', { nin: ['a', 'b'] }, false],
  [['c', 'a'], { nin: ['a', 'b'] }, false],
  [['c'], { nin: ['a', 'b'] }, true],
  ['x', { nin: BIG }, false],
  [['a', 'x'], { nin: BIG }, false],
  [['a', 'b'], { has: 'a' }, true],
  [['a', 'b'], { has: 'c' }, false],
  ['a', { has: 'a' }, false],
  [[1], { has: '1' }, false],
  [['a', 'b'], { hasAny: ['c', 'b'] }, true],
  [['a', 'b'], { hasAny: ['c'] }, false],
  ['b', { hasAny: ['b'] }, false],
  [['a', 'x'], { hasAny: BIG }, true],
  [['a', 'b'], { hasAll: ['b', 'a'] }, true],
  [['a', 'b'], { hasAll: ['a', 'c'] }, false],
  ['a', { hasAll: ['a'] }, false],
  ['', { exists: true }, true],
  [0, { exists: true }, true],
  [false, { exists: true }, true],
  [[], { exists: true }, true],
  ['a', { exists: false }, false],
  [5, { between: [5, 7] }, true],
  [7, { between: [5, 7] }, true],
  [8, { between: [5, 7] }, false],
  [4, { between: [5, 7] }, false],
  ['6', { between: [5, 7] }, false],
  ['b', { between: ['a', 'b'] }, true],
  ['c', { between: ['a', 'b'] }, false],
  ['\u{1f600}', { between: ['a', '\uffff'] }, false],
  [6, { between: ['5', '7'] }, false],
  ['latte', { startsWith: 'lat' }, true],
  ['latte', { startsWith: 'Lat' }, false],
  [['latte'], { startsWith: 'lat' }, false],
  [5, { startsWith: '5' }, false],
  ['a big latte', { contains: 'big' }, true],
  ['a big latte', { contains: 'Big' }, false],
  [['tea', 'latte'], { contains: 'att' }, true],
  [['tea'], { contains: 'att' }, false],
  [[7], { contains: '7' }, false],
  [57, { contains: '7' }, false],
];

t.test('every operator, on texts, numbers, booleans and lists', async (t) => {
  for (const [value, operator, expected] of OPERATORS) {
    t.equal(ofData(value, operator), expected, `${JSON.stringify(value)} ${JSON.stringify(operator)} is ${expected}`);
  }
});

t.test('a missing field, and a null, make every operator false but exists: false', async (t) => {
  const operators: Omit<FieldCondition, 'field'>[] = [
    { eq: 'a' },
    { ne: 'a' },
    { gt: 1 },
    { gte: 1 },
    { lt: 1 },
    { lte: 1 },
    { in: ['a'] },
    { nin: ['a'] },
    { nin: BIG },
    { has: 'a' },
    { hasAny: ['a'] },
    { hasAll: ['a'] },
    { between: [0, 1] },
    { startsWith: '' },
    { contains: '' },
    { exists: true },
  ];
  for (const operator of operators) {
    t.equal(ofData(undefined, operator), false, `missing: ${JSON.stringify(operator)}`);
    t.equal(ofData(null, operator), false, `null: ${JSON.stringify(operator)}`);
  }
  t.equal(ofData(undefined, { exists: false }), true);
  t.equal(ofData(null, { exists: false }), true);
  t.equal(
    compileCondition({ not: { field: 'data.x', eq: 'a' } }).test(purchaseView({ event: { data: {} } })),
    true,
    'not is how to ask for "is not or is missing"',
  );
});
