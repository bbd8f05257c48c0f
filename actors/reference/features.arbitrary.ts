/**
 * What the agreement test may use of the page. A feature is switched on here, and only here, once the engine accepts it
 * (REGULARS_FEATURES=streak,caps or =all adds some for one run); AWAY names cases where the two differ and that are kept
 * out.
 *
 * They are bounds: the engine forgets what can move no window any more, however late an event, while the reference forgets
 * nothing; so what is asked as of an instant longer ago than `lateness` may come out differently.
 */
const BUILT = {
  any: true,
  sequence: true,
  sameEvent: true,
  carry: true,
  streak: true,
  absent: true,
  sinceFirst: true,
  clawback: true,
  activationAfter: true,
  activationOn: true,
  expiryFixed: true,
  expiryInactivity: true,
  caps: true,
  tierRolling: true,
  tierBehavior: true,
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
  rewards: true,
  sends: true,
  audiences: true,
};

export type Feature = keyof typeof BUILT;

const added = (process.env.REGULARS_FEATURES ?? '').split(',');

export const FEATURES = Object.fromEntries(
  Object.entries(BUILT).map(([feature, built]) => [feature, built || added.includes(feature) || added.includes('all')]),
) as Readonly<Record<Feature, boolean>>;

export const AWAY = {
  /** What a return moves is shown as of its own time, for which, when that is long ago, matches have been forgotten. */
  returnLongAgo: true,
  /** What a tag or points given too late end at, long ago, sees the RFM without purchases that have been forgotten. */
  tooLateEnds: true,
};
