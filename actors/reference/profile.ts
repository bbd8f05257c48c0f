/** The profile of API.md, `GET /v1/customers/{id}`, as of an instant up to which time has passed. Times in ms. */
import { audiencesAt } from './audiences.js';
import { shownRules } from './behavior.js';
import { askedAt, judgedOf } from './campaigns.js';
import type { TierSystem } from './document.js';
import { countedIn, newTier, sumOf, untilOf, windowAt } from './level.js';
import type { Life, Lot } from './life.js';
import { inOrder, progressOf, zoneOf } from './life.js';
import { activePoints, debtOf, pendingPoints } from './points.js';
import { rfmAt } from './rfm.js';
import { projected } from './tiers.js';

export function profileOf(life: Life, at: number): Record<string, unknown> {
  const { program } = life;
  const last = life.purchases.map(({ time }) => time);
  const rfm = rfmAt(life, at);
  return {
    id: life.id,
    status: life.status,
    attributes: Object.fromEntries(life.attributes),
    timeZone: zoneOf(life),
    locale: life.locale,
    totals: {
      // "Whole life, blind returns included."
      purchases: life.purchases.length,
      returns: life.returns.length,
      net: sum(life.purchases.map(({ net }) => net)) - sum(life.returns.map(({ amount }) => amount)),
      lastPurchaseAt: last.length === 0 ? null : Math.max(...last),
    },
    tags: life.tags.map(({ tag, until }) => (until === null ? { tag } : { tag, until })),
    points: Object.fromEntries((program.points?.accounts ?? []).map(({ id }) => [id, accountOf(life, id)])),
    tiers: Object.fromEntries((program.tiers ?? []).map((system) => [system.id, tierOf(life, system, at)])),
    rfm: rfm === undefined ? null : { ...rfm, recencyDays: rfm.recencyDays ?? null },
    // "`offers` are the issues active or locked."
    offers: life.issues
      .filter(({ state }) => state === 'active')
      .map(({ number, offerId, state, startsAt, expiresAt, usesLeft }) => ({
        id: number,
        offerId,
        state,
        startsAt,
        expiresAt,
        usesLeft,
      })),
    behaviors: behaviorsOf(life, at),
    audiences: audiencesAt(life, at),
    geofences: [],
    createdAt: life.createdAt,
    updatedAt: life.arrival,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0);
}

/** Each sum is what the outcomes told come to. */
function accountOf(life: Life, account: string): Record<string, unknown> {
  const told = (type: string) =>
    sum(
      [...life.toldBefore, ...life.told]
        .filter((each) => each.type === type && each.data.account === account)
        .map(({ data }) => data.points as number),
    );
  return {
    active: activePoints(life, account),
    pending: pendingPoints(life, account),
    debt: debtOf(life, account),
    earned: told('points.earned'),
    adjusted: told('points.adjusted'),
    spent: told('points.spent'),
    expired: told('points.expired'),
    cancelled: told('points.cancelled'),
    reversed: told('points.reversed'),
    next: nextOf(life.lots.filter((lot) => lot.account === account && lot.state === 'active' && lot.left > 0)),
  };
}

function nextOf(lots: readonly Lot[]): unknown {
  const ends = lots.map(({ expiresAt }) => expiresAt).filter((end) => end !== null);
  if (ends.length === 0) return null;
  const expiresAt = Math.min(...ends);
  return { points: sum(lots.filter((lot) => lot.expiresAt === expiresAt).map((lot) => lot.left)), expiresAt };
}

/** "`have` is the sum of the present window, `need` the next level's `atLeast` (null at the top), `until` of the lowest null". */
function tierOf(life: Life, system: TierSystem, at: number): Record<string, unknown> {
  const tier = life.tiers.get(system.id) ?? newTier();
  const level = tier.level ?? 0;
  const { from, before } = windowAt(life, system, at);
  const above = system.levels[level + 1];
  return {
    level: system.levels[level]!.id,
    since: tier.level === null ? life.createdAt : tier.since,
    until: untilOf(tier, level),
    have: sumOf(countedIn(life, system), from, before),
    need: above?.atLeast ?? null,
    next: above?.id ?? null,
    projected: system.levels[projected(life, system, at)]!.id,
  };
}

/** "Every campaign with a behavior but the base is shown, also at 0, as of the time of reading." */
function behaviorsOf(life: Life, at: number): Record<string, unknown> {
  const shown = inOrder(life.program).filter(({ base, behavior }) => base !== true && behavior !== undefined);
  return Object.fromEntries(
    shown.map((campaign) => {
      const judged = judgedOf(campaign);
      const progress = progressOf(life, campaign.id);
      const rules = shownRules(judged, progress, askedAt(life, judged, at, zoneOf(life)));
      const completions = progress.completions.filter(({ stands, gave }) => stands && gave).length;
      return [campaign.id, { rules: Object.fromEntries(rules.map(({ rule, ...more }) => [rule, more])), completions }];
    }),
  );
}
