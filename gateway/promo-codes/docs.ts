/** What OpenAPI says of promo codes. */
import Type from 'typebox';
import { limits } from '../../actors/limits.js';
import type { ProblemCode } from '../problem.js';
import type { RouteDocs } from '../route.js';

const group = 'Promo codes';
const path = { id: 'The promo code’s id in the program.' };
const problems: readonly ProblemCode[] = [
  'path_invalid',
  'query_invalid',
  'key_missing',
  'key_unknown',
  'scope_missing',
  'rate_limited',
  'overloaded',
  'promo_code_not_found',
];
const count = Type.Integer({ minimum: 1, maximum: limits.codesPerIssueMax });
const body = Type.Object({ count }, { additionalProperties: false });

export const list: RouteDocs = {
  group,
  summary: 'The codes of a promo code',
  description:
    'All codes that the program in force has under this id, always in the same order, with whether each was handed out (`POST` here) and whether it is claimed or held by a till. A code for many is one item with the claims so far. As `text/csv` the pages after each other are one file; `Link` names the next.',
  path,
  query: [
    {
      name: 'limit',
      description: 'Codes on a page.',
      schema: Type.Integer({ minimum: 1, maximum: limits.codesPerPageMax, default: 100 }),
    },
    { name: 'cursor', description: '`nextCursor` of the page before.', schema: Type.String() },
    {
      name: 'format',
      description: 'Instead of Accept: `csv` or `json`.',
      schema: Type.Enum(['json', 'csv'], { default: 'json' }),
    },
  ],
  replies: {
    200: {
      description: 'A page.',
      schema: Type.Object({
        items: Type.Array(
          Type.Union([
            Type.Object({ code: Type.String(), issued: Type.Boolean(), claimed: Type.Boolean() }),
            Type.Object({
              code: Type.String(),
              claims: Type.Integer(),
              total: Type.Union([Type.Integer(), Type.Null()]),
              perCustomer: Type.Union([Type.Integer(), Type.Null()]),
            }),
          ]),
        ),
        nextCursor: Type.Union([Type.String(), Type.Null()]),
      }),
    },
  },
  problems: [...problems, 'cursor_invalid'],
  curl: 'curl "$URL/v1/promo-codes/letter/codes?limit=1000" -H "Authorization: Bearer $KEY" -H "Accept: text/csv"',
};

export const issue: RouteDocs = {
  group,
  summary: 'Hand out the next codes of a promo code',
  description:
    'The next `count` generated codes that were not handed out yet: no two calls give the same one, and a repeat with the same Idempotency-Key gives the same ones. Every code of the program can be claimed, handed out or not.',
  path,
  body: { 'application/json': body, 'application/msgpack': body },
  bodyRequired: true,
  replies: {
    200: {
      description: 'The codes, and how many are still to be handed out.',
      schema: Type.Object({ items: Type.Array(Type.Object({ code: Type.String() })), left: Type.Integer() }),
    },
  },
  problems: [
    ...problems,
    'not_acceptable',
    'unparseable',
    'upload_timed_out',
    'body_too_large',
    'media_type_unsupported',
    'encoding_unsupported',
    'header_invalid',
    'idempotency_mismatch',
    'codes_invalid',
    'codes_used_up',
    'stopping',
    'storage_full',
  ],
  curl: `curl $URL/v1/promo-codes/letter/codes -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" -d '{"count": 10}'`,
};
