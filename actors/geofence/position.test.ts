import fc from 'fast-check';
import t from 'tap';
import { distanceMeters, EARTH_RADIUS_METERS, METERS_PER_DEGREE } from './position.js';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
t.comment(`seed ${seed}`);

type Row = readonly [name: string, a: readonly [number, number], b: readonly [number, number], meters: number];
const ON_THE_SPHERE: readonly Row[] = [
  ['nothing', [42.355, -71.065], [42.355, -71.065], 0],
  ['a degree of latitude', [42, 10], [43, 10], METERS_PER_DEGREE],
  ['a degree of the equator', [0, 10], [0, 11], METERS_PER_DEGREE],
  ['a degree of longitude at 60° is nearly half', [60, 10], [60, 11], 55_597.01],
  ['across the antimeridian', [0, 179.5], [0, -179.5], METERS_PER_DEGREE],
  ['180° east is 180° west', [12, 180], [12, -180], 0],
  ['over the pole', [89.5, 20], [89.5, -160], METERS_PER_DEGREE],
  ['all longitudes are the pole', [90, 20], [90, -100], 0],
  ['to the antipodes', [30, 20], [-30, -160], Math.PI * EARTH_RADIUS_METERS],
  ['a meter', [0, 0], [1 / METERS_PER_DEGREE, 0], 1],
];

t.test('distances on the sphere', async (t) => {
  for (const [name, [latA, lonA], [latB, lonB], meters] of ON_THE_SPHERE) {
    const found = distanceMeters(latA, lonA, latB, lonB);
    t.ok(Math.abs(found - meters) < 0.01, `${name}: ${found}, needed ${meters}`);
  }
});

/** Geodesics of WGS 84. */
const ON_THE_ELLIPSOID: readonly Row[] = [
  ['first degree of latitude', [0, 0], [1, 0], 110_574.39],
  ['last degree of latitude', [89, 0], [90, 0], 111_693.86],
  ['a degree of the equator', [0, 0], [0, 1], 111_319.49],
];

t.test('the sphere is within 0.6 % of the ellipsoid', async (t) => {
  for (const [name, [latA, lonA], [latB, lonB], meters] of ON_THE_ELLIPSOID) {
    const found = distanceMeters(latA, lonA, latB, lonB);
    t.ok(Math.abs(found / meters - 1) < 0.006, `${name}: ${found}, ellipsoid ${meters}`);
  }
});

t.test('it is the length of the arc over the chord, and the same both ways', async () => {
  const latitude = fc.double({ min: -90, max: 90, noNaN: true });
  const longitude = fc.double({ min: -180, max: 180, noNaN: true });
  const point = (lat: number, lon: number) => {
    const [phi, lambda] = [(lat * Math.PI) / 180, (lon * Math.PI) / 180];
    return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)] as const;
  };
  fc.assert(
    fc.property(latitude, longitude, latitude, longitude, (latA, lonA, latB, lonB) => {
      const [a, b] = [point(latA, lonA), point(latB, lonB)];
      const chord = Math.sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2);
      const arc = 2 * EARTH_RADIUS_METERS * Math.asin(Math.min(1, chord / 2));
      const found = distanceMeters(latA, lonA, latB, lonB);
      return Math.abs(found - arc) < 1 && Math.abs(found - distanceMeters(latB, lonB, latA, lonA)) < 1e-6;
    }),
    { seed, numRuns: 500 },
  );
});
