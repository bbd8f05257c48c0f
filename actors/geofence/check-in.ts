/**
 * What a `check_in` event is worth: whether the device's position bears out the venue it names (GLOSSARY: Check-in).
 * A store's own coordinates are no fence: without a radius that the program gives nothing is verified.
 */
import { distanceOf, isVerified, saysWhere } from './fence.js';
import type { GeofenceIndex } from './geofence-index.js';

/** `verified`, or why not. */
export type CheckInStanding =
  | 'verified'
  /** Too far from every fence of the venue. */
  | 'outside'
  /** No position, or half of one. */
  | 'no_position'
  /** The accuracy says nothing. */
  | 'inaccurate'
  /** No venue named, or one without a geofence. */
  | 'no_geofence';

/**
 * `venueId`: a store with geofences (any of them will do), or the id of a geofence without a store. Position in degrees,
 * accuracy in meters (absent: taken as exact).
 */
export function verifyCheckIn(
  index: GeofenceIndex,
  venueId: string | undefined,
  latitude: number | undefined,
  longitude: number | undefined,
  accuracyMeters = 0,
): CheckInStanding {
  const fences = venueId === undefined ? undefined : index.byVenue.get(venueId);
  if (fences === undefined) return 'no_geofence';
  if (latitude === undefined || longitude === undefined) return 'no_position';
  if (!saysWhere(accuracyMeters)) return 'inaccurate';
  for (let i = 0; i < fences.length; i++) {
    const fence = fences[i]!;
    if (isVerified(fence, distanceOf(fence, latitude, longitude), accuracyMeters)) return 'verified';
  }
  return 'outside';
}
