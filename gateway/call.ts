/**
 * One request on its way through the router: what its head said (read while it could be), who asks, and how it is
 * answered. Handlers see this and never a server.
 */
import type { KeepReply, KeptReply } from '../engine/contract.js';
import type { Caller } from './keys/keyring.js';
import { type Format, JSON_TYPE, MSGPACK_TYPE } from './media.js';
import { encodeMsgpack } from './msgpack.js';
import { ProblemError } from './problem.js';
import type { Route } from './route.js';
import type { Payload, Reply, Source } from './server/http-server.js';

export class Call {
  /** Set where the caller sent an Idempotency-Key and nobody has answered it yet. */
  keeping: { readonly scope: string; readonly key: string; readonly fingerprint: string } | undefined;
  /** The engine was asked to keep the reply. */
  isKept = false;

  constructor(
    readonly route: Route,
    readonly method: string,
    readonly path: string,
    /** Without the question mark. */
    readonly queryText: string,
    /** Parts of the path behind `:names`, decoded. */
    readonly params: readonly string[],
    readonly requestId: string,
    /** Undefined on routes that need no key. */
    readonly caller: Caller | undefined,
    readonly contentType: string,
    readonly format: Format,
    readonly idempotencyKey: string,
    /** Headers the route asked to see, by name. */
    readonly headers: ReadonlyMap<string, string>,
    /** Monotonic ms. */
    readonly startedAt: number,
  ) {}

  /** The property that asks; routes with a scope always have one. */
  get by(): Caller {
    if (this.caller === undefined) throw new Error(`${this.route.name} needs a key and was admitted without`);
    return this.caller;
  }

  /** Query parameters; throws `query_invalid` for one the route does not know, so that a typing error is never silent. */
  query(...known: readonly string[]): URLSearchParams {
    const given = new URLSearchParams(this.queryText);
    for (const name of given.keys()) {
      if (known.includes(name)) continue;
      const detail = known.length === 0 ? 'This endpoint takes no query parameters.' : `It may be ${known.join(', ')}.`;
      throw queryProblem(name, `"${name}" is not a parameter of this endpoint. ${detail}`);
    }
    return given;
  }

  /** What the engine keeps under the caller's Idempotency-Key; undefined where there is none. */
  keep(render: () => KeptReply | undefined): KeepReply | undefined {
    if (this.keeping === undefined) return undefined;
    this.isKept = true;
    return { ...this.keeping, render };
  }

  /** A value in the format the caller wants. */
  answer(status: number, value: unknown, headers?: readonly string[]): Reply {
    return this.format === 'msgpack'
      ? this.raw(status, MSGPACK_TYPE, encodeMsgpack(value), headers)
      : this.raw(status, JSON_TYPE, JSON.stringify(value), headers);
  }

  raw(
    status: number,
    contentType: string | undefined,
    body: Payload | Source | undefined,
    headers?: readonly string[],
  ): Reply {
    const own = ['X-Request-Id', this.requestId];
    return { status, contentType, headers: headers === undefined ? own : [...own, ...headers], body };
  }
}

export function queryProblem(name: string, detail: string): ProblemError {
  return new ProblemError('query_invalid', detail, {
    errors: [{ pointer: `/query/${name}`, code: 'query_invalid', detail }],
  });
}
