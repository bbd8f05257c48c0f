/** What OpenAPI says of following outcomes. */
import Type from 'typebox';
import { limits } from '../../actors/limits.js';
import type { ProblemCode } from '../problem.js';
import type { RouteDocs } from '../route.js';

const group = 'Delivery';
const problems: readonly ProblemCode[] = [
  'query_invalid',
  'key_missing',
  'key_unknown',
  'scope_missing',
  'rate_limited',
  'streams_full',
  'stopping',
];

export const streamDocs: RouteDocs = {
  group,
  summary: 'Follow outcomes over a WebSocket',
  description: `Subprotocols \`json\` (or \`regulars.json\`) and \`msgpack\` (or \`regulars.msgpack\`); none means JSON. The key comes in the Authorization header or, from a browser, as a further subprotocol \`bearer.<key>\`.

Send \`{"subscribe": {"customers": ["17850"] | "*", "types": ["points.*"], "after": "<cursor>"}}\`; \`after\` absent means from now. You get \`{"subscribed": …}\`, then \`{"cursor", "outcome"}\` for each. Answer \`{"ack": "<cursor>"}\` now and then: it covers all before it, and after ${limits.streamUnacknowledgedMax} without one nothing more is sent. After a reconnect, subscribe with \`after\` = the last cursor you acted on: delivery is at least once, in order for a customer, each outcome with its id. \`{"gap": true}\` says that the cursor was older than the history kept.

Closed with 4400: a message was not understood; 4401: the key no longer holds; 4503: try again; 1001: the node stops. Before 4400 and 4503 an \`{"error": <problem>}\` says why.`,
  replies: { 101: { description: 'The WebSocket is open.' } },
  problems: [...problems, 'upgrade_required'],
  curl: 'npx wscat -s json -H "Authorization: Bearer $KEY" -c ws://localhost:7300/v1/stream',
};
export const outcomesDocs: RouteDocs = {
  group,
  summary: 'Follow outcomes as server-sent events',
  description:
    'The same as the WebSocket, one way. Each event has its cursor as `id`, so a browser resumes by itself. `event: gap` says that the cursor was older than the history kept; `event: error` carries a problem and ends the stream.',
  query: [
    {
      name: 'customers',
      description: 'Ids, parted by commas (a comma in an id as `%2C`); absent: all.',
      schema: Type.String(),
    },
    {
      name: 'types',
      description:
        'Outcome types, parted by commas; `points.*` for all that begin so; absent: all. One that no outcome has is refused.',
      schema: Type.String(),
    },
    { name: 'after', description: 'Resume right after this cursor; absent: from now.', schema: Type.String() },
  ],
  requestHeaders: [
    {
      name: 'Last-Event-ID',
      description: 'The same as `after`, sent by browsers when they resume.',
      schema: Type.String(),
    },
  ],
  replies: { 200: { description: 'A stream of `data: {"cursor", "outcome"}`.', mediaType: 'text/event-stream' } },
  problems: [...problems, 'cursor_invalid'],
  curl: 'curl -N "$URL/v1/outcomes?types=points.*" -H "Authorization: Bearer $KEY"',
};
