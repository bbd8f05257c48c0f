/**
 * Where a customer is: the geofences they are in, moved by `location` events (GLOSSARY: Geofence).
 *
 * Invariants: (1) a position older than the newest one known moves nothing, so that positions sent in a bunch and out
 * of order do not flap; at one instant the later to arrive stands; (2) exits are told before entries, each in the
 * program's order; (3) a program without geofences costs a location nothing.
 */
import type { Event, LocationData } from '../event.js';
import { locate } from '../geofence/locate.js';
import type { Cause } from '../outcome.js';
import type { Program } from '../program/program.js';
import type { CustomerState } from './state.js';
import type { Working } from './working.js';

/** What a position changes. A geofence that the program no longer has is left by the next position. */
export function move(working: Working, program: Program, event: Event<LocationData>, cause: Cause): void {
  const { geofences } = program;
  const { inside, locatedAt } = working.now;
  if (geofences.fences.length === 0 && inside.length === 0) return;
  if (locatedAt !== null && event.time < locatedAt) return;
  const { latitude, longitude, accuracyMeters = 0 } = event.data;
  const { exited, gone, entered } = locate(geofences, latitude, longitude, accuracyMeters, inside);
  working.note('customer.located', event.time, cause, {});
  for (const id of exited) working.tell('geofence.exited', event.time, cause, crossed(program, id));
  for (const id of gone) working.tell('geofence.exited', event.time, cause, { geofenceId: id, reason: 'removed' });
  for (const id of entered) working.tell('geofence.entered', event.time, cause, crossed(program, id));
}

function crossed({ geofences }: Program, geofenceId: string): { geofenceId: string; storeId: string | undefined } {
  return { geofenceId, storeId: geofences.byId.get(geofenceId)!.storeId };
}

// ---- the fold -------------------------------------------------------------------------------------------------------

export function located(state: CustomerState, time: number): void {
  state.locatedAt = time;
}

export function entered(state: CustomerState, geofenceId: string): void {
  if (!state.inside.includes(geofenceId)) state.inside = [...state.inside, geofenceId];
}

export function exited(state: CustomerState, geofenceId: string): void {
  state.inside = state.inside.filter((id) => id !== geofenceId);
}
