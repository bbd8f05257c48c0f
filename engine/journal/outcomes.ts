/**
 * Outcomes as they stand in the journal: for each entry one flat list. Names of fields are written nowhere;
 * `FIELDS` gives their order, and is only ever appended to (a record says its format version, DESIGN D8).
 *
 * Not stored because the address gives it: the id (`<position>-<n>`, counted over the public ones), the customer, and,
 * where they are the event's own, the time and the cause.
 */
import type { Cause, Outcome, OutcomeData, OutcomeType } from '../../actors/outcome.js';
import { isPublic } from '../../actors/outcome.js';
import { pack, unpack } from '../pack.js';
import type { Sealer } from './entry.js';

/** Fields of points taken from lots, and of points that move as a lot; part of the format like `FIELDS`. */
const TAKEN = [
  'account',
  'points',
  'lots',
  'debt',
  'notTaken',
  'reason',
  'countsAt',
  'transactionId',
  'lotId',
  'originalKnown',
  'purchaseId',
  'paidDebt',
  'undone',
] as const;
const MOVED = ['account', 'points', 'lotId', 'paidDebt', 'expiresAt', 'zone'] as const;

/** Order of types and of fields is the format: append, never move. */
const FIELDS = {
  'entry.judged': ['arrival', 'imported', 'programVersion', 'created'],
  'purchase.recorded': ['transactionId', 'at', 'net', 'tooLate', 'keepFrom'],
  'return.recorded': [
    'transactionId',
    'at',
    'amount',
    'originalTransactionId',
    'originalKnown',
    'record',
    'purchaseAt',
    'allBack',
    'purchaseNet',
    'countsAt',
    'keepFrom',
  ],
  'progress.moved': ['campaignId', 'progress', 'attributes'],
  'tier.counted': ['system', 'dueAt', 'untils', 'keepFrom', 'basis', 'byMonth', 'reasons', 'more'],
  'points.earned': [
    'account',
    'points',
    'lotId',
    'desired',
    'clippedBy',
    'activatesAt',
    'expiresAt',
    'zone',
    'paidDebt',
    'rate',
    'earnedAt',
    'idle',
    'cap',
    'applied',
    'activatesOn',
    'cancelsAt',
  ],
  'points.activated': MOVED,
  'points.spent': TAKEN,
  'points.reversed': TAKEN,
  'points.expired': MOVED,
  'points.cancelled': MOVED,
  'points.adjusted': [
    'account',
    'points',
    'reason',
    'lotId',
    'lots',
    'debt',
    'notTaken',
    'paidDebt',
    'activatesAt',
    'expiresAt',
    'zone',
    'earnedAt',
    'idle',
    'activatesOn',
    'cancelsAt',
  ],
  'reward.purchased': ['purchaseId', 'rewardId', 'quantity', 'account', 'points', 'keepFrom', 'stocked'],
  'reward.refunded': ['purchaseId', 'rewardId', 'quantity', 'account', 'points', 'notTaken'],
  'reward.granted': ['grantId', 'rewardId'],
  'points.prolonged': ['account', 'idle', 'at', 'ends'],
  'tier.changed': ['system', 'from', 'to', 'since', 'until', 'zone', 'reason', 'initial', 'entered'],
  'offer.issued': ['issueId', 'offerId', 'expiresAt', 'startsAt', 'uses', 'zone', 'purchaseId'],
  'offer.expired': ['issueId', 'offerId'],
  'tag.added': ['tag', 'until', 'zone', 'claimedBy', 'releasedBy'],
  'tag.removed': ['tag', 'expired'],
  'behavior.progressed': ['campaignId', 'rules', 'zone', 'shadow'],
  'behavior.completed': ['campaignId', 'completions', 'lostTo', 'limitFrom', 'shadow'],
  'status.changed': ['from', 'to', 'reason'],
  'profile.changed': ['attributes', 'timeZone', 'locale'],
  'event.ignored': ['reason'],
  'event.refused': ['reason', 'detail', 'firstEventId', 'errors', 'notApplied', 'net', 'need', 'have', 'missing'],
  'behavior.reverted': ['campaignId', 'completions', 'completionId', 'notTaken'],
  'completion.kept': ['campaignId', 'completion', 'counted', 'attributes'],
  'tag.claimed': ['tag', 'until', 'claimedBy', 'releasedBy'],
  'offer.voided': ['issueId', 'offerId'],
  'limit.counted': ['limit', 'of', 'by'],
  'limit.reached': ['limit', 'of', 'left'],
  'audience.entered': ['audience'],
  'audience.left': ['audience'],
  'send.received': ['run', 'keepFrom'],
  'lock.recorded': ['transactionId', 'until', 'issues', 'basket', 'offers', 'codes'],
  'lock.ended': ['transactionId'],
  'sale.recorded': ['transactionId', 'basket', 'offers', 'at'],
  'sale.claimed': ['from'],
  'sale.kept': ['undo'],
  'sale.voided': ['transactionId', 'record', 'at', 'net', 'refunded', 'allBack', 'countsAt', 'lastPurchaseAt', 'parts'],
  'till.answered': ['answer'],
  'offer.locked': ['issueId', 'offerId', 'transactionId', 'until', 'zone'],
  'offer.unlocked': ['issueId', 'offerId', 'transactionId', 'expired'],
  'offer.redeemed': ['issueId', 'offerId', 'transactionId', 'amount', 'usesLeft', 'overdraft'],
  'offer.reinstated': ['issueId', 'offerId', 'transactionId', 'usesLeft', 'issuedAt', 'startsAt', 'expiresAt', 'zone'],
  'geofence.entered': ['geofenceId', 'storeId', 'reason'],
  'geofence.exited': ['geofenceId', 'storeId', 'reason'],
  'customer.located': [],
  'customer.merged': ['from'],
  'customer.erased': [],
  'state.moved': ['from', 'row', 'status', 'attributes'],
  'promo_code.claimed': ['code', 'promoCodeId', 'single', 'transactionId'],
  'code.counted': ['promoCodeId', 'by', 'single'],
} as const satisfies { readonly [T in OutcomeType]: readonly (keyof OutcomeData[T])[] };

/** Does not compile where a field of an outcome is missing above. */
type Missing = { [T in OutcomeType]: Exclude<keyof OutcomeData[T], (typeof FIELDS)[T][number]> }[OutcomeType];
const complete: [Missing] extends [never] ? true : Missing = true;
void complete;

export const TYPES = Object.keys(FIELDS) as OutcomeType[];
const CODES = new Map<string, number>(TYPES.map((type, code) => [type, code]));
const ORDER: readonly (readonly string[])[] = TYPES.map((type) => FIELDS[type]);
/** Sealed wherever it stands (DESIGN D13). */
const PERSONAL = 'attributes';

/** Stands for "the outcome's own id" where a field holds it (a lot, an issue). */
const OWN_ID = 0;
const CAUSE_TIME = 0;
const CAUSE_EVENT = 1;

/** Field counts are below it, so that one number says the type and how many fields follow. */
const WIDTH = 32;

/** Written over by every call: one list for an entry costs a twentieth of the garbage of a list for each outcome. */
const flat: unknown[] = [];

/**
 * The outcomes of one entry: `[head, time, cause, giver, field, field, …]` after each other in one flat list, head =
 * type × 32 + number of fields. `eventId` and `time` are the entry's own. `sealer` seals what is personal; a customer
 * without personal data needs none.
 */
export function encodeOutcomes(
  outcomes: readonly Outcome[],
  eventId: string | undefined,
  time: number,
  sealer: Sealer,
): Buffer {
  let at = 0;
  for (let n = 0; n < outcomes.length; n++) {
    const outcome = outcomes[n]!;
    const { cause, id } = outcome;
    const code = CODES.get(outcome.type)!;
    const order = ORDER[code]!;
    const data = outcome.data as unknown as Record<string, unknown>;
    let fields = order.length;
    while (fields > 0 && data[order[fields - 1]!] === undefined) fields--;
    flat[at++] = code * WIDTH + fields;
    flat[at++] = outcome.time === time ? 0 : outcome.time;
    flat[at++] = cause.eventId === undefined ? CAUSE_TIME : cause.eventId === eventId ? CAUSE_EVENT : cause.eventId;
    flat[at++] = cause.campaignId ?? (cause.tier === undefined ? 0 : [cause.tier.system, cause.tier.level]);
    for (let i = 0; i < fields; i++) {
      const value = data[order[i]!];
      if (value === id && id !== '') flat[at++] = OWN_ID;
      else if (order[i] === PERSONAL && value !== undefined) flat[at++] = sealer.seal(outcome.customerId, pack(value));
      else flat[at++] = value;
    }
  }
  return pack(flat.slice(0, at));
}

/** The outcomes of one entry. Personal data whose key is gone comes back absent. */
export function decodeOutcomes(
  bytes: Uint8Array,
  position: string,
  customerId: string,
  eventId: string | undefined,
  time: number,
  sealer: Sealer,
): Outcome[] {
  const list = unpack<unknown[]>(bytes);
  const outcomes: Outcome[] = [];
  let n = 0;
  for (let at = 0; at < list.length; ) {
    const head = list[at] as number;
    const code = Math.floor(head / WIDTH);
    const fields = head % WIDTH;
    const type = TYPES[code];
    if (type === undefined)
      throw new Error(`outcome of unknown type ${code}: written by a newer version; start that one`);
    const id = isPublic({ type } as Outcome) ? position + '-' + n++ : '';
    outcomes.push({
      id,
      type,
      customerId,
      time: list[at + 1] === 0 ? time : list[at + 1],
      cause: toCause(list[at + 2], list[at + 3], eventId),
      data: toData(list, at + 4, ORDER[code]!, fields, id, customerId, sealer),
    } as Outcome);
    at += 4 + fields;
  }
  return outcomes;
}

/** `given`: 0, the campaign's id, or the level entered as [system, level]. */
function toCause(code: unknown, given: unknown, eventId: string | undefined): Cause {
  const cause = code === CAUSE_TIME ? undefined : code === CAUSE_EVENT ? eventId : (code as string);
  if (given === 0) return cause === undefined ? {} : { eventId: cause };
  if (typeof given === 'object') {
    const [system, level] = given as [string, string];
    const tier = { system, level };
    return cause === undefined ? { tier } : { eventId: cause, tier };
  }
  const campaignId = given as string;
  return cause === undefined ? { campaignId } : { eventId: cause, campaignId };
}

function toData(
  list: readonly unknown[],
  from: number,
  order: readonly string[],
  fields: number,
  id: string,
  customerId: string,
  sealer: Sealer,
): Record<string, unknown> {
  const data: Record<string, unknown> = {};
  for (let i = 0; i < fields; i++) {
    let value = list[from + i];
    if (value === undefined) continue;
    const field = order[i]!;
    if (value === OWN_ID && (field === 'lotId' || field === 'issueId' || field === 'purchaseId' || field === 'grantId'))
      value = id;
    else if (field === PERSONAL) {
      const opened = sealer.open(customerId, value as Uint8Array);
      if (opened === undefined) continue;
      value = unpack(opened);
    }
    data[field] = value;
  }
  return data;
}
