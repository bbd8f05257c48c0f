/** Rewards compiled (PROGRAM: Rewards). */
import { compileCondition } from './condition.js';
import type { RewardDocument } from './document-reward.js';
import type { Reward } from './program.js';

export function compileReward(document: RewardDocument): Reward {
  return {
    id: document.id,
    name: document.name ?? document.id,
    account: document.price.account,
    price: document.price.points,
    perCustomer: document.perCustomer,
    stock: document.stock,
    where: document.where === undefined ? undefined : compileCondition(document.where),
    offerId: document.gives?.offer,
  };
}
