/**
 * Walks a value along a TypeBox schema and tells every problem: where, which code, how to mend it.
 *
 * Why not the compiled check: it says that a union failed, not which variant was meant, and it cannot tell a misspelt
 * key from a feature that is known and not there yet. This walker reads the same schemas (a test holds the two
 * together) and is fast enough for a document that is published now and then.
 * Invariants: (1) the value was bounded first (`bounded`), so recursion ends; (2) only own keys are looked at.
 */
import { limits } from '../limits.js';
import { parseDuration } from '../time/duration.js';
import { parseInstant } from '../time/instant.js';
import { isZone } from '../time/zone.js';
import type { Format, NotYet } from './fields.js';
import { suggestion } from './nearest.js';
import { at, type Problems, shown } from './problem.js';

/** The part of JSON Schema that the document's schemas use. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly items?: SchemaNode;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly SchemaNode[];
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly description?: string;
  readonly $defs?: Readonly<Record<string, SchemaNode>>;
  readonly 'x-format'?: Format;
  readonly 'x-unit'?: string;
  readonly 'x-not-yet'?: NotYet;
  readonly 'x-not-yet-kinds'?: NotYet;
  readonly 'x-not-yet-values'?: NotYet;
  readonly 'x-not-yet-absent'?: NotYet;
}

type Plain = Readonly<Record<string, unknown>>;

/** False (with one problem) where the value is nested too deep or too large to be walked at all. */
export function bounded(value: unknown, problems: Problems): boolean {
  let left: number = limits.programValuesMax;
  let deep = '';
  const within = (item: unknown, depth: number, pointer: string): boolean => {
    left--;
    if (left < 0) return false;
    if (typeof item !== 'object' || item === null) return true;
    if (depth >= limits.programNestingDepthMax) {
      deep = pointer;
      return false;
    }
    if (Array.isArray(item)) {
      for (let i = 0; i < item.length; i++) if (!within(item[i], depth + 1, at(pointer, i))) return false;
      return true;
    }
    for (const key of Object.keys(item)) if (!within((item as Plain)[key], depth + 1, at(pointer, key))) return false;
    return true;
  };
  if (within(value, 0, '')) return true;
  if (left < 0)
    problems.add('', 'too_large', `The program has more than ${limits.programValuesMax} values; split or shorten it.`);
  else problems.add(deep, 'nested_too_deep', `Nested deeper than ${limits.programNestingDepthMax}; flatten it.`);
  return false;
}

/** Adds every problem of `value` under `pointer`. `root` holds the `$defs`. */
export function checkShape(
  schema: SchemaNode,
  root: SchemaNode,
  value: unknown,
  pointer: string,
  problems: Problems,
): void {
  if (problems.full) return;
  const node = resolve(schema, root);
  if (node.anyOf !== undefined) return checkUnion(node, root, value, pointer, problems);
  if (notYetValue(node, value, pointer, problems)) return;
  if (node.enum !== undefined) return checkEnum(node.enum, value, pointer, problems);
  if (node.const !== undefined) {
    if (value !== node.const)
      problems.add(pointer, 'not_allowed', `Takes only ${shown(node.const)}, not ${shown(value)}.`);
    return;
  }
  switch (node.type) {
    case 'object':
      return checkObject(node, root, value, pointer, problems);
    case 'array':
      return checkArray(node, root, value, pointer, problems);
    case 'string':
      return checkText(node, value, pointer, problems);
    case 'integer':
    case 'number':
      return checkNumber(node, value, pointer, problems);
    case 'boolean':
      if (typeof value !== 'boolean') wrongType('true or false', value, pointer, problems);
      return;
    default:
      return;
  }
}

function resolve(schema: SchemaNode, root: SchemaNode): SchemaNode {
  if (schema.$ref === undefined) return schema;
  return root.$defs![schema.$ref.slice('#/$defs/'.length)]!;
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

function wrongType(expected: string, value: unknown, pointer: string, problems: Problems): void {
  problems.add(pointer, 'wrong_type', `Takes ${expected}, not ${shown(value)}.`);
}

function notYetValue(node: SchemaNode, value: unknown, pointer: string, problems: Problems): boolean {
  if (typeof value !== 'string' && typeof value !== 'boolean') return false;
  const meanwhile = own(node['x-not-yet-values'], String(value));
  if (meanwhile === undefined) return false;
  problems.add(pointer, 'not_supported_yet', meanwhile);
  return true;
}

function checkEnum(allowed: readonly string[], value: unknown, pointer: string, problems: Problems): void {
  if (typeof value === 'string' && allowed.includes(value)) return;
  const hint = typeof value === 'string' ? suggestion(value, allowed) : '';
  problems.add(pointer, 'not_allowed', `Takes ${allowed.join(' or ')}, not ${shown(value)}.${hint}`);
}

function checkObject(node: SchemaNode, root: SchemaNode, value: unknown, pointer: string, problems: Problems): void {
  if (!isPlain(value)) return wrongType('an object', value, pointer, problems);
  const properties = node.properties ?? {};
  let known = 0;
  let notYet = 0;
  const keys = Object.keys(value);
  for (const key of keys) {
    const property = own(properties, key);
    if (property !== undefined) {
      known++;
      checkShape(property, root, value[key], at(pointer, key), problems);
      continue;
    }
    const meanwhile = own(node['x-not-yet'], key);
    if (meanwhile !== undefined) {
      notYet++;
      problems.add(at(pointer, key), 'not_supported_yet', meanwhile);
    } else {
      const names = [...Object.keys(properties), ...Object.keys(node['x-not-yet'] ?? {})];
      const hint = suggestion(key, names) || ` Known here: ${Object.keys(properties).join(', ')}.`;
      problems.add(at(pointer, key), 'unknown_key', `There is no ${shown(key)} here.${hint}`);
    }
  }
  for (const key of node.required ?? []) {
    if (Object.hasOwn(value, key)) continue;
    const meanwhile = own(node['x-not-yet-absent'], key);
    if (meanwhile !== undefined) problems.add(at(pointer, key), 'not_supported_yet', meanwhile);
    else problems.add(at(pointer, key), 'required', `Is missing. ${own(properties, key)?.description ?? ''}`.trimEnd());
  }
  if (node.maxProperties !== undefined && known > node.maxProperties) {
    problems.add(
      pointer,
      'too_many_keys',
      `Takes at most ${node.maxProperties} keys together. ${node.description ?? ''}`,
    );
  } else if (node.minProperties !== undefined && known + notYet < node.minProperties && known === keys.length) {
    problems.add(
      pointer,
      'too_few_keys',
      `Takes at least ${node.minProperties} of: ${Object.keys(properties).join(', ')}.`,
    );
  }
}

function checkArray(node: SchemaNode, root: SchemaNode, value: unknown, pointer: string, problems: Problems): void {
  if (!Array.isArray(value)) return wrongType('a list', value, pointer, problems);
  if (node.minItems !== undefined && value.length < node.minItems) {
    problems.add(
      pointer,
      'too_few',
      `Takes at least ${node.minItems} items, has ${value.length}. ${node.description ?? ''}`.trimEnd(),
    );
  }
  if (node.maxItems !== undefined && value.length > node.maxItems) {
    problems.add(pointer, 'too_many', `Takes at most ${node.maxItems} items, has ${value.length}.`);
    return;
  }
  for (let i = 0; i < value.length; i++) checkShape(node.items!, root, value[i], at(pointer, i), problems);
}

function checkText(node: SchemaNode, value: unknown, pointer: string, problems: Problems): void {
  if (typeof value !== 'string') return wrongType('a text', value, pointer, problems);
  if (value.length < (node.minLength ?? 0)) return problems.add(pointer, 'too_short', 'Must not be empty.');
  const longest = node.maxLength ?? limits.stringBytesMax;
  if (value.length > longest)
    return problems.add(pointer, 'too_long', `Takes at most ${longest} characters, has ${value.length}.`);
  switch (node['x-format']) {
    case 'id':
    case 'name':
      if (hasControl(value)) problems.add(pointer, 'control_character', 'Must not contain control characters.');
      return;
    case 'duration':
      return checkDuration(value, pointer, problems);
    case 'instant':
      if (parseInstant(value) === undefined) {
        problems.add(
          pointer,
          'not_a_time',
          `${shown(value)} is not a time with an offset, as 2026-11-01T00:00:00-05:00 on a day that exists.`,
        );
      }
      return;
    case 'zone':
      if (!isZone(value))
        problems.add(pointer, 'not_a_zone', `${shown(value)} is not an IANA time zone, as America/New_York.`);
      return;
    case 'currency':
      if (!isCurrency(value))
        problems.add(
          pointer,
          'not_a_currency',
          `${shown(value)} is not a currency code of three capital letters, as USD.`,
        );
      return;
    default:
      return;
  }
}

function checkDuration(value: string, pointer: string, problems: Problems): void {
  const parsed = parseDuration(value);
  if (parsed === undefined) {
    problems.add(pointer, 'not_a_duration', `${shown(value)} is not an ISO 8601 duration, as P30D, P12M or PT36H.`);
  } else if (parsed.months <= 0 && parsed.ms <= 0) {
    problems.add(pointer, 'duration_not_positive', 'Must be longer than nothing.');
  }
}

function checkNumber(node: SchemaNode, value: unknown, pointer: string, problems: Problems): void {
  const money = node['x-unit'] === 'minor units' ? ' Money is integer minor units: 10.50 is 1050.' : '';
  if (typeof value !== 'number')
    return wrongType(node.type === 'integer' ? 'an integer' : 'a number', value, pointer, problems);
  if (!Number.isFinite(value)) return problems.add(pointer, 'not_finite', 'Must be a finite number.');
  if (node.type === 'integer' && !Number.isInteger(value)) {
    return problems.add(pointer, 'not_an_integer', `Takes an integer, not ${value}.${money}`);
  }
  if (node.type === 'integer' && Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    return problems.add(pointer, 'too_large', 'Beyond 2^53 numbers are no longer exact.');
  }
  if (node.minimum !== undefined && value < node.minimum) {
    return problems.add(pointer, 'too_small', `Must be at least ${node.minimum}, is ${value}.${money}`);
  }
  if (node.maximum !== undefined && value > node.maximum) {
    return problems.add(pointer, 'too_large', `Must be at most ${node.maximum}, is ${value}.`);
  }
  if (node['x-format'] === 'decimal4' && tenThousandths(value) === undefined) {
    problems.add(pointer, 'too_many_decimals', `Takes at most four decimals, not ${value}.`);
  }
}

/** A number of at most four decimals as numerator over 10,000 (PROGRAM: "counts as the exact fraction"), else undefined. */
export function tenThousandths(value: number): number | undefined {
  const numerator = Math.round(value * 10_000);
  return Number.isSafeInteger(numerator) && numerator / 10_000 === value ? numerator : undefined;
}

function checkUnion(node: SchemaNode, root: SchemaNode, value: unknown, pointer: string, problems: Problems): void {
  if (isPlain(value)) {
    let notYet = false;
    for (const key of Object.keys(value)) {
      const meanwhile = own(node['x-not-yet'], key);
      if (meanwhile === undefined) continue;
      notYet = true;
      problems.add(at(pointer, key), 'not_supported_yet', meanwhile);
    }
    const kind = own(value, 'kind');
    const meanwhile = typeof kind === 'string' ? own(node['x-not-yet-kinds'], kind) : undefined;
    if (meanwhile !== undefined) problems.add(at(pointer, 'kind'), 'not_supported_yet', meanwhile);
    if (notYet || meanwhile !== undefined) return;
  }
  let best: SchemaNode | undefined;
  let bestFit = Number.NEGATIVE_INFINITY;
  for (const branch of node.anyOf!) {
    const fit = fitOf(resolve(branch, root), value);
    if (fit > bestFit) {
      best = branch;
      bestFit = fit;
    }
  }
  if (best !== undefined && bestFit > 0) return checkShape(best, root, value, pointer, problems);
  const keys = isPlain(value) ? Object.keys(value) : [];
  const known = node.anyOf!.flatMap((branch) => Object.keys(resolve(branch, root).properties ?? {}));
  const hint = keys.map((key) => suggestion(key, known)).find((text) => text !== '') ?? '';
  problems.add(
    pointer,
    'no_such_variant',
    `${node.description ?? 'Takes another form.'} This is ${shown(value)}${keys.length > 0 ? ` with ${keys.slice(0, 5).join(', ')}` : ''}.${hint}`,
  );
}

/** How well a variant fits what was written, to tell the problems of the one that was meant; 0 or less: not at all. */
function fitOf(node: SchemaNode, value: unknown): number {
  if (node.enum !== undefined) return typeof value !== 'string' ? -1 : node.enum.includes(value) ? 10 : 1;
  if (node.const !== undefined) return value === node.const ? 10 : -1;
  switch (node.type) {
    case 'string':
      return typeof value === 'string' ? 5 : -1;
    case 'integer':
    case 'number':
      return typeof value === 'number' ? 5 : -1;
    case 'boolean':
      return typeof value === 'boolean' ? 5 : -1;
    case 'array':
      return Array.isArray(value) ? 5 : -1;
    case 'object':
      return isPlain(value) ? fitOfObject(node, value) : -1;
    default:
      return 1;
  }
}

function fitOfObject(node: SchemaNode, value: Plain): number {
  let fit = 0;
  for (const [key, property] of Object.entries(node.properties ?? {})) {
    if (!Object.hasOwn(value, key)) continue;
    const tag = key === 'kind' && property.enum !== undefined;
    if (tag) fit += property.enum!.includes(value[key] as string) ? 100 : -100;
    else fit += node.required?.includes(key) ? 10 : 1;
  }
  return fit;
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
