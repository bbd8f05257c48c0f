/**
 * A validated document compiled to what the actors use: closures, Maps and the index of campaigns. Pure: the same
 * document and version give the same program.
 */
import { compileGeofences } from '../geofence/geofence-index.js';
import { type Duration, parseDuration } from '../time/duration.js';
import { parseInstant } from '../time/instant.js';
import { basisCampaign, basisSystem } from './basis-campaign.js';
import { behaviorKind, rulesOf } from './behavior-rules.js';
import { candidatesOf } from './candidates.js';
import { compileOffer } from './compile-offer.js';
import { compileOutcome } from './compile-outcome.js';
import { compileAccount, prolongsOf } from './compile-points.js';
import { compilePromoCodes } from './compile-promo-code.js';
import { compileReward } from './compile-reward.js';
import { compileCondition } from './condition.js';
import { compileDeclared } from './declared.js';
import type { ProgramDocument, RfmDocument, StatusDocument } from './document.js';
import type { AudienceDocument } from './document-audience.js';
import type { CampaignDocument, RuleDocument, WithinDocument } from './document-campaign.js';
import type { ConditionDocument } from './document-condition.js';
import type { TierDocument } from './document-tier.js';
import { isTriggerType } from './event-types.js';
import { tenThousandths } from './fraction.js';
import { eventPath, jsonAt } from './path.js';
import { profilePathsOf } from './profile-paths.js';
import type {
  Campaign,
  Measure,
  Path,
  Program,
  Rfm,
  Rule,
  Status,
  Store,
  TierBasis,
  TierSystem,
  Window,
} from './program.js';
import { compileQuantity } from './quantity.js';
import { compileSend } from './send.js';
import { signatureOf, signatureOfBehavior } from './signature.js';

const LATENESS = 'P30D';
const RETURNS_WINDOW = 'P24M';
/** Without `statuses` there is one, which may do everything. */
const STATUSES: readonly StatusDocument[] = [{ id: 'good', default: true }];

/** Compiles a document that `validateProgram` accepted. Throws (a bug) on one it did not. */
export function compileProgram(document: ProgramDocument, version: number): Program {
  const statuses = (document.statuses ?? STATUSES).map(compileStatus);
  const defaultId = (document.statuses ?? STATUSES).find((status) => status.default === true)!.id;
  const tiers = (document.tiers ?? []).map(compileTier);
  const audiences = document.audiences ?? [];
  const documents = inOrder(document.campaigns ?? []).map((campaign) => withTarget(campaign, audiences));
  const bases = (document.tiers ?? []).flatMap(basisDocument);
  const judged = [...documents, ...bases];
  const all = judged.map((campaign, index) => compileCampaign(campaign, index, tiers, document.timeZone));
  const campaigns = all.slice(0, documents.length);
  const lateness = duration(document.lateness ?? LATENESS);
  const accounts = (document.points?.accounts ?? []).map((account) => compileAccount(account, lateness));
  return {
    version,
    document,
    currency: document.currency,
    zone: document.timeZone,
    lateness,
    returnsWindow: duration(document.returns?.window ?? RETURNS_WINDOW),
    stores: byId((document.stores ?? []).map(compileStore)),
    statuses: byId(statuses),
    defaultStatus: statuses.find((status) => status.id === defaultId)!,
    accounts: byId(accounts),
    tiers,
    campaigns,
    campaignById: byId(all),
    waiting: all.filter((campaign) => campaign.waits),
    base: campaigns.find((campaign) => campaign.base),
    offers: byId((document.offers ?? []).map(compileOffer)),
    rewards: byId((document.rewards ?? []).map(compileReward)),
    promoCodes: compilePromoCodes(document.promoCodes ?? [], tiers),
    prolongs: prolongsOf(accounts, campaigns, tiers),
    geofences: compileGeofences(document.geofences ?? []),
    rfm: document.rfm === undefined ? undefined : compileRfm(document.rfm),
    readsRfm: judged.some(readsRfm) || audiences.some(({ where }) => profilePathsOf(where).some(isOfRfm)),
    audiences: audiences.map(({ id, where }) => ({ id, where: compileCondition(where) })),
    triggers: new Set(all.flatMap(({ rules }) => rules.map(({ eventType }) => eventType)).filter(isTriggerType)),
    declared: new Map((document.events ?? []).map((event) => [event.type, compileDeclared(event)])),
    candidates: candidatesOf(judged, all),
  };
}

/** A campaign whose target is written as a condition, also where it names an audience. */
type Targeted = Omit<CampaignDocument, 'target'> & { readonly target?: { readonly where: ConditionDocument } };

function withTarget(campaign: CampaignDocument, audiences: readonly AudienceDocument[]): Targeted {
  const { target } = campaign;
  if (target === undefined || 'where' in target) return campaign as Targeted;
  const { where } = audiences.find(({ id }) => id === target.audience)!;
  return { ...campaign, target: { where } };
}

function readsRfm({ target, behavior }: Targeted): boolean {
  if (profilePathsOf(target?.where).some(isOfRfm)) return true;
  return rulesOf(behavior).some((rule) => {
    if (profilePathsOf(rule.where).some(isOfRfm)) return true;
    return rule.distinct !== undefined && isOfRfm(rule.distinct.of);
  });
}

function isOfRfm(path: string): boolean {
  return path.startsWith('customer.rfm.');
}

/** Order of judging: ascending priority, then the order of the file (sort is stable). */
function inOrder(campaigns: readonly CampaignDocument[]): CampaignDocument[] {
  return [...campaigns].sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0));
}

function byId<T extends { readonly id: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [item.id, item]));
}

function duration(text: string): Duration {
  const parsed = parseDuration(text);
  if (parsed === undefined) throw new Error(`not a duration: ${text}`);
  return parsed;
}

function instant(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const parsed = parseInstant(text);
  if (parsed === undefined) throw new Error(`not a time: ${text}`);
  return parsed;
}

function compileStatus(document: StatusDocument): Status {
  return {
    id: document.id,
    earns: document.earns ?? true,
    redeems: document.redeems ?? true,
    messages: document.messages ?? true,
  };
}

function compileStore(document: NonNullable<ProgramDocument['stores']>[number]): Store {
  return { id: document.id, name: document.name, zone: document.timeZone, tags: document.tags ?? [] };
}

function compileTier(document: TierDocument): TierSystem {
  const { downgrade, window } = document;
  return {
    id: document.id,
    basis: compileBasis(document.basis, document.id),
    window:
      'rolling' in window
        ? { kind: 'rolling', span: duration(window.rolling) }
        : { kind: 'calendar', unit: window.calendar },
    atWindowEnd: document.upgrade === 'windowEnd',
    oneDown: downgrade?.how === 'oneDown',
    grace: downgrade?.grace === undefined ? undefined : duration(downgrade.grace),
    revokes: document.onReturn === 'revoke',
    enters: document.levels.some((level) => (level.onEntry?.length ?? 0) > 0),
    levels: document.levels.map((level) => ({
      id: level.id,
      atLeast: level.atLeast,
      multiplier: tenThousandths(level.multiplier ?? 1)!,
      sticky: level.sticky === true || downgrade?.how === 'none',
      // No rates in them, so no tier system to multiply by.
      onEntry: (level.onEntry ?? []).map((outcome) => compileOutcome(outcome, [])),
    })),
  };
}

function compileBasis(document: TierDocument['basis'], systemId: string): TierBasis {
  if ('points' in document) return { kind: 'points', account: document.points };
  if ('behavior' in document) {
    const signature = signatureOfBehavior(document.behavior);
    return { kind: 'behavior', campaignId: basisCampaign(systemId), signature };
  }
  return 'spend' in document ? { kind: 'spend' } : { kind: 'count' };
}

/** The campaign that counts the completions of a behavior for a tier system: what has fallen counts no more. */
function basisDocument({ id, basis }: TierDocument): Targeted[] {
  if (!('behavior' in basis)) return [];
  const { behavior } = basis;
  return [{ id: basisCampaign(id), kind: 'promotion', behavior, outcomes: [], onReturn: 'clawback' }];
}

function compileRfm(document: RfmDocument): Rfm {
  return {
    window: duration(document.window),
    recencyDays: document.recencyDays,
    frequency: document.frequency,
    monetary: document.monetary,
  };
}

function compileCampaign(document: Targeted, index: number, tiers: readonly TierSystem[], zone: string): Campaign {
  const { limits, behavior } = document;
  const documents = rulesOf(behavior);
  const sameEvent = behavior?.sameEvent === true;
  // Judged again, the event must still satisfy every rule: each remembers what all of them read.
  const paths = sameEvent ? [...new Set(documents.flatMap(({ where }) => profilePathsOf(where)))] : undefined;
  const rules = documents.map((rule, i) => compileRule(rule, i, paths ?? profilePathsOf(rule.where)));
  const kind = behaviorKind(behavior);
  return {
    id: document.id,
    isBasis: basisSystem(document.id) !== undefined,
    index,
    base: document.base ?? false,
    priority: document.priority ?? 0,
    start: instant(document.schedule?.start),
    end: instant(document.schedule?.end),
    target: document.target === undefined ? undefined : compileCondition(document.target.where),
    send: compileSend(document, zone),
    behavior: kind,
    sameEvent,
    ordered: kind === 'sequence' || rules.some((rule) => rule.window.kind === 'sinceFirst'),
    carries: rules.some(({ measure }) => measure.kind === 'sum' && measure.carry),
    streaks: rules.some(({ measure }) => measure.kind === 'streak'),
    waits: rules.some(({ measure }) => measure.kind === 'absent'),
    rules,
    outcomes: document.outcomes.map((outcome) => compileOutcome(outcome, tiers)),
    perCustomer: limits?.perCustomer,
    per: limits?.per === undefined ? undefined : compileWindow(limits.per),
    total: limits?.total,
    budget: limits?.budget?.points,
    group: document.group,
    best: document.best ?? 'first',
    shadow: document.shadow ?? false,
    clawback: document.onReturn === 'clawback',
  };
}

function compileRule(document: RuleDocument, index: number, remembers: readonly string[]): Rule {
  return {
    name: document.rule ?? String(index + 1),
    eventType: document.event,
    where: document.where === undefined ? undefined : compileCondition(document.where),
    measure: compileMeasure(document),
    window: document.within === undefined ? { kind: 'campaign' } : compileWindow(document.within),
    signature: signatureOf(document),
    remembers,
  };
}

function compileMeasure(document: RuleDocument): Measure {
  if (document.sum !== undefined) {
    const { of, atLeast, carry } = document.sum;
    return { kind: 'sum', of: compileQuantity(of), atLeast, carry: carry === true };
  }
  if (document.distinct !== undefined) {
    const { of, atLeast } = document.distinct;
    return { kind: 'distinct', of: of === 'day' ? 'day' : compilePath(of), atLeast };
  }
  if (document.streak !== undefined) return { kind: 'streak', ...document.streak };
  if (document.absent !== undefined) return { kind: 'absent', atLeast: 1 };
  return { kind: 'times', atLeast: document.times ?? 1 };
}

function compilePath(path: string): Path {
  const spec = eventPath(path);
  if (spec === undefined) throw new Error(`no path ${path}`);
  return { path, read: (view) => jsonAt(spec, view) };
}

function compileWindow(document: WithinDocument): Window {
  if ('rolling' in document) return { kind: 'rolling', span: duration(document.rolling) };
  if ('calendar' in document) return { kind: 'calendar', unit: document.calendar };
  if ('sinceFirst' in document) return { kind: 'sinceFirst', span: duration(document.sinceFirst) };
  return { kind: 'campaign' };
}
