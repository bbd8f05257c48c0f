/**
 * The small schemas a program document is made of, each with the words a marketer reads in the served JSON Schema.
 *
 * Own keywords, understood by `shape.ts` and plain documentation for every other reader:
 * - `x-format`: a text with a meaning (id, key, duration, instant, zone, currency) or a number of at most four decimals.
 * - `x-not-yet`: keys PROGRAM knows and this version does not; the value says what to use meanwhile.
 * - `x-not-yet-values`: the same for values of a field. `x-not-yet-absent`: the same for leaving a required key out.
 * Invariant: every object is closed, so that a misspelt key is an error and never ignored.
 */
import Type from 'typebox';
import { limits } from '../limits.js';

export type Format = 'id' | 'key' | 'name' | 'duration' | 'instant' | 'zone' | 'currency' | 'decimal4' | 'monthDay';

/** Keys or values that are known and not supported yet, each with what to use meanwhile. */
export type NotYet = Readonly<Record<string, string>>;

interface ClosedOptions {
  readonly notYet?: NotYet;
  readonly notYetAbsent?: NotYet;
  readonly minProperties?: number;
  readonly maxProperties?: number;
}

/** An object without other keys than these. */
export function closed<P extends Type.TProperties>(
  properties: P,
  description: string,
  options: ClosedOptions = {},
): Type.TObject<P> {
  return Type.Object(properties, {
    additionalProperties: false,
    description,
    ...(options.minProperties === undefined ? {} : { minProperties: options.minProperties }),
    ...(options.maxProperties === undefined ? {} : { maxProperties: options.maxProperties }),
    ...(options.notYet === undefined ? {} : { 'x-not-yet': options.notYet }),
    ...(options.notYetAbsent === undefined ? {} : { 'x-not-yet-absent': options.notYetAbsent }),
  });
}

/** One of these texts. */
export function oneOf<const V extends string>(
  values: readonly V[],
  description: string,
  notYetValues?: NotYet,
): Type.TUnsafe<V> {
  return Type.Unsafe<V>({
    enum: [...values],
    description,
    ...(notYetValues === undefined ? {} : { 'x-not-yet-values': notYetValues }),
  });
}

/** A flag that may so far only be false (or left out). */
export function notYetTrue(description: string, meanwhile: string): Type.TLiteral<false> {
  return Type.Literal(false, { description, default: false, 'x-not-yet-values': { true: meanwhile } });
}

export function list<T extends Type.TSchema>(
  items: T,
  description: string,
  maxItems: number,
  minItems = 0,
): Type.TArray<T> {
  return Type.Array(items, { description, maxItems, ...(minItems === 0 ? {} : { minItems }) });
}

export function id(description: string): Type.TString {
  return Type.String({ description, minLength: 1, maxLength: limits.idCharactersMax, 'x-format': 'id' });
}

/** An id that becomes a property name in profiles (`points.<account>`), and so must be safe as one. */
export function key(description: string): Type.TString {
  return Type.String({ description, minLength: 1, maxLength: limits.idCharactersMax, 'x-format': 'key' });
}

export function name(description: string): Type.TString {
  return Type.String({ description, minLength: 1, maxLength: limits.programNameCharactersMax, 'x-format': 'name' });
}

function formatted(format: Format, description: string, example: string): Type.TString {
  return Type.String({ description, examples: [example], maxLength: 64, 'x-format': format });
}

export function duration(description: string, example = 'P30D'): Type.TString {
  return formatted(
    'duration',
    `${description} ISO 8601: weeks, days and less are exact; months and years are calendar steps.`,
    example,
  );
}

export function instant(description: string): Type.TString {
  return formatted('instant', `${description} RFC 3339 with an offset.`, '2026-11-01T00:00:00-05:00');
}

export function zone(description: string): Type.TString {
  return formatted('zone', `${description} An IANA time zone.`, 'America/New_York');
}

export function currency(description: string): Type.TString {
  return formatted('currency', `${description} Three capital letters, ISO 4217.`, 'USD');
}

/** Month and day, `06-30`; 02-29 is the 28th where there is no 29th. */
export function monthDay(description: string): Type.TString {
  return formatted('monthDay', `${description} Month and day.`, '06-30');
}

/** Integer minor units of the program's currency. */
export function money(description: string, minimum = 0): Type.TInteger {
  return Type.Integer({
    description: `${description} Integer minor units of the program's currency (10.50 USD is 1050).`,
    minimum,
    maximum: Number.MAX_SAFE_INTEGER,
    'x-unit': 'minor units',
  });
}

export function points(description: string, minimum = 1): Type.TInteger {
  return Type.Integer({
    description: `${description} Whole points.`,
    minimum,
    maximum: limits.programPointsMax,
    'x-unit': 'points',
  });
}

export function count(description: string, minimum: number, maximum: number, byDefault?: number): Type.TInteger {
  return Type.Integer({ description, minimum, maximum, ...(byDefault === undefined ? {} : { default: byDefault }) });
}

/** A number of at most four decimals; it counts as the exact fraction over 10,000. */
export function decimal(description: string, minimum: number, maximum: number, byDefault?: number): Type.TNumber {
  return Type.Number({
    description: `${description} At most four decimals.`,
    minimum,
    maximum,
    'x-format': 'decimal4',
    ...(byDefault === undefined ? {} : { default: byDefault }),
  });
}

export function flag(description: string, byDefault: boolean): Type.TBoolean {
  return Type.Boolean({ description, default: byDefault });
}
