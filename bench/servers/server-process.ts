/** A server under test as a process of its own: started, waited for, stopped or killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { createServer } from 'node:net';

export interface ServerCommand {
  /** For messages: `echo`, `node`. */
  readonly name: string;
  /** Arguments of Node: the file and its own. `{port}` in one of them becomes the port. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const POLL_MS = 2;
const READY_MS_MAX = 120_000;
const STOP_MS_MAX = 30_000;
const TAIL_CHARACTERS = 4_000;

export class ServerProcess {
  private tail = '';

  private constructor(
    private readonly child: ChildProcess,
    readonly name: string,
    readonly url: string,
  ) {
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.on('data', (chunk: Buffer) => {
        this.tail = (this.tail + chunk.toString()).slice(-TAIL_CHARACTERS);
      });
    }
  }

  /** Resolves when `/readyz` answers 200. Rejects with what the process last said where it ends first. */
  static async start(command: ServerCommand): Promise<ServerProcess> {
    return (await ServerProcess.startTimed(command)).server;
  }

  /** The same, with the milliseconds from the start of the process to the first 200 of `/readyz`. */
  static async startTimed(command: ServerCommand): Promise<{ server: ServerProcess; milliseconds: number }> {
    const port = await freePort();
    const args = command.args.map((arg) => arg.replace('{port}', String(port)));
    const started = performance.now();
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...command.env },
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    const server = new ServerProcess(child, command.name, `http://127.0.0.1:${port}`);
    while (!(await answers(port))) {
      const waited = performance.now() - started;
      if (child.exitCode !== null || child.signalCode !== null || waited > READY_MS_MAX) {
        child.kill('SIGKILL');
        const why = waited > READY_MS_MAX ? `was not ready in ${READY_MS_MAX / 1_000} s` : 'ended before it was ready';
        throw new Error(`${command.name} ${why}: node ${args.join(' ')}\n${server.tail}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return { server, milliseconds: performance.now() - started };
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Asks it to stop and waits; kills it where it does not. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  private async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    const late = setTimeout(() => this.child.kill('SIGKILL'), STOP_MS_MAX);
    this.child.kill(signal);
    await ended;
    clearTimeout(late);
  }
}

const running = new Set<ChildProcess>();
// No server outlives the bench, however it ends.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, path: '/readyz', agent: false, timeout: 1_000 }, (reply) => {
      reply.resume();
      resolve(reply.statusCode === 200);
    });
    asked.on('error', () => resolve(false));
    asked.on('timeout', () => asked.destroy());
    asked.end();
  });
}
