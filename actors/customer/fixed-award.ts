/** What is given whatever the event was: fixed points, tags, offers, rewards, a status (PROGRAM: Campaigns, Tiers: `onEntry`). */
import type { Cause } from '../outcome.js';
import type { CampaignOutcome, Program } from '../program/program.js';
import { addDuration } from '../time/duration.js';
import { issue } from './offers.js';
import { earn } from './points.js';
import { setStatus } from './profile-change.js';
import { grantReward } from './reward-grant.js';
import { addTag, removeTag } from './tags.js';
import type { Working } from './working.js';

/** `zone`: the customer's; `completionId`: of the completion that gives, where it may fall. A rate gives nothing here: it is taken of a purchase (`award.ts`). */
export function giveFixed(
  working: Working,
  program: Program,
  outcome: CampaignOutcome,
  time: number,
  zone: string,
  cause: Cause,
  completionId?: string,
): void {
  switch (outcome.kind) {
    case 'points': {
      if (outcome.award.kind !== 'fixed') return;
      const account = program.accounts.get(outcome.account)!;
      earn(working, account, outcome.award.points, outcome.expiry ?? account.expiry, time, zone, cause, undefined);
      return;
    }
    case 'tag':
      if (outcome.op === 'remove') removeTag(working, outcome.tag, time, cause);
      else {
        const until = outcome.for === undefined ? null : addDuration(time, outcome.for, zone);
        addTag(working, outcome.tag, until, time, zone, cause, completionId);
      }
      return;
    case 'offer':
      issue(working, program.offers.get(outcome.offerId)!, time, zone, cause);
      return;
    case 'reward':
      grantReward(working, program, outcome.rewardId, time, zone, cause);
      return;
    case 'status':
      setStatus(working, outcome.status, outcome.reason, time, cause);
      return;
    // No entry moves a level (`check-tier.ts`).
    case 'tier':
      return;
  }
}
