/**
 * Event types a program declares: the JSON Schema of their data, checked at validation and compiled once.
 * The only importer of ajv (JSON Schema 2020-12).
 *
 * A schema must be safe to run on every event: no pattern (it may take for ever), no $ref but to the schema's own
 * `#/$defs/…` and never in a circle, a bounded size with every $ref written out, `uniqueItems` only on short lists.
 */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Json } from '../event.js';
import { limits } from '../limits.js';
import { parseInstant } from '../time/instant.js';
import type { EventDocument } from './document.js';
import { at, type Problems, shown } from './problem.js';
import type { DeclaredType } from './program.js';

type Schema = Readonly<Record<string, unknown>>;

/** Compiles a validated declaration. Throws (a bug) where its schema was not validated. */
export function compileDeclared(document: EventDocument): DeclaredType {
  const validate = compileSchema(document.data ?? {});
  return {
    type: document.type,
    personal: personalPaths(document.data).length > 0,
    check: (data) => (validate(data) ? [] : problemsOf(validate.errors ?? [])),
  };
}

/** Adds what is wrong with a declared type's JSON Schema, under `pointer`. */
export function checkDeclaredSchema(schema: unknown, pointer: string, problems: Problems): void {
  if (schema === true) return;
  if (!isSchema(schema)) {
    problems.add(pointer, 'wrong_type', `Takes a JSON Schema (an object), not ${shown(schema)}.`);
    return;
  }
  const before = problems.list.length;
  checkNode(schema, pointer, problems);
  checkSize(schema, pointer, problems);
  if (problems.list.length > before) return;
  try {
    compileSchema(schema as Json);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    problems.add(pointer, 'invalid_schema', `Is not a valid JSON Schema (2020-12): ${reason}.`);
  }
}

/** Paths (as `color`, `address.street`) of properties marked `personal: true`; '' where all of the data counts as such. */
export function personalPaths(schema: unknown): readonly string[] {
  const found = new Set<string>();
  let left: number = limits.declaredSchemaNodesMax;
  const walk = (node: unknown, prefix: string, open: readonly string[]): void => {
    if (!isSchema(node)) return;
    left--;
    if (left < 0) return;
    if (node.personal === true) found.add(prefix);
    const name = localRef(node.$ref);
    if (name !== undefined && !open.includes(name)) walk(definition(schema, name), prefix, [...open, name]);
    for (const [child, , property] of children(node, '')) {
      walk(child, property === undefined ? prefix : prefix === '' ? property : `${prefix}.${property}`, open);
    }
  };
  walk(schema, '', []);
  return left < 0 ? [''] : [...found];
}

const SCHEMAS: ReadonlySet<string> = new Set([
  'items',
  'contains',
  'additionalProperties',
  'propertyNames',
  'unevaluatedItems',
  'unevaluatedProperties',
  'not',
  'if',
  'then',
  'else',
]);
const SCHEMA_LISTS: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const SCHEMA_MAPS: ReadonlySet<string> = new Set(['properties', 'dependentSchemas']);
const DOLLAR: ReadonlySet<string> = new Set(['$ref', '$defs', '$comment', '$schema']);
const DEFS = '#/$defs/';
const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type Child = readonly [child: unknown, pointer: string, property: string | undefined];

/** Every subschema with its pointer (and its name, where it is a property); `$defs` and `$ref` are not followed. */
function children(schema: Schema, pointer: string): Child[] {
  const found: Child[] = [];
  for (const [keyword, value] of Object.entries(schema)) {
    const here = at(pointer, keyword);
    if (SCHEMAS.has(keyword)) {
      found.push([value, here, undefined]);
    } else if (SCHEMA_LISTS.has(keyword) && Array.isArray(value)) {
      value.forEach((child: unknown, i) => {
        found.push([child, at(here, i), undefined]);
      });
    } else if (SCHEMA_MAPS.has(keyword) && isSchema(value)) {
      for (const [name, child] of Object.entries(value)) {
        found.push([child, at(here, name), keyword === 'properties' ? name : undefined]);
      }
    }
  }
  return found;
}

/** `size` for `#/$defs/size`. */
function localRef(reference: unknown): string | undefined {
  if (typeof reference !== 'string' || !reference.startsWith(DEFS)) return undefined;
  const name = reference.slice(DEFS.length);
  return name === '' || name.includes('/') || name.includes('~') || name.includes('%') ? undefined : name;
}

function definition(root: unknown, name: string): unknown {
  const defs = isSchema(root) ? root.$defs : undefined;
  return isSchema(defs) && Object.hasOwn(defs, name) ? defs[name] : undefined;
}

function checkNode(schema: Schema, pointer: string, problems: Problems): void {
  for (const [keyword, value] of Object.entries(schema))
    checkKeyword(schema, keyword, value, at(pointer, keyword), problems);
  for (const [child, where] of children(schema, pointer)) if (isSchema(child)) checkNode(child, where, problems);
  if (!isSchema(schema.$defs)) return;
  for (const [name, child] of Object.entries(schema.$defs)) {
    if (isSchema(child)) checkNode(child, at(at(pointer, '$defs'), name), problems);
  }
}

function checkKeyword(schema: Schema, keyword: string, value: unknown, pointer: string, problems: Problems): void {
  if (keyword === 'pattern' || keyword === 'patternProperties') {
    problems.add(
      pointer,
      'pattern_not_allowed',
      'Regular expressions are not allowed, they may take for ever; use enum, const, format, minLength and maxLength.',
    );
  } else if (keyword === '$ref') {
    if (localRef(value) === undefined) {
      problems.add(pointer, 'remote_ref', `Takes only a $ref within the schema, as #/$defs/size, not ${shown(value)}.`);
    }
  } else if (keyword === '$schema') {
    if (value !== DIALECT) problems.add(pointer, 'not_allowed', `Takes only ${DIALECT}; leave it out.`);
  } else if (keyword.startsWith('$') && !DOLLAR.has(keyword)) {
    problems.add(pointer, 'keyword_not_allowed', `${keyword} is not allowed here; use $defs and $ref: "#/$defs/…".`);
  } else if (keyword === 'format') {
    if (typeof value !== 'string' || !Object.hasOwn(FORMATS, value)) {
      problems.add(
        pointer,
        'unknown_format',
        `Knows the formats ${Object.keys(FORMATS).join(', ')}, not ${shown(value)}; leave it out.`,
      );
    }
  } else if (keyword === 'personal') {
    if (value !== true)
      problems.add(pointer, 'wrong_type', 'Takes only true; leave it out where the property is not personal.');
  } else if (keyword === 'uniqueItems' && value === true) {
    const longest = schema.maxItems;
    if (typeof longest !== 'number' || longest > limits.uniqueItemsMax) {
      problems.add(
        pointer,
        'unbounded_unique',
        `uniqueItems needs maxItems of at most ${limits.uniqueItemsMax} beside it.`,
      );
    }
  } else if (keyword === 'properties' && isSchema(value) && Object.hasOwn(value, '__proto__')) {
    problems.add(
      at(pointer, '__proto__'),
      'forbidden_key',
      'A property cannot be named __proto__; give it another name.',
    );
  }
}

/** Size with every $ref written out, and no $ref in a circle: what one event may cost. */
function checkSize(root: Schema, pointer: string, problems: Problems): void {
  const sizes = new Map<string, number>();
  const open = new Set<string>();
  const sizeOf = (schema: unknown, where: string): number => {
    if (!isSchema(schema)) return 1;
    let size = 1;
    const name = localRef(schema.$ref);
    if (name !== undefined) size += target(name, at(where, '$ref'));
    for (const [child, there] of children(schema, where)) size += sizeOf(child, there);
    return Math.min(size, limits.declaredSchemaNodesMax + 1);
  };
  const target = (name: string, where: string): number => {
    const known = sizes.get(name);
    if (known !== undefined) return known;
    if (open.has(name)) {
      problems.add(where, 'schema_recursive', `$defs/${name} contains itself; write the levels out.`);
      return 1;
    }
    const defined = definition(root, name);
    if (defined === undefined) {
      problems.add(where, 'unknown_ref', `There is no $defs/${name} in this schema.`);
      return 1;
    }
    open.add(name);
    const size = sizeOf(defined, at(at(pointer, '$defs'), name));
    open.delete(name);
    sizes.set(name, size);
    return size;
  };
  if (sizeOf(root, pointer) > limits.declaredSchemaNodesMax) {
    problems.add(
      pointer,
      'too_large',
      `Has more than ${limits.declaredSchemaNodesMax} subschemas with every $ref written out.`,
    );
  }
}

const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  'date-time': (text) => parseInstant(text) !== undefined,
  date: (text) => text.length === 10 && parseInstant(`${text}T00:00:00Z`) !== undefined,
};

/** One for all: making it costs far more than compiling a schema. */
let shared: Ajv2020 | undefined;

function compileSchema(schema: Json): ValidateFunction {
  shared ??= newAjv();
  // A fresh object each time, forgotten at once: ajv remembers schemas by identity, and for ever.
  const own = { ...(schema as Record<string, unknown>) };
  try {
    return shared.compile(own);
  } finally {
    shared.removeSchema(own);
  }
}

function newAjv(): Ajv2020 {
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    allErrors: true,
    logger: false,
    addUsedSchema: false,
    formats: FORMATS,
  });
  ajv.addKeyword({ keyword: 'personal', schemaType: 'boolean' });
  return ajv;
}

function problemsOf(errors: readonly ErrorObject[]): { pointer: string; code: string; detail: string }[] {
  return errors.slice(0, limits.declaredProblemsMax).map((error) => ({
    pointer: `/data${error.instancePath}`,
    code: 'schema_mismatch',
    detail: detailOf(error),
  }));
}

function detailOf(error: ErrorObject): string {
  const params = error.params as Readonly<Record<string, unknown>>;
  const named = params.additionalProperty ?? params.unevaluatedProperty ?? params.allowedValues ?? params.allowedValue;
  const extra = named === undefined ? '' : `: ${JSON.stringify(named)}`;
  return `${error.message ?? error.keyword}${extra}`;
}
