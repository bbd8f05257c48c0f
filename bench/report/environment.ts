/** What the figures were taken on, without the name of the machine. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Environment } from './report.js';

export function environment(baseline: string): Environment {
  const require = createRequire(import.meta.url);
  const version = (file: string): string => JSON.parse(readFileSync(file, 'utf8')).version;
  return {
    regulars: version(packageFile(dirname(fileURLToPath(import.meta.url)))),
    node: process.version,
    os: `${type()} ${release().split('-')[0]}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    autocannon: version(require.resolve('autocannon/package.json')),
    baseline,
  };
}

/** The nearest one at or above `folder`. */
function packageFile(folder: string): string {
  const file = join(folder, 'package.json');
  return existsSync(file) ? file : packageFile(dirname(folder));
}
