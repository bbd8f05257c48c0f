/**
 * Machines on a network, made up in network namespaces of this one (Linux, as root): each has an address and its only
 * link goes to a router, where packets from one to another can be dropped silently. Used by tests only.
 *
 * The namespaces are made by one process; whoever cuts runs in the router's (`ip netns exec`), as only there a packet
 * passes that may be dropped.
 */
import { spawnSync } from 'node:child_process';

export interface Machine {
  readonly address: string;
  /** Put before a command so that it runs there. */
  readonly command: readonly string[];
}

export interface Network {
  /** Put before a command so that it runs at the router, which reaches all machines and is never cut off. */
  readonly router: readonly string[];
  remove(): void;
}

/** Throws with the call that this system refuses; nothing is left then. `tag`: what the namespaces are named after. */
export function makeNetwork(tag: string, names: readonly string[]): Network {
  const made: string[] = [];
  const remove = (): void => {
    for (const name of made) spawnSync('ip', ['netns', 'del', name]);
  };
  const add = (name: string): void => {
    ip('netns', 'add', name);
    made.push(name);
    ip('-n', name, 'link', 'set', 'lo', 'up');
  };
  const router = `${tag}-router`;
  try {
    add(router);
    run('ip', ['netns', 'exec', router, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward']);
    names.forEach((name, index) => {
      const space = `${tag}-${name}`;
      add(space);
      ip('-n', router, 'link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space);
      ip('-n', router, 'addr', 'add', `${at(index, 1)}/30`, 'dev', name);
      ip('-n', router, 'link', 'set', name, 'up');
      ip('-n', space, 'addr', 'add', `${at(index, 2)}/30`, 'dev', 'eth0');
      ip('-n', space, 'link', 'set', 'eth0', 'up');
      ip('-n', space, 'route', 'add', 'default', 'via', at(index, 1));
    });
    // Whether packets can be dropped at all.
    const rule = ['from', at(0, 2), 'to', at(1, 2), 'blackhole'];
    ip('-n', router, 'rule', 'add', ...rule);
    ip('-n', router, 'rule', 'del', ...rule);
  } catch (error) {
    remove();
    throw error;
  }
  return { router: ['ip', 'netns', 'exec', router], remove };
}

export function machine(tag: string, names: readonly string[], name: string): Machine {
  return { address: at(names.indexOf(name), 2), command: ['ip', 'netns', 'exec', `${tag}-${name}`] };
}

/** To be used at the router. Drops every packet from any of these to any of those; returns what ends that. */
export function cut(from: readonly Machine[], to: readonly Machine[]): () => void {
  const rules = from.flatMap((one) => to.map((other) => ['from', one.address, 'to', other.address, 'blackhole']));
  for (const rule of rules) ip('rule', 'add', ...rule);
  return () => {
    for (const rule of rules) ip('rule', 'del', ...rule);
  };
}

function at(index: number, host: number): string {
  return `10.77.${index}.${host}`;
}

function ip(...args: string[]): void {
  run('ip', args);
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status === 0) return;
  throw new Error(`\`${command} ${args.join(' ')}\` is refused: ${error?.message ?? stderr.trim()}`);
}
