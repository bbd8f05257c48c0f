/** A data folder whose journal and state do not belong together is not opened, and says what to do (DESIGN D9). */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { Journal } from './journal/journal.js';
import { silent } from './log.js';
import { pack } from './pack.js';
import { Rows } from './rows.js';
import { Environment } from './storage/lmdb.js';
import { folder, node, purchase } from './testing/brand.js';
import { crashed } from './testing/crashed.js';
import { Vault } from './vault/vault.js';
import { verifyData, verifyRows } from './verify.js';

const START = Date.parse('2026-03-01T12:00:00Z');
const options = { now: () => START + 3_600_000, checkpointEveryMs: 3_600_000, segmentBytesMax: 32_768 };

async function filled(t: { teardown(fn: () => void): unknown }): Promise<{ dir: string; segments: string[] }> {
  const dir = folder(t);
  const engine = await node(dir, options);
  for (let n = 0; n < 400; n += 20) {
    await engine.submit(
      Array.from({ length: 20 }, (_, i) => purchase(`c${i}`, `p${n + i}`, 100, START)),
      'wall',
    );
  }
  await engine.close();
  const segments = readdirSync(join(dir, 'journal'))
    .filter((name) => /^\d+$/.test(name))
    .sort();
  return { dir, segments };
}

t.test('state ahead of the journal', async (t) => {
  const { dir, segments } = await filled(t);
  t.ok(segments.length > 2);
  rmSync(join(dir, 'journal', segments.at(-1)!), { recursive: true });
  await t.rejects(node(dir, options), { message: /journal's end is missing; restore/ });
  await t.rejects(node(dir, options), { message: /journal's end is missing/ }, 'nothing is left locked or mended');
});

t.test('segments missing at the beginning or in the middle', async (t) => {
  const { dir, segments } = await filled(t);
  const rows = new Rows(join(dir, 'state'));
  await rows.write((batch) => batch.put(rows.meta, 'mark', pack(1)));
  await rows.close();
  const middle = crashed(t, dir);
  rmSync(join(dir, 'journal', segments[0]!), { recursive: true });
  await t.rejects(node(dir, options), { message: /segments are missing; restore them from a backup/ });
  rmSync(join(middle, 'journal', segments[1]!), { recursive: true });
  await t.rejects(node(middle, options), { message: /missing/ });
});

t.test('replay of what every row already has changes nothing', async (t) => {
  const { dir } = await filled(t);
  const rows = new Rows(join(dir, 'state'));
  await rows.write((batch) => batch.put(rows.meta, 'mark', pack(1)));
  await rows.close();
  const engine = await node(dir, options);
  t.match(await engine.profile('c7'), { totals: { purchases: 20, net: 2_000 } });
  t.equal((await engine.events('c7', { limit: 100 }))!.items.length, 20);
  await engine.close();
  t.same((await verifyData(dir)).drifts, []);
});

t.test('verify beside a node that writes on finds no drift', async (t) => {
  const dir = folder(t);
  const engine = await node(dir, options);
  const buy = (name: string) =>
    engine.submit(
      Array.from({ length: 1_200 }, (_, n) => purchase(`c${n}`, name, 100, START)),
      'wall',
    );
  await buy('p1');
  await engine.checkpoint();
  const opened: Journal[] = [];
  const openJournal = (): Journal => {
    opened.push(Journal.open(join(dir, 'journal'), { readOnly: true, log: silent }));
    return opened.at(-1)!;
  };
  const vault = Vault.open(dir, undefined, { readOnly: true });
  const rows = new Rows(join(dir, 'state'), { readOnly: true });
  // The journal is opened; before the rows are read, the node has written on.
  const first = openJournal();
  await buy('p2');
  await engine.checkpoint();
  let next: Journal | undefined = first;
  const verified = await verifyRows({
    rows,
    vault,
    base: undefined,
    openJournal: () => {
      const journal = next ?? openJournal();
      next = undefined;
      return journal;
    },
  });
  t.same(verified.drifts, []);
  t.match(verified, { customers: 1_200, entries: 2_400 });
  t.equal(opened.length, 2);
  await rows.close();
  await vault.close();
  await engine.close();
});

t.test('a row is never written ahead of the journal', async (t) => {
  const dir = folder(t);
  const engine = await node(dir, options);
  await engine.checkpoint();
  const { write } = Environment.prototype;
  t.teardown(() => {
    Environment.prototype.write = write;
  });
  const held: (() => void)[] = [];
  Environment.prototype.write = function (fill) {
    if (!this.path.includes('journal')) return write.call(this, fill);
    return new Promise((resolve, reject) => held.push(() => write.call(this, fill).then(resolve, reject)));
  };
  const submitted = engine.submit([purchase('ann', 'p1', 100, START)], 'wall');
  while (held.length === 0) await new Promise((resolve) => setImmediate(resolve));
  const written = engine.checkpoint();
  const profile = engine.profile('ann');
  await new Promise((resolve) => setTimeout(resolve, 30));
  const left = crashed(t, dir);
  Environment.prototype.write = write;
  for (const release of held) release();
  await written;
  t.match(await submitted, [{ status: 'applied' }]);
  t.match(await profile, { totals: { purchases: 1 } });
  await engine.close();

  const again = await node(left, options);
  t.equal(await again.profile('ann'), undefined);
  await again.close();
  t.same((await verifyData(left)).drifts, []);
});
