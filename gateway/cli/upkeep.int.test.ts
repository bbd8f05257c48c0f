import { cpSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { PROGRAM, purchase, regulars, serveProcess, temporary } from './running.js';

t.setTimeout(180_000);

/** A data folder in which every customer bought once for `total`. */
async function filled(t: Test, folder: string, name: string, total: number): Promise<string> {
  const data = join(folder, name);
  writeFileSync(join(folder, 'program.yaml'), PROGRAM);
  const node = await serveProcess(t, ['--data', data, '--program', join(folder, 'program.yaml'), '--port', '0']);
  const events = Array.from({ length: 20 }, (_, i) => purchase(`p-${i}`, `c-${i}`, total));
  t.equal((await node.post('/v1/events', events)).status, 200);
  await node.stop();
  return data;
}

t.test('verify: no drift is 0, a drift is named and 1', async (t) => {
  const folder = temporary(t);
  const data = await filled(t, folder, 'data', 500);
  const good = await regulars(['verify', '--data', data]);
  t.equal(good.code, 0, good.err);
  t.equal(good.out, 'no drift: 20 customers and 20 entries agree with the journal\n');

  const other = await filled(t, folder, 'other', 700);
  rmSync(join(data, 'state'), { recursive: true });
  cpSync(join(other, 'state'), join(data, 'state'), { recursive: true });
  const bad = await regulars(['verify', '--data', data]);
  t.equal(bad.code, 1);
  t.match(bad.out, /drifts in 20 customers/);
  t.match(bad.out, /\n {2}customer c-7: state\S*: the journal says 500, the row 700\n/);
  const json = JSON.parse((await regulars(['verify', '--data', data, '--json'])).out);
  t.match(json, { customers: 20, drifts: [{ customer: 'c-0', what: String }] });
});

t.test('verify and backup beside a running node; restore; the same profiles again', async (t) => {
  const folder = temporary(t);
  const data = await filled(t, folder, 'data', 500);
  const node = await serveProcess(t, ['--data', data, '--port', '0']);
  t.equal((await node.post('/v1/events', purchase('later', 'c-1', 250))).status, 200);
  const before = await node.get('/v1/customers/c-1');

  const verified = await regulars(['verify', '--data', data, '--json']);
  t.equal(verified.code, 0, verified.out + verified.err);
  t.match(JSON.parse(verified.out), { customers: 20, drifts: [] });

  const copy = join(folder, 'backup');
  const backup = await regulars(['backup', copy, '--data', data]);
  t.equal(backup.code, 0, backup.err);
  t.match(
    backup.out,
    /backed up to .*backup and verified: 20 customers, \d+ files, [\d.]+ MiB\n {2}not in it: node\.key/,
  );
  const twice = await regulars(['backup', copy, '--data', data]);
  t.equal(twice.code, 1);
  t.match(twice.err, /exists; nothing is overwritten/);
  t.equal(await node.stop(), 0);

  const restored = join(folder, 'restored');
  const without = await regulars(['restore', copy, '--data', restored, '--json']);
  t.equal(without.code, 0, without.err);
  t.match(JSON.parse(without.out), { to: restored, customers: 20, missing: [/node\.key/] });
  cpSync(join(data, 'node.key'), join(restored, 'node.key'));
  const again = await serveProcess(t, ['--data', restored, '--port', '0']);
  t.same((await again.get('/v1/customers/c-1')).body, before.body);
  await again.stop();

  const full = await regulars(['restore', copy, '--data', restored]);
  t.equal(full.code, 1);
  t.match(full.err, /is not empty/);
  const none = await regulars(['restore', folder, '--data', join(folder, 'r2')]);
  t.equal(none.code, 1);
  t.match(none.err, /is not a whole backup/);
});

t.test('a folder without data is named, and not made', async (t) => {
  const nothing = join(temporary(t), 'nothing');
  for (const args of [['verify'], ['backup', join(nothing, 'b')], ['unpark', 'ann']]) {
    const { code, err } = await regulars([...args, '--data', nothing]);
    t.equal(code, 1, args.join(' '));
    t.match(err, /nothing holds no data of a node; name the folder/);
  }
  t.notOk(existsSync(nothing));
});

t.test('unpark of a customer of whom nothing is kept', async (t) => {
  const data = await filled(t, temporary(t), 'data', 500);
  const { code, out, err } = await regulars(['unpark', 'c-1', '--data', data]);
  t.equal(code, 0, err);
  t.equal(out, 'nothing is kept of customer c-1 any more: every entry is judged\n');
  t.equal(err, '');
});
