/** Profiles of customers with some purchases, beside the bare echo of an answer of that size. */
import { type Bench, CUSTOMERS_PER_RUN } from '../bench.js';
import { brand } from '../brand.js';
import { loadRow, type Row } from '../report/report.js';
import { echoCommand, nodeCommand } from '../servers/commands.js';
import { BATCH, BATCH_CONNECTIONS } from './batches.js';
import { sideBySide } from './side-by-side.js';

const CONNECTIONS = 64;
const CAMPAIGNS = 10;
const PURCHASES_EACH = 5;
/** Out of the way of the ranges that runs take by themselves. */
const CUSTOMERS_FIRST = 9_000_000;

export function reads(bench: Bench): Promise<Row[]> {
  return bench.with([echoCommand(), nodeCommand(bench.folder(), brand(CAMPAIGNS))], async ([echo, node]) => {
    bench.say(`reads: ${PURCHASES_EACH} purchases for each of ${CUSTOMERS_PER_RUN} customers`);
    const loaded = await bench.load(node!, {
      shape: { kind: 'events', format: 'ndjson', batch: BATCH },
      connections: BATCH_CONNECTIONS,
      seconds: 60,
      requests: (CUSTOMERS_PER_RUN * PURCHASES_EACH) / BATCH,
      customersFirst: CUSTOMERS_FIRST,
    });
    bench.check('reads, loading', loaded);
    const [ofEcho, ofNode] = await sideBySide(
      bench,
      [
        { server: echo!, label: 'profile reads, echo' },
        { server: node!, label: 'profile reads, node' },
      ],
      { shape: { kind: 'profile' }, connections: CONNECTIONS, customersFirst: CUSTOMERS_FIRST },
    );
    const base = loadRow('reads-echo', `bare echo, GET, ${CONNECTIONS} connections`, ofEcho!);
    return [base, loadRow('reads', `node, profile reads, ${CONNECTIONS} connections`, ofNode!, base)];
  });
}
