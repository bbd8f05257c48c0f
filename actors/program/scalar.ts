/** Checks of one text, number or fixed value against its schema: the leaves of `shape.ts`. */
import { limits } from '../limits.js';
import { parseDuration } from '../time/duration.js';
import { parseInstant } from '../time/instant.js';
import { isZone } from '../time/zone.js';
import type { Format } from './fields.js';
import { tenThousandths } from './fraction.js';
import { parseMonthDay } from './month-day.js';
import { suggestion } from './nearest.js';
import { shown } from './problem.js';
import type { SchemaNode } from './schema-node.js';

/** What is wrong with one value: its code, and what to do. */
export type Complaint = readonly [code: string, detail: string];

export function wrongType(expected: string, value: unknown): Complaint {
  return ['wrong_type', `Takes ${expected}, not ${shown(value)}.`];
}

export function complaintOfEnum(allowed: readonly string[], value: unknown): Complaint | undefined {
  if (typeof value === 'string' && allowed.includes(value)) return undefined;
  const hint = typeof value === 'string' ? suggestion(value, allowed) : '';
  return ['not_allowed', `Takes ${allowed.join(' or ')}, not ${shown(value)}.${hint}`];
}

export function complaintOfText(node: SchemaNode, value: unknown): Complaint | undefined {
  if (typeof value !== 'string') return wrongType('a text', value);
  if (value.length < (node.minLength ?? 0)) return ['too_short', 'Must not be empty.'];
  const longest = node.maxLength ?? limits.stringBytesMax;
  // As JSON Schema counts: characters, not code units.
  const length = value.length > longest && value.length <= 2 * longest ? [...value].length : value.length;
  if (length > longest) return ['too_long', `Takes at most ${longest} characters, has ${length}.`];
  const format = node['x-format'];
  return format === undefined ? undefined : complaintOfFormat(format, value);
}

function complaintOfFormat(format: Format, value: string): Complaint | undefined {
  switch (format) {
    case 'key':
      if (value === '__proto__')
        return ['forbidden_key', 'Must not be __proto__: it becomes a property name in profiles.'];
      return complaintOfFormat('id', value);
    case 'id':
    case 'name':
      return hasControl(value) ? ['control_character', 'Must not contain control characters.'] : undefined;
    case 'duration':
      return complaintOfDuration(value);
    case 'instant':
      if (parseInstant(value) !== undefined) return undefined;
      return [
        'not_a_time',
        `${shown(value)} is not a time with an offset on a day that exists, as 2026-11-01T00:00:00-05:00.`,
      ];
    case 'zone':
      return isZone(value)
        ? undefined
        : ['not_a_zone', `${shown(value)} is not an IANA time zone, as America/New_York.`];
    case 'currency':
      if (isCurrency(value)) return undefined;
      return ['not_a_currency', `${shown(value)} is not a currency code of three capital letters, as USD.`];
    case 'monthDay':
      if (parseMonthDay(value) !== undefined) return undefined;
      return ['not_a_day_of_the_year', `${shown(value)} is not a month and day, as 06-30.`];
    case 'decimal4':
      return undefined;
    default:
      return format satisfies never;
  }
}

function complaintOfDuration(value: string): Complaint | undefined {
  const parsed = parseDuration(value);
  if (parsed === undefined)
    return ['not_a_duration', `${shown(value)} is not an ISO 8601 duration, as P30D, P12M or PT36H.`];
  if (parsed.months <= 0 && parsed.ms <= 0) return ['duration_not_positive', 'Must be longer than nothing, as P1D.'];
  return undefined;
}

export function complaintOfNumber(node: SchemaNode, value: unknown): Complaint | undefined {
  const integer = node.type === 'integer';
  const money = node['x-unit'] === 'minor units' ? ' Money is integer minor units: 10.50 is 1050.' : '';
  if (typeof value !== 'number') return wrongType(integer ? 'an integer' : 'a number', value);
  if (!Number.isFinite(value)) return ['not_finite', 'Must be a finite number.'];
  if (integer && !Number.isInteger(value)) return ['not_an_integer', `Takes an integer, not ${value}.${money}`];
  if (integer && !Number.isSafeInteger(value)) return ['too_large', 'Beyond 2^53 numbers are no longer exact.'];
  if (node.minimum !== undefined && value < node.minimum) {
    return ['too_small', `Must be at least ${node.minimum}, is ${value}.${money}`];
  }
  if (node.maximum !== undefined && value > node.maximum)
    return ['too_large', `Must be at most ${node.maximum}, is ${value}.`];
  if (node['x-format'] === 'decimal4' && tenThousandths(value) === undefined) {
    return ['too_many_decimals', `Takes at most four decimals, not ${value}.`];
  }
  return undefined;
}

function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 || (unit >= 0x7f && unit <= 0x9f)) return true;
  }
  return false;
}

function isCurrency(text: string): boolean {
  if (text.length !== 3) return false;
  for (let i = 0; i < 3; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x41 || unit > 0x5a) return false;
  }
  return true;
}
