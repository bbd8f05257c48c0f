/** What OpenAPI says of the program. */
import Type from 'typebox';
import type { ProblemCode } from '../problem.js';
import type { RouteDocs } from '../route.js';

const group = 'Program';
const reading: readonly ProblemCode[] = [
  'query_invalid',
  'key_missing',
  'key_unknown',
  'scope_missing',
  'not_acceptable',
  'rate_limited',
  'overloaded',
];
const body = { 'application/json': 'Program', 'application/yaml': 'Program', 'application/msgpack': 'Program' };
const bodyProblems: readonly ProblemCode[] = [
  'unparseable',
  'upload_timed_out',
  'body_too_large',
  'media_type_unsupported',
  'encoding_unsupported',
];

export const get: RouteDocs = {
  group,
  summary: 'The program in force',
  description:
    'Its ETag is the version: send it in If-Match when publishing a change, so that nobody’s change is lost.',
  replies: {
    200: { description: 'The program.', schema: 'PublishedDocument' },
    304: { description: 'If-None-Match named the version in force.' },
  },
  problems: [...reading, 'program_not_found'],
  curl: 'curl $URL/v1/program -H "Authorization: Bearer $KEY"',
};
export const put: RouteDocs = {
  group,
  summary: 'Publish a program',
  description: 'Validated whole, then in force in one step. The reply leaves when it is durable.',
  requestHeaders: [{ name: 'If-Match', description: 'Publish only over this version: `"12"`.', schema: Type.String() }],
  body,
  bodyRequired: true,
  replies: { 200: { description: 'Published.', schema: 'Published' } },
  problems: [...reading, ...bodyProblems, 'version_changed', 'program_invalid', 'stopping', 'storage_full'],
  curl: 'curl -X PUT $URL/v1/program -H "Authorization: Bearer $KEY" -H "Content-Type: application/yaml" --data-binary @program.yaml',
};
export const validate: RouteDocs = {
  group,
  summary: 'Check a program without publishing it',
  body,
  bodyRequired: true,
  replies: {
    200: {
      description: 'Every problem, with its path and how to mend it.',
      schema: Type.Object({ valid: Type.Boolean(), errors: Type.Array(Type.Ref('ErrorItem')) }),
    },
  },
  problems: [...reading, ...bodyProblems, 'idempotency_mismatch'],
  curl: 'curl $URL/v1/program/validate -H "Authorization: Bearer $KEY" -H "Content-Type: application/yaml" --data-binary @program.yaml',
};
export const versions: RouteDocs = {
  group,
  summary: 'All published versions',
  replies: {
    200: {
      description: 'Newest first.',
      schema: Type.Object({ items: Type.Array(Type.Ref('Published')), nextCursor: Type.Null() }),
    },
  },
  problems: reading,
  curl: 'curl $URL/v1/program/versions -H "Authorization: Bearer $KEY"',
};
export const version: RouteDocs = {
  group,
  summary: 'One published version',
  path: { version: 'Its number.' },
  replies: { 200: { description: 'The program as it was published.', schema: 'PublishedDocument' } },
  problems: [...reading, 'program_not_found'],
  curl: 'curl $URL/v1/program/versions/1 -H "Authorization: Bearer $KEY"',
};
export const schema: RouteDocs = {
  group,
  summary: 'The JSON Schema of a program',
  description: 'For editors: completion and checks while typing. Needs no key.',
  replies: { 200: { description: 'JSON Schema 2020-12.', schema: Type.Object({}) } },
  problems: ['query_invalid', 'not_acceptable'],
  curl: 'curl $URL/v1/program/schema',
};
