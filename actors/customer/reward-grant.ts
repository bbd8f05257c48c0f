/** A reward given and not bought (PROGRAM: Campaigns, outcome `{reward}`): price, stock, limit and condition are not asked. */
import type { Cause } from '../outcome.js';
import type { Program } from '../program/program.js';
import { issue } from './offers.js';
import type { Working } from './working.js';

/** Nothing where the program has no such reward. `zone`: the customer's. */
export function grantReward(
  working: Working,
  program: Program,
  rewardId: string,
  time: number,
  zone: string,
  cause: Cause,
): void {
  const reward = program.rewards.get(rewardId);
  if (reward === undefined) return;
  working.tell('reward.granted', time, cause, { grantId: working.nextId, rewardId });
  const offer = reward.offerId === undefined ? undefined : program.offers.get(reward.offerId);
  if (offer !== undefined) issue(working, offer, time, zone, cause);
}
