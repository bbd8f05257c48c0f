/**
 * From a bearer key to the property it belongs to. A key is `rk_<property id>_<43 characters of base64url>`: the id
 * says where to look, the SHA-256 of the whole is compared in constant time.
 *
 * Invariants: (1) a key is hashed once while it is remembered; (2) what is remembered holds only as long as the registry
 * gives the very record it was checked against, so a change, a rotation or a revocation tells at once; (3) a key that
 * is not known is never remembered, so guessing costs no memory.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { limits } from '../../actors/limits.js';
import type { Registry } from '../../engine/contract.js';
import { PROPERTIES, type PropertyRecord, ROOT_ID } from './property.js';
import { TokenBucket } from './rate-limit.js';
import { SCOPES, type Scope } from './scope.js';

const SECRET_BYTES = 32;
const SECRET_CHARACTERS = 43;
const PREFIX = 'rk_';

/** Who asks. One per property, so that its limits are counted over all its keys and connections. */
export class Caller {
  constructor(
    readonly id: string,
    readonly scopes: ReadonlySet<Scope>,
    readonly requests: TokenBucket | undefined,
    readonly events: TokenBucket | undefined,
  ) {}

  may(scope: Scope): boolean {
    return this.scopes.has(scope);
  }
}

interface Remembered {
  readonly record: PropertyRecord | undefined;
  /** ms; the key's end, where it has been rotated away. */
  readonly until: number | null;
  readonly caller: Caller;
}

export class Keyring {
  readonly #remembered = new Map<string, Remembered>();
  readonly #callers = new Map<string, { record: PropertyRecord; caller: Caller }>();
  readonly #root: Caller | undefined;
  readonly #rootHash: Buffer | undefined;

  constructor(
    private readonly registry: Registry,
    rootKey: string | undefined,
    private readonly now: () => number,
  ) {
    if (rootKey === undefined || rootKey === '') return;
    this.#rootHash = sha256(rootKey);
    this.#root = new Caller(ROOT_ID, new Set(SCOPES), undefined, undefined);
  }

  /** The caller behind `Authorization: Bearer <key>`; undefined where the key is unknown, disabled or no longer valid. */
  callerOf(key: string): Caller | undefined {
    const remembered = this.#remembered.get(key);
    if (remembered !== undefined) {
      const { record } = remembered;
      if (record === undefined) return remembered.caller;
      const stands = this.registry.get(PROPERTIES, remembered.caller.id) === record;
      if (stands && (remembered.until === null || remembered.until > this.now())) return remembered.caller;
      this.#remembered.delete(key);
    }
    return this.#check(key);
  }

  /** Whether what a caller was given still holds: nobody changed, rotated or revoked the property since. */
  stands(caller: Caller): boolean {
    if (caller === this.#root) return true;
    const known = this.#callers.get(caller.id);
    return known?.caller === caller && this.registry.get(PROPERTIES, caller.id) === known.record;
  }

  #check(key: string): Caller | undefined {
    if (key.length > 512) return undefined;
    const hash = sha256(key);
    if (this.#rootHash !== undefined && timingSafeEqual(hash, this.#rootHash)) {
      this.#remember(key, { record: undefined, until: null, caller: this.#root as Caller });
      return this.#root;
    }
    const id = propertyIdOf(key);
    const record = id === undefined ? undefined : (this.registry.get(PROPERTIES, id) as PropertyRecord | undefined);
    if (id === undefined || record === undefined || record === null || record.disabled) return undefined;
    const now = this.now();
    for (const candidate of record.keys) {
      if (!timingSafeEqual(hash, Buffer.from(candidate.hash, 'hex'))) continue;
      if (candidate.until !== null && candidate.until <= now) return undefined;
      const caller = this.#callerFor(id, record);
      this.#remember(key, { record, until: candidate.until, caller });
      return caller;
    }
    return undefined;
  }

  #callerFor(id: string, record: PropertyRecord): Caller {
    const known = this.#callers.get(id);
    if (known !== undefined && known.record === record) return known.caller;
    const { requests, events } = record.rate;
    const caller = new Caller(
      id,
      new Set(record.scopes),
      requests === null ? undefined : new TokenBucket(requests, this.now),
      events === null ? undefined : new TokenBucket(events, this.now),
    );
    if (this.#callers.size >= limits.keysRememberedMax) this.#callers.clear();
    this.#callers.set(id, { record, caller });
    return caller;
  }

  #remember(key: string, remembered: Remembered): void {
    if (this.#remembered.size >= limits.keysRememberedMax) {
      for (const oldest of this.#remembered.keys()) {
        this.#remembered.delete(oldest);
        break;
      }
    }
    this.#remembered.set(key, remembered);
  }
}

/** A new key of a property, and what is kept of it. */
export function newKey(propertyId: string): { readonly key: string; readonly hash: string } {
  const key = `${PREFIX}${propertyId}_${randomBytes(SECRET_BYTES).toString('base64url')}`;
  return { key, hash: sha256(key).toString('hex') };
}

function propertyIdOf(key: string): string | undefined {
  const end = key.length - SECRET_CHARACTERS - 1;
  if (!key.startsWith(PREFIX) || end <= PREFIX.length || key[end] !== '_') return undefined;
  return key.slice(PREFIX.length, end);
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
