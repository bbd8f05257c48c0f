import fc from 'fast-check';
import t from 'tap';
import { limits } from '../limits.js';
import { validateGeofences } from './check-geofence.js';
import { geofences } from './fence.arbitrary.js';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
t.comment(`seed ${seed}`);

const stores = [{ id: 'bos-1' }, { id: 'nyc-1' }];
const circle = { latitude: 42.355, longitude: -71.065, radiusMeters: 80 };
const corners = (...pairs: readonly (readonly [number, number])[]) =>
  pairs.map(([latitude, longitude]) => ({ latitude, longitude }));
const square = corners([42, -71], [42, -70.99], [42.01, -70.99], [42.01, -71]);

t.test('what is valid', async (t) => {
  for (const [name, document] of [
    ['none', {}],
    ['an empty list', { geofences: [] }],
    [
      'circles and polygons',
      {
        stores,
        geofences: [
          { id: 'a', storeId: 'bos-1', circle },
          { id: 'b', polygon: square },
        ],
      },
    ],
    ['several around one store', { stores, geofences: ['a', 'b'].map((id) => ({ id, storeId: 'bos-1', circle })) }],
    ['a closed polygon', { geofences: [{ id: 'a', polygon: [...square, square[0]] }] }],
    ['over the antimeridian', { geofences: [{ id: 'a', polygon: corners([0, 179.9], [0, -179.9], [0.1, 180]) }] }],
    [
      'closed on the antimeridian',
      { geofences: [{ id: 'a', polygon: corners([0, 180], [0, -179.9], [0.1, -179.9], [0, -180]) }] },
    ],
    ['a circle at the pole', { geofences: [{ id: 'a', circle: { latitude: -90, longitude: 0, radiusMeters: 500 } }] }],
    ['no document at all', null],
  ] as const)
    t.same(validateGeofences(document), [], name);
});

const ROWS: readonly (readonly [name: string, fence: unknown, pointer: string, code: string, detail: RegExp])[] = [
  ['not an object', 'bos-1', '', 'wrong_type', /an object/],
  ['no id', { circle }, '/id', 'required', /id is missing/],
  ['an unknown store', { id: 'a', storeId: 'bos-2', circle }, '/storeId', 'unknown_store', /no store "bos-2".*bos-1/],
  ['neither outline', { id: 'a' }, '', 'one_outline', /circle and polygon/],
  ['both outlines', { id: 'a', circle, polygon: square }, '', 'one_outline', /exactly one/],
  ['a misspelt key', { id: 'a', circel: circle, polygon: square }, '/circel', 'unknown_key', /circle/],
  ['no radius', { id: 'a', circle: { latitude: 1, longitude: 1 } }, '/circle/radiusMeters', 'required', /meters/],
  ['a radius too small', { id: 'a', circle: { ...circle, radiusMeters: 0 } }, '/circle/radiusMeters', 'too_small', /1/],
  [
    'a radius too large',
    { id: 'a', circle: { ...circle, radiusMeters: 1e6 } },
    '/circle/radiusMeters',
    'too_large',
    /100000/,
  ],
  [
    'a radius that is a text',
    { id: 'a', circle: { ...circle, radiusMeters: '80' } },
    '/circle/radiusMeters',
    'wrong_type',
    /number/,
  ],
  ['a latitude off the earth', { id: 'a', circle: { ...circle, latitude: 91 } }, '/circle/latitude', 'too_large', /90/],
  [
    'a longitude off the earth',
    { id: 'a', circle: { ...circle, longitude: -181 } },
    '/circle/longitude',
    'too_small',
    /-180/,
  ],
  ['two points', { id: 'a', polygon: square.slice(0, 2) }, '/polygon', 'too_few', /at least 3/],
  [
    'two points and the first again',
    { id: 'a', polygon: [square[0], square[1], square[0]] },
    '/polygon',
    'too_few',
    /has 2/,
  ],
  [
    'too many points',
    { id: 'a', polygon: Array.from({ length: limits.geofencePointsMax + 1 }, () => square[0]) },
    '/polygon',
    'too_many',
    /500/,
  ],
  [
    'a point twice',
    { id: 'a', polygon: [square[0], square[1], square[1], square[2]] },
    '/polygon/2',
    'repeated_point',
    /leave it out/,
  ],
  [
    'a bow tie',
    { id: 'a', polygon: [square[0], square[2], square[1], square[3]] },
    '/polygon',
    'polygon_crosses_itself',
    /point 0 to 1 meets .* point 2 to 3/,
  ],
  [
    'points on a line',
    { id: 'a', polygon: corners([42, -71], [42.1, -71.1], [42.2, -71.2]) },
    '/polygon',
    'polygon_flat',
    /on a line/,
  ],
  [
    'points nearly on a line',
    { id: 'a', polygon: corners([42, -71], [42.01, -71], [42.005, -71.000000001]) },
    '/polygon',
    'polygon_flat',
    /square meter/,
  ],
  [
    'at a pole',
    { id: 'a', polygon: corners([88.9, 0], [89.1, 10], [89, 20]) },
    '/polygon/1/latitude',
    'polygon_at_pole',
    /circle/,
  ],
  [
    'around a pole',
    { id: 'a', polygon: corners([88.5, 0], [88.5, 120], [88.5, -120]) },
    '/polygon',
    'polygon_too_wide',
    /km/,
  ],
  [
    'a country',
    { id: 'a', polygon: corners([40, -80], [40, -70], [45, -75]) },
    '/polygon',
    'polygon_too_wide',
    /852 km.*200 km/,
  ],
  [
    'latitude and longitude exchanged',
    {
      id: 'a',
      polygon: [
        [-71, 42],
        [-71, 43],
        [-72, 42],
      ],
    },
    '/polygon/0',
    'wrong_type',
    /an object/,
  ],
];

t.test('what is wrong is told where it is, with how to mend it', async (t) => {
  for (const [name, fence, pointer, code, detail] of ROWS) {
    const problems = validateGeofences({ stores, geofences: [{ id: 'first', storeId: 'nyc-1', circle }, fence] });
    t.match(
      problems[0],
      { pointer: `/geofences/1${pointer}`, code, detail },
      `${name}: ${JSON.stringify(problems[0])}`,
    );
    if (name !== 'latitude and longitude exchanged') t.equal(problems.length, 1, `${name}: no other problem`);
  }
});

t.test('an id twice', async (t) => {
  const list = ['a', 'b', 'a', 'a'].map((id) => ({ id, circle }));
  t.match(validateGeofences({ geofences: list }), [
    {
      pointer: '/geofences/2/id',
      code: 'duplicate_id',
      detail: '"a" is already the id of /geofences/0; give it another.',
    },
    { pointer: '/geofences/3/id', code: 'duplicate_id' },
  ]);
});

t.test('every problem is told at once, and what is sound is checked beside what is not', async (t) => {
  const found = validateGeofences({
    geofences: [{ id: 'a', circle: { ...circle, latitude: 'x' } }, { id: 'b', storeId: 'none', circle }, { id: 'b' }],
  });
  t.same(
    found.map(({ pointer, code }) => `${pointer} ${code}`),
    [
      '/geofences/0/circle/latitude wrong_type',
      '/geofences/1/storeId unknown_store',
      '/geofences/2/id duplicate_id',
      '/geofences/2 one_outline',
    ],
  );
});

t.test('not a list, and too many', async (t) => {
  t.match(validateGeofences({ geofences: {} }), [{ pointer: '/geofences', code: 'wrong_type' }]);
  const many = Array.from({ length: limits.geofencesMax + 1 }, (_, i) => ({ id: `f${i}`, circle }));
  t.match(validateGeofences({ geofences: many })[0], { pointer: '/geofences', code: 'too_many' });
  t.same(validateGeofences({ geofences: many.slice(1) }), [], 'ten thousand are not too many');
});

t.test('random fences are valid, and anything else is answered', async () => {
  fc.assert(
    fc.property(geofences, (list) => validateGeofences({ geofences: list }).length === 0),
    { seed, numRuns: 100 },
  );
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      validateGeofences(value);
      validateGeofences({ geofences: value });
      validateGeofences({ stores: value, geofences: [{ id: 'a', polygon: value }, value] });
    }),
    { seed, numRuns: 300 },
  );
});
