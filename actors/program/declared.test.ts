import t from 'tap';
import { compileDeclared, personalPaths } from './declared.js';
import { type Row, set, tellsProblems } from './problem-table.js';

const S = '/events/0/data';
const schema = (data: unknown) => set('events.0.data', data);
const circle = { $ref: '#/$defs/node', $defs: { node: { properties: { next: { $ref: '#/$defs/node' } } } } };
const bomb = {
  $ref: '#/$defs/d0',
  $defs: Object.fromEntries(
    Array.from({ length: 30 }, (_, i) => [
      `d${i}`,
      i === 29 ? { type: 'object' } : { allOf: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] },
    ]),
  ),
};

const ROWS: readonly Row[] = [
  ['no schema', schema('string'), S, 'wrong_type', /JSON Schema/],
  ['not a schema', schema({ type: 'text' }), S, 'invalid_schema', /not a valid JSON Schema/],
  ['unknown keyword', schema({ maximun: 5 }), S, 'invalid_schema', /maximun/],
  [
    'pattern',
    schema({ properties: { a: { pattern: '(a+)+$' } } }),
    `${S}/properties/a/pattern`,
    'pattern_not_allowed',
    /may take for ever/,
  ],
  [
    'patternProperties',
    schema({ patternProperties: { a: {} } }),
    `${S}/patternProperties`,
    'pattern_not_allowed',
    /may take for ever/,
  ],
  ['remote $ref', schema({ $ref: 'https://example.com/x.json' }), `${S}/$ref`, 'remote_ref', /within the schema/],
  [
    '$ref to the root',
    schema({ properties: { a: { $ref: '#' } } }),
    `${S}/properties/a/$ref`,
    'remote_ref',
    /#\/\$defs\/size/,
  ],
  ['unknown $ref', schema({ $ref: '#/$defs/size' }), `${S}/$ref`, 'unknown_ref', /no \$defs\/size/],
  ['a circle', schema(circle), `${S}/$defs/node/properties/next/$ref`, 'schema_recursive', /contains itself/],
  ['a bomb of $refs', schema(bomb), S, 'too_large', /4096/],
  ['$id', schema({ $id: 'x' }), `${S}/$id`, 'keyword_not_allowed', /\$id is not allowed/],
  ['$dynamicRef', schema({ $dynamicRef: '#x' }), `${S}/$dynamicRef`, 'keyword_not_allowed', /not allowed/],
  [
    'another dialect',
    schema({ $schema: 'http://json-schema.org/draft-04/schema#' }),
    `${S}/$schema`,
    'not_allowed',
    /2020-12/,
  ],
  [
    'unknown format',
    schema({ properties: { a: { format: 'email' } } }),
    `${S}/properties/a/format`,
    'unknown_format',
    /date-time, date/,
  ],
  [
    'personal: no',
    schema({ properties: { a: { personal: 'no' } } }),
    `${S}/properties/a/personal`,
    'wrong_type',
    /only true/,
  ],
  [
    'uniqueItems of any number',
    schema({ properties: { a: { uniqueItems: true } } }),
    `${S}/properties/a/uniqueItems`,
    'unbounded_unique',
    /maxItems/,
  ],
  [
    '__proto__',
    schema(JSON.parse('{"properties": {"__proto__": {}}}')),
    `${S}/properties/__proto__`,
    'forbidden_key',
    /another name/,
  ],
  [
    'within $defs',
    schema({ $ref: '#/$defs/a', $defs: { a: { pattern: 'x' } } }),
    `${S}/$defs/a/pattern`,
    'pattern_not_allowed',
    /for ever/,
  ],
];
tellsProblems(
  t,
  'a declared schema that is wrong, or not safe to run on every event',
  ROWS.map(
    ([name, change, ...rest]) =>
      [
        name,
        (document) => {
          document.campaigns!.pop();
          change(document);
        },
        ...rest,
      ] as Row,
  ),
);

t.test('data of a declared type is checked by its schema', async (t) => {
  const type = compileDeclared({
    type: 'survey.done',
    data: {
      type: 'object',
      properties: {
        score: { type: 'integer', minimum: 1 },
        color: { enum: ['red', 'blue'] },
        at: { type: 'string', format: 'date-time' },
        on: { type: 'string', format: 'date' },
        inner: { $ref: '#/$defs/inner' },
        tags: { type: 'array', items: { type: 'string' }, uniqueItems: true, maxItems: 5 },
      },
      required: ['score'],
      additionalProperties: false,
      $defs: { inner: { type: 'object', properties: { n: { type: 'number' } } } },
    },
  });
  t.same(
    type.check({
      score: 4,
      color: 'red',
      at: '2026-01-01T00:00:00Z',
      on: '2026-02-28',
      inner: { n: 1.5 },
      tags: ['a', 'b'],
    }),
    [],
  );
  for (const [data, pointer, detail] of [
    [{}, '/data', /required property 'score'/],
    [{ score: 0 }, '/data/score', />= 1/],
    [{ score: '4' }, '/data/score', /must be integer/],
    [{ score: 4, color: 'green' }, '/data/color', /\["red","blue"\]/],
    [{ score: 4, extra: 1 }, '/data', /"extra"/],
    [{ score: 4, at: 'yesterday' }, '/data/at', /date-time/],
    [{ score: 4, on: '2026-02-30' }, '/data/on', /date/],
    [{ score: 4, inner: { n: 'x' } }, '/data/inner/n', /number/],
    [{ score: 4, tags: ['a', 'a'] }, '/data/tags', /duplicate/],
    [undefined, '/data', /object/],
    [null, '/data', /object/],
  ] as const) {
    t.match(type.check(data), [{ pointer, code: 'schema_mismatch', detail }], JSON.stringify(data));
  }
  t.equal(type.check({ color: 'green', extra: 1 }).length, 3, 'all problems at once');
});

t.test('a type without a schema takes any data', async (t) => {
  const type = compileDeclared({ type: 'visit' });
  for (const data of [undefined, null, {}, { a: [1] }, 'x']) t.same(type.check(data), []);
  t.equal(type.personal, false);
  t.same(compileDeclared({ type: 'visit', data: true }).check(5), []);
});

t.test('the same schema compiled again and again gives the same checks', async (t) => {
  const data = { type: 'object', required: ['a'] };
  for (let i = 0; i < 5; i++) t.equal(compileDeclared({ type: 'x', data }).check({}).length, 1);
});

t.test('personal properties are found wherever they are', async (t) => {
  for (const [data, paths] of [
    [{ properties: { a: { personal: true }, b: {} } }, ['a']],
    [{ properties: { a: { properties: { b: { personal: true } } } } }, ['a.b']],
    [{ personal: true }, ['']],
    [{ properties: { a: { type: 'array', items: { properties: { b: { personal: true } } } } } }, ['a.b']],
    [{ allOf: [{ properties: { a: { personal: true } } }] }, ['a']],
    [
      { properties: { a: { $ref: '#/$defs/who' } }, $defs: { who: { properties: { mail: { personal: true } } } } },
      ['a.mail'],
    ],
    [{ if: { properties: { a: { personal: true } } } }, ['a']],
    [{ properties: { a: {} } }, []],
    [undefined, []],
  ] as const) {
    t.same(personalPaths(data), paths, JSON.stringify(data));
  }
  t.same(personalPaths(bomb), [''], 'what is too large to look through counts as personal');
  t.equal(compileDeclared({ type: 'x', data: { properties: { a: { personal: true } } } }).personal, true);
});
