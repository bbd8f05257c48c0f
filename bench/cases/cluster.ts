/**
 * One, two and three nodes on three NATS servers (R3), beside a node that stands alone: events a second, and what one
 * event costs each kind of process. All of them share this machine's cores, so the CPU time is what to read; how many
 * events a second as many machines would do is worked out from it in `bench/CAPACITY.md`.
 */
import { hasNatsServer, natsServers } from '../../engine/cluster/nats-servers.js';
import type { Bench } from '../bench.js';
import { brand } from '../brand.js';
import type { LoadResult, LoadSpec } from '../load/run.js';
import { factRow, loadRow, type Row } from '../report/report.js';
import { clusterNodeCommand, nodeCommand, ROOT_KEY } from '../servers/commands.js';
import { cpuTimes } from '../servers/proc.js';
import type { ServerProcess } from '../servers/server-process.js';
import { BATCH, BATCH_CONNECTIONS } from './batches.js';

const CAMPAIGNS = 10;
const NODES = [1, 2, 3];
const NATS_SERVERS = 3;
const LEADS_MS_MAX = 30_000;

interface Load {
  readonly id: string;
  readonly title: string;
  readonly shape: LoadSpec['shape'];
  readonly connections: number;
}
const LOADS: readonly Load[] = [
  {
    id: 'batches',
    title: `batches of ${BATCH}`,
    shape: { kind: 'events', format: 'ndjson', batch: BATCH },
    connections: BATCH_CONNECTIONS,
  },
  {
    id: 'singles',
    title: 'single events, 64 connections',
    shape: { kind: 'events', format: 'json', batch: 1 },
    connections: 64,
  },
];

export async function cluster(bench: Bench): Promise<Row[]> {
  if (!hasNatsServer()) {
    bench.warnings.push(
      'nats-server is not installed: nothing of a cluster was measured (Debian: apt-get install nats-server)',
    );
    return [];
  }
  const rows = await bench.with([nodeCommand(bench.folder(), brand(CAMPAIGNS))], ([node]) =>
    measured(bench, 'alone', 'a node that stands alone', node!, new Map()),
  );
  for (const nodes of NODES) rows.push(...(await clusterOf(bench, nodes)));
  return rows;
}

/** So many nodes; events are sent to the one that leads and, where there are more, to one that follows and sends them on. */
export async function clusterOf(bench: Bench, nodes: number): Promise<Row[]> {
  const nats = await natsServers(bench.folder(), NATS_SERVERS);
  try {
    const commands = Array.from({ length: nodes }, (_, i) =>
      clusterNodeCommand(bench.folder(), brand(CAMPAIGNS), nats.urls, `node-${i}`),
    );
    return await bench.with(commands, async (servers) => {
      const leader = await leaderOf(servers);
      const followers = servers.filter((server) => server !== leader);
      const roles = new Map([['NATS servers together', nats.pids]]);
      if (followers.length > 0)
        roles.set(
          'nodes that follow together',
          followers.map(({ pid }) => pid),
        );
      const what = nodes === 1 ? 'a cluster of one node' : `a cluster of ${nodes} nodes`;
      const rows = await measured(bench, `cluster-${nodes}`, what, leader, roles);
      if (followers.length === 0) return rows;
      const asked = followers[0]!;
      const others = new Map([
        ['node that leads', [leader.pid]],
        ['NATS servers together', nats.pids],
      ]);
      return [
        ...rows,
        ...(await measured(bench, `cluster-${nodes}-sent-on`, `${what}, one that follows is asked`, asked, others)),
      ];
    });
  } finally {
    await nats.stop();
  }
}

/** Warms up, then runs the rounds; beside the load itself what each event cost the other processes. */
async function measured(
  bench: Bench,
  id: string,
  what: string,
  server: ServerProcess,
  roles: ReadonlyMap<string, readonly number[]>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const load of LOADS) {
    const title = `${what}, ${load.title}`;
    const { shape, connections } = load;
    const results: LoadResult[] = [];
    const costs = new Map<string, number[]>([...roles.keys()].map((role) => [role, []]));
    for (let round = 0; round <= bench.options.rounds; round++) {
      bench.say(`${title}: ${round === 0 ? 'warm-up' : `round ${round} of ${bench.options.rounds}`}`);
      const before = new Map([...roles].map(([role, pids]) => [role, cpuOf(pids)]));
      const result = await bench.load(server, { shape, connections, seconds: bench.options.seconds });
      if (round === 0) continue;
      for (const [role, pids] of roles)
        costs.get(role)!.push(((cpuOf(pids) - before.get(role)!) * 1_000) / result.events);
      // The other processes of the cluster are no strangers.
      bench.check(title, { ...result, othersBusy: 0 });
      results.push(result);
    }
    rows.push(loadRow(`${id}-${load.id}`, title, results));
    for (const [role, values] of costs) {
      rows.push(
        factRow(`${id}-${load.id}-${role.replaceAll(' ', '-')}`, `${title}: ${role}`, 'CPU µs an event', values),
      );
    }
  }
  return rows;
}

function cpuOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + cpuTimes(pid).all, 0);
}

async function leaderOf(servers: readonly ServerProcess[]): Promise<ServerProcess> {
  for (const from = performance.now(); performance.now() - from < LEADS_MS_MAX; ) {
    for (const server of servers) {
      const reply = await fetch(`${server.url}/v1/cluster`, { headers: { authorization: `Bearer ${ROOT_KEY}` } });
      if (((await reply.json()) as { leads?: boolean }).leads === true) return server;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no node of the cluster came to lead in ${LEADS_MS_MAX / 1_000} s`);
}
