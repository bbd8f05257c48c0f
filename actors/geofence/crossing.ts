/**
 * Where the edge of a polygon meets itself: edges that cross or touch. Edge i goes from point i to the next. A sweep from
 * west to east: only edges side by side are compared. Neighbours always meet, in their point, and are not compared: one
 * that goes back on the one before meets, with its other end or by the next edge, one that is no neighbour. (In a
 * triangle there is none; if it is flat its area says so.)
 */
import type { Ring } from './ring.js';

/** Two edges that meet though they should not, the lower number first; undefined for a simple polygon. */
export function crossingOf({ edge }: Ring): readonly [number, number] | undefined {
  const size = edge.length / 2;
  const west = new Float64Array(size);
  const east = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const [a, b] = [edge[2 * i]!, edge[2 * ((i + 1) % size)]!];
    west[i] = Math.min(a, b);
    east[i] = Math.max(a, b);
  }
  const order = Array.from(west, (_, i) => i).sort((a, b) => west[a]! - west[b]!);
  for (let a = 0; a < size; a++) {
    const i = order[a]!;
    for (let b = a + 1; b < size && west[order[b]!]! <= east[i]!; b++) {
      const j = order[b]!;
      if (meet(edge, size, Math.min(i, j), Math.max(i, j))) return [Math.min(i, j), Math.max(i, j)];
    }
  }
  return undefined;
}

function meet(edge: Float64Array, size: number, i: number, j: number): boolean {
  const k = (j + 1) % size;
  if (j === i + 1 || k === i) return false;
  const fromI = side(edge, i, i + 1, j);
  const toI = side(edge, i, i + 1, k);
  const fromJ = side(edge, j, k, i);
  const toJ = side(edge, j, k, i + 1);
  if (fromI * toI < 0 && fromJ * toJ < 0) return true;
  return (
    (fromI === 0 && isWithin(edge, i, i + 1, j)) ||
    (toI === 0 && isWithin(edge, i, i + 1, k)) ||
    (fromJ === 0 && isWithin(edge, j, k, i)) ||
    (toJ === 0 && isWithin(edge, j, k, i + 1))
  );
}

/** On which side of the line from `a` to `b` point `c` is: 1 left, -1 right, 0 on it. */
function side(edge: Float64Array, a: number, b: number, c: number): number {
  const ax = edge[2 * a]!;
  const ay = edge[2 * a + 1]!;
  return Math.sign((edge[2 * b]! - ax) * (edge[2 * c + 1]! - ay) - (edge[2 * b + 1]! - ay) * (edge[2 * c]! - ax));
}

/** Whether `c`, a point of the line through `a` and `b`, is between them. */
function isWithin(edge: Float64Array, a: number, b: number, c: number): boolean {
  return (
    between(edge[2 * a]!, edge[2 * b]!, edge[2 * c]!) && between(edge[2 * a + 1]!, edge[2 * b + 1]!, edge[2 * c + 1]!)
  );
}

function between(a: number, b: number, c: number): boolean {
  return Math.min(a, b) <= c && c <= Math.max(a, b);
}
