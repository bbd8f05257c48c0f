/** Starts the command line as users do, for tests: a served node as a process of its own, and single commands. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));
export const ROOT_KEY = 'root-key-of-the-tests';

export interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs one command to its end. */
export function regulars(args: readonly string[], environment: Record<string, string> = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      env: { ...process.env, REGULARS_ROOT_KEY: ROOT_KEY, ...environment },
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

export interface Served {
  readonly url: string;
  readonly process: ChildProcess;
  /** Everything it has said so far, on both streams. */
  said(): string;
  get(path: string): Promise<{ status: number; body: unknown }>;
  /** Resolves with the exit code, null after a kill. */
  readonly ended: Promise<number | null>;
}

/** Starts `serve` and resolves when it listens; rejects with what it said where it ends before. */
export function serveProcess(args: readonly string[], environment: Record<string, string> = {}): Promise<Served> {
  const child = spawn(process.execPath, [MAIN, 'serve', ...args], {
    env: { ...process.env, REGULARS_ROOT_KEY: ROOT_KEY, ...environment },
  });
  let said = '';
  return new Promise((resolve, reject) => {
    const ended = new Promise<number | null>((end) => child.on('close', end));
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      const port =
        /"message":"listening".*?"port":(\d+)/.exec(said)?.[1] ?? /API at http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1];
      if (port === undefined) return;
      const url = `http://127.0.0.1:${port}`;
      resolve({
        url,
        process: child,
        said: () => said,
        ended,
        get: async (path) => {
          const response = await fetch(url + path, { headers: { authorization: `Bearer ${ROOT_KEY}` } });
          return { status: response.status, body: await response.json() };
        },
      });
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', reject);
    void ended.then((code) => reject(new Error(`serve ended with ${code}: ${said}`)));
  });
}
