/**
 * The engine's outcomes and profile in the form of the reference: lots and issues by their number of issue, times in ms,
 * and of each outcome the fields that PROGRAM.md and API.md speak of.
 */
import { isPublic, type Outcome } from '../outcome.js';
import type { ReportedEvent } from './life.js';

export interface Normal {
  readonly type: string;
  readonly time: number;
  readonly cause: { readonly eventId?: string; readonly campaignId?: string };
  readonly data: Readonly<Record<string, unknown>>;
}

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  'points.earned': ['account', 'points', 'lot', 'expiresAt', 'activatesAt', 'desired', 'clippedBy', 'paidDebt'],
  'points.activated': ['account', 'points', 'lot', 'paidDebt'],
  'points.expired': ['account', 'points', 'lot'],
  'points.cancelled': ['account', 'points', 'lot'],
  'points.reversed': ['account', 'points', 'lots', 'debt', 'notTaken', 'originalKnown'],
  'points.adjusted': [
    'account',
    'points',
    'lot',
    'lots',
    'expiresAt',
    'activatesAt',
    'debt',
    'notTaken',
    'paidDebt',
    'reason',
  ],
  'points.spent': ['account', 'points', 'lots', 'purchase', 'paidDebt'],
  'reward.purchased': ['purchase', 'rewardId', 'quantity', 'account', 'points'],
  'reward.refunded': ['purchase', 'rewardId', 'quantity', 'account', 'points', 'notTaken'],
  'tier.changed': ['system', 'from', 'to', 'since', 'until'],
  'offer.issued': ['issue', 'offerId', 'expiresAt', 'startsAt', 'uses'],
  'offer.expired': ['issue', 'offerId'],
  'offer.voided': ['issue', 'offerId'],
  'tag.added': ['tag', 'until'],
  'tag.removed': ['tag', 'expired'],
  'behavior.progressed': ['campaignId', 'rules'],
  'behavior.completed': ['campaignId', 'completions', 'lostTo'],
  'behavior.reverted': ['campaignId', 'completions', 'notTaken'],
  'audience.entered': ['audience'],
  'audience.left': ['audience'],
  'status.changed': ['from', 'to', 'reason'],
  'profile.changed': ['attributes', 'timeZone', 'locale'],
  'customer.merged': ['from'],
  'event.ignored': ['reason'],
  'event.refused': ['reason'],
};

/** Numbers lots and issues as they come. One for each customer. */
export class Normals {
  readonly #lots = new Map<string, number>();
  readonly #issues = new Map<string, number>();
  /** Rewards bought, by their number from 1. */
  readonly #rewards: string[] = [];

  of(outcomes: readonly Outcome[]): Normal[] {
    return outcomes.filter(isPublic).map((outcome) => this.#one(outcome));
  }

  /** The event as the engine is told it: a reward given back is named by its generated id. */
  told(event: ReportedEvent): ReportedEvent {
    const { purchaseId } = (event.data ?? {}) as { purchaseId?: number };
    if (purchaseId === undefined) return event;
    return { ...event, data: { purchaseId: this.#rewards[purchaseId - 1] ?? 'none' } };
  }

  #one({ time, cause, data, ...outcome }: Outcome): Normal {
    const type: string = outcome.type;
    const all = { ...data } as Record<string, unknown>;
    const { lotId, issueId, lots } = all;
    if ((type === 'points.earned' || type === 'points.adjusted') && lotId !== undefined)
      this.#lots.set(lotId as string, this.#lots.size + 1);
    if (type === 'offer.issued') this.#issues.set(issueId as string, this.#issues.size + 1);
    if (lotId !== undefined) all.lot = this.#lots.get(lotId as string);
    if (issueId !== undefined) all.issue = this.#issues.get(issueId as string);
    if (lots !== undefined) {
      all.lots = (lots as readonly { lotId: string; points: number }[]).map((share) => [
        this.#lots.get(share.lotId),
        share.points,
      ]);
    }
    if (Array.isArray(all.notTaken))
      all.notTaken = (all.notTaken as readonly { issueId: string }[]).map((each) => this.#issues.get(each.issueId));
    const { purchaseId } = all;
    if (type === 'reward.purchased') this.#rewards.push(purchaseId as string);
    if (purchaseId !== undefined) all.purchase = this.#rewards.indexOf(purchaseId as string) + 1;
    const fields = FIELDS[type];
    if (fields === undefined) throw new Error(`no fields are named for ${type}`);
    return { type, time, cause: present(cause, ['eventId', 'campaignId']), data: known(present(all, fields)) };
  }

  /** The engine's profile; RFC 3339 times become ms, issues their number. */
  profile(shown: Record<string, unknown>): Record<string, unknown> {
    const ms = inMs(shown) as Record<string, unknown>;
    const offers = (ms.offers as { id: string }[]).map((offer) => ({ ...offer, id: this.#issues.get(offer.id) }));
    return { ...ms, offers, points: withoutNextActive(ms.points as Record<string, object>) };
  }
}

/** The engine says more of an account than the page asks for. */
function withoutNextActive(points: Readonly<Record<string, object>>): Record<string, object> {
  const known = Object.entries(points).map(([id, account]) => {
    return [id, Object.fromEntries(Object.entries(account).filter(([field]) => field !== 'nextActive'))] as const;
  });
  return Object.fromEntries(known);
}

/** The fields that are there. */
export function present(data: object, fields: readonly string[]): Record<string, unknown> {
  const known = data as Record<string, unknown>;
  return Object.fromEntries(fields.flatMap((field) => (known[field] === undefined ? [] : [[field, known[field]]])));
}

/** An outcome of the reference with the same fields. */
export function sameForm({ type, time, cause, data }: Normal): Normal {
  return {
    type,
    time,
    cause: present(cause, ['eventId', 'campaignId']),
    data: known(present(data, FIELDS[type] ?? [])),
  };
}

/** A reward past its refund time may be forgotten by then. */
function known(data: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return data.reason === 'refund_too_late' ? { ...data, reason: 'unknown_purchase' } : data;
}

const TIMES = new Set([
  'lastPurchaseAt',
  'until',
  'expiresAt',
  'startsAt',
  'since',
  'resetsAt',
  'dueAt',
  'createdAt',
  'updatedAt',
  'activatesAt',
]);

function inMs(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((each) => inMs(each));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, inMs(each, name)]));
  return typeof value === 'string' && TIMES.has(key) ? Date.parse(value) : value;
}
