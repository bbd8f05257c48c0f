/**
 * What a return did to the campaigns its purchase had counted for, as `explain` shows it: where their rules stood before
 * and stand now, what fell, and what was taken back.
 */
import type { Event, Json } from '../event.js';
import { isPublic, type Outcome, toWire } from '../outcome.js';
import type { Program } from '../program/program.js';
import { progressOf } from './progress.js';
import { ruleProgress } from './standing.js';
import type { CustomerState } from './state.js';

/**
 * `[{id, returned: true, rules: [{rule, before, after}], reverted, outcomes}]`, in the order in which they were judged
 * again. `outcomes`: what the return did by a campaign. `reverted`: how many completions fell. Campaigns that are in the program no longer have no rules.
 */
export function explainReturn(
  program: Program,
  before: CustomerState,
  after: CustomerState,
  event: Event,
  outcomes: readonly Outcome[],
): Record<string, Json>[] {
  const byCampaign = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const campaignId = outcome.cause.campaignId!;
    const own = byCampaign.get(campaignId);
    if (own === undefined) byCampaign.set(campaignId, [outcome]);
    else own.push(outcome);
  }
  return [...byCampaign].map(([id, own]) => ({
    id,
    returned: true,
    rules: rulesOf(program, id, before, after, event.time),
    reverted: own.filter(({ type }) => type === 'behavior.reverted').length,
    outcomes: own.filter(isPublic).map((outcome) => toWire(outcome) as Json),
  }));
}

function rulesOf(program: Program, id: string, before: CustomerState, after: CustomerState, time: number): Json[] {
  const campaign = program.campaignById.get(id);
  if (campaign === undefined) return [];
  const zone = after.zone ?? program.zone;
  const then = ruleProgress(campaign, progressOf(before, id), time, zone);
  const now = ruleProgress(campaign, progressOf(after, id), time, zone);
  return campaign.rules.map(({ name }, i) => ({
    rule: name,
    before: { have: then[i]!.have, need: then[i]!.need },
    after: { have: now[i]!.have, need: now[i]!.need },
  }));
}
