/**
 * From a request's bytes to events that are valid in themselves, one by one as they are asked for: a large body is
 * read only when its turn comes, so that no more than its bytes waits meanwhile. One bad item never spoils the others:
 * it keeps its place with its problems. Only a body that cannot be read at all is refused whole.
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
/** A body up to here is read at once, so that its faults are told before it waits for a turn. */
const SMALL_BYTES = 16_384;
/** A list that was not read yet is taken for so many bytes an event. */
const EVENT_BYTES = 128;
const NEWLINE = 10;

/** An item that is no event, and why. */
export class InvalidItem {
  constructor(
    /** As sent, where they are text. */
    readonly id: string | undefined,
    readonly source: string | undefined,
    /** Of NDJSON, from 1; only where the line itself cannot be read. */
    readonly line: number | undefined,
    readonly errors: readonly Problem[],
  ) {}
}

export interface Batch {
  /** One event was sent, not a list: it is answered by itself. */
  readonly single: boolean;
  /** About how many items there are: exact once it was read. */
  readonly count: number;
  /** The next item as sent, undefined after the last. Throws `unparseable`, `too_many_items` at the first. */
  next(): Event | InvalidItem | undefined;
  /** Reads the body now, where it must be: then `count` is exact. Throws like `next`. */
  read(): void;
}

/** `headers`: the `ce-…` ones, for CloudEvents in binary mode. Throws `unparseable`, `too_many_items`, `media_type_unsupported`. */
export function readBatch(
  contentType: string,
  headers: ReadonlyMap<string, string>,
  body: Uint8Array,
  defaultSource: string,
): Batch {
  const type = mediaType(contentType);
  if (headers.size > 0) return new Items(true, [fromBinaryMode(type, headers, body)], 1, defaultSource);
  if (type === NDJSON_TYPE || type === 'application/ndjson' || type === 'application/jsonl') {
    return new Lines(body, defaultSource);
  }
  const decode = decoderOf(type);
  if (decode === undefined) {
    const detail = `${type.slice(0, 100)} is not read here. Send one of ${TAKEN}.`;
    throw new ProblemError('media_type_unsupported', detail);
  }
  const isList = decode === fromMsgpack ? isMsgpackList(body) : isJsonList(body);
  if (isList && type === CLOUDEVENT_TYPE)
    throw new ProblemError('unparseable', `${CLOUDEVENT_TYPE} is one event; send a list as ${CLOUDEVENTS_TYPE}.`);
  const batch = new Items(!isList, () => decode(body), Math.ceil(body.length / EVENT_BYTES), defaultSource);
  if (!isList || body.length <= SMALL_BYTES) batch.read();
  if (!isList && type === CLOUDEVENTS_TYPE)
    throw new ProblemError('unparseable', `${CLOUDEVENTS_TYPE} is a JSON array of events.`);
  return batch;
}

/** Values that were or will be decoded whole. */
class Items implements Batch {
  #items: readonly unknown[] | undefined;
  #at = 0;

  constructor(
    readonly single: boolean,
    private readonly from: readonly unknown[] | (() => unknown),
    private readonly estimate: number,
    private readonly defaultSource: string,
  ) {}

  get count(): number {
    return this.#items?.length ?? this.estimate;
  }

  next(): Event | InvalidItem | undefined {
    const items = this.#items ?? this.read();
    if (this.#at === items.length) return undefined;
    const item = items[this.#at++];
    const read = readEvent(item, this.defaultSource);
    return read.ok ? read.event : invalidItem(item, read.errors);
  }

  read(): readonly unknown[] {
    if (this.#items !== undefined) return this.#items;
    const { from } = this;
    const decoded = typeof from === 'function' ? from() : from;
    const items = this.single && typeof from === 'function' ? [decoded] : (decoded as readonly unknown[]);
    refuseTooMany(items.length);
    this.#items = items;
    return items;
  }
}

/** Newline-delimited JSON: each line is read when it is asked for. */
class Lines implements Batch {
  readonly single = false;
  readonly count: number;
  #text: string | undefined;
  #from = 0;
  #line = 0;

  constructor(
    private readonly body: Uint8Array,
    private readonly defaultSource: string,
  ) {
    const count = linesOf(body);
    this.count = count > limits.itemsPerRequestMax ? filledLinesOf(textOf(body)) : count;
    refuseTooMany(this.count);
  }

  read(): void {
    this.#text ??= textOf(this.body);
  }

  next(): Event | InvalidItem | undefined {
    if (this.#text === undefined) this.#text = textOf(this.body);
    const text = this.#text;
    while (this.#from < text.length) {
      let to = text.indexOf('\n', this.#from);
      if (to < 0) to = text.length;
      const row = text.slice(this.#from, to);
      this.#from = to + 1;
      this.#line++;
      let item: unknown;
      try {
        item = JSON.parse(row);
      } catch {
        if (row.trim() === '') continue;
        return unreadableLine(row, this.#line);
      }
      const read = readEvent(item, this.defaultSource);
      return read.ok ? read.event : invalidItem(item, read.errors);
    }
    return undefined;
  }
}

type Decode = (body: Uint8Array) => unknown;

function decoderOf(type: string): Decode | undefined {
  if (isMsgpack(type)) return fromMsgpack;
  const isJson =
    type === JSON_TYPE || type === '' || type === FORM_TYPE || type === CLOUDEVENT_TYPE || type === CLOUDEVENTS_TYPE;
  return isJson ? fromJson : undefined;
}

function fromJson(body: Uint8Array): unknown {
  return parseJson(textOf(body));
}

function fromMsgpack(body: Uint8Array): unknown {
  const decoded = decodeMsgpack(body);
  if (!decoded.ok) throw new ProblemError('unparseable', decoded.detail);
  return decoded.value;
}

/** Whether the first character that is not blank opens a list. */
function isJsonList(body: Uint8Array): boolean {
  let at = 0;
  while (at < body.length && (body[at] === 32 || body[at] === 9 || body[at] === NEWLINE || body[at] === 13)) at++;
  return body[at] === 91;
}

/** Whether the first byte is that of an array (MessagePack: fixarray, array 16, array 32). */
function isMsgpackList(body: Uint8Array): boolean {
  const first = body[0] ?? 0;
  return (first >= 0x90 && first <= 0x9f) || first === 0xdc || first === 0xdd;
}

function linesOf(body: Uint8Array): number {
  let count = 0;
  for (let at = body.indexOf(NEWLINE); at >= 0; at = body.indexOf(NEWLINE, at + 1)) count++;
  return body.length > 0 && body[body.length - 1] !== NEWLINE ? count + 1 : count;
}

function filledLinesOf(text: string): number {
  let count = 0;
  for (const line of text.split('\n')) if (line.trim() !== '') count++;
  return count;
}

function unreadableLine(row: string, line: number): InvalidItem {
  const fault = findJsonError(row);
  const detail = fault === undefined ? 'not JSON' : fault.detail.replace(/line \d+, /, '');
  return new InvalidItem(undefined, undefined, line, [
    { pointer: '', code: 'unparseable', detail: `Line ${line} is ${detail}.` },
  ]);
}

function invalidItem(item: unknown, errors: readonly Problem[]): InvalidItem {
  const { id, source } = (typeof item === 'object' && item !== null ? item : {}) as { id?: unknown; source?: unknown };
  return new InvalidItem(shortText(id), shortText(source), undefined, errors);
}

/** What is said back of an id that was refused: text, and not more of it than an id may have. */
function shortText(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, limits.idCharactersMax) : undefined;
}

function refuseTooMany(count: number): void {
  if (count <= limits.itemsPerRequestMax) return;
  throw new ProblemError('too_many_items', `A request may have ${limits.itemsPerRequestMax} events.`);
}
