/**
 * How rewards bought follow their outcomes: `reward.purchased`, then `points.spent` (its lots), then `offer.issued`; a
 * refund: `reward.refunded`, then `points.spent` with negative points.
 *
 * A purchase is kept with its lots while it can be refunded: the newest ones, as long as the program's returns window.
 */
import { limits } from '../limits.js';
import type { LotShare, OfferIssued, RewardPurchased, RewardRefunded } from '../outcome.js';
import { lotOf } from './lots.js';
import type { AccountState, CustomerState, RewardPurchaseState, SpentLot } from './state.js';

/** Units of a reward bought and not refunded. */
export function boughtOf(state: CustomerState, rewardId: string): number {
  return state.rewards.find((reward) => reward.rewardId === rewardId)?.bought ?? 0;
}

export function rewardPurchaseOf(state: CustomerState, id: string): RewardPurchaseState | undefined {
  return state.rewardPurchases.find((purchase) => purchase.id === id);
}

// ---- the fold -------------------------------------------------------------------------------------------------------

export function rewardPurchased(state: CustomerState, data: RewardPurchased, time: number): void {
  const { purchaseId: id, rewardId, quantity, account, keepFrom, stocked = false } = data;
  const held = state.rewards.find((reward) => reward.rewardId === rewardId);
  if (held === undefined) state.rewards.push({ rewardId, bought: quantity });
  else held.bought += quantity;
  if (keepFrom !== undefined) state.rewardPurchases = state.rewardPurchases.filter(({ at }) => at >= keepFrom);
  state.rewardPurchases.push({ id, rewardId, quantity, account, stocked, at: time, lots: [], issues: [] });
  if (state.rewardPurchases.length > limits.rewardPurchasesKeptMax) state.rewardPurchases.shift();
}

/** Asked before the lots are taken. */
export function purchaseSpent(
  state: CustomerState,
  account: AccountState,
  id: string,
  shares: readonly LotShare[],
): void {
  replace(state, id, (purchase) => ({
    ...purchase,
    lots: shares.map(({ lotId, points }): SpentLot => {
      const lot = lotOf(account, lotId);
      return [lotId, points, lot?.earnedAt ?? purchase.at, lot?.expiresAt ?? null, lot?.idle ?? 0];
    }),
  }));
}

export function purchaseIssued(state: CustomerState, data: OfferIssued): void {
  const { issueId, offerId, uses, purchaseId } = data;
  if (purchaseId === undefined) return;
  replace(state, purchaseId, (purchase) => ({ ...purchase, issues: [...purchase.issues, [issueId, offerId, uses]] }));
}

export function rewardRefunded(state: CustomerState, { rewardId, quantity }: RewardRefunded): void {
  const held = state.rewards.find((reward) => reward.rewardId === rewardId);
  if (held === undefined) return;
  held.bought -= quantity;
  if (held.bought <= 0) state.rewards = state.rewards.filter((reward) => reward !== held);
}

/** The lots to put back. The purchase is then over. */
export function purchaseRefilled(state: CustomerState, id: string): readonly SpentLot[] {
  const purchase = rewardPurchaseOf(state, id);
  if (purchase === undefined) return [];
  state.rewardPurchases = state.rewardPurchases.filter((each) => each !== purchase);
  return purchase.lots;
}

/** An event prolongs lots by inactivity, of the span at `place` of an account: those that were spent as well. */
export function spentProlonged(state: CustomerState, account: string, place: number, ends: number): void {
  const isMoved = ([, , , expiresAt, idle]: SpentLot) =>
    idle === place && expiresAt !== null && expiresAt >= state.arrival && expiresAt < ends;
  state.rewardPurchases = state.rewardPurchases.map((purchase) => {
    if (purchase.account !== account || !purchase.lots.some(isMoved)) return purchase;
    const lots = purchase.lots.map((lot): SpentLot => {
      const [id, points, earnedAt, , idle] = lot;
      return isMoved(lot) ? [id, points, earnedAt, ends, idle] : lot;
    });
    return { ...purchase, lots };
  });
}

function replace(
  state: CustomerState,
  id: string,
  change: (purchase: RewardPurchaseState) => RewardPurchaseState,
): void {
  state.rewardPurchases = state.rewardPurchases.map((purchase) => (purchase.id === id ? change(purchase) : purchase));
}
