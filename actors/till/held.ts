/** The issues of a customer that a till asks about, and those it names that nobody holds. */
import type { History } from '../customer/history.js';
import type { CustomerState } from '../customer/state.js';
import type { Program } from '../program/program.js';
import { usesLockedElsewhere } from './lock-state.js';
import type { HeldIssue } from './quote.js';
import type { NotApplied } from './reason.js';
import type { TillData } from './step.js';

export interface Asked {
  readonly issues: readonly HeldIssue[];
  readonly unknown: readonly NotApplied[];
}

/** All closed-loop issues held, or those named in `offers`. `time`: the body's, by which dates are judged; `now`: arrival. Both ms. */
export function heldBy(
  state: CustomerState | undefined,
  { offers, codes, transactionId }: TillData,
  program: Program,
  history: Pick<History, 'issued'>,
  time: number,
  now: number,
): Asked {
  const issues: HeldIssue[] = [];
  const unknown: NotApplied[] = (codes ?? []).map((code) => ({ issueId: code, offerId: null, code: 'unknown_offer' }));
  const named = offers === undefined ? undefined : new Set(offers);
  const held = state?.offers ?? [];
  const lock = state?.locks.find((one) => one.transactionId === transactionId);
  for (let place = 0; place < held.length; place++) {
    const issue = held[place]!;
    if (named !== undefined && !named.delete(issue.id)) continue;
    const offer = program.offers.get(issue.offerId);
    if (offer?.till === undefined) {
      if (named !== undefined) unknown.push({ issueId: issue.id, offerId: issue.offerId, code: 'unknown_offer' });
      continue;
    }
    const elsewhere = usesLockedElsewhere(state!, issue.id, transactionId, now);
    issues.push({
      id: issue.id,
      place,
      offer: offer.till,
      where: offer.where,
      startsAt: issue.startsAt,
      expiresAt: issue.expiresAt,
      usesLeft: issue.usesLeft,
      lockedElsewhere: issue.usesLeft > 0 && issue.usesLeft <= elsewhere,
      named: named !== undefined,
      isLockedHere: lock !== undefined && lock.until >= now && lock.issues.includes(issue.id),
    });
  }
  for (const issueId of named ?? []) unknown.push(goneOf(issueId, history, time));
  return { issues, unknown };
}

/** One that is not held any more says how it ended: it expired by `time` (ms), or was used up. */
export function goneOf(issueId: string, history: Pick<History, 'issued'>, time: number): NotApplied {
  const issued = history.issued(issueId);
  if (issued === undefined) return { issueId, offerId: null, code: 'unknown_offer' };
  const { offerId, expiresAt } = issued;
  return expiresAt !== null && expiresAt < time
    ? { issueId, offerId, code: 'expired' }
    : { issueId, offerId, code: 'no_uses_left', need: 1, have: 0, missing: 1 };
}
