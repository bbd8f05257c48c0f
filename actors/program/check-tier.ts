/** Checks of a tier system beyond its shape: its basis exists, its levels go up, what an entry gives can be given. */
import { behaviorKind, rulesOf } from './behavior-rules.js';
import { checkBehavior } from './check-behavior.js';
import { type Checking, checkOutcome } from './check-campaign.js';
import { checkRule } from './check-rule.js';
import type { OutcomeDocument } from './document-campaign.js';
import type { TierDocument } from './document-tier.js';
import { isPlain, listAt } from './names.js';
import { suggestion } from './nearest.js';
import { at, shown } from './problem.js';

/** Each part is checked where its own shape is right, whatever the rest of the system. */
export function checkTier(tier: unknown, pointer: string, checking: Checking): void {
  if (!isPlain(tier)) return;
  const document = tier as Partial<TierDocument>;
  const part = <K extends keyof TierDocument>(key: K): TierDocument[K] | undefined =>
    Object.hasOwn(tier, key) && checking.sound(at(pointer, key)) ? document[key] : undefined;
  const basis = part('basis');
  if (basis !== undefined) checkBasis(basis, `${pointer}/basis`, checking);
  const window = part('window');
  if (window !== undefined && 'rolling' in window && part('upgrade') === 'windowEnd') {
    checking.problems.add(
      `${pointer}/upgrade`,
      'window_without_end',
      'A rolling window has no end to wait for; leave upgrade out, or use a calendar window.',
    );
  }
  const levels = part('levels');
  if (levels !== undefined) checkLevels(levels, `${pointer}/levels`, checking);
  listAt(tier, 'levels').forEach((level, i) => {
    listAt(level, 'onEntry').forEach((outcome, j) => {
      const here = `${pointer}/levels/${i}/onEntry/${j}`;
      if (checking.sound(here)) checkEntry(outcome as OutcomeDocument, here, checking);
    });
  });
}

function checkBasis(basis: TierDocument['basis'], pointer: string, checking: Checking): void {
  const { names, problems } = checking;
  if ('behavior' in basis) {
    const { behavior } = basis;
    const here = `${pointer}/behavior`;
    const kind = behaviorKind(behavior);
    rulesOf(behavior).forEach((rule, i) => {
      checkRule(rule, `${here}/${kind}/${i}`, checking);
    });
    checkBehavior(behavior, false, here, problems);
    return;
  }
  if (!('points' in basis) || names.accounts.has(basis.points)) return;
  problems.add(
    `${pointer}/points`,
    'unknown_account',
    `There is no account ${shown(basis.points)}.${suggestion(basis.points, names.accounts)}`,
  );
}

function checkLevels(levels: TierDocument['levels'], pointer: string, { problems }: Checking): void {
  if (levels[0]!.atLeast !== 0) {
    problems.add(`${pointer}/0/atLeast`, 'first_level_not_zero', 'The first level is held by everybody: atLeast: 0.');
  }
  for (let i = 1; i < levels.length; i++) {
    const before = levels[i - 1]!.atLeast;
    const own = levels[i]!.atLeast;
    if (own > before) continue;
    problems.add(
      `${pointer}/${i}/atLeast`,
      'levels_not_ascending',
      `Levels go up: must be more than ${before} of the level before, is ${own}.`,
    );
  }
}

/** An entry is no purchase, and may come from time itself. */
function checkEntry(outcome: OutcomeDocument, pointer: string, checking: Checking): void {
  checkOutcome(outcome, pointer, checking);
  if ('tier' in outcome) {
    checking.problems.add(
      `${pointer}/tier`,
      'move_in_entry',
      'Entering a level moves no level; let a campaign that counts tier.changed do it.',
    );
  }
  if ('points' in outcome && outcome.points.rate !== undefined) {
    checking.problems.add(
      `${pointer}/points/rate`,
      'rate_needs_purchase',
      'A rate is taken of a purchase, and a level may be entered without one; use fixed.',
    );
  }
}
