/** Batches of 500 events, beside the bare echo of the same batches. */
import type { Bench } from '../bench.js';
import { loadRow, type Row } from '../report/report.js';
import { echoCommand, nodeCommand } from '../servers/commands.js';
import { sideBySide } from './side-by-side.js';

export const BATCH = 500;
export const BATCH_CONNECTIONS = 8;
const CAMPAIGNS = 10;

export function batches(bench: Bench): Promise<Row[]> {
  return bench.with([echoCommand(), nodeCommand(bench.folder(), CAMPAIGNS)], async ([echo, node]) => {
    const rows: Row[] = [];
    for (const format of ['ndjson', 'msgpack'] as const) {
      const [ofEcho, ofNode] = await sideBySide(
        bench,
        [
          { server: echo!, label: `batches as ${format}, echo` },
          { server: node!, label: `batches as ${format}, node` },
        ],
        { shape: { kind: 'events', format, batch: BATCH }, connections: BATCH_CONNECTIONS },
      );
      const base = loadRow(`batch-${format}-echo`, `bare echo, batches of ${BATCH}, ${format}`, ofEcho!);
      rows.push(base, loadRow(`batch-${format}`, `node, batches of ${BATCH}, ${format}`, ofNode!, base));
    }
    return rows;
  });
}
