/** Offers as far as a customer is given them and they end (PROGRAM: Offers). */
import { plus } from './calendar.js';
import type { Completion, Issue, Life } from './life.js';
import { tell, zoneOf } from './life.js';
import { type Cause, TIME } from './outcome.js';

/** "`for` runs from the issue, and with `until` the earlier ends it." */
export function issue(life: Life, offerId: string, time: number, cause: Cause, completion: Completion | null): Issue {
  const { validity = {}, uses = 1 } = life.program.offers!.find(({ id }) => id === offerId)!;
  const ends = [
    ...(validity.for === undefined ? [] : [plus(time, validity.for, zoneOf(life))]),
    ...(validity.until === undefined ? [] : [Date.parse(validity.until)]),
  ];
  const from = validity.from === undefined ? null : Date.parse(validity.from);
  const issued: Issue = {
    number: ++life.brand.issued.issues,
    offerId,
    startsAt: from !== null && from > time ? from : null,
    expiresAt: ends.length === 0 ? null : Math.min(...ends),
    usesLeft: uses,
    state: 'active',
  };
  life.issues.push(issued);
  completion?.given.push({ issue: issued });
  tell(life, 'offer.issued', time, cause, {
    issue: issued.number,
    offerId,
    expiresAt: issued.expiresAt,
    uses,
    ...(issued.startsAt === null ? {} : { startsAt: issued.startsAt }),
  });
  return issued;
}

export function expireIssue(life: Life, issued: Issue, time: number): void {
  issued.state = 'expired';
  tell(life, 'offer.expired', time, TIME, { issue: issued.number, offerId: issued.offerId });
}

/** A clawback "takes back an unused offer". */
export function voidIssue(life: Life, issued: Issue, time: number, cause: Cause): void {
  if (issued.state !== 'active') return;
  issued.state = 'voided';
  tell(life, 'offer.voided', time, cause, { issue: issued.number, offerId: issued.offerId });
}
