/** Offers given to a customer (PROGRAM: Offers). What they take off a check is the till's. */
import type { Cause } from '../outcome.js';
import type { Offer } from '../program/program.js';
import { addDuration } from '../time/duration.js';
import type { Working } from './working.js';

/** Issues an offer (`purchaseId`: with a reward bought): `for` runs from the issue, and with `until` the earlier ends it. */
export function issue(
  working: Working,
  offer: Offer,
  time: number,
  zone: string,
  cause: Cause,
  purchaseId?: string,
): void {
  const ends = offer.validFor === undefined ? undefined : addDuration(time, offer.validFor, zone);
  const expiresAt = ends === undefined ? (offer.until ?? null) : Math.min(ends, offer.until ?? ends);
  working.tell('offer.issued', time, cause, {
    issueId: working.nextId,
    offerId: offer.id,
    expiresAt,
    startsAt: offer.from !== undefined && offer.from > time ? offer.from : undefined,
    uses: offer.uses,
    zone,
    purchaseId,
  });
}
