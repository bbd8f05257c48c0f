/** Offers given to a customer (PROGRAM: Offers). What they take off a check is the till's. */
import type { Cause } from '../outcome.js';
import type { Offer } from '../program/program.js';
import { addDuration } from '../time/duration.js';
import type { Working } from './working.js';

/** Issues an offer (`purchaseId`: with a reward bought; `uses`: fewer than it has). */
export function issue(
  working: Working,
  offer: Offer,
  time: number,
  zone: string,
  cause: Cause,
  purchaseId?: string,
  uses = offer.uses,
): void {
  working.tell('offer.issued', time, cause, {
    issueId: working.nextId,
    offerId: offer.id,
    expiresAt: expiryOf(offer, time, zone),
    startsAt: startOf(offer, time),
    uses,
    zone,
    purchaseId,
  });
}

/** When an issue of this time ends, ms, inclusive; null: never. `for` runs from the issue, and with `until` the earlier ends it. */
export function expiryOf(offer: Offer, time: number, zone: string): number | null {
  const ends = offer.validFor === undefined ? undefined : addDuration(time, offer.validFor, zone);
  return ends === undefined ? (offer.until ?? null) : Math.min(ends, offer.until ?? ends);
}

/** When it can be used from, ms; undefined: at once. */
export function startOf({ from }: Offer, time: number): number | undefined {
  return from !== undefined && from > time ? from : undefined;
}
