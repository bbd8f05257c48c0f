import fc from 'fast-check';
import t from 'tap';
import { away, type Place, star } from './fence.arbitrary.js';
import { distanceMeters, METERS_PER_DEGREE } from './position.js';
import { ringOf, signedDistanceMeters } from './ring.js';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
t.comment(`seed ${seed}`);

/** Meters east and north of a place on the equator, as degrees. */
const on = (longitude: number) => (east: number, north: number) => ({
  latitude: north / METERS_PER_DEGREE,
  longitude: ((longitude + east / METERS_PER_DEGREE + 540) % 360) - 180,
});
const SQUARE = [
  [0, 0],
  [100, 0],
  [100, 100],
  [0, 100],
] as const;
const HOOK = [
  [0, 0],
  [300, 0],
  [300, 100],
  [100, 100],
  [100, 200],
  [300, 200],
  [300, 300],
  [0, 300],
] as const;

const ROWS: readonly (readonly [
  name: string,
  outline: readonly (readonly [number, number])[],
  east: number,
  north: number,
  meters: number,
])[] = [
  ['the middle of a square', SQUARE, 50, 50, -50],
  ['inside, near an edge', SQUARE, 90, 50, -10],
  ['on an edge', SQUARE, 100, 50, 0],
  ['at a corner', SQUARE, 100, 100, 0],
  ['beside an edge', SQUARE, 130, 50, 30],
  ['off a corner', SQUARE, 130, 140, 50],
  ['level with corners, to the west', SQUARE, -20, 100, 20],
  ['level with corners, inside', SQUARE, 99, 0.001, -0.001],
  ['in the bay of a hook', HOOK, 200, 150, 50],
  ['in the arm of a hook', HOOK, 200, 50, -50],
  ['in the back of a hook', HOOK, 40, 150, -40],
];

t.test('the signed distance to the edge', async (t) => {
  for (const [where, longitude] of [
    ['at Greenwich', 0],
    ['in America', -71],
    ['over the antimeridian', 179.9996],
    ['from the antimeridian on', 180],
    ['up to the antimeridian', -180 - 100 / METERS_PER_DEGREE],
  ] as const) {
    const place = on(longitude);
    for (const [name, outline, east, north, meters] of ROWS) {
      const points = outline.map(([x, y]) => place(x, y));
      const here = place(east, north);
      for (const [way, list] of [
        ['open', points],
        ['closed', [...points, points[0]!]],
        ['the other way round', points.toReversed()],
        ['begun elsewhere', [...points.slice(2), ...points.slice(0, 2)]],
      ] as const) {
        const found = signedDistanceMeters(ringOf(list), here.latitude, here.longitude);
        t.ok(Math.abs(found - meters) < 1e-4, `${name} ${where}, ${way}: ${found}, needed ${meters}`);
      }
    }
  }
});

t.test('an edge is straight in degrees and its distance is of the place where one stands', async (t) => {
  const at60 = [
    { latitude: 60, longitude: 10 },
    { latitude: 60, longitude: 10.01 },
    { latitude: 60.005, longitude: 10.01 },
    { latitude: 60.005, longitude: 10 },
  ];
  const found = signedDistanceMeters(ringOf(at60), 60.0025, 10.012);
  t.ok(Math.abs(found - distanceMeters(60.0025, 10.01, 60.0025, 10.012)) < 0.001, String(found));
});

t.test('the other side of the world is outside and far', async (t) => {
  const square = ringOf(SQUARE.map(([x, y]) => on(179.9996)(x, y)));
  for (const [latitude, longitude] of [
    [0, 0],
    [90, 0],
    [-90, 100],
    [0, -0.0004],
    [45, -180],
  ] as const)
    t.ok(signedDistanceMeters(square, latitude, longitude) > 1e6, `${latitude}, ${longitude}`);
});

t.test('it agrees with walking along the edge and counting turns', async () => {
  fc.assert(
    fc.property(
      star,
      fc.nat(),
      fc.double({ min: 0, max: 250, noNaN: true }),
      fc.nat(628),
      (points, n, far, hundredths) => {
        const here = away(points[n % points.length]!, far, hundredths / 100);
        const found = signedDistanceMeters(ringOf(points), here.latitude, here.longitude);
        const { nearest, turns } = walked(points, here);
        // The walk has steps of up to 5 m, and far from the edge only the sign is told.
        if (nearest > 1 && found < 0 !== (turns !== 0)) return false;
        return Math.abs(Math.abs(found) - nearest) < 3 + 0.005 * nearest;
      },
    ),
    { seed, numRuns: 300 },
  );
});

/** The least great-circle distance to points along the edge near here, and the turns the edge makes around here. */
function walked(points: readonly Place[], here: Place): { readonly nearest: number; readonly turns: number } {
  const east = (longitude: number) => ((longitude - here.longitude + 540) % 360) - 180;
  let nearest = Number.POSITIVE_INFINITY;
  let angle = 0;
  points.forEach((a, i) => {
    const b = points[(i + 1) % points.length]!;
    const [ax, ay, bx, by] = [
      east(a.longitude),
      a.latitude - here.latitude,
      east(b.longitude),
      b.latitude - here.latitude,
    ];
    angle += Math.atan2(ax * by - ay * bx, ax * bx + ay * by);
    const parts = Math.max(1, Math.ceil(distanceMeters(a.latitude, a.longitude, b.latitude, b.longitude) / 5));
    for (let part = 0; part <= parts; part++) {
      const share = part / parts;
      const meters = distanceMeters(
        0 + here.latitude,
        0,
        here.latitude + ay + share * (by - ay),
        ax + share * (bx - ax),
      );
      nearest = Math.min(nearest, meters);
    }
  });
  return { nearest, turns: Math.round(angle / (2 * Math.PI)) };
}
