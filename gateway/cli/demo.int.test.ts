import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import t from 'tap';
import { serveProcess } from './running.js';

t.setTimeout(120_000);

const demoFolders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('regulars-demo-'));

function shell(line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', line], (error, out) => (error === null ? resolve(out) : reject(error)));
  });
}

t.test('the three lines that the demo prints work when they are pasted', async (t) => {
  const before = demoFolders();
  const environment = { REGULARS_HOST: '0.0.0.0', REGULARS_DATA: '/nowhere', REGULARS_ROOT_KEY: 'not-to-be-shown' };
  const node = await serveProcess(t, ['--demo', '--port', '0'], environment);
  t.notMatch(node.said(), 'not-to-be-shown', 'the demo has a key of its own');
  t.match(node.said(), `${node.url}/docs`);
  const lines = node
    .said()
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('curl '));
  t.equal(lines.length, 3);

  const beans = JSON.parse(await shell(lines[0]!));
  t.match(beans, { status: 'applied', outcomes: [{ type: 'points.earned', data: { account: 'stars' } }] });
  t.ok(beans.outcomes[0].data.points >= 33);

  const latte = JSON.parse(await shell(lines[1]!));
  const types = latte.outcomes.map(({ type }: { type: string }) => type);
  for (const type of ['points.earned', 'behavior.completed', 'offer.issued', 'tag.added'])
    t.ok(types.includes(type), type);

  const ann = JSON.parse(await shell(lines[2]!));
  t.match(ann, { id: 'ann', totals: { purchases: 6 }, behaviors: { 'five-lattes': { completions: 1 } } });
  t.match(ann.offers, [{ offerId: 'free-latte', state: 'active' }]);
  t.same(
    ann.tags.map(({ tag }: { tag: string }) => tag),
    ['latte-lover'],
  );
  const again = JSON.parse(await shell(lines[1]!));
  t.equal(again.status, 'duplicate', 'pasted again it counts once');
  t.same(again.outcomes, latte.outcomes);

  const made = demoFolders().filter((name) => !before.includes(name));
  t.ok(made.length > 0);
  t.equal(await node.stop(), 0);
  t.notOk(
    made.every((name) => existsSync(`${tmpdir()}/${name}`)),
    'its folder is gone',
  );
});

t.test('the demo for machines', async (t) => {
  const node = await serveProcess(t, ['--demo', '--port', '0', '--json']);
  const guide = JSON.parse(node.said());
  t.match(guide, { url: node.url, docs: `${node.url}/docs`, key: String, customers: 301 });
  t.equal(guide.try.length, 3);
  t.equal(await node.stop(), 0);
});
