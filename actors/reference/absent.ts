/** An `absent` rule whose window has run: the behavior completes, or that chance is gone (PROGRAM: Behaviors and rules). */
import { afterRun, armFrom } from './absence.js';
import { complete, finishesStep } from './behavior.js';
import { askedAt, completed, giveOutcomes, judgedOf, mayCount, mayGive, progressed } from './campaigns.js';
import { carries, dropExcess } from './carry.js';
import type { Campaign } from './document.js';
import type { Completion, Life } from './life.js';
import { basesOf, inOrder, isBasis, progressOf, rulesOf, zoneOf } from './life.js';
import type { Cause } from './outcome.js';
import { rfmAt } from './rfm.js';
import { countedNow, settleTiers } from './tiers.js';
import { customerView, NOT_MEASURED, viewOf } from './view.js';
import type { Asked } from './window.js';

export interface AbsentDeadline {
  readonly at: number;
  readonly campaign: Campaign;
}

/** Every rule that waits is armed once the customer is known: "by the later of campaign start and first event". */
export function openAbsences(life: Life, time: number): void {
  for (const campaign of [...inOrder(life.program), ...basesOf(life.program)]) {
    const { behavior } = campaign;
    const judged = judgedOf(campaign);
    if (behavior === undefined || (judged.end !== undefined && time > judged.end)) continue;
    const progress = progressOf(life, campaign.id);
    const asked = askedAt(life, judged, time, zoneOf(life));
    rulesOf(behavior).forEach((rule, place) => {
      if (rule.absent !== true || progress.absences.has(place)) return;
      if (behavior.sequence !== undefined && place > 0) return;
      armFrom(progress, rule, place, Math.max(judged.start ?? time, time), asked);
    });
  }
}

/** "`absent` (in order of judging)". */
export function absentDeadlines(life: Life): AbsentDeadline[] {
  return [...inOrder(life.program), ...basesOf(life.program)].flatMap((campaign) => {
    const dues = [...progressOf(life, campaign.id).absences.values()]
      .map(({ due }) => due)
      .filter((due) => due !== null);
    return dues.length === 0 ? [] : [{ at: Math.min(...dues), campaign }];
  });
}

export function fireAbsent(life: Life, { at, campaign }: AbsentDeadline): void {
  const judged = judgedOf(campaign);
  const rules = rulesOf(judged.behavior);
  const progress = progressOf(life, campaign.id);
  const asked = { ...askedAt(life, judged, at, zoneOf(life)), absentAt: at };
  const event = { id: '', type: 'absent', time: at, data: {} };
  const view = viewOf(life, event, NOT_MEASURED, customerView(life, at, rfmAt(life, at)));
  const cause: Cause = isBasis(campaign) ? {} : { campaignId: campaign.id };
  const before = countedNow(life);
  const ran = [...progress.absences].filter(([, { due }]) => due === at).map(([place]) => place);
  // "In `all` the others must be complete then"; "if it may not complete then, that chance is gone".
  const may = mayCount(life, campaign, view);
  const finished = may && finishesStep(judged, progress, asked);
  const completions: Completion[] = [];
  let completion = may ? complete(judged, progress, asked) : undefined;
  while (completion !== undefined) {
    completions.push(completion);
    // "Completions stop at the limit and the excess is then dropped."
    if (!mayGive(life, campaign, at)) dropExcess(judged, progress, completion);
    // "Except by `carry`": that nothing came "fires once".
    completion =
      carries(judged) && mayGive(life, campaign, at) ? complete(judged, progress, without(asked)) : undefined;
  }
  for (const place of ran) {
    const held = progress.absences.get(place)!;
    // A step that has just been opened waits for another instant.
    if (held.due !== at) continue;
    const next = finished ? { ...held, due: null } : afterRun(rules[place]!, held, at, asked.zone);
    progress.absences.set(place, completions.length === 0 ? next : { ...next, ran: false });
  }
  if (isBasis(campaign)) {
    settleTiers(life, { before, time: at, cause, returned: undefined });
    return;
  }
  for (const each of completions) {
    completed(life, campaign, each, cause, campaign);
    giveOutcomes(life, campaign, each, undefined, undefined, cause);
  }
  if (completions.length === 0 && finished) progressed(life, campaign, view, cause);
  settleTiers(life, { before, time: at, cause, returned: undefined });
}

function without({ absentAt: _, ...asked }: Asked): Asked {
  return asked;
}
