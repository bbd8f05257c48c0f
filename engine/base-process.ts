/**
 * A process of its own that makes one base (bases.ts) and verifies it against the rows of the running node before it
 * counts (DESIGN D7, D14: bulk reads stay off the node's loop). Started by retention.ts; told what to do by one
 * message, answers with one, exits.
 */
import { join } from 'node:path';
import { Bases } from './bases.js';
import { Journal } from './journal/journal.js';
import { silent } from './log.js';
import { Rows } from './rows.js';
import { Vault } from './vault/vault.js';
import { verifyRows } from './verify.js';

export interface BaseOrder {
  readonly dataDir: string;
  readonly nodeKey: string | null;
  readonly record: number;
}
export type BaseAnswer = { readonly made: number } | { readonly failed: string };

async function make(order: BaseOrder): Promise<BaseAnswer> {
  const { dataDir, record } = order;
  const vault = Vault.open(dataDir, order.nodeKey === null ? undefined : Buffer.from(order.nodeKey, 'base64'), {
    readOnly: true,
  });
  const openJournal = (): Journal => Journal.open(join(dataDir, 'journal'), { readOnly: true, log: silent });
  const journal = openJournal();
  const rows = new Rows(join(dataDir, 'state'), { readOnly: true });
  const bases = new Bases(join(dataDir, 'bases'));
  try {
    await bases.make(record, journal, vault, async (base) => {
      const { drifts } = await verifyRows({ rows, openJournal, base, vault }, 1);
      if (drifts.length > 0) throw new Error(`the base does not lead to the rows: ${JSON.stringify(drifts[0])}`);
    });
    return { made: record };
  } finally {
    await bases.close();
    await rows.close();
    await journal.close();
    await vault.close();
  }
}

process.once('message', (order: BaseOrder) => {
  make(order)
    .catch((error: Error): BaseAnswer => ({ failed: error.message }))
    .then((answer) => process.send!(answer, undefined, undefined, () => process.exit('failed' in answer ? 1 : 0)));
});
