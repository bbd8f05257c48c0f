import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { FolderHeld, lockFolder } from './lockfile.js';

function folder(t: Test): string {
  const dir = mkdtempSync(join(tmpdir(), 'regulars-lock-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** Another process that takes the lock and says how that went; it keeps it until it is killed. */
async function other(dir: string): Promise<{ child: ChildProcess; said: string }> {
  const url = new URL('./lockfile.js', import.meta.url).href;
  const script = `import { lockFolder } from ${JSON.stringify(url)};
    try { lockFolder(${JSON.stringify(dir)}); console.log('held'); setInterval(() => {}, 1e6); }
    catch (error) { console.log(error.name + ' ' + error.pid); }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const chunk of child.stdout!) return { child, said: String(chunk).trim() };
  return { child, said: '' };
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

t.test('a folder is held by one, who is named to the other, until it is released', async (t) => {
  const dir = folder(t);
  const lock = lockFolder(dir);
  t.throws(() => lockFolder(dir), {
    name: 'FolderHeld',
    pid: process.pid,
    message: /in use by process \d+ .*Stop that one first/,
  });
  t.equal((await other(dir)).said, `FolderHeld ${process.pid}`);
  lock.release();
  lock.release();
  t.same(readdirSync(dir), [], 'nothing is left');
  const { child, said } = await other(dir);
  t.equal(said, 'held');
  t.throws(() => lockFolder(dir), FolderHeld);
  child.kill('SIGKILL');
  await ended(child);
  t.ok(existsSync(join(dir, 'node.lock')), 'what the dead one left');
  lockFolder(dir).release();
  t.same(readdirSync(dir), []);
});

t.test('the file of a process that is no more is taken over, whoever has its number now', (t) => {
  const dir = folder(t);
  const file = join(dir, 'node.lock');
  const lock = lockFolder(dir);
  const mine = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  lock.release();
  const dead: [string, unknown][] = [
    ['a number nobody has', { ...mine, pid: 4_194_305 }],
    ['our number, started at another time', { ...mine, started: '1' }],
    ['a number of before the machine started again', { ...mine, space: 'another-boot pid:[1]' }],
    ['nothing', ''],
  ];
  for (const [name, holder] of dead) {
    writeFileSync(file, holder === '' ? '' : JSON.stringify(holder));
    lockFolder(dir).release();
    t.same(readdirSync(dir), [], name);
  }
  t.end();
});

t.test('a holder in another container is believed while it touches its file', (t) => {
  const dir = folder(t);
  const file = join(dir, 'node.lock');
  const lock = lockFolder(dir);
  const mine = JSON.parse(readFileSync(file, 'utf8')) as { space: string };
  lock.release();
  writeFileSync(file, JSON.stringify({ ...mine, space: mine.space.split(' ')[0] + ' pid:[7]', host: 'pod-2' }));
  t.throws(() => lockFolder(dir), /on pod-2 in another container .*try again in \d+ s/);
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(file, longAgo, longAgo);
  lockFolder(dir).release();
  t.end();
});

t.test('of many that start at once after a crash, one gets the folder', async (t) => {
  const dir = folder(t);
  writeFileSync(join(dir, 'node.lock'), '{"pid":4194305}');
  const all = await Promise.all(Array.from({ length: 8 }, () => other(dir)));
  t.equal(all.filter(({ said }) => said === 'held').length, 1, all.map(({ said }) => said).join(', '));
  const ends = all.map(({ child }) => (child.exitCode === null ? ended(child) : undefined));
  for (const { child } of all) child.kill('SIGKILL');
  await Promise.all(ends);
});
