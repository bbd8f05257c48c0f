/** The part of JSON Schema that the document's schemas use, as `shape.ts` reads it. Only types here. */
import type { Format, NotYet } from './fields.js';

export interface SchemaNode {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, SchemaNode>>;
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  /** True: keys beside `properties` are taken as they are. */
  readonly additionalProperties?: boolean;
  /** An object of any keys; whoever uses the schema checks them. */
  readonly 'x-open'?: boolean;
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
  readonly 'x-format'?: Format;
  readonly 'x-unit'?: string;
  readonly 'x-not-yet'?: NotYet;
  readonly 'x-not-yet-kinds'?: NotYet;
  readonly 'x-not-yet-values'?: NotYet;
  readonly 'x-not-yet-absent'?: NotYet;
}
