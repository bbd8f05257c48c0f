import t from 'tap';
import { type CheckInStanding, verifyCheckIn } from './check-in.js';
import { compileGeofences } from './geofence-index.js';
import { METERS_PER_DEGREE } from './position.js';

const east = (meters: number) => meters / METERS_PER_DEGREE;
const circle = { latitude: 0, longitude: 0, radiusMeters: 80 };
const index = compileGeofences([
  { id: 'front', storeId: 'bos-1', circle },
  { id: 'back', storeId: 'bos-1', circle: { ...circle, longitude: east(1_000) } },
  {
    id: 'stadium',
    polygon: [
      { latitude: east(-50), longitude: east(2_000) },
      { latitude: east(50), longitude: east(2_000) },
      { latitude: east(50), longitude: east(2_100) },
      { latitude: east(-50), longitude: east(2_100) },
    ],
  },
]);

const ROWS: readonly (readonly [
  name: string,
  venueId: string | undefined,
  meters: number | undefined,
  accuracy: number | undefined,
  standing: CheckInStanding,
])[] = [
  ['at the venue', 'bos-1', 50, 10, 'verified'],
  ['outside, as near as the accuracy', 'bos-1', 99, 20, 'verified'],
  ['farther than the accuracy', 'bos-1', 101, 20, 'outside'],
  ['without an accuracy it counts as exact', 'bos-1', 79.9, undefined, 'verified'],
  ['without an accuracy, outside', 'bos-1', 80.1, undefined, 'outside'],
  ['at another fence of the venue', 'bos-1', 950, 10, 'verified'],
  ['an accuracy of 200 m', 'bos-1', 279, 200, 'verified'],
  ['an accuracy over 200 m says nothing', 'bos-1', 0, 200.5, 'inaccurate'],
  ['an accuracy below zero says nothing', 'bos-1', 0, -1, 'inaccurate'],
  ['no position', 'bos-1', undefined, 10, 'no_position'],
  ['a fence without a store, by its own id', 'stadium', 2_050, 10, 'verified'],
  ['beside a polygon, as near as the accuracy', 'stadium', 1_991, 10, 'verified'],
  ['beside a polygon, farther', 'stadium', 1_989, 10, 'outside'],
  ['a fence of a store, by its own id', 'front', 0, 10, 'no_geofence'],
  ['a store without a fence', 'nyc-1', 0, 10, 'no_geofence'],
  ['no venue', undefined, 0, 10, 'no_geofence'],
  ['a venue of a strange name', '__proto__', 0, 10, 'no_geofence'],
];

t.test('check-ins', async (t) => {
  for (const [name, venueId, meters, accuracy, standing] of ROWS) {
    const longitude = meters === undefined ? undefined : east(meters);
    t.equal(verifyCheckIn(index, venueId, 0, longitude, accuracy), standing, name);
  }
});
