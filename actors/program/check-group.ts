/** Checks of how a campaign gives (PROGRAM: Campaigns): groups, whose campaigns agree on `best`, shadows, level moves. */
import type { Checking } from './check-campaign.js';
import type { CampaignDocument } from './document-campaign.js';
import { isPlain, textAt } from './names.js';
import { suggestion } from './nearest.js';
import { at, type Problems, shown } from './problem.js';

/** All campaigns of the document: those of one group choose the same way. */
export function checkGroups(campaigns: readonly unknown[], problems: Problems): void {
  const first = new Map<string, readonly [index: number, best: string]>();
  campaigns.forEach((campaign, i) => {
    const group = textAt(campaign, 'group');
    if (group === undefined || !isPlain(campaign)) return;
    const best = textAt(campaign, 'best') ?? 'first';
    const known = first.get(group);
    if (known === undefined) first.set(group, [i, best]);
    else if (known[1] !== best) {
      problems.add(
        `/campaigns/${i}/best`,
        'group_disagrees',
        `All campaigns of group ${shown(group)} choose the same way, and /campaigns/${known[0]} says best: ${known[1]}.`,
      );
    }
  });
}

/** One campaign: what of `group`, `best`, `shadow` and `base` does not go together. */
export function checkGiving(document: Partial<CampaignDocument>, pointer: string, problems: Problems): void {
  const { group, best, shadow, base } = document;
  if (group === undefined && best !== undefined) {
    problems.add(at(pointer, 'best'), 'best_without_group', 'best chooses within a group; add group beside it.');
  }
  if (base === true && shadow === true) {
    problems.add(
      at(pointer, 'shadow'),
      'base_shadow',
      'What the base gives is what blind returns take back, so it gives; let another campaign be the shadow.',
    );
  }
}

/** A move to a level of a tier system. */
export function checkMove(
  move: { readonly system: string; readonly level: string },
  pointer: string,
  { names, problems }: Checking,
): void {
  const levels = names.tiers.get(move.system);
  if (levels === undefined) {
    problems.add(
      at(pointer, 'system'),
      'unknown_tier_system',
      `There is no tier system ${shown(move.system)}.${suggestion(move.system, names.tiers.keys())}`,
    );
  } else if (!levels.has(move.level)) {
    problems.add(
      at(pointer, 'level'),
      'unknown_level',
      `There is no level of ${move.system} ${shown(move.level)}.${suggestion(move.level, levels)}`,
    );
  }
}
