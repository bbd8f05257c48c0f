/** Media types: what a body is, and what a caller wants back. Headers repeat, so what they mean is remembered, bounded. */

export const JSON_TYPE = 'application/json';
export const MSGPACK_TYPE = 'application/msgpack';

export type Format = 'json' | 'msgpack';

const REMEMBERED_MAX = 256;

/** `Application/JSON; charset=utf-8` → `application/json`; '' stays ''. */
export function mediaType(header: string): string {
  return essences.of(header);
}

/**
 * The format of the reply: what Accept names first, else as the body came, else JSON. Undefined where Accept allows
 * neither (406).
 */
export function wantedFormat(accept: string, contentType: string): Format | undefined {
  if (accept === '' || accept === '*/*') return isMsgpack(mediaType(contentType)) ? 'msgpack' : 'json';
  const wanted = accepts.of(accept);
  if (wanted === 'any') return isMsgpack(mediaType(contentType)) ? 'msgpack' : 'json';
  return wanted;
}

export function isMsgpack(type: string): boolean {
  return type === MSGPACK_TYPE || type === 'application/x-msgpack' || type === 'application/vnd.msgpack';
}

export function isYaml(type: string): boolean {
  return type === 'application/yaml' || type === 'text/yaml' || type === 'application/x-yaml' || type === 'text/x-yaml';
}

class Remembered<V> {
  readonly #known = new Map<string, V>();
  constructor(private readonly derive: (header: string) => V) {}

  of(header: string): V {
    const known = this.#known.get(header);
    if (known !== undefined || this.#known.has(header)) return known as V;
    const derived = this.derive(header);
    if (this.#known.size >= REMEMBERED_MAX) this.#known.clear();
    this.#known.set(header, derived);
    return derived;
  }
}

const essences = new Remembered((header) => {
  const end = header.indexOf(';');
  return (end < 0 ? header : header.slice(0, end)).trim().toLowerCase();
});

const accepts = new Remembered<Format | 'any' | undefined>((header) => {
  let best: { format: Format | 'any'; quality: number } | undefined;
  for (const part of header.split(',')) {
    const type = mediaType(part);
    const format = isMsgpack(type) ? 'msgpack' : isJson(type) ? 'json' : isAny(type) ? 'any' : undefined;
    if (format === undefined) continue;
    const stated = /;\s*q=([0-9.]+)/i.exec(part)?.[1];
    const quality = stated === undefined ? 1 : Number(stated);
    if (quality > 0 && (best === undefined || quality > best.quality)) best = { format, quality };
  }
  return best?.format;
});

function isJson(type: string): boolean {
  return (
    type === JSON_TYPE || type === 'application/problem+json' || type === 'text/json' || type === 'application/x-ndjson'
  );
}
function isAny(type: string): boolean {
  return type === '*/*' || type === 'application/*';
}
