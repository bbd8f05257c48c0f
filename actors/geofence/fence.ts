/**
 * One geofence, compiled, and the rules of entering, leaving and checking in (PROGRAM: geofences), each one comparison.
 *
 * The distance of a circle is to its center, with its radius as the bound. A polygon has no radius: its distance is to
 * its edge, negative inside, with 0 as the bound. So all rules read the same for both.
 * Between the two bounds lies the hysteresis: a phone that stands still and knows its accuracy never flaps, since an
 * entering proves the place inside the one and a leaving outside the other.
 */
import type { GeofenceDocument } from './document-geofence.js';
import { distanceMeters } from './position.js';
import { type Ring, ringOf, signedDistanceMeters } from './ring.js';

/** An accuracy over this says nothing about where somebody is. */
export const ACCURACY_METERS_MAX = 200;
const EXIT_FACTOR = 1.1;
const EXIT_METERS_MIN = 20;

export interface Circle {
  readonly kind: 'circle';
  readonly latitude: number;
  readonly longitude: number;
  readonly radiusMeters: number;
}

export interface Fence {
  /** Its place in the program's list, from 0. */
  readonly number: number;
  readonly id: string;
  /** The store it is around. */
  readonly storeId: string | undefined;
  /** What check-ins call it: its store, or itself where it has none. */
  readonly venueId: string;
  readonly outline: Circle | Ring;
  /** Inside at or below this distance, in meters. */
  readonly bound: number;
  /** Left only above this distance, in meters. */
  readonly exitBound: number;
}

export function fenceOf(document: GeofenceDocument, number: number): Fence {
  const outline: Circle | Ring =
    document.circle === undefined ? ringOf(document.polygon ?? []) : { kind: 'circle', ...document.circle };
  const bound = outline.kind === 'circle' ? outline.radiusMeters : 0;
  return {
    number,
    id: document.id,
    storeId: document.storeId,
    venueId: document.storeId ?? document.id,
    outline,
    bound,
    exitBound: Math.max(bound * EXIT_FACTOR, bound + EXIT_METERS_MIN),
  };
}

/** Meters to the center of a circle, or to the edge of a polygon (negative inside). Position in degrees. */
export function distanceOf(fence: Fence, latitude: number, longitude: number): number {
  const { outline } = fence;
  switch (outline.kind) {
    case 'circle':
      return distanceMeters(outline.latitude, outline.longitude, latitude, longitude);
    case 'ring':
      return signedDistanceMeters(outline, latitude, longitude);
    default:
      return outline satisfies never;
  }
}

/** Whether a position of this accuracy (meters; less than 0 or no number means the phone did not know) says anything. */
export function saysWhere(accuracyMeters: number): boolean {
  return accuracyMeters >= 0 && accuracyMeters <= ACCURACY_METERS_MAX;
}

/** Surely inside. Distance as of `distanceOf`. */
export function isEntered(fence: Fence, distance: number, accuracyMeters: number): boolean {
  return distance + accuracyMeters <= fence.bound;
}

/** Surely outside, by a margin. */
export function isExited(fence: Fence, distance: number, accuracyMeters: number): boolean {
  return distance - accuracyMeters > fence.exitBound;
}

/** Possibly inside: enough for somebody who says so. */
export function isVerified(fence: Fence, distance: number, accuracyMeters: number): boolean {
  return distance <= fence.bound + accuracyMeters;
}
