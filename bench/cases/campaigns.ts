/** What ten thousand campaigns cost an event that none of them can match: two nodes, the same batches, CPU time. */
import type { Bench } from '../bench.js';
import { brand } from '../brand.js';
import { factRow, loadRow, type Row } from '../report/report.js';
import { nodeCommand } from '../servers/commands.js';
import { BATCH, BATCH_CONNECTIONS } from './batches.js';
import { insideFacts } from './inside.js';
import { sideBySide } from './side-by-side.js';

const FEW = 10;
const MANY = 10_000;

export async function campaigns(bench: Bench): Promise<Row[]> {
  const alone = await insideFacts(bench, 'campaigns');
  return bench.with(
    [nodeCommand(bench.folder(), brand(FEW)), nodeCommand(bench.folder(), brand(MANY))],
    async ([few, many]) => {
      const [ofFew, ofMany] = await sideBySide(
        bench,
        [
          { server: few!, label: `batches, ${FEW} campaigns` },
          { server: many!, label: `batches, ${MANY} campaigns` },
        ],
        { shape: { kind: 'events', format: 'ndjson', batch: BATCH }, connections: BATCH_CONNECTIONS },
      );
      const ratios = ofMany!.map((round, i) => round.server.microsPerEvent / ofFew![i]!.server.microsPerEvent);
      return [
        loadRow('campaigns-few', `node, batches, ${FEW} campaigns`, ofFew!),
        loadRow('campaigns-many', `node, batches, ${MANY} campaigns`, ofMany!),
        ...alone,
        factRow('campaigns-node-ratio', `${MANY} campaigns against ${FEW}, through the node`, '× CPU time', ratios),
      ];
    },
  );
}
