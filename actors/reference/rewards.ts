/**
 * Rewards bought with points and given back (PROGRAM: Points, Spending; Rewards): "a spend remembers its lots, and undoing
 * it refills them with their own expiry (one that expired meanwhile expires at once, visibly)".
 */
import { plus } from './calendar.js';
import { holds } from './condition.js';
import type { Life, ReportedEvent, RewardPurchase } from './life.js';
import { tell, zoneOf } from './life.js';
import { issue, voidIssue } from './offers.js';
import type { Cause } from './outcome.js';
import { activePoints, refill, spend } from './points.js';
import { rfmAt } from './rfm.js';
import { customerView, NOT_MEASURED, viewOf } from './view.js';

/** Why not, or the purchase: what it gives is still to come. */
export function buyReward(life: Life, event: ReportedEvent, cause: Cause): string | RewardPurchase {
  const { rewardId, quantity = 1 } = event.data as { rewardId: string; quantity?: number };
  const reward = life.program.rewards?.find(({ id }) => id === rewardId);
  if (reward === undefined) return 'unknown_reward';
  const { account, points } = reward.price;
  const status = life.program.statuses?.find(({ id }) => id === life.status);
  if (status?.redeems === false) return 'status_cannot_redeem';
  const customer = customerView(life, event.time, rfmAt(life, event.time));
  if (reward.where !== undefined && !holds(reward.where, viewOf(life, event, NOT_MEASURED, customer)))
    return 'condition_failed';
  const bought = life.rewards.filter((each) => each.rewardId === rewardId && !each.refunded);
  const had = bought.reduce((sum, each) => sum + each.quantity, 0);
  if (reward.perCustomer !== undefined && had + quantity > reward.perCustomer) return 'reward_limit';
  const taken = [...life.brand.lives.values()].flatMap(({ rewards }) =>
    rewards.map((each) => (each.rewardId === rewardId && !each.refunded ? each.quantity : 0)),
  );
  if (reward.stock !== undefined && taken.reduce((sum, each) => sum + each, quantity) > reward.stock)
    return 'out_of_stock';
  if (activePoints(life, account) < points * quantity) return 'insufficient_points';
  const number = ++life.brand.issued.rewards;
  const spent = points * quantity;
  tell(life, 'reward.purchased', event.time, cause, { purchase: number, rewardId, quantity, account, points: spent });
  const lots = spend(life, account, spent, event.time, cause, { purchase: number });
  const purchase = { number, rewardId, quantity, account, time: event.time, lots, issues: [], refunded: false };
  life.rewards.push(purchase);
  return purchase;
}

/** After the view was taken. */
export function giveReward(life: Life, purchase: RewardPurchase, cause: Cause): void {
  const offerId = life.program.rewards!.find(({ id }) => id === purchase.rewardId)!.gives?.offer;
  if (offerId === undefined) return;
  for (let i = 0; i < purchase.quantity; i++) purchase.issues.push(issue(life, offerId, purchase.time, cause, null));
}

/** Why not, or undefined. */
export function refundReward(life: Life, event: ReportedEvent, cause: Cause): string | undefined {
  const { purchaseId } = event.data as { purchaseId: unknown };
  const purchase = life.rewards.find(({ number, refunded }) => number === purchaseId && !refunded);
  if (purchase === undefined) return 'unknown_purchase';
  const window = life.program.returns?.window ?? 'P24M';
  if (event.time > plus(purchase.time, window, zoneOf(life))) return 'refund_too_late';
  const { number, rewardId, quantity, account, lots, issues } = purchase;
  const points = lots.reduce((sum, [, taken]) => sum + taken, 0);
  purchase.refunded = true;
  const unused = issues.filter(({ state }) => state === 'active');
  const notTaken = issues.filter(({ state }) => state !== 'active').map((each) => each.number);
  tell(life, 'reward.refunded', event.time, cause, {
    purchase: number,
    rewardId,
    quantity,
    account,
    points,
    ...(notTaken.length === 0 ? {} : { notTaken }),
  });
  refill(life, account, lots, event.time, cause, { purchase: number });
  for (const issued of unused) voidIssue(life, issued, event.time, cause);
  return undefined;
}
