/** A problem of a program document, and the list they are gathered in. */
import { limits } from '../limits.js';

export interface Problem {
  /** JSON pointer (RFC 6901) into the document; '' is the document itself. */
  readonly pointer: string;
  /** Stable; readers may depend on it. */
  readonly code: string;
  /** What is wrong and how to mend it. */
  readonly detail: string;
}

/** `pointer` extended by a key or an index, escaped. */
export function at(pointer: string, key: string | number): string {
  if (typeof key === 'number') return `${pointer}/${key}`;
  return `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

export class Problems {
  readonly list: Problem[] = [];
  /** The same problem twice (by two checks) is told once. */
  readonly #seen = new Set<string>();

  get full(): boolean {
    return this.list.length >= limits.programProblemsMax;
  }

  add(pointer: string, code: string, detail: string): void {
    const key = `${pointer}\n${code}`;
    if (this.full || this.#seen.has(key)) return;
    this.#seen.add(key);
    this.list.push({ pointer, code, detail });
  }
}

/** A value as a message shows it: short, and never an object in full. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value.length > 40 ? `"${value.slice(0, 40)}…"` : `"${value}"`;
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return String(value);
}
