/** What has spilled out of a customer's row is forgotten when its time is over; transactions never are. */
import { join } from 'node:path';
import t from 'tap';
import { REPLIES } from './control.js';
import { hashName } from './memory.js';
import { Rows } from './rows.js';
import { folder, node, purchase } from './testing/brand.js';
import { verifyData } from './verify.js';

const START = Date.parse('2026-03-01T12:00:00Z');
const DAY = 86_400_000;

t.test('expired event ids leave the rows they spilled to, transactions stay', async (t) => {
  const dir = folder(t);
  let now = START + 3_600_000;
  const options = { now: () => now, checkpointEveryMs: 3_600_000 };
  let engine = await node(dir, options);
  const keep = {
    scope: 's',
    key: 'k',
    fingerprint: 'f',
    render: () => ({ status: 200, contentType: 'text/plain', body: Buffer.from('x') }),
  };
  for (let round = 0; round < 4; round++) {
    const events = Array.from({ length: 60 }, (_, n) => purchase('ann', `p${round * 60 + n}`, 100, START));
    await engine.submit(events, 'wall', round === 0 ? keep : undefined);
    await engine.checkpoint();
  }
  const spilled = async (): Promise<{ events: number; transactions: number; replies: number }> => {
    await engine.close();
    const rows = new Rows(join(dir, 'state'), { readOnly: true });
    let events = 0;
    let transactions = 0;
    for (let n = 0; n < 240; n++) {
      events += rows.spilled('ann', hashName('e', `p${n}`, 'pos/test')).length;
      transactions += rows.spilled('ann', hashName('p', `p${n}`)).length;
    }
    const replies = [...rows.control.keys({ start: [REPLIES], end: [`${REPLIES}~`] })].length;
    await rows.close();
    engine = await node(dir, options);
    return { events, transactions, replies };
  };
  const before = await spilled();
  t.ok(before.events > 150 && before.transactions > 150, JSON.stringify(before));
  t.equal(before.replies, 1);

  now += 29 * DAY;
  const slices = async (): Promise<void> => {
    for (let n = 0; n < 12; n++) {
      await engine.submit([purchase('bob', `${now}-${n}`, 100, now)], 'wall');
      await engine.checkpoint();
    }
  };
  await slices();
  t.same(await spilled(), before, 'nothing for thirty days');

  now += 2 * DAY;
  await slices();
  t.same(await spilled(), { ...before, events: 0, replies: 0 });
  const again = { ...purchase('ann', 'p0', 7, now), id: 'other' };
  t.match(await engine.submit([again], 'wall'), [
    { status: 'refused', reason: 'transaction_exists', firstEventId: 'p0' },
  ]);
  await engine.close();
  t.same((await verifyData(dir)).drifts, []);
});
