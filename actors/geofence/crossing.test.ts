import fc from 'fast-check';
import t from 'tap';
import { crossingOf } from './crossing.js';
import { star } from './fence.arbitrary.js';
import { ringOf } from './ring.js';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
t.comment(`seed ${seed}`);

type Outline = readonly (readonly [longitude: number, latitude: number])[];
const ring = (outline: Outline) => ringOf(outline.map(([longitude, latitude]) => ({ latitude, longitude })));

// biome-ignore format: points on a line read better
const ROWS: readonly (readonly [name: string, outline: Outline, crossing: readonly [number, number] | undefined])[] = [
  ['a triangle', [[0, 0], [2, 0], [1, 2]], undefined],
  ['a square', [[0, 0], [2, 0], [2, 2], [0, 2]], undefined],
  ['a square closed', [[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]], undefined],
  ['a point on a straight side', [[0, 0], [1, 0], [2, 0], [2, 2], [0, 2]], undefined],
  ['a hook', [[0, 0], [3, 0], [3, 1], [1, 1], [1, 2], [3, 2], [3, 3], [0, 3]], undefined],
  ['a bow tie', [[0, 0], [2, 2], [2, 0], [0, 2]], [0, 2]],
  ['a corner on another edge', [[0, 0], [4, 0], [4, 4], [2, 0], [0, 4]], [0, 2]],
  ['two corners in one place', [[0, 0], [2, 1], [4, 0], [4, 3], [2, 1], [0, 3]], [0, 3]],
  ['a spike', [[0, 0], [2, 0], [2, 2], [2, 5], [2, 2], [0, 2]], [1, 3]],
  ['edges along each other', [[0, 0], [4, 0], [4, 2], [3, 0], [1, 0], [0, 2]], [0, 2]],
  ['over the antimeridian', [[179, 0], [-179, 0], [-179, 2], [179, 2]], undefined],
  ['a bow tie over the antimeridian', [[179, 0], [-179, 2], [-179, 0], [179, 2]], [0, 2]],
];

t.test('where edges meet', async (t) => {
  for (const [name, outline, crossing] of ROWS) {
    const found = crossingOf(ring(outline));
    if (crossing === undefined) t.equal(found, undefined, name);
    else t.ok(found !== undefined, `${name}: ${found}`);
    if (name.includes('bow tie')) t.same(found, crossing, name);
  }
});

t.test('a spike at any corner is found', async (t) => {
  const spiked: Outline = [
    [0, 0],
    [2, 0],
    [2, 2],
    [2, 1],
    [0, 1],
  ];
  for (const outline of [spiked, spiked.toReversed()]) {
    for (let from = 0; from < outline.length; from++)
      t.ok(crossingOf(ring([...outline.slice(from), ...outline.slice(0, from)])), `begun at ${from}`);
  }
});

t.test(
  'corners in order around a place never cross, and two of them exchanged are found as a comparison of all edges does',
  async (t) => {
    let crossed = 0;
    fc.assert(
      fc.property(star, fc.nat(), fc.nat(), (points, n, m) => {
        if (crossingOf(ringOf(points)) !== undefined) return false;
        const open = points[0] === points.at(-1) ? points.slice(1) : [...points];
        const [i, j] = [n % open.length, m % open.length];
        [open[i], open[j]] = [open[j]!, open[i]!];
        const { edge } = ringOf(open);
        const found = crossingOf(ringOf(open)) !== undefined;
        if (found) crossed++;
        return found === anyCross(edge);
      }),
      { seed, numRuns: 400 },
    );
    t.ok(crossed > 50, `${crossed} of them crossed`);
  },
);

/** Solves for the point where two edges meet, for every pair of edges that are not neighbours. */
function anyCross(edge: Float64Array): boolean {
  const size = edge.length / 2;
  const point = (i: number) => [edge[2 * (i % size)]!, edge[2 * (i % size) + 1]!] as const;
  for (let i = 0; i < size; i++) {
    for (let j = i + 2; j < size; j++) {
      if (i === 0 && j === size - 1) continue;
      const [[ax, ay], [bx, by], [cx, cy], [dx, dy]] = [point(i), point(i + 1), point(j), point(j + 1)];
      const turn = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx);
      const along = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / turn;
      const across = ((cx - ax) * (by - ay) - (cy - ay) * (bx - ax)) / turn;
      if (along >= 0 && along <= 1 && across >= 0 && across <= 1) return true;
    }
  }
  return false;
}
