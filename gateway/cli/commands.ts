/**
 * Every command there is, in one table: what it is called, what it takes, what it does. What a command needs is loaded
 * when it runs, so that help comes at once.
 */
import { suggestion } from '../../actors/program/nearest.js';
import { type CommandHelp, usageOf } from './help.js';
import { EVERYWHERE, UsageError } from './options.js';
import type { Parsed } from './parse-options.js';

export interface Command extends CommandHelp {
  /** `argument` is there where the command takes one. Resolves to the exit code, or to nothing where the process goes on. */
  run(options: Parsed, argument: string): Promise<number | undefined>;
}

export const COMMANDS: readonly Command[] = [
  {
    name: 'serve',
    about: 'Run a node; --demo needs nothing at all.',
    options: [
      'demo',
      'data',
      'host',
      'port',
      'program',
      'metrics-port',
      'metrics-host',
      'cors-origins',
      'server',
      'keep-journal-days',
      'drain-ms',
      'role',
      'cluster',
      'cluster-name',
      'cluster-token',
      'cluster-user',
      'cluster-password',
      'cluster-nkey-seed',
      'cluster-creds',
      'cluster-ca',
      'cluster-cert',
      'cluster-cert-key',
      'cluster-subject-prefix',
      'cluster-inbox-prefix',
      'cluster-domain',
      'node-name',
      'node-url',
      'root-key',
      'node-key',
    ],
    examples: ['regulars serve --demo', 'REGULARS_ROOT_KEY_FILE=root.key regulars serve --data /var/lib/regulars'],
    run: async (options) => (await import('./serve.js')).serve(options),
  },
  {
    name: 'replay',
    argument: 'FILE[.gz]',
    about: 'Send a file of events, one JSON object a line, to a node; - reads standard input.',
    options: ['url', 'key', 'clock', 'batch', 'close', 'allow-invalid', 'retry-seconds', 'data', 'root-key'],
    examples: [
      'regulars replay history.ndjson.gz --clock event --close',
      'REGULARS_KEY_FILE=import.key regulars replay today.ndjson --url https://regulars.example',
    ],
    run: async (options, argument) => (await import('./replay.js')).replay(options, argument),
  },
  {
    name: 'program validate',
    argument: 'FILE',
    about: 'Say everything that is wrong with a program, by line.',
    options: [],
    examples: ['regulars program validate program.yaml'],
    run: async (options, argument) => (await import('./program-file.js')).validate(options, argument),
  },
  {
    name: 'import close',
    about: 'What imported customers have pending falls due by the wall clock from now on.',
    options: ['url', 'key', 'retry-seconds', 'data', 'root-key'],
    examples: ['REGULARS_KEY_FILE=import.key regulars import close'],
    run: async (options) => (await import('./replay.js')).closeImport(options),
  },
  {
    name: 'node ls',
    about: 'The nodes of a cluster, as one of them sees them, and which one leads.',
    options: ['url'],
    examples: ['regulars node ls --url http://10.0.0.1:7300'],
    run: async (options) => (await import('./node-list.js')).listNodes(options),
  },
  {
    name: 'verify',
    about: 'Recompute every balance from the journal and name any drift; also beside a running node.',
    options: ['data', 'node-key'],
    examples: ['regulars verify --data /var/lib/regulars'],
    run: async (options) => (await import('./upkeep.js')).verify(options),
  },
  {
    name: 'backup',
    argument: 'DIR',
    about: 'Copy the data, open the copy and check it; also beside a running node.',
    options: ['data', 'node-key'],
    examples: ['regulars backup /mnt/backups/monday --data /var/lib/regulars'],
    run: async (options, argument) => (await import('./upkeep.js')).backUp(options, argument),
  },
  {
    name: 'restore',
    argument: 'DIR',
    about: 'Fill an empty data folder from a backup.',
    options: ['data', 'node-key'],
    examples: ['regulars restore /mnt/backups/monday --data /var/lib/regulars'],
    run: async (options, argument) => (await import('./upkeep.js')).restoreFrom(options, argument),
  },
  {
    name: 'unpark',
    argument: 'CUSTOMER',
    about: 'Judge what was kept of a parked customer, with a mended build, while the node is stopped.',
    options: ['data', 'node-key'],
    examples: ['regulars unpark 17850 --data /var/lib/regulars'],
    run: async (options, argument) => (await import('./upkeep.js')).unpark(options, argument),
  },
];

/** The command that these words call, and the words after it. Throws UsageError where there is none. */
export function commandOf(words: readonly string[]): { command: Command; rest: readonly string[] } {
  for (const length of [2, 1]) {
    const called = words.slice(0, length).join(' ');
    const command = COMMANDS.find(({ name }) => name === called);
    if (command !== undefined) return { command, rest: words.slice(length) };
  }
  const names = COMMANDS.map(({ name }) => name);
  const begun = names.filter((name) => name.startsWith(`${words[0]} `));
  const near = begun.length > 0 ? ` Did you mean ${begun.join(' or ')}?` : suggestion(words[0] ?? '', names);
  throw new UsageError(`there is no command ${words.slice(0, 2).join(' ')}.${near} See regulars help.`);
}

/** Runs it, if what was given fits it. Throws UsageError. */
export function runCommand(command: Command, rest: readonly string[], options: Parsed): Promise<number | undefined> {
  const own = [...command.options, ...EVERYWHERE];
  const foreign = options.flags.find((name) => !own.includes(name));
  if (foreign !== undefined)
    throw new UsageError(
      `--${foreign} means nothing to regulars ${command.name}. See regulars ${command.name} --help.`,
    );
  const wanted = command.argument === undefined ? 0 : 1;
  if (rest.length < wanted) throw new UsageError(`use: regulars ${usageOf(command)}`);
  if (rest.length > wanted)
    throw new UsageError(`use: regulars ${usageOf(command)} (${JSON.stringify(rest[wanted])} is too much)`);
  return command.run(options, rest[0] ?? '');
}
