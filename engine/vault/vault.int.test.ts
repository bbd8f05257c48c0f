import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { Environment, type WriteBatch } from '../storage/lmdb.js';
import { keptNodeKey, nodeKeyFrom, parseNodeKey } from './node-key.js';
import { generationOf, openBytes, SEALED_EXTRA_BYTES, SealBroken, sealBytes } from './sealed.js';
import { Vault } from './vault.js';

const SEED = Number(process.env.REGULARS_SEED ?? Date.now() % 2 ** 31);
t.comment(`REGULARS_SEED=${SEED}`);

function folder(t: Test): string {
  const dir = mkdtempSync(join(tmpdir(), 'regulars-vault-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

const text = (bytes: Uint8Array | undefined): string | undefined => bytes && Buffer.from(bytes).toString();

t.test('what was sealed for a customer is opened for that customer, also after opening the vault again', async (t) => {
  const dir = folder(t);
  const vault = Vault.open(dir);
  t.throws(() => vault.seal('ada', Buffer.from('x')), /await prepare\(\) before seal\(\)/);
  const preparing = vault.prepare('ada');
  t.throws(() => vault.seal('ada', Buffer.from('x')), /await prepare\(\)/, 'nor before the key is durable');
  t.equal(vault.prepare('ada'), preparing, 'a second one waits for the first');
  await preparing;
  t.equal(vault.prepare('ada'), undefined, 'a durable key needs nothing');
  const sealed = vault.seal('ada', Buffer.from('ada@example.org'));
  t.notOk(Buffer.from(sealed).includes('ada@example.org'));
  t.equal(sealed.length, 15 + SEALED_EXTRA_BYTES);
  t.notSame(vault.seal('ada', Buffer.from('ada@example.org')), sealed, 'never twice the same bytes');
  t.equal(text(vault.open('ada', sealed)), 'ada@example.org');
  await vault.close();
  const again = Vault.open(dir);
  t.equal(text(again.open('ada', sealed)), 'ada@example.org');
  t.equal(again.prepare('ada'), undefined);
  await again.close();
  const reader = Vault.open(dir, undefined, { readOnly: true });
  t.equal(text(reader.open('ada', sealed)), 'ada@example.org');
  await t.rejects(reader.prepare('bob')!, /reading only/);
  await t.rejects(reader.erase('ada'), /reading only/);
  await reader.close();
});

t.test('any bytes for any customer come back, and no changed byte goes unseen', (t) => {
  const key = randomBytes(32);
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.uint8Array({ maxLength: 200 }),
      fc.nat(2 ** 32 - 1),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (customer, bytes, generation, at, flip) => {
        const sealed = sealBytes(key, generation, customer, bytes);
        if (generationOf(sealed) !== generation || !openBytes(key, customer, sealed).equals(bytes)) return false;
        sealed[at % sealed.length]! ^= flip;
        return broken(() => openBytes(key, customer, sealed));
      },
    ),
    { seed: SEED, numRuns: 1_000 },
  );
  t.end();
});

function broken(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch (error) {
    return error instanceof SealBroken;
  }
}

t.test('changed bytes, cut bytes and another customer’s id open nothing and say so', async (t) => {
  const vault = Vault.open(folder(t));
  await Promise.all([vault.prepare('ada'), vault.prepare('bob')]);
  const sealed = Buffer.from(vault.seal('ada', Buffer.from('secret')));
  for (let at = 0; at < sealed.length; at++) {
    // A lower generation than the customer's is one that was erased; this customer has had none before.
    const changed = Buffer.from(sealed);
    changed[at]! ^= 0x80;
    t.throws(() => vault.open('ada', changed), SealBroken, `byte ${at}`);
  }
  for (let length = 0; length < sealed.length; length++) {
    t.throws(() => vault.open('ada', sealed.subarray(0, length)), SealBroken, `cut at ${length}`);
  }
  t.throws(() => vault.open('bob', sealed), /another customer or with another key/);
  t.equal(vault.open('carol', sealed), undefined, 'a customer without a key');
  await vault.close();
});

t.test('an erased key opens nothing any more, and a new one of the same customer opens only its own', async (t) => {
  const dir = folder(t);
  let vault = Vault.open(dir);
  await vault.prepare('ada');
  const first = vault.seal('ada', Buffer.from('first'));
  const erased = vault.erase('ada');
  t.equal(vault.open('ada', first), undefined, 'from the moment it was asked for');
  t.equal(vault.open('ada', vault.seal('ada', Buffer.from('late'))), undefined, 'what is sealed now is gone too');
  const prepared = vault.prepare('ada');
  await erased;
  await prepared;
  const second = vault.seal('ada', Buffer.from('second'));
  for (let round = 0; round < 2; round++) {
    t.equal(vault.open('ada', first), undefined);
    t.equal(text(vault.open('ada', second)), 'second');
    await vault.close();
    vault = Vault.open(dir);
  }
  await vault.erase('ada');
  await vault.erase('ada');
  await vault.erase('nobody');
  t.equal(vault.open('ada', second), undefined);
  await vault.close();
  vault = Vault.open(dir);
  t.equal(vault.open('ada', first), undefined);
  t.equal(vault.open('ada', second), undefined);
  await vault.prepare('ada');
  t.equal(generationOf(vault.seal('ada', first)), 2);
  await vault.close();
});

t.test('many customers are prepared in one commit, and more than are cached stay readable', async (t) => {
  const dir = folder(t);
  let commits = 0;
  class Counting extends Environment {
    override write(fill: (batch: WriteBatch) => void): Promise<unknown> {
      commits++;
      return super.write(fill);
    }
  }
  const vault = Vault.open(dir, undefined, {
    keysCachedMax: 10,
    openEnvironment: (path, readOnly) => new Counting(path, { readOnly }),
  });
  const customers = Array.from({ length: 500 }, (_, i) => `customer ${i}`);
  customers.push('__proto__', 'constructor', 'ключ', '😀'.repeat(64));
  await Promise.all(customers.map((id) => vault.prepare(id)));
  t.equal(commits, customers.length);
  const sealed = customers.map((id) => vault.seal(id, Buffer.from(id)));
  t.ok(customers.every((id, i) => text(vault.open(id, sealed[i]!)) === id));
  await vault.close();
});

t.test('the node key is made once, kept readable by its owner alone, and a wrong one is told at once', async (t) => {
  const dir = folder(t);
  const vault = Vault.open(dir);
  await vault.prepare('ada');
  const sealed = vault.seal('ada', Buffer.from('secret'));
  await vault.close();
  const file = join(dir, 'node.key');
  t.equal(statSync(file).mode & 0o777, 0o600);
  const key = keptNodeKey(dir, false);
  const kept = readFileSync(file, 'utf8');

  t.throws(() => Vault.open(dir, randomBytes(32)), /wrong node key: .*REGULARS_NODE_KEY.*Nothing was changed/);
  t.throws(() => Vault.open(dir, randomBytes(32), { readOnly: true }), /wrong node key/);
  t.throws(() => Vault.open(dir, randomBytes(16)), /must be 32 bytes, got 16/);
  rmSync(file);
  t.throws(() => Vault.open(dir), /no node key: .*node.key is missing/, 'it is not made anew where keys are kept');
  t.throws(() => statSync(file), { code: 'ENOENT' });
  writeFileSync(file, 'nonsense');
  t.throws(() => Vault.open(dir), /32 bytes as base64 or hex/);
  rmSync(file);
  const given = Vault.open(dir, key);
  t.equal(text(given.open('ada', sealed)), 'secret', 'given instead of kept');
  await given.close();
  writeFileSync(file, kept);
  const again = Vault.open(dir);
  t.equal(text(again.open('ada', sealed)), 'secret');
  await again.close();
});

t.test('a node key reads as base64 or hex, from the environment or a file', (t) => {
  const key = randomBytes(32);
  for (const written of [
    key.toString('base64'),
    key.toString('base64url'),
    key.toString('hex'),
    ` ${key.toString('hex').toUpperCase()}\n`,
  ]) {
    t.same(parseNodeKey(written), key, written);
  }
  for (const wrong of [
    '',
    'x',
    key.toString('hex').slice(1),
    key.subarray(1).toString('base64'),
    key.toString('base64') + 'AAAA',
  ]) {
    t.throws(() => parseNodeKey(wrong), /openssl rand -base64 32/, wrong);
  }
  const file = join(folder(t), 'key');
  writeFileSync(file, key.toString('base64') + '\n');
  t.same(nodeKeyFrom({ REGULARS_NODE_KEY_FILE: file }), key);
  t.same(nodeKeyFrom({ REGULARS_NODE_KEY: key.toString('hex') }), key);
  t.equal(nodeKeyFrom({ REGULARS_NODE_KEY: '', REGULARS_NODE_KEY_FILE: '' }), undefined);
  t.end();
});

t.test('a wrapped key moved to another customer on disk opens nothing', async (t) => {
  const dir = folder(t);
  const vault = Vault.open(dir);
  await vault.prepare('ada');
  const sealed = vault.seal('ada', Buffer.from('secret'));
  await vault.close();
  const environment = new Environment(join(dir, 'keys'));
  const keys = environment.table('keys');
  await environment.write((batch) => batch.put(keys, 'bob', keys.get('ada')!));
  await environment.close();
  const again = Vault.open(dir);
  t.throws(() => again.open('bob', sealed), SealBroken);
  t.equal(text(again.open('ada', sealed)), 'secret');
  await again.close();
});

t.test('after a failed commit no key is made or erased any more', async (t) => {
  const dir = folder(t);
  let fails = false;
  class Failing extends Environment {
    override write(fill: (batch: WriteBatch) => void): Promise<unknown> {
      return fails ? Promise.reject(new Error('EIO: i/o error')) : super.write(fill);
    }
  }
  const vault = Vault.open(dir, undefined, { openEnvironment: (path, readOnly) => new Failing(path, { readOnly }) });
  await vault.prepare('ada');
  const sealed = vault.seal('ada', Buffer.from('secret'));
  fails = true;
  await t.rejects(vault.prepare('bob')!, /could not write: EIO/);
  fails = false;
  await t.rejects(vault.prepare('carol')!, /failed before; restart/);
  await t.rejects(vault.erase('ada'), /failed before; restart/);
  t.throws(() => vault.seal('bob', Buffer.from('x')), /await prepare/);
  t.equal(text(vault.open('ada', sealed)), 'secret', 'what is durable is still read');
  await vault.close();
});

t.test('a copy of the vault opens with the same node key', async (t) => {
  const dir = folder(t);
  const vault = Vault.open(dir);
  await vault.prepare('ada');
  const sealed = vault.seal('ada', Buffer.from('secret'));
  const copy = folder(t);
  await vault.copyTo(join(copy, 'keys'));
  await vault.close();
  t.throws(() => Vault.open(copy), /no node key/);
  const opened = Vault.open(copy, keptNodeKey(dir, false));
  t.equal(text(opened.open('ada', sealed)), 'secret');
  await opened.close();
});

t.test('a vault that is not there yet can be read: it knows nobody and makes nothing', async (t) => {
  const dir = folder(t);
  const vault = Vault.open(dir, undefined, { readOnly: true });
  t.equal(vault.open('ada', sealBytes(randomBytes(32), 0, 'ada', Buffer.from('x'))), undefined);
  await vault.close();
  t.throws(() => statSync(join(dir, 'keys')), { code: 'ENOENT' });
  t.throws(() => statSync(join(dir, 'node.key')), { code: 'ENOENT' });
});
