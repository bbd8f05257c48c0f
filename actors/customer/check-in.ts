/** A check-in as conditions see it: with what the geofences of the judging program make of it. */
import type { CheckInData, Event } from '../event.js';
import { verifyCheckIn } from '../geofence/check-in.js';
import type { Program } from '../program/program.js';

export interface VerifiedCheckIn extends CheckInData {
  /** Whether the device's position bears out the venue it names (PROGRAM: geofences). */
  readonly verified: boolean;
  /** The venue, where it is a store: its tags and its zone then hold as for a purchase there. */
  readonly storeId?: string;
}

export function verified(event: Event<CheckInData>, program: Program): Event<VerifiedCheckIn> {
  const { data } = event;
  const { venueId, latitude, longitude, accuracyMeters } = data;
  const standing = verifyCheckIn(program.geofences, venueId, latitude, longitude, accuracyMeters);
  const shown = { ...data, verified: standing === 'verified' };
  const isStore = venueId !== undefined && program.stores.has(venueId);
  return { ...event, data: isStore ? { ...shown, storeId: venueId } : shown };
}
