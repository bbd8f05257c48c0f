/**
 * A cluster on a network that is cut: three NATS servers and three nodes, each on a machine of its own made up in a
 * network namespace, under load while packets are dropped, all of them or one way only. That needs Linux and root; where
 * it is refused the test says so loudly and is left out, unless REGULARS_NETNS=required.
 *
 * It takes minutes, and a machine that has little else to do: the normal run leaves it out and says so. REGULARS_CUTS=some
 * cuts a few ways, REGULARS_CUTS=all (`npm run cuts`) all of them, and each server in turn.
 *
 * The namespaces are made first; then this file runs once more at the router between them, where packets can be dropped.
 */
import { fileURLToPath } from 'node:url';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import t, { type Test } from 'tap';
import { cut, type Machine, machine, makeNetwork } from '../../engine/testing/network.js';
import { Load, remembers } from './cluster-load.js';
import { ROOT_KEY, regulars } from './running.js';
import { canCluster, type Running, started } from './running-cluster.js';

const NAMES = ['s0', 's1', 's2', 'n0', 'n1', 'n2'];
const TAG = process.env.REGULARS_TEST_NETWORK;
/** What is promised for a change of the leader that nobody planned, ms. */
const UNPLANNED_MS = 10_000;
/**
 * Where a server is cut off that led the log's stream, its peers take 4 to 9 s to agree on another (nats-server 2.9), and
 * what was asked meanwhile is asked again after 3 s.
 */
const SERVER_MS = 15_000;

const ALL = process.env.REGULARS_CUTS === 'all';
/** Of the ways a leader is cut off, some; `cluster.int.test.ts` cuts connections on one machine in the normal run. */
const USUAL = ['from the servers, there', 'from servers and nodes'];

t.setTimeout(900_000);

if (TAG !== undefined) await t.test('what is acknowledged stays, however the network is cut', cutUp);
else if (process.env.REGULARS_CUTS === undefined)
  t.pass('the network was NOT cut in namespaces: `npm run cuts` does that');
else if (canCluster()) {
  const tag = `regulars-${process.pid}`;
  let network: ReturnType<typeof makeNetwork> | undefined;
  try {
    network = makeNetwork(tag, NAMES);
  } catch (error) {
    const detail = `network namespaces cannot be made here: ${(error as Error).message}`;
    t.not(process.env.REGULARS_NETNS, 'required', detail);
    t.comment(`NETWORK CUTS WERE LEFT OUT, THEY ARE NOT TESTED: ${detail}`);
    process.stderr.write(`NETWORK CUTS WERE LEFT OUT, THEY ARE NOT TESTED: ${detail}\n`);
  }
  if (network !== undefined) {
    const [command, ...before] = network.router;
    const env = { ...process.env, REGULARS_TEST_NETWORK: tag };
    try {
      await t.spawn(command!, [...before, process.execPath, fileURLToPath(import.meta.url)], { env, timeout: 900_000 });
    } finally {
      network.remove();
    }
  }
}

async function cutUp(t: Test): Promise<void> {
  const on = (name: string): Machine => machine(TAG!, NAMES, name);
  const servers = ['s0', 's1', 's2'].map(on);
  const nodes = ['n0', 'n1', 'n2'].map(on);
  const cluster = await started(t, 3, undefined, false, { servers, nodes });
  const load = new Load(t, cluster);
  await load.runsFor(2_000);
  const gaps: Record<string, number> = {};

  const ways: Record<string, (leader: Machine) => (() => void)[]> = {
    'from the servers, both ways': (leader) => [cut([leader], servers), cut(servers, [leader])],
    'from the servers, there': (leader) => [cut([leader], servers)],
    'from the servers, back': (leader) => [cut(servers, [leader])],
    'from servers and nodes': (leader) => {
      const others = [...servers, ...nodes.filter((node) => node !== leader)];
      return [cut([leader], others), cut(others, [leader])];
    },
  };
  for (const [way, cutOff] of Object.entries(ways)) {
    if (!ALL && !USUAL.includes(way)) continue;
    const index = await cluster.leader();
    const old = cluster.nodes[index]!;
    let healed: (() => void)[] = [];
    let read = 0;
    gaps[`leader cut ${way}`] = await load.gapWhile(async () => {
      healed = cutOff(nodes[index]!);
      await cluster.otherLeads(index);
      read = await readOf(cluster, index);
    });
    // It knows no more: what it says it was told by the one that leads.
    t.ok(read === 503 || (read === 200 && way.includes('there')), `a leader cut ${way} answers no reads: ${read}`);
    await load.runsFor(1_000);
    for (const heal of healed) heal();
    t.equal(await old.ended, 1, `a leader that was cut ${way} ends once it hears of the next one`);
    await cluster.start(index);
  }

  const leader = await cluster.leader();
  const follower = nodes[leader === 0 ? 1 : 0]!;
  gaps['follower cut from servers and nodes'] = await load.gapWhile(async () => {
    const others = [...servers, ...nodes.filter((node) => node !== follower)];
    const healed = [cut([follower], others), cut(others, [follower])];
    await load.runsFor(8_000);
    for (const heal of healed) heal();
  });
  // It may be the one that all nodes are connected to.
  for (const server of ALL ? servers : servers.slice(0, 1)) {
    const others = [...servers.filter((one) => one !== server), ...nodes];
    let healed: (() => void)[] = [];
    gaps[`server ${servers.indexOf(server)} cut from all`] = await load.gapWhile(async () => {
      healed = [cut([server], others), cut(others, [server])];
      await load.runsFor(SERVER_MS);
    });
    for (const heal of healed) heal();
    // Another one may be cut off only once this one is back: two are most of three.
    await agreed(cluster.nats.urls);
  }
  await load.stop();
  if (load.standstills > 0) t.comment(`this process stood still ${load.standstills} times: figures may be off`);
  for (const [what, ms] of Object.entries(gaps)) {
    t.comment(`${what}: at most ${ms} ms without an answer`);
    const most = what.startsWith('server') ? SERVER_MS : UNPLANNED_MS;
    t.ok(ms <= most || load.standstills > 0, `${what}: ${ms} ms without an answer, at most ${most} may be`);
  }
  t.comment(`${load.acknowledged.size} events acknowledged`);
  await remembers(t, cluster, load);
  await cluster.settled();
  for (const node of cluster.nodes) await node!.stop();
  for (let i = 0; i < nodes.length; i++) {
    const verified = await regulars(['verify', '--data', cluster.folder(i)], { REGULARS_NODE_KEY: cluster.nodeKey });
    t.equal(verified.code, 0, `node ${i}: ${verified.out}${verified.err}`);
  }
}

/** Resolves once every server has all of every stream. */
async function agreed(servers: readonly string[]): Promise<void> {
  const connection = await connect({ servers: [...servers] });
  const manager = await jetstreamManager(connection, { checkAPI: false });
  for (let isWhole = false; !isWhole; ) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    isWhole = true;
    try {
      for await (const { cluster } of manager.streams.list()) {
        const others = cluster?.replicas ?? [];
        if (others.length < 2 || others.some(({ current, offline }) => !current || offline === true)) isWhole = false;
      }
    } catch {
      isWhole = false;
    }
  }
  await connection.close();
}

async function readOf(cluster: Running, index: number): Promise<number> {
  const headers = { authorization: `Bearer ${ROOT_KEY}` };
  return (await fetch(`${cluster.nodes[index]!.url}/v1/customers/c1`, { headers })).status;
}
