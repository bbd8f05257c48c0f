import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { bytesOf, DiskGuard } from './disk.js';

t.test('writes are refused below the mark, and taken again only well above it', (t) => {
  const steps: [free: number, low: boolean][] = [
    [2_000, false],
    [1_000, false],
    [999, true],
    [1_000, true],
    [1_199, true],
    [1_200, false],
    [1_000, false],
    [0, true],
    [5_000, false],
  ];
  let free = 0;
  const changes: boolean[] = [];
  free = steps[0]![0];
  const guard = DiskGuard.start(
    '/',
    1_000,
    3_600_000,
    (low) => changes.push(low),
    () => ({ bavail: free / 10, bsize: 10 }),
  );
  for (const [bytes, low] of steps) {
    free = bytes;
    guard.look();
    t.equal(guard.low, low, `${bytes} bytes free`);
    t.equal(guard.freeBytes, bytes);
  }
  t.same(changes, [true, false, true, false], 'told only when it changes');
  guard.stop();
  t.end();
});

t.test('a disk that is full at the start is told at the start', (t) => {
  const changes: boolean[] = [];
  const guard = DiskGuard.start(
    '/',
    10,
    3_600_000,
    (low) => changes.push(low),
    () => ({ bavail: 0, bsize: 4096 }),
  );
  t.ok(guard.low);
  t.same(changes, [true]);
  guard.stop();
  t.end();
});

t.test('a disk that does not answer counts as it was', (t) => {
  let fails = false;
  const guard = DiskGuard.start(
    '/',
    10,
    3_600_000,
    () => {},
    () => {
      if (fails) throw new Error('EIO');
      return { bavail: 0, bsize: 1 };
    },
  );
  fails = true;
  guard.look();
  t.ok(guard.low);
  guard.stop();
  t.end();
});

t.test('the real disk answers', (t) => {
  const guard = DiskGuard.start(tmpdir(), 1, 3_600_000, () => {});
  t.ok(guard.freeBytes > 1 && Number.isFinite(guard.freeBytes));
  t.notOk(guard.low);
  guard.stop();
  t.end();
});

t.test('a folder’s bytes are those of all files below it', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'regulars-disk-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  t.equal(await bytesOf(join(dir, 'missing')), 0);
  mkdirSync(join(dir, 'a', 'b'), { recursive: true });
  writeFileSync(join(dir, 'one'), Buffer.alloc(50_000, 1));
  writeFileSync(join(dir, 'a', 'b', 'two'), Buffer.alloc(70_000, 1));
  const bytes = await bytesOf(dir);
  t.ok(bytes >= 120_000 && bytes < 200_000, `${bytes}`);
});
