/** What a profile event changes: attributes, zone, locale, status (API: Events). */

import type { Event, Json, ProfileData, StatusData } from '../event.js';
import { limits } from '../limits.js';
import type { Cause } from '../outcome.js';
import type { CustomerState } from './state.js';
import type { Working } from './working.js';

/** Says what differs from what is known; nothing where nothing does. False where there would be too many attributes. */
export function changeProfile(working: Working, event: Event<ProfileData>, cause: Cause): boolean {
  const state = working.now;
  const attributes = changesOf(state, event.data.attributes);
  if (attributes !== undefined && countAfter(state, attributes) > limits.attributesPerCustomerMax) return false;
  const timeZone = event.data.timeZone === state.zone ? undefined : event.data.timeZone;
  const locale = event.data.locale === state.locale ? undefined : event.data.locale;
  if (attributes === undefined && timeZone === undefined && locale === undefined) return true;
  working.tell('profile.changed', event.time, cause, { attributes, timeZone, locale });
  return true;
}

export function changeStatus(working: Working, event: Event<StatusData>, cause: Cause): void {
  setStatus(working, event.data.status, event.data.reason, event.time, cause);
}

/** Nothing where it is the status already. */
export function setStatus(working: Working, to: string, reason: string | undefined, time: number, cause: Cause): void {
  const from = working.now.status;
  if (to !== from) working.tell('status.changed', time, cause, { from, to, reason });
}

/** Without attributes that already have their value, and nulls for what is not there. Lists and objects count as changed. */
function changesOf(
  state: CustomerState,
  sent: Readonly<Record<string, Json>> | undefined,
): Readonly<Record<string, Json>> | undefined {
  if (sent === undefined) return undefined;
  const changes = Object.entries(sent).filter(([name, value]) => {
    const known = Object.hasOwn(state.attributes, name) ? state.attributes[name] : null;
    return known !== value;
  });
  return changes.length === 0 ? undefined : Object.fromEntries(changes);
}

function countAfter(state: CustomerState, changes: Readonly<Record<string, Json>>): number {
  let count = Object.keys(state.attributes).length;
  for (const [name, value] of Object.entries(changes)) {
    const known = Object.hasOwn(state.attributes, name);
    if (value === null && known) count--;
    else if (value !== null && !known) count++;
  }
  return count;
}
