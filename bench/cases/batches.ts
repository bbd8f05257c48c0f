/**
 * Batches of 500 events, beside the bare echo of the same batches; and what a rich program costs beside the plain one:
 * two more campaigns that count, five outcomes an event and not two.
 */
import type { Bench } from '../bench.js';
import { brand } from '../brand.js';
import { factRow, loadRow, type Row } from '../report/report.js';
import { echoCommand, nodeCommand } from '../servers/commands.js';
import type { ServerProcess } from '../servers/server-process.js';
import { sideBySide } from './side-by-side.js';

export const BATCH = 500;
export const BATCH_CONNECTIONS = 8;
const CAMPAIGNS = 10;

export async function batches(bench: Bench): Promise<Row[]> {
  const beside = await bench.with(
    [echoCommand(), nodeCommand(bench.folder(), brand(CAMPAIGNS))],
    async ([echo, node]) => {
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
    },
  );
  const programs = [brand(CAMPAIGNS), brand(CAMPAIGNS, 'rich')];
  const commands = programs.map((program) => nodeCommand(bench.folder(), program));
  return [...beside, ...(await bench.with(commands, ([plain, rich]) => richRows(bench, plain!, rich!)))];
}

async function richRows(bench: Bench, plain: ServerProcess, rich: ServerProcess): Promise<Row[]> {
  const [ofPlain, ofRich] = await sideBySide(
    bench,
    [
      { server: plain, label: 'batches, plain program' },
      { server: rich, label: 'batches, rich program' },
    ],
    { shape: { kind: 'events', format: 'ndjson', batch: BATCH }, connections: BATCH_CONNECTIONS },
  );
  const ratios = ofRich!.map((round, i) => round.server.microsPerEvent / ofPlain![i]!.server.microsPerEvent);
  return [
    loadRow('batches-plain', `node, batches of ${BATCH}, ndjson, plain program`, ofPlain!),
    loadRow('batches-rich', `node, batches of ${BATCH}, ndjson, rich program`, ofRich!),
    factRow('batches-rich-ratio', 'the rich program against the plain one', '× CPU time', ratios),
  ];
}
