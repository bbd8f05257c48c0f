/**
 * `npm run demo:cluster`: three NATS servers and three nodes on this machine, purchases sent to all of them, the node
 * that leads killed half way; prints what happened. Ends with 0 where nothing acknowledged was lost.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts, hasNatsServer, natsServers } from '../../engine/cluster/nats-servers.js';
import { CORNER_COFFEE } from './program.js';

const NODES = 3;
const WORKERS = 16;
const BEFORE_MS = 4_000;
const AFTER_MS = 9_000;
const READY_MS = 60_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  if (!hasNatsServer()) {
    say(
      'nats-server is not installed. Debian and Ubuntu: apt-get install nats-server; others: https://nats.io/download',
    );
    return 1;
  }
  const folder = mkdtempSync(join(tmpdir(), 'regulars-cluster-'));
  const children: ChildProcess[] = [];
  const nats = await natsServers(join(folder, 'nats'), 3);
  try {
    return await run(folder, nats.urls, children);
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await nats.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(folder: string, servers: readonly string[], children: ChildProcess[]): Promise<number> {
  const key = randomBytes(24).toString('hex');
  const environment = { ...process.env, REGULARS_ROOT_KEY: key, REGULARS_NODE_KEY: randomBytes(32).toString('hex') };
  const program = join(folder, 'program.json');
  writeFileSync(program, JSON.stringify(CORNER_COFFEE));
  const urls = (await freePorts(NODES)).map((port) => `http://127.0.0.1:${port}`);
  const main = fileURLToPath(new URL('../main.js', import.meta.url));
  urls.forEach((url, i) => {
    const args = ['--data', join(folder, `node-${i}`), '--port', new URL(url).port, '--program', program];
    const cluster = ['--cluster', servers.join(','), '--node-name', `node-${i}`];
    const log = openSync(join(folder, `node-${i}.log`), 'a');
    const stdio: ['ignore', number, number] = ['ignore', log, log];
    children.push(spawn(process.execPath, [main, 'serve', ...args, ...cluster], { env: environment, stdio }));
  });
  say(`three NATS servers and three nodes start: ${urls.join(' ')}`);
  const leader = await leaderOf(urls);
  say(`node-${leader} leads; purchases are sent to all three nodes`);

  const load = new Load(urls, key);
  await pause(BEFORE_MS);
  say(`${load.acknowledged.length} purchases acknowledged; node-${leader} is killed (kill -9)`);
  load.longest = 0;
  children[leader]!.kill('SIGKILL');
  const next = await leaderOf(urls, leader);
  say(`node-${next} leads`);
  await pause(AFTER_MS - BEFORE_MS);
  await load.stop();
  say(`${load.acknowledged.length} purchases acknowledged; longest without an answer ${Math.round(load.longest)} ms`);

  let lost = 0;
  for (const { body, position } of load.acknowledged) {
    const again = (await (await send(urls[next]!, key, body)).json()) as { status: string; position: string };
    if (again.status !== 'duplicate' || again.position !== position) lost++;
  }
  say(
    `every one of them sent again to node-${next}: ${lost === 0 ? 'all known, each at its first position' : `${lost} LOST`}`,
  );
  return lost === 0 ? 0 : 1;
}

class Load {
  readonly acknowledged: { readonly body: string; readonly position: string }[] = [];
  /** Since the last answer, at most; ms. */
  longest = 0;
  #answeredAt = performance.now();
  #stopped = false;
  #next = 0;
  readonly #workers: readonly Promise<void>[];

  constructor(
    private readonly urls: readonly string[],
    private readonly key: string,
  ) {
    this.#workers = Array.from({ length: WORKERS }, (_, worker) => this.#work(worker));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#workers);
  }

  async #work(worker: number): Promise<void> {
    while (!this.#stopped) {
      const body = purchase(this.#next++);
      for (let turn = worker; !this.#stopped; turn++) {
        const reply = await send(this.urls[turn % NODES]!, this.key, body).catch(() => undefined);
        if (reply?.status !== 200) {
          await pause(50);
          continue;
        }
        const { position } = (await reply.json()) as { position: string };
        const now = performance.now();
        this.longest = Math.max(this.longest, now - this.#answeredAt);
        this.#answeredAt = now;
        this.acknowledged.push({ body, position });
        break;
      }
    }
  }
}

function purchase(n: number): string {
  const data = { transactionId: `t${n}`, storeId: 'bos-1', currency: 'USD', total: 450 };
  const time = new Date().toISOString();
  return JSON.stringify({ id: `e${n}`, source: 'pos/demo', type: 'purchase', subject: `c${n % 100}`, time, data });
}

function send(url: string, key: string, body: string): Promise<Response> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return fetch(`${url}/v1/events`, { method: 'POST', headers, body, signal: AbortSignal.timeout(20_000) });
}

async function leaderOf(urls: readonly string[], than?: number): Promise<number> {
  for (const from = performance.now(); performance.now() - from < READY_MS; await pause(50)) {
    for (let i = 0; i < urls.length; i++) {
      if (i === than) continue;
      const status = await fetch(`${urls[i]}/v1/cluster`)
        .then((reply) => reply.json() as Promise<{ leads: boolean }>)
        .catch(() => undefined);
      const ready = status?.leads === true && (await fetch(`${urls[i]}/readyz`)).ok;
      if (ready) return i;
    }
  }
  throw new Error(`no node leads after ${READY_MS} ms`);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

process.exitCode = await main();
