/**
 * `regulars serve`: a node and its gateway in this process.
 *
 * SIGTERM or SIGINT: readiness falls first, so that load balancers look elsewhere; then requests under way are
 * answered, rows are written, and the process ends with 0. When the node has failed (a commit that did not reach the
 * disk), the process ends with 1 and its sockets with it: what waited is not answered (DESIGN D12).
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { openCluster } from '../../engine/cluster/cluster.js';
import type { Engine } from '../../engine/contract.js';
import type { Log } from '../../engine/log.js';
import { openNode } from '../../engine/node.js';
import { demoGuide, guideLines } from '../demo/guide.js';
import { seedDemo } from '../demo/history.js';
import { createGateway, type GatewayConfig } from '../gateway.js';
import { PROPERTIES } from '../keys/property.js';
import type { Logger } from '../log.js';
import { newMetricsRegistry } from '../metrics.js';
import type { ServerChoice } from '../server/choose-server.js';
import { clusterPlace } from './cluster-place.js';
import { logTo } from './log.js';
import { LOOPBACK } from './loopback.js';
import { UsageError } from './options.js';
import type { Parsed } from './parse-options.js';
import { readProgram } from './program-file.js';
import { keptRootKey, newRootKey } from './root-key.js';
import { Shutdown } from './shutdown.js';
import { print } from './terminal.js';
import { nodeKeyOf } from './upkeep.js';
import { VERSION } from './version.js';

const DAY_MS = 86_400_000;

/** Resolves when the node serves; the process then lives until it is told to stop. */
export async function serve(options: Parsed): Promise<undefined> {
  refuseUnsupported(options);
  const demo = options.flag('demo');
  const document = demo ? undefined : programOf(options);
  const log = demo ? quiet(logTo(process.stderr)) : logTo(process.stderr);
  const shutdown = new Shutdown(log);
  try {
    if (demo) await serveDemo(options, log, shutdown);
    else if (options.list('cluster') !== undefined) await serveCluster(options, document, log, shutdown);
    else await serveData(options, document, log, shutdown);
  } catch (error) {
    if (shutdown.stopping) return undefined;
    await shutdown.run();
    throw error;
  }
}

async function serveData(options: Parsed, document: unknown, log: Log & Logger, shutdown: Shutdown): Promise<void> {
  const dataDir = options.text('data')!;
  mkdirSync(dataDir, { recursive: true });
  const days = options.number('keep-journal-days');
  const metrics = newMetricsRegistry();
  const node = await openNode({
    dataDir,
    nodeKey: nodeKeyOf(options),
    log,
    metrics,
    keepJournalMs: days === undefined ? undefined : days * DAY_MS,
    onFailure: () => process.exit(1),
  });
  shutdown.atEnd(() => node.close());
  if (document !== undefined && !(await inForce(node, document))) await node.publish(document, 'serve --program');
  const config = { ...configOf(options), host: options.text('host')!, rootKey: rootKeyOf(options, dataDir, node, log) };
  const gateway = await createGateway({ engine: untilStopping(node, shutdown), config, log, metrics });
  shutdown.atEnd(() => gateway.close());
  // Before that: time for load balancers to see that the node is not ready any more.
  shutdown.atEnd(() => new Promise((resolve) => setTimeout(resolve, options.number('drain-ms'))));
}

/** One of several nodes: it follows or leads, and sends on what another one must answer. */
async function serveCluster(options: Parsed, document: unknown, log: Log & Logger, shutdown: Shutdown): Promise<void> {
  const dataDir = options.text('data')!;
  mkdirSync(dataDir, { recursive: true });
  const metrics = newMetricsRegistry();
  const { nodeKey, rootKey, ...place } = clusterPlace(options);
  const cluster = await openCluster({ ...place, dataDir, nodeKey, log, metrics, onFailure: () => process.exit(1) });
  const { engine, elsewhere } = cluster;
  shutdown.atEnd(() => cluster.close());
  const config = { ...configOf(options), host: options.text('host')!, rootKey };
  const gateway = await createGateway({ engine: untilStopping(engine, shutdown), config, log, metrics, elsewhere });
  shutdown.atEnd(() => gateway.close());
  // Until another one leads, requests wait and are sent on to it.
  shutdown.atEnd(() => cluster.leave());
  shutdown.atEnd(() => new Promise((resolve) => setTimeout(resolve, options.number('drain-ms'))));
  if (document !== undefined) {
    while (!elsewhere.here && elsewhere.url === undefined && !shutdown.stopping)
      await new Promise((resolve) => setTimeout(resolve, 50));
    if (elsewhere.here && !(await inForce(engine, document))) await engine.publish(document, 'serve --program');
  }
}

/** Whatever the environment says: its own data, its own key, and reached from this machine only. */
async function serveDemo(options: Parsed, log: Log & Logger, shutdown: Shutdown): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'regulars-demo-'));
  process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }));
  const host = options.flags.includes('host') ? options.text('host')! : '127.0.0.1';
  const rootKey = newRootKey();
  const metrics = newMetricsRegistry();
  const node = await openNode({ dataDir, log, metrics, onFailure: () => process.exit(1) });
  shutdown.atEnd(() => node.close());
  const now = Date.now();
  const customers = await seedDemo(node, now);
  const config = { ...configOf(options), host, metricsHost: host, rootKey };
  const gateway = await createGateway({ engine: untilStopping(node, shutdown), config, log, metrics });
  shutdown.atEnd(() => gateway.close());
  const address = `http://${host.includes(':') ? `[${host}]` : host}:${gateway.port}`;
  const guide = demoGuide(address, rootKey, now, customers);
  print(options.flag('json'), guide, guideLines(guide));
}

function configOf(options: Parsed): Omit<GatewayConfig, 'host' | 'rootKey'> {
  return {
    port: options.number('port')!,
    metricsPort: options.number('metrics-port'),
    metricsHost: options.text('metrics-host'),
    corsOrigins: options.list('cors-origins'),
    server: options.text('server') as ServerChoice,
    version: VERSION,
  };
}

/** The engine as the gateway sees it: not ready any more as soon as the process is told to stop. */
function untilStopping(node: Engine, shutdown: Shutdown): Engine {
  return Object.assign(Object.create(node) as Engine, {
    health: () => {
      const health = node.health();
      return shutdown.stopping ? { ...health, ready: false, reasons: [...health.reasons, 'stopping'] } : health;
    },
  });
}

function refuseUnsupported(options: Parsed): void {
  if (options.text('role') !== 'all')
    throw new UsageError(`--role ${options.text('role')}: this version knows only the role all; leave it out`);
  if (!options.flag('demo')) return;
  if (options.flags.includes('host') && !LOOPBACK.has(options.text('host')!))
    throw new UsageError('--demo listens on loopback only, because anybody may read its key; leave --host out');
  for (const name of ['data', 'program'] as const) {
    if (options.flags.includes(name))
      throw new UsageError(`--demo brings its own data and program; leave --${name} out, or --demo`);
  }
}

/** Throws UsageError where the file cannot be read, and Error with every problem where it is not valid. */
function programOf(options: Parsed): unknown {
  const file = options.text('program');
  if (file === undefined) return undefined;
  const read = readProgram(file);
  if (read.ok) return read.document;
  throw new Error(['the program is not valid:', ...read.problems.map((problem) => `  ${problem.text}`)].join('\n'));
}

async function inForce(node: Engine, document: unknown): Promise<boolean> {
  if (node.program === undefined) return false;
  return isDeepStrictEqual(await node.programDocument(node.program.version), JSON.parse(JSON.stringify(document)));
}

function rootKeyOf(options: Parsed, dataDir: string, node: Engine, log: Log): string | undefined {
  const given = options.text('root-key');
  if (given !== undefined) return given;
  const kept = keptRootKey(dataDir, node.registry.list(PROPERTIES).length === 0);
  if (kept === undefined) return undefined;
  log.info(kept.made ? 'root_key_made' : 'root_key_kept', {
    file: kept.file,
    detail: 'a bearer key with every right: make properties with fewer rights for tills and apps',
  });
  return kept.key;
}

/** Only what somebody should look at. */
function quiet(log: Log & Logger): Log & Logger {
  return {
    ...log,
    info: () => {},
    log: (level, message, fields) => {
      if (level === 'warn' || level === 'error') log.log(level, message, fields);
    },
  };
}
