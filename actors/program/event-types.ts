/** Event types with a meaning of their own (API: Events), and which of them campaigns may count so far. */

/** Events a rule may count. */
export const COUNTED_TYPES: readonly string[] = [
  'purchase',
  'profile.updated',
  'status.changed',
  'tag.added',
  'tag.removed',
  'points.adjusted',
  'check_in',
  'location',
  'app.opened',
  'message.opened',
  'message.dismissed',
  'execution.viewed',
  'video.watched',
];

/** Built in, and not supported by this version. */
export const LATER_TYPES: readonly string[] = [
  'promo_code.claimed',
  'reward.purchased',
  'reward.refunded',
  'offer.redeemed',
  'purchase.claimed',
  'customer.merged',
  'customer.erased',
];

/** Outcomes: a campaign will be able to count them; a declared type may not take their names. */
export const OUTCOME_TYPES: readonly string[] = [
  'points.earned',
  'points.activated',
  'points.spent',
  'points.reversed',
  'points.expired',
  'points.cancelled',
  'tier.changed',
  'offer.issued',
  'offer.locked',
  'offer.unlocked',
  'offer.voided',
  'offer.reinstated',
  'offer.expired',
  'behavior.progressed',
  'behavior.completed',
  'behavior.reverted',
  'message.sent',
  'message.held',
  'message.cancelled',
  'reward.granted',
  'audience.entered',
  'audience.left',
  'geofence.entered',
  'geofence.exited',
  'profile.changed',
  'event.ignored',
  'event.refused',
];

const TAKEN: ReadonlySet<string> = new Set([...COUNTED_TYPES, 'return', ...LATER_TYPES, ...OUTCOME_TYPES]);

/** Whether a declared type may not have this name. */
export function isTakenType(type: string): boolean {
  return TAKEN.has(type);
}
