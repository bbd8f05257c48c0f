/**
 * The vault: personal data sealed with a key per customer, so that erasing the key erases the data wherever it was
 * copied (DESIGN D13).
 *
 * Owns: the customers' keys, in an LMDB environment of their own (`<data>/keys`), each wrapped by the node's key.
 * sealed.ts owns the bytes, node-key.ts where the node's key comes from; the journal and the rows hold what is sealed.
 * Invariants:
 *  1. A key seals nothing before it is durable (`prepare`): what can be read back today can be read back after a crash.
 *  2. A key is never changed: made once, erased once. A customer who comes back after an erasure gets a key of the
 *     next generation; what was sealed with an erased one stays closed.
 *  3. A failed commit is final here too (DESIGN D12): no key is made or erased any more.
 *  4. Wrapped keys are bound to their customer's id, so keys cannot be exchanged on disk.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { limits } from '../../actors/limits.js';
import { makeFolder, syncFolder } from '../storage/folder.js';
import { Environment, type Table } from '../storage/lmdb.js';
import { keptNodeKey, NODE_KEY_BYTES } from './node-key.js';
import { generationOf, openBytes, SealBroken, sealBytes } from './sealed.js';

/** Where the wrapped keys stand beside this disk, for the other nodes of a cluster. */
export interface SharedKeys {
  /** Resolves once it is safe there. */
  put(customerId: string, wrapped: Uint8Array): Promise<void>;
  /** Undefined where the customer never had one. */
  get(customerId: string): Promise<Uint8Array | undefined>;
}

/** A key that another node has made is not here yet: `Vault.fetch` it and try again. */
export class KeyNotHere extends Error {
  override readonly name = 'KeyNotHere';
  constructor(readonly customerId: string) {
    super(`the key of customer ${JSON.stringify(customerId)} is not here yet`);
  }
}

export interface VaultOptions {
  /** Opens what is there, also beside a running node; `prepare` and `erase` then throw. */
  readonly readOnly?: boolean;
  readonly keysCachedMax?: number;
  readonly shared?: SharedKeys | undefined;
  /** Only for tests that make a disk fail. */
  readonly openEnvironment?: (path: string, readOnly: boolean) => Environment;
}

interface CustomerKey {
  readonly generation: number;
  /** Undefined: erased. */
  readonly key: Buffer | undefined;
}

const KEYS_FOLDER = 'keys';
const KEY_BYTES = 32;
const CHECK = 'check';
const CHECK_LABEL = 'check of the node key';

export class Vault {
  /** Durable keys, the one used last at the end. */
  private readonly cached = new Map<string, CustomerKey>();
  /** Keys on their way to disk, and erasures. */
  private readonly making = new Map<string, Promise<void>>();
  private readonly erasing = new Map<string, Promise<void>>();
  private failure: Error | undefined;

  private constructor(
    private readonly environment: Environment | undefined,
    private readonly keys: Table | undefined,
    private readonly nodeKey: Buffer,
    private readonly readOnly: boolean,
    private readonly cachedMax: number,
    private readonly shared: SharedKeys | undefined,
  ) {}

  /**
   * Opens the vault of a data folder. `nodeKey`: 32 bytes; absent, the one in `<dataDir>/node.key` is used, and made
   * where the vault is new. Throws where the node key is not the one that the vault was made with.
   */
  static open(dataDir: string, nodeKey?: Uint8Array, options: VaultOptions = {}): Vault {
    const readOnly = options.readOnly ?? false;
    const cachedMax = options.keysCachedMax ?? limits.vaultKeysCachedMax;
    const open = options.openEnvironment ?? ((path, readOnly) => new Environment(path, { readOnly, tables: 2 }));
    const folder = join(dataDir, KEYS_FOLDER);
    const isNew = !existsSync(join(folder, 'data.mdb'));
    if (nodeKey !== undefined && nodeKey.length !== NODE_KEY_BYTES) {
      throw new Error(`the node key must be ${NODE_KEY_BYTES} bytes, got ${nodeKey.length}`);
    }
    if (readOnly && isNew)
      return new Vault(undefined, undefined, Buffer.alloc(NODE_KEY_BYTES), true, cachedMax, undefined);

    if (!readOnly) makeFolder(folder);
    const environment = open(folder, readOnly);
    try {
      const meta = readOnly ? environment.existingTable('meta') : environment.table('meta');
      const keys = readOnly ? environment.existingTable('keys') : environment.table('keys');
      const check = meta?.get(CHECK);
      const key = nodeKey === undefined ? keptNodeKey(dataDir, !readOnly && check === undefined) : Buffer.from(nodeKey);
      if (check !== undefined) verifyNodeKey(key, check, folder);
      else if (!readOnly) environment.putNow(meta!, CHECK, sealBytes(key, 0, CHECK_LABEL, randomBytes(KEY_BYTES)));
      if (!readOnly && isNew) syncFolder(folder);
      return new Vault(environment, keys, key, readOnly, cachedMax, options.shared);
    } catch (error) {
      void environment.close();
      throw error;
    }
  }

  /**
   * Makes the customer's key where there is none. Undefined when a durable one exists; else resolves once it is
   * durable. Customers prepared in one go share one commit. Rejects when the commit failed.
   */
  prepare(customerId: string): Promise<void> | undefined {
    const making = this.making.get(customerId);
    if (making !== undefined) return making;
    const erasing = this.erasing.get(customerId);
    if (erasing !== undefined) return erasing.then(() => this.prepare(customerId));
    const known = this.keyOf(customerId);
    if (known?.key !== undefined) return undefined;
    const next = { generation: known === undefined ? 0 : known.generation + 1, key: randomBytes(KEY_BYTES) };
    const wrapped = sealBytes(this.nodeKey, next.generation, customerId, next.key);
    const made = this.store(customerId, wrapped).then(() => {
      this.making.delete(customerId);
      this.remember(customerId, next);
    });
    this.making.set(customerId, made);
    return made;
  }

  /** Whether there is a durable key, neither erased nor about to be. */
  hasKey(customerId: string): boolean {
    return this.keyOf(customerId)?.key !== undefined;
  }

  /**
   * Seals bytes for a customer. Throws where there never was a durable key: `prepare` was not awaited (a bug). With an
   * erased one nobody opens it any more: what is written meanwhile of data known before is gone like that.
   */
  seal(customerId: string, bytes: Uint8Array): Uint8Array {
    const known = this.keyOf(customerId);
    if (known !== undefined && known.key === undefined) {
      return sealBytes(randomBytes(KEY_BYTES), known.generation, customerId, Buffer.alloc(0));
    }
    if (known?.key === undefined) {
      throw new Error(`no durable key for customer ${JSON.stringify(customerId)}: await prepare() before seal()`);
    }
    return sealBytes(known.key, known.generation, customerId, bytes);
  }

  /**
   * What was sealed for this customer; undefined when the key it was sealed with is erased. Throws SealBroken where
   * the bytes were changed or belong to another customer.
   */
  open(customerId: string, sealed: Uint8Array): Uint8Array | undefined {
    const generation = generationOf(sealed);
    const known = this.keyOf(customerId);
    if (this.shared !== undefined && (known?.generation ?? -1) < generation) throw new KeyNotHere(customerId);
    if (known === undefined) return undefined;
    if (generation < known.generation) return undefined;
    if (generation > known.generation) {
      throw new SealBroken(
        `sealed with key ${generation} of this customer, the vault's newest is ${known.generation}: the bytes were changed, or keys and data are of different backups`,
      );
    }
    return known.key === undefined ? undefined : openBytes(known.key, customerId, sealed);
  }

  /**
   * Drops the customer's key for good; resolves when that is durable. What remains is that the customer had one. The
   * wrapped key's bytes may stay in a free page of the file until that is used again; `copyTo` leaves them out.
   */
  erase(customerId: string): Promise<void> {
    const under = this.erasing.get(customerId);
    if (under !== undefined) return under;
    const erased = this.eraseNow(customerId);
    this.erasing.set(customerId, erased);
    const done = (): void => {
      this.erasing.delete(customerId);
      this.cached.delete(customerId);
    };
    return erased.then(done, (error: Error) => {
      done();
      throw error;
    });
  }

  /** The customer's key as it stands with the other nodes, erased or not; where there is none nothing changes. */
  async fetch(customerId: string): Promise<void> {
    const wrapped = await this.shared?.get(customerId);
    if (wrapped === undefined) return;
    // Throws where it was wrapped with another node key.
    openBytes(this.nodeKey, customerId, wrapped);
    await this.write(customerId, wrapped);
    this.cached.delete(customerId);
  }

  /** Copies the wrapped keys to a folder, as they stand. Without the node's key they open nothing. */
  async copyTo(folder: string): Promise<void> {
    await this.environment?.copyTo(folder);
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.making.values(), ...this.erasing.values()]);
    this.cached.clear();
    this.nodeKey.fill(0);
    await this.environment?.close();
  }

  private async eraseNow(customerId: string): Promise<void> {
    await this.making.get(customerId);
    const known = this.stored(customerId);
    if (known?.key === undefined) return;
    // The generation alone, sealed as before: no key can be read from it, and it cannot be lowered unseen.
    const tombstone = sealBytes(this.nodeKey, known.generation, customerId, Buffer.alloc(0));
    await this.store(customerId, tombstone);
  }

  private async store(customerId: string, wrapped: Uint8Array): Promise<void> {
    await this.shared?.put(customerId, wrapped);
    await this.write(customerId, wrapped);
  }

  private write(customerId: string, wrapped: Uint8Array): Promise<void> {
    return this.commit((environment) => environment.write((batch) => batch.put(this.keys!, customerId, wrapped)));
  }

  /** The customer's newest key, but not one that is being erased. */
  private keyOf(customerId: string): CustomerKey | undefined {
    const cached = this.cached.get(customerId);
    const known = cached ?? this.stored(customerId);
    if (known === undefined) return undefined;
    if (this.erasing.has(customerId)) return { generation: known.generation, key: undefined };
    if (cached !== undefined) this.cached.delete(customerId);
    this.remember(customerId, known);
    return known;
  }

  private stored(customerId: string): CustomerKey | undefined {
    const wrapped = this.keys?.get(customerId);
    if (wrapped === undefined) return undefined;
    const key = openBytes(this.nodeKey, customerId, wrapped);
    return { generation: generationOf(wrapped), key: key.length === 0 ? undefined : key };
  }

  private remember(customerId: string, key: CustomerKey): void {
    this.cached.set(customerId, key);
    if (this.cached.size <= this.cachedMax) return;
    for (const oldest of this.cached.keys()) {
      this.cached.delete(oldest);
      return;
    }
  }

  private async commit(write: (environment: Environment) => Promise<unknown>): Promise<void> {
    if (this.failure !== undefined) {
      throw new Error('a commit of the vault failed before; restart the node', { cause: this.failure });
    }
    if (this.readOnly || this.environment === undefined) throw new Error('the vault is open for reading only');
    try {
      await write(this.environment);
    } catch (error) {
      this.failure ??= error as Error;
      throw new Error(`the vault could not write: ${(error as Error).message}`, { cause: error });
    }
  }
}

function verifyNodeKey(key: Buffer, check: Buffer, folder: string): void {
  try {
    openBytes(key, CHECK_LABEL, check);
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    throw new Error(
      `wrong node key: it is not the one that the customers' keys in ${folder} are wrapped with. ` +
        'Give the right one (REGULARS_NODE_KEY, REGULARS_NODE_KEY_FILE, or node.key in the data folder; it is backed up apart from the data). ' +
        'Nothing was changed',
    );
  }
}
