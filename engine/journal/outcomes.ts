/**
 * Outcomes as they stand in the journal: for each entry one list of flat tuples. Names of fields are written nowhere;
 * `FIELDS` gives their order, and is only ever appended to (a record says its format version, DESIGN D8).
 *
 * Not stored because the address gives it: the id (`<position>-<n>`, counted over the public ones), the customer, and,
 * where they are the event's own, the time and the cause.
 */
import type { Cause, Outcome, OutcomeData, OutcomeType } from '../../actors/outcome.js';
import { isPublic } from '../../actors/outcome.js';
import { pack, unpack } from '../pack.js';
import type { Sealer } from './entry.js';

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
  'tier.counted': ['system', 'tier'],
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
  ],
  'points.activated': ['account', 'points', 'lotId', 'paidDebt', 'expiresAt', 'zone'],
  'points.spent': [
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
  ],
  'points.reversed': [
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
  ],
  'points.expired': ['account', 'points', 'lotId', 'paidDebt', 'expiresAt', 'zone'],
  'points.cancelled': ['account', 'points', 'lotId', 'paidDebt', 'expiresAt', 'zone'],
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
  ],
  'tier.changed': ['system', 'from', 'to', 'since', 'until', 'zone', 'initial'],
  'offer.issued': ['issueId', 'offerId', 'expiresAt', 'startsAt', 'uses', 'zone'],
  'offer.expired': ['issueId', 'offerId'],
  'tag.added': ['tag', 'until', 'zone'],
  'tag.removed': ['tag', 'expired'],
  'behavior.progressed': ['campaignId', 'rules', 'zone'],
  'behavior.completed': ['campaignId', 'completions', 'lostTo', 'limitFrom'],
  'status.changed': ['from', 'to', 'reason'],
  'profile.changed': ['attributes', 'timeZone', 'locale'],
  'event.ignored': ['reason'],
  'event.refused': ['reason', 'detail', 'firstEventId', 'errors'],
} as const satisfies { readonly [T in OutcomeType]: readonly (keyof OutcomeData[T])[] };

/** Does not compile where a field of an outcome is missing above. */
type Missing = { [T in OutcomeType]: Exclude<keyof OutcomeData[T], (typeof FIELDS)[T][number]> }[OutcomeType];
const complete: [Missing] extends [never] ? true : Missing = true;
void complete;

const TYPES = Object.keys(FIELDS) as OutcomeType[];
const CODES = new Map<string, number>(TYPES.map((type, code) => [type, code]));
const ORDER: readonly (readonly string[])[] = TYPES.map((type) => FIELDS[type]);
/** The place of the field that is sealed, by type; undefined for most. */
const PERSONAL = ORDER.map((order) => (order.includes('attributes') ? order.indexOf('attributes') : undefined));

/** Stands for "the outcome's own id" where a field holds it (a lot, an issue). */
const OWN_ID = 0;
const CAUSE_TIME = 0;
const CAUSE_EVENT = 1;

type Tuple = unknown[];

/** `eventId` and `time` are the entry's own. `sealer` seals what is personal; a customer without personal data needs none. */
export function encodeOutcomes(
  outcomes: readonly Outcome[],
  eventId: string | undefined,
  time: number,
  sealer: Sealer,
): Buffer {
  const tuples = new Array<Tuple>(outcomes.length);
  for (let i = 0; i < outcomes.length; i++) tuples[i] = toTuple(outcomes[i]!, eventId, time, sealer);
  return pack(tuples);
}

function toTuple(outcome: Outcome, eventId: string | undefined, time: number, sealer: Sealer): Tuple {
  const code = CODES.get(outcome.type)!;
  const order = ORDER[code]!;
  const data = outcome.data as unknown as Record<string, unknown>;
  const { cause } = outcome;
  const causeCode = cause.eventId === undefined ? CAUSE_TIME : cause.eventId === eventId ? CAUSE_EVENT : cause.eventId;
  const tuple: Tuple = [code, outcome.time === time ? 0 : outcome.time, causeCode, cause.campaignId ?? 0];
  let last = 3;
  for (let i = 0; i < order.length; i++) {
    let value = data[order[i]!];
    if (value !== undefined) {
      last = i + 4;
      if (value === outcome.id && value !== '') value = OWN_ID;
      else if (i === PERSONAL[code]) value = sealer.seal(outcome.customerId, pack(value));
    }
    tuple.push(value);
  }
  tuple.length = last + 1;
  return tuple;
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
  const tuples = unpack<Tuple[]>(bytes);
  const outcomes = new Array<Outcome>(tuples.length);
  let n = 0;
  for (let i = 0; i < tuples.length; i++) {
    const tuple = tuples[i]!;
    const type = TYPES[tuple[0] as number];
    if (type === undefined)
      throw new Error(`outcome of unknown type ${String(tuple[0])}: written by a newer version; start that one`);
    const id = isPublic({ type } as Outcome) ? position + '-' + n++ : '';
    outcomes[i] = {
      id,
      type,
      customerId,
      time: tuple[1] === 0 ? time : tuple[1],
      cause: toCause(tuple[2], tuple[3], eventId),
      data: toData(tuple, id, customerId, sealer),
    } as Outcome;
  }
  return outcomes;
}

function toCause(code: unknown, campaignId: unknown, eventId: string | undefined): Cause {
  const cause = code === CAUSE_TIME ? undefined : code === CAUSE_EVENT ? eventId : (code as string);
  if (campaignId === 0) return cause === undefined ? {} : { eventId: cause };
  return cause === undefined
    ? { campaignId: campaignId as string }
    : { eventId: cause, campaignId: campaignId as string };
}

function toData(tuple: Tuple, id: string, customerId: string, sealer: Sealer): Record<string, unknown> {
  const code = tuple[0] as number;
  const order = ORDER[code]!;
  const data: Record<string, unknown> = {};
  for (let i = 4; i < tuple.length; i++) {
    let value = tuple[i];
    if (value === undefined) continue;
    const field = order[i - 4]!;
    if (value === OWN_ID && (field === 'lotId' || field === 'issueId')) value = id;
    else if (i - 4 === PERSONAL[code]) {
      const opened = sealer.open(customerId, value as Uint8Array);
      if (opened === undefined) continue;
      value = unpack(opened);
    }
    data[field] = value;
  }
  return data;
}
