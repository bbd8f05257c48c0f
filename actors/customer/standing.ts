/** Where the rules of a campaign stand: `have`, `need`, `resetsAt` for each (PROGRAM: "Progress is visible for each rule"). */
import type { RuleProgress } from '../outcome.js';
import type { Campaign, Rule } from '../program/program.js';
import { absenceOf } from './absence.js';
import { matchesOf } from './counting.js';
import { haveOf } from './have.js';
import type { Armed } from './progress.js';
import { reachOf } from './reach.js';
import type { MatchState, ProgressState } from './state.js';
import { candidatesOf, openStep, ownOf, type Track, trackOf } from './steps.js';
import { unitAt } from './streak.js';

const NO_MATCHES: readonly MatchState[] = [];

/** As of an instant, ms. `zone`: the customer's; `localZone`: where streaks are read, the customer's where no store says. */
export function ruleProgress(
  campaign: Campaign,
  progress: ProgressState | undefined,
  at: number,
  zone: string,
  localZone: string = zone,
): RuleProgress[] {
  if (campaign.behavior === 'sequence')
    return stepProgress(campaign, trackOf(campaign, progress), progress, undefined, at, zone, localZone);
  return campaign.rules.map((rule): RuleProgress => {
    if (rule.measure.kind === 'absent') return waitingProgress(rule, progress, undefined);
    const present = presentAt(rule, at, localZone);
    const { have, need, resetsAt } = reachOf(rule, campaign, matchesOf(rule, progress), at, zone, present, localZone);
    return { rule: rule.name, have, need, resetsAt };
  });
}

/** Of a sequence: what finished steps counted, where the open one stands, and 0 for those to come. */
export function stepProgress(
  campaign: Campaign,
  track: Track,
  progress: ProgressState | undefined,
  armed: readonly Armed[] | undefined,
  at: number,
  zone: string,
  localZone: string,
): RuleProgress[] {
  const open = openStep(track);
  return campaign.rules.map((rule, i): RuleProgress => {
    const { name, measure } = rule;
    const need = measure.atLeast;
    if (i < open) {
      const have = measure.kind === 'absent' ? 1 : haveOf(measure, ownOf(measure, track.lists[i]!, track.ends[i]!));
      return { rule: name, have, need, resetsAt: null };
    }
    if (measure.kind === 'absent') return waitingProgress(rule, progress, armed);
    const matches = i === open ? candidatesOf(track, i) : NO_MATCHES;
    const { have, resetsAt } = reachOf(rule, campaign, matches, at, zone, presentAt(rule, at, localZone), localZone);
    return { rule: name, have, need, resetsAt };
  });
}

/** Of a rule that waits: when its window will have run. Only that instant completes it. `armed`: what this event changes. */
export function waitingProgress(
  rule: Rule,
  progress: ProgressState | undefined,
  armed: readonly Armed[] | undefined,
): RuleProgress {
  const now = armed?.find(([name]) => name === rule.name);
  const due = now === undefined ? (absenceOf(progress, rule)?.due ?? null) : now[3];
  return { rule: rule.name, have: 0, need: 1, resetsAt: null, dueAt: due };
}

function presentAt({ measure }: Rule, at: number, localZone: string): number {
  return measure.kind === 'streak' ? unitAt(measure.unit, localZone, at) : 0;
}
