/**
 * Void: everything a sale did is undone, and the transaction is over (PROGRAM: Offers, "Void takes back every outcome of
 * the transaction whatever `onReturn` says"). After a return it undoes what is left.
 *
 * Parts of the state that stand as the sale left them are put back exactly (`undo.ts`). What has moved on since is undone
 * by the sale's outcomes: points from their own lots first (what has been spent follows `negative`), progress as if all
 * had come back, tags and levels where nothing else holds them. An offer it gave that was used stays, and is named.
 */
import { judgeAgain } from '../customer/again.js';
import type { Occasion } from '../customer/campaigns.js';
import type { KnownPurchase } from '../customer/history.js';
import { keptOf } from '../customer/kept.js';
import { reverse } from '../customer/points.js';
import { progressOf } from '../customer/progress.js';
import { countShared } from '../customer/shared-limits.js';
import { ruleProgress } from '../customer/standing.js';
import type { IssueState, ProgressState, TagState, TierState } from '../customer/state.js';
import { removeTag, tagOf } from '../customer/tags.js';
import { afterRevoke } from '../customer/tier-revoke.js';
import { tierOf } from '../customer/tier-state.js';
import { change, hold } from '../customer/tiers.js';
import { dueOf, highestHeldNow, levelIndex, untilOf } from '../customer/until.js';
import { type Json, netOf, type SaleData } from '../event.js';
import type { Cause, Outcome, OutcomeOf, PurchaseRecord } from '../outcome.js';
import { type Part, partsStanding } from './undo.js';

export interface Voiding {
  readonly occasion: Occasion;
  readonly known: KnownPurchase;
  readonly cause: Cause;
}

/** Undoes the sale. Returns what is given back, minor units, and the offers it gave that stay because they were used. */
export function voidSale({ occasion, known, cause }: Voiding): {
  readonly refund: number;
  readonly notTaken: readonly { issueId: string; offerId: string }[];
} {
  const { working, view } = occasion;
  const { time } = view.event;
  const sale = known.event.data as SaleData;
  const before = known.record;
  const refunded = before?.refunded ?? 0;
  const refund = netOf(sale) - refunded;
  const heard = working.outcomes.length;
  const standing = partsStanding(working.now, partsOf(known));
  const isStanding = (kind: Part[0], name = ''): boolean =>
    standing.some((part) => part[0] === kind && part[1] === name);
  const record: PurchaseRecord = {
    v: 1,
    refunded: netOf(sale),
    back: sale.lines.map((line) => [1, line.quantity]),
    reversed: earnedIn(known).map(({ data }) => [data.lotId, data.points]),
    all: true,
    voided: true,
  };
  const fallen = fallenSince(known, working.now.behaviors);
  undoProgress(occasion, known, record, isStanding, cause);
  undoPoints(occasion, known, before, fallen, cause);
  const notTaken = undoOffers(occasion, known, fallen, cause);
  undoTags(occasion, known, standing, isStanding('tags'), cause);
  undoShared(occasion, known, fallen, cause);
  undoStatus(occasion, known, cause);
  tellRestoredLevels(occasion, standing, cause);
  const recorded = known.outcomes.find((outcome) => outcome.type === 'purchase.recorded');
  working.note('sale.voided', time, cause, {
    transactionId: sale.transactionId,
    record,
    at: known.event.time,
    net: netOf(sale),
    refunded,
    allBack: before?.all === true,
    countsAt: recorded?.data.tooLate === true ? undefined : known.event.time,
    lastPurchaseAt: undoOf(known).lastPurchaseAt,
    parts: standing.map(([kind, name, was]) => [kind, name, was]) as unknown as Json,
  });
  revokeLevels(occasion, heard, refund, known, isStanding, cause);
  tellRestoredProgress(occasion, standing, cause);
  return { refund, notTaken };
}

interface Undo {
  readonly lastPurchaseAt: number | null;
  readonly parts: readonly Part[];
}

function undoOf(known: KnownPurchase): Undo {
  for (const outcome of known.outcomes) {
    if (outcome.type === 'sale.kept') return outcome.data.undo as unknown as Undo;
  }
  return { lastPurchaseAt: null, parts: [] };
}

function partsOf(known: KnownPurchase): readonly Part[] {
  return undoOf(known).parts;
}

function earnedIn({ outcomes }: KnownPurchase): OutcomeOf<'points.earned'>[] {
  return outcomes.filter((outcome): outcome is OutcomeOf<'points.earned'> => outcome.type === 'points.earned');
}

/** Campaigns whose completion by the sale has fallen since, and was taken back then. */
function fallenSince(known: KnownPurchase, behaviors: readonly ProgressState[]): ReadonlySet<string> {
  const fallen = new Set<string>();
  for (const outcome of known.outcomes) {
    if (outcome.type !== 'completion.kept') continue;
    const { campaignId, completion } = outcome.data;
    const [[id]] = completion as unknown as [[string]];
    const progress = behaviors.find((each) => each.campaignId === campaignId);
    if (progress?.completed.some((each) => each.id === id) !== true) fallen.add(campaignId);
  }
  return fallen;
}

/** Completions of the sale are told as reverted; progress that has moved on since is judged as if all had come back. */
function undoProgress(
  occasion: Occasion,
  known: KnownPurchase,
  record: PurchaseRecord,
  isStanding: (kind: Part[0], name?: string) => boolean,
  cause: Cause,
): void {
  const { working, view } = occasion;
  const moved = working.now.behaviors.filter(({ campaignId }) => !isStanding('behavior', campaignId));
  if (moved.length > 0) {
    const kept = keptOf(known.event.data, record);
    const original = { known, transactionId: known.event.data.transactionId, kept, before: known.record, record };
    judgeAgain(occasion, original, cause);
  }
  for (const outcome of known.outcomes) {
    if (outcome.type !== 'behavior.completed' || outcome.data.lostTo !== undefined) continue;
    const { campaignId } = outcome.data;
    if (working.outcomes.some((told) => told.type === 'behavior.reverted' && told.data.campaignId === campaignId))
      continue;
    const completions = (progressOf(working.now, campaignId)?.completions ?? 0) - 1;
    if (completions < 0) continue;
    working.tell(
      'behavior.reverted',
      view.event.time,
      { eventId: cause.eventId, campaignId },
      {
        campaignId,
        completions,
        completionId: outcome.id,
      },
    );
  }
}

/** All that the sale earned and that has not been taken back yet. */
function undoPoints(
  occasion: Occasion,
  known: KnownPurchase,
  before: PurchaseRecord | undefined,
  fallen: ReadonlySet<string>,
  cause: Cause,
): void {
  const { working, program, view } = occasion;
  for (const { data, cause: earnedBy } of earnedIn(known)) {
    const { lotId, account, points, earnedAt, rate } = data;
    const campaignId = earnedBy.campaignId;
    if (rate === undefined && campaignId !== undefined && fallen.has(campaignId)) continue;
    const already = before?.reversed.find(([id]) => id === lotId)?.[1] ?? 0;
    const taken = working.outcomes.some((told) => told.type === 'points.reversed' && told.data.lotId === lotId);
    if (taken) continue;
    reverse(
      working,
      program,
      account,
      points - already,
      view.event.time,
      { eventId: cause.eventId, campaignId },
      {
        countsAt: earnedAt,
        lotId,
        transactionId: known.event.data.transactionId,
        undone: true,
      },
    );
  }
}

/** Uses burned are given back; what the sale gave is taken back unless it was used. */
function undoOffers(
  occasion: Occasion,
  known: KnownPurchase,
  fallen: ReadonlySet<string>,
  cause: Cause,
): { issueId: string; offerId: string }[] {
  const { working, view, zone } = occasion;
  const { time } = view.event;
  const { transactionId } = known.event.data;
  const notTaken: { issueId: string; offerId: string }[] = [];
  const before = undoneIssues(known);
  for (const outcome of known.outcomes) {
    if (outcome.type === 'offer.redeemed' && outcome.data.overdraft !== true) {
      const { issueId, offerId } = outcome.data;
      const held = working.now.offers.find((issue) => issue.id === issueId);
      const was = held ?? before.find((issue) => issue.id === issueId);
      if (was === undefined) continue;
      working.tell('offer.reinstated', time, cause, {
        issueId,
        offerId,
        transactionId,
        usesLeft: (held?.usesLeft ?? 0) + 1,
        issuedAt: was.issuedAt,
        startsAt: was.startsAt,
        expiresAt: was.expiresAt,
        zone,
      });
    } else if (outcome.type === 'offer.issued') {
      const { issueId, offerId, uses } = outcome.data;
      if (outcome.cause.campaignId !== undefined && fallen.has(outcome.cause.campaignId)) continue;
      const held = working.now.offers.find((issue) => issue.id === issueId);
      if (held !== undefined && held.usesLeft === uses) working.tell('offer.voided', time, cause, { issueId, offerId });
      else if (!isTakenBack(working.outcomes, issueId)) notTaken.push({ issueId, offerId });
    }
  }
  return notTaken;
}

function isTakenBack(outcomes: readonly Outcome[], issueId: string): boolean {
  return outcomes.some((told) => told.type === 'offer.voided' && told.data.issueId === issueId);
}

function undoneIssues(known: KnownPurchase): readonly IssueState[] {
  const part = partsOf(known).find(([kind]) => kind === 'offers');
  return (part?.[2] ?? []) as unknown as readonly IssueState[];
}

/** Tags as they were; where others have touched them since, those the sale set that still end as it said. */
function undoTags(
  occasion: Occasion,
  known: KnownPurchase,
  standing: readonly Part[],
  isStanding: boolean,
  cause: Cause,
): void {
  const { working, view, zone } = occasion;
  const { time } = view.event;
  if (isStanding) {
    const was = standing.find(([kind]) => kind === 'tags')![2] as unknown as readonly TagState[];
    for (const { tag } of working.now.tags.slice())
      if (!was.some((held) => held.tag === tag)) removeTag(working, tag, time, cause);
    for (const { tag, until } of was) {
      const held = tagOf(working.now, tag);
      if (held !== undefined && held.until === until) continue;
      working.tell('tag.added', time, cause, until === null ? { tag } : { tag, until, zone });
    }
    return;
  }
  for (const outcome of known.outcomes) {
    if (outcome.type !== 'tag.added') continue;
    const held = tagOf(working.now, outcome.data.tag);
    if (held !== undefined && held.until === (outcome.data.until ?? null)) removeTag(working, held.tag, time, cause);
  }
}

/** Places in limits that all customers share are free again. */
function undoShared(occasion: Occasion, known: KnownPurchase, fallen: ReadonlySet<string>, cause: Cause): void {
  const { working, view } = occasion;
  for (const outcome of known.outcomes) {
    if (outcome.type !== 'limit.counted') continue;
    const { limit, of, by } = outcome.data;
    if (outcome.cause.campaignId !== undefined && fallen.has(outcome.cause.campaignId)) continue;
    const freed = working.outcomes.some(
      (told) => told.type === 'limit.counted' && told.data.of === of && told.data.limit === limit && told.data.by < 0,
    );
    if (!freed) countShared(working, view.event.time, cause, limit, of, -by);
  }
}

function undoStatus({ working, view }: Occasion, known: KnownPurchase, cause: Cause): void {
  const changed = known.outcomes.filter((outcome) => outcome.type === 'status.changed');
  const last = changed.at(-1);
  if (last === undefined || working.now.status !== last.data.to) return;
  const { from } = changed[0]!.data;
  working.tell('status.changed', view.event.time, cause, { from: last.data.to, to: from, reason: 'void' });
}

/** Levels that are put back exactly are told before they are. */
function tellRestoredLevels({ working, view, zone }: Occasion, standing: readonly Part[], cause: Cause): void {
  for (const [kind, name, was] of standing) {
    if (kind !== 'tier' || was === null) continue;
    const before = was as unknown as TierState;
    const tier = tierOf(working.now, name)!;
    if (tier.level === before.level || before.level === null) continue;
    working.tell('tier.changed', view.event.time, cause, {
      system: name,
      from: tier.level,
      to: before.level,
      since: before.since,
      until: untilOf(before.untils, before.level),
      zone,
      reason: 'undone',
    });
  }
}

/** Levels that have moved on since lose what the sale alone held up, as by a return in a system that revokes. */
function revokeLevels(
  { working, program, view, zone, after }: Occasion,
  heard: number,
  refund: number,
  known: KnownPurchase,
  isStanding: (kind: Part[0], name?: string) => boolean,
  cause: Cause,
): void {
  const { time } = view.event;
  const back = [
    {
      type: 'return.recorded',
      data: { originalKnown: true, countsAt: known.event.time, amount: refund, allBack: true },
    },
    ...working.outcomes.slice(heard),
  ] as unknown as Outcome[];
  for (const system of program.tiers) {
    const tier = tierOf(working.now, system.id);
    if (tier === undefined || isStanding('tier', system.id)) continue;
    const untils = afterRevoke(system, tier, tier.untils, back, 0, after, zone);
    if (untils === tier.untils) continue;
    const index = levelIndex(system, tier.level);
    const best = highestHeldNow(system, untils, Math.max(index, 0), after);
    hold(working, system, tier, untils, dueOf(system, untils, best, after), undefined, time, cause);
    if (best < index) change(working, program, system, best, time, 'undone', time, zone, cause);
  }
}

function tellRestoredProgress(occasion: Occasion, standing: readonly Part[], cause: Cause): void {
  const { working, program, view, zone } = occasion;
  for (const [kind, name] of standing) {
    const campaign = kind === 'behavior' ? program.campaignById.get(name) : undefined;
    if (campaign === undefined || campaign.base) continue;
    const { time } = view.event;
    const rules = ruleProgress(campaign, progressOf(working.now, name), time, zone);
    working.tell(
      'behavior.progressed',
      time,
      { eventId: cause.eventId, campaignId: name },
      { campaignId: name, rules, zone },
    );
  }
}
