import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { PROGRAM, purchase, regulars, serveProcess, temporary } from './running.js';

t.setTimeout(180_000);

t.test('a served node takes events, and stops with 0 when it is told to', async (t) => {
  const folder = temporary(t);
  const program = join(folder, 'program.yaml');
  writeFileSync(program, PROGRAM);
  const data = join(folder, 'data');
  const node = await serveProcess(t, ['--data', data, '--program', program, '--port', '0', '--drain-ms', '1500']);

  const bought = await node.post('/v1/events', purchase('p-1', 'ann', 1_250));
  t.equal(bought.status, 200);
  t.match(bought.body, {
    status: 'applied',
    outcomes: [{ type: 'points.earned', data: { account: 'stars', points: 12 } }],
  });
  t.equal((await node.get('/readyz')).status, 200);

  node.process.kill('SIGTERM');
  await new Promise((resolve) => setTimeout(resolve, 300));
  t.equal((await node.get('/readyz')).status, 503, 'readiness falls first');
  t.equal((await node.get('/livez')).status, 200);
  t.equal((await node.post('/v1/events', purchase('p-2', 'ann', 100))).status, 200, 'what still comes is served');
  t.equal(await node.ended, 0);
  await t.rejects(node.get('/livez'), 'the port is closed');
  for (const line of node.said().trimEnd().split('\n'))
    t.doesNotThrow(() => JSON.parse(line), `a line of the log is JSON: ${line}`);

  const again = await serveProcess(t, ['--data', data, '--program', program, '--port', '0']);
  t.match((await again.get('/v1/customers/ann')).body, { points: { stars: { active: 13 } } });
  t.equal((await again.get('/v1/program/versions')).status, 200);
  t.match(await again.get('/readyz?verbose'), { body: { program: 1 } }, 'the same program is not published again');
  t.equal(await again.stop(), 0);

  writeFileSync(program, PROGRAM.replace('points: 1, per: 100', 'points: 2, per: 100'));
  const changed = await serveProcess(t, ['--data', data, '--program', program, '--port', '0']);
  t.match(await changed.get('/readyz?verbose'), { body: { program: 2 } }, 'a changed one is');
  t.equal(await changed.stop(), 0);
});

t.test('a second signal ends it at once with 1', async (t) => {
  const node = await serveProcess(t, ['--data', join(temporary(t), 'data'), '--port', '0', '--drain-ms', '60000']);
  node.process.kill('SIGINT');
  while (!node.said().includes('"stopping"')) await new Promise((resolve) => setTimeout(resolve, 10));
  node.process.kill('SIGINT');
  t.equal(await node.ended, 1);
});

t.test('a commit that fails ends it with 1, unanswered', { skip: process.platform === 'win32' }, async (t) => {
  const folder = temporary(t);
  writeFileSync(join(folder, 'program.yaml'), PROGRAM);
  const args = ['--data', join(folder, 'data'), '--program', join(folder, 'program.yaml'), '--port', '0'];
  // No file may grow beyond so many KiB: what a full disk is to a node, without filling one.
  const node = await serveProcess(t, args, {}, 2_048);
  let answered = 0;
  const send = async (): Promise<void> => {
    for (let i = 0; ; i++) {
      const events = Array.from({ length: 500 }, (_, n) => purchase(`p-${i}-${n}`, `c-${n}`, 100));
      const { status } = await node.post('/v1/events', events);
      if (status !== 200) throw new Error(`answered ${status}`);
      answered++;
    }
  };
  await t.rejects(send(), 'the connection is lost');
  t.equal(await node.ended, 1);
  t.ok(answered > 0, `${answered} requests before`);
  t.match(node.said(), '"node_failed"');
});

t.test('without a key one is made, once, for its owner only', async (t) => {
  const data = join(temporary(t), 'data');
  const noKey = { REGULARS_ROOT_KEY: '' };
  const node = await serveProcess(t, ['--data', data, '--port', '0'], noKey);
  const file = join(data, 'root.key');
  const key = readFileSync(file, 'utf8').trim();
  t.match(node.said(), JSON.stringify(file), 'it says where');
  t.notMatch(node.said(), key, 'and not what');
  t.equal(statSync(file).mode & 0o777, 0o600);
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  t.equal((await fetch(`${node.url}/v1/properties`, { headers })).status, 200);
  const close = ['import', 'close', '--url', node.url];
  t.equal((await regulars([...close, '--data', data], noKey)).code, 0, 'commands on this machine find it');
  t.equal((await regulars([...close, '--data', join(data, 'x')], noKey)).code, 2);
  const away = await regulars(['import', 'close', '--url', 'http://127.0.0.2:1', '--data', data], noKey);
  t.equal(away.code, 2, 'it is sent nowhere else');
  await node.stop();
  const again = await serveProcess(t, ['--data', data, '--port', '0'], noKey);
  t.equal(readFileSync(file, 'utf8').trim(), key);
  t.equal((await fetch(`${again.url}/v1/properties`, { headers })).status, 200);
  await again.stop();
  const configured = await serveProcess(t, ['--data', data, '--port', '0'], { REGULARS_ROOT_KEY: 'another-key' });
  t.equal(
    (await fetch(`${configured.url}/v1/properties`, { headers })).status,
    401,
    'a configured key takes its place',
  );
  await configured.stop();
});

t.test('what cannot be had is said in one line, and exits with 1', async (t) => {
  const folder = temporary(t);
  const data = join(folder, 'data');
  const node = await serveProcess(t, ['--data', data, '--port', '0']);
  const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';

  const locked = await regulars(['serve', '--data', data, '--port', '0']);
  t.equal(locked.code, 1);
  t.match(lastLine(locked.err), /^regulars: the data folder is in use by process \d+/);

  const other = join(folder, 'other');
  const taken = await regulars(['serve', '--data', other, '--port', new URL(node.url).port]);
  t.equal(taken.code, 1);
  t.match(lastLine(taken.err), /^regulars: port in use: /);
  const free = await serveProcess(t, ['--data', other, '--port', '0']);
  t.equal(await free.stop(), 0, 'its data folder is free again');

  const unpark = await regulars(['unpark', 'ann', '--data', data]);
  t.equal(unpark.code, 1, 'a data folder in use is not opened for unpark either');

  mkdirSync(join(folder, 'x'));
  writeFileSync(join(folder, 'bad.yaml'), PROGRAM.replace('USD', 'DOLLAR'));
  const bad = await regulars(['serve', '--data', join(folder, 'x'), '--program', join(folder, 'bad.yaml')]);
  t.equal(bad.code, 1);
  t.match(bad.err, /bad\.yaml:2: \/currency /);

  const nodeKey = await regulars(['serve', '--data', join(folder, 'x')], { REGULARS_NODE_KEY: 'short' });
  t.not(nodeKey.code, 0);
  t.match(nodeKey.err, /32 bytes/);
  t.equal(await node.stop(), 0);
});

t.test('health and metrics on a port of their own are not on the other one', async (t) => {
  const data = join(temporary(t), 'data');
  const node = await serveProcess(t, [
    '--data',
    data,
    '--port',
    '0',
    '--metrics-port',
    '0',
    '--cors-origins',
    'https://shop.example',
  ]);
  t.equal((await node.get('/readyz')).status, 404);
  const asked = await fetch(`${node.url}/v1/events`, {
    method: 'OPTIONS',
    headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' },
  });
  t.equal(asked.headers.get('access-control-allow-origin'), 'https://shop.example');
  t.equal(await node.stop(), 0);
});
