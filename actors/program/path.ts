/**
 * Paths: what a condition or a `distinct` may look at (PROGRAM: Conditions, Paths), parsed once into a reader.
 *
 * Invariants: (1) `data.…`, `customer.attributes.…` and `attributes.…` walk own properties only, never a prototype,
 * and never into lists; (2) a reader allocates nothing of its own.
 */
import type { Json } from '../event.js';
import type { LineView, View } from './program.js';

/** Reads one field of a subject (an event's view, or one line); undefined or null where it is missing. */
export type Reader<S> = (subject: S) => unknown;

/**
 * What a path holds, so that an operator that could never hold is told at validation. `integer`: whole numbers;
 * `texts`: a list of texts; `any`: known only at the event.
 */
export type Operand = 'text' | 'integer' | 'texts' | 'any';

/** What a path names elsewhere in the program, for referential checks. */
export type Names = 'status' | 'tierSystem' | 'account' | 'audience' | 'offer' | 'rfm' | 'data' | 'attribute';

export interface PathSpec<S> {
  readonly path: string;
  readonly operand: Operand;
  readonly names: Names | undefined;
  /** What follows the prefix, for `customer.tier.<system>`, `customer.points.<account>`, `data.…`. */
  readonly rest: string;
  readonly read: Reader<S>;
}

type Fixed<S> = Readonly<Record<string, readonly [operand: Operand, read: Reader<S>, names?: Names]>>;

const EVENT_PATHS: Fixed<View> = {
  type: ['text', (view) => view.event.type],
  source: ['text', (view) => view.event.source],
  amount: ['integer', (view) => view.amount],
  quantity: ['integer', (view) => view.quantity],
  storeId: ['text', (view) => view.storeId],
  'store.tags': ['texts', (view) => view.store?.tags],
  channel: ['text', (view) => view.channel],
  'local.hour': ['integer', (view) => view.local.hour],
  'local.minuteOfDay': ['integer', (view) => view.local.minuteOfDay],
  'local.dayOfWeek': ['integer', (view) => view.local.dayOfWeek],
  'local.date': ['text', (view) => view.local.date],
  'customer.status': ['text', (view) => view.customer.status, 'status'],
  'customer.tags': ['texts', (view) => view.customer.tags],
  'customer.audiences': ['texts', (view) => view.customer.audiences, 'audience'],
  'customer.rfm.recencyDays': ['integer', (view) => view.customer.rfm?.recencyDays, 'rfm'],
  'customer.rfm.frequency': ['integer', (view) => view.customer.rfm?.frequency, 'rfm'],
  'customer.rfm.monetary': ['integer', (view) => view.customer.rfm?.monetary, 'rfm'],
  'customer.rfm.score': ['integer', (view) => view.customer.rfm?.score, 'rfm'],
  'customer.ageDays': ['integer', (view) => view.customer.ageDays],
  'customer.offers': ['texts', (view) => view.customer.offers, 'offer'],
};

const LINE_PATHS: Fixed<LineView> = {
  sku: ['text', (line) => line.sku],
  name: ['text', (line) => line.name],
  categories: ['texts', (line) => line.categories],
  quantity: ['integer', (line) => line.quantity],
  unitPrice: ['integer', (line) => line.unitPrice],
  amount: ['integer', (line) => line.amount],
};

/** All paths of an event, those with a free part as `data.<name>`: for messages. */
export const EVENT_PATH_NAMES: readonly string[] = [
  ...Object.keys(EVENT_PATHS),
  'data.<name>',
  'customer.attributes.<name>',
  'customer.tier.<system>',
  'customer.points.<account>',
];
export const LINE_PATH_NAMES: readonly string[] = [...Object.keys(LINE_PATHS), 'attributes.<name>'];

/** A path of an event's view; undefined where there is no such path. */
export function eventPath(path: string): PathSpec<View> | undefined {
  const fixed = fixedPath(EVENT_PATHS, path);
  if (fixed !== undefined) return fixed;
  const data = after(path, 'data.');
  if (data !== undefined) return walked(path, data, 'data', (view) => view.event.data);
  const attribute = after(path, 'customer.attributes.');
  if (attribute !== undefined) return walked(path, attribute, 'attribute', (view) => view.customer.attributes);
  const system = after(path, 'customer.tier.');
  if (system !== undefined) {
    return { path, operand: 'text', names: 'tierSystem', rest: system, read: (view) => view.customer.tier(system) };
  }
  const account = after(path, 'customer.points.');
  if (account !== undefined) {
    return { path, operand: 'integer', names: 'account', rest: account, read: (view) => view.customer.points(account) };
  }
  return undefined;
}

/** A path of one line; undefined where there is no such path. */
export function linePath(path: string): PathSpec<LineView> | undefined {
  const fixed = fixedPath(LINE_PATHS, path);
  if (fixed !== undefined) return fixed;
  const attribute = after(path, 'attributes.');
  return attribute === undefined ? undefined : walked(path, attribute, undefined, (line) => line.attributes);
}

/** A field as JSON, for `explain` and `distinct`; undefined where it is missing (null, too). */
export function jsonAt<S>(spec: PathSpec<S>, subject: S): Json | undefined {
  const value = spec.read(subject) as Json | undefined;
  return value === null ? undefined : value;
}

function fixedPath<S>(paths: Fixed<S>, path: string): PathSpec<S> | undefined {
  if (!Object.hasOwn(paths, path)) return undefined;
  const [operand, read, names] = paths[path]!;
  return { path, operand, names, rest: '', read };
}

/** What follows `prefix`, if anything does and no part of it is empty. */
function after(path: string, prefix: string): string | undefined {
  if (!path.startsWith(prefix) || path.length === prefix.length) return undefined;
  return path.slice(prefix.length);
}

function walked<S>(path: string, rest: string, names: Names | undefined, root: Reader<S>): PathSpec<S> | undefined {
  const keys = rest.split('.');
  if (keys.some((key) => key === '' || key === '__proto__')) return undefined;
  return { path, operand: 'any', names, rest, read: walker(keys, root) };
}

function walker<S>(keys: readonly string[], root: Reader<S>): Reader<S> {
  const first = keys[0]!;
  if (keys.length === 1) return (subject) => step(root(subject), first);
  if (keys.length === 2) {
    const second = keys[1]!;
    return (subject) => step(step(root(subject), first), second);
  }
  return (subject) => {
    let value = root(subject);
    for (let i = 0; i < keys.length; i++) value = step(value, keys[i]!);
    return value;
  };
}

function step(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, key))
    return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}
