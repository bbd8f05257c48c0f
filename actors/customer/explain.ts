/**
 * Why an event did what it did: the same entry judged again against the state before it, told campaign by campaign.
 * Nothing is decided here; the judge decides, and lets itself be watched. `before` is changed in place by judging.
 */
import type { Json } from '../event.js';
import { isPublic, type Outcome, type RuleProgress, toWire } from '../outcome.js';
import type { Campaign, Program, Rule } from '../program/program.js';
import { formatInstant } from '../time/instant.js';
import { type Occasion, verdictOf } from './campaigns.js';
import { countOf } from './counting.js';
import type { CustomerEntry } from './entry.js';
import type { History } from './history.js';
import { judgeWatched } from './judge.js';
import { excluded } from './limit.js';
import { progressOf } from './progress.js';
import type { SharedLimits } from './shared-limits.js';
import { ruleProgress } from './standing.js';
import { type CustomerState, copyOf } from './state.js';
import type { EventView } from './view.js';

type Shown = Record<string, Json>;

/**
 * `{result, reason?, arrival, campaigns: [{id, considered, reason?, rules, completed, outcomes}], outcomes}`: every
 * campaign that listens to the event's type, why it was not considered or what each rule saw, and the outcomes no
 * campaign gave. `full` adds every node of every condition, with the value seen and needed.
 */
export function explain(
  before: CustomerState | undefined,
  entry: CustomerEntry,
  program: Program,
  history: History,
  shared: SharedLimits,
  full: boolean,
): Shown {
  const watched: Watched[] = [];
  const { outcomes, state } = judgeWatched(before, entry, program, history, shared, (occasion, earns) => {
    watched.push({ occasion, earns, before: copyOf(occasion.working.now) });
  });
  const zone = state.zone ?? program.zone;
  const shown = outcomes.filter(isPublic);
  const ofCampaigns = new Set<Outcome>();
  const campaigns =
    entry.kind !== 'event'
      ? []
      : listening(program, entry.event.type).map((campaign) => {
          const own = shown.filter(
            (outcome) => outcome.cause.campaignId === campaign.id && outcome.cause.eventId === entry.event.id,
          );
          for (const outcome of own) ofCampaigns.add(outcome);
          return told(campaign, watched[0], state, own, full);
        });
  return {
    ...resultOf(shown),
    arrival: formatInstant(state.arrival, zone),
    campaigns,
    outcomes: shown.filter((outcome) => !ofCampaigns.has(outcome)).map(wire),
  };
}

/** What the judge had before it when it came to the campaigns. */
interface Watched {
  readonly occasion: Occasion;
  readonly earns: boolean;
  readonly before: CustomerState;
}

function listening(program: Program, type: string): readonly Campaign[] {
  return program.campaigns.filter((campaign) => campaign.rules.some((rule) => rule.eventType === type));
}

function resultOf(outcomes: readonly Outcome[]): Shown {
  for (const outcome of outcomes) {
    if (outcome.type === 'event.ignored') return { result: 'ignored', reason: outcome.data.reason };
    if (outcome.type === 'event.refused') return { result: 'refused', reason: outcome.data.reason };
  }
  return { result: 'applied' };
}

function told(
  campaign: Campaign,
  watched: Watched | undefined,
  after: CustomerState,
  own: readonly Outcome[],
  full: boolean,
): Shown {
  const base: Shown = { id: campaign.id };
  if (watched === undefined) return { ...base, considered: false, reason: 'not_judged', outcomes: own.map(wire) };
  const { occasion, earns, before } = watched;
  const progress = progressOf(before, campaign.id);
  const reason = earns ? excluded(occasion, campaign, progress) : 'status';
  const shown: Shown = { ...base, considered: reason === undefined };
  if (reason !== undefined) shown.reason = reason;
  if (reason === 'schedule') shown.schedule = scheduleOf(campaign, occasion.zone);
  if (reason === 'limit') shown.limit = { perCustomer: campaign.perCustomer!, completions: progress?.completions ?? 0 };
  if (campaign.target !== undefined && (full || reason === 'target')) {
    const trace = campaign.target.explain(occasion.view) as unknown as Json;
    shown.target = full ? trace : { holds: campaign.target.test(occasion.view) };
  }
  const completed =
    own.some((outcome) => outcome.type === 'behavior.completed') ||
    (campaign.base &&
      reason === undefined &&
      campaign.rules.some((rule) => countOf(rule, occasion.view) !== undefined));
  const { time } = occasion.view.event;
  const { zone, view } = occasion;
  const stands = (state: CustomerState) =>
    ruleProgress(campaign, progressOf(state, campaign.id), time, zone, view.localZone);
  const rulesBefore = stands(before);
  const rulesAfter = stands(after);
  const counted = reason === undefined ? (verdictOf(occasion, campaign, progress)?.counted ?? []) : [];
  return {
    ...shown,
    behavior: campaign.behavior,
    rules: campaign.rules.map((rule, i) => {
      const counts = counted.some(([name]) => name === rule.name);
      return toldRule(rule, view, counts, rulesBefore[i]!, rulesAfter[i]!, full);
    }),
    completed,
    outcomes: own.map(wire),
  };
}

function toldRule(
  rule: Rule,
  view: EventView,
  counted: boolean,
  before: RuleProgress,
  after: RuleProgress,
  full: boolean,
): Shown {
  const shown: Shown = {
    rule: rule.name,
    event: rule.eventType,
    counted,
    before: { have: before.have, need: before.need },
    after: { have: after.have, need: after.need },
  };
  const value = counted ? countOf(rule, view) : undefined;
  if (value !== undefined) shown.added = value as Json;
  if (rule.where !== undefined && rule.eventType === view.event.type) {
    shown.where = full ? (rule.where.explain(view) as unknown as Json) : { holds: rule.where.test(view) };
  }
  return shown;
}

function scheduleOf(campaign: Campaign, zone: string): Shown {
  const at = (instant: number | undefined): Json => (instant === undefined ? null : formatInstant(instant, zone));
  return { start: at(campaign.start), end: at(campaign.end) };
}

function wire(outcome: Outcome): Json {
  return toWire(outcome) as Json;
}
