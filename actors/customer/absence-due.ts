/**
 * Windows of `absent` rules that have run: a deadline that may complete a campaign at an instant with no event
 * (PROGRAM: Behaviors, `absent`). The cause is the campaign alone.
 *
 * It fires once: where the campaign may not complete then (schedule, target, status, limit, or in `all` another rule that
 * is not full), that chance is gone. Invariant: the deadline is taken out of the state whatever the program says by then.
 */
import type { Event } from '../event.js';
import { basisSystem } from '../program/basis-campaign.js';
import type { Campaign, Program } from '../program/program.js';
import { subtractDuration } from '../time/duration.js';
import { dueAgain, holdsAt, noteArmed } from './absence.js';
import type { Occasion } from './campaigns.js';
import { matchesOf, presentUnit } from './counting.js';
import { give } from './give.js';
import { excluded, noteTotal } from './limit.js';
import { ProfileView } from './profile-view.js';
import type { Armed } from './progress.js';
import { reachOf } from './reach.js';
import { followTime } from './sequence.js';
import type { SharedLimits } from './shared-limits.js';
import type { CustomerState, ProgressState } from './state.js';
import { openStep, trackOf } from './steps.js';
import { openTiers, settleTiers } from './tiers.js';
import type { Verdict } from './verdict.js';
import { EventView, measuredOf } from './view.js';
import { completed } from './weigh.js';
import { TIME, type Working } from './working.js';

/** The earliest window that has run or will, ms; +∞ where there is none. */
export function nextAbsence({ behaviors }: CustomerState): number {
  let due = Number.POSITIVE_INFINITY;
  for (let i = 0; i < behaviors.length; i++) {
    const { absences } = behaviors[i]!;
    for (let j = 0; j < absences.length; j++) {
      const end = absences[j]!.due;
      if (end !== null && end < due) due = end;
    }
  }
  return due;
}

/** Of the windows that have run at `due` those of one campaign, the first in the order of judging; false: there are none. */
export function fallAbsence(working: Working, program: Program, shared: SharedLimits, due: number): boolean {
  const progress = firstDue(working.now, program, due);
  if (progress === undefined) return false;
  const campaign = program.campaignById.get(progress.campaignId);
  const zone = working.now.zone ?? program.zone;
  const armed = progress.absences
    .filter((held) => held.due === due)
    .map((held): Armed => {
      const rule = campaign?.rules.find(({ name, signature, measure }) => {
        return name === held.rule && signature === held.signature && measure.kind === 'absent';
      });
      if (rule === undefined) return [held.rule, null, 0, null, false];
      const again = dueAgain(rule, due, zone);
      return [held.rule, held.signature, held.from, again, again === null];
    });
  // What is only a tier's basis is no campaign that anybody knows.
  const cause = basisSystem(progress.campaignId) === undefined ? { campaignId: progress.campaignId } : TIME;
  const heard = working.outcomes.length;
  openTiers(working, program, due, cause);
  const occasion = occasionAt(working, program, shared, due, zone);
  const decided = campaign === undefined ? undefined : verdictAt(occasion, campaign, progress, armed);
  if (decided === undefined) noteArmed(working, progress.campaignId, due, cause, armed);
  else give(occasion, [decided]);
  settleTiers(working, heard, program, due, working.after, occasion.earliest, zone, cause);
  return true;
}

function firstDue({ behaviors }: CustomerState, program: Program, due: number): ProgressState | undefined {
  let first: ProgressState | undefined;
  let index = Number.POSITIVE_INFINITY;
  for (const progress of behaviors) {
    if (!progress.absences.some((held) => held.due === due)) continue;
    const place = program.campaignById.get(progress.campaignId)?.index ?? Number.POSITIVE_INFINITY;
    if (first !== undefined && place >= index) continue;
    first = progress;
    index = place;
  }
  return first;
}

/** Undefined where the chance is gone. */
function verdictAt(
  occasion: Occasion,
  campaign: Campaign,
  progress: ProgressState,
  armed: readonly Armed[],
): Verdict | undefined {
  const { working, program } = occasion;
  const status = program.statuses.get(working.now.status) ?? program.defaultStatus;
  if (!status.earns) return undefined;
  const reason = excluded(occasion, campaign, progress);
  if (reason === 'total') noteTotal(occasion, campaign);
  if (reason !== undefined) return undefined;
  if (campaign.behavior === 'sequence') {
    const step = openStep(trackOf(campaign, progress));
    const isIt = armed.some(([name, signature]) => signature !== null && name === campaign.rules[step]?.name);
    // Finished, it waits no more, not even for the next unit.
    const rearmed = armed.map(([rule, signature, from]): Armed => [rule, signature, from, null, false]);
    return isIt ? followTime(occasion, campaign, progress, step, rearmed) : undefined;
  }
  if (!armed.some(([, signature]) => signature !== null)) return undefined;
  if (campaign.behavior === 'all' && !allHold(occasion, campaign, progress)) return undefined;
  const lists = campaign.rules.map((rule) => matchesOf(rule, progress));
  return completed(occasion, campaign, progress, [], lists, armed);
}

/** In `all` the others must be complete then. */
function allHold(occasion: Occasion, campaign: Campaign, progress: ProgressState): boolean {
  const { view, zone } = occasion;
  const { time } = view.event;
  return campaign.rules.every((rule) => {
    if (rule.measure.kind === 'absent') return holdsAt(progress, rule, time);
    const reach = reachOf(rule, campaign, matchesOf(rule, progress), time, zone, presentUnit(rule, view));
    return reach.have >= reach.need;
  });
}

/** What is judged by is the profile at that instant; conditions find no event. */
function occasionAt(working: Working, program: Program, shared: SharedLimits, due: number, zone: string): Occasion {
  const event: Event = { id: '', source: '', type: 'absent', subject: working.customerId, time: due, data: {} };
  const spend = program.readsRfm ? working.now.spend.slice() : working.now.spend;
  const customer = new ProfileView(working.now, spend, program, due);
  const view = new EventView(event, measuredOf(event), customer, program, zone);
  // One that is done late is judged as of its own time: what it counts with must not be forgotten before.
  const earliest = subtractDuration(due, program.lateness, zone);
  return {
    working,
    program,
    shared,
    view,
    zone,
    earliest,
    after: working.after,
    eventId: undefined,
    transactionId: null,
  };
}
