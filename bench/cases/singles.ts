/** One event a POST, each reply after the event is on disk, beside the bare echo of the same requests. */
import type { Bench } from '../bench.js';
import { brand } from '../brand.js';
import { loadRow, type Row } from '../report/report.js';
import { echoCommand, nodeCommand } from '../servers/commands.js';
import { sideBySide } from './side-by-side.js';

const CONNECTIONS = [16, 64, 256];
const CAMPAIGNS = 10;

export function singles(bench: Bench): Promise<Row[]> {
  return bench.with([echoCommand(), nodeCommand(bench.folder(), brand(CAMPAIGNS))], async ([echo, node]) => {
    const rows: Row[] = [];
    for (const connections of CONNECTIONS) {
      const [ofEcho, ofNode] = await sideBySide(
        bench,
        [
          { server: echo!, label: `single, ${connections} connections, echo` },
          { server: node!, label: `single, ${connections} connections, node` },
        ],
        { shape: { kind: 'events', format: 'json', batch: 1 }, connections },
      );
      const base = loadRow(
        `single-${connections}-echo`,
        `bare echo, single POSTs, ${connections} connections`,
        ofEcho!,
      );
      rows.push(
        base,
        loadRow(`single-${connections}`, `node, single POSTs, ${connections} connections`, ofNode!, base),
      );
    }
    return rows;
  });
}
