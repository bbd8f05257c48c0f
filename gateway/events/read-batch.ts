/**
 * From a request's bytes to events that are valid in themselves. One bad item never spoils the others: it keeps its
 * place with its problems. Only a body that cannot be read at all is refused whole.
 */
import type { Event } from '../../actors/event.js';
import { readEvent } from '../../actors/events/read.js';
import { limits } from '../../actors/limits.js';
import type { Problem } from '../../engine/contract.js';
import { findJsonError } from '../json-error.js';
import { parseJson, textOf } from '../json-text.js';
import { isMsgpack, JSON_TYPE, mediaType } from '../media.js';
import { decodeMsgpack } from '../msgpack.js';
import { ProblemError } from '../problem.js';
import { fromBinaryMode } from './binary-mode.js';

export const NDJSON_TYPE = 'application/x-ndjson';
export const CLOUDEVENT_TYPE = 'application/cloudevents+json';
export const CLOUDEVENTS_TYPE = 'application/cloudevents-batch+json';
/** What `curl -d` says when nobody tells it otherwise. */
export const FORM_TYPE = 'application/x-www-form-urlencoded';
const TAKEN = `${JSON_TYPE}, ${NDJSON_TYPE}, ${CLOUDEVENT_TYPE}, ${CLOUDEVENTS_TYPE}, application/msgpack`;

export interface InvalidItem {
  /** As sent, where they are text. */
  readonly id: string | undefined;
  readonly source: string | undefined;
  /** Of NDJSON, from 1; only where the line itself cannot be read. */
  readonly line: number | undefined;
  readonly errors: readonly Problem[];
}

export interface Batch {
  /** One event was sent, not a list: it is answered by itself. */
  readonly single: boolean;
  /** The valid ones, in the order sent. */
  readonly events: readonly Event[];
  /** By place in what was sent: what is wrong, or undefined for the next of `events`. Undefined where all are valid. */
  readonly invalid: readonly (InvalidItem | undefined)[] | undefined;
}

/** `headers`: the `ce-…` ones, for CloudEvents in binary mode. Throws `unparseable`, `too_many_items`, `media_type_unsupported`. */
export function readBatch(
  contentType: string,
  headers: ReadonlyMap<string, string>,
  body: Uint8Array,
  defaultSource: string,
): Batch {
  const type = mediaType(contentType);
  if (headers.size > 0) return readList([fromBinaryMode(type, headers, body)], true, defaultSource);
  if (type === NDJSON_TYPE || type === 'application/ndjson' || type === 'application/jsonl') {
    return readLines(textOf(body), defaultSource);
  }
  let value: unknown;
  if (isMsgpack(type)) {
    const decoded = decodeMsgpack(body);
    if (!decoded.ok) throw new ProblemError('unparseable', decoded.detail);
    value = decoded.value;
  } else if (
    type === JSON_TYPE ||
    type === '' ||
    type === FORM_TYPE ||
    type === CLOUDEVENT_TYPE ||
    type === CLOUDEVENTS_TYPE
  ) {
    value = parseJson(textOf(body));
  } else
    throw new ProblemError('media_type_unsupported', `${type.slice(0, 100)} is not read here. Send one of ${TAKEN}.`);
  if (!Array.isArray(value)) {
    if (type === CLOUDEVENTS_TYPE)
      throw new ProblemError('unparseable', `${CLOUDEVENTS_TYPE} is a JSON array of events.`);
    return readList([value], true, defaultSource);
  }
  if (type === CLOUDEVENT_TYPE)
    throw new ProblemError('unparseable', `${CLOUDEVENT_TYPE} is one event; send a list as ${CLOUDEVENTS_TYPE}.`);
  return readList(value, false, defaultSource);
}

function readList(items: readonly unknown[], single: boolean, defaultSource: string): Batch {
  refuseTooMany(items.length);
  const events: Event[] = [];
  let invalid: (InvalidItem | undefined)[] | undefined;
  for (let at = 0; at < items.length; at++) {
    const item = items[at];
    const read = readEvent(item, defaultSource);
    if (read.ok) events.push(read.event);
    else {
      invalid ??= new Array<InvalidItem | undefined>(items.length).fill(undefined);
      invalid[at] = invalidItem(item, read.errors);
    }
  }
  return { single, events, invalid };
}

function readLines(text: string, defaultSource: string): Batch {
  const events: Event[] = [];
  const invalid: (InvalidItem | undefined)[] = [];
  let flawed = false;
  let line = 0;
  for (let from = 0; from < text.length; ) {
    let to = text.indexOf('\n', from);
    if (to < 0) to = text.length;
    const row = text.slice(from, to);
    from = to + 1;
    line++;
    let item: unknown;
    try {
      item = JSON.parse(row);
    } catch {
      if (row.trim() === '') continue;
      flawed = true;
      invalid.push(unreadableLine(row, line));
      continue;
    }
    const read = readEvent(item, defaultSource);
    if (read.ok) {
      events.push(read.event);
      invalid.push(undefined);
    } else {
      flawed = true;
      invalid.push(invalidItem(item, read.errors));
    }
    if (invalid.length > limits.itemsPerRequestMax) refuseTooMany(invalid.length);
  }
  refuseTooMany(invalid.length);
  return { single: false, events, invalid: flawed ? invalid : undefined };
}

function unreadableLine(row: string, line: number): InvalidItem {
  const fault = findJsonError(row);
  const detail = fault === undefined ? 'not JSON' : fault.detail.replace(/line \d+, /, '');
  return {
    id: undefined,
    source: undefined,
    line,
    errors: [{ pointer: '', code: 'unparseable', detail: `Line ${line} is ${detail}.` }],
  };
}

function invalidItem(item: unknown, errors: readonly Problem[]): InvalidItem {
  const { id, source } = (typeof item === 'object' && item !== null ? item : {}) as { id?: unknown; source?: unknown };
  return { id: shortText(id), source: shortText(source), line: undefined, errors };
}

/** What is said back of an id that was refused: text, and not more of it than an id may have. */
function shortText(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, limits.idCharactersMax) : undefined;
}

function refuseTooMany(count: number): void {
  if (count <= limits.itemsPerRequestMax) return;
  throw new ProblemError('too_many_items', `A request may have ${limits.itemsPerRequestMax} events.`);
}
