/** A cluster as operators run it, for tests: NATS servers and nodes, all processes of their own. Used by tests only. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { hasNatsServer, type NatsServers, natsServers, type Place } from '../../engine/cluster/nats-servers.js';
import { type CuttableLink, cuttableLink } from '../../engine/testing/cuttable-link.js';
import { lastingPort, PROGRAM, ROOT_KEY, type Served, serveProcess, temporary } from './running.js';

const NODES = 3;
/** Longer than any takeover. */
export const GIVE_UP_MS = 30_000;
const ROUND_MS_MAX = 3_000;
const HEADERS = { authorization: `Bearer ${ROOT_KEY}`, 'content-type': 'application/json' };

/** False where nats-server is not installed, which is said plainly; with REGULARS_NATS=required it is a failure. */
export function canCluster(): boolean {
  if (hasNatsServer()) return true;
  t.not(process.env.REGULARS_NATS, 'required', 'nats-server is not installed, so no cluster can be tried');
  t.comment('nats-server is not installed: the cluster was NOT tested. Debian has it as the package nats-server.');
  return false;
}

export interface Running {
  readonly nats: NatsServers;
  /** Of each node to the first server, where asked for. */
  readonly links: readonly CuttableLink[];
  readonly nodes: (Served | undefined)[];
  readonly nodeKey: string;
  readonly environment: Readonly<Record<string, string>>;
  folder(index: number): string;
  args(index: number, servers?: readonly string[]): string[];
  /** Where it does not run already; one that ends with 1 is started again by itself. */
  start(index: number): Promise<void>;
  /** Which node leads, once one does. */
  leader(): Promise<number>;
  otherLeads(than: number): Promise<void>;
  /** Resolves once the log has so many records. */
  hasApplied(records: number): Promise<void>;
  /** Resolves once all nodes have applied the same records. */
  settled(): Promise<void>;
  post(event: object): Promise<unknown>;
  get(path: string): Promise<unknown>;
  /** Sends it to one node after the other until it is acknowledged; undefined where `given` up. */
  answered(
    body: object,
    worker: number,
    given: () => boolean,
  ): Promise<{ position: string; outcomes: unknown } | undefined>;
}

/** Machines of their own. */
export interface Machines {
  readonly servers: readonly Place[];
  readonly nodes: readonly Place[];
}

/**
 * Three nodes on so many servers, one of them leading; `program` is a file, a small one unless told. On machines of their
 * own all nodes are told of the first server only. Gone with the test.
 */
export async function started(
  t: Test,
  servers = 3,
  programFile?: string,
  cuttable = false,
  machines?: Machines,
): Promise<Running> {
  const folder = temporary(t);
  const nats = await natsServers(join(folder, 'nats'), servers, { places: machines?.servers ?? [] });
  const host = (index: number): string => machines?.nodes[index]?.address ?? '127.0.0.1';
  t.teardown(() => nats.stop());
  const program = programFile ?? join(folder, 'program.yaml');
  if (programFile === undefined) writeFileSync(program, PROGRAM);
  const target = Number(new URL(nats.urls[0]!).port);
  const links = cuttable ? await Promise.all(Array.from({ length: NODES }, () => cuttableLink(target))) : [];
  t.teardown(() => {
    for (const link of links) link.close();
  });
  const near = (urls: readonly string[]) => (machines === undefined ? urls : urls.slice(0, 1));
  const nodeKey = randomBytes(32).toString('hex');
  const environment = { REGULARS_NODE_KEY: nodeKey, REGULARS_ROOT_KEY: ROOT_KEY };
  const ports: number[] = [];
  const nodes: (Served | undefined)[] = [];
  const ask = async (index: number, path: string, body?: object): Promise<{ status: number; body: unknown }> => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const signal = AbortSignal.timeout(GIVE_UP_MS);
    const response = await fetch(`http://${host(index)}:${ports[index]}${path}`, { ...init, headers: HEADERS, signal });
    return { status: response.status, body: await response.json() };
  };
  const until = async <T>(look: () => Promise<T | undefined>, what: string | (() => string)): Promise<T> => {
    // A round that took longer was one in which this process stood still.
    for (let waited = 0, round = performance.now(); waited < GIVE_UP_MS; round = performance.now()) {
      const found = await look().catch(() => undefined);
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
      waited += Math.min(performance.now() - round, ROUND_MS_MAX);
    }
    const missing = typeof what === 'string' ? what : what();
    throw new Error(`${missing} did not come in ${GIVE_UP_MS} ms: ${nodes.map((node) => node?.said()).join('\n')}`);
  };
  type Status = { leads: boolean; record: number };
  const statuses = (): Promise<(Status | undefined)[]> =>
    Promise.all(
      nodes.map(async (node, index) => {
        if (!isAlive(node)) return undefined;
        const alive = ask(index, '/v1/cluster').then(({ body }) => body as Status);
        const late = new Promise<undefined>((resolve) => setTimeout(resolve, 2_000, undefined).unref());
        return Promise.race([alive.catch(() => undefined), late]);
      }),
    );
  const leads = async (than?: number): Promise<number> =>
    until(async () => {
      const index = (await statuses()).findIndex((status, i) => status?.leads === true && i !== than);
      return index < 0 ? undefined : index;
    }, 'a leader');
  const starting: (Promise<void> | undefined)[] = [];
  let over = false;
  t.teardown(() => {
    over = true;
  });
  const launch = async (index: number): Promise<void> => {
    const place = machines?.nodes[index];
    const node = await serveProcess(t, running.args(index).slice(1), environment, undefined, place);
    nodes[index] = node;
    // What systemd does: a node that was overtaken ends with 1, and comes back.
    void node.ended.then((code) => (code === 1 && !over ? running.start(index) : undefined));
    await until(async () => ((await ask(index, '/readyz')).status === 200 ? true : undefined), 'a node that is ready');
  };
  const running: Running = {
    nats,
    links,
    nodes,
    nodeKey,
    environment,
    folder: (index) => join(folder, `node-${index}`),
    args: (index, urls = cuttable ? [`nats://127.0.0.1:${links[index]!.port}`] : near(nats.urls)) => [
      'serve',
      ...[
        '--host',
        host(index),
        '--data',
        join(folder, `node-${index}`),
        '--port',
        String(ports[index] ?? 1),
        '--drain-ms',
        '0',
      ],
      ...['--program', program, '--cluster', urls.join(','), '--node-name', `node-${index}`],
    ],
    start: (index) => {
      if (isAlive(nodes[index])) return Promise.resolve();
      starting[index] ??= launch(index).finally(() => {
        starting[index] = undefined;
      });
      return starting[index];
    },
    leader: () => leads(),
    otherLeads: async (than) => void (await leads(than)),
    hasApplied: async (records) => {
      await until(
        async () => ((await statuses()).some((status) => (status?.record ?? 0) >= records) ? true : undefined),
        `${records} records`,
      );
    },
    settled: async () => {
      let records: unknown[] = [];
      await until(
        async () => {
          records = (await statuses()).map((status) => status?.record);
          return new Set(records).size === 1 && records[0] !== undefined ? true : undefined;
        },
        () => `the same record on all nodes (they have ${records.join(', ')})`,
      );
    },
    post: async (event) => until(() => running.answered(event, 0, () => false), 'an answer'),
    get: (path) =>
      until(async () => {
        const { status, body } = await ask(await leads(), path);
        return status === 200 ? body : undefined;
      }, path),
    answered: async (body, worker, given) => {
      for (let turn = worker; !given(); turn++) {
        try {
          const { status, body: reply } = await ask(turn % NODES, '/v1/events', body);
          if (status === 200) return reply as { position: string; outcomes: unknown };
        } catch {
          // Closed or refused: another node is asked.
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return undefined;
    },
  };
  for (let index = 0; index < NODES; index++) ports.push((await lastingPort()) + index * 7);
  await Promise.all(ports.map((_, index) => running.start(index)));
  await leads();
  return running;
}

function isAlive(node: Served | undefined): boolean {
  return node !== undefined && node.process.exitCode === null && node.process.signalCode === null;
}
