/**
 * Campaigns that count outcomes (PROGRAM: "One event, in order", Campaigns): what an event, a deadline or a send has
 * brought is judged like events, each outcome in its order against the state as it then stands, and what that brings in
 * turn, at most `triggerDepthMax` deep.
 *
 * To a condition an outcome is an event of its own type and time, with the outcome's `data` as the API shows it; it has
 * no amount, lines or store. What an event says of itself is that event, and is not judged a second time under the name
 * of the outcome. Invariant: this ends; an entry has at most `triggeredPerEntryMax` outcomes judged.
 */
import type { Event } from '../event.js';
import { limits } from '../limits.js';
import { type Cause, isPublic, type Outcome, toWire } from '../outcome.js';
import type { Program } from '../program/program.js';
import { settleAudiences } from './audiences.js';
import { judgeCampaigns, type Occasion } from './campaigns.js';
import { give } from './give.js';
import { ProfileView } from './profile-view.js';
import type { SharedLimits } from './shared-limits.js';
import { openTiers, settleTiers } from './tiers.js';
import { EventView, measuredOf } from './view.js';
import type { Working } from './working.js';

/** Told of everything that is judged: by what, and whether the customer's status earns. */
export type Watch = (occasion: Occasion, earns: boolean) => void;

/** What outcomes are judged in. */
export interface Triggering {
  readonly working: Working;
  readonly program: Program;
  readonly shared: SharedLimits;
  /** The event that brought them; undefined: time or a send. */
  readonly event: Event | undefined;
  /** As in `Occasion`. */
  readonly earliest: number;
  readonly after: number;
  /** As of when audiences are drawn, ms: an event's arrival, a deadline's own. */
  readonly at: number;
}

/** Judges the outcomes from the place `from` on; `time` (ms): when what follows counts in tiers. */
export function trigger(triggering: Triggering, from: number, time: number, watch?: Watch): void {
  const { working, program, event, earliest, after, at } = triggering;
  const { outcomes } = working;
  if (program.triggers.size === 0) return;
  const cause: Cause = event === undefined ? {} : { eventId: event.id };
  let heard = from;
  for (let depth = 0; depth < limits.triggerDepthMax; depth++) {
    const end = outcomes.length;
    for (let i = heard; i < end; i++) {
      if (!triggers(triggering, outcomes[i]!)) continue;
      if (working.triggered >= limits.triggeredPerEntryMax) break;
      working.triggered++;
      judgeOutcome(triggering, outcomes[i]!, watch);
    }
    if (outcomes.length === end) return;
    openTiers(working, program, time, cause);
    settleTiers(working, end, program, time, after, earliest, working.now.zone ?? program.zone, cause);
    settleAudiences(working, program, time, at, cause);
    heard = end;
  }
}

function triggers({ program, event }: Triggering, outcome: Outcome): boolean {
  if (!program.triggers.has(outcome.type) || !isPublic(outcome)) return false;
  const { cause } = outcome;
  const isSaid = event?.type === outcome.type && cause.campaignId === undefined && cause.tier === undefined;
  return !isSaid;
}

function judgeOutcome(triggering: Triggering, outcome: Outcome, watch: Watch | undefined): void {
  const occasion = occasionOf(triggering, outcome);
  const { working, program } = occasion;
  const status = program.statuses.get(working.now.status) ?? program.defaultStatus;
  watch?.(occasion, status.earns);
  if (status.earns) give(occasion, judgeCampaigns(occasion));
}

function occasionOf(triggering: Triggering, outcome: Outcome): Occasion {
  const { working, program, shared, event, earliest, after } = triggering;
  const { now } = working;
  const zone = now.zone ?? program.zone;
  const seen: Event = {
    id: outcome.id,
    source: event?.source ?? '',
    type: outcome.type,
    subject: outcome.customerId,
    time: outcome.time,
    data: toWire(outcome).data,
  };
  const spend = program.readsRfm ? now.spend.slice() : now.spend;
  const customer = new ProfileView(now, spend, program, outcome.time);
  const view = new EventView(seen, measuredOf(seen), customer, program, zone);
  return { working, program, shared, view, zone, earliest, after, eventId: event?.id, transactionId: null };
}
