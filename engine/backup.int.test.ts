import { type ChildProcess, spawn } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { backup } from './backup.js';
import { BackupBroken, type BackupManifest, type BackupStep } from './backup-manifest.js';
import { lockFolder } from './lockfile.js';
import { restore } from './restore.js';
import { folder, node, purchase } from './testing/brand.js';
import { eventOf } from './testing/crash-writer.js';
import { Vault } from './vault/vault.js';
import { verifyData } from './verify.js';

const NOW = Date.parse('2026-03-11T12:00:00Z');
const CUSTOMERS = 100;

/** A data folder with some customers, one of them with personal data, in several segments. */
async function filled(dataDir: string): Promise<void> {
  const engine = await node(dataDir, { now: () => NOW, segmentBytesMax: 30_000 });
  for (let i = 0; i < 20; i++) {
    await engine.submit(
      Array.from({ length: 20 }, (_, k) =>
        purchase(`customer-${k}`, `tx-${i}-${k}`, 100 + i, NOW - 86_400_000 + i * 1_000),
      ),
      'wall',
    );
  }
  await engine.submit([profile('ada', 'ada@example.org')], 'wall');
  await engine.close();
}

function profile(subject: string, email: string) {
  return {
    id: `p-${subject}`,
    source: 'crm',
    type: 'profile.updated',
    subject,
    time: NOW,
    data: { attributes: { email } },
  };
}

function writer(dataDir: string): ChildProcess {
  const script = fileURLToPath(new URL('./testing/crash-writer.js', import.meta.url));
  return spawn(process.execPath, [script, dataDir, '0', '1000000', String(CUSTOMERS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

t.test(
  'a backup made while a node writes at full speed restores to a node that has everything acknowledged before',
  async (t) => {
    const root = folder(t);
    const dataDir = join(root, 'data');
    await filled(dataDir);
    const child = writer(dataDir);
    const acknowledged: number[] = [];
    let rest = '';
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const enough = new Promise<void>((resolve) => {
      child.stdout!.on('data', (chunk) => {
        const lines = (rest + String(chunk)).split('\n');
        rest = lines.pop()!;
        for (const line of lines) if (/^\d+ /.test(line)) acknowledged.push(Number(line.split(' ')[0]));
        if (acknowledged.length > 2_000) resolve();
      });
    });
    await enough;
    const before = acknowledged.slice();
    const steps = new Set<BackupStep>();
    const manifest = await backup(dataDir, join(root, 'backup'), { onProgress: (step) => steps.add(step) });
    const during = acknowledged.length - before.length;
    child.kill('SIGKILL');
    await ended;
    t.ok(during > 0, `${during} events were acknowledged while the backup was made`);
    t.same([...steps], ['state', 'journal', 'bases', 'keys', 'read', 'verify', 'hash']);
    t.equal(manifest.oldestRecord, 1);
    t.ok(manifest.customers >= 21, `${manifest.customers} customers were verified`);
    t.ok(manifest.files.some(({ path }) => path === 'journal/000000000001/data.mdb'));
    t.notOk(JSON.stringify(readdirSync(join(root, 'backup'), { recursive: true })).includes('lock.mdb'));
    t.notOk(existsSync(join(root, 'backup', 'node.key')), 'the node key is not in it');
    t.match(manifest.notIncluded.join(), /node\.key/);
    t.notOk(existsSync(join(root, 'backup.partial')));

    const target = join(root, 'restored');
    mkdirSync(target);
    copyFileSync(join(dataDir, 'node.key'), join(target, 'node.key'));
    const restored = await restore(join(root, 'backup'), target);
    t.same(restored.missing, []);
    t.same((await verifyData(target)).drifts, []);
    const engine = await node(target, { now: () => NOW });
    const answers = await engine.submit(
      before.map((n) => eventOf(n, CUSTOMERS)),
      'wall',
    );
    t.equal(
      answers.filter(({ status }) => status !== 'duplicate').length,
      0,
      `${before.length} acknowledged events are all there`,
    );
    const [next] = await engine.submit([purchase('customer-1', 'after', 500, NOW)], 'wall');
    t.equal(next!.status, 'applied');
    await engine.close();
    t.same((await verifyData(target)).drifts, []);
  },
);

t.test(
  'a backup of a stopped node, in segments, restores with what is personal, once the node key is there',
  async (t) => {
    const root = folder(t);
    const dataDir = join(root, 'data');
    await filled(dataDir);
    const manifest = await backup(dataDir, join(root, 'backup'));
    t.ok(manifest.files.filter(({ path }) => path.startsWith('journal/')).length > 2, 'several segments');
    const target = join(root, 'restored');
    const { missing } = await restore(join(root, 'backup'), target);
    t.equal(missing.length, 1);
    t.match(missing[0], /node\.key .*REGULARS_NODE_KEY/);
    t.throws(() => Vault.open(target), /no node key/, 'it does not start, and makes no other key');
    copyFileSync(join(dataDir, 'node.key'), join(target, 'node.key'));
    const engine = await node(target, { now: () => NOW });
    t.match(await engine.profile('ada'), { attributes: { email: 'ada@example.org' } });
    t.match(await engine.profile('customer-3'), { id: 'customer-3', totals: {} });
    await engine.close();
    t.same((await verifyData(target)).drifts, []);
    t.same((await verifyData(dataDir)).drifts, [], 'the source is as it was');
  },
);

t.test('nothing is overwritten: not a backup, not data, not what another one is making', async (t) => {
  const root = folder(t);
  const dataDir = join(root, 'data');
  await filled(dataDir);
  await t.rejects(backup(join(root, 'nowhere'), join(root, 'backup')), /holds no data/);
  mkdirSync(join(root, 'taken'));
  await t.rejects(backup(dataDir, join(root, 'taken')), /exists; nothing is overwritten/);
  mkdirSync(join(root, 'backup.partial'));
  await t.rejects(backup(dataDir, join(root, 'backup')), /another backup is under way, or one was interrupted/);
  rmSync(join(root, 'backup.partial'), { recursive: true });
  await backup(dataDir, join(root, 'backup'));
  await t.rejects(backup(dataDir, join(root, 'backup')), /exists; nothing is overwritten/);
  await t.rejects(restore(join(root, 'backup'), dataDir), /is not empty \(.*\); nothing is overwritten/);
  const held = join(root, 'held');
  mkdirSync(held);
  const lock = lockFolder(held);
  await t.rejects(restore(join(root, 'backup'), held), /not empty/);
  lock.release();
});

t.test('a backup in which anything was changed, cut, removed or added is not restored', async (t) => {
  const root = folder(t);
  const dataDir = join(root, 'data');
  await filled(dataDir);
  await backup(dataDir, join(root, 'backup'));
  const segment = 'journal/000000000001/data.mdb';
  const cases: [string, (dir: string) => void, RegExp][] = [
    [
      'one flipped bit',
      (dir) => {
        const bytes = readFileSync(join(dir, segment));
        bytes[5_000]! ^= 1;
        writeFileSync(join(dir, segment), bytes);
      },
      /journal\/000000000001\/data\.mdb was changed/,
    ],
    ['a longer file', (dir) => appendFileSync(join(dir, 'keys/data.mdb'), 'x'), /keys\/data\.mdb has \d+ bytes, not/],
    ['a missing file', (dir) => rmSync(join(dir, segment)), /data\.mdb is missing/],
    ['an added file', (dir) => writeFileSync(join(dir, 'extra'), 'x'), /extra is not in its manifest/],
    ['no manifest', (dir) => rmSync(join(dir, 'manifest.json')), /manifest\.json cannot be read/],
    ['a manifest of another format', (dir) => rewrite(dir, { format: 2 }), /its format is 2/],
    ['a manifest cut short', (dir) => writeFileSync(join(dir, 'manifest.json'), '{"format":'), /is not JSON/],
    [
      'a manifest that names a file elsewhere',
      (dir) => rewrite(dir, { files: [{ path: '../data/node.key', bytes: 45, sha256: '' }] }),
      /\.\.\/data\/node\.key is missing/,
    ],
  ];
  for (const [name, change, message] of cases) {
    const dir = join(root, 'changed');
    cpSync(join(root, 'backup'), dir, { recursive: true });
    change(dir);
    const target = join(root, 'restored');
    await t.rejects(restore(dir, target), { name: 'BackupBroken', message }, name);
    t.notOk(existsSync(target), 'and nothing was made');
    rmSync(dir, { recursive: true });
  }
  t.ok(BackupBroken);
});

function rewrite(dir: string, changed: Record<string, unknown>): void {
  const file = join(dir, 'manifest.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as BackupManifest;
  writeFileSync(file, JSON.stringify({ ...manifest, ...changed }));
}

t.test('data that does not verify is not kept as a backup', async (t) => {
  const root = folder(t);
  const dataDir = join(root, 'data');
  await filled(dataDir);
  const other = join(root, 'other');
  await filled(other);
  // The journal of another brand's folder, one record shorter: its end is missing.
  const engine = await node(dataDir, { now: () => NOW });
  await engine.submit([purchase('customer-1', 'one-more', 5, NOW)], 'wall');
  await engine.close();
  rmSync(join(dataDir, 'journal'), { recursive: true });
  cpSync(join(other, 'journal'), join(dataDir, 'journal'), { recursive: true });
  await t.rejects(
    backup(dataDir, join(root, 'backup')),
    /state stands at record \d+, its journal ends at \d+|does not verify/,
  );
  t.notOk(existsSync(join(root, 'backup')));
  t.notOk(existsSync(join(root, 'backup.partial')), 'nothing is left');
});

t.test(
  'the wrong node key is told before anything is restored, and an interrupted restore starts no node',
  async (t) => {
    const root = folder(t);
    const dataDir = join(root, 'data');
    await filled(dataDir);
    await backup(dataDir, join(root, 'backup'));
    const target = join(root, 'restored');
    await t.rejects(restore(join(root, 'backup'), target, { nodeKey: Buffer.alloc(32, 7) }), /wrong node key/);
    t.same(readdirSync(target), [], 'the folder is as empty as before');
    mkdirSync(join(target, 'restoring'));
    await t.rejects(restore(join(root, 'backup'), target), /was interrupted\. Empty the folder/);
    await t.rejects(node(target), /was interrupted: the data there is not whole/);
    rmSync(join(target, 'restoring'), { recursive: true });
    writeFileSync(join(target, 'node.key'), Buffer.alloc(32, 7).toString('base64'));
    await t.rejects(restore(join(root, 'backup'), target), /wrong node key/);
    t.same(readdirSync(target), ['node.key']);
    copyFileSync(join(dataDir, 'node.key'), join(target, 'node.key'));
    t.same((await restore(join(root, 'backup'), target)).missing, []);
    t.same(readdirSync(target).sort(), ['journal', 'keys', 'node.key', 'state']);
  },
);
