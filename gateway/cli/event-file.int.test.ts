import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import t from 'tap';
import { limits } from '../../actors/limits.js';
import { EventFile, type Line } from './event-file.js';
import { temporary } from './running.js';

async function batchesOf(path: string, linesMax: number): Promise<(readonly Line[])[]> {
  const file = new EventFile(path);
  const batches: (readonly Line[])[] = [];
  for await (const batch of file.batches(linesMax)) batches.push(batch);
  file.close();
  return batches;
}
const texts = (batches: (readonly Line[])[]): [number, string][] =>
  batches.flat().map(({ number, bytes }) => [number, bytes.toString()]);

t.test('lines are those between line feeds, numbered, blank ones left out, packed or not', async (t) => {
  const folder = temporary(t);
  const seed = Number(process.env.REGULARS_SEED ?? Date.now() % 1_000_000);
  t.comment(`REGULARS_SEED=${seed}`);
  const content = fc.array(fc.oneof(fc.string(), fc.constantFrom('', ' ', '\t\r', '\u2028', 'é\u2028é', '{"a":1}\r')));
  await fc.assert(
    fc.asyncProperty(content, fc.boolean(), fc.integer({ min: 1, max: 5 }), async (rows, packed, linesMax) => {
      const whole = rows.map((row) => row.replaceAll('\n', ' ').replace(/^\ufeff/, '')).join('\n');
      const path = join(folder, packed ? 'lines.gz' : 'lines');
      writeFileSync(path, packed ? gzipSync(whole) : whole);
      const wanted = whole
        .split('\n')
        .map((text, i): [number, string] => [i + 1, text])
        .filter(([, text]) => text.trim() !== '');
      const batches = await batchesOf(path, linesMax);
      return (
        JSON.stringify(texts(batches)) === JSON.stringify(wanted) &&
        batches.every(({ length }, i) => length === linesMax || (i === batches.length - 1 && length < linesMax))
      );
    }),
    { seed, numRuns: 200 },
  );
});

t.test('lines longer than what is read at once, and batches no larger than a request may be', async (t) => {
  const path = join(temporary(t), 'long');
  const lines = Array.from({ length: 12 }, (_, i) => String(i % 10).repeat(1_000_000 + i));
  writeFileSync(path, lines.join('\n'));
  const batches = await batchesOf(path, 500);
  t.same(
    texts(batches).map(([, text]) => text),
    lines,
  );
  t.same(
    batches.map(({ length }) => length),
    [8, 4],
  );
});

t.test('a line that no request can carry is named', async (t) => {
  const path = join(temporary(t), 'huge');
  writeFileSync(path, `{}\n${'x'.repeat(limits.bodyBytesMax + 1)}`);
  await t.rejects(batchesOf(path, 1), { message: /after line 1: line 2 has over 8388608 bytes/ });
});
