/** `npm run bench`: the table on standard output, progress on standard error, the report as JSON in a folder. */
import { CASES } from './cases/cases.js';
import { help, type Options, parseOptions, UsageError } from './options.js';
import { store } from './report/store.js';
import { table } from './report/table.js';
import { run } from './run.js';

function optionsOrExit(): Options {
  try {
    const options = parseOptions(process.argv.slice(2), CASES);
    if (options !== undefined) return options;
    process.stdout.write(help(CASES));
    process.exit(0);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\nTry --help.\n`);
    process.exit(2);
  }
}

const options = optionsOrExit();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const started = performance.now();
const say = (line: string): void => {
  process.stderr.write(`[${((performance.now() - started) / 1_000).toFixed(0).padStart(4)} s] ${line}\n`);
};
try {
  const report = await run(options, say);
  process.stdout.write(options.json ? `${JSON.stringify(report, null, 1)}\n` : table(report));
  if (options.out !== undefined) say(`stored ${options.out}/${store(report, options.out)}`);
  if (options.enforce && report.bars.some((bar) => bar.holds === false)) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
}
