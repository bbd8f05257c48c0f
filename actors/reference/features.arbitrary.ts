/**
 * What the agreement test may use of the page. A feature is switched on here, and only here, once the engine accepts it
 * (REGULARS_FEATURES=streak,caps or =all adds some for one run); AWAY names cases where the two differ and that are kept
 * out until they are mended.
 */
const BUILT = {
  any: true,
  sequence: true,
  sameEvent: true,
  carry: true,
  streak: true,
  absent: false,
  sinceFirst: true,
  clawback: true,
  activationAfter: true,
  activationOn: true,
  expiryFixed: true,
  expiryInactivity: true,
  caps: true,
  tierRolling: true,
  tierBehavior: false,
  windowEnd: true,
  oneDown: true,
  neverDown: true,
  grace: true,
  sticky: true,
  onEntry: true,
  revoke: true,
  groups: true,
  total: true,
  budget: true,
  triggered: true,
  tierOutcome: true,
  statusOutcome: true,
  shadow: true,
};

export type Feature = keyof typeof BUILT;

const added = (process.env.REGULARS_FEATURES ?? '').split(',');

export const FEATURES = Object.fromEntries(
  Object.entries(BUILT).map(([feature, built]) => [feature, built || added.includes(feature) || added.includes('all')]),
) as Readonly<Record<Feature, boolean>>;

export const AWAY = {
  /** With `sameEvent` a return asks every rule's condition, but with the profile remembered for one of them. */
  sameEventOfProfile: false,
  /**
   * A late addition in an earlier window is not given with that window's end when a later window has reached the level
   * already; nor is one in the same window that ends earlier after a change of zone.
   */
  lateAtWindowEnd: true,
  /**
   * Matches older than lateness and window are forgotten, though a deadline that is done late (of a customer on event
   * time, or of an event too late) brings outcomes as old as that, and campaigns count them.
   */
  countedLongAfter: true,
  /** A level given with a window's end is lost for a moment at the next event of that very second. */
  secondOfWindowEnd: true,
  /** Matches outside the window it completed in count among a completion's own events, so it does not fall. */
  clawbackInWindow: false,
};
