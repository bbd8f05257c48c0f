/**
 * Why an event did what it did: the same entry judged again against the state before it, told campaign by campaign.
 * Nothing is decided here; the judge decides, and lets itself be watched. `before` is changed in place by judging.
 */
import type { Json } from '../event.js';
import { isPublic, type Outcome, type RuleProgress, toWire } from '../outcome.js';
import { basisSystem } from '../program/basis-campaign.js';
import type { Campaign, Program, Rule } from '../program/program.js';
import { tillType } from '../till/step.js';
import { formatInstant } from '../time/instant.js';
import { type Occasion, verdictOf } from './campaigns.js';
import { countOf } from './counting.js';
import type { CustomerEntry } from './entry.js';
import { explainReturn } from './explain-return.js';
import type { History } from './history.js';
import { judgeWatched } from './judge.js';
import { type Excluded, excluded, givenIn } from './limit.js';
import { progressOf } from './progress.js';
import type { SharedLimits } from './shared-limits.js';
import { ruleProgress } from './standing.js';
import { type CustomerState, copyOf } from './state.js';
import type { EventView } from './view.js';

type Shown = Record<string, Json>;

/**
 * `{result, reason?, arrival, campaigns: [{id, trigger?, considered, reason?, limited?, lostTo?, rules, completed,
 * outcomes}], outcomes}`: what a return undid first (`explain-return.ts`), then every campaign that listens to the event's type (and, with `trigger`, to that of an outcome of
 * it), why it was not considered, what each rule saw, what limited it, and the outcomes no campaign gave. `full` adds
 * every node of every condition, with the value seen and needed.
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
  const returning = entry.kind === 'event' && entry.event.type === 'return' && before !== undefined;
  const start = returning ? copyOf(before) : undefined;
  const { outcomes, state } = judgeWatched(before, entry, program, history, shared, (occasion, earns) => {
    watched.push(watchedAt(occasion, earns));
  });
  const zone = state.zone ?? program.zone;
  const ofCampaigns = new Set<Outcome>();
  const campaigns: Json[] = [];
  watched.forEach((each, i) => {
    const next = watched[i + 1];
    const brought = outcomes.slice(each.from, next?.from);
    for (const seen of each.campaigns) {
      const { id } = seen.campaign;
      const own = brought.filter(({ cause }) => cause.campaignId === id && cause.eventId === each.occasion.eventId);
      for (const outcome of own) ofCampaigns.add(outcome);
      campaigns.push(told(each, seen, i > 0, next?.before ?? state, own, brought, full));
    }
  });
  if (watched.length === 0 && entry.kind === 'event') {
    const { type } = entry.event;
    const isSale = type === tillType('redeem') || type === 'purchase.claimed';
    for (const { id } of listening(program, isSale ? 'purchase' : type))
      campaigns.push({ id, considered: false, reason: 'not_judged', outcomes: [] });
  }
  if (start !== undefined && entry.kind === 'event') {
    // The purchase was judged again before any campaign that listens to returns, and after what was due.
    const { event } = entry;
    const again = outcomes
      .slice(0, watched[0]?.from)
      .filter(({ cause: { eventId, campaignId: id } }) => eventId === event.id && id !== undefined && !basisSystem(id));
    campaigns.unshift(...explainReturn(program, start, watched[0]?.before ?? state, event, again));
    for (const outcome of again) ofCampaigns.add(outcome);
  }
  const shown = outcomes.filter(isPublic);
  return {
    ...resultOf(shown),
    arrival: formatInstant(state.arrival, zone),
    campaigns,
    outcomes: shown.filter((outcome) => !ofCampaigns.has(outcome)).map(wire),
  };
}

/** What the judge had before it when it came to the campaigns: with the event, or with one of its outcomes. */
interface Watched {
  readonly occasion: Occasion;
  readonly before: CustomerState;
  /** The place of the first outcome that may have come of it. */
  readonly from: number;
  readonly campaigns: readonly Seen[];
}

/** One campaign, asked before anything came of it: then its limits are as the judge saw them. */
interface Seen {
  readonly campaign: Campaign;
  readonly reason: Excluded | 'status' | undefined;
  /** The rules it counts for. */
  readonly counted: ReadonlySet<string>;
}

function watchedAt(occasion: Occasion, earns: boolean): Watched {
  const { working, program, view } = occasion;
  const campaigns = listening(program, view.event.type).map((campaign): Seen => {
    const progress = progressOf(working.now, campaign.id);
    const reason = earns ? excluded(occasion, campaign, progress) : 'status';
    const verdict = reason === undefined ? verdictOf(occasion, campaign, progress) : undefined;
    return { campaign, reason, counted: new Set(verdict?.counted.map(([name]) => name)) };
  });
  return { occasion, before: copyOf(working.now), from: working.outcomes.length, campaigns };
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

/** `own`: what it gave, `brought`: what all campaigns did, both with internal ones. */
function told(
  { occasion, before }: Watched,
  { campaign, reason, counted }: Seen,
  triggered: boolean,
  after: CustomerState,
  own: readonly Outcome[],
  brought: readonly Outcome[],
  full: boolean,
): Shown {
  const { view, zone } = occasion;
  const shown: Shown = { id: campaign.id };
  if (triggered) shown.trigger = { type: view.event.type, outcomeId: view.event.id };
  shown.considered = reason === undefined;
  if (reason !== undefined) shown.reason = reason;
  if (reason === 'schedule') shown.schedule = scheduleOf(campaign, zone);
  if (reason === 'limit') {
    const completions = givenIn(campaign, progressOf(before, campaign.id), view.event.time, zone);
    shown.limit = { perCustomer: campaign.perCustomer!, completions };
  }
  if (reason === 'total') shown.limit = { total: campaign.total!, left: 0 };
  if (campaign.target !== undefined && (full || reason === 'target')) {
    const trace = campaign.target.explain(view) as unknown as Json;
    shown.target = full ? trace : { holds: campaign.target.test(view) };
  }
  const completed = own.some(({ type }) => type === 'behavior.completed') || (campaign.base && counted.size > 0);
  if (reason === undefined) Object.assign(shown, limitedBy(occasion, campaign, completed, own, brought));
  const stands = (state: CustomerState) =>
    ruleProgress(campaign, progressOf(state, campaign.id), view.event.time, zone, view.localZone);
  const rulesBefore = stands(before);
  const rulesAfter = stands(after);
  return {
    ...shown,
    behavior: campaign.behavior,
    rules: campaign.rules.map((rule, i) =>
      toldRule(rule, view, counted.has(rule.name), rulesBefore[i]!, rulesAfter[i]!, full),
    ),
    completed,
    outcomes: own.filter(isPublic).map(wire),
  };
}

/** What kept it from giving all: limits it shares with others, and who gave in its place. */
function limitedBy(
  { program }: Occasion,
  { group, base }: Campaign,
  completed: boolean,
  own: readonly Outcome[],
  brought: readonly Outcome[],
): Shown {
  const limited = own.flatMap(({ type, data }) =>
    type === 'limit.reached' ? [{ limit: data.limit, left: Math.max(0, data.left) }] : [],
  );
  const shown: Shown = limited.length === 0 ? {} : { limited };
  // The base says nothing of itself, not even that it lost.
  if (!base || group === undefined || !completed || own.some(({ type }) => type === 'points.earned')) return shown;
  for (const { type, data } of brought) {
    if (type !== 'behavior.completed' || data.lostTo !== undefined || data.shadow === true) continue;
    if (program.campaignById.get(data.campaignId)?.group === group) shown.lostTo = data.campaignId;
  }
  return shown;
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
