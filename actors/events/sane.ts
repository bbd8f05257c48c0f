/**
 * Values whose shape nobody fixed (a brand's own fields, attributes, declared data): bounded in depth and size, and
 * without the one property name that is not safe as such.
 */
import { limits } from '../limits.js';
import { at, type Problems, shown } from '../program/problem.js';

/** True where the value is fine; with `problems`, says what is not. `depth`: how deep the value itself stands. */
export function sane(value: unknown, depth: number, pointer: string, problems: Problems | undefined): boolean {
  if (value === null || typeof value === 'boolean') return true;
  if (typeof value === 'string') {
    if (!isWhole(value)) return notWhole(pointer, problems);
    if (value.length <= limits.stringBytesMax) return true;
    problems?.add(pointer, 'too_long', `Takes at most ${limits.stringBytesMax} characters, has ${value.length}.`);
    return false;
  }
  if (typeof value === 'number') {
    if (Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))) return true;
    problems?.add(pointer, 'not_exact', `${value} cannot be kept exactly; send it as a text.`);
    return false;
  }
  if (typeof value !== 'object') {
    problems?.add(pointer, 'wrong_type', 'Takes a JSON value.');
    return false;
  }
  if (depth >= limits.nestingDepthMax) {
    problems?.add(pointer, 'nested_too_deep', `Nested deeper than ${limits.nestingDepthMax}; flatten it.`);
    return false;
  }
  let fine = true;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length && fine; i++)
      fine = sane(value[i], depth + 1, problems ? at(pointer, i) : '', problems);
    return fine;
  }
  if (!isPlain(value)) {
    problems?.add(pointer, 'wrong_type', 'Takes a JSON value.');
    return false;
  }
  for (const key in value) {
    if (!saneKey(key, pointer, problems)) return false;
    if (!sane((value as Record<string, unknown>)[key], depth + 1, problems ? at(pointer, key) : '', problems))
      return false;
  }
  return true;
}

export function saneKey(key: string, pointer: string, problems: Problems | undefined): boolean {
  if (key === '__proto__') {
    problems?.add(at(pointer, key), 'forbidden_key', 'A property may not be named __proto__; rename it.');
    return false;
  }
  if (isName(key)) return true;
  problems?.add(
    at(pointer, key.slice(0, 40)),
    'name_invalid',
    `Property names are 1 to ${limits.idCharactersMax} characters without control characters.`,
  );
  return false;
}

declare global {
  interface String {
    /** Every Node has it; the library of ES2023 does not say so. */
    isWellFormed(): boolean;
  }
}

/** Whether no half of a surrogate pair stands alone: such a text has no UTF-8, and would come back changed from disk. */
export function isWhole(text: string): boolean {
  return text.isWellFormed();
}

export function notWhole(pointer: string, problems: Problems | undefined): false {
  problems?.add(
    pointer,
    'half_character',
    'Has half of a character (a lone surrogate), which has no UTF-8; send whole ones.',
  );
  return false;
}

/** 1 to 128 characters (code points) of any script, no control characters, no lone surrogates. */
export function isName(text: string): boolean {
  const { length } = text;
  if (length === 0 || length > 2 * limits.idCharactersMax) return false;
  let characters = length;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x20 && unit < 0x7f) continue;
    if (unit <= 0x9f) return false;
    if (unit >= 0xd800 && unit <= 0xdfff) {
      const next = i + 1 < length ? text.charCodeAt(i + 1) : 0;
      if (unit > 0xdbff || next < 0xdc00 || next > 0xdfff) return false;
      i++;
      characters--;
    }
  }
  return characters <= limits.idCharactersMax;
}

export function idDetail(value: string): string {
  return `${shown(value)} is not an id: 1 to ${limits.idCharactersMax} characters of any script, no control characters.`;
}

export function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
