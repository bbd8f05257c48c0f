/** What the baseline answers: the form and about the size of the node's own replies, from the body and no rules. */
import { decode, encode } from '@msgpack/msgpack';
import type { Purchase } from '../load/purchase.js';

/** `body` undefined: a read. Returns the reply's body. */
export type Answer = (contentType: string, body: Buffer | undefined, id: string) => string | Uint8Array;

export const answer: Answer = (contentType, body, id) => {
  if (body === undefined) return JSON.stringify(profile(id));
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
};

function result(event: Purchase): unknown {
  const position = '17-90211';
  const cause = (campaignId: string) => ({ eventId: event.id, campaignId });
  const head = { customerId: event.subject, time: event.time };
  const lot = { points: 8, lotId: `${position}-0`, expiresAt: '2027-11-30T23:59:59-05:00' };
  const rules = [{ rule: '1', have: 3, need: 5, resetsAt: null }];
  return {
    id: event.id,
    source: event.source,
    status: 'applied',
    position,
    programVersion: 1,
    outcomes: [
      { id: `${position}-0`, type: 'points.earned', ...head, cause: cause('earn'), data: { account: 'stars', ...lot } },
      {
        id: `${position}-1`,
        type: 'points.earned',
        ...head,
        cause: cause('earn'),
        data: { account: 'status', ...lot },
      },
      {
        id: `${position}-2`,
        type: 'behavior.progressed',
        ...head,
        cause: cause('five-visits'),
        data: { campaignId: 'five-visits', rules },
      },
      {
        id: `${position}-3`,
        type: 'behavior.progressed',
        ...head,
        cause: cause('big-month'),
        data: { campaignId: 'big-month', rules },
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
