/**
 * The profile as API.md shows it (`GET /v1/customers/{id}`), as of an instant at which all that was due has been done.
 * Times are RFC 3339 in the customer's zone. The engine adds `position`.
 */
import type { Json } from '../event.js';
import type { RuleProgress } from '../outcome.js';
import type { Campaign, Program, TierSystem } from '../program/program.js';
import { formatInstant } from '../time/instant.js';
import { accountOf, emptyAccount } from './account-state.js';
import { audiencesAt } from './audiences.js';
import { heldIssue } from './issue-list.js';
import { progressOf } from './progress.js';
import { rfmOf } from './rfm.js';
import { ruleProgress } from './standing.js';
import type { AccountState, CustomerState } from './state.js';
import { projectedLevel } from './tier-fall.js';
import { tierOf } from './tier-state.js';
import { sumAt } from './tier-window.js';
import { levelIndex, untilOf } from './until.js';

type Shown = Record<string, Json>;

/** `now`, ms: the wall clock, or the last event's time for a customer on event time. */
export function profile(state: CustomerState, program: Program, now: number): Shown {
  const zone = state.zone ?? program.zone;
  const at = (instant: number | null): Json => (instant === null ? null : formatInstant(instant, zone));
  const { totals } = state;
  return {
    id: state.id,
    status: state.status,
    attributes: state.attributes,
    timeZone: zone,
    locale: state.locale,
    totals: {
      purchases: totals.purchases,
      returns: totals.returns,
      net: totals.net,
      lastPurchaseAt: at(totals.lastPurchaseAt),
    },
    tags: state.tags.map(({ tag, until }): Json => (until === null ? { tag } : { tag, until: at(until) })),
    points: named(program.accounts.keys(), (id) => points(accountOf(state, id) ?? emptyAccount(id), at)),
    tiers: named(
      program.tiers.map((system) => system.id),
      (_, i) => tier(state, program.tiers[i]!, now, zone, at),
    ),
    rfm: rfm(state, program, now, zone),
    offers: state.offers.map((issue) => heldIssue(issue, state, now, zone)),
    behaviors: behaviors(state, program, now, zone, at),
    audiences: [...audiencesAt(state, program, now)],
    geofences: [...state.inside],
    createdAt: at(state.createdAt),
    updatedAt: at(state.arrival),
  };
}

type At = (instant: number | null) => Json;

/** An object by names from the program: made from entries, so that no name is special. */
function named(names: Iterable<string>, show: (name: string, index: number) => Json): Shown {
  return Object.fromEntries([...names].map((name, i) => [name, show(name, i)]));
}

function points(account: AccountState, at: At): Json {
  const { active, pending, debt, earned, adjusted, spent, expired, cancelled, reversed } = account;
  const sums = { active, pending, debt, earned, adjusted, spent, expired, cancelled, reversed };
  return { ...sums, next: next(account, at), nextActive: nextActive(account, at) };
}

/** What expires first: all points of that instant. */
function next({ lots }: AccountState, at: At): Json {
  const expiresAt = lots[0]?.expiresAt ?? null;
  if (expiresAt === null) return null;
  let left = 0;
  for (const lot of lots) if (lot.expiresAt === expiresAt) left += lot.left;
  return { points: left, expiresAt: at(expiresAt) };
}

/** What becomes active next by time: all points of that instant; null where none waits for its time alone. */
function nextActive({ waiting }: AccountState, at: At): Json {
  let activatesAt = Number.POSITIVE_INFINITY;
  for (const lot of waiting) if (lot.awaits === null && lot.dueAt < activatesAt) activatesAt = lot.dueAt;
  let left = 0;
  for (const lot of waiting) if (lot.awaits === null && lot.dueAt === activatesAt) left += lot.left;
  return left === 0 ? null : { points: left, activatesAt: at(activatesAt) };
}

/**
 * `projected`: if nothing more counts, the level held after the present calendar window's end; with a rolling window,
 * which has none, the level held when the time of the present one has passed.
 */
function tier(state: CustomerState, system: TierSystem, now: number, zone: string, at: At): Json {
  const { levels } = system;
  const held = tierOf(state, system.id);
  const index = held === undefined ? 0 : Math.max(0, levelIndex(system, held.level));
  const above = levels[index + 1];
  return {
    level: levels[index]!.id,
    since: at(held === undefined || held.level === null ? state.createdAt : held.since),
    until: at(held === undefined || index === 0 ? null : untilOf(held.untils, held.level)),
    have: held === undefined ? 0 : sumAt(system, held, now, zone),
    need: above?.atLeast ?? null,
    next: above?.id ?? null,
    projected: levels[held === undefined ? 0 : projectedLevel(system, held, index, now, zone)]!.id,
  };
}

function rfm(state: CustomerState, program: Program, now: number, zone: string): Json {
  if (program.rfm === undefined) return null;
  const { recencyDays, frequency, monetary, scores, score } = rfmOf(state.spend, program.rfm, now, zone);
  return { recencyDays: recencyDays ?? null, frequency, monetary, scores: { ...scores }, score };
}

/** Every campaign with a behavior but the base, also at 0. */
function behaviors(state: CustomerState, program: Program, now: number, zone: string, at: At): Shown {
  const shown = program.campaigns.filter((campaign) => !campaign.base && campaign.send === undefined);
  const show = (campaign: Campaign): Json => {
    const progress = progressOf(state, campaign.id);
    const rules = ruleProgress(campaign, progress, now, zone);
    const byName = named(
      rules.map(({ rule }) => rule),
      (_, i) => shownRule(rules[i]!, at),
    );
    return { rules: byName, completions: progress?.completions ?? 0 };
  };
  return named(
    shown.map((campaign) => campaign.id),
    (_, i) => show(shown[i]!),
  );
}

function shownRule({ have, need, resetsAt, dueAt }: RuleProgress, at: At): Json {
  const shown = { have, need, resetsAt: at(resetsAt) };
  return dueAt === undefined ? shown : { ...shown, dueAt: at(dueAt) };
}
