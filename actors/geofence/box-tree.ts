/**
 * Boxes in a packed tree (R-tree, sort-tile-recursive): a position finds the boxes it is in without looking at the
 * others. Built once, never changed; a search allocates nothing.
 *
 * Layout: `boxes` holds four numbers (west, south, east, north) for each entry; first the given boxes, sorted so that
 * neighbours stand together, then level by level the boxes around each 16 of the level below.
 */
import type { Box } from './box.js';

export const BOXES_PER_NODE = 16;

export class BoxTree {
  readonly boxes: Float64Array;
  /** Where each level begins, counted in entries; the last item is where all end. */
  readonly levels: readonly number[];
  /** Of the given boxes, in the order of the lowest level. */
  readonly #owners: Int32Array;

  /** `owners[i]` is what a search tells of `boxes[i]`. */
  constructor(boxes: readonly Box[], owners: readonly number[]) {
    const order = tiled(boxes);
    this.#owners = Int32Array.from(order, (i) => owners[i]!);
    const levels = [0];
    let total = boxes.length;
    for (let size = boxes.length; size > BOXES_PER_NODE; ) {
      levels.push(total);
      size = Math.ceil(size / BOXES_PER_NODE);
      total += size;
    }
    levels.push(total);
    this.levels = levels;
    this.boxes = new Float64Array(4 * total);
    order.forEach((i, at) => {
      this.boxes.set(boxes[i]!, 4 * at);
    });
    for (let level = 1; level < levels.length - 1; level++) this.#surround(level);
  }

  /** Fills `found` from its start with the owners of the boxes that hold the position (degrees); returns how many. */
  search(latitude: number, longitude: number, found: Int32Array): number {
    const top = this.levels.length - 2;
    return this.#look(top, this.levels[top]!, this.levels[top + 1]!, latitude, longitude, found, 0);
  }

  #look(
    level: number,
    from: number,
    to: number,
    latitude: number,
    longitude: number,
    found: Int32Array,
    before: number,
  ): number {
    const { boxes } = this;
    const start = this.levels[level]!;
    let count = before;
    for (let entry = from; entry < to; entry++) {
      const at = 4 * entry;
      if (longitude < boxes[at]! || latitude < boxes[at + 1]!) continue;
      if (longitude > boxes[at + 2]! || latitude > boxes[at + 3]!) continue;
      if (level === 0) {
        found[count++] = this.#owners[entry]!;
        continue;
      }
      const first = this.levels[level - 1]! + (entry - start) * BOXES_PER_NODE;
      const end = Math.min(first + BOXES_PER_NODE, start);
      count = this.#look(level - 1, first, end, latitude, longitude, found, count);
    }
    return count;
  }

  /** Computes the entries of a level from those below. */
  #surround(level: number): void {
    const { boxes } = this;
    const start = this.levels[level]!;
    for (let entry = start; entry < this.levels[level + 1]!; entry++) {
      const first = this.levels[level - 1]! + (entry - start) * BOXES_PER_NODE;
      const end = Math.min(first + BOXES_PER_NODE, start);
      const at = 4 * entry;
      boxes.set(boxes.subarray(4 * first, 4 * first + 4), at);
      for (let below = 4 * (first + 1); below < 4 * end; below += 4) {
        boxes[at] = Math.min(boxes[at]!, boxes[below]!);
        boxes[at + 1] = Math.min(boxes[at + 1]!, boxes[below + 1]!);
        boxes[at + 2] = Math.max(boxes[at + 2]!, boxes[below + 2]!);
        boxes[at + 3] = Math.max(boxes[at + 3]!, boxes[below + 3]!);
      }
    }
  }
}

/** The order in which neighbours stand together: strips from west to east, each from south to north. */
function tiled(boxes: readonly Box[]): number[] {
  const order = boxes.map((_, i) => i);
  order.sort((a, b) => boxes[a]![0] + boxes[a]![2] - boxes[b]![0] - boxes[b]![2] || a - b);
  const nodes = Math.ceil(boxes.length / BOXES_PER_NODE);
  const strip = Math.ceil(Math.sqrt(nodes)) * BOXES_PER_NODE;
  const found: number[] = [];
  for (let from = 0; from < order.length; from += strip) {
    const one = order.slice(from, from + strip);
    one.sort((a, b) => boxes[a]![1] + boxes[a]![3] - boxes[b]![1] - boxes[b]![3] || a - b);
    for (const i of one) found.push(i);
  }
  return found;
}
