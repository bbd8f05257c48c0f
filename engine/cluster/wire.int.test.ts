/** What a cluster relies on between its nodes, held against both wires: in memory, and a real NATS server. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { silent } from '../log.js';
import { MemoryServers, MemoryWire } from './memory-wire.js';
import { openNatsWire } from './nats-connect.js';
import { hasNatsServer, type NatsServers, natsServers } from './nats-servers.js';
import type { Beat, Wire } from './wire.js';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const text = (of: Uint8Array | undefined): string | undefined =>
  of === undefined ? undefined : Buffer.from(of).toString();

t.test('in memory', (t) => {
  const servers = new MemoryServers();
  const still = { travel: async () => {}, pause: () => new Promise<void>((resolve) => setTimeout(resolve, 1)) };
  let next = 0;
  return holds(t, async () => new MemoryWire(servers, `n${next++}`, still));
});

if (!hasNatsServer()) {
  t.not(process.env.REGULARS_NATS, 'required', 'nats-server is not installed, so the wire on it cannot be tried');
  t.comment('nats-server is not installed: the wire on NATS was NOT tested.');
} else {
  t.test('on NATS JetStream', async (t) => {
    const { urls } = await served(t);
    await holds(t, () => openNatsWire({ servers: urls, name: 'test', log: silent }));
  });
}

async function served(t: Test): Promise<NatsServers> {
  const folder = mkdtempSync(join(tmpdir(), 'regulars-wire-'));
  const nats = await natsServers(folder, 1);
  t.teardown(async () => {
    await nats.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return nats;
}

async function holds(t: Test, open: () => Promise<Wire>): Promise<void> {
  const [a, b] = await Promise.all([open(), open()]);
  t.teardown(() => Promise.all([a.close(), b.close()]));
  t.ok(a.recordBytesMax >= 4_194_304);

  t.equal(await a.last(), 0, 'the log begins empty');
  t.equal(await a.read(1), undefined);
  t.equal(await a.append(1, bytes('one')), 'appended');
  t.equal(await a.append(1, bytes('one')), 'appended', 'the same again is the same record');
  t.equal(await b.append(1, bytes('other')), 'taken', 'another one finds its place taken');
  t.equal(await b.append(2, bytes('two')), 'appended', 'whoever knows the end may append');
  t.equal(await a.append(2, bytes('mine')), 'taken');
  await t.rejects(
    a.append(9, bytes('nine')),
    { name: 'LogCut' },
    'a record without the one before it is a log cut short',
  );
  t.equal(await a.last(), 2);
  t.same([text(await b.read(1)), text(await b.read(2))], ['one', 'two']);

  const seen: string[] = [];
  let more: () => void = () => {};
  const following = a.follow(2, async (record, given) => {
    seen.push(`${record} ${text(given)}`);
    more();
  });
  const until = async (count: number): Promise<void> => {
    while (seen.length < count) await new Promise<void>((resolve) => (more = resolve));
  };
  await until(1);
  await b.append(3, bytes('three'));
  await until(2);
  t.same(seen, ['2 two', '3 three'], 'records come in order from where they are asked, old ones and new ones');
  await following.stop();
  await b.append(4, bytes('four'));
  await new Promise((resolve) => setTimeout(resolve, 50));
  t.equal(seen.length, 2, 'nothing comes once it was stopped');
  const failing = b.follow(1, () => Promise.reject(new Error('cannot')));
  await t.rejects(failing.ended, { message: 'cannot' }, 'a record that is not taken ends it');

  t.equal(await a.newestClaim(), undefined);
  t.equal(await a.claim({ epoch: 1, node: 'a' }), true);
  t.equal(await b.claim({ epoch: 1, node: 'b' }), false, 'an epoch is claimed once');
  t.equal(await a.claim({ epoch: 1, node: 'a' }), true, 'the same claim again stands');
  t.equal(await b.claim({ epoch: 2, node: 'b' }), true);
  t.same(await a.claimOf(1), { epoch: 1, node: 'a' });
  t.equal(await a.claimOf(3), undefined);
  t.same(await a.newestClaim(), { epoch: 2, node: 'b' });

  const beat = (node: string, record: number): Beat => {
    return { node, id: `${node}-${record}`, url: `http://${node}`, epoch: 0, record, leaving: false };
  };
  await a.beat(beat('a', 1));
  const heard: Beat[] = [];
  await b.beats((one) => {
    heard.push(one);
    more();
  });
  while (heard.length < 1) await new Promise<void>((resolve) => (more = resolve));
  await a.beat(beat('a', 2));
  while (heard.length < 2) await new Promise<void>((resolve) => (more = resolve));
  t.same(heard, [beat('a', 1), beat('a', 2)], 'the newest beat is heard, then each that comes');

  t.same(await b.beatOf('a'), beat('a', 2));
  t.equal(await a.beatOf('nobody'), undefined);

  t.equal(await a.key('Zoë / ü'), undefined);
  await a.putKey('Zoë / ü', bytes('key'));
  t.equal(text(await b.key('Zoë / ü')), 'key', 'a key is there for all nodes');
  await b.putKey('Zoë / ü', bytes('gone'));
  t.equal(text(await a.key('Zoë / ü')), 'gone');
}
