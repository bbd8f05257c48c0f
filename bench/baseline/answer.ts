/** What the baseline answers: the form and about the size of the node's own replies, from the body and no rules. */
import { decode, encode } from '@msgpack/msgpack';
import type { Purchase } from '../load/purchase.js';
import { quoteAnswer } from './quote-answer.js';

/** Each returns the reply's body. */
export interface Answers {
  /** `GET /v1/customers/{id}` */
  readonly profile: (id: string) => string;
  /** `POST /v1/events` */
  readonly events: (contentType: string, body: Buffer) => string | Uint8Array;
  /** `POST /v1/pos/quote` */
  readonly quote: (body: Buffer) => string;
}

export const ANSWERS: Answers = {
  profile: (id) => JSON.stringify(profile(id)),
  events,
  quote: (body) => JSON.stringify(quoteAnswer(JSON.parse(body.toString()))),
};

function events(contentType: string, body: Buffer): string | Uint8Array {
  if (contentType === 'application/msgpack') {
    const events = decode(body) as Purchase[];
    return encode({ results: events.map(result) });
  }
  if (contentType === 'application/x-ndjson') {
    const results = [];
    for (const line of body.toString().split('\n')) if (line !== '') results.push(result(JSON.parse(line)));
    return JSON.stringify({ results });
  }
  const parsed: Purchase | Purchase[] = JSON.parse(body.toString());
  return JSON.stringify(Array.isArray(parsed) ? { results: parsed.map(result) } : result(parsed));
}

/** Two outcomes, as the plain brand gives to a customer who comes again. */
function result(event: Purchase): unknown {
  const position = '17-90211';
  const head = { customerId: event.subject, time: event.time };
  return {
    id: event.id,
    source: event.source,
    status: 'applied',
    position,
    programVersion: 1,
    outcomes: [
      {
        id: `${position}-0`,
        type: 'points.earned',
        ...head,
        cause: { eventId: event.id, campaignId: 'earn' },
        data: { account: 'stars', points: 8, lotId: `${position}-0`, expiresAt: '2027-11-30T23:59:59-05:00' },
      },
      {
        id: `${position}-1`,
        type: 'behavior.progressed',
        ...head,
        cause: { eventId: event.id, campaignId: 'five-visits' },
        data: {
          campaignId: 'five-visits',
          rules: [{ rule: '1', have: 3, need: 5, resetsAt: '2026-12-24T08:26:00-05:00' }],
        },
      },
    ],
  };
}

function profile(id: string): unknown {
  const at = '2026-11-24T13:26:00Z';
  const account = { active: 8, pending: 0, debt: 0, earned: 8, adjusted: 0, spent: 0, expired: 0, cancelled: 0 };
  const progress = { rules: { 1: { have: 3, need: 5, resetsAt: at } }, completions: 0 };
  return {
    id,
    status: 'good',
    attributes: {},
    timeZone: 'America/New_York',
    totals: { purchases: 5, returns: 0, net: 4_120, lastPurchaseAt: at },
    tags: [{ tag: 'regular', until: at }],
    points: {
      stars: { ...account, reversed: 0, next: { points: 8, expiresAt: at } },
      status: { ...account, reversed: 0, next: null },
    },
    tiers: {
      main: { level: 'member', since: at, until: null, have: 41, need: 500, next: 'silver', projected: 'member' },
    },
    rfm: {
      recencyDays: 0,
      frequency: 5,
      monetary: 4_120,
      scores: { recency: 5, frequency: 3, monetary: 2 },
      score: 532,
    },
    offers: [],
    behaviors: { 'five-visits': progress, 'five-lattes': progress, 'big-month': progress },
    audiences: [],
    createdAt: at,
    updatedAt: at,
    position: '17-90211',
  };
}
