/**
 * Rewards bought with points and given back (PROGRAM: Rewards; Points, Spending). The spend is what the event says of
 * itself; the offers a reward gives are issued after the view was taken, like every other outcome.
 *
 * A spend takes the lots that expire first, all of it or none. A refund puts the points back into the lots they came
 * from; one that expired meanwhile expires at once, visibly. Used offers stay and are named.
 */
import type { Event, RewardPurchasedData, RewardRefundedData } from '../event.js';
import type { EventRefused } from '../outcome.js';
import type { Reward } from '../program/program.js';
import { addDuration, subtractDuration } from '../time/duration.js';
import { accountOf } from './account-state.js';
import { sharesOf } from './lots.js';
import { issue } from './offers.js';
import { paidBy } from './points.js';
import { rewardRefusal } from './reward-refusal.js';
import { rewardPurchaseOf } from './reward-state.js';
import type { Hearing, Said } from './says.js';
import { countShared, leftOf, noteReached } from './shared-limits.js';
import type { RewardPurchaseState } from './state.js';

/** A reward that was paid for: what it gives is still to come. */
export interface Bought {
  readonly reward: Reward;
  readonly quantity: number;
  readonly purchaseId: string;
}

/**
 * Takes the points, or refuses: unknown_reward, status_cannot_redeem, condition_failed, reward_limit, out_of_stock,
 * insufficient_points.
 */
export function buyReward(hearing: Hearing, event: Event<RewardPurchasedData>): Said {
  const { working, program, cause, zone } = hearing;
  const { rewardId, quantity = 1 } = event.data;
  const reward = program.rewards.get(rewardId);
  if (reward === undefined) return { refused: unknownReward(rewardId) };
  const refused = refusalOf(hearing, reward, quantity);
  if (refused !== undefined) return { refused };
  const points = reward.price * quantity;
  const purchaseId = working.nextId;
  working.tell('reward.purchased', event.time, cause, {
    purchaseId,
    rewardId,
    quantity,
    account: reward.account,
    points,
    keepFrom: subtractDuration(hearing.earliest, program.returnsWindow, zone),
    stocked: reward.stock === undefined ? undefined : true,
  });
  if (reward.stock !== undefined) countShared(working, event.time, cause, 'stock', rewardId, quantity);
  working.tell('points.spent', event.time, cause, {
    account: reward.account,
    points,
    lots: sharesOf(accountOf(working.now, reward.account), points),
    purchaseId,
  });
  return { bought: { reward, quantity, purchaseId } };
}

/** After the view was taken. */
export function giveReward(hearing: Hearing, { reward, quantity, purchaseId }: Bought): void {
  const { working, program, event, cause } = hearing;
  const offer = reward.offerId === undefined ? undefined : program.offers.get(reward.offerId);
  if (offer === undefined) return;
  const zone = working.now.zone ?? program.zone;
  for (let i = 0; i < quantity; i++) issue(working, offer, event.time, zone, cause, purchaseId);
}

/** Puts the points back, or refuses: unknown_purchase, refund_too_late. */
export function refundReward(hearing: Hearing, event: Event<RewardRefundedData>): Said {
  const { working, program, cause, zone } = hearing;
  const { purchaseId } = event.data;
  const purchase = rewardPurchaseOf(working.now, purchaseId);
  if (purchase === undefined) return { refused: unknownPurchase(purchaseId) };
  if (event.time > addDuration(purchase.at, program.returnsWindow, zone)) {
    const detail = `purchase ${JSON.stringify(purchaseId)} is older than the program's returns window (${program.returnsWindow.text}); adjust the points by hand`;
    return { refused: { reason: 'refund_too_late', detail } };
  }
  const { rewardId, quantity, account, lots, issues } = purchase;
  let points = 0;
  for (const [, taken] of lots) points += taken;
  const notTaken = issues
    .filter((each) => !isUnused(hearing, each))
    .map(([issueId, offerId]) => ({ issueId, offerId }));
  const unused = issues.filter((each) => isUnused(hearing, each));
  working.tell('reward.refunded', event.time, cause, {
    purchaseId,
    rewardId,
    quantity,
    account,
    points,
    notTaken: notTaken.length === 0 ? undefined : notTaken,
  });
  if (purchase.stocked) countShared(working, event.time, cause, 'stock', rewardId, -quantity);
  working.tell('points.spent', event.time, cause, {
    account,
    points: -points,
    lots: lots.map(([lotId, taken]) => ({ lotId, points: -taken })),
    purchaseId,
    paidDebt: paidBy(accountOf(working.now, account), points),
  });
  for (const [issueId, offerId] of unused) working.tell('offer.voided', event.time, cause, { issueId, offerId });
  return undefined;
}

/** Held with all its uses. */
function isUnused({ working }: Hearing, [issueId, , uses]: RewardPurchaseState['issues'][number]): boolean {
  return working.now.offers.some((held) => held.id === issueId && held.usesLeft === uses);
}

/** Of the shared stock it is noted what was left, so that the refusal can be explained later. */
function refusalOf(hearing: Hearing, reward: Reward, quantity: number): EventRefused | undefined {
  const { working, program, shared, event, cause } = hearing;
  const { id, stock } = reward;
  const left = stock === undefined ? undefined : leftOf(working, shared, 'stock', id, stock);
  const refused = rewardRefusal(working.now, program, reward, quantity, event, left);
  if (refused?.reason === 'out_of_stock') noteReached(working, shared, event.time, cause, 'stock', id, stock!);
  return refused;
}

function unknownReward(rewardId: string): EventRefused {
  return { reason: 'unknown_reward', detail: `the program has no reward ${JSON.stringify(rewardId)}` };
}

function unknownPurchase(purchaseId: string): EventRefused {
  const detail = `this customer has no purchase ${JSON.stringify(purchaseId)} that can be refunded; send the purchaseId of its reward.purchased outcome, once`;
  return { reason: 'unknown_purchase', detail };
}
