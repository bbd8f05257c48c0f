/** What OpenAPI says of reading customers. */
import Type from 'typebox';
import { limits } from '../../actors/limits.js';
import type { ProblemCode } from '../problem.js';
import type { RouteDocs } from '../route.js';

const group = 'Customers';
const path = { id: 'The customer’s id, percent-encoded.', eventId: 'The event’s id, percent-encoded.' };
const problems: readonly ProblemCode[] = [
  'path_invalid',
  'query_invalid',
  'key_missing',
  'key_unknown',
  'scope_missing',
  'customer_not_found',
  'not_acceptable',
  'rate_limited',
  'overloaded',
  'stopping',
  'shard_stopped',
];
const paging = [
  {
    name: 'limit',
    description: 'Items on a page.',
    schema: Type.Integer({ minimum: 1, maximum: limits.pageItemsMax, default: 50 }),
  },
  { name: 'cursor', description: '`nextCursor` of the page before.', schema: Type.String() },
];

export const profile: RouteDocs = {
  group,
  summary: 'A customer’s profile',
  description:
    'Everything known of the customer now: status, attributes, totals, tags, points, tiers, RFM, offers, progress of behaviors.',
  path,
  replies: { 200: { description: 'The profile.', schema: 'Profile' } },
  problems,
  curl: 'curl $URL/v1/customers/17850 -H "Authorization: Bearer $KEY"',
};
export const store: RouteDocs = {
  group,
  summary: 'The reward store as a customer sees it',
  description:
    'The rewards this customer may see, each with whether one can be bought now and else why not, and the purchases that can still be refunded. Without `customerId` every reward.',
  query: [{ name: 'customerId', description: 'Whose store; absent: nobody’s.', schema: Type.String() }],
  replies: { 200: { description: 'The store.', schema: 'Store' } },
  problems: [...problems, 'no_program'],
  curl: 'curl "$URL/v1/store?customerId=17850" -H "Authorization: Bearer $KEY"',
};
function list(summary: string, tail: string, description: string, schema = 'EventPage'): RouteDocs {
  return {
    group,
    summary,
    description,
    path,
    query: paging,
    replies: { 200: { description: 'A page, newest first.', schema } },
    problems: [...problems, 'cursor_invalid'],
    curl: `curl "$URL/v1/customers/17850/${tail}?limit=20" -H "Authorization: Bearer $KEY"`,
  };
}
export const events = list(
  'A customer’s event stream',
  'events',
  'Each event with the outcomes it caused; `event` is null where time itself was the cause.',
);
export const ledger = list('A customer’s points ledger', 'ledger', 'Only what moved points.');
export const offers = list(
  'A customer’s offers',
  'offers',
  'Every issue of an offer with where it stands: `active`, `locked`, `used`, `expired` or `voided`. Those that can be used are in the profile too.',
  'OfferPage',
);
export const explain: RouteDocs = {
  group,
  summary: 'How every campaign judged an event',
  path,
  query: [
    {
      name: 'level',
      description: '`full`: every condition with what was seen.',
      schema: Type.Enum(['reasons', 'full'], { default: 'reasons' }),
    },
    {
      name: 'source',
      description: 'The source of the event, where several reported one with this id. Absent: the first.',
      schema: Type.String(),
    },
  ],
  replies: { 200: { description: 'The explanation.', schema: Type.Object({}) } },
  problems: [...problems, 'event_not_found', 'history_gone'],
  curl: 'curl "$URL/v1/customers/17850/explain/536365?level=full" -H "Authorization: Bearer $KEY"',
};
