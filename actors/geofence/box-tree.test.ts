import fc from 'fast-check';
import t from 'tap';
import type { Box } from './box.js';
import { BoxTree } from './box-tree.js';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
t.comment(`seed ${seed}`);

/** What a search finds, in order of owners. */
function found(tree: BoxTree, boxes: readonly Box[], latitude: number, longitude: number): number[] {
  const room = new Int32Array(boxes.length);
  return [...room.subarray(0, tree.search(latitude, longitude, room))].sort((a, b) => a - b);
}

function scanned(boxes: readonly Box[], latitude: number, longitude: number): number[] {
  return boxes.flatMap(([west, south, east, north], i) =>
    west <= longitude && longitude <= east && south <= latitude && latitude <= north ? [i] : [],
  );
}

t.test('a tree of any size finds what a scan finds', async (t) => {
  for (const size of [0, 1, 15, 16, 17, 255, 256, 257, 4_097]) {
    const boxes = Array.from({ length: size }, (_, i): Box => {
      const [x, y] = [(i * 37) % 180, (i * 101) % 80];
      return [x, y, x + 1 + (i % 5), y + 1 + (i % 3)];
    });
    const tree = new BoxTree(
      boxes,
      boxes.map((_, i) => i),
    );
    for (let place = 0; place < 50; place++) {
      const [latitude, longitude] = [(place * 13) % 85, (place * 7.3) % 180];
      t.same(found(tree, boxes, latitude, longitude), scanned(boxes, latitude, longitude), `${size}, place ${place}`);
    }
  }
});

t.test('random boxes, the same', async () => {
  const degree = fc.integer({ min: -20, max: 20 });
  const box = fc
    .tuple(degree, degree, fc.nat(8), fc.nat(8))
    .map(([west, south, wide, tall]): Box => [west, south, west + wide, south + tall]);
  fc.assert(
    fc.property(fc.array(box, { maxLength: 400 }), degree, degree, (boxes, latitude, longitude) => {
      const owners = boxes.map((_, i) => i);
      t.same(found(new BoxTree(boxes, owners), boxes, latitude, longitude), scanned(boxes, latitude, longitude));
    }),
    { seed, numRuns: 200 },
  );
});
