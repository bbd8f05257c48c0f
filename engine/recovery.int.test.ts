/** A data folder whose journal and state do not belong together is not opened, and says what to do (DESIGN D9). */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { pack } from './pack.js';
import { Rows } from './rows.js';
import { folder, node, purchase } from './testing/brand.js';
import { crashed } from './testing/crashed.js';
import { verifyData } from './verify.js';

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

t.test('verify beside a node at work finds no drift', async (t) => {
  const dir = folder(t);
  const engine = await node(dir, { ...options, checkpointEveryMs: 5 });
  let writing = true;
  let written = 0;
  const writer = (async () => {
    for (let n = 0; writing; n++) {
      const events = Array.from({ length: 50 }, (_, i) =>
        purchase(`c${(n * 50 + i) % 1_500}`, `p${n}-${i}`, 100, START),
      );
      await engine.submit(events, 'wall');
      written += events.length;
      if (n % 4 === 0) await engine.checkpoint();
    }
  })();
  while (written < 1_500) await new Promise((resolve) => setTimeout(resolve, 5));
  for (let round = 0; round < 3; round++) {
    const before = written;
    t.same((await verifyData(dir)).drifts, []);
    t.comment(`${written - before} events meanwhile`);
  }
  writing = false;
  await writer;
  await engine.close();
  t.same((await verifyData(dir)).drifts, []);
});
