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
import { completionOfRow } from '../customer/completion.js';
import type { KnownPurchase } from '../customer/history.js';
import { keptOf } from '../customer/kept.js';
import { reverse } from '../customer/points.js';
import { progressOf } from '../customer/progress.js';
import { ruleProgress } from '../customer/standing.js';
import type { CompletionState, ProgressState } from '../customer/state.js';
import { type Json, netOf, type SaleData } from '../event.js';
import type { Cause, OutcomeOf, PurchaseRecord } from '../outcome.js';
import { type Part, partsOf, partsStanding, undoOf } from './undo.js';
import { type Fallen, undoCodes, undoOffers, undoShared, undoStatus, undoTags } from './void-given.js';
import { revokeLevels, tellRestoredLevels } from './void-levels.js';

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
  const standing = partsStanding(working.now, partsOf(known)).filter(
    // After a return sums and tags may look as the sale left them because something else has filled the gap.
    ([kind]) => before === undefined || (kind !== 'tier' && kind !== 'tags'),
  );
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
  undoProgress(occasion, known, record, fallen, isStanding, cause);
  undoPoints(occasion, known, before, fallen, cause);
  const notTaken = undoOffers(occasion, known, fallen, cause);
  undoTags(occasion, known, standing, isStanding('tags'), cause);
  undoShared(occasion, known, fallen, cause);
  undoCodes(occasion, known, cause);
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
  revokeLevels(occasion, heard, known, isStanding, cause);
  tellRestoredProgress(occasion, standing, cause);
  return { refund, notTaken };
}

function earnedIn({ outcomes }: KnownPurchase): OutcomeOf<'points.earned'>[] {
  return outcomes.filter((outcome): outcome is OutcomeOf<'points.earned'> => outcome.type === 'points.earned');
}

/** Completions by the sale that have fallen since; what they gave was taken back then. */
function fallenSince(known: KnownPurchase, behaviors: readonly ProgressState[]): Fallen {
  const completions: CompletionState[] = [];
  const ids = new Set<string>();
  for (const outcome of known.outcomes) {
    if (outcome.type !== 'completion.kept') continue;
    const { campaignId } = outcome.data;
    const [row] = outcome.data.completion as unknown as [unknown[]];
    const completion = completionOfRow(row);
    const progress = behaviors.find((each) => each.campaignId === campaignId);
    if (progress?.completed.some(({ id }) => id === completion.id) === true) continue;
    completions.push(completion);
    ids.add(completion.id);
    for (const given of completion.gave) {
      if (given[0] === 'points') ids.add(given[2]);
      else if (given[0] === 'offer') ids.add(given[1]);
    }
  }
  return { completions, ids };
}

/** Completions of the sale are told as reverted; progress that has moved on since is judged as if all had come back. */
function undoProgress(
  occasion: Occasion,
  known: KnownPurchase,
  record: PurchaseRecord,
  fallen: Fallen,
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
    if (fallen.ids.has(outcome.id)) continue;
    if (working.outcomes.some((told) => told.type === 'behavior.reverted' && told.data.completionId === outcome.id))
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
  fallen: Fallen,
  cause: Cause,
): void {
  const { working, program, view } = occasion;
  for (const { data, cause: earnedBy } of earnedIn(known)) {
    const { lotId, account, points, earnedAt, rate } = data;
    const campaignId = earnedBy.campaignId;
    if (rate === undefined && fallen.ids.has(lotId)) continue;
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

function tellRestoredProgress(occasion: Occasion, standing: readonly Part[], cause: Cause): void {
  const { working, program, view, zone } = occasion;
  for (const [kind, name] of standing) {
    const campaign = kind === 'behavior' ? program.campaignById.get(name) : undefined;
    if (campaign === undefined || campaign.base || campaign.isBasis) continue;
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
