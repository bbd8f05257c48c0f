/** What a completion, or the entry into a level, gives (PROGRAM: Campaigns, Points). */
import { linesTaken, measured } from './condition.js';
import type { Outcome, PointsOutcome } from './document.js';
import type { Completion, Life, Purchase, RateBasis } from './life.js';
import { fraction, tell } from './life.js';
import { issue } from './offers.js';
import type { Cause } from './outcome.js';
import { earn } from './points.js';
import { addTag, removeTag } from './tags.js';
import { moveTo } from './tier-move.js';
import type { View } from './view.js';

export interface Award {
  readonly outcomes: readonly Outcome[];
  readonly time: number;
  readonly cause: Cause;
  /** Undefined where time itself was the cause. */
  readonly view: View | undefined;
  readonly purchase: Purchase | undefined;
  readonly completion: Completion | null;
  /** Points the campaign may still give. */
  readonly budget: () => number | undefined;
}

export function award(life: Life, { outcomes, time, cause, view, purchase, completion, budget }: Award): void {
  for (const outcome of outcomes) {
    if ('points' in outcome) {
      const { account, expiry } = outcome.points;
      const points = pointsOf(life, outcome.points, view);
      const rate = rateBasis(outcome.points, view, purchase);
      earn(life, { account, points, expiry, time, cause, rate, completion, budget: budget() });
    } else if ('offer' in outcome) issue(life, outcome.offer, time, cause, completion);
    else if ('tag' in outcome) {
      const { add, remove, for: span } = outcome.tag;
      if (add !== undefined) addTag(life, add, span, time, cause, completion);
      if (remove !== undefined) removeTag(life, remove, time, cause);
    } else if ('tier' in outcome) {
      const { system, level } = outcome.tier;
      const enter = (entry: readonly Outcome[], entered: string) =>
        award(life, {
          outcomes: entry,
          time,
          cause: { ...cause, tier: entered },
          view: undefined,
          purchase: undefined,
          completion: null,
          budget: () => undefined,
        });
      moveTo(life, system, level, time, cause, completion, enter);
    } else if (outcome.status.set !== life.status) {
      const { set, reason } = outcome.status;
      tell(life, 'status.changed', time, cause, {
        from: life.status,
        to: set,
        ...(reason === undefined ? {} : { reason }),
      });
      life.status = set;
    }
  }
}

/** "Rounding (default floor) once, at the end"; "a multiplier has at most four decimals and counts as the exact fraction". Before caps. */
export function pointsOf(life: Life, { fixed, rate, multiply, round }: PointsOutcome, view: View | undefined): number {
  if (fixed !== undefined) return fixed;
  if (view === undefined) return 0;
  const whole = measured(rate!.of, view);
  if (whole <= 0) return 0;
  return fraction([whole, rate!.points, multiplier(life, multiply, view)], [rate!.per, 10_000], round);
}

/** In ten-thousandths. "The purchase that lifts a customer earns at the level held before it." */
function multiplier(life: Life, multiply: PointsOutcome['multiply'], view: View): number {
  if (multiply === undefined) return 10_000;
  const systems = life.program.tiers!;
  const system = multiply === 'tier' ? systems[0]! : systems.find(({ id }) => id === multiply.tier)!;
  const level = system.levels.find(({ id }) => id === view.customer.tiers.get(system.id));
  return Math.round((level?.multiplier ?? 1) * 10_000);
}

/** "Points by `rate` belong to the purchase"; "of a completion by an event that is not a purchase they belong to the completion". */
function rateBasis({ rate }: PointsOutcome, view: View | undefined, purchase: Purchase | undefined): RateBasis | null {
  if (rate === undefined || view === undefined || purchase === undefined) return null;
  const { of } = rate;
  const whole = measured(of, view);
  if (typeof of === 'string') return { purchase, of, whole, lines: [], reversed: 0 };
  const lines = linesTaken(of.lines, view).map(({ place }) => place);
  return { purchase, of: of.of === 'amount' ? 'lineAmount' : 'lineQuantity', whole, lines, reversed: 0 };
}
