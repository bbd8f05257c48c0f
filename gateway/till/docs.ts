/** What OpenAPI says of the point of sale. */
import { TILL_SCHEMAS } from '../../actors/till/request-schemas.js';
import type { TillStep } from '../../actors/till/step.js';
import type { ProblemCode } from '../problem.js';
import type { RouteDocs } from '../route.js';

const problems: readonly ProblemCode[] = [
  'unparseable',
  'query_invalid',
  'key_missing',
  'key_unknown',
  'scope_missing',
  'not_acceptable',
  'upload_timed_out',
  'no_program',
  'body_too_large',
  'media_type_unsupported',
  'encoding_unsupported',
  'basket_invalid',
  'idempotency_mismatch',
  'rate_limited',
  'overloaded',
  'stopping',
  'shard_stopped',
];
const writing: readonly ProblemCode[] = [
  ...problems,
  'transaction_conflict',
  'unexpected_net',
  'event_refused',
  'customer_parked',
  'storage_full',
];
const basket = {
  customerId: '17850',
  transactionId: 'bos-1-3-8841',
  storeId: 'bos-1',
  time: '2026-11-24T08:26:00-05:00',
  currency: 'USD',
  lines: [{ lineId: '1', sku: 'LATTE-L', categories: ['latte', 'drinks'], quantity: 2, unitPrice: 450 }],
};
const held = { customerId: '17850', transactionId: 'bos-1-3-8841' };

function step(name: TillStep | 'quote', summary: string, description: string, sent: object): RouteDocs {
  return {
    group: 'Point of sale',
    summary,
    description,
    body: { 'application/json': TILL_SCHEMAS[name], 'application/msgpack': TILL_SCHEMAS[name] },
    bodyRequired: true,
    replies: {
      200: { description: 'Where the transaction stands and what every line comes to.', schema: 'TillAnswer' },
    },
    problems: name === 'quote' ? problems : writing,
    curl: `curl $URL/v1/pos/${name} -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" -d '${JSON.stringify(sent)}'`,
  };
}

export const DOCS: Readonly<Record<TillStep | 'quote', RouteDocs>> = {
  quote: step(
    'quote',
    'What a basket costs a customer',
    'The offers that apply and those that do not, with the reason and what is missing. Changes nothing.',
    basket,
  ),
  lock: step(
    'lock',
    'Hold the offers of a basket',
    'Prices the basket and reserves the offers applied, for `ttlSeconds`. Again with the same transaction and a changed basket replaces the lock; a lock ends by itself.',
    { ...basket, ttlSeconds: 300 },
  ),
  redeem: step(
    'redeem',
    'Redeem and record the purchase',
    'As locked where no lines are sent, else the basket is judged anew. Burns the offers and records the purchase, so points and progress come in the same reply. The same request again gives the same bytes.',
    held,
  ),
  unlock: step('unlock', 'Give a lock up', 'The offers are free again.', held),
  void: step('void', 'Undo a transaction', 'Everything the transaction did is undone; it ends the transaction.', held),
  return: step(
    'return',
    'Take units of a sale back',
    'Refunds what was paid for each unit and takes back points and progress.',
    { ...held, returnId: 'r-1', lines: [{ lineId: '1', quantity: 1 }] },
  ),
};
