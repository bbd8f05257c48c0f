/**
 * A program's geofences, compiled once at publication: found by id, by venue, and by position.
 *
 * `found` and `held` are room to work in for one call of `locate`, made here so that a location allocates nothing;
 * between calls `held` is all 0 and `found` means nothing.
 */
import { type Box, boxesOf } from './box.js';
import { BoxTree } from './box-tree.js';
import type { GeofenceDocument } from './document-geofence.js';
import { type Fence, fenceOf } from './fence.js';

export interface GeofenceIndex {
  /** In the program's order; a fence's number is its place. */
  readonly fences: readonly Fence[];
  readonly byId: ReadonlyMap<string, Fence>;
  /** Fences of a store by its storeId; a fence without a store by its own id. */
  readonly byVenue: ReadonlyMap<string, readonly Fence[]>;
  readonly tree: BoxTree;
  readonly found: Int32Array;
  readonly held: Uint8Array;
}

/** `list`: the valid `geofences` of a program, in its order. */
export function compileGeofences(list: readonly GeofenceDocument[]): GeofenceIndex {
  const fences = list.map(fenceOf);
  const byId = new Map<string, Fence>();
  const byVenue = new Map<string, Fence[]>();
  const boxes: Box[] = [];
  const owners: number[] = [];
  for (const fence of fences) {
    byId.set(fence.id, fence);
    const venue = byVenue.get(fence.venueId);
    if (venue === undefined) byVenue.set(fence.venueId, [fence]);
    else venue.push(fence);
    for (const box of boxesOf(fence)) {
      boxes.push(box);
      owners.push(fence.number);
    }
  }
  return {
    fences,
    byId,
    byVenue,
    tree: new BoxTree(boxes, owners),
    found: new Int32Array(boxes.length),
    held: new Uint8Array(fences.length),
  };
}
