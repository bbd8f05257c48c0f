/** How the two servers are started: the bare echo, and the node as anybody would start it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServerCommand } from './server-process.js';

export const ROOT_KEY = 'bench-root-key-0123456789abcdef0123456789';

const NODE_KEY = '0123456789abcdef'.repeat(4);

/** How the README starts a node; the baseline gets the same, so that neither has the larger young generation. */
const NODE_FLAGS = ['--max-semi-space-size=32', '--max-old-space-size=1024', '--heap-growing-percent=200'];

export function echoCommand(): ServerCommand {
  return {
    name: 'echo',
    args: [...NODE_FLAGS, fileURLToPath(new URL('../baseline/echo.js', import.meta.url)), '{port}'],
  };
}

/** One of the nodes of a cluster on those NATS servers. */
export function clusterNodeCommand(
  dataDir: string,
  program: Readonly<Record<string, unknown>>,
  servers: readonly string[],
  name: string,
): ServerCommand {
  const command = nodeCommand(dataDir, program, ['--cluster', servers.join(','), '--node-name', name]);
  return { ...command, name, env: { ...command.env, REGULARS_NODE_KEY: NODE_KEY } };
}

/** A node over `dataDir`; `program` is published, absent: what is there is in force. `more`: further options of `serve`. */
export function nodeCommand(
  dataDir: string,
  program?: Readonly<Record<string, unknown>>,
  more: readonly string[] = [],
): ServerCommand {
  const main = fileURLToPath(new URL('../../gateway/main.js', import.meta.url));
  const args = [...NODE_FLAGS, main, 'serve', '--data', dataDir, '--host', '127.0.0.1', '--port', '{port}', ...more];
  if (program !== undefined) {
    const file = join(`${dataDir}-program.json`);
    writeFileSync(file, JSON.stringify(program));
    args.push('--program', file);
  }
  return { name: 'node', args, env: { REGULARS_ROOT_KEY: ROOT_KEY } };
}
