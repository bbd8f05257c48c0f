/**
 * Campaigns judged by one event against one view, groups, limits, and what they give (PROGRAM: "One event, in order",
 * Campaigns).
 */
import { award, pointsOf } from './award.js';
import { complete, count, type Judged, shownRules } from './behavior.js';
import { carries, dropExcess } from './carry.js';
import { holds } from './condition.js';
import type { Campaign } from './document.js';
import type { Completion, Life, Purchase } from './life.js';
import { basesOf, completionsOfAll, inOrder, progressOf, tell, zoneOf } from './life.js';
import type { Cause } from './outcome.js';
import type { View } from './view.js';
import { type Asked, limitSpan } from './window.js';

export function judgedOf(campaign: Campaign): Judged {
  const { start, end } = campaign.schedule ?? {};
  return {
    id: campaign.id,
    behavior: campaign.behavior!,
    start: start === undefined ? undefined : Date.parse(start),
    end: end === undefined ? undefined : Date.parse(end),
  };
}

export function askedAt(life: Life, judged: Judged, at: number, localZone: string): Asked {
  return { at, zone: zoneOf(life), localZone, start: judged.start, end: judged.end, order: life.order };
}

/** What one event did to one campaign. */
interface Verdict {
  readonly campaign: Campaign;
  readonly completions: readonly Completion[];
}

/** "Then all campaigns, judged against one view; their outcomes in order." */
export function judgeCampaigns(
  life: Life,
  view: View,
  purchase: Purchase | undefined,
  eventId: string | undefined,
): void {
  const verdicts = inOrder(life.program).flatMap((campaign) => {
    const completions = judge(life, campaign, view, purchase);
    return completions === undefined ? [] : [{ campaign, completions }];
  });
  give(life, verdicts, view, purchase, eventId);
  for (const basis of basesOf(life.program)) judge(life, basis, view, purchase);
}

/** "Both ends of `schedule` are in it." "Target and status must hold at each event that counts." */
export function mayCount(life: Life, campaign: Campaign, view: View): boolean {
  const { start, end } = judgedOf(campaign);
  const { time } = view.event;
  if (start !== undefined && time < start) return false;
  if (end !== undefined && time > end) return false;
  if (!isTarget(campaign, view)) return false;
  // "A status that does not earn stops campaigns."
  const status = life.program.statuses?.find(({ id }) => id === view.customer.status);
  if (status?.earns === false) return false;
  return mayGive(life, campaign, time);
}

/** "`target: {audience}`, or `{where: <condition>}`; absent: everybody." */
export function isTarget({ target }: Campaign, view: View): boolean {
  if (target === undefined) return true;
  return 'audience' in target ? view.customer.audiences.includes(target.audience) : holds(target.where, view);
}

/** "A campaign that may give this customer no more until its period turns neither counts nor completes for them meanwhile." */
export function mayGive(life: Life, campaign: Campaign, time: number): boolean {
  const { perCustomer, per, total } = campaign.limits ?? {};
  // "`completions` counts those that stand and gave."
  const given = progressOf(life, campaign.id).completions.filter(({ stands, gave }) => stands && gave);
  if (total !== undefined) {
    const byAll = completionsOfAll(life, campaign.id).filter(({ stands, gave }) => stands && gave);
    if (byAll.length >= total) return false;
  }
  if (perCustomer === undefined) return true;
  const { after, upTo } = limitSpan(per, time, zoneOf(life));
  return given.filter((completion) => completion.time > after && completion.time <= upTo).length < perCustomer;
}

/** Undefined: the event does not move this campaign. */
function judge(life: Life, campaign: Campaign, view: View, purchase: Purchase | undefined): Completion[] | undefined {
  if (campaign.behavior === undefined || !mayCount(life, campaign, view)) return undefined;
  const judged = judgedOf(campaign);
  const progress = progressOf(life, campaign.id);
  const asked = askedAt(life, judged, view.event.time, view.localZone);
  if (!count(life, judged, progress, view, purchase, asked)) return undefined;
  const completions: Completion[] = [];
  // "One event completes a behavior once, except by `carry`."
  do {
    const completion = complete(judged, progress, asked);
    if (completion === undefined) break;
    completions.push(completion);
  } while (carries(judged) && mayGive(life, campaign, view.event.time));
  const last = completions.at(-1);
  if (last !== undefined && !mayGive(life, campaign, view.event.time)) dropExcess(judged, progress, last);
  return completions;
}

function give(
  life: Life,
  verdicts: readonly Verdict[],
  view: View,
  purchase: Purchase | undefined,
  eventId: string | undefined,
): void {
  for (const verdict of verdicts) {
    const { campaign, completions } = verdict;
    const cause: Cause = { eventId, campaignId: campaign.id };
    const winner = winnerOf(life, verdict, verdicts, view);
    if (completions.length === 0) progressed(life, campaign, view, cause);
    // "Campaigns that share a group give the outcomes of one"; "a loser's events are spent, its limits untouched".
    else if (winner !== campaign) for (const completion of completions) completion.gave = false;
    for (const completion of completions) {
      completed(life, campaign, completion, cause, winner);
      if (winner === campaign) giveOutcomes(life, campaign, completion, view, purchase, cause);
    }
  }
}

/** "`best: first | highest`": "`highest` compares points over all accounts before caps, ties to the first". */
function winnerOf(life: Life, { campaign }: Verdict, verdicts: readonly Verdict[], view: View): Campaign {
  // A shadow gives nothing, so it takes part in no group: it would keep another from giving.
  if (campaign.group === undefined || campaign.shadow === true) return campaign;
  const rivals = verdicts.filter(
    (each) => each.campaign.group === campaign.group && each.campaign.shadow !== true && each.completions.length > 0,
  );
  if (rivals.length === 0) return campaign;
  if (campaign.best !== 'highest') return rivals[0]!.campaign;
  const worth = rivals.map(({ campaign: { outcomes }, completions }) => {
    const points = outcomes.map((outcome) => ('points' in outcome ? pointsOf(life, outcome.points, view) : 0));
    return completions.length * points.reduce((sum, each) => sum + each, 0);
  });
  return rivals[worth.indexOf(Math.max(...worth))]!.campaign;
}

/** "Whatever moves a behavior gives `behavior.progressed` or `behavior.completed`, except the `base` campaign, whose points say it." */
export function progressed(life: Life, campaign: Campaign, view: View, cause: Cause): void {
  if (campaign.base === true) return;
  const judged = judgedOf(campaign);
  const rules = shownRules(
    judged,
    progressOf(life, campaign.id),
    askedAt(life, judged, view.event.time, view.localZone),
  );
  tell(life, 'behavior.progressed', view.event.time, cause, { campaignId: campaign.id, rules });
}

export function completed(
  life: Life,
  campaign: Campaign,
  completion: Completion,
  cause: Cause,
  winner: Campaign,
): void {
  if (campaign.base === true) return;
  const all = progressOf(life, campaign.id).completions;
  const upTo = all.slice(0, all.indexOf(completion) + 1).filter(({ stands, gave }) => stands && gave).length;
  tell(life, 'behavior.completed', completion.time, cause, {
    campaignId: campaign.id,
    completions: upTo,
    ...(winner === campaign ? {} : { lostTo: winner.id }),
  });
}

export function giveOutcomes(
  life: Life,
  campaign: Campaign,
  completion: Completion,
  view: View | undefined,
  purchase: Purchase | undefined,
  cause: Cause,
): void {
  // "`shadow: true`: judged and counted, nothing given."
  if (campaign.shadow === true) return;
  const budget = () => {
    const limit = campaign.limits?.budget?.points;
    if (limit === undefined) return undefined;
    const standing = completionsOfAll(life, campaign.id).filter(({ stands }) => stands);
    const lots = standing.flatMap((each) => each.given.flatMap((given) => ('lot' in given ? [given.lot] : [])));
    const given = lots.reduce((sum, { points }) => sum + points, 0);
    return limit - given;
  };
  award(life, { outcomes: campaign.outcomes, time: completion.time, cause, view, purchase, completion, budget });
}
