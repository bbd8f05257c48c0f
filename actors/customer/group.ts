/**
 * Groups (PROGRAM: Campaigns): of the campaigns of one group that complete by the same event, one gives its outcomes. A
 * loser's events are spent and its limits untouched; `behavior.completed` says to whom it lost.
 *
 * A shadow takes no part: it neither keeps another campaign from giving nor loses to one.
 */
import type { Campaign } from '../program/program.js';
import { pointsOf } from './award.js';
import type { Occasion } from './campaigns.js';
import type { Verdict } from './verdict.js';

/** The campaign that gives, for each group of which several complete; undefined where nothing of the kind happens. */
export function winners(occasion: Occasion, verdicts: readonly Verdict[]): ReadonlyMap<string, Campaign> | undefined {
  let byGroup: Map<string, Verdict[]> | undefined;
  for (let i = 0; i < verdicts.length; i++) {
    const each = verdicts[i]!;
    const { group, shadow } = each.campaign;
    if (group === undefined || shadow || each.completions === 0) continue;
    byGroup ??= new Map();
    const rivals = byGroup.get(group);
    if (rivals === undefined) byGroup.set(group, [each]);
    else rivals.push(each);
  }
  if (byGroup === undefined) return undefined;
  const won = new Map<string, Campaign>();
  for (const [group, rivals] of byGroup) if (rivals.length > 1) won.set(group, best(occasion, rivals).campaign);
  return won;
}

/** To which campaign a completion loses; undefined where it gives. */
export function lostTo({ id, group, shadow }: Campaign, won: ReadonlyMap<string, Campaign> | undefined) {
  if (won === undefined || group === undefined || shadow) return undefined;
  const winner = won.get(group);
  return winner === undefined || winner.id === id ? undefined : winner.id;
}

/** `rivals` in the order of judging. Ties go to the first. */
function best(occasion: Occasion, rivals: readonly Verdict[]): Verdict {
  let winner = rivals[0]!;
  if (winner.campaign.best === 'first') return winner;
  let most = pointsBy(occasion, winner);
  for (let i = 1; i < rivals.length; i++) {
    const points = pointsBy(occasion, rivals[i]!);
    if (points <= most) continue;
    winner = rivals[i]!;
    most = points;
  }
  return winner;
}

/** Over all accounts, before caps and budgets. */
function pointsBy(occasion: Occasion, { campaign, completions }: Verdict): number {
  return completions * pointsOf(occasion, campaign);
}
