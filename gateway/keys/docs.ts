/** What OpenAPI says of digital properties. */
import Type from 'typebox';
import type { ProblemCode } from '../problem.js';
import type { RouteDocs } from '../route.js';
import { PropertyChangeSchema, PropertyCreationSchema, RotationSchema } from './property.js';

const group = 'Digital properties';
const reading: readonly ProblemCode[] = [
  'query_invalid',
  'key_missing',
  'key_unknown',
  'scope_missing',
  'not_acceptable',
  'rate_limited',
  'overloaded',
];
const writing: readonly ProblemCode[] = [...reading, 'stopping', 'storage_full'];
const bodyProblems: readonly ProblemCode[] = [
  'unparseable',
  'upload_timed_out',
  'body_too_large',
  'media_type_unsupported',
  'encoding_unsupported',
  'property_invalid',
];
const posting: readonly ProblemCode[] = ['header_invalid', 'idempotency_mismatch'];
const path = { id: 'The property’s id.' };
const auth = '-H "Authorization: Bearer $KEY"';

export const create: RouteDocs = {
  group,
  summary: 'Create a digital property',
  description:
    'The reply shows its `key`, once: only a hash is kept. A repeat with the same Idempotency-Key answers with `"key": null`; rotate the key where the first reply was lost.',
  body: { 'application/json': PropertyCreationSchema, 'application/msgpack': PropertyCreationSchema },
  bodyRequired: true,
  replies: { 201: { description: 'Created.', schema: 'PropertyWithKey' } },
  problems: [...writing, ...bodyProblems, ...posting, 'property_exists', 'properties_full'],
  curl: `curl $URL/v1/properties ${auth} -H "Content-Type: application/json" -d '{"id":"pos","name":"Tills","kind":"api","scopes":["events:write","customers:read"]}'`,
};
export const list: RouteDocs = {
  group,
  summary: 'All digital properties',
  replies: {
    200: {
      description: 'All of them.',
      schema: Type.Object({ items: Type.Array(Type.Ref('Property')), nextCursor: Type.Null() }),
    },
  },
  problems: reading,
  curl: `curl $URL/v1/properties ${auth}`,
};
export const get: RouteDocs = {
  group,
  summary: 'One digital property',
  path,
  replies: { 200: { description: 'The property.', schema: 'Property' } },
  problems: [...reading, 'property_not_found'],
  curl: `curl $URL/v1/properties/pos ${auth}`,
};
export const put: RouteDocs = {
  group,
  summary: 'Change a digital property',
  description:
    'Replaces name, kind, scopes, rate and `disabled`; its keys stay. Open streams of the property are closed and may connect again.',
  path,
  body: { 'application/json': PropertyChangeSchema, 'application/msgpack': PropertyChangeSchema },
  bodyRequired: true,
  replies: { 200: { description: 'Changed.', schema: 'Property' } },
  problems: [...writing, ...bodyProblems, 'property_not_found'],
  curl: `curl -X PUT $URL/v1/properties/pos ${auth} -H "Content-Type: application/json" -d '{"name":"Tills","kind":"api","scopes":["events:write"],"rate":{"events":{"perSecond":200,"burst":1000}}}'`,
};
export const remove: RouteDocs = {
  group,
  summary: 'Delete a digital property',
  path,
  replies: { 204: { description: 'Deleted, its keys with it.' } },
  problems: [...writing, 'property_not_found'],
  curl: `curl -X DELETE $URL/v1/properties/pos ${auth}`,
};
export const rotate: RouteDocs = {
  group,
  summary: 'Give a digital property a new key',
  description: 'The reply shows the new `key`, once. The old one stops at once, or after `overlapSeconds`.',
  path,
  body: { 'application/json': RotationSchema, 'application/msgpack': RotationSchema },
  replies: { 200: { description: 'Rotated.', schema: 'PropertyWithKey' } },
  problems: [...writing, ...bodyProblems, ...posting, 'property_not_found'],
  curl: `curl $URL/v1/properties/pos/rotate ${auth} -H "Content-Type: application/json" -d '{"overlapSeconds":3600}'`,
};
export const revoke: RouteDocs = {
  group,
  summary: 'Revoke the keys of a digital property',
  description: 'All its keys stop at once. The property stays; `rotate` gives it a key again.',
  path,
  replies: { 200: { description: 'Revoked.', schema: 'Property' } },
  problems: [...writing, ...posting, 'property_not_found'],
  curl: `curl -X POST $URL/v1/properties/pos/revoke ${auth}`,
};
