/**
 * A digital property: a thing that talks to Regulars with a key of its own (GLOSSARY: Digital Property). This file owns
 * its shape as kept in the registry, as sent by a caller, and as shown.
 *
 * Invariant: the key itself is never kept; only its SHA-256. It is shown once, in the reply that makes it.
 */
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { limits } from '../../actors/limits.js';
import type { Problem } from '../../engine/contract.js';
import { schemaProblems } from '../schema-problems.js';
import { SCOPES, type Scope, scopes } from './scope.js';

export const PROPERTIES = 'properties';
export const ROOT_ID = 'root';

const ScopeSchema = Type.Enum([...SCOPES], {
  description: `What the key may do. ${SCOPES.map((scope) => `\`${scope}\`: ${scopes[scope]}`).join(' ')}`,
});

export const RateSchema = Type.Object(
  {
    perSecond: Type.Number({ exclusiveMinimum: 0, maximum: limits.rateBurstMax, description: 'Sustained rate.' }),
    burst: Type.Integer({ minimum: 1, maximum: limits.rateBurstMax, description: 'How many at once after a pause.' }),
  },
  { additionalProperties: false },
);

const fields = {
  name: Type.String({ minLength: 1, maxLength: 256, description: 'For people.' }),
  kind: Type.Enum(['mobile', 'browser', 'api'], {
    description: 'What it is: an app, a web page, or a server (a till, a connector).',
  }),
  scopes: Type.Array(ScopeSchema, { minItems: 1, maxItems: SCOPES.length, uniqueItems: true }),
  rate: Type.Optional(
    Type.Object(
      {
        requests: Type.Optional(RateSchema),
        events: Type.Optional(RateSchema),
      },
      { additionalProperties: false, description: 'Limits of its own; absent: those of the node only.' },
    ),
  ),
  disabled: Type.Optional(Type.Boolean({ description: 'Its keys are refused while true.' })),
};

export const PropertyChangeSchema = Type.Object(fields, { additionalProperties: false });
export const PropertyCreationSchema = Type.Object(
  {
    id: Type.Optional(
      Type.String({
        pattern: '^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$',
        description: 'Small letters, digits and dashes, 1 to 64; the default `source` of its events. Absent: made up.',
      }),
    ),
    ...fields,
  },
  { additionalProperties: false },
);
export const RotationSchema = Type.Object(
  {
    overlapSeconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: limits.keyOverlapSecondsMax,
        description: 'How long the old key goes on working. Default 0: it stops at once.',
      }),
    ),
  },
  { additionalProperties: false },
);

export type PropertyChange = Type.Static<typeof PropertyChangeSchema>;
export type Rate = Type.Static<typeof RateSchema>;

/** As kept. A type, not an interface, so that it is assignable to Json. */
export type PropertyRecord = {
  v: 1;
  name: string;
  kind: 'mobile' | 'browser' | 'api';
  scopes: Scope[];
  rate: { requests: Rate | null; events: Rate | null };
  disabled: boolean;
  createdAt: number;
  /** Newest first. SHA-256 in hex; `until`: ms, null while it is the present one. */
  keys: { hash: string; createdAt: number; until: number | null }[];
};

const checks = {
  create: Compile(PropertyCreationSchema),
  change: Compile(PropertyChangeSchema),
  rotate: Compile(RotationSchema),
};

/** Problems of what a caller sent; empty where it is fine. */
export function propertyProblems(kind: keyof typeof checks, value: unknown): readonly Problem[] {
  const check = checks[kind];
  return check.Check(value) ? [] : schemaProblems(check.Errors(value));
}

/** What the API shows of a property: never a hash. */
export function shownProperty(id: string, record: PropertyRecord): Record<string, unknown> {
  return {
    id,
    name: record.name,
    kind: record.kind,
    scopes: record.scopes,
    ...(record.rate.requests === null && record.rate.events === null
      ? {}
      : {
          rate: {
            ...(record.rate.requests === null ? {} : { requests: record.rate.requests }),
            ...(record.rate.events === null ? {} : { events: record.rate.events }),
          },
        }),
    disabled: record.disabled,
    createdAt: new Date(record.createdAt).toISOString(),
    keys: record.keys.map((key) => ({
      createdAt: new Date(key.createdAt).toISOString(),
      ...(key.until === null ? {} : { until: new Date(key.until).toISOString() }),
    })),
  };
}

/** The record after a change, keys untouched. */
export function changedRecord(
  change: PropertyChange,
  before: { createdAt: number; keys: PropertyRecord['keys'] },
): PropertyRecord {
  return {
    v: 1,
    name: change.name,
    kind: change.kind,
    scopes: [...change.scopes] as Scope[],
    rate: { requests: change.rate?.requests ?? null, events: change.rate?.events ?? null },
    disabled: change.disabled ?? false,
    createdAt: before.createdAt,
    keys: before.keys,
  };
}
