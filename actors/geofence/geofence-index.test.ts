import fc from 'fast-check';
import t from 'tap';
import { BOXES_PER_NODE, type BoxTree } from './box-tree.js';
import type { GeofenceDocument } from './document-geofence.js';
import { ending, geofences, steps } from './fence.arbitrary.js';
import { distanceOf, type Fence, isEntered, isExited, saysWhere } from './fence.js';
import { compileGeofences } from './geofence-index.js';
import { locate } from './locate.js';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
t.comment(`seed ${seed}`);

t.test(
  'a walk past random fences, also at the antimeridian and the poles, is as if all of them were looked at',
  async (t) => {
    let entered = 0;
    let exited = 0;
    fc.assert(
      fc.property(geofences, steps, (list, walk) => {
        const index = compileGeofences(list);
        let inside: string[] = [];
        for (const step of walk) {
          const { latitude, longitude } = ending(list, step);
          const accuracy = step.accuracyMeters;
          const found = locate(index, latitude, longitude, accuracy, inside);
          const is = (fence: Fence, rule: typeof isEntered) =>
            saysWhere(accuracy) && rule(fence, distanceOf(fence, latitude, longitude), accuracy);
          const ids = (fences: readonly Fence[]) => fences.map(({ id }) => id);
          const expected = {
            entered: ids(index.fences.filter((fence) => !inside.includes(fence.id) && is(fence, isEntered))),
            exited: ids(index.fences.filter((fence) => inside.includes(fence.id) && is(fence, isExited))),
            gone: [],
          };
          if (JSON.stringify(found) !== JSON.stringify(expected)) {
            throw new Error(`${JSON.stringify({ latitude, longitude, accuracy, inside, found, expected })}`);
          }
          entered += found.entered.length;
          exited += found.exited.length;
          inside = [...found.entered, ...inside.filter((id) => !found.exited.includes(id))];
        }
      }),
      { seed, numRuns: 400 },
    );
    t.ok(entered > 1_000 && exited > 300, `the walks entered ${entered} times and left ${exited} times`);
  },
);

/** 100 by 100 circles of 80 m, about 550 m apart, each with a number. */
const city: readonly GeofenceDocument[] = Array.from({ length: 10_000 }, (_, i) => ({
  id: `f${i}`,
  circle: { latitude: 42 + Math.floor(i / 100) * 0.005, longitude: -71 + (i % 100) * 0.0067, radiusMeters: 80 },
}));

t.test('of ten thousand fences each is found at its place, alone', async (t) => {
  const index = compileGeofences(city);
  for (let i = 0; i < city.length; i += 7) {
    const { latitude, longitude } = city[i]!.circle!;
    const found = locate(index, latitude + 0.0003, longitude - 0.0003, 10, []);
    if (found.entered.length !== 1 || found.entered[0] !== `f${i}`) t.same(found, { entered: [`f${i}`] });
  }
  t.same(locate(index, 42.0025, -70.9966, 10, []).entered, [], 'between four of them in none');
});

t.test('a location looks at the fences near it, not at ten thousand', async (t) => {
  const { tree } = compileGeofences(city);
  let most = 0;
  for (const { circle } of city) most = Math.max(most, lookedAt(tree, circle!.latitude, circle!.longitude));
  t.ok(most < 300, `at most ${most} boxes`);
  t.ok(lookedAt(tree, 10, 10) <= BOXES_PER_NODE, 'elsewhere in the world only the uppermost');
});

/** Boxes a search compares: the uppermost, and 16 for each higher box that holds the position. */
function lookedAt({ boxes, levels }: BoxTree, latitude: number, longitude: number): number {
  const top = levels.length - 2;
  let count = levels[top + 1]! - levels[top]!;
  for (let entry = levels[1]!; entry < levels[top + 1]!; entry++) {
    const [west, south, east, north] = boxes.subarray(4 * entry, 4 * entry + 4);
    if (west! <= longitude && longitude <= east! && south! <= latitude && latitude <= north!) count += BOXES_PER_NODE;
  }
  return count;
}

t.test('fences are known by id and by venue', async (t) => {
  const circle = { latitude: 42, longitude: -71, radiusMeters: 80 };
  const index = compileGeofences([
    { id: 'front', storeId: 'bos-1', circle },
    { id: 'stadium', circle },
    { id: 'back', storeId: 'bos-1', circle },
  ]);
  t.equal(index.byId.get('back')?.number, 2);
  t.same(
    index.byVenue.get('bos-1')?.map(({ id }) => id),
    ['front', 'back'],
  );
  t.same(
    index.byVenue.get('stadium')?.map(({ id }) => id),
    ['stadium'],
    'one without a store is its own venue',
  );
  t.equal(index.byVenue.get('front'), undefined, 'one with a store is not');
  t.same(locate(compileGeofences([]), 42, -71, 5, []), { entered: [], exited: [], gone: [] }, 'a program without any');
});
