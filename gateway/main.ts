#!/usr/bin/env -S node --max-semi-space-size=32 --max-old-space-size=1024 --heap-growing-percent=200
/** The command line. Exit 0 done, 1 failed, 2 wrong use; results on standard output, the rest on standard error. */
import { COMMANDS, commandOf, runCommand } from './cli/commands.js';
import { allOptions, helpOf, overview } from './cli/help.js';
import { UsageError } from './cli/options.js';
import { parseOptions } from './cli/parse-options.js';
import { VERSION } from './cli/version.js';

async function main(): Promise<number | undefined> {
  const options = parseOptions(process.argv.slice(2), process.env);
  const asked = options.words[0] === 'help' ? options.words.slice(1) : options.words;
  const help = options.flag('help') || asked !== options.words;
  if (options.flag('version')) return say(`${VERSION}\n`);
  if (asked.length === 0) {
    if (help) return say(overview(COMMANDS));
    process.stderr.write(overview(COMMANDS));
    return 2;
  }
  if (help && asked[0] === 'options') return say(allOptions(options.flag('json')));
  const { command, rest } = commandOf(asked);
  return help ? say(helpOf(command)) : runCommand(command, rest, options);
}

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}

/** A promise that nothing can settle any more ends a process with 0: that must not look like success. */
let settled = false;
process.on('exit', (code) => {
  if (settled || code !== 0) return;
  process.stderr.write('regulars: it ended before it was done; this is a defect of this build\n');
  process.exitCode = 1;
});

main().then(
  (code) => {
    settled = true;
    if (code !== undefined) process.exitCode = code;
  },
  (error: Error) => {
    process.stderr.write(`regulars: ${error.message}\n`);
    process.exit(error instanceof UsageError ? 2 : 1);
  },
);
