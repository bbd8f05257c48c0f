/** The OpenAPI 3.1 document, made from the routes themselves. Plain JSON; nothing in it is written twice. */

import { limits } from '../../actors/limits.js';
import { scopes } from '../keys/scope.js';
import { type ProblemCode, problems } from '../problem.js';
import type { Route, SchemaDocs } from '../route.js';
import { components } from './components.js';

export interface OpenApi {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly responses: Readonly<Record<string, unknown>>;
    readonly securitySchemes: Readonly<Record<string, unknown>>;
  };
  readonly [more: string]: unknown;
}
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}
export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly description: string;
    readonly schema: JsonSchema;
  }[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>;
  };
  readonly responses: Readonly<
    Record<
      string,
      {
        readonly description: string;
        readonly content?: Readonly<Record<string, { readonly schema?: JsonSchema; readonly example?: unknown }>>;
      }
    >
  >;
  readonly security: readonly unknown[];
  readonly 'x-scope'?: string;
  readonly 'x-problems': readonly ProblemCode[];
  readonly 'x-curl'?: string;
}

const ABOUT = `Events in, outcomes out, in the same reply. Base path \`/v1\`; \`Authorization: Bearer <key of a digital property>\`.
JSON by default, MessagePack both ways (\`Content-Type\` and \`Accept: application/msgpack\`). Times are RFC 3339 with an offset, money is in minor units.
Errors are \`application/problem+json\` (RFC 9457), whatever was accepted; decide by \`code\`. 429 and 503 carry Retry-After. Every reply carries X-Request-Id, yours if you sent one.
Every POST may carry an Idempotency-Key: the same request again is answered with the same bytes for 30 days (\`Idempotent-Replayed: true\`), another body with it is 422. Requests refused before anything was recorded are judged anew, and so are those that change nothing, such as a quote: of these another body is 422 only as long as the node remembers the key (the newest ${limits.idempotencyKeysNotKeptMax}, not over a restart).
A reply to a write leaves only when the write is on disk.`;

export function openApiDocument(routes: readonly Route[], version: string): OpenApi {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    const path = route.pattern.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Regulars', version, description: ABOUT },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map((route) => route.docs.group))].map((name) => ({ name })),
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(components).map(([name, schema]) => [name, plain(schema)])),
      responses: {},
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          description: `The key of a digital property. Scopes: ${Object.entries(scopes)
            .map(([name, what]) => `\`${name}\` ${what}`)
            .join(' ')}`,
        },
      },
    },
  };
}

function operation(route: Route): Operation {
  const { docs } = route;
  const names = [...route.pattern.matchAll(/:(\w+)/g)].map((match) => match[1] as string);
  return {
    operationId: route.name,
    tags: [docs.group],
    summary: docs.summary,
    ...(docs.description === undefined ? {} : { description: docs.description }),
    parameters: [
      ...names.map((name) => ({
        name,
        in: 'path',
        required: true,
        description: docs.path?.[name] ?? '',
        schema: { type: 'string' },
      })),
      ...(docs.query ?? []).map(({ name, description, schema }) => ({
        name,
        in: 'query',
        required: false,
        description,
        schema: plain(schema),
      })),
      ...(docs.requestHeaders ?? []).map(({ name, description, schema }) => ({
        name,
        in: 'header',
        required: false,
        description,
        schema: plain(schema),
      })),
      ...(route.method === 'POST'
        ? [
            {
              name: 'Idempotency-Key',
              in: 'header',
              required: false,
              description: 'Makes a repeat safe: the same bytes again.',
              schema: { type: 'string', maxLength: 255 },
            },
          ]
        : []),
    ],
    ...(docs.body === undefined
      ? {}
      : {
          requestBody: {
            required: docs.bodyRequired === true,
            content: Object.fromEntries(
              Object.entries(docs.body).map(([type, schema]) => [type, { schema: schemaOf(schema) }]),
            ),
          },
        }),
    responses: { ...replies(route), ...problemReplies(docs.problems) },
    security: route.scope === undefined ? [] : [{ key: [route.scope] }],
    ...(route.scope === undefined ? {} : { 'x-scope': route.scope }),
    'x-problems': docs.problems,
    ...(docs.curl === undefined ? {} : { 'x-curl': docs.curl }),
  };
}

function replies(route: Route): Operation['responses'] {
  return Object.fromEntries(
    Object.entries(route.docs.replies).map(([status, { description, schema, mediaType, example }]) => {
      if (schema === undefined && mediaType === undefined && example === undefined) return [status, { description }];
      const content = {
        ...(schema === undefined ? {} : { schema: schemaOf(schema) }),
        ...(example === undefined ? {} : { example }),
      };
      if (mediaType !== undefined) return [status, { description, content: { [mediaType]: content } }];
      return [status, { description, content: { 'application/json': content, 'application/msgpack': content } }];
    }),
  );
}

/** One response per status, naming the codes it can have. */
function problemReplies(codes: readonly ProblemCode[]): Operation['responses'] {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) byStatus.set(problems[code].status, [...(byStatus.get(problems[code].status) ?? []), code]);
  return Object.fromEntries(
    [...byStatus].map(([status, named]) => [
      String(status),
      {
        description: named.map((code) => `\`${code}\`: ${problems[code].title}.`).join(' '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}

function schemaOf(schema: SchemaDocs): JsonSchema {
  return typeof schema === 'string' ? { $ref: `#/components/schemas/${schema}` } : plain(schema);
}

/** Without TypeBox's own marks; references by bare name become references into this document. */
function plain(schema: object): JsonSchema {
  return JSON.parse(JSON.stringify(schema), (key, value) =>
    key === '$ref' && typeof value === 'string' && /^\w+$/.test(value) ? `#/components/schemas/${value}` : value,
  );
}
