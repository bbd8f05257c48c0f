/**
 * A run of a campaign without behavior, come to one customer (PROGRAM: Campaigns, sends): the outcomes go to who is in
 * the target, whose status lets campaigns give, and whose limit leaves room.
 *
 * Nobody reports anything: there is no event, and the cause is the campaign alone. The outcomes have the run's time, the
 * same for everybody; the state is taken as it stands when the run comes by, as with an event that is late. Invariant:
 * where the campaign gives nothing and nothing was due, nothing is said, and the run leaves no trace in the customer.
 */
import type { Event } from '../event.js';
import type { Campaign, Program } from '../program/program.js';
import { subtractDuration } from '../time/duration.js';
import { settleAudiences } from './audiences.js';
import type { Occasion } from './campaigns.js';
import { fallDue, nextDue } from './due.js';
import type { SendEntry } from './entry.js';
import { give } from './give.js';
import type { Judgement } from './judge.js';
import { excluded } from './limit.js';
import { ProfileView } from './profile-view.js';
import { progressOf } from './progress.js';
import { hasReceived } from './runs.js';
import type { SharedLimits } from './shared-limits.js';
import { type CustomerState, initial } from './state.js';
import { openTiers, settleTiers } from './tiers.js';
import { trigger } from './trigger.js';
import { verdict } from './verdict.js';
import { EventView, measuredOf } from './view.js';
import { TIME, Working } from './working.js';

/** `state` is changed in place, as everywhere in the judge. Nobody is created by a send. */
export function judgeSend(
  state: CustomerState | undefined,
  entry: SendEntry,
  program: Program,
  shared: SharedLimits,
): Judgement {
  if (state === undefined) return { outcomes: [], state: initial(entry.customerId) };
  const campaign = program.campaignById.get(entry.campaignId);
  const arrival = Math.max(entry.stamp, state.arrival);
  const working = new Working(entry.customerId, state, entry.position, arrival);
  const due = nextDue(state);
  const pending = due !== null && due < arrival;
  if (pending) {
    open(working, program);
    fallDue(working, program, shared, arrival, false);
  }
  working.doneUpTo(arrival - 1);
  const occasion = occasionOf(working, entry, program, shared);
  if (campaign !== undefined && mayReceive(occasion, campaign, entry.run)) {
    if (!pending) open(working, program);
    receive(occasion, campaign, entry);
  }
  if (working.outcomes.length > 0) fallDue(working, program, shared, arrival, true);
  return { outcomes: working.outcomes, state: working.now };
}

function open(working: Working, { version }: Program): void {
  const { arrival } = working;
  working.note('entry.judged', arrival, TIME, { arrival, imported: false, programVersion: version });
}

function mayReceive(occasion: Occasion, campaign: Campaign, run: number): boolean {
  const { now } = occasion.working;
  if (campaign.send === undefined || hasReceived(now, run)) return false;
  const status = occasion.program.statuses.get(now.status) ?? occasion.program.defaultStatus;
  return status.earns && excluded(occasion, campaign, progressOf(now, campaign.id)) === undefined;
}

function receive(occasion: Occasion, campaign: Campaign, { run, at, openFrom }: SendEntry): void {
  const { working, program, shared, earliest, after } = occasion;
  const cause = { campaignId: campaign.id };
  const heard = working.outcomes.length;
  working.note('send.received', at, cause, { run, keepFrom: openFrom });
  openTiers(working, program, at, cause);
  give(occasion, [verdict(campaign, 1)]);
  settleTiers(working, heard, program, at, after, earliest, occasion.zone, cause);
  settleAudiences(working, program, at, working.arrival, cause);
  trigger({ working, program, shared, event: undefined, earliest, after, at: working.arrival }, heard, at);
}

function occasionOf(working: Working, { customerId, at }: SendEntry, program: Program, shared: SharedLimits): Occasion {
  const zone = working.now.zone ?? program.zone;
  // What conditions of a send may ask is the profile and the local time; nothing of it reads the event itself.
  const event: Event = { id: '', source: '', type: 'send', subject: customerId, time: at, data: {} };
  const customer = new ProfileView(working.now, working.now.spend, program, at);
  const view = new EventView(event, measuredOf(event), customer, program, zone);
  const earliest = subtractDuration(working.arrival, program.lateness, zone);
  const { after } = working;
  return { working, program, shared, view, zone, earliest, after, eventId: undefined, transactionId: null };
}
