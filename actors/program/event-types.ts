/** Event types with a meaning of their own (API: Events), and which of them campaigns may count. */
import { isTillType } from '../till/step.js';

/** Events a rule may count. */
export const COUNTED_TYPES: readonly string[] = [
  'purchase',
  'profile.updated',
  'status.changed',
  'tag.added',
  'tag.removed',
  'points.adjusted',
  'reward.purchased',
  'reward.refunded',
  'promo_code.claimed',
  'offer.redeemed',
  'check_in',
  'location',
  'app.opened',
  'message.opened',
  'message.dismissed',
  'execution.viewed',
  'video.watched',
];

/** Outcomes that campaigns count; what has the name of an event as well counts as that event, too. */
const TRIGGER_TYPES: readonly string[] = [
  'points.earned',
  'points.activated',
  'points.spent',
  'points.reversed',
  'points.expired',
  'points.cancelled',
  'points.adjusted',
  'tier.changed',
  'offer.issued',
  'offer.locked',
  'offer.unlocked',
  'offer.redeemed',
  'offer.voided',
  'offer.reinstated',
  'offer.expired',
  'tag.added',
  'tag.removed',
  'behavior.progressed',
  'behavior.completed',
  'behavior.reverted',
  'reward.purchased',
  'reward.refunded',
  'reward.granted',
  'promo_code.claimed',
  'status.changed',
  'audience.entered',
  'audience.left',
  'geofence.entered',
  'geofence.exited',
  'profile.changed',
];
const TRIGGERS: ReadonlySet<string> = new Set(TRIGGER_TYPES);

/** Whether a rule may count outcomes of this type. */
export function isTriggerType(type: string): boolean {
  return TRIGGERS.has(type);
}

/** All outcomes: a declared type may not take their names. */
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

const STREAMED: ReadonlySet<string> = new Set([
  ...TRIGGER_TYPES,
  ...OUTCOME_TYPES,
  'customer.merged',
  'customer.erased',
]);

/** Types of outcomes that readers are given: all there are. */
export function streamedTypes(): Iterable<string> {
  return STREAMED;
}

/** Whether there may be an outcome of this type, or with `.*` at its end of one that begins so. */
export function isStreamed(pattern: string): boolean {
  if (!pattern.endsWith('*')) return STREAMED.has(pattern);
  const start = pattern.slice(0, -1);
  return [...STREAMED].some((type) => type.startsWith(start));
}

const TAKEN: ReadonlySet<string> = new Set([
  ...COUNTED_TYPES,
  'return',
  'purchase.claimed',
  'customer.merged',
  'customer.erased',
  ...OUTCOME_TYPES,
]);

/** Whether a declared type may not have this name. */
export function isTakenType(type: string): boolean {
  return TAKEN.has(type) || isTillType(type);
}
