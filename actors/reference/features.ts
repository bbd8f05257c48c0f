/**
 * What the agreement test may use of the page. A feature is switched on here, and only here, once the engine accepts it;
 * AWAY names cases where the two differ and that are kept out until they are mended.
 */
export const FEATURES = {
  any: false,
  sequence: false,
  sameEvent: false,
  carry: false,
  streak: false,
  absent: false,
  sinceFirst: false,
  clawback: true,
  activationAfter: false,
  activationOn: false,
  expiryFixed: false,
  expiryInactivity: false,
  caps: false,
  tierRolling: false,
  tierBehavior: false,
  windowEnd: false,
  oneDown: false,
  neverDown: false,
  grace: false,
  sticky: false,
  onEntry: false,
  revoke: false,
  groups: false,
  total: false,
  budget: false,
  triggered: false,
  tierOutcome: false,
  statusOutcome: false,
  shadow: false,
};

export type Feature = keyof typeof FEATURES;

export const AWAY = {
  /** A level's until is moved by an event that adds nothing, when the zone has changed since it was reached. */
  zoneChangeAfterLevel: true,
  /** Matches outside the window it completed in count among a completion's own events, so it does not fall. */
  clawbackInWindow: true,
};
