#!/usr/bin/env -S node --max-semi-space-size=64
/** The command line. Exit 0 done, 1 failed, 2 wrong use; results on standard output, the rest on standard error. */
import { type CommandHelp, helpOf, overview } from './cli/help.js';
import { type Parsed, parseOptions, UsageError } from './cli/options.js';
import { validate } from './cli/program-file.js';
import { closeImport, replay } from './cli/replay.js';
import { serve } from './cli/serve.js';
import { backUp, restoreFrom, unpark, verify } from './cli/upkeep.js';
import { VERSION } from './cli/version.js';

interface Command extends CommandHelp {
  /** Exit code, or nothing where the process goes on. */
  run(options: Parsed): Promise<number | undefined> | number;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  serve: {
    usage: 'serve',
    about: 'Run a node; --demo needs nothing at all.',
    options: [
      'demo',
      'data',
      'host',
      'port',
      'metrics-port',
      'program',
      'server',
      'role',
      'cluster',
      'keep-journal-days',
      'drain-ms',
      'root-key',
      'node-key',
    ],
    run: serve,
  },
  replay: {
    usage: 'replay FILE[.gz]',
    about: 'Send a file of events, one JSON object a line, to a node.',
    options: ['url', 'clock', 'batch', 'close', 'allow-invalid', 'retry-seconds', 'key'],
    run: replay,
  },
  'program validate': {
    usage: 'program validate FILE',
    about: 'Say everything that is wrong with a program, by line.',
    options: [],
    run: validate,
  },
  'import close': {
    usage: 'import close',
    about: 'What imported customers have pending falls due by the wall clock from now on.',
    options: ['url', 'retry-seconds', 'key'],
    run: closeImport,
  },
  verify: {
    usage: 'verify',
    about: 'Recompute every balance from the journal and name any drift; also beside a running node.',
    options: ['data', 'node-key'],
    run: verify,
  },
  backup: {
    usage: 'backup DIR',
    about: 'Copy the data, open the copy and check it; also beside a running node.',
    options: ['data', 'node-key'],
    run: backUp,
  },
  restore: {
    usage: 'restore DIR',
    about: 'Fill an empty data folder from a backup.',
    options: ['data', 'node-key'],
    run: restoreFrom,
  },
  unpark: {
    usage: 'unpark CUSTOMER',
    about: 'Judge what was kept of a parked customer, on a stopped node, with a mended build.',
    options: ['data', 'node-key'],
    run: unpark,
  },
};

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2), process.env);
  const { words } = options;
  if (options.flag('version')) return void process.stdout.write(`${VERSION}\n`);
  const command = COMMANDS[words.slice(0, 2).join(' ')] ?? COMMANDS[words[0] ?? ''];
  if (command === undefined) {
    if (words.length === 0 || words[0] === 'help') return void process.stdout.write(overview(COMMANDS));
    throw new UsageError(`there is no command ${words.join(' ')}; there are ${Object.keys(COMMANDS).join(', ')}`);
  }
  if (options.flag('help')) return void process.stdout.write(helpOf(command));
  const code = await command.run(options);
  if (typeof code === 'number') process.exitCode = code;
}

process.on('unhandledRejection', (reason) => {
  process.stderr.write(`${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}\n`);
  process.exit(1);
});
main().catch((error: Error) => {
  process.stderr.write(`regulars: ${error.message}\n`);
  process.exit(error instanceof UsageError ? 2 : 1);
});
