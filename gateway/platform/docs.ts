/** What OpenAPI says of the endpoints for operators. */
import Type from 'typebox';
import type { RouteDocs } from '../route.js';

const group = 'Operation';

export const livez: RouteDocs = {
  group,
  summary: 'Whether the process is alive',
  replies: { 200: { description: 'It is.', example: { alive: true, version: '0.1.0' } } },
  problems: [],
  curl: 'curl $URL/livez',
};
export const readyz: RouteDocs = {
  group,
  summary: 'Whether this node takes requests',
  description: 'Falls first when the node stops, so that a load balancer sends nothing more; the node then drains.',
  query: [{ name: 'verbose', description: 'Present: every detail.', schema: Type.Optional(Type.String()) }],
  replies: {
    200: { description: 'Ready.', example: { ready: true, reasons: [] } },
    503: { description: 'Not ready, and why.', example: { ready: false, reasons: ['replaying the journal'] } },
  },
  problems: [],
  curl: 'curl "$URL/readyz?verbose"',
};
export const cluster: RouteDocs = {
  group,
  summary: 'Who leads the cluster, as this node sees it',
  replies: {
    200: {
      description: 'This node and the others it has heard.',
      example: {
        phase: 'following',
        epoch: 0,
        leads: false,
        record: 81_022,
        peers: [
          { node: 'node-a', url: 'http://10.0.0.1:7300', epoch: 3, record: 81_022, leaving: false, silentMs: 412 },
        ],
      },
    },
  },
  problems: [],
  curl: 'curl $URL/v1/cluster',
};
export const metrics: RouteDocs = {
  group,
  summary: 'Metrics for Prometheus',
  replies: { 200: { description: 'Text exposition format.', mediaType: 'text/plain' } },
  problems: [],
  curl: 'curl $URL/metrics',
};
export const importClose: RouteDocs = {
  group: 'Events',
  summary: 'Close the import of history',
  description:
    'Customers whose last event came with `?clock=event` stand on event time: what they have pending waits. This says that history is complete: from now on it falls due by the wall clock. Repeating it changes nothing.',
  replies: { 200: { description: 'Closed.', example: { closed: true } } },
  problems: [
    ...(['key_missing', 'key_unknown', 'scope_missing', 'rate_limited', 'overloaded', 'stopping'] as const),
    ...(['storage_full', 'header_invalid', 'idempotency_mismatch'] as const),
  ],
  curl: 'curl -X POST $URL/v1/import/close -H "Authorization: Bearer $KEY"',
};
