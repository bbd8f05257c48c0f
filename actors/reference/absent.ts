/** An `absent` rule whose window has run: the behavior completes, or that chance is gone (PROGRAM: Behaviors and rules). */
import { firesAt } from './absence.js';
import { complete, finishesStep } from './behavior.js';
import { askedAt, completed, giveOutcomes, judgedOf, mayCount, progressed } from './campaigns.js';
import type { Campaign } from './document.js';
import type { Life } from './life.js';
import { inOrder, progressOf, rulesOf, zoneOf } from './life.js';
import type { Cause } from './outcome.js';
import { rfmAt } from './rfm.js';
import { countedNow, settleTiers } from './tiers.js';
import { customerView, NOT_MEASURED, viewOf } from './view.js';

export interface AbsentDeadline {
  readonly at: number;
  readonly campaign: Campaign;
}

/** "`absent` (in order of judging)". */
export function absentDeadlines(life: Life): AbsentDeadline[] {
  return inOrder(life.program).flatMap((campaign) => {
    const { behavior } = campaign;
    if (behavior === undefined || life.firstAt === null) return [];
    const progress = progressOf(life, campaign.id);
    const asked = askedAt(life, judgedOf(campaign), life.arrival, zoneOf(life));
    const dues = rulesOf(behavior)
      .map((rule, place) =>
        rule.absent === true ? firesAt(rule, place, progress, behavior.sequence !== undefined, asked) : null,
      )
      .filter((due) => due !== null);
    return dues.length === 0 ? [] : [{ at: Math.min(...dues), campaign }];
  });
}

export function fireAbsent(life: Life, { at, campaign }: AbsentDeadline): void {
  const judged = judgedOf(campaign);
  const progress = progressOf(life, campaign.id);
  const asked = { ...askedAt(life, judged, at, zoneOf(life)), absentAt: at };
  const view = viewOf(
    life,
    { id: '', type: '', time: at, data: {} },
    NOT_MEASURED,
    customerView(life, at, rfmAt(life, at)),
  );
  const cause: Cause = { campaignId: campaign.id };
  const before = countedNow(life);
  // "In `all` the others must be complete then"; "if it may not complete then, that chance is gone".
  const may = mayCount(life, campaign, view);
  const finished = may && finishesStep(judged, progress, asked);
  const completion = may ? complete(judged, progress, asked) : undefined;
  rulesOf(judged.behavior).forEach((rule, place) => {
    if (rule.absent === true) progress.judged.set(place, Math.max(at, progress.judged.get(place) ?? at));
  });
  if (completion !== undefined) {
    completed(life, campaign, completion, cause, campaign);
    giveOutcomes(life, campaign, completion, undefined, undefined, cause);
  } else if (finished) progressed(life, campaign, view, cause);
  settleTiers(life, { before, time: at, cause: {}, returned: undefined, after: at });
}
