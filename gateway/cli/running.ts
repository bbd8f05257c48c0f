/** Starts the command line as users do, for tests: a served node as a process of its own, and single commands. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import type { Place } from '../../engine/cluster/nats-servers.js';

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));
/** The log of a node, or the whole of what a demo says to people or machines. */
const LISTENING = /"message":"listening".*?"port":(\d+)|alive at \S+:(\d+)[\s\S]+\n$|^\{"url":"[^"]*:(\d+)".*\n$/;
export const ROOT_KEY = 'root-key-of-the-tests';

export type Environment = Readonly<Record<string, string>>;

export interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Served {
  readonly url: string;
  readonly process: ChildProcess;
  /** Everything it has said so far, on both streams. */
  said(): string;
  get(path: string): Promise<{ status: number; body: unknown }>;
  post(path: string, body: unknown): Promise<{ status: number; body: unknown }>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** Resolves with the exit code, null after a kill. */
  readonly ended: Promise<number | null>;
}

/** None outlives the tests, also where they fail. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Runs one command to its end; `input` is its standard input. */
export function regulars(args: readonly string[], environment: Environment = {}, input?: string): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = start(args, { REGULARS_ROOT_KEY: ROOT_KEY, ...environment });
    let out = '';
    let err = '';
    child.stdout?.on('data', (chunk) => (out += chunk));
    child.stderr?.on('data', (chunk) => (err += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
    child.stdin?.end(input);
  });
}

/**
 * Starts `serve` and resolves when it listens; rejects with what it said where it ends before. Gone with the test.
 * `fileKiBMax`: no file may grow beyond that. `place`: where it runs; on this machine unless told.
 */
export function serveProcess(
  t: Test,
  args: readonly string[],
  environment: Environment = {},
  fileKiBMax?: number,
  place: Place = { address: '127.0.0.1', command: [] },
): Promise<Served> {
  const child = start(['serve', ...args], { REGULARS_ROOT_KEY: ROOT_KEY, ...environment }, fileKiBMax, place.command);
  child.stdin?.end();
  t.teardown(() => child.kill('SIGKILL'));
  let said = '';
  return new Promise((resolve, reject) => {
    const ended = new Promise<number | null>((end) => child.on('close', end));
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      const port = LISTENING.exec(said)
        ?.slice(1)
        .find((found) => found !== undefined);
      if (port !== undefined) resolve(served(child, `http://${place.address}:${port}`, () => said, ended));
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.on('error', reject);
    void ended.then((code) => reject(new Error(`serve ended with ${code}: ${said}`)));
  });
}

function served(child: ChildProcess, url: string, said: () => string, ended: Promise<number | null>): Served {
  const ask = async (path: string, init: RequestInit): Promise<{ status: number; body: unknown }> => {
    const headers = { authorization: `Bearer ${ROOT_KEY}`, 'content-type': 'application/json' };
    const response = await fetch(url + path, { ...init, headers });
    return { status: response.status, body: await response.json() };
  };
  return {
    url,
    process: child,
    said,
    ended,
    get: (path) => ask(path, {}),
    post: (path, body) => ask(path, { method: 'POST', body: JSON.stringify(body) }),
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** Nothing of the tests' own environment gets in. */
function start(
  args: readonly string[],
  environment: Environment,
  fileKiBMax?: number,
  before: readonly string[] = [],
): ChildProcess {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('REGULARS_') && name !== 'NODE_OPTIONS');
  const env = { ...Object.fromEntries(own), ...environment };
  const command = [...before, process.execPath, MAIN, ...args];
  const child =
    fileKiBMax === undefined
      ? spawn(command[0]!, command.slice(1), { env })
      : spawn('sh', ['-c', `ulimit -f ${fileKiBMax * 2}; exec "$@"`, 'sh', ...command], { env });
  running.add(child);
  child.on('close', () => running.delete(child));
  return child;
}

/**
 * A free port that stays free while nobody listens there: below those that the system hands out for connections, one of
 * which another process might get meanwhile.
 */
export async function lastingPort(): Promise<number> {
  for (let port = 20_000 + (process.pid % 10_000); ; port++) {
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    await new Promise((resolve) => server.close(resolve));
    if (free) return port;
  }
}

/** A folder that goes with the test. */
export function temporary(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'regulars-test-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A small program that is valid. */
export const PROGRAM = `program: small
currency: USD
timeZone: America/New_York
lateness: P30D
points:
  accounts:
    - {id: stars}
campaigns:
  - id: earn
    kind: promotion
    base: true
    behavior: {all: [{event: purchase}]}
    outcomes: [{points: {account: stars, rate: {points: 1, per: 100, of: amount}}}]
`;

/** A purchase of `total` cents, now unless told. */
export function purchase(id: string, subject: string, total: number, time = Date.now()): Record<string, unknown> {
  const data = { transactionId: id, currency: 'USD', total };
  return { id, source: 'till', type: 'purchase', subject, time: new Date(time).toISOString(), data };
}
