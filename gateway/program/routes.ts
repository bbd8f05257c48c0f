/** The program: read, publish in one step, validate, versions, schema (API: Program and platform). */
import type { Json } from '../../actors/event.js';
import { limits } from '../../actors/limits.js';
import { programSchema } from '../../actors/program/document.js';
import { validateProgram } from '../../actors/program/validate.js';
import { formatInstant } from '../../actors/time/instant.js';
import type { Engine, PublishedProgram } from '../../engine/contract.js';
import type { Call } from '../call.js';
import { readDocument } from '../document-body.js';
import { ProblemError } from '../problem.js';
import { headersNamed, type Route } from '../route.js';
import * as docs from './docs.js';

type Publisher = Pick<Engine, 'program' | 'publish' | 'programs' | 'programDocument'>;

export function programRoutes(engine: Publisher): readonly Route[] {
  return [
    {
      method: 'GET',
      pattern: '/v1/program',
      name: 'program.get',
      scope: 'program:read',
      readHead: headersNamed('if-none-match'),
      docs: docs.get,
      handle: (call) => {
        call.query();
        const program = engine.program;
        if (program === undefined) throw new ProblemError('program_not_found', 'No program has been published yet.');
        const tag = tagOf(program.version);
        if (call.headers.get('if-none-match') === tag) return call.raw(304, undefined, undefined, ['ETag', tag]);
        const published = engine.programs().find(({ version }) => version === program.version);
        return call.answer(
          200,
          {
            ...(published === undefined ? { version: program.version } : shown(published)),
            document: program.document,
          },
          ['ETag', tag],
        );
      },
    },
    {
      method: 'PUT',
      pattern: '/v1/program',
      name: 'program.put',
      scope: 'program:write',
      bodyBytesMax: limits.programBytesMax,
      readHead: headersNamed('if-match', 'if-none-match'),
      docs: docs.put,
      handle: async (call, body) => {
        call.query();
        const document = validated(call, body);
        refuseChanged(engine, call);
        const published = await engine.publish(document, call.by.id);
        return call.answer(200, shown(published), ['ETag', tagOf(published.version)]);
      },
    },
    {
      method: 'POST',
      pattern: '/v1/program/validate',
      name: 'program.validate',
      scope: 'program:read',
      bodyBytesMax: limits.programBytesMax,
      docs: docs.validate,
      handle: (call, body) => {
        call.query();
        const result = validateProgram(readDocument(call.contentType, body, { yaml: true }));
        return call.answer(200, result.ok ? { valid: true, errors: [] } : { valid: false, errors: result.errors });
      },
    },
    {
      method: 'GET',
      pattern: '/v1/program/versions',
      name: 'program.versions',
      scope: 'program:read',
      docs: docs.versions,
      handle: (call) => {
        call.query();
        const items = [...engine.programs()].sort((a, b) => b.version - a.version).map(shown);
        return call.answer(200, { items, nextCursor: null });
      },
    },
    {
      method: 'GET',
      pattern: '/v1/program/versions/:version',
      name: 'program.version',
      scope: 'program:read',
      docs: docs.version,
      handle: async (call) => {
        call.query();
        const text = call.params[0] as string;
        const published = /^[1-9]\d{0,8}$/.test(text)
          ? engine.programs().find(({ version }) => version === Number(text))
          : undefined;
        const document: Json | undefined =
          published === undefined ? undefined : await engine.programDocument(published.version);
        if (published === undefined || document === undefined) {
          throw new ProblemError('program_not_found', `There is no version "${text.slice(0, 50)}".`);
        }
        return call.answer(200, { ...shown(published), document }, ['ETag', tagOf(published.version)]);
      },
    },
    {
      method: 'GET',
      pattern: '/v1/program/schema',
      name: 'program.schema',
      scope: undefined,
      docs: docs.schema,
      handle: (call) => {
        call.query();
        return call.answer(200, programSchema);
      },
    },
  ];
}

function validated(call: Call, body: Uint8Array): unknown {
  const result = validateProgram(readDocument(call.contentType, body, { yaml: true }));
  if (result.ok) return result.document;
  const count = result.errors.length;
  throw new ProblemError(
    'program_invalid',
    count === 1 ? 'One problem, see errors.' : `${count} problems, see errors.`,
    {
      errors: result.errors,
    },
  );
}

/** If-Match: publish only over the version read; `If-None-Match: *`: only the first one. */
function refuseChanged(engine: Publisher, call: Call): void {
  const present = engine.program === undefined ? undefined : tagOf(engine.program.version);
  const match = call.headers.get('if-match');
  if (match !== undefined) {
    const tags = match.split(',').map((tag) => tag.trim());
    const holds = present !== undefined && (tags.includes('*') || tags.includes(present));
    if (!holds)
      throw new ProblemError(
        'version_changed',
        `In force is ${present ?? 'no version at all'}, If-Match named ${match.slice(0, 100)}.`,
      );
  }
  if (call.headers.get('if-none-match') === '*' && present !== undefined) {
    throw new ProblemError('version_changed', `A program is in force already: ${present}.`);
  }
}

function tagOf(version: number): string {
  return `"${version}"`;
}

function shown(published: PublishedProgram): { version: number; publishedAt: string; publishedBy: string } {
  const { version, publishedAt, publishedBy } = published;
  return { version, publishedAt: formatInstant(publishedAt, 'UTC'), publishedBy };
}
