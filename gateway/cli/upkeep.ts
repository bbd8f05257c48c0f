/** Commands on a data folder: verify, backup, restore, unpark. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { backup } from '../../engine/backup.js';
import { openNode } from '../../engine/node.js';
import { restore } from '../../engine/restore.js';
import { parseNodeKey } from '../../engine/vault/node-key.js';
import { type Drift, verifyData } from '../../engine/verify.js';
import { newMetricsRegistry } from '../metrics.js';
import { logTo } from './log.js';
import type { Parsed } from './parse-options.js';
import { bar, Progress, print } from './terminal.js';

/** The key that wraps the customers' keys, where one is configured. */
export function nodeKeyOf(options: Parsed): Buffer | undefined {
  const text = options.text('node-key');
  return text === undefined ? undefined : parseNodeKey(text);
}

/** `regulars verify`: also beside a running node. Exit 1 on drift. */
export async function verify(options: Parsed): Promise<number> {
  const dataDir = filledFolder(options);
  const progress = new Progress();
  const verified = await verifyData(dataDir, { nodeKey: nodeKeyOf(options) }, (done, of) =>
    progress.show(`${bar(done, of)} ${done} customers`),
  ).finally(() => progress.clear());
  const { customers, entries, recordsAhead, drifts, truncated } = verified;
  const checked = `${customers} customers and ${entries} entries`;
  const lines =
    drifts.length === 0
      ? [`no drift: ${checked} agree with the journal`]
      : [
          `${truncated ? 'more than ' : ''}${drifts.length} drifts in ${checked}:`,
          ...drifts.map((drift) => `  ${inWords(drift)}`),
        ];
  if (recordsAhead > 0) {
    lines.push(
      `  the newest ${recordsAhead} journal records are not in every row yet, and are checked only as far as they are`,
    );
  }
  print(options.flag('json'), verified, lines);
  return drifts.length === 0 ? 0 : 1;
}

function inWords({ customer, what, journal, row }: Drift): string {
  const of = customer === null ? 'all customers' : `customer ${customer}`;
  return `${of}: ${what}: the journal says ${JSON.stringify(journal)}, the row ${JSON.stringify(row)}`;
}

/** `regulars backup DIR`: also beside a running node. */
export async function backUp(options: Parsed, to: string): Promise<number> {
  const progress = new Progress();
  const manifest = await backup(filledFolder(options), to, {
    nodeKey: nodeKeyOf(options),
    onProgress: (step, done, of) => progress.show(`${step} ${bar(done, of)}`),
  }).finally(() => progress.clear());
  const { files, ...made } = manifest;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  print(options.flag('json'), { to, ...made, files: files.length, bytes }, [
    `backed up to ${to} and verified: ${made.customers} customers, ${files.length} files, ${megabytes(bytes)}`,
    ...made.notIncluded.map((what) => `  not in it: ${what}`),
  ]);
  return 0;
}

/** `regulars restore DIR`: into an empty data folder. */
export async function restoreFrom(options: Parsed, from: string): Promise<number> {
  const progress = new Progress();
  const to = options.text('data')!;
  const { manifest, missing } = await restore(from, to, {
    nodeKey: nodeKeyOf(options),
    onProgress: (step, done, of) => progress.show(`${step} ${bar(done, of)}`),
  }).finally(() => progress.clear());
  const { madeAt, customers } = manifest;
  print(options.flag('json'), { to, madeAt, customers, missing }, [
    `restored to ${to}: ${customers} customers, as of ${madeAt}`,
    ...missing.map((what) => `  still missing: ${what}`),
  ]);
  return 0;
}

/** `regulars unpark CUSTOMER`: on a stopped node's data, with a mended build. Exit 1 where something is still kept. */
export async function unpark(options: Parsed, customer: string): Promise<number> {
  const node = await openNode({
    dataDir: filledFolder(options),
    nodeKey: nodeKeyOf(options),
    log: { ...logTo(process.stderr), info: () => {} },
    metrics: newMetricsRegistry(),
  });
  const left = await node.unpark(customer).finally(() => node.close());
  print(options.flag('json'), { customer, left }, [
    left === 0
      ? `nothing is kept of customer ${customer} any more: every entry is judged`
      : `customer ${customer} stays parked: ${left} entries cannot be judged by this build either`,
  ]);
  return left === 0 ? 0 : 1;
}

/** Throws where no node has kept anything there: opening would make a new folder. */
function filledFolder(options: Parsed): string {
  const dataDir = options.text('data')!;
  if (existsSync(join(dataDir, 'journal'))) return dataDir;
  throw new Error(`${dataDir} holds no data of a node; name the folder that serve was given with --data`);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MiB`;
}
