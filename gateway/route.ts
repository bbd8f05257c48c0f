/** An endpoint: where it is, who may use it, how it is documented, and what it does. Only types and the path pattern. */
import type { Call } from './call.js';
import type { Scope } from './keys/scope.js';
import type { ProblemCode } from './problem.js';
import type { Accepted, Head, Reply } from './server/http-server.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface Route {
  readonly method: Method;
  /** `/v1/customers/:id/events` */
  readonly pattern: string;
  /** Of the metric label and the OpenAPI operation. */
  readonly name: string;
  /** Undefined: no key is needed. */
  readonly scope: Scope | undefined;
  /** Of the body; only for methods that have one. Default: `limits.bodyBytesMax`. */
  readonly bodyBytesMax?: number;
  /** Takes the headers the handler looks at, while they can be read; they become `call.headers`. */
  readonly readHead?: (head: Head) => ReadonlyMap<string, string> | undefined;
  /** The reply may be other than JSON or msgpack (a page, a stream): Accept is the handler's own business. */
  readonly ownFormat?: boolean;
  readonly docs: RouteDocs;
  handle(call: Call, body: Uint8Array): Reply | Promise<Reply>;
  /** Where a WebSocket may be asked for; `call.headers` are read. Throws a problem to refuse. */
  upgrade?(call: Call, head: Head): Accepted;
}

export interface RouteDocs {
  readonly group: string;
  readonly summary: string;
  readonly description?: string;
  readonly query?: readonly ParameterDocs[];
  readonly path?: Readonly<Record<string, string>>;
  readonly requestHeaders?: readonly ParameterDocs[];
  /** Schemas by media type: names of `components/schemas`, or a schema. */
  readonly body?: Readonly<Record<string, SchemaDocs>>;
  readonly bodyRequired?: boolean;
  readonly replies: Readonly<
    Record<
      string,
      {
        readonly description: string;
        readonly schema?: SchemaDocs;
        readonly mediaType?: string;
        readonly example?: unknown;
      }
    >
  >;
  readonly problems: readonly ProblemCode[];
  readonly curl?: string;
}
export interface ParameterDocs {
  readonly name: string;
  readonly description: string;
  readonly schema: object;
}
/** A component by name, or a schema written in place. */
export type SchemaDocs = string | object;

/** A `readHead` for these headers, in lower case; those absent are left out. */
export function headersNamed(...names: readonly string[]): (head: Head) => ReadonlyMap<string, string> {
  return (head) => {
    const found = new Map<string, string>();
    for (const name of names) {
      const value = head.header(name);
      if (value !== '') found.set(name, value);
    }
    return found;
  };
}
