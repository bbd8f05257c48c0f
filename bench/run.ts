/** One run: the cases asked for, in order, and the report of what they found. */
import { request } from 'node:http';
import { Bench } from './bench.js';
import { CASES } from './cases/cases.js';
import { NOT_MEASURED } from './not-measured.js';
import type { Options } from './options.js';
import { bars } from './report/bars.js';
import { environment } from './report/environment.js';
import type { Report, Row } from './report/report.js';
import { echoCommand } from './servers/commands.js';
import { isInMemory } from './servers/proc.js';

export async function run(options: Options, say: (line: string) => void): Promise<Report> {
  const bench = new Bench(options, say);
  try {
    const baseline = await bench.with([echoCommand()], ([echo]) => textOf(`${echo!.url}/readyz`));
    if (isInMemory(options.data))
      bench.warnings.push(
        'data was kept in memory, not on a disk: durable replies cost nothing here; choose a disk with --data',
      );
    const rows: Row[] = [];
    for (const name of options.only) rows.push(...(await CASES[name]!.run(bench)));
    return {
      format: 1,
      at: new Date().toISOString(),
      environment: environment(baseline),
      settings: { seconds: options.seconds, rounds: options.rounds, quick: options.quick },
      rows,
      bars: bars(rows),
      notMeasured: NOT_MEASURED,
      warnings: bench.warnings,
    };
  } finally {
    bench.close();
  }
}

function textOf(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request(url, { agent: false }, (reply) => {
      let text = '';
      reply.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      reply.on('end', () => resolve(text));
    })
      .on('error', reject)
      .end();
  });
}
