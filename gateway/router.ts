/**
 * Every request passes here once: route, key, scope, limits, format; then its handler; then the reply, counted. What
 * can be refused is refused before the body is read (DESIGN D6: early and cheaply).
 */
import { limits } from '../actors/limits.js';
import { Call } from './call.js';
import type { Idempotency } from './idempotency.js';
import { bearerOf } from './keys/bearer.js';
import type { Caller, Keyring } from './keys/keyring.js';
import type { Logger } from './log.js';
import { type Format, wantedFormat } from './media.js';
import { asProblem, ProblemError, problemReply, problems } from './problem.js';
import { rateProblem } from './rate-problem.js';
import { isRequestId, type RequestIds } from './request-id.js';
import type { Route } from './route.js';
import type { RouteTable } from './route-table.js';
import {
  type Accepted,
  DROPPED,
  type Head,
  isLater,
  type Reply,
  type Site,
  type Upload,
} from './server/http-server.js';
import type { Traffic } from './traffic.js';

const NO_HEADERS: ReadonlyMap<string, string> = new Map();
const NO_BODY = new Uint8Array(0);

export interface RouterParts {
  readonly table: RouteTable;
  readonly keyring: Keyring;
  readonly idempotency: Idempotency;
  readonly traffic: Traffic;
  readonly requestIds: RequestIds;
  readonly log: Logger;
  /** Origins browsers may call from; empty: none. `*`: any. */
  readonly corsOrigins: readonly string[];
}

export class Router implements Site {
  #inFlight = 0;

  constructor(private readonly parts: RouterParts) {}

  admit(head: Head): Reply | Promise<Reply> | Upload {
    const origin = this.parts.corsOrigins.length === 0 ? '' : head.header('origin');
    if (head.method === 'OPTIONS') return this.#options(head, origin);
    const requestId = this.#requestId(head);
    const startedAt = performance.now();
    let call: Call;
    try {
      call = this.#call(head, requestId, startedAt);
    } catch (thrown) {
      return this.#shared(origin, this.#refusal(undefined, requestId, startedAt, thrown));
    }
    if (call.method === 'POST' || call.method === 'PUT') return new Body(this, call, origin);
    return this.run(call, NO_BODY, origin);
  }

  upgrade(head: Head): Accepted | Reply {
    const requestId = this.#requestId(head);
    const startedAt = performance.now();
    try {
      const call = this.#call(head, requestId, startedAt);
      if (call.route.upgrade === undefined) {
        throw new ProblemError('route_not_found', `${call.path} is no WebSocket; connect to /v1/stream.`);
      }
      const accepted = call.route.upgrade(call, head);
      this.parts.traffic.answered(call.route, 101, startedAt);
      return accepted;
    } catch (thrown) {
      return this.#refusal(undefined, requestId, startedAt, thrown);
    }
  }

  run(call: Call, body: Uint8Array, origin: string): Reply | Promise<Reply> {
    if (this.#inFlight >= limits.requestsInFlightMax) {
      const full = new ProblemError('overloaded', `${limits.requestsInFlightMax} requests are in flight already.`);
      return this.#shared(origin, this.refused(call, full));
    }
    let reply: Reply | Promise<Reply>;
    try {
      reply =
        call.idempotencyKey !== '' && call.method === 'POST'
          ? this.parts.idempotency.answer(call, body)
          : call.route.handle(call, body);
    } catch (thrown) {
      return this.#shared(origin, this.refused(call, thrown));
    }
    if (!isLater(reply)) return this.#shared(origin, this.#answered(call, reply));
    this.#inFlight++;
    return reply.then(
      (settled) => {
        this.#inFlight--;
        return this.#shared(origin, this.#answered(call, settled));
      },
      (thrown) => {
        this.#inFlight--;
        return this.#shared(origin, this.refused(call, thrown));
      },
    );
  }

  refused(call: Call, thrown: unknown): Reply {
    return this.#refusal(call.route, call.requestId, call.startedAt, thrown);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  #call(head: Head, requestId: string, startedAt: number): Call {
    const { method, path } = head;
    const matched = this.parts.table.match(method, path);
    if (matched === undefined) throw new ProblemError('route_not_found', `There is nothing at ${path.slice(0, 200)}.`);
    if ('length' in matched) {
      const allow = allowOf(matched);
      throw new ProblemError('method_not_allowed', `${path} takes ${allow}, not ${method.slice(0, 20)}.`, {
        headers: ['Allow', allow],
      });
    }
    const { route } = matched;
    const caller = route.scope === undefined ? undefined : this.#caller(head, route);
    const hasBody = route.method === 'POST' || route.method === 'PUT';
    const contentType = hasBody ? head.header('content-type') : '';
    if (hasBody) refuseEncoded(head.header('content-encoding'));
    return new Call(
      route,
      method,
      path,
      head.query,
      matched.params.length === 0 ? matched.params : matched.params.map(decoded),
      requestId,
      caller,
      contentType,
      route.ownFormat === true ? 'json' : formatOf(head.header('accept'), contentType),
      route.method === 'POST' ? idempotencyKeyOf(head.header('idempotency-key')) : '',
      route.readHead?.(head) ?? NO_HEADERS,
      startedAt,
    );
  }

  #caller(head: Head, route: Route): Caller {
    const key = bearerOf(head, route.upgrade !== undefined);
    if (key === '') throw new ProblemError('key_missing', 'No key was sent. Send `Authorization: Bearer <key>`.');
    const caller = this.parts.keyring.callerOf(key);
    if (caller === undefined)
      throw new ProblemError('key_unknown', 'The key sent is unknown, disabled or no longer valid.');
    if (route.scope !== undefined && !caller.may(route.scope)) {
      throw new ProblemError('scope_missing', `The key of "${caller.id}" lacks the scope \`${route.scope}\`.`);
    }
    const seconds = caller.requests === undefined ? 0 : caller.requests.take(1);
    if (seconds > 0) throw rateProblem(caller, 'requests', seconds);
    return caller;
  }

  #requestId(head: Head): string {
    const sent = head.header('x-request-id');
    return sent !== '' && isRequestId(sent) ? sent : this.parts.requestIds.next();
  }

  #answered(call: Call, reply: Reply): Reply {
    this.parts.traffic.answered(call.route, reply.status, call.startedAt);
    return reply;
  }

  #refusal(route: Route | undefined, requestId: string, startedAt: number, thrown: unknown): Reply {
    let problem = asProblem(thrown);
    if (problem === undefined) {
      this.parts.log.log('error', 'a request failed inside', { requestId, route: route?.name, error: thrown });
      problem = new ProblemError('internal', 'Nobody foresaw this. It was logged.');
    }
    this.parts.traffic.answered(route, problems[problem.code].status, startedAt);
    // DESIGN D12: after a failed commit nothing held is answered; the outcome is unknown and a repeat tells.
    if (problem.code === 'storage_failed') return DROPPED;
    return problemReply(problem, requestId);
  }

  #options(head: Head, origin: string): Reply {
    const matched = this.parts.table.match('OPTIONS', head.path);
    const methods = matched === undefined || !('length' in matched) ? [] : matched;
    const allow = ['Allow', allowOf(methods)];
    if (!this.#allows(origin)) return { status: 204, headers: allow };
    return this.#shared(origin, {
      status: 204,
      headers: [
        ...allow,
        'Access-Control-Allow-Methods',
        allowOf(methods),
        'Access-Control-Allow-Headers',
        'Authorization, Content-Type, Accept, Idempotency-Key, X-Request-Id, If-Match, Last-Event-ID',
        'Access-Control-Max-Age',
        '7200',
      ],
    });
  }

  #allows(origin: string): boolean {
    const { corsOrigins } = this.parts;
    return origin !== '' && (corsOrigins.includes('*') || corsOrigins.includes(origin));
  }

  #shared(origin: string, reply: Reply): Reply {
    if (origin === '' || !this.#allows(origin)) return reply;
    const cors = [
      'Access-Control-Allow-Origin',
      origin,
      'Vary',
      'Origin',
      'Access-Control-Expose-Headers',
      'X-Request-Id, Retry-After, ETag, Idempotent-Replayed',
    ];
    return { ...reply, headers: [...(reply.headers ?? []), ...cors] };
  }
}

/** A request whose body is awaited. */
class Body implements Upload {
  readonly maxBytes: number;

  constructor(
    private readonly router: Router,
    private readonly call: Call,
    private readonly origin: string,
  ) {
    this.maxBytes = call.route.bodyBytesMax ?? limits.bodyBytesMax;
  }

  receive(body: Uint8Array): Reply | Promise<Reply> {
    return this.router.run(this.call, body, this.origin);
  }

  refuse(why: 'body_too_large' | 'upload_timed_out'): Reply {
    const detail =
      why === 'body_too_large'
        ? `A body here may have ${this.maxBytes} bytes.`
        : `A body must arrive within ${limits.uploadMsMax} ms, and never pause for ${limits.uploadStallMsMax} ms.`;
    return this.router.refused(this.call, new ProblemError(why, detail));
  }
}

function allowOf(methods: readonly string[]): string {
  const all = methods.includes('GET') ? [...methods, 'HEAD'] : [...methods];
  return [...all, 'OPTIONS'].join(', ');
}

function decoded(part: string): string {
  let text: string;
  try {
    text = decodeURIComponent(part);
  } catch {
    throw new ProblemError('path_invalid', `"${part.slice(0, 100)}" is not percent-encoded UTF-8.`);
  }
  return text;
}

function formatOf(accept: string, contentType: string): Format {
  const format = wantedFormat(accept, contentType);
  if (format === undefined) throw new ProblemError('not_acceptable', `Nothing here is ${accept.slice(0, 100)}.`);
  return format;
}

function refuseEncoded(encoding: string): void {
  if (encoding === '' || encoding === 'identity') return;
  throw new ProblemError('encoding_unsupported', `Content-Encoding: ${encoding.slice(0, 50)} is not understood here.`);
}

function idempotencyKeyOf(key: string): string {
  if (key.length <= limits.idempotencyKeyCharactersMax) return key;
  const detail = `An Idempotency-Key has at most ${limits.idempotencyKeyCharactersMax} characters.`;
  throw new ProblemError('header_invalid', detail, {
    errors: [{ pointer: '/headers/idempotency-key', code: 'wrong_length', detail }],
  });
}
