/**
 * `regulars serve`: a node and its gateway in this process.
 *
 * SIGTERM or SIGINT: readiness falls first, so that load balancers look elsewhere; then requests under way are
 * answered, rows are written, and the process ends with 0. A second signal ends it at once with 1. When the node has
 * failed (a commit that did not reach the disk), sockets are dropped and the process ends with 1 (DESIGN D12).
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { limits } from '../../actors/limits.js';
import type { Engine } from '../../engine/contract.js';
import { openNode } from '../../engine/node.js';
import { demoLines, seedDemo } from '../demo/demo.js';
import { createGateway, type Gateway } from '../gateway.js';
import { newMetricsRegistry } from '../metrics.js';
import type { ServerChoice } from '../server/choose-server.js';
import { logTo } from './log.js';
import { type Parsed, UsageError } from './options.js';
import { readProgram } from './program-file.js';
import { nodeKeyOf } from './upkeep.js';
import { VERSION } from './version.js';

const DAY_MS = 86_400_000;

/** Resolves when the node serves; the process then lives until it is told to stop. */
export async function serve(options: Parsed): Promise<undefined> {
  refuseUnsupported(options);
  const demo = options.flag('demo');
  const log = logTo(process.stderr);
  const dataDir = demo ? mkdtempSync(join(tmpdir(), 'regulars-demo-')) : options.text('data')!;
  mkdirSync(dataDir, { recursive: true });
  const document = programOf(options);
  const metrics = newMetricsRegistry();
  const keepDays = options.number('keep-journal-days');
  const node = await openNode({
    dataDir,
    nodeKey: nodeKeyOf(options),
    log: demo ? { ...log, info: () => {} } : log,
    metrics,
    keepJournalMs: keepDays === undefined ? undefined : keepDays * DAY_MS,
    onFailure: () => {
      // What waits must not be answered; a moment for the log line, then out.
      setTimeout(() => process.exit(1), 50);
    },
  });
  if (document !== undefined && !(await inForce(node, document))) await node.publish(document, 'serve --program');
  if (demo) await seedDemo(node, Date.now());
  const rootKey = options.text('root-key') ?? rootKeyOf(dataDir, node, demo ? () => {} : log.info);
  const draining: Draining = { now: false };
  const gateway = await createGateway({
    engine: drainable(node, draining),
    config: {
      host: options.text('host')!,
      port: options.number('port')!,
      metricsPort: options.number('metrics-port'),
      rootKey,
      server: options.text('server') as ServerChoice,
      version: VERSION,
    },
    log: demo ? { log: (level, message, fields) => level !== 'info' && log.log(level, message, fields) } : log,
    metrics,
  }).catch(async (error: Error) => {
    await node.close();
    if (demo) rmSync(dataDir, { recursive: true, force: true });
    throw error;
  });
  stopOnSignal({ node, gateway, draining, drainMs: options.number('drain-ms')!, dataDir: demo ? dataDir : undefined });
  if (demo) process.stdout.write(demoLines(gateway.port, rootKey ?? '', Date.now()).join('\n') + '\n');
}

interface Draining {
  now: boolean;
}

/** The engine as the gateway sees it: not ready any more as soon as the node is told to stop. */
function drainable(node: Engine, draining: Draining): Engine {
  return Object.assign(Object.create(node) as Engine, {
    health: () => {
      const health = node.health();
      return draining.now ? { ...health, ready: false, reasons: [...health.reasons, 'stopping'] } : health;
    },
  });
}

function refuseUnsupported(options: Parsed): void {
  if (options.given('cluster'))
    throw new UsageError('--cluster is not supported by this version yet; it serves one node');
  if (options.text('role') !== 'all') throw new UsageError('--role: only all is supported by this version');
  if (!['auto', 'uws', 'node'].includes(options.text('server')!))
    throw new UsageError('--server takes auto, uws or node');
  const loopback = ['127.0.0.1', 'localhost', '::1'].includes(options.text('host')!);
  if (options.flag('demo') && !loopback) throw new UsageError('--demo listens on loopback only; leave --host out');
  if (options.flag('demo') && (options.given('data') || options.given('program'))) {
    throw new UsageError('--demo brings its own data and program; leave --data and --program out, or --demo');
  }
  const days = options.number('keep-journal-days');
  if (days !== undefined && days < limits.journalDaysMin) {
    throw new UsageError(
      `--keep-journal-days takes ${limits.journalDaysMin} or more: repeats are answered from the journal`,
    );
  }
}

function programOf(options: Parsed): unknown {
  const file = options.text('program');
  if (file === undefined) return undefined;
  const read = readProgram(file);
  if (read.ok) return read.document;
  const lines = read.problems.map(
    ({ line, pointer, code, detail }) => `  ${file}:${line}: ${pointer} ${code}: ${detail}`,
  );
  throw new Error(['the program is not valid:', ...lines].join('\n'));
}

async function inForce(node: Engine, document: unknown): Promise<boolean> {
  if (node.program === undefined) return false;
  return isDeepStrictEqual(await node.programDocument(node.program.version), JSON.parse(JSON.stringify(document)));
}

/** A first key, so that a new node can be used: made once, in a file only its owner can read. */
function rootKeyOf(
  dataDir: string,
  node: Engine,
  info: (event: string, details: Record<string, unknown>) => void,
): string | undefined {
  const file = join(dataDir, 'root.key');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  if (node.registry.list('properties').length > 0) return undefined;
  const key = `rk_${randomBytes(32).toString('base64url')}`;
  writeFileSync(file, `${key}\n`, { mode: 0o600 });
  info('root_key_made', {
    file,
    detail: 'a bearer key with every right; make properties with fewer rights for tills and apps',
  });
  return key;
}

function stopOnSignal(parts: {
  node: Engine;
  gateway: Gateway;
  draining: Draining;
  drainMs: number;
  dataDir: string | undefined;
}): void {
  const { node, gateway, draining, drainMs, dataDir } = parts;
  const stop = async (): Promise<void> => {
    if (draining.now) process.exit(1);
    draining.now = true;
    await new Promise((resolve) => setTimeout(resolve, drainMs));
    await gateway.close();
    await node.close();
    if (dataDir !== undefined) rmSync(dataDir, { recursive: true, force: true });
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      stop().catch((error: Error) => {
        process.stderr.write(`${error.message}\n`);
        process.exit(1);
      });
    });
  }
}
