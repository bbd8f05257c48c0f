import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { PROGRAM, purchase, regulars, type Served, serveProcess, temporary } from './running.js';

t.setTimeout(180_000);

const LONG_AGO = Date.parse('2020-01-01T12:00:00Z');
const line = (id: string, subject: string, total: number): string =>
  JSON.stringify(purchase(id, subject, total, LONG_AGO));

async function served(
  t: Test,
): Promise<{ node: Served; folder: string; write(name: string, content: string | Buffer): string }> {
  const folder = temporary(t);
  const write = (name: string, content: string | Buffer): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const program = write('program.yaml', PROGRAM);
  return {
    node: await serveProcess(t, ['--data', join(folder, 'data'), '--program', program, '--port', '0']),
    folder,
    write,
  };
}

t.test('what cannot be read is named by its line in the file, and spoils nothing else', async (t) => {
  const { node, write } = await served(t);
  const content = Buffer.concat([
    Buffer.from('\ufeff' + line('p-1', 'ann', 100) + '\r\n'),
    Buffer.from('\n   \n'),
    Buffer.from('this is not JSON\n'),
    Buffer.from(line('p-2', 'ann', 100).replace('"total":100', '"total":-1') + '\n'),
    Buffer.from(line('p-3', 'a\u2028b', 100) + '\n'),
    Buffer.concat([Buffer.from('{"id": "latin-1 '), Buffer.from([0xe9]), Buffer.from('"}\n')]),
    Buffer.from(line('p-1', 'ann', 100) + '\n'),
    Buffer.from(line('p-1', 'ann', 999) + '\n'),
    Buffer.from(line('p-5', 'ann', 100).replace('"transactionId":"p-5"', '"transactionId":"p-1"') + '\n'),
    Buffer.from(line('p-6', 'ann', 700)),
  ]);
  const file = write('events.ndjson', content);
  const args = ['replay', file, '--url', node.url, '--clock', 'event', '--batch', '4'];
  const { code, out, err } = await regulars([...args, '--close']);
  t.equal(code, 1, err);
  t.match(out, /^9 events in .*: 3 applied, 1 duplicate, 0 ignored, 1 refused, 4 invalid\n/);
  t.match(out, /\n {2}line 4 invalid: unparseable: This is not JSON/);
  t.match(out, /\n {2}line 5 invalid: \/data\/total /);
  t.match(out, /\n {2}line 7 invalid: unparseable: The body is not UTF-8/);
  t.match(out, /\n {2}line 9 invalid: .*event_id_reused/);
  t.match(out, /\n {2}line 10 refused: transaction_exists/);
  t.match(out, /\nThe import is not closed: /);
  t.match((await node.get('/v1/customers/ann')).body, { totals: { purchases: 2, net: 800 } });
  t.match((await node.get(`/v1/customers/${encodeURIComponent('a\u2028b')}`)).body, { totals: { purchases: 1 } });

  const allowed = await regulars([...args, '--close', '--allow-invalid', '--json']);
  t.equal(allowed.code, 0, allowed.err);
  t.match(JSON.parse(allowed.out), { events: 9, applied: 0, duplicate: 5, invalid: 4, parked: 0, closed: true });
  t.equal(allowed.err, '', 'progress is for terminals');
  await node.stop();
});

t.test('a packed file, and standard input', async (t) => {
  const { node, write } = await served(t);
  const lines = Array.from({ length: 1_200 }, (_, i) => line(`p-${i}`, `c-${i % 7}`, 100)).join('\n');
  const packed = write('events.ndjson.gz', gzipSync(`${lines}\n`));
  const first = await regulars(['replay', packed, '--url', node.url, '--clock', 'event', '--json']);
  t.equal(first.code, 0, first.err);
  t.match(JSON.parse(first.out), { events: 1_200, applied: 1_200 });
  const second = await regulars(['replay', '-', '--url', node.url, '--clock', 'event', '--json'], {}, lines);
  t.match(JSON.parse(second.out), { events: 1_200, duplicate: 1_200 });
  await node.stop();
});

t.test('a file that ends too early is said, after what was read is counted', async (t) => {
  const { node, write } = await served(t);
  const lines = Array.from({ length: 5_000 }, (_, i) => line(`p-${i}-${Math.imul(i, 2_654_435_761)}`, `c-${i}`, 100));
  const whole = gzipSync(lines.join('\n'));
  const file = write('torn.ndjson.gz', whole.subarray(0, whole.length - 5_000));
  const torn = await regulars(['replay', file, '--url', node.url, '--clock', 'event']);
  t.equal(torn.code, 1);
  t.match(
    torn.err,
    /stopped after \d+ events .*: .*torn\.ndjson\.gz cannot be read after line \d+: unexpected end of file/,
  );
  const plain = await regulars(['replay', write('not-packed.gz', lines[0]!), '--url', node.url]);
  t.equal(plain.code, 1);
  t.match(plain.err, /cannot be read after line 0: incorrect header check/);
  await node.stop();
});

t.test('a key that may not stops it at once', async (t) => {
  const { node, write } = await served(t);
  const file = write('events.ndjson', line('p-1', 'ann', 100));
  const { code, err } = await regulars(['replay', file, '--url', node.url, '--key', 'wrong']);
  t.equal(code, 1);
  t.match(err, /stopped after 0 events .*the node answers 401: .*key_unknown/);
  const made = await node.post('/v1/properties', { id: 'till', name: 'Till', kind: 'api', scopes: ['events:write'] });
  const { key } = made.body as { key: string };
  const imported = await regulars(['replay', file, '--url', node.url, '--clock', 'event'], { REGULARS_KEY: key });
  t.equal(imported.code, 1);
  t.match(imported.err, /the node answers 403: .*import/);
  await node.stop();
});

/** A node that answers as it is told, one answer a request; then it takes everything. */
async function stub(t: Test, ...answers: ((response: ServerResponse, request: IncomingMessage) => void)[]) {
  const bodies: string[] = [];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      bodies.push(body);
      const answer = answers.shift();
      if (answer !== undefined) return answer(response, request);
      const results = body
        .trimEnd()
        .split('\n')
        .map(() => ({ status: 'applied' }));
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ results }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}
const says =
  (status: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    void response.writeHead(status, headers).end(JSON.stringify({ detail: 'busy', code: 'overloaded' }));

t.test('while a node is busy, gone or behind a proxy, the same batch is sent again', async (t) => {
  const file = join(temporary(t), 'events.ndjson');
  writeFileSync(file, [1, 2, 3, 4].map((i) => line(`p-${i}`, 'ann', 100)).join('\n'));
  const { url, bodies } = await stub(
    t,
    says(503, { 'retry-after': '0' }),
    says(429, { 'retry-after': new Date(Date.now() - 1_000).toUTCString() }),
    (response) => void response.writeHead(502).end('<html>no</html>'),
    (response) => void response.destroy(),
    (response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"results":[', () => response.destroy());
    },
  );
  const { code, out, err } = await regulars(['replay', file, '--url', url, '--batch', '2', '--json']);
  t.equal(code, 0, err);
  t.match(JSON.parse(out), { events: 4, applied: 4 });
  t.equal(bodies.length, 7);
  t.equal(new Set(bodies.slice(0, 6)).size, 1, 'the first batch until it is answered');
  t.not(bodies[6], bodies[0], 'then the second');
});

t.test('a node that does not come back is given up after the time set', async (t) => {
  const file = join(temporary(t), 'events.ndjson');
  writeFileSync(file, line('p-1', 'ann', 100));
  const { url } = await stub(t, ...Array.from({ length: 1_000 }, () => says(503, { 'retry-after': '600' })));
  const { code, out, err } = await regulars(['replay', file, '--url', url, '--retry-seconds', '1', '--json']);
  t.equal(code, 1);
  t.match(err, /gave no answer for 1 s \(it answers 503: busy \(overloaded\)\)\nThe same command may be run again/);
  t.match(JSON.parse(out), { events: 0, error: /gave no answer/ });
});

t.test('a batch too large for the node is sent in halves; one event too large is invalid', async (t) => {
  const file = join(temporary(t), 'events.ndjson');
  writeFileSync(file, [1, 2, 3].map((i) => line(`p-${i}`, 'ann', 100)).join('\n'));
  const tooLarge = says(413);
  const { url, bodies } = await stub(t, tooLarge, tooLarge);
  const { code, out } = await regulars(['replay', file, '--url', url, '--json']);
  t.equal(code, 1);
  t.match(JSON.parse(out), { applied: 2, invalid: 1, problems: [{ line: 1, code: 'overloaded' }] });
  t.same(
    bodies.map((body) => body.trimEnd().split('\n').length),
    [3, 1, 2],
  );
});

t.test('a customer who is parked is named, and the exit says so', async (t) => {
  const file = join(temporary(t), 'events.ndjson');
  writeFileSync(file, line('p-1', 'ann', 100));
  const { url } = await stub(
    t,
    (response) => void response.end(JSON.stringify({ results: [{ status: 'parked', retryable: true }] })),
  );
  const { code, out } = await regulars(['replay', file, '--url', url]);
  t.equal(code, 1);
  t.match(out, /1 parked\n {2}line 1 parked: customer_parked: an earlier event/);
});

t.test('what is no node is said to be none', async (t) => {
  const file = join(temporary(t), 'events.ndjson');
  writeFileSync(file, line('p-1', 'ann', 100));
  const { url } = await stub(t, (response) => void response.writeHead(200).end('<html>Welcome</html>'));
  const { code, err } = await regulars(['replay', file, '--url', url]);
  t.equal(code, 1);
  t.match(err, /the node answers 200: <html>Welcome/);
});

t.test('import close says when it is done', async (t) => {
  const { node } = await served(t);
  const { code, out, err } = await regulars(['import', 'close', '--url', node.url]);
  t.equal(code, 0, err);
  t.match(out, /^The import is closed/);
  await node.stop();
});
