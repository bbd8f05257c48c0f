/** Commands on a data folder: verify, backup, restore, unpark. */
import { Registry } from 'prom-client';
import { backup } from '../../engine/backup.js';
import { openNode } from '../../engine/node.js';
import { restore } from '../../engine/restore.js';
import { parseNodeKey } from '../../engine/vault/node-key.js';
import { verifyData } from '../../engine/verify.js';
import { logTo } from './log.js';
import { type Parsed, UsageError } from './options.js';
import { bar, Progress, print } from './terminal.js';

/** The key that wraps the customers' keys, where one is configured. */
export function nodeKeyOf(options: Parsed): Buffer | undefined {
  const text = options.text('node-key');
  return text === undefined ? undefined : parseNodeKey(text);
}

/** `regulars verify`: also beside a running node. Exit 1 on drift. */
export async function verify(options: Parsed): Promise<number> {
  const progress = new Progress();
  const verified = await verifyData(options.text('data')!, { nodeKey: nodeKeyOf(options) }, (done, of) =>
    progress.show(`${bar(done, of)} ${done} customers`),
  );
  progress.clear();
  const { customers, entries, drifts, truncated } = verified;
  const lines =
    drifts.length === 0
      ? [`no drift: ${customers} customers and ${entries} entries agree with the journal`]
      : drifts.map(
          ({ customer, what, journal, row }) =>
            `${customer ?? 'all'}: ${what}: the journal says ${JSON.stringify(journal)}, the row ${JSON.stringify(row)}`,
        );
  print(options.flag('json'), verified, truncated ? [...lines, '… and more'] : lines);
  return drifts.length === 0 ? 0 : 1;
}

/** `regulars backup DIR`: also beside a running node. */
export async function backUp(options: Parsed): Promise<number> {
  const [, to] = options.words;
  if (to === undefined) throw new UsageError('backup takes a folder that does not exist yet');
  const progress = new Progress();
  const manifest = await backup(options.text('data')!, to, {
    nodeKey: nodeKeyOf(options),
    onProgress: (step, done, of) => progress.show(`${step} ${bar(done, of)}`),
  });
  progress.clear();
  print(options.flag('json'), manifest, [
    `backed up to ${to}, verified. Keep node.key apart: without it personal data cannot be read.`,
  ]);
  return 0;
}

/** `regulars restore DIR`: into an empty data folder. */
export async function restoreFrom(options: Parsed): Promise<number> {
  const [, from] = options.words;
  if (from === undefined) throw new UsageError('restore takes the folder of a backup');
  const progress = new Progress();
  const { missing } = await restore(from, options.text('data')!, {
    nodeKey: nodeKeyOf(options),
    onProgress: (step, done, of) => progress.show(`${step} ${bar(done, of)}`),
  });
  progress.clear();
  print(options.flag('json'), { restored: true, missing }, [
    `restored to ${options.text('data')}`,
    ...missing.map((what) => `  still missing: ${what}`),
  ]);
  return 0;
}

/** `regulars unpark CUSTOMER`: on a stopped node's data, with a mended build. */
export async function unpark(options: Parsed): Promise<number> {
  const [, customer] = options.words;
  if (customer === undefined) throw new UsageError('unpark takes the id of the customer');
  const node = await openNode({
    dataDir: options.text('data')!,
    nodeKey: nodeKeyOf(options),
    log: logTo(process.stderr),
    metrics: new Registry(),
  });
  const left = await node.unpark(customer);
  await node.close();
  print(options.flag('json'), { customer, left }, [
    left === 0
      ? `${customer} is judged again; nothing is kept any more`
      : `${left} entries still cannot be judged by this build`,
  ]);
  return left === 0 ? 0 : 1;
}
