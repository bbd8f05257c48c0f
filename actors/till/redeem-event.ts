/** `offer.redeemed`: a use of an offer that is no discount at a till is burned (API: Events; kinds other than closedLoop). */
import { ProfileView } from '../customer/profile-view.js';
import type { Hearing } from '../customer/says.js';
import { EventView, measuredOf } from '../customer/view.js';
import type { Event } from '../event.js';
import type { EventRefused } from '../outcome.js';
import { goneOf } from './held.js';

export interface RedeemedData {
  readonly issueId: string;
}

/** Undefined where it was burned; else why not, by the till's own reasons where it has one. */
export function redeemByEvent(
  hearing: Hearing,
  event: Event<RedeemedData>,
): { readonly refused: EventRefused } | undefined {
  const { working, program, history, cause, zone } = hearing;
  const { issueId } = event.data;
  const issue = working.now.offers.find((held) => held.id === issueId);
  if (issue === undefined) {
    const { code } = goneOf(issueId, history, Math.max(event.time, working.arrival));
    return refused(code, `nobody holds ${JSON.stringify(issueId)} now`);
  }
  const offer = program.offers.get(issue.offerId);
  if (offer?.kind === 'closedLoop')
    return refused('closed_loop', 'this offer becomes a discount: redeem it at the till');
  if (issue.startsAt !== null && event.time < issue.startsAt) return refused('not_started', 'it is not usable yet');
  const status = program.statuses.get(working.now.status) ?? program.defaultStatus;
  if (offer?.where !== undefined) {
    const customer = new ProfileView(working.now, working.now.spend, program, event.time);
    const view = new EventView(event, measuredOf(event), customer, program, zone);
    if (!offer.where.test(view)) return refused('condition_failed', 'its condition does not hold');
  }
  if (!status.redeems)
    return refused('status_cannot_redeem', `a customer who is ${JSON.stringify(status.id)} redeems nothing`);
  const { offerId, usesLeft } = issue;
  working.tell('offer.redeemed', event.time, cause, { issueId, offerId, usesLeft: usesLeft - 1 });
  return undefined;
}

function refused(reason: string, detail: string): { readonly refused: EventRefused } {
  return { refused: { reason, detail } };
}
