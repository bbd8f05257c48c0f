/**
 * A process that appends to a journal as fast as it can and prints each record once it is durable, to be killed. Used
 * by tests only. Arguments: folder, bytes of a segment.
 */
import { Journal, type RecordEntry } from '../journal/journal.js';
import { silent } from '../log.js';
import { say } from './say.js';

const [dir, segmentBytesMax] = process.argv.slice(2) as [string, string];

/** The entries of a record: what they hold follows from its number. */
export function entriesOf(record: number): RecordEntry[] {
  return Array.from({ length: 1 + (record % 3) }, (_, index) => ({
    shard: (record + index) % 64,
    entry: Buffer.from(`entry ${record}.${index}`),
    outcomes: Buffer.alloc((record * 131) % 3000, record),
  }));
}

if (dir !== undefined) {
  const journal = Journal.open(dir, { segmentBytesMax: Number(segmentBytesMax), log: silent });
  say(`open ${journal.last}`);
  const append = async (): Promise<void> => {
    for (;;) {
      const { record, durable } = journal.append(journal.last + 1, entriesOf(journal.last + 1));
      await durable;
      say(`${record}`);
    }
  };
  await Promise.all([append(), append(), append()]);
}
