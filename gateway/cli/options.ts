/**
 * Every option of the command line in one table: parsing, `--help`, the environment and `regulars.yaml` come from it.
 * A value is taken from the first that has it: flag, environment (`REGULARS_<NAME>`, for secrets also
 * `REGULARS_<NAME>_FILE`), the file given by --config (`./regulars.yaml` if there is one), default.
 */
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { suggestion } from '../../actors/program/nearest.js';

/** Wrong use: exit 2. */
export class UsageError extends Error {}

interface Option {
  readonly type: 'text' | 'number' | 'flag';
  readonly help: string;
  /** What stands for the value in the help. */
  readonly value?: string;
  readonly default?: string | number | boolean;
  /** Never a flag: it would show in the process list. */
  readonly secret?: boolean;
}

export const OPTIONS = {
  config: {
    type: 'text',
    value: 'FILE',
    help: 'Options as YAML, one key each; ./regulars.yaml is read if it is there.',
  },
  data: { type: 'text', value: 'DIR', default: './data', help: 'Folder of everything the node keeps.' },
  host: { type: 'text', value: 'ADDRESS', default: '127.0.0.1', help: 'Address to listen on.' },
  port: { type: 'number', value: 'N', default: 7300, help: 'Port to listen on; 0 takes a free one.' },
  'metrics-port': { type: 'number', value: 'N', help: 'Serve /livez, /readyz and /metrics there, and only there.' },
  program: {
    type: 'text',
    value: 'FILE',
    help: 'Publish this program at the start where it differs from the one in force.',
  },
  demo: {
    type: 'flag',
    help: 'A seeded brand in a temporary folder, on loopback, with a key and three curl lines to try.',
  },
  server: {
    type: 'text',
    value: 'auto|uws|node',
    default: 'auto',
    help: 'Web server; auto takes uws where its binary loads.',
  },
  role: { type: 'text', value: 'all', default: 'all', help: 'What this node does; only all so far.' },
  cluster: { type: 'text', value: 'nats://…', help: 'Not supported by this version yet: one node only.' },
  'keep-journal-days': {
    type: 'number',
    value: 'N',
    help: 'Drop journal segments older than so many days (31 or more); absent: keep all.',
  },
  'drain-ms': {
    type: 'number',
    value: 'N',
    default: 200,
    help: 'How long readiness is down before a stopping node stops listening, ms.',
  },
  'root-key': { type: 'text', secret: true, help: 'A bearer key with every right.' },
  'node-key': {
    type: 'text',
    secret: true,
    help: "The key that wraps the customers' keys, 32 bytes as hex or base64; absent: made once, in node.key of the data folder.",
  },
  url: { type: 'text', value: 'URL', default: 'http://127.0.0.1:7300', help: 'The node to talk to.' },
  key: { type: 'text', secret: true, help: 'Bearer key for --url; the root key is taken where it is absent.' },
  clock: {
    type: 'text',
    value: 'wall|event',
    default: 'wall',
    help: 'event: history is imported, each customer has a clock of its own.',
  },
  batch: { type: 'number', value: 'N', default: 500, help: 'Events in one request.' },
  close: { type: 'flag', help: 'Close the import at the end: what is due falls due by the wall clock from then on.' },
  'allow-invalid': { type: 'flag', help: 'Exit 0 also where events were invalid.' },
  'retry-seconds': {
    type: 'number',
    value: 'N',
    default: 120,
    help: 'How long to try again while the node does not answer.',
  },
  json: { type: 'flag', help: 'Results as JSON on standard output.' },
  help: { type: 'flag', help: 'Show help.' },
  version: { type: 'flag', help: 'Show the version.' },
} as const satisfies Record<string, Option>;

export type OptionName = keyof typeof OPTIONS;

export interface Parsed {
  /** Words that are no options: the command and its arguments. */
  readonly words: readonly string[];
  text(name: OptionName): string | undefined;
  number(name: OptionName): number | undefined;
  flag(name: OptionName): boolean;
  /** Whether somebody set it (it is not the default). */
  given(name: OptionName): boolean;
}

const NAMES = Object.keys(OPTIONS) as OptionName[];
const table: Readonly<Record<string, Option>> = OPTIONS;

/** Throws UsageError. */
export function parseOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Parsed {
  const flags = new Map<OptionName, string>();
  const words: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '--') {
      words.push(...args.slice(i + 1));
      break;
    }
    if (!arg.startsWith('--')) {
      words.push(arg);
      continue;
    }
    const equals = arg.indexOf('=');
    const name = known(equals < 0 ? arg.slice(2) : arg.slice(2, equals), '--');
    const option = table[name]!;
    if (option.secret)
      throw new UsageError(
        `--${name} would show in the list of processes; set ${variable(name)} or ${variable(name)}_FILE`,
      );
    if (option.type === 'flag') flags.set(name, equals < 0 ? 'true' : arg.slice(equals + 1));
    else if (equals >= 0) flags.set(name, arg.slice(equals + 1));
    else if (i + 1 < args.length) flags.set(name, args[++i]!);
    else throw new UsageError(`--${name} takes ${option.value ?? 'a value'}`);
  }
  const file = fileOptions(flags.get('config') ?? environment.REGULARS_CONFIG);
  const values = new Map<OptionName, string | number | boolean>();
  const given = new Set<OptionName>();
  for (const name of NAMES) {
    const value = flags.get(name) ?? fromEnvironment(name, environment) ?? file.get(name);
    if (value !== undefined) given.add(name);
    const chosen = value ?? table[name]!.default;
    if (chosen !== undefined) values.set(name, checked(name, chosen));
  }
  return {
    words,
    text: (name) => values.get(name)?.toString(),
    number: (name) => values.get(name) as number | undefined,
    flag: (name) => values.get(name) === true,
    given: (name) => given.has(name),
  };
}

function known(name: string, prefix: string): OptionName {
  if (name in table) return name as OptionName;
  throw new UsageError(`there is no ${prefix}${name}.${suggestion(name, NAMES)} See --help.`);
}

function fromEnvironment(
  name: OptionName,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const value = environment[variable(name)];
  if (value !== undefined && value !== '') return value;
  const file = table[name]!.secret ? environment[`${variable(name)}_FILE`] : undefined;
  if (file === undefined || file === '') return undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new UsageError(`${variable(name)}_FILE cannot be read: ${(error as Error).message}`);
  }
}

function fileOptions(path: string | undefined): Map<OptionName, string> {
  const from = path ?? 'regulars.yaml';
  const options = new Map<OptionName, string>();
  if (path === undefined && !existsSync(from)) return options;
  let content: unknown;
  try {
    content = parse(readFileSync(from, 'utf8')) ?? {};
  } catch (error) {
    throw new UsageError(`${from} cannot be read: ${(error as Error).message}`);
  }
  if (typeof content !== 'object' || Array.isArray(content)) throw new UsageError(`${from} must be a map of options`);
  for (const [key, value] of Object.entries(content as object)) options.set(known(key, `${from}: `), String(value));
  return options;
}

function checked(name: OptionName, value: string | number | boolean): string | number | boolean {
  const { type } = table[name]!;
  if (type === 'text') return String(value);
  if (type === 'flag') {
    if (value === true || value === 'true' || value === '1') return true;
    if (value === false || value === 'false' || value === '0') return false;
    throw new UsageError(`${name} takes true or false, not ${JSON.stringify(value)}`);
  }
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 0 || value === '')
    throw new UsageError(`${name} takes a whole number of 0 or more, not ${JSON.stringify(value)}`);
  return number;
}

/** The environment variable of an option. */
export function variable(name: string): string {
  return `REGULARS_${name.toUpperCase().replaceAll('-', '_')}`;
}
