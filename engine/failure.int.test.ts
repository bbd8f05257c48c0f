/** A commit that fails stops the node for good: nothing that was not durable is ever shown (DESIGN D1, D12). */
import t from 'tap';
import type { KeepReply } from './contract.js';
import { Environment } from './storage/lmdb.js';
import { folder, node, purchase } from './testing/brand.js';
import { crashed } from './testing/crashed.js';
import { verifyData } from './verify.js';

const START = Date.parse('2026-03-01T12:00:00Z');
const options = { now: () => START + 3_600_000, checkpointEveryMs: 3_600_000 };

/** The next commit of an environment whose path holds `part` fails, and nothing of it is written. */
function failing(t: { teardown(fn: () => void): unknown }, part: string): void {
  const { write } = Environment.prototype;
  t.teardown(() => {
    Environment.prototype.write = write;
  });
  Environment.prototype.write = function (fill) {
    if (!this.path.includes(part)) return write.call(this, fill);
    Environment.prototype.write = write;
    return Promise.reject(new Error('no space left on device'));
  };
}

t.test('what was held is rejected, what comes is refused, nothing lost is shown', async (t) => {
  const dir = folder(t);
  const failures: Error[] = [];
  const engine = await node(dir, { ...options, onFailure: (error) => failures.push(error) });
  t.match(await engine.submit([purchase('ann', 'p1', 1_000, START)], 'wall'), [{ status: 'applied' }]);

  failing(t, 'journal');
  const keep: KeepReply = {
    scope: 'till',
    key: 'k',
    fingerprint: 'f',
    render: () => ({ status: 200, contentType: 'text/plain', body: Buffer.from('lost') }),
  };
  const failed = { name: 'EngineError', code: 'storage_failed' };
  const tail = engine.tail({});
  const aborted = new AbortController();
  const followed = tail.next(10, aborted.signal);
  const held = [
    engine.submit([purchase('ann', 'p2', 2_000, START + 1)], 'wall', keep),
    engine.submit([purchase('bob', 'p1', 100, START)], 'wall'),
  ];
  // These wait for a turn after the one that fails.
  const many = Array.from({ length: 3_000 }, (_, n) => purchase('c' + n, 'p1', 100, START));
  held.push(engine.submit(many, 'wall'), engine.submit([purchase('cy', 'p1', 100, START)], 'wall'));
  await Promise.all(held.map((submit) => t.rejects(submit, failed)));
  t.equal(failures.length, 1, 'the owner of the process is told once');
  await t.rejects(followed, failed, 'a follower is told');

  t.match(engine.health(), { ready: false, reasons: [/could not be written/] });
  await t.rejects(engine.submit([purchase('dee', 'p1', 1, START)], 'wall'), failed);
  await t.rejects(engine.registry.put('a', 'b', 1), failed);
  await t.rejects(engine.unpark('ann'), failed);
  await t.rejects(engine.profile('ann'), failed);
  await t.rejects(engine.events('ann', { limit: 10 }), failed);
  await t.rejects(engine.keptReply('till', 'k', 'f'), failed);
  await engine.close();

  const again = await node(dir, options);
  t.match(await again.profile('ann'), { totals: { purchases: 1, net: 1_000 } });
  t.equal(await again.profile('bob'), undefined);
  t.equal(await again.keptReply('till', 'k', 'f'), undefined);
  t.match(await again.submit([purchase('ann', 'p1', 1_000, START)], 'wall'), [{ status: 'duplicate' }]);
  t.match(
    await again.submit([purchase('ann', 'p2', 2_000, START + 1)], 'wall'),
    [{ status: 'applied' }],
    'a repeat tells',
  );
  await again.close();
  t.same((await verifyData(dir)).drifts, []);
});

t.test('a checkpoint that fails stops the node; the journal has everything', async (t) => {
  const dir = folder(t);
  const failures: Error[] = [];
  const engine = await node(dir, { ...options, onFailure: (error) => failures.push(error) });
  await engine.submit([purchase('ann', 'p1', 100, START)], 'wall');
  failing(t, 'state');
  await t.rejects(engine.checkpoint(), { message: 'no space left on device' });
  t.match(failures, [{ message: 'no space left on device' }]);
  await t.rejects(engine.submit([purchase('ann', 'p2', 100, START)], 'wall'), { code: 'storage_failed' });
  await engine.close();
  const again = await node(dir, options);
  t.match(await again.profile('ann'), { totals: { purchases: 1 } });
  failing(t, 'state');
  await again.submit([purchase('ann', 'p2', 100, START)], 'wall');
  await again.close();
  const last = await node(dir, options);
  t.match(await last.profile('ann'), { totals: { purchases: 2 } }, 'also where it fails while the node stops');
  await last.close();
  t.same((await verifyData(dir)).drifts, []);
});

t.test('a crash while the journal is replayed loses nothing', async (t) => {
  const dir = folder(t);
  const engine = await node(dir, options);
  const events = Array.from({ length: 3_000 }, (_, n) => purchase('c' + n, 'p1', 100 + n, START));
  for (let n = 0; n < events.length; n += 300) await engine.submit(events.slice(n, n + 300), 'wall');
  const left = crashed(t, dir);
  await engine.close();

  // So little memory that rows are written in the middle of the replay; then that fails, as a kill would end it.
  const { write } = Environment.prototype;
  t.teardown(() => {
    Environment.prototype.write = write;
  });
  let slices = 0;
  Environment.prototype.write = function (fill) {
    if (this.path.endsWith('state') && ++slices > 4) return Promise.reject(new Error('killed'));
    return write.call(this, fill);
  };
  await t.rejects(node(left, { ...options, residentBytesMax: 1_000_000 }), { message: 'killed' });
  Environment.prototype.write = write;
  t.ok(slices > 4);

  const again = await node(left, options);
  let missing = 0;
  for (const { subject } of events) if ((await again.profile(subject)) === undefined) missing++;
  t.equal(missing, 0);
  await again.close();
  t.same((await verifyData(left)).drifts, []);
});
