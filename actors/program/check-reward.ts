/** Checks of a reward beyond its shape: its account, its condition and its offer exist and fit. */
import type { Checking } from './check-campaign.js';
import { checkCondition } from './check-condition.js';
import type { RewardDocument } from './document-reward.js';
import { suggestion } from './nearest.js';
import { at, shown } from './problem.js';

export function checkReward(reward: RewardDocument, pointer: string, { names, problems }: Checking): void {
  const { account } = reward.price;
  if (!names.accounts.has(account)) {
    problems.add(
      `${pointer}/price/account`,
      'unknown_account',
      `There is no account ${shown(account)}.${suggestion(account, names.accounts)}`,
    );
  } else if (names.unspendable.has(account)) {
    problems.add(
      `${pointer}/price/account`,
      'account_not_spendable',
      `Points of ${shown(account)} cannot be spent (spendable: false); name another account.`,
    );
  }
  if (reward.where !== undefined) checkCondition(reward.where, at(pointer, 'where'), { names, problems });
  const offer = reward.gives?.offer;
  if (offer !== undefined && !names.offers.has(offer)) {
    problems.add(
      `${pointer}/gives/offer`,
      'unknown_offer',
      `There is no offer ${shown(offer)}.${suggestion(offer, names.offers)}`,
    );
  }
}
