/** Why a customer may not buy a reward now (PROGRAM: Rewards): asked by the event that buys and by the store that shows. */
import type { Event } from '../event.js';
import type { EventRefused } from '../outcome.js';
import type { Program, Reward } from '../program/program.js';
import { accountOf } from './account-state.js';
import { ProfileView } from './profile-view.js';
import { boughtOf } from './reward-state.js';
import type { CustomerState } from './state.js';
import { EventView, measuredOf } from './view.js';

/**
 * The first of status_cannot_redeem, condition_failed, reward_limit, out_of_stock, insufficient_points; undefined where
 * it can be bought. `event`: the purchase; `left`: pieces in stock, undefined where there is no end of them.
 */
export function rewardRefusal(
  state: CustomerState,
  program: Program,
  reward: Reward,
  quantity: number,
  event: Event,
  left: number | undefined,
): EventRefused | undefined {
  const status = program.statuses.get(state.status) ?? program.defaultStatus;
  if (!status.redeems) {
    const detail = `customers of status ${JSON.stringify(status.id)} redeem nothing`;
    return { reason: 'status_cannot_redeem', detail };
  }
  const name = JSON.stringify(reward.id);
  if (!isFor(state, program, reward, event))
    return { reason: 'condition_failed', detail: `reward ${name} is not for this customer now` };
  const bought = boughtOf(state, reward.id);
  if (reward.perCustomer !== undefined && bought + quantity > reward.perCustomer) {
    const detail = `a customer may buy ${reward.perCustomer} of reward ${name} and has ${bought}`;
    return { reason: 'reward_limit', detail };
  }
  if (left !== undefined && left < quantity) {
    const detail = `of reward ${name} ${left} are left`;
    return { reason: 'out_of_stock', detail, need: quantity, have: left, missing: quantity - left };
  }
  const need = reward.price * quantity;
  const have = accountOf(state, reward.account)?.active ?? 0;
  if (have >= need) return undefined;
  const detail = `${need} points of ${JSON.stringify(reward.account)} are needed, ${have} are active`;
  return { reason: 'insufficient_points', detail, need, have, missing: need - have };
}

/** Whether its `where` holds: who may see it. */
export function isFor(state: CustomerState, program: Program, { where }: Reward, event: Event): boolean {
  if (where === undefined) return true;
  const customer = new ProfileView(state, state.spend, program, event.time);
  return where.test(new EventView(event, measuredOf(event), customer, program, state.zone ?? program.zone));
}
