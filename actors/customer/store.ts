/** The reward store as a customer sees it (PROGRAM: Rewards; API: `/v1/store`). */
import type { Event, Json } from '../event.js';
import type { Program, Reward } from '../program/program.js';
import { addDuration } from '../time/duration.js';
import { formatInstant } from '../time/instant.js';
import { isFor, rewardRefusal } from './reward-refusal.js';
import { boughtOf } from './reward-state.js';
import type { SharedLimits } from './shared-limits.js';
import type { CustomerState } from './state.js';

type Shown = Record<string, Json>;

/**
 * `{items: [{id, name, price, perCustomer, stock, gives, bought, canBuy, reason?, need?, have?, missing?}], purchases}`:
 * the rewards whose `where` holds, in the order of the program, and the purchases that can still be refunded, newest
 * first. `stock` is what is left. Without a customer every reward, and nothing of what is the customer's.
 */
export function store(state: CustomerState | undefined, program: Program, shared: SharedLimits, now: number): Shown {
  const rewards = [...program.rewards.values()];
  if (state === undefined) return { items: rewards.map((reward) => item(reward, leftIn(reward, shared))) };
  const items = rewards.flatMap((reward) => {
    const left = leftIn(reward, shared);
    const data = { rewardId: reward.id };
    const event: Event = { id: '', source: '', type: 'reward.purchased', subject: state.id, time: now, data };
    if (!isFor(state, program, reward, event)) return [];
    const refused = rewardRefusal(state, program, reward, 1, event, left);
    const shown: Shown = { ...item(reward, left), bought: boughtOf(state, reward.id), canBuy: refused === undefined };
    if (refused === undefined) return [shown];
    shown.reason = refused.reason;
    const { need, have, missing } = refused;
    return [need === undefined ? shown : { ...shown, need, have: have!, missing: missing! }];
  });
  return { items, purchases: purchases(state, program, now) };
}

/** The engine answers for the stock of every reward that has one. */
function leftIn({ id, stock }: Reward, shared: SharedLimits): number | undefined {
  return stock === undefined ? undefined : Math.max(0, shared.left('stock', id, stock));
}

function item({ id, name, account, price, perCustomer, offerId }: Reward, left: number | undefined): Shown {
  return {
    id,
    name,
    price: { account, points: price },
    perCustomer: perCustomer ?? null,
    stock: left ?? null,
    gives: offerId === undefined ? null : { offer: offerId },
  };
}

function purchases(state: CustomerState, program: Program, now: number): Json[] {
  const zone = state.zone ?? program.zone;
  const shown: Json[] = [];
  for (const { id, rewardId, quantity, account, at, lots } of state.rewardPurchases.toReversed()) {
    const until = addDuration(at, program.returnsWindow, zone);
    if (until < now) continue;
    let points = 0;
    for (const [, taken] of lots) points += taken;
    const times = { time: formatInstant(at, zone), refundableUntil: formatInstant(until, zone) };
    shown.push({ purchaseId: id, rewardId, quantity, account, points, ...times });
  }
  return shown;
}
