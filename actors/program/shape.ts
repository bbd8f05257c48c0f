/**
 * Walks a value along a TypeBox schema and tells every problem: where, which code, how to mend it.
 *
 * Why not the compiled check: it says that a union failed, not which variant was meant, and it cannot tell a misspelt
 * key from a feature that is known and not there yet. This walker reads the same schemas (a test holds the two
 * together) and is fast enough for a document that is published now and then.
 * Invariants: (1) the value was bounded first (`bounded`), so recursion ends; (2) only own keys are looked at.
 */
import { limits } from '../limits.js';
import { suggestion } from './nearest.js';
import { at, type Problems, shown } from './problem.js';
import { type Complaint, complaintOfEnum, complaintOfNumber, complaintOfText, wrongType } from './scalar.js';
import type { SchemaNode } from './schema-node.js';

type Plain = Readonly<Record<string, unknown>>;

/** False (with one problem) where the value is nested too deep or too large to be walked at all. */
export function bounded(value: unknown, problems: Problems): boolean {
  let left: number = limits.programValuesMax;
  let deep = false;
  const trail: (string | number)[] = [];
  const within = (item: unknown): boolean => {
    left--;
    if (left < 0) return false;
    if (typeof item !== 'object' || item === null) return true;
    if (trail.length >= limits.programNestingDepthMax) {
      deep = true;
      return false;
    }
    for (const key of Object.keys(item)) {
      trail.push(key);
      if (!within((item as Plain)[key])) return false;
      trail.pop();
    }
    return true;
  };
  if (within(value)) return true;
  if (!deep) {
    problems.add('', 'too_large', `The program has more than ${limits.programValuesMax} values; split or shorten it.`);
  } else {
    problems.add(
      trail.reduce<string>(at, ''),
      'nested_too_deep',
      `Nested deeper than ${limits.programNestingDepthMax}; flatten it.`,
    );
  }
  return false;
}

/** Adds every problem of `value` to `problems`. `root` is its schema and holds the `$defs`; `pointer` is where it stands. */
export function checkShape(root: SchemaNode, value: unknown, problems: Problems, pointer = ''): void {
  new Walk(root, problems).node(root, value, pointer);
}

class Walk {
  constructor(
    private readonly root: SchemaNode,
    private readonly problems: Problems,
  ) {}

  node(schema: SchemaNode, value: unknown, pointer: string): void {
    if (this.problems.full) return;
    const node = this.#resolve(schema);
    if (node.anyOf !== undefined) this.#union(node, node.anyOf, value, pointer);
    else if (node['x-open'] === true)
      this.#complain(isPlain(value) ? undefined : wrongType('an object', value), pointer);
    else if (node.type === 'object') this.#object(node, value, pointer);
    else if (node.type === 'array') this.#array(node, value, pointer);
    else this.#complain(leaf(node, value), pointer);
  }

  #complain(complaint: Complaint | undefined, pointer: string): void {
    if (complaint !== undefined) this.problems.add(pointer, complaint[0], complaint[1]);
  }

  #resolve(schema: SchemaNode): SchemaNode {
    if (schema.$ref === undefined) return schema;
    return this.root.$defs![schema.$ref.slice('#/$defs/'.length)]!;
  }

  #object(node: SchemaNode, value: unknown, pointer: string): void {
    if (!isPlain(value)) {
      this.#complain(wrongType('an object', value), pointer);
      return;
    }
    let known = 0;
    let others = 0;
    for (const key of Object.keys(value)) {
      const property = own(node.properties, key);
      if (property === undefined && node.additionalProperties === true) continue;
      if (property === undefined) {
        others++;
        this.#complain(notYet(node, key) ?? unknownKey(node, key), at(pointer, key));
      } else {
        known++;
        this.node(property, value[key], at(pointer, key));
      }
    }
    for (const key of node.required ?? []) {
      if (!Object.hasOwn(value, key)) this.#complain(absent(node, key), at(pointer, key));
    }
    if (node.maxProperties !== undefined && known > node.maxProperties) {
      this.#complain(
        ['too_many_keys', `Takes ${node.maxProperties} keys together, not ${known}. ${node.description ?? ''}`],
        pointer,
      );
    } else if (node.minProperties !== undefined && known < node.minProperties && others === 0) {
      const keys = Object.keys(node.properties ?? {}).join(', ');
      this.#complain(['too_few_keys', `Takes at least ${node.minProperties} of: ${keys}.`], pointer);
    }
  }

  #array(node: SchemaNode, value: unknown, pointer: string): void {
    if (!Array.isArray(value)) {
      this.#complain(wrongType('a list', value), pointer);
      return;
    }
    if (node.minItems !== undefined && value.length < node.minItems) {
      const detail = `Takes at least ${node.minItems}, has ${value.length}. ${node.description ?? ''}`;
      this.#complain(['too_few', detail.trimEnd()], pointer);
    }
    if (node.maxItems !== undefined && value.length > node.maxItems) {
      this.#complain(['too_many', `Takes at most ${node.maxItems}, has ${value.length}.`], pointer);
      return;
    }
    for (let i = 0; i < value.length; i++) this.node(node.items!, value[i], at(pointer, i));
  }

  /** Tells the problems of the variant that was meant: the one that fits best. */
  #union(node: SchemaNode, branches: readonly SchemaNode[], value: unknown, pointer: string): void {
    if (isPlain(value) && this.#unionNotYet(node, value, pointer)) return;
    let best: SchemaNode | undefined;
    let bestFit = 0;
    for (const branch of branches) {
      const fit = fitOf(this.#resolve(branch), value);
      if (fit > bestFit) {
        best = branch;
        bestFit = fit;
      }
    }
    if (best !== undefined) {
      this.node(best, value, pointer);
      return;
    }
    if (!isPlain(value) || branches.every((branch) => this.#resolve(branch).type !== 'object')) {
      this.#complain(['wrong_type', `${node.description ?? 'Takes another type.'} This is ${shown(value)}.`], pointer);
      return;
    }
    const keys = Object.keys(value).slice(0, 5);
    const known = branches.flatMap((branch) => Object.keys(this.#resolve(branch).properties ?? {}));
    const hint = keys.map((key) => suggestion(key, known)).find((text) => text !== '') ?? '';
    const written = keys.length > 0 ? `${shown(value)} with ${keys.join(', ')}` : shown(value);
    this.#complain(
      ['no_such_variant', `${node.description ?? 'Takes another form.'} This is ${written}.${hint}`],
      pointer,
    );
  }

  #unionNotYet(node: SchemaNode, value: Plain, pointer: string): boolean {
    let found = false;
    for (const key of Object.keys(value)) {
      const meanwhile = notYet(node, key);
      if (meanwhile === undefined) continue;
      found = true;
      this.#complain(meanwhile, at(pointer, key));
    }
    const kind = own(value, 'kind');
    const meanwhile = typeof kind === 'string' ? own(node['x-not-yet-kinds'], kind) : undefined;
    if (meanwhile === undefined) return found;
    this.#complain(['not_supported_yet', meanwhile], at(pointer, 'kind'));
    return true;
  }
}

function leaf(node: SchemaNode, value: unknown): Complaint | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') {
    const meanwhile = own(node['x-not-yet-values'], String(value));
    if (meanwhile !== undefined) return ['not_supported_yet', meanwhile];
  }
  if (node.enum !== undefined) return complaintOfEnum(node.enum, value);
  if (node.const !== undefined) {
    return value === node.const ? undefined : ['not_allowed', `Takes only ${shown(node.const)}, not ${shown(value)}.`];
  }
  if (node.type === 'string') return complaintOfText(node, value);
  if (node.type === 'boolean') return typeof value === 'boolean' ? undefined : wrongType('true or false', value);
  if (node.type === 'integer' || node.type === 'number') return complaintOfNumber(node, value);
  return undefined;
}

function notYet(node: SchemaNode, key: string): Complaint | undefined {
  const meanwhile = own(node['x-not-yet'], key);
  return meanwhile === undefined ? undefined : ['not_supported_yet', meanwhile];
}

function unknownKey(node: SchemaNode, key: string): Complaint {
  const known = Object.keys(node.properties ?? {});
  const hint = suggestion(key, [...known, ...Object.keys(node['x-not-yet'] ?? {})]);
  return ['unknown_key', `There is no ${shown(key)} here.${hint || ` Known here: ${known.join(', ')}.`}`];
}

function absent(node: SchemaNode, key: string): Complaint {
  const meanwhile = own(node['x-not-yet-absent'], key);
  if (meanwhile !== undefined) return ['not_supported_yet', meanwhile];
  return ['required', `${key} is missing. ${own(node.properties, key)?.description ?? ''}`.trimEnd()];
}

/** How well a variant fits what was written; 0 or less: not at all. */
function fitOf(node: SchemaNode, value: unknown): number {
  if (node.enum !== undefined) return typeof value === 'string' ? (node.enum.includes(value) ? 10 : 1) : 0;
  if (node.const !== undefined) return value === node.const ? 10 : 0;
  if (node.type === 'object') return isPlain(value) ? fitOfObject(node, value) : 0;
  return node.type === (Array.isArray(value) ? 'array' : typeof value) ? 5 : 0;
}

/** Keys decide: the variant's `kind` first, then its required keys, then the others. */
function fitOfObject(node: SchemaNode, value: Plain): number {
  let fit = 0;
  for (const [key, property] of Object.entries(node.properties ?? {})) {
    if (!Object.hasOwn(value, key)) continue;
    if (key === 'kind' && property.enum !== undefined) fit += property.enum.includes(value[key] as string) ? 100 : -100;
    else fit += node.required?.includes(key) === true ? 10 : 1;
  }
  return fit;
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
