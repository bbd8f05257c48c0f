import t from 'tap';
import type { Json } from '../../actors/event.js';
import { FakeEngine } from '../fake-engine.js';
import { Keyring, newKey } from './keyring.js';
import { changedRecord, PROPERTIES } from './property.js';

function withProperty(id: string) {
  const { registry } = new FakeEngine();
  const { key, hash } = newKey(id);
  const record = changedRecord(
    { name: id, kind: 'api', scopes: ['stream'] },
    { createdAt: 0, keys: [{ hash, createdAt: 0, until: null }] },
  );
  const put = (value: unknown) => registry.put(PROPERTIES, id, value as Json);
  return { registry, key, record, put };
}

t.test('a key leads to its property, whatever dashes its id has', async (t) => {
  for (const id of ['a', 'pos-1', 'a-b-c-9']) {
    const { registry, key, record, put } = withProperty(id);
    await put(record);
    const keyring = new Keyring(registry, undefined, () => 0);
    t.equal(keyring.callerOf(key)?.id, id);
    t.equal(keyring.callerOf(key), keyring.callerOf(key), 'remembered');
    t.equal(keyring.callerOf(key.replace('rk_', 'rk-')), undefined);
    t.equal(keyring.callerOf(`${key} `), undefined);
  }
});

t.test('a key of one property is none of another', async (t) => {
  const { registry, key, record, put } = withProperty('one');
  await put(record);
  await registry.put(PROPERTIES, 'two', { ...record, keys: [] } as unknown as Json);
  t.equal(new Keyring(registry, undefined, () => 0).callerOf(key.replace('rk_one', 'rk_two')), undefined);
});

t.test('remembering ends with the record', async (t) => {
  const { registry, key, record, put } = withProperty('app');
  await put(record);
  const keyring = new Keyring(registry, undefined, () => 0);
  const caller = keyring.callerOf(key);
  t.ok(caller !== undefined && keyring.stands(caller));
  await put({ ...record, disabled: true });
  t.equal(keyring.callerOf(key), undefined);
  t.ok(caller !== undefined && !keyring.stands(caller));
  await put(null);
  t.equal(keyring.callerOf(key), undefined);
});

t.test('a key rotated away ends at its time, remembered or not', async (t) => {
  let now = 0;
  const { registry, key, record, put } = withProperty('app');
  await put({ ...record, keys: [{ ...record.keys[0], until: 100 }] });
  const keyring = new Keyring(registry, undefined, () => now);
  t.equal(keyring.callerOf(key)?.id, 'app');
  now = 100;
  t.equal(keyring.callerOf(key), undefined);
  t.equal(keyring.callerOf(key), undefined);
});

t.test('the root key has every right, and nothing like it has any', async (t) => {
  const keyring = new Keyring(new FakeEngine().registry, 'root secret', () => 0);
  t.equal(keyring.callerOf('root secret')?.may('properties:write'), true);
  t.equal(keyring.callerOf('root secret')?.may('import'), true);
  for (const key of ['', 'root', 'root secret ', 'Root secret']) t.equal(keyring.callerOf(key), undefined);
});
