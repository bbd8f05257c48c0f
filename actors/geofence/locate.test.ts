import fc from 'fast-check';
import t from 'tap';
import { limits } from '../limits.js';
import { away } from './fence.arbitrary.js';
import { compileGeofences } from './geofence-index.js';
import { locate } from './locate.js';
import { METERS_PER_DEGREE } from './position.js';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
t.comment(`seed ${seed}`);

const HERE = { latitude: 0, longitude: 0 };
const east = (meters: number) => meters / METERS_PER_DEGREE;
/** A circle of 80 m, and a square whose west edge is 500 m east of its center. */
const index = compileGeofences([
  { id: 'cafe', circle: { ...HERE, radiusMeters: 80 } },
  {
    id: 'park',
    polygon: [
      { latitude: east(-200), longitude: east(500) },
      { latitude: east(200), longitude: east(500) },
      { latitude: east(200), longitude: east(900) },
      { latitude: east(-200), longitude: east(900) },
    ],
  },
]);

/** Each step: meters east of the café, accuracy, and what it says: + entered, - exited. */
type Walk = readonly (readonly [meters: number, accuracy: number, says: string])[];
const WALKS: readonly (readonly [name: string, walk: Walk])[] = [
  [
    'in and out',
    [
      [300, 10, ''],
      [70, 10, '+cafe'],
      [10, 10, ''],
      [300, 10, '-cafe'],
    ],
  ],
  [
    'jitter about the circle does not flap',
    [
      [85, 10, ''],
      [75, 10, ''],
      [69, 10, '+cafe'],
      [85, 10, ''],
      [75, 10, ''],
      [99, 5, ''],
      [60, 5, ''],
      [105, 10, ''],
      [111, 10, '-cafe'],
      [99, 5, ''],
      [79, 5, ''],
    ],
  ],
  [
    'an accuracy over 200 m says nothing',
    [
      [0, 201, ''],
      [0, 10, '+cafe'],
      [5_000, 201, ''],
      [5_000, 200, '-cafe'],
    ],
  ],
  [
    'an accuracy larger than the fence never enters it and still leaves it',
    [
      [0, 100, ''],
      [0, 5, '+cafe'],
      [190, 100, ''],
      [210, 100, '-cafe'],
    ],
  ],
  [
    'a polygon, by its edge',
    [
      [495, 0, ''],
      [505, 10, ''],
      [515, 10, '+park'],
      [495, 10, ''],
      [481, 0, ''],
      [471, 10, ''],
      [469, 10, '-park'],
    ],
  ],
  [
    'from one into the other at once',
    [
      [0, 5, '+cafe'],
      [600, 5, '+park-cafe'],
    ],
  ],
];

t.test('walks past a circle and a square', async (t) => {
  for (const [name, walk] of WALKS) {
    let inside: string[] = [];
    walk.forEach(([meters, accuracy, says], i) => {
      const { entered, exited } = locate(index, 0, east(meters), accuracy, inside);
      const said = [...entered.map((id) => `+${id}`), ...exited.map((id) => `-${id}`)].join('');
      t.equal(said, says, `${name}: step ${i + 1}, ${meters} m`);
      inside = [...inside.filter((id) => !exited.includes(id)), ...entered];
    });
  }
});

t.test('a phone that stands still and errs within its accuracy enters at most once and never leaves', async (t) => {
  let entries = 0;
  const report = fc.record({
    accuracy: fc.double({ min: 0, max: 200, noNaN: true }),
    share: fc.double({ min: 0, max: 0.999, noNaN: true }),
    radians: fc.double({ min: 0, max: 6.28, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000 }), fc.array(report, { maxLength: 50 }), (meters, reports) => {
      const stands = { latitude: 0, longitude: east(meters) };
      let inside: readonly string[] = [];
      for (const { accuracy, share, radians } of reports) {
        const shown = away(stands, share * accuracy, radians);
        const { entered, exited } = locate(index, shown.latitude, shown.longitude, accuracy, inside);
        if (exited.length > 0 || inside.length + entered.length > 1) return false;
        entries += entered.length;
        inside = [...inside, ...entered];
      }
      return true;
    }),
    { seed, numRuns: 500 },
  );
  t.ok(entries > 50, `${entries} entered`);
});

t.test('fences come in the program’s order, whatever order the customer’s are in', async (t) => {
  const circle = { ...HERE, radiusMeters: 80 };
  const five = compileGeofences(['e', 'c', 'd', 'a', 'b'].map((id) => ({ id, circle })));
  t.same(locate(five, 0, 0, 0, ['d']).entered, ['e', 'c', 'a', 'b']);
  t.same(locate(five, 0, east(500), 0, ['a', 'b', 'e']).exited, ['e', 'a', 'b']);
  t.same(locate(five, 0, 0, 0, ['a', 'b', 'c', 'd', 'e']), { entered: [], exited: [], gone: [] });
});

t.test('a fence that the program has no more is told, but not by a phone that does not know where it is', async (t) => {
  t.same(locate(index, 0, 0, 5, ['closed', 'cafe', 'old']), { entered: [], exited: [], gone: ['closed', 'old'] });
  t.same(locate(index, 0, east(300), 5, ['closed', 'cafe']), { entered: [], exited: ['cafe'], gone: ['closed'] });
  t.same(locate(index, 0, 0, 500, ['closed']), { entered: [], exited: [], gone: [] });
  t.same(locate(index, 0, 0, 5, ['__proto__', 'constructor']).gone, ['__proto__', 'constructor']);
});

t.test('one answer does not depend on those before it', async (t) => {
  t.same(locate(index, 0, 0, 5, ['cafe']).entered, []);
  t.same(locate(index, 0, 0, 5, []).entered, ['cafe']);
  t.same(locate(index, 0, east(600), 5, ['park', 'cafe']).exited, ['cafe']);
  t.same(locate(index, 0, east(600), 5, []).entered, ['park']);
});

t.test('no number is nowhere', async (t) => {
  for (const [latitude, longitude, accuracy] of [
    [Number.NaN, 0, 5],
    [0, Number.NaN, 5],
    [0, 0, Number.NaN],
    [0, 0, -1],
  ] as const)
    t.same(locate(index, latitude, longitude, accuracy, ['park']), { entered: [], exited: [], gone: [] });
});

t.test('a customer is in so many fences at most, the first ones of the program', async (t) => {
  const most = limits.geofencesInsideMax;
  const crowd = compileGeofences(
    Array.from({ length: most + 5 }, (_, i) => ({ id: `f${i}`, circle: { ...HERE, radiusMeters: i < 3 ? 50 : 500 } })),
  );
  const { entered } = locate(crowd, 0, 0, 5, []);
  t.equal(entered.length, most);
  t.equal(entered.at(-1), `f${most - 1}`);
  t.same(locate(crowd, 0, 0, 5, entered).entered, [], 'full');
  t.same(locate(crowd, 0, east(200), 5, entered), {
    entered: [`f${most}`, `f${most + 1}`, `f${most + 2}`],
    exited: ['f0', 'f1', 'f2'],
    gone: [],
  });
});
