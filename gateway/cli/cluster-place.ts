/** From options to a node's place in a cluster: its name and address, the NATS servers, and how it shows them who it is. */
import { hostname } from 'node:os';
import type { ClusterOptions } from '../../engine/cluster/cluster.js';
import { checkAccess, type NatsCredentials, type NatsTls } from '../../engine/cluster/nats-access.js';
import { type OptionName, UsageError } from './options.js';
import type { Parsed } from './parse-options.js';
import { nodeKeyOf } from './upkeep.js';

export interface ClusterPlace extends Pick<ClusterOptions, 'nats' | 'name' | 'url'> {
  readonly nodeKey: Buffer;
  readonly rootKey: string;
}

const NAME = /^[A-Za-z0-9_-]{1,64}$/;
/** Tokens of a subject, without wildcards. */
const SUBJECT = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;

/** Throws UsageError where something is missing, cannot be read, or does not fit together. */
export function clusterPlace(options: Parsed): ClusterPlace {
  const nodeKey = nodeKeyOf(options);
  const rootKey = options.text('root-key');
  if (nodeKey === undefined)
    throw new UsageError(
      "--cluster needs REGULARS_NODE_KEY (or _FILE), the same on all nodes: customers' keys are wrapped with it",
    );
  if (rootKey === undefined)
    throw new UsageError(
      '--cluster needs REGULARS_ROOT_KEY (or _FILE), the same on all nodes: any of them may be asked',
    );
  const port = options.number('port')!;
  const url = options.text('node-url') ?? `http://${options.text('host')!}:${port}`;
  if (port === 0) throw new UsageError('--cluster needs a --port of its own, at which the other nodes reach this one');
  const name = options.text('node-name') ?? hostname();
  fits('node-name', name, NAME, 'letters, digits, - and _, at most 64');
  return { nats: natsOf(options), name, url, nodeKey, rootKey };
}

function natsOf(options: Parsed): ClusterOptions['nats'] {
  const name = options.text('cluster-name')!;
  fits('cluster-name', name, NAME, 'letters, digits, - and _, at most 64');
  const domain = options.text('cluster-domain');
  fits('cluster-domain', domain, NAME, 'letters, digits, - and _, at most 64');
  const subjectPrefix = options.text('cluster-subject-prefix')!;
  const inboxPrefix = options.text('cluster-inbox-prefix');
  for (const option of ['cluster-subject-prefix', 'cluster-inbox-prefix'] as const)
    fits(option, options.text(option), SUBJECT, 'letters, digits, - and _, parted by dots; no * and no >');
  const servers = serversOf(options);
  const credentials = credentialsOf(options);
  const tls = tlsOf(options, servers);
  try {
    checkAccess(credentials, tls);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  return { servers, name, credentials, tls, subjectPrefix, inboxPrefix, domain };
}

function fits(option: OptionName, text: string | undefined, pattern: RegExp, what: string): void {
  if (text !== undefined && !pattern.test(text)) throw new UsageError(`--${option} ${JSON.stringify(text)}: ${what}`);
}

/** Without credentials: what is in a URL shows in the list of processes, and is logged. */
function serversOf(options: Parsed): readonly string[] {
  const servers = options.list('cluster')!;
  for (const server of servers) {
    if (server.includes('@'))
      throw new UsageError(
        '--cluster holds credentials, which show in the list of processes and in logs: set REGULARS_CLUSTER_USER and REGULARS_CLUSTER_PASSWORD, or REGULARS_CLUSTER_TOKEN, instead',
      );
    if (/^[a-z]+:\/\//i.test(server) && !/^(nats|tls):\/\//i.test(server))
      throw new UsageError(`--cluster ${server}: NATS servers are named nats://host:port, or tls://host:port`);
  }
  return servers;
}

function credentialsOf(options: Parsed): NatsCredentials {
  const token = options.text('cluster-token');
  const user = options.text('cluster-user');
  const password = options.text('cluster-password');
  const seed = options.text('cluster-nkey-seed');
  const file = options.text('cluster-creds');
  const given: (readonly [string, NatsCredentials])[] = [];
  if (token !== undefined) given.push(['REGULARS_CLUSTER_TOKEN', { kind: 'token', token }]);
  if (user !== undefined && password !== undefined)
    given.push(['REGULARS_CLUSTER_PASSWORD', { kind: 'password', user, password }]);
  else if (user !== undefined)
    throw new UsageError('--cluster-user goes with REGULARS_CLUSTER_PASSWORD (or _FILE); that is missing');
  else if (password !== undefined)
    throw new UsageError('REGULARS_CLUSTER_PASSWORD goes with --cluster-user; that is missing');
  if (seed !== undefined) given.push(['REGULARS_CLUSTER_NKEY_SEED', { kind: 'nkey', seed }]);
  if (file !== undefined) given.push(['--cluster-creds', { kind: 'creds', file }]);
  if (given.length > 1)
    throw new UsageError(
      `${given.map(([name]) => name).join(' and ')}: a node has one kind of credentials; leave the others out`,
    );
  return given[0]?.[1] ?? { kind: 'none' };
}

/** Demanded where a server is named tls:// or one of the files is given. */
function tlsOf(options: Parsed, servers: readonly string[]): NatsTls | undefined {
  const caFile = options.text('cluster-ca');
  const certFile = options.text('cluster-cert');
  const keyFile = options.text('cluster-cert-key');
  const named = servers.filter((server) => /^tls:/i.test(server)).length;
  if (named > 0 && named < servers.length)
    throw new UsageError('--cluster names some servers tls:// and others not: name all alike');
  if (named === 0 && caFile === undefined && certFile === undefined && keyFile === undefined) return undefined;
  return {
    ...(caFile === undefined ? {} : { caFile }),
    ...(certFile === undefined ? {} : { certFile }),
    ...(keyFile === undefined ? {} : { keyFile }),
  };
}
