/**
 * CloudEvents in HTTP binary mode: the envelope in `ce-…` headers, the body is `data` (CloudEvents HTTP binding, 3.1).
 * Extension attributes are left out: nothing here would read them.
 */
import { parseJson, textOf } from '../json-text.js';
import { isMsgpack, JSON_TYPE } from '../media.js';
import { decodeMsgpack } from '../msgpack.js';
import { ProblemError } from '../problem.js';
import type { Head } from '../server/http-server.js';

const ATTRIBUTES = ['specversion', 'id', 'source', 'type', 'subject', 'time'] as const;

/** The `ce-…` headers; undefined where the request is not in binary mode. */
export function binaryModeHeaders(head: Head): ReadonlyMap<string, string> | undefined {
  if (head.header('ce-id') === '' && head.header('ce-specversion') === '') return undefined;
  const found = new Map<string, string>();
  for (const name of ATTRIBUTES) {
    const value = head.header(`ce-${name}`);
    if (value !== '') found.set(name, value);
  }
  return found;
}

/** The event as one object, not yet checked. */
export function fromBinaryMode(type: string, headers: ReadonlyMap<string, string>, body: Uint8Array): unknown {
  const event: Record<string, unknown> = {};
  for (const name of ATTRIBUTES) {
    const value = headers.get(name);
    if (value !== undefined) event[name] = unescaped(name, value);
  }
  if (body.byteLength === 0) event.data = {};
  else if (isMsgpack(type)) {
    const decoded = decodeMsgpack(body);
    if (!decoded.ok) throw new ProblemError('unparseable', decoded.detail);
    event.data = decoded.value;
  } else if (type === JSON_TYPE || type === '' || type.endsWith('+json')) event.data = parseJson(textOf(body));
  else
    throw new ProblemError(
      'media_type_unsupported',
      `In binary mode the body is ${JSON_TYPE} or application/msgpack, not ${type.slice(0, 100)}.`,
    );
  return event;
}

/** Header values are percent-encoded UTF-8. */
function unescaped(name: string, value: string): string {
  const bare = value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
  try {
    return decodeURIComponent(bare);
  } catch {
    const detail = `The header ce-${name} is not percent-encoded UTF-8.`;
    throw new ProblemError('header_invalid', detail, {
      errors: [{ pointer: `/headers/ce-${name}`, code: 'wrong_form', detail }],
    });
  }
}
