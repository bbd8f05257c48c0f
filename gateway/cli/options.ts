/**
 * Every option of the command line in one table. Parsing, `--help`, the environment, and the schema of `regulars.yaml`
 * come from it; nothing about an option is said elsewhere.
 */
import { limits } from '../../actors/limits.js';

/** Wrong use: exit 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface Option {
  readonly type: 'text' | 'number' | 'flag' | 'list';
  readonly help: string;
  /** What stands for the value in the help. */
  readonly value?: string;
  readonly default?: string | number;
  /** The only values there are. */
  readonly choices?: readonly string[];
  /** Bounds of a number, both included. */
  readonly min?: number;
  readonly max?: number;
  /** Also read from the file named by `REGULARS_<NAME>_FILE`, and never shown. */
  readonly secret?: boolean;
  /** Not taken as a flag: it guards everything, and a flag shows in the list of processes. */
  readonly noFlag?: boolean;
}

export const OPTIONS = {
  config: {
    type: 'text',
    value: 'FILE',
    help: 'Options as YAML, one key each; ./regulars.yaml is read if it is there.',
  },
  data: { type: 'text', value: 'DIR', default: './data', help: 'Folder of everything the node keeps.' },
  host: { type: 'text', value: 'ADDRESS', default: '127.0.0.1', help: 'Address to listen on.' },
  port: { type: 'number', value: 'N', default: 7300, max: 65_535, help: 'Port to listen on; 0 takes a free one.' },
  'metrics-port': {
    type: 'number',
    value: 'N',
    max: 65_535,
    help: 'Serve /livez, /readyz and /metrics there, and only there.',
  },
  'metrics-host': { type: 'text', value: 'ADDRESS', help: 'Address of --metrics-port; that of --host unless told.' },
  'cors-origins': {
    type: 'list',
    value: 'ORIGIN,…',
    help: 'Origins whose pages may call the API, such as https://shop.example; * is any.',
  },
  program: {
    type: 'text',
    value: 'FILE',
    help: 'Publish this program (YAML or JSON) at the start where it differs from the one in force.',
  },
  demo: {
    type: 'flag',
    help: 'A made-up brand in a temporary folder, on loopback only, with a key and three curl lines to try.',
  },
  server: {
    type: 'text',
    choices: ['auto', 'uws', 'node'],
    default: 'auto',
    help: 'Web server; auto takes uws where its binary loads.',
  },
  role: {
    type: 'text',
    value: 'all',
    default: 'all',
    help: 'What this node does: all. Other roles are not there yet.',
  },
  cluster: {
    type: 'list',
    value: 'nats://…,…',
    help: 'NATS JetStream servers that this node shares its log with: of all nodes one leads, the others follow.',
  },
  'cluster-name': { type: 'text', value: 'NAME', default: 'main', help: 'Which cluster on those servers.' },
  'cluster-token': {
    type: 'text',
    secret: true,
    noFlag: true,
    help: 'Token of the NATS servers, where they ask for one.',
  },
  'cluster-user': { type: 'text', value: 'NAME', help: 'User of the NATS servers, where they ask for one.' },
  'cluster-password': { type: 'text', secret: true, noFlag: true, help: 'Password of --cluster-user.' },
  'cluster-nkey-seed': {
    type: 'text',
    secret: true,
    noFlag: true,
    help: 'Seed of the NKey (SU…) of a user of the NATS servers, where they ask for one.',
  },
  'cluster-creds': {
    type: 'text',
    value: 'FILE',
    help: 'Credentials of a user of the NATS servers (JWT and NKey seed, as nsc makes them); read again at each connection.',
  },
  'cluster-ca': {
    type: 'text',
    value: 'FILE',
    help: "Authorities that sign the NATS servers' certificates, PEM; the system's unless told. TLS is demanded then, as by tls:// in --cluster.",
  },
  'cluster-cert': {
    type: 'text',
    value: 'FILE',
    help: "This node's certificate, PEM, where the NATS servers ask for one.",
  },
  'cluster-cert-key': { type: 'text', value: 'FILE', help: 'Private key of --cluster-cert, PEM.' },
  'cluster-subject-prefix': {
    type: 'text',
    value: 'PREFIX',
    default: 'regulars',
    help: 'What the subjects of the log begin with; the same on all nodes.',
  },
  'cluster-inbox-prefix': {
    type: 'text',
    value: 'PREFIX',
    help: "What the subjects of answers begin with, where the servers' permissions say so; _INBOX unless told.",
  },
  'cluster-domain': {
    type: 'text',
    value: 'NAME',
    help: 'JetStream domain, where that is not the one of the servers named, such as behind leaf nodes.',
  },
  'node-name': {
    type: 'text',
    value: 'NAME',
    help: "This node's name in the cluster, its own and lasting; the host's unless told.",
  },
  'node-url': {
    type: 'text',
    value: 'URL',
    help: 'Where the other nodes reach this one; http://<host>:<port> unless told.',
  },
  'keep-journal-days': {
    type: 'number',
    value: 'N',
    min: limits.journalDaysMin,
    max: 36_500,
    help: 'Drop journal segments older than so many days; all are kept unless told.',
  },
  'drain-ms': {
    type: 'number',
    value: 'N',
    default: 200,
    max: 600_000,
    help: 'How long /readyz says no before a node that was told to stop closes its port, ms.',
  },
  'root-key': {
    type: 'text',
    secret: true,
    noFlag: true,
    help: 'A bearer key with every right. Where there is none and no property either, one is made: root.key of the data folder.',
  },
  'node-key': {
    type: 'text',
    secret: true,
    noFlag: true,
    help: "Wraps the customers' keys: 32 bytes as hex or base64. Made once, as node.key of the data folder, unless told.",
  },
  url: { type: 'text', value: 'URL', default: 'http://127.0.0.1:7300', help: 'The node to talk to.' },
  key: {
    type: 'text',
    value: 'KEY',
    secret: true,
    help: 'Bearer key for --url; else the root key, else, on this machine, root.key of --data. Better not as a flag: that shows in the list of processes.',
  },
  clock: {
    type: 'text',
    choices: ['wall', 'event'],
    default: 'wall',
    help: 'event: history is imported, each customer has a clock of its own.',
  },
  batch: {
    type: 'number',
    value: 'N',
    default: 500,
    min: 1,
    max: limits.itemsPerRequestMax,
    help: 'Events in one request.',
  },
  close: { type: 'flag', help: 'Close the import at the end: what is due falls due by the wall clock from then on.' },
  'allow-invalid': { type: 'flag', help: 'Exit 0 also where events were invalid.' },
  'retry-seconds': {
    type: 'number',
    value: 'N',
    default: 120,
    max: 86_400,
    help: 'How long to try again while the node does not answer or says 429 or 503.',
  },
  json: { type: 'flag', help: 'Results as one JSON object on standard output.' },
  help: { type: 'flag', help: 'Show help (-h).' },
  version: { type: 'flag', help: 'Show the version.' },
} as const satisfies Record<string, Option>;

export type OptionName = keyof typeof OPTIONS;

export const OPTION_NAMES = Object.keys(OPTIONS) as readonly OptionName[];

/** Options of every command. */
export const EVERYWHERE: readonly OptionName[] = ['config', 'json', 'help'];
/** Say what one call does: flags only. */
const ONLY_FLAGS: ReadonlySet<OptionName> = new Set(['help', 'version']);

export function optionOf(name: OptionName): Option {
  return OPTIONS[name];
}

export function isOption(name: string): name is OptionName {
  return Object.hasOwn(OPTIONS, name);
}

/** May stand in `regulars.yaml`. */
export function inFile(name: OptionName): boolean {
  return name !== 'config' && !ONLY_FLAGS.has(name);
}

export function inEnvironment(name: OptionName): boolean {
  return !ONLY_FLAGS.has(name);
}

/** The environment variable of an option. */
export function variable(name: OptionName): string {
  return `REGULARS_${name.toUpperCase().replaceAll('-', '_')}`;
}

/** The JSON Schema of `regulars.yaml`. */
export function fileSchema(): Record<string, unknown> {
  const properties = OPTION_NAMES.filter(inFile).map((name) => [name, schemaOf(optionOf(name))]);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'regulars.yaml',
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(properties),
  };
}

function schemaOf({ type, help, choices, min, max, default: standard }: Option): Record<string, unknown> {
  const described = { description: help, ...(standard === undefined ? {} : { default: standard }) };
  switch (type) {
    case 'text':
      return { type: 'string', ...(choices === undefined ? {} : { enum: choices }), ...described };
    case 'number':
      return { type: 'integer', minimum: min ?? 0, ...(max === undefined ? {} : { maximum: max }), ...described };
    case 'flag':
      return { type: 'boolean', ...described };
    case 'list':
      return { type: 'array', items: { type: 'string' }, ...described };
  }
}
