/** What a campaign, a level or a promo code gives, compiled (PROGRAM: Campaigns, Outcomes). */
import { parseDuration } from '../time/duration.js';
import { compileExpiry } from './compile-points.js';
import type { OutcomeDocument } from './document-campaign.js';
import type { CampaignOutcome, PointsAward, TierSystem } from './program.js';
import { compileQuantity } from './quantity.js';

/** `tiers`: of the program, for a rate multiplied by a level. */
export function compileOutcome(document: OutcomeDocument, tiers: readonly TierSystem[]): CampaignOutcome {
  if ('offer' in document) return { kind: 'offer', offerId: document.offer };
  if ('reward' in document) return { kind: 'reward', rewardId: document.reward };
  if ('tier' in document) return { kind: 'tier', system: document.tier.system, level: document.tier.level };
  if ('status' in document) return { kind: 'status', status: document.status.set, reason: document.status.reason };
  if ('tag' in document) {
    const { add, remove } = document.tag;
    const span = document.tag.for === undefined ? undefined : parseDuration(document.tag.for)!;
    return { kind: 'tag', op: add === undefined ? 'remove' : 'add', tag: add ?? remove!, for: span };
  }
  const { account, expiry } = document.points;
  return {
    kind: 'points',
    account,
    award: compileAward(document.points, tiers),
    expiry: expiry === undefined ? undefined : compileExpiry(expiry),
  };
}

type PointsDocument = Extract<OutcomeDocument, { points: unknown }>['points'];

function compileAward(document: PointsDocument, tiers: readonly TierSystem[]): PointsAward {
  const { rate, multiply } = document;
  if (rate === undefined) return { kind: 'fixed', points: document.fixed! };
  return {
    kind: 'rate',
    points: rate.points,
    per: rate.per,
    of: compileQuantity(rate.of),
    multiply: multiply === undefined ? undefined : multiply === 'tier' ? tiers[0]!.id : multiply.tier,
    round: document.round ?? 'floor',
  };
}
