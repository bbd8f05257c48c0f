/** What a completed campaign or a claimed code gives, in the order of its outcomes (PROGRAM: Campaigns, Points, Offers). */
import type { Cause, RateBasis } from '../outcome.js';
import type { Campaign, CampaignOutcome, Level, PointsAward, Program } from '../program/program.js';
import type { Occasion } from './campaigns.js';
import { giveFixed } from './fixed-award.js';
import { earn } from './points.js';
import { proportion } from './proportion.js';
import { countShared, leftOf, noteReached } from './shared-limits.js';
import { moveLevel } from './tier-move.js';
import type { EventView } from './view.js';

/** Who gives: a campaign, or a promo code. */
export type Giver = Pick<Campaign, 'id' | 'outcomes' | 'budget'>;

/** `completionId`: of the completion that gives, where it may fall. */
export function award(occasion: Occasion, campaign: Giver, cause: Cause, completionId?: string): void {
  const { working, program, zone, view } = occasion;
  const { time } = view.event;
  const { outcomes } = campaign;
  for (let i = 0; i < outcomes.length; i++) {
    const outcome = outcomes[i]!;
    switch (outcome.kind) {
      case 'points':
        awardPoints(occasion, campaign, outcome, i, cause);
        break;
      case 'tier': {
        const { system, level } = outcome;
        moveLevel(working, program, system, level, time, occasion.after, zone, cause, completionId ?? null);
        break;
      }
      default:
        giveFixed(working, program, outcome, time, zone, cause, completionId);
    }
  }
}

/** What a completion of the campaign by this event gives in points, over all accounts, before caps and budget. */
export function pointsOf({ program, view }: Occasion, { outcomes }: Campaign): number {
  let points = 0;
  for (let i = 0; i < outcomes.length; i++) {
    const outcome = outcomes[i]!;
    if (outcome.kind === 'points') points += pointsOfAward(program, outcome.award, view);
  }
  return points;
}

function pointsOfAward(program: Program, award: PointsAward, view: EventView): number {
  if (award.kind === 'fixed') return award.points;
  const whole = award.of.of(view);
  if (whole <= 0) return 0;
  const multiplier = award.multiply === undefined ? 10_000 : multiplierOf(program, award.multiply, view);
  return proportion(whole, award.points, multiplier, award.per, 10_000, award.round);
}

/** Within what is left of the campaign's budget, which is counted by what the award came to. */
function awardPoints(
  occasion: Occasion,
  campaign: Giver,
  outcome: Extract<CampaignOutcome, { kind: 'points' }>,
  index: number,
  cause: Cause,
): void {
  const { working, program, zone, view } = occasion;
  const account = program.accounts.get(outcome.account)!;
  const { award } = outcome;
  const expiry = outcome.expiry ?? account.expiry;
  const { time } = view.event;
  const points = pointsOfAward(program, award, view);
  const { transactionId } = occasion;
  // Points by an event that is not a purchase belong to the completion: nothing brings them back with a purchase.
  const rate =
    award.kind === 'fixed' || transactionId === null ? undefined : rateBasis(award, transactionId, index, view);
  if (campaign.budget === undefined) {
    earn(working, account, points, expiry, time, zone, cause, rate);
    return;
  }
  const left = budgetLeft(occasion, campaign.id, campaign.budget, points, cause);
  const applied = earn(working, account, points, expiry, time, zone, cause, rate, left);
  countShared(working, time, cause, 'budget', campaign.id, applied);
}

function budgetLeft(
  { working, shared, view }: Occasion,
  of: string,
  most: number,
  points: number,
  cause: Cause,
): number {
  const left = leftOf(working, shared, 'budget', of, most);
  if (left < points) noteReached(working, shared, view.event.time, cause, 'budget', of, most);
  return left;
}

function multiplierOf(program: Program, systemId: string, view: EventView): number {
  const level = view.customer.tier(systemId);
  const system = program.tiers.find((each) => each.id === systemId);
  const held: Level | undefined = system?.levels.find((each) => each.id === level);
  return held?.multiplier ?? 10_000;
}

function rateBasis(
  award: Extract<PointsAward, { kind: 'rate' }>,
  transactionId: string,
  index: number,
  view: EventView,
): RateBasis {
  const { kind } = award.of;
  const whole = award.of.of(view);
  if (kind === 'amount') return { transactionId, index, whole };
  if (kind === 'quantity') return { transactionId, index, whole, of: kind };
  return { transactionId, index, whole, of: kind, lines: linesTaken(award, view) };
}

/** Places of the lines a rate of lines was taken of: each line is asked alone. */
function linesTaken(award: Extract<PointsAward, { kind: 'rate' }>, view: EventView): number[] {
  const taken: number[] = [];
  const lines = view.lines ?? [];
  for (let i = 0; i < lines.length; i++) if (award.of.of(view.only(lines[i]!)) > 0) taken.push(i);
  return taken;
}
