/** Personal data stands in clear nowhere below the data folder (DESIGN D13). */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Event } from '../actors/event.js';
import { folder, node, purchase } from './testing/brand.js';
import { crashed } from './testing/crashed.js';

const START = Date.parse('2026-03-01T12:00:00Z');
const options = { now: () => START + 3_600_000, checkpointEveryMs: 3_600_000 };
const NAME = 'Ottoline Quixworth';
const NOTE = 'prefers the seat at the zephyr window';

/** Files below `dir` that hold the text, as UTF-8 or UTF-16. */
function holding(dir: string, text: string): string[] {
  return (readdirSync(dir, { recursive: true }) as string[]).filter((name) => {
    const path = join(dir, name);
    if (!statSync(path).isFile()) return false;
    const bytes = readFileSync(path);
    return bytes.includes(text) || bytes.includes(Buffer.from(text, 'utf16le'));
  });
}

t.test('attributes and personal fields are sealed wherever they are written', async (t) => {
  const dir = folder(t);
  let engine = await node(dir, { ...options, segmentBytesMax: 16_384 });
  const events: Event[] = [
    {
      id: 'u1',
      source: 'app',
      type: 'profile.updated',
      subject: 'ann',
      time: START,
      data: { attributes: { name: NAME } },
    },
    { id: 's1', source: 'app', type: 'survey.done', subject: 'ann', time: START, data: { score: 4, note: NOTE } },
    purchase('visible-customer', 'visible-transaction', 100, START),
  ];
  t.match(await engine.submit(events, 'wall'), [{ status: 'applied' }, { status: 'applied' }, { status: 'applied' }]);
  for (const when of ['in the journal', 'in the rows', 'after a restart', 'after a crash']) {
    if (when === 'in the rows') await engine.checkpoint();
    let where = dir;
    if (when === 'after a crash') where = crashed(t, dir);
    if (when.startsWith('after')) {
      await engine.close();
      engine = await node(where, options);
    }
    t.same(holding(where, NAME), [], `${when}: the name`);
    t.same(holding(where, NOTE), [], `${when}: the note`);
    t.ok(holding(where, 'visible-transaction').length > 0, 'what is not personal would be found');
    t.match(await engine.profile('ann'), { attributes: { name: NAME } }, when);
    const stream = await engine.events('ann', { limit: 10 });
    t.same(
      stream!.items.map((item) => (item.event!.data as { note?: string }).note),
      [NOTE, undefined],
    );
    t.match(await engine.submit(events, 'wall'), [
      { status: 'duplicate' },
      { status: 'duplicate' },
      { status: 'duplicate' },
    ]);
    const other = { ...events[1]!, data: { score: 4, note: 'another' } };
    t.match(await engine.submit([other], 'wall'), [{ status: 'invalid' }], 'sealed data is compared too');
  }
  await engine.close();
});
