import fc from 'fast-check';
import t from 'tap';
import { type Box, boxesOf } from './box.js';
import { away, ending, geofences } from './fence.arbitrary.js';
import { distanceOf, type Fence, fenceOf } from './fence.js';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
t.comment(`seed ${seed}`);

const holding = (boxes: readonly Box[], latitude: number, longitude: number): number =>
  boxes.filter(
    ([west, south, east, north]) => west <= longitude && longitude <= east && south <= latitude && latitude <= north,
  ).length;
const circle = (latitude: number, longitude: number, radiusMeters: number): Fence =>
  fenceOf({ id: 'a', circle: { latitude, longitude, radiusMeters } }, 0);

t.test('a box is as wide as its circle, and no wider than need be', async (t) => {
  for (const [name, fence, wide, count] of [
    ['at the equator', circle(0, 10, 1_000), 0.017986, 1],
    ['at 60° twice as wide', circle(60, 10, 1_000), 0.035973, 1],
    ['over the antimeridian twice', circle(0, 180, 1_000), 0.017986, 2],
    ['from the other side', circle(0, -180, 1_000), 0.017986, 2],
    ['with the pole on its edge all around', circle(89.991, 10, 1_001), 360, 1],
    ['with the pole in it all around', circle(89.995, 10, 1_000), 360, 1],
    ['at the pole all around', circle(-90, 10, 1_000), 360, 1],
    ['just short of the pole', circle(89.98, 10, 1_000), 53.42, 1],
  ] as const) {
    const boxes = boxesOf(fence);
    t.equal(boxes.length, count, name);
    const [[west, , east]] = boxes as [Box];
    t.ok(Math.abs(east - west - wide) < 0.001 * wide, `${name}: ${east - west}, needed ${wide}`);
  }
});

t.test('every position in a fence is in exactly one of its boxes, up to its edge', async (t) => {
  let inside = 0;
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const far = fc.oneof(share, fc.double({ min: 0.999, max: 1.001, noNaN: true }));
  fc.assert(
    fc.property(geofences, fc.array(fc.tuple(far, share), { minLength: 5, maxLength: 5 }), (list, places) => {
      list.forEach((document, i) => {
        const fence = fenceOf(document, i);
        const boxes = boxesOf(fence);
        for (const [far, turn] of places) {
          const { latitude, longitude } = ending([document], { fence: i, far, radians: 6.3 * turn, accuracyMeters: 0 });
          if (distanceOf(fence, latitude, longitude) > fence.bound) continue;
          inside++;
          if (holding(boxes, latitude, longitude) !== 1)
            throw new Error(JSON.stringify({ document, latitude, longitude, boxes }));
        }
      });
    }),
    { seed, numRuns: 300 },
  );
  t.ok(inside > 3_000, `${inside} inside`);
});

t.test('180° east and 180° west are found alike', async (t) => {
  for (const longitude of [180, -180, 179.9999, -179.9999]) {
    const boxes = boxesOf(circle(10, longitude, 500));
    for (const here of [180, -180]) t.equal(holding(boxes, 10, here), 1, `${here} of a circle at ${longitude}`);
  }
  const { latitude, longitude } = away({ latitude: 10, longitude: 180 }, 499, Math.PI / 2);
  t.equal(holding(boxesOf(circle(10, 180, 500)), latitude, longitude), 1);
});
