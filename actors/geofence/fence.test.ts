import t from 'tap';
import type { GeofenceDocument } from './document-geofence.js';
import { distanceOf, fenceOf, isEntered, isExited, isVerified, saysWhere } from './fence.js';

const circle = (radiusMeters: number): GeofenceDocument => ({
  id: 'bos-1',
  circle: { latitude: 42.355, longitude: -71.065, radiusMeters },
});
const park: GeofenceDocument = {
  id: 'park',
  polygon: [
    { latitude: 42, longitude: -71 },
    { latitude: 42, longitude: -70.99 },
    { latitude: 42.01, longitude: -70.99 },
    { latitude: 42.01, longitude: -71 },
  ],
};

type Rule = typeof isEntered;
const ROWS: readonly (readonly [
  name: string,
  rule: Rule,
  document: GeofenceDocument,
  distance: number,
  accuracy: number,
  holds: boolean,
])[] = [
  ['entered when distance and accuracy fit in the radius', isEntered, circle(80), 60, 20, true],
  ['entered on the circle itself', isEntered, circle(80), 80, 0, true],
  ['not entered when accuracy reaches out', isEntered, circle(80), 60, 20.5, false],
  ['not entered when accuracy alone is more than the radius', isEntered, circle(80), 0, 81, false],
  ['of a small circle not left within 20 m', isExited, circle(80), 100, 0, false],
  ['of a small circle left beyond 20 m', isExited, circle(80), 100.5, 0, true],
  ['of a circle of 200 m not left at a tenth more', isExited, circle(200), 220, 0, false],
  ['of a large circle not left at a tenth more', isExited, circle(1_000), 1_100, 0, false],
  ['of a large circle left beyond a tenth', isExited, circle(1_000), 1_100.5, 0, true],
  ['not left while accuracy reaches in', isExited, circle(80), 150, 50, false],
  ['left when accuracy does not reach in', isExited, circle(80), 150.5, 50, true],
  ['a check-in is verified inside', isVerified, circle(80), 80, 0, true],
  ['a check-in is verified when accuracy reaches in', isVerified, circle(80), 130, 50, true],
  ['a check-in is not verified farther away', isVerified, circle(80), 130.5, 50, false],
  ['a polygon is entered as deep as accuracy', isEntered, park, -20, 20, true],
  ['a polygon is entered on its edge when exact', isEntered, park, 0, 0, true],
  ['a polygon is not entered less deep', isEntered, park, -19.5, 20, false],
  ['a polygon is not left within 20 m', isExited, park, 20, 0, false],
  ['a polygon is left beyond 20 m', isExited, park, 20.5, 0, true],
  ['a polygon is not left while accuracy reaches in', isExited, park, 70, 50, false],
  ['a check-in at a polygon is verified as near as accuracy', isVerified, park, 50, 50, true],
  ['a check-in at a polygon is not verified farther away', isVerified, park, 50.5, 50, false],
];

t.test('the rules of a fence', async (t) => {
  for (const [name, rule, document, distance, accuracy, holds] of ROWS)
    t.equal(rule(fenceOf(document, 0), distance, accuracy), holds, name);
});

t.test('an accuracy over 200 m, below 0 or no number says nothing', async (t) => {
  for (const [accuracy, says] of [
    [0, true],
    [200, true],
    [200.1, false],
    [-1, false],
    [Number.NaN, false],
  ] as const)
    t.equal(saysWhere(accuracy), says, String(accuracy));
});

t.test('the distance is to the center of a circle and to the edge of a polygon', async (t) => {
  t.equal(distanceOf(fenceOf(circle(80), 0), 42.355, -71.065), 0);
  t.ok(Math.abs(distanceOf(fenceOf(park, 0), 42.005, -70.9999) + 8.263) < 0.01, 'inside is negative');
  t.ok(Math.abs(distanceOf(fenceOf(park, 0), 42.005, -71.0001) - 8.263) < 0.01, 'outside is positive');
});
