/** Digital properties: create, list, change, rotate and revoke keys (API: `/v1/properties`). */
import { randomBytes } from 'node:crypto';
import type { Json } from '../../actors/event.js';
import { limits } from '../../actors/limits.js';
import type { Engine, KeptReply } from '../../engine/contract.js';
import type { Call } from '../call.js';
import { readDocument } from '../document-body.js';
import { JSON_TYPE } from '../media.js';
import { ProblemError } from '../problem.js';
import type { Route } from '../route.js';
import type { Reply } from '../server/http-server.js';
import * as docs from './docs.js';
import { newKey } from './keyring.js';
import {
  changedRecord,
  PROPERTIES,
  type PropertyChange,
  type PropertyRecord,
  propertyProblems,
  ROOT_ID,
  shownProperty,
} from './property.js';

/** Replayed in place of a key: it is shown once and not kept, not even for a repeat of the request that made it. */
const NOT_SHOWN_AGAIN = null;
const KEYS_MAX = 2;

export function propertyRoutes(engine: Pick<Engine, 'registry'>, now: () => number): readonly Route[] {
  const { registry } = engine;
  const found = (call: Call): { id: string; record: PropertyRecord } => {
    const id = call.params[0] as string;
    const record = registry.get(PROPERTIES, id) as PropertyRecord | null | undefined;
    if (record === undefined || record === null)
      throw new ProblemError('property_not_found', `There is no property "${id.slice(0, 100)}".`);
    return { id, record };
  };
  const put = async (call: Call, status: number, id: string, record: PropertyRecord, key?: string): Promise<Reply> => {
    const value = shownProperty(id, record);
    const shown = key === undefined ? value : { ...value, key };
    const keep = call.keep((): KeptReply => {
      const kept = key === undefined ? value : { ...value, key: NOT_SHOWN_AGAIN };
      return { status, contentType: JSON_TYPE, body: Buffer.from(JSON.stringify(kept)) };
    });
    await registry.put(PROPERTIES, id, record as unknown as Json, keep);
    return call.answer(status, shown, ['Cache-Control', 'no-store']);
  };
  return [
    {
      method: 'POST',
      pattern: '/v1/properties',
      name: 'properties.create',
      scope: 'properties:write',
      docs: docs.create,
      handle: (call, body) => {
        call.query();
        const change = checked('create', readDocument(call.contentType, body)) as PropertyChange & { id?: string };
        const id = change.id ?? `${change.kind}-${randomBytes(4).toString('hex')}`;
        if (id === ROOT_ID || (registry.get(PROPERTIES, id) ?? null) !== null) {
          throw new ProblemError('property_exists', `"${id}" is taken.`);
        }
        if (registry.list(PROPERTIES).length >= limits.propertiesMax) {
          throw new ProblemError('properties_full', `There may be ${limits.propertiesMax} properties.`);
        }
        const { key, hash } = newKey(id);
        const createdAt = now();
        const record = changedRecord(change, { createdAt, keys: [{ hash, createdAt, until: null }] });
        return put(call, 201, id, record, key);
      },
    },
    {
      method: 'GET',
      pattern: '/v1/properties',
      name: 'properties.list',
      scope: 'properties:read',
      docs: docs.list,
      handle: (call) => {
        call.query();
        const items = registry
          .list(PROPERTIES)
          .map(([id, record]) => shownProperty(id, record as unknown as PropertyRecord));
        return call.answer(200, { items, nextCursor: null });
      },
    },
    {
      method: 'GET',
      pattern: '/v1/properties/:id',
      name: 'properties.get',
      scope: 'properties:read',
      docs: docs.get,
      handle: (call) => {
        call.query();
        const { id, record } = found(call);
        return call.answer(200, shownProperty(id, record));
      },
    },
    {
      method: 'PUT',
      pattern: '/v1/properties/:id',
      name: 'properties.put',
      scope: 'properties:write',
      docs: docs.put,
      handle: (call, body) => {
        call.query();
        const { id, record } = found(call);
        const change = checked('change', readDocument(call.contentType, body)) as PropertyChange;
        return put(call, 200, id, changedRecord(change, record));
      },
    },
    {
      method: 'DELETE',
      pattern: '/v1/properties/:id',
      name: 'properties.delete',
      scope: 'properties:write',
      docs: docs.remove,
      handle: async (call) => {
        call.query();
        const { id } = found(call);
        await registry.put(PROPERTIES, id, null);
        return call.raw(204, undefined, undefined);
      },
    },
    {
      method: 'POST',
      pattern: '/v1/properties/:id/rotate',
      name: 'properties.rotate',
      scope: 'properties:write',
      docs: docs.rotate,
      handle: (call, body) => {
        call.query();
        const { id, record } = found(call);
        const sent = readDocument(call.contentType, body, { optional: true }) ?? {};
        const { overlapSeconds = 0 } = checked('rotate', sent) as { overlapSeconds?: number };
        const { key, hash } = newKey(id);
        const at = now();
        const old = record.keys
          .map((one) => ({
            ...one,
            until: Math.min(one.until ?? Number.MAX_SAFE_INTEGER, at + overlapSeconds * 1_000),
          }))
          .filter((one) => one.until > at);
        const keys = [{ hash, createdAt: at, until: null }, ...old].slice(0, KEYS_MAX);
        return put(call, 200, id, { ...record, keys }, key);
      },
    },
    {
      method: 'POST',
      pattern: '/v1/properties/:id/revoke',
      name: 'properties.revoke',
      scope: 'properties:write',
      docs: docs.revoke,
      handle: (call) => {
        call.query();
        const { id, record } = found(call);
        return put(call, 200, id, { ...record, keys: [] });
      },
    },
  ];
}

function checked(kind: 'create' | 'change' | 'rotate', value: unknown): unknown {
  const errors = propertyProblems(kind, value);
  if (errors.length > 0) throw new ProblemError('property_invalid', errors[0]?.detail ?? 'See errors.', { errors });
  return value;
}
