/** What OpenAPI says of reporting events. */
import Type from 'typebox';
import { limits } from '../../actors/limits.js';
import type { RouteDocs } from '../route.js';

const event = {
  id: '536365',
  source: 'pos/bos-1',
  type: 'purchase',
  subject: '17850',
  time: '2026-11-24T08:26:00-05:00',
  data: {
    transactionId: '536365',
    storeId: 'bos-1',
    channel: 'pos',
    currency: 'USD',
    lines: [
      {
        lineId: '1',
        sku: 'LATTE-L',
        name: 'Large latte',
        categories: ['latte', 'drinks'],
        quantity: 2,
        unitPrice: 450,
      },
    ],
    total: 900,
  },
};
const applied = {
  id: '536365',
  source: 'pos/bos-1',
  status: 'applied',
  position: '17-90211',
  programVersion: 12,
  outcomes: [
    {
      id: '17-90211-0',
      type: 'points.earned',
      customerId: '17850',
      time: '2026-11-24T13:26:00Z',
      cause: { eventId: '536365', campaignId: 'earn' },
      data: { account: 'stars', points: 9, lotId: '17-90211-0', expiresAt: '2027-11-30T23:59:59-05:00' },
    },
  ],
};

export const eventDocs: RouteDocs = {
  group: 'Events',
  summary: 'Report one event or many',
  description: `One event, or up to ${limits.itemsPerRequestMax} as a JSON array, NDJSON, a CloudEvents batch or a MessagePack array. A reply leaves only when the events are on disk. One bad item never spoils the others: each has its own \`status\`. An event is told by \`source\` and \`id\`; reporting it again gives the recorded outcomes again (\`duplicate\`), so repeating after a timeout is always safe. \`source\` is the property’s id unless given. CloudEvents binary mode is understood too: the envelope in \`ce-…\` headers, \`data\` as the body.`,
  query: [
    {
      name: 'ack',
      description: '`accepted`: 202 with the position as soon as the event is durable, without its outcomes.',
      schema: Type.Enum(['applied', 'accepted'], { default: 'applied' }),
    },
    {
      name: 'clock',
      description: '`event`: history is imported; the clock is then each customer’s own. Needs the scope `import`.',
      schema: Type.Enum(['wall', 'event'], { default: 'wall' }),
    },
  ],
  body: {
    'application/json': Type.Union([
      Type.Ref('Event'),
      Type.Array(Type.Ref('Event'), { maxItems: limits.itemsPerRequestMax }),
    ]),
    'application/x-ndjson': Type.String({ description: 'One event a line.' }),
    'application/cloudevents+json': Type.Ref('Event'),
    'application/cloudevents-batch+json': Type.Array(Type.Ref('Event')),
    'application/msgpack': Type.Union([Type.Ref('Event'), Type.Array(Type.Ref('Event'))]),
  },
  bodyRequired: true,
  replies: {
    200: {
      description: 'What became of the event, or of each: `{"results": […]}` in the order sent.',
      schema: Type.Union([Type.Ref('EventResult'), Type.Ref('EventResults')]),
      example: applied,
    },
    202: {
      description:
        'With `ack=accepted`: durable. Of many, `{"results": […]}` in the order sent, each with its own status.',
      schema: Type.Union([Type.Ref('Accepted'), Type.Ref('EventResults')]),
      example: { status: 'accepted', position: '17-90211' },
    },
  },
  problems: [
    'unparseable',
    'query_invalid',
    'header_invalid',
    'key_missing',
    'key_unknown',
    'scope_missing',
    'not_acceptable',
    'upload_timed_out',
    'event_refused',
    'no_program',
    'body_too_large',
    'too_many_items',
    'media_type_unsupported',
    'encoding_unsupported',
    'event_invalid',
    'idempotency_mismatch',
    'rate_limited',
    'overloaded',
    'stopping',
    'shard_stopped',
    'customer_parked',
    'storage_full',
  ],
  curl: `curl $URL/v1/events -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" -d '${JSON.stringify(event)}'`,
};
