/**
 * The customer decider: one entry of the journal, judged against the customer's state and the program.
 *
 * Invariants: (1) total: an entry of any age, under any program, gives outcomes; only a defect throws (DESIGN D5); (2) the state is `evolve` folded over the outcomes; (3) no clock but the entry's stamp: business
 * time is the customer's own and never goes back (DESIGN D10).
 */
import type { CheckInData, Event } from '../event.js';
import type { Cause, EventRefused, Outcome } from '../outcome.js';
import type { Program } from '../program/program.js';
import { isAnonymous } from '../till/anonymous.js';
import { type ClaimData, claim } from '../till/claim.js';
import { hearTill } from '../till/hear.js';
import type { Beside } from '../till/hearing.js';
import { isTillType, type TillData } from '../till/step.js';
import { addDuration, subtractDuration } from '../time/duration.js';
import { openAbsences } from './absence.js';
import { activateBy } from './activation.js';
import { settleAudiences } from './audiences.js';
import { judgeCampaigns, type Occasion } from './campaigns.js';
import { verified } from './check-in.js';
import { fallDue, nextDue } from './due.js';
import type { CustomerEntry, EventEntry } from './entry.js';
import { give } from './give.js';
import type { History } from './history.js';
import { prolongBy } from './inactivity.js';
import { invalid } from './invalid.js';
import { ProfileView } from './profile-view.js';
import { type Claimed, giveClaimed } from './promo-code.js';
import { settleReturn } from './return.js';
import { giveReward } from './rewards.js';
import { type Hearing, type Said, say, saysOfItself } from './says.js';
import { judgeSend } from './send.js';
import type { SharedLimits } from './shared-limits.js';
import { type CustomerState, copyOf, initial } from './state.js';
import { openTiers, settleTiers } from './tiers.js';
import { trigger, type Watch } from './trigger.js';
import { EventView, measuredOf } from './view.js';
import { TIME, Working } from './working.js';

export interface Judgement {
  readonly outcomes: readonly Outcome[];
  /** The state given, changed in place by the outcomes; a new one before the customer's first. */
  readonly state: CustomerState;
}

/**
 * What an entry does to a customer. `state` is undefined before the customer's first entry; it must be the caller's own,
 * because it is changed in place, and is good for nothing where this throws.
 */
export function judge(
  state: CustomerState | undefined,
  entry: CustomerEntry,
  program: Program,
  history: History,
  shared: SharedLimits,
): Judgement {
  return judgeWatched(state, entry, program, history, shared, undefined);
}

/** The same, watched: for `explain`. */
export function judgeWatched(
  state: CustomerState | undefined,
  entry: CustomerEntry,
  program: Program,
  history: History,
  shared: SharedLimits,
  watch: Watch | undefined,
): Judgement {
  return entry.kind === 'event'
    ? judgeEvent(state, entry, program, history, shared, watch)
    : entry.kind === 'send'
      ? judgeSend(state, entry, program, shared)
      : judgeDue(state, entry, program, shared);
}

/** Only what it would bring: the state stays as it is. */
export function decide(
  state: CustomerState | undefined,
  entry: CustomerEntry,
  program: Program,
  history: History,
  shared: SharedLimits,
): readonly Outcome[] {
  return judge(state === undefined ? undefined : copyOf(state), entry, program, history, shared).outcomes;
}

/** Nobody else woke the customer: what is due by now falls due. Nothing is said where nothing is. */
function judgeDue(
  state: CustomerState | undefined,
  entry: Extract<CustomerEntry, { kind: 'due' }>,
  program: Program,
  shared: SharedLimits,
): Judgement {
  if (state === undefined) return { outcomes: [], state: initial(entry.customerId) };
  const arrival = Math.max(entry.stamp, state.arrival);
  const due = nextDue(state);
  if (due === null || due > arrival) return { outcomes: [], state };
  const working = new Working(entry.customerId, state, entry.position, arrival);
  working.note('entry.judged', arrival, TIME, { arrival, imported: false, programVersion: program.version });
  fallDue(working, program, shared, arrival, true);
  return { outcomes: working.outcomes, state: working.now };
}

const NO_SPEND: readonly number[] = [];
const NOTHING_CLAIMED: readonly Claimed[] = [];

/** One event, in the order of PROGRAM: "One event, in order". */
function judgeEvent(
  state: CustomerState | undefined,
  entry: EventEntry,
  program: Program,
  history: History,
  shared: SharedLimits,
  watch: Watch | undefined,
): Judgement {
  const { event, imported } = entry;
  const arrival = Math.max(imported ? event.time : entry.stamp, state?.arrival ?? Number.NEGATIVE_INFINITY);
  const working = new Working(event.subject, state, entry.position, arrival);
  const cause: Cause = { eventId: event.id };
  openEntry(working, event, imported, state === undefined, program, cause);
  fallDue(working, program, shared, arrival, false);
  working.doneUpTo(arrival - 1);
  const problems = invalid(event, program);
  if (problems.length > 0) refuse(working, event, { reason: 'invalid', errors: problems }, cause);
  else if (isTillType(event.type)) {
    const made = (each: Event, beside?: Beside): void =>
      hear(working, each, program, history, shared, cause, watch, beside);
    const occasion = (each: Event): Occasion => occasionAt(working, each, program, history, shared, cause);
    const trial = (each: Event): readonly Outcome[] =>
      decide(working.now, { ...entry, event: each }, program, history, shared);
    const till = event as Event<TillData>;
    hearTill({ working, program, history, shared, event: till, cause, hear: made, trial, occasion });
  } else if (event.type === 'purchase.claimed') {
    hearClaim(working, event as Event<ClaimData>, program, history, shared, cause, watch);
  } else hear(working, event, program, history, shared, cause, watch);
  // On event time more events of this very instant may come, and they go before its deadlines (API: `clock=event`).
  fallDue(working, program, shared, arrival, !imported);
  return { outcomes: working.outcomes, state: working.now };
}

/** An anonymous sale becomes a purchase of the customer, judged at its own time. */
function hearClaim(
  working: Working,
  event: Event<ClaimData>,
  program: Program,
  history: History,
  shared: SharedLimits,
  cause: Cause,
  watch: Watch | undefined,
): void {
  const zone = working.now.zone ?? program.zone;
  const from = working.outcomes.length;
  const made = claim({ working, program, history, shared, event, cause, zone, earliest: 0, tooLate: false }, event);
  if ('refused' in made) refuse(working, event, made.refused, cause);
  else {
    const beside: Beside = { claimed: made.codes, from, held: undefined };
    hear(working, made.purchase, program, history, shared, cause, watch, beside);
  }
}

function occasionAt(
  working: Working,
  event: Event,
  program: Program,
  history: History,
  shared: SharedLimits,
  cause: Cause,
): Occasion {
  const zone = working.now.zone ?? program.zone;
  const earliest = subtractDuration(working.arrival, program.lateness, zone);
  return occasionOf(
    { working, program, history, shared, event, cause, zone, earliest, tooLate: false },
    undefined,
    NO_SPEND,
  );
}

function openEntry(
  working: Working,
  event: Event,
  imported: boolean,
  first: boolean,
  program: Program,
  cause: Cause,
): void {
  const { arrival } = working;
  const created = first ? { status: program.defaultStatus.id } : undefined;
  working.note('entry.judged', event.time, cause, { arrival, imported, programVersion: program.version, created });
}

function refuse(working: Working, event: Event, refused: EventRefused, cause: Cause): void {
  working.tell('event.refused', event.time, cause, refused);
}

function hear(
  working: Working,
  event: Event,
  program: Program,
  history: History,
  shared: SharedLimits,
  cause: Cause,
  watch: Watch | undefined,
  { claimed, from, held }: Beside = besideNothing(working),
): void {
  const zone = working.now.zone ?? program.zone;
  const earliest = subtractDuration(working.arrival, program.lateness, zone);
  const tooLate = event.type !== 'return' && addDuration(event.time, program.lateness, zone) < working.arrival;
  // The event is not yet in the RFM that conditions see.
  const spend = program.readsRfm ? working.now.spend.slice() : NO_SPEND;
  const hearing: Hearing = { working, program, history, shared, event, cause, zone, earliest, tooLate, held };
  // What comes back of an anonymous sale is nobody's.
  const isNobody = isAnonymous(working.customerId);
  if (!isNobody) openTiers(working, program, event.time, cause);
  const said = say(hearing);
  if (said !== undefined && 'refused' in said) {
    refuse(working, event, said.refused, cause);
    return;
  }
  if (isNobody) return;
  openAbsences(working, program, event.time, cause);
  if (tooLate && !saysOfItself(event.type, program))
    working.tell('event.ignored', event.time, cause, { reason: 'too_late' });
  const codes = said !== undefined && 'claimed' in said ? [said.claimed] : claimed;
  if (!tooLate) judgeBy(hearing, said, codes, spend, watch);
  else if (said !== undefined && 'bought' in said) giveReward(hearing, said.bought);
  else if (codes.length > 0) giveAll(occasionOf(hearing, said, spend), codes);
  const { after } = working;
  settleTiers(working, from, program, event.time, after, earliest, working.now.zone ?? program.zone, cause);
  settleAudiences(working, program, event.time, working.arrival, cause);
  if (!tooLate) {
    const at = working.arrival;
    trigger({ working, program, shared, event, earliest, after, at }, from, event.time, watch);
  }
}

function besideNothing({ outcomes }: Working): Beside {
  return { claimed: NOTHING_CLAIMED, from: outcomes.length, held: undefined };
}

/** Everything a campaign or a return makes of the event, against one view: as it was before the event's outcomes. */
function judgeBy(
  hearing: Hearing,
  said: Said,
  codes: readonly Claimed[],
  spend: readonly number[],
  watch: Watch | undefined,
): void {
  const occasion = occasionOf(hearing, said, spend);
  moveLots(hearing);
  if (said !== undefined && 'bought' in said) giveReward(hearing, said.bought);
  if (codes.length > 0) giveAll(occasion, codes);
  if (said !== undefined && 'returned' in said) settleReturn(occasion, said.returned, hearing.cause);
  const { working, program } = hearing;
  const status = program.statuses.get(working.now.status) ?? program.defaultStatus;
  watch?.(occasion, status.earns);
  if (status.earns) give(occasion, judgeCampaigns(occasion));
}

function giveAll(occasion: Occasion, codes: readonly Claimed[]): void {
  for (const claimed of codes) giveClaimed(occasion, claimed);
}

/** What the event itself does to lots that wait for it or outlast it; a too late one does nothing (PROGRAM: Points). */
function moveLots({ working, program, event, cause }: Hearing): void {
  const zone = working.now.zone ?? program.zone;
  if (program.prolongs.size > 0) prolongBy(working, program, event.type, event.time, zone, cause);
  activateBy(working, event.type, event.time, zone, cause);
}

/** The view has what the event said of itself, but for RFM: the event is not yet in that. */
function occasionOf(hearing: Hearing, said: Said, spend: readonly number[]): Occasion {
  const { working, program, shared, earliest } = hearing;
  const event =
    hearing.event.type === 'check_in' ? verified(hearing.event as Event<CheckInData>, program) : hearing.event;
  const zone = working.now.zone ?? program.zone;
  const measured = said !== undefined && 'returned' in said ? said.returned.measured : measuredOf(event);
  const customer = new ProfileView(working.now, spend, program, event.time, hearing.held);
  const view = new EventView(event, measured, customer, program, zone);
  const transactionId = event.type === 'purchase' ? (event.data as { transactionId: string }).transactionId : null;
  const { after } = working;
  return { working, program, shared, view, zone, earliest, after, eventId: event.id, transactionId };
}
