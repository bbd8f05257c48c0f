/**
 * A cluster as operators run it: three NATS servers, three nodes, all processes of their own, under load while nodes and
 * servers are killed, stopped and told to leave. Every acknowledged event and its reply is recorded and held against the
 * end. Where nats-server is not installed it says so.
 */
import t, { type Test } from 'tap';
import { natsServers } from '../../engine/cluster/nats-servers.js';
import { Load, remembers } from './cluster-load.js';
import { lastingPort, purchase, ROOT_KEY, regulars, temporary } from './running.js';
import { canCluster, type Running, started } from './running-cluster.js';

const NODES = 3;

t.setTimeout(600_000);

if (canCluster()) {
  t.test('what a cluster has acknowledged stays, whoever fails', wholeCluster);
  t.test('personal data follows its customer to the node that leads next, and is gone everywhere once erased', erased);
  for (const way of ['both', 'there', 'back'] as const)
    t.test(`the one that leads is cut off from the servers (${way})`, (t) => cutOff(t, way));
  t.test('a node of another log, or without keys, is told so', refused);
}

async function wholeCluster(t: Test): Promise<void> {
  const cluster = await started(t);
  const load = new Load(t, cluster);
  await load.runsFor(2_000);

  let leader = await cluster.leader();
  const listed = await regulars(['node', 'ls', '--url', cluster.nodes[(leader + 1) % 3]!.url]);
  t.equal(listed.code, 0, listed.err);
  t.match(listed.out, new RegExp(`node-${leader} +leads`));
  const killed = await load.gapWhile(async () => {
    cluster.nodes[leader]!.process.kill('SIGKILL');
    await cluster.otherLeads(leader);
  });
  await cluster.start(leader);

  leader = await cluster.leader();
  const told = await load.gapWhile(async () => {
    t.equal(await cluster.nodes[leader]!.stop(), 0, 'a leader that is told to leave ends well');
    await cluster.otherLeads(leader);
  });
  await cluster.start(leader);

  leader = await cluster.leader();
  const frozen = cluster.nodes[leader]!;
  const stopped = await load.gapWhile(async () => {
    frozen.process.kill('SIGSTOP');
    await cluster.otherLeads(leader);
  });
  await load.runsFor(1_000);
  frozen.process.kill('SIGCONT');
  t.equal(await frozen.ended, 1, 'a leader that was overtaken while it slept ends');
  t.match(frozen.said(), /leads in epoch|another node leads/);
  await cluster.start(leader);

  const servers = await load.gapWhile(async () => {
    cluster.nats.signal(0, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await cluster.nats.restart(0);
  });
  await load.runsFor(1_000);
  const follower = (await cluster.leader()) === 0 ? 1 : 0;
  const followers = await load.gapWhile(async () => {
    cluster.nodes[follower]!.process.kill('SIGKILL');
    await load.runsFor(500);
  });
  await cluster.start(follower);
  await load.stop();
  t.comment(
    `longest without an answer, ms: leader killed ${killed}, told to leave ${told}, frozen ${stopped}, a server killed ${servers}, a follower killed ${followers}; ${load.acknowledged.size} events acknowledged`,
  );

  await remembers(t, cluster, load);

  // Nodes agree, and each data folder proves itself.
  await cluster.settled();
  for (const node of cluster.nodes) await node!.stop();
  for (let i = 0; i < NODES; i++) {
    const verified = await regulars(['verify', '--data', cluster.folder(i)], { REGULARS_NODE_KEY: cluster.nodeKey });
    t.equal(verified.code, 0, `node ${i}: ${verified.out}${verified.err}`);
  }
}

async function erased(t: Test): Promise<void> {
  const cluster = await started(t, 1);
  const event = (id: string, type: string, data: object) => ({
    ...purchase(id, 'ann', 0),
    type,
    data,
  });
  await cluster.post(event('1', 'profile.updated', { attributes: { name: 'Ann Smith' } }));
  await cluster.post(event('2', 'profile.updated', { attributes: { name: 'Ann Jones', city: 'Boston' } }));
  let leader = await cluster.leader();
  await cluster.nodes[leader]!.stop();
  await cluster.otherLeads(leader);
  const profile = async () => (await cluster.get('/v1/customers/ann')) as { attributes: object };
  t.same((await profile()).attributes, { name: 'Ann Jones', city: 'Boston' }, 'the next one to lead can read it');
  await cluster.start(leader);
  const first = await regularsErase(cluster);
  t.ok(first);
  await cluster.settled();
  leader = await cluster.leader();
  await cluster.nodes[leader]!.stop();
  await cluster.otherLeads(leader);
  t.same((await profile()).attributes, {}, 'erased is erased on the next one, too');
  const page = (await cluster.get('/v1/customers/ann/events')) as { items: { event: { data: object } }[] };
  t.notMatch(JSON.stringify(page), /Ann|Boston/);
}

async function cutOff(t: Test, way: 'both' | 'there' | 'back'): Promise<void> {
  const cluster = await started(t, 1, undefined, true);
  const load = new Load(t, cluster);
  await load.runsFor(1_000);
  const leader = await cluster.leader();
  const old = cluster.nodes[leader]!;
  let answeredBy = 0;
  const gap = await load.gapWhile(async () => {
    cluster.links[leader]!.cut(way);
    await cluster.otherLeads(leader);
    // It has no lease any more: what it says of a customer would be old. Where it still hears the others it asks them.
    const read = await fetch(`${old.url}/v1/customers/c1`, { headers: { authorization: `Bearer ${ROOT_KEY}` } });
    answeredBy = read.status;
  });
  // That ends once its servers have answered no ping for three seconds.
  const isAsked = way === 'there' && answeredBy === 200;
  t.ok(answeredBy === 503 || isAsked, `whoever is cut off answers no reads itself: ${answeredBy}`);
  await load.runsFor(500);
  cluster.links[leader]!.heal();
  t.equal(await old.ended, 1, 'it ends when it learns that another one leads');
  await cluster.start(leader);
  await load.stop();
  t.comment(`longest without an answer ${gap} ms; ${load.acknowledged.size} events acknowledged`);
  await remembers(t, cluster, load);
}

async function regularsErase(cluster: Running): Promise<boolean> {
  const answer = (await cluster.post({ ...purchase('3', 'ann', 0), type: 'customer.erased', data: {} })) as {
    status: string;
  };
  return answer.status === 'applied';
}

async function refused(t: Test): Promise<void> {
  const cluster = await started(t, 1);
  await cluster.post(purchase('1', 'ann', 500));
  await cluster.settled();
  const place = ['--data', temporary(t), '--port', String(await lastingPort())];
  const named = ['--cluster', cluster.nats.urls.join(','), '--node-name', 'node-1'];
  const twin = await regulars(['serve', ...place, ...named], cluster.environment);
  t.equal(twin.code, 1);
  t.match(twin.err, /another node is called node-1/);
  const [node] = cluster.nodes;
  await node!.stop();
  const other = await natsServers(temporary(t), 1);
  t.teardown(() => other.stop());
  const moved = await regulars(cluster.args(0, other.urls), cluster.environment);
  t.not(moved.code, 0);
  t.match(moved.err, /the log ends at record 0, this node has \d+.*empty data folder/);
  const keyless = await regulars(cluster.args(0), {});
  t.equal(keyless.code, 2);
  t.match(keyless.err, /REGULARS_NODE_KEY/);
  const otherKey = { ...cluster.environment, REGULARS_NODE_KEY: 'cd'.repeat(32) };
  const wrongKey = await regulars(cluster.args(0), otherKey);
  t.not(wrongKey.code, 0);
  t.match(wrongKey.err, /wrong node key/);
  const badName = await regulars([...cluster.args(1), '--node-name', 'a b'], cluster.environment);
  t.equal(badName.code, 2);
  t.match(badName.err, /--node-name "a b"/);
}
