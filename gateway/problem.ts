/**
 * Every error the API answers with: one catalogue, one shape (RFC 9457 `application/problem+json`). Documentation, types
 * and replies are made from it, and a test holds them together. A code, once published, keeps its meaning.
 * It is long because it is one catalogue.
 */
import type { Problem as ItemProblem } from '../engine/contract.js';
import { EngineError } from '../engine/contract.js';
import type { Reply } from './server/http-server.js';

interface Entry {
  readonly status: number;
  readonly title: string;
  /** Whether the same request, unchanged, may succeed later. */
  readonly retryable: boolean;
  /** What to do about it; shown at `/problems/<code>`. */
  readonly mend: string;
}

export const problems = {
  unparseable: entry(
    400,
    'The body cannot be read',
    false,
    'Look at the position named in `detail` and at the Content-Type sent.',
  ),
  query_invalid: entry(400, 'A query parameter is wrong', false, '`errors` names the parameter and what it may be.'),
  path_invalid: entry(
    400,
    'The path cannot be read',
    false,
    'Percent-encode each part of the path as UTF-8; an id is 1 to 128 characters without control characters.',
  ),
  header_invalid: entry(400, 'A header is wrong', false, '`errors` names the header and what it may be.'),
  cursor_invalid: entry(
    400,
    'The cursor is not one of ours',
    false,
    'Use a cursor exactly as it was given, with the endpoint that gave it; or leave it out to begin anew.',
  ),
  key_missing: entry(
    401,
    'A key is needed',
    false,
    'Send `Authorization: Bearer <key>` with the key of a digital property.',
  ),
  key_unknown: entry(
    401,
    'The key is not known',
    false,
    'It was mistyped, rotated or revoked. Make a new one with `POST /v1/properties/{id}/rotate`.',
  ),
  scope_missing: entry(
    403,
    'The key may not do this',
    false,
    '`detail` names the scope that is missing; add it to the property with `PUT /v1/properties/{id}`.',
  ),
  route_not_found: entry(404, 'There is nothing at this path', false, 'See `/docs` for every endpoint.'),
  customer_not_found: entry(
    404,
    'This customer has never been seen',
    false,
    'A customer is created by the first event about them.',
  ),
  event_not_found: entry(
    404,
    'This customer has no such event',
    false,
    'Look for the id in `GET /v1/customers/{id}/events`.',
  ),
  program_not_found: entry(
    404,
    'There is no such program version',
    false,
    '`GET /v1/program/versions` lists those there are.',
  ),
  property_not_found: entry(
    404,
    'There is no such digital property',
    false,
    '`GET /v1/properties` lists those there are.',
  ),
  promo_code_not_found: entry(
    404,
    'The program has no such promo code',
    false,
    'Use an id under `promoCodes` of the program in force; only `singleUse` ones are handed out.',
  ),
  problem_not_found: entry(404, 'There is no such problem code', false, '`/problems` lists all of them.'),
  method_not_allowed: entry(
    405,
    'This path does not take this method',
    false,
    'The Allow header lists the methods it takes.',
  ),
  not_acceptable: entry(
    406,
    'No media type asked for can be given',
    false,
    'Accept `application/json` or `application/msgpack`, or leave Accept out.',
  ),
  upload_timed_out: entry(
    408,
    'The body did not arrive in time',
    true,
    'Send it again, in smaller parts where the line is slow.',
  ),
  event_refused: entry(
    409,
    'A business rule said no',
    false,
    '`reason` says which. It is recorded, and repeating the event gives the same answer.',
  ),
  no_program: entry(
    409,
    'No program has been published',
    true,
    'Publish one with `PUT /v1/program`, then send the event again.',
  ),
  codes_used_up: entry(
    409,
    'Not so many codes are left',
    false,
    'Ask for fewer, or raise `count` of the promo code and publish the program.',
  ),
  transaction_conflict: entry(
    409,
    'The step does not fit the transaction',
    false,
    '`detail` says where the transaction stands; `notApplied` names offers that are in the way.',
  ),
  unexpected_net: entry(
    409,
    'The basket comes to another amount',
    false,
    'Nothing was changed. `net` says what it comes to; quote again, or send no `expect`.',
  ),
  property_exists: entry(
    409,
    'A digital property with this id exists',
    false,
    'Choose another id, or change the one there is with `PUT /v1/properties/{id}`.',
  ),
  properties_full: entry(
    409,
    'There are as many digital properties as there may be',
    false,
    'Delete those no longer used.',
  ),
  history_gone: entry(
    410,
    'That part of the history is no longer kept',
    false,
    'The journal is kept for a time that the operator sets.',
  ),
  version_changed: entry(
    412,
    'The program has been changed meanwhile',
    false,
    'Read it again, merge your change, and send the ETag you read in If-Match.',
  ),
  body_too_large: entry(413, 'The body is too large', false, 'Send less at once; `detail` names the limit.'),
  too_many_items: entry(
    413,
    'Too many items in one request',
    false,
    'Send them in several requests; `detail` names the limit.',
  ),
  media_type_unsupported: entry(415, 'This media type is not understood here', false, '`detail` lists those that are.'),
  encoding_unsupported: entry(
    415,
    'Compressed bodies are not understood here',
    false,
    'Send the body without Content-Encoding.',
  ),
  basket_invalid: entry(
    422,
    'The request of the till is not valid',
    false,
    '`errors` names each place and what to do about it.',
  ),
  codes_invalid: entry(
    422,
    'The request for codes is not valid',
    false,
    'Send `{"count": n}`. Nothing was handed out.',
  ),
  event_invalid: entry(
    422,
    'The event is not valid',
    false,
    '`errors` names each field and how to mend it. Nothing was recorded.',
  ),
  program_invalid: entry(
    422,
    'The program is not valid',
    false,
    '`errors` names each path and how to mend it. Nothing was published.',
  ),
  property_invalid: entry(
    422,
    'The digital property is not valid',
    false,
    '`errors` names each field and how to mend it.',
  ),
  idempotency_mismatch: entry(
    422,
    'This Idempotency-Key was used for another request',
    false,
    'Use a new key for a new request; repeat a request with exactly the same body.',
  ),
  upgrade_required: entry(
    426,
    'This endpoint speaks WebSocket',
    false,
    'Connect with a WebSocket client, or read `GET /v1/outcomes` as server-sent events.',
  ),
  rate_limited: entry(
    429,
    'Too much at once for this key',
    true,
    'Wait as long as Retry-After says. The limit is the property’s own, see `GET /v1/properties/{id}`.',
  ),
  internal: entry(
    500,
    'Something went wrong inside',
    true,
    'It was logged with this requestId. Repeating is safe: an event counts once.',
  ),
  overloaded: entry(
    503,
    'Too much at once for this node',
    true,
    'Wait as long as Retry-After says. Nothing was recorded.',
  ),
  stopping: entry(503, 'This node is stopping', true, 'Send it again, to another node or a little later.'),
  shard_stopped: entry(503, 'This customer’s shard does not serve', true, 'Try again; the operators have been told.'),
  customer_parked: entry(
    503,
    'This customer waits for a repair',
    true,
    'Nothing is lost; the operators have been told. Send the event again later.',
  ),
  storage_failed: entry(
    503,
    'The disk failed',
    true,
    'Whether it was recorded is not known: send it again, an event counts once.',
  ),
  streams_full: entry(503, 'There are as many open streams as there may be', true, 'Close those no longer read.'),
  storage_full: entry(
    507,
    'The disk is nearly full',
    true,
    'Reading goes on; writing waits until the operators have made room.',
  ),
} as const satisfies Record<string, Entry>;

export type ProblemCode = keyof typeof problems;

function entry(status: number, title: string, retryable: boolean, mend: string): Entry {
  return { status, title, retryable, mend };
}

/** What a problem carries beside its code. */
export interface ProblemExtras {
  readonly errors?: readonly ItemProblem[];
  readonly retryAfterSeconds?: number;
  /** Further members of the body (RFC 9457: extension members), as JSON values. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** Further headers: name, value, … */
  readonly headers?: readonly string[];
}

/** Thrown by a handler, answered by the router. `detail`: what was wrong with this very request. */
export class ProblemError extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly extras: ProblemExtras = {},
  ) {
    super(`${code}: ${detail}`);
    this.name = 'ProblemError';
  }
}

/** The problem an engine error is to a caller. */
export function ofEngineError(error: EngineError): ProblemError {
  const entry = problems[error.code];
  const seconds = error.retryAfterSeconds ?? (entry.status === 503 || entry.status === 507 ? 1 : undefined);
  return new ProblemError(error.code, error.message, {
    ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }),
    ...(error.errors === undefined ? {} : { errors: error.errors }),
  });
}

/** The problem any thrown thing is; `undefined` for what nobody foresaw (a bug, to be logged). */
export function asProblem(thrown: unknown): ProblemError | undefined {
  if (thrown instanceof ProblemError) return thrown;
  if (thrown instanceof EngineError) return ofEngineError(thrown);
  return undefined;
}

export const PROBLEM_TYPE = 'application/problem+json';

/** The body of a problem. */
export function problemBody(problem: ProblemError, requestId: string): Record<string, unknown> {
  const { title, status, retryable } = problems[problem.code];
  return {
    type: `/problems/${problem.code}`,
    title,
    status,
    detail: problem.detail,
    code: problem.code,
    retryable,
    requestId,
    ...(problem.extras.errors === undefined ? {} : { errors: problem.extras.errors }),
    ...problem.extras.members,
  };
}

export function problemReply(problem: ProblemError, requestId: string): Reply {
  const headers: string[] = ['X-Request-Id', requestId];
  const { retryAfterSeconds, headers: more } = problem.extras;
  const { status } = problems[problem.code];
  if (retryAfterSeconds !== undefined) headers.push('Retry-After', String(Math.max(1, Math.ceil(retryAfterSeconds))));
  else if (status === 429 || status === 503) headers.push('Retry-After', '1');
  if (status === 401) headers.push('WWW-Authenticate', 'Bearer realm="regulars"');
  if (more !== undefined) headers.push(...more);
  return { status, contentType: PROBLEM_TYPE, headers, body: JSON.stringify(problemBody(problem, requestId)) };
}

export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(problems, text);
}
