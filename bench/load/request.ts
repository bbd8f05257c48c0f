/** The requests there are, built once for each connection, with blanks for `blanks.ts` to fill. */
import { body, CONTENT_TYPES, CUSTOMER_BLANK, type Format } from './purchase.js';
import { quoteBody } from './quote.js';

export type Shape =
  | { readonly kind: 'events'; readonly format: Format; readonly batch: number }
  | { readonly kind: 'profile' }
  /** `held`: how many offers the customers asked for hold; each reply must name them all. */
  | { readonly kind: 'quote'; readonly lines: number; readonly held: number };

export interface BlankRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** What seeds of two connections lie apart. */
export const SEED_STEP = 7;

/** `time`: RFC 3339, of every event and quote; `seed` makes bodies differ. */
export function requestOf(shape: Shape, key: string, seed: number, time: string): BlankRequest {
  const authorization = `Bearer ${key}`;
  switch (shape.kind) {
    case 'profile':
      return { method: 'GET', path: `/v1/customers/c${CUSTOMER_BLANK}`, headers: { authorization } };
    case 'quote':
      return post('/v1/pos/quote', CONTENT_TYPES.json, quoteBody(shape.lines, seed, time));
    default:
      return post('/v1/events', CONTENT_TYPES[shape.format], body(shape.format, shape.batch, seed, time));
  }

  function post(path: string, contentType: string, bytes: Buffer): BlankRequest {
    return { method: 'POST', path, headers: { authorization, 'content-type': contentType }, body: bytes };
  }
}

/** Events (or reads, or quotes) in one request. */
export function eventsOf(shape: Shape): number {
  return shape.kind === 'events' ? shape.batch : 1;
}

/** The request as bytes of HTTP/1.1. */
export function bytesOf({ method, path, headers, body: content }: BlankRequest, host: string): Buffer {
  const all = { host, ...headers, ...(content === undefined ? {} : { 'content-length': content.length }) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  return content === undefined ? head : Buffer.concat([head, content]);
}
