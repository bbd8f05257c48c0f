/**
 * The rest of the API over a real socket: routing, keys, rates, idempotency, customers, program, operation, pages. It is
 * long because its tests share one brand and one node.
 */
import { encode } from '@msgpack/msgpack';
import t from 'tap';
import { limits } from '../actors/limits.js';
import { decodeMsgpack } from './msgpack.js';
import { problems } from './problem.js';
import { PortInUseError } from './server/http-server.js';
import { RawConnection } from './server/raw-connection.js';
import { anEvent, SERVERS, TestGateway } from './test-gateway.js';

const PROGRAM = {
  program: 'Test',
  currency: 'USD',
  timeZone: 'America/New_York',
  points: { accounts: [{ id: 'stars', name: 'Stars' }] },
};

t.test('routing', async (t) => {
  for (const server of SERVERS) {
    const g = await TestGateway.start(t, { server });
    const unknown = await g.ask('/v2/nothing');
    t.equal(unknown.status, 404);
    t.match(unknown.json, {
      code: 'route_not_found',
      type: '/problems/route_not_found',
      title: problems.route_not_found.title,
    });
    for (const path of ['/v1/customers', '/v1/customers/', '/v1/customers/a/b', '/v1//events', '/v1/events/', '//']) {
      t.equal((await g.ask(path)).status, 404, path);
    }
    const wrong = await g.ask('/v1/events', { method: 'DELETE' });
    t.equal(wrong.status, 405);
    t.equal(wrong.headers.get('allow'), 'POST, OPTIONS');
    t.equal((await g.ask('/v1/customers/a', { method: 'PUT', body: {} })).headers.get('allow'), 'GET, HEAD, OPTIONS');
    const options = await g.ask('/v1/program', { method: 'OPTIONS', key: '' });
    t.equal(options.status, 204);
    t.equal(options.headers.get('allow'), 'GET, PUT, HEAD, OPTIONS');
    await g.ask('/v1/events', { body: anEvent() });
    const head = await g.ask('/v1/customers/17850', { method: 'HEAD' });
    t.equal(head.status, 200);
    t.equal(head.text, '');
    t.ok(Number(head.headers.get('content-length')) > 10);
  }
});

t.test('every reply has a request id: the caller’s where it is sane', async (t) => {
  const g = await TestGateway.start(t);
  const mine = await g.ask('/livez', { headers: { 'x-request-id': 'a-b.c:1/2' } });
  t.equal(mine.headers.get('x-request-id'), 'a-b.c:1/2');
  for (const bad of ['a b', '<script>', 'x'.repeat(limits.requestIdCharactersMax + 1)]) {
    t.not((await g.ask('/livez', { headers: { 'x-request-id': bad } })).headers.get('x-request-id'), bad);
  }
  for (const path of ['/v1/nothing', '/v1/customers/none', '/docs', '/metrics', '/v1/program/schema']) {
    t.match((await g.ask(path)).headers.get('x-request-id'), /^[0-9a-f]{8}-\w+$/, path);
  }
});

t.test('keys', async (t) => {
  const g = await TestGateway.start(t);
  const none = await g.ask('/v1/customers/a', { key: '' });
  t.equal(none.status, 401);
  t.equal(none.json.code, 'key_missing');
  t.equal(none.headers.get('www-authenticate'), 'Bearer realm="regulars"');
  for (const key of [
    'wrong',
    'rk_',
    `rk_nobody_${'x'.repeat(43)}`,
    `rk___proto___${'x'.repeat(43)}`,
    'x'.repeat(600),
  ]) {
    t.equal((await g.ask('/v1/customers/a', { key })).json.code, 'key_unknown', key.slice(0, 20));
  }
  t.equal(
    (await g.ask('/v1/customers/a', { key: '', headers: { authorization: 'Basic dXNlcjpwYXNz' } })).json.code,
    'key_missing',
  );
  const key = await g.property('app', ['customers:read']);
  t.match(key, /^rk_app_[\w-]{43}$/);
  t.equal((await g.ask('/v1/customers/a', { key })).status, 404, 'allowed, and not there');
  t.equal(
    (await g.ask('/v1/customers/a', { key: '', headers: { authorization: `bearer ${key}` } })).status,
    404,
    'the scheme in any case',
  );
  const forbidden = await g.ask('/v1/events', { key, body: anEvent() });
  t.equal(forbidden.status, 403);
  t.match(forbidden.json, { code: 'scope_missing', detail: /events:write/ });
  t.equal((await g.ask('/v1/customers/a', { key: `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}` })).status, 401);
});

t.test('without a root key in the configuration there is none', async (t) => {
  for (const rootKey of [undefined, '']) {
    const g = await TestGateway.start(t, { rootKey });
    t.equal((await g.ask('/v1/properties')).status, 401);
    t.equal((await g.ask('/v1/properties', { key: '', headers: { authorization: 'Bearer ' } })).status, 401);
  }
});

t.test('digital properties', async (t) => {
  let now = 1_795_000_000_000;
  const g = await TestGateway.start(t, {}, () => now);
  const body = { id: 'pos', name: 'Tills', kind: 'api', scopes: ['events:write'] };
  const made = await g.ask('/v1/properties', { body });
  t.equal(made.status, 201);
  t.equal(made.headers.get('cache-control'), 'no-store');
  const first = made.json.key as unknown as string;
  t.notMatch(JSON.stringify(g.engine.registry.list('properties')), first, 'the key itself is not kept');
  t.equal((await g.ask('/v1/properties', { body })).json.code, 'property_exists');
  t.equal((await g.ask('/v1/properties', { body: { ...body, id: 'root' } })).status, 409);
  t.match(
    (await g.ask('/v1/properties', { body: { name: 'App', kind: 'mobile', scopes: ['stream'] } })).json.id,
    /^mobile-[0-9a-f]{8}$/,
  );

  for (const [change, code, pointer] of [
    [{ kind: 'toaster' }, 'not_one_of', '/kind'],
    [{ scopes: ['everything'] }, 'not_one_of', '/scopes/0'],
    [{ id: 'Pos 1' }, 'wrong_form', '/id'],
    [{ name: undefined }, 'missing', '/name'],
    [{ colour: 'red' }, 'unknown_key', '/colour'],
    [{ rate: { requests: { perSecond: 0, burst: 1 } } }, 'out_of_range', '/rate/requests/perSecond'],
  ] as const) {
    const refused = await g.ask('/v1/properties', { body: { ...body, id: 'other', ...change } });
    t.equal(refused.status, 422);
    t.match(refused.json, { code: 'property_invalid', errors: [{ code, pointer }] });
  }

  t.equal((await g.ask('/v1/events', { key: first, body: anEvent() })).status, 200);
  const rotated = await g.ask('/v1/properties/pos/rotate', { body: { overlapSeconds: 60 } });
  const second = rotated.json.key as unknown as string;
  t.equal(
    (await g.ask('/v1/events', { key: first, body: anEvent() })).status,
    200,
    'the old key works for the overlap',
  );
  t.equal((await g.ask('/v1/events', { key: second, body: anEvent() })).status, 200);
  now += 60_000;
  t.equal((await g.ask('/v1/events', { key: first, body: anEvent() })).status, 401, 'and then no more');
  const third = (await g.ask('/v1/properties/pos/rotate', { method: 'POST' })).json.key as unknown as string;
  t.equal((await g.ask('/v1/events', { key: second, body: anEvent() })).status, 401, 'without an overlap at once');

  const change = { name: 'Tills', kind: 'api', scopes: ['customers:read'] };
  t.equal((await g.ask('/v1/properties/pos', { method: 'PUT', body: change })).status, 200);
  t.equal((await g.ask('/v1/events', { key: third, body: anEvent() })).status, 403, 'a change of scopes tells at once');
  t.equal(
    (await g.ask('/v1/properties/pos', { method: 'PUT', body: { ...change, disabled: true } })).json.disabled,
    true,
  );
  t.equal((await g.ask('/v1/customers/a', { key: third })).status, 401);
  t.equal((await g.ask('/v1/properties/pos', { method: 'PUT', body: change })).status, 200);
  t.equal((await g.ask('/v1/customers/a', { key: third })).status, 404);
  t.equal((await g.ask('/v1/properties/pos/revoke', { method: 'POST' })).status, 200);
  t.equal((await g.ask('/v1/customers/a', { key: third })).status, 401);

  t.equal((await g.ask('/v1/properties')).json.items?.length as unknown, 2);
  t.match((await g.ask('/v1/properties/pos')).json, { id: 'pos', keys: [] });
  t.equal((await g.ask('/v1/properties/pos', { method: 'DELETE' })).status, 204);
  t.equal((await g.ask('/v1/properties/pos')).json.code, 'property_not_found');
});

t.test('rates: requests and events, per property over all its connections', async (t) => {
  let now = 1_795_000_000_000;
  const g = await TestGateway.start(t, {}, () => now);
  const key = await g.property('slow', ['customers:read'], { rate: { requests: { perSecond: 0.5, burst: 2 } } });
  t.equal((await g.ask('/v1/customers/a', { key })).status, 404);
  t.equal((await g.ask('/v1/customers/a', { key })).status, 404);
  const refused = await g.ask('/v1/customers/a', { key });
  t.equal(refused.status, 429);
  t.match(refused.json, { code: 'rate_limited', retryable: true });
  t.equal(refused.headers.get('retry-after'), '2');
  now += 2_000;
  t.equal((await g.ask('/v1/customers/a', { key })).status, 404);

  const batches = await g.property('batches', ['events:write'], { rate: { events: { perSecond: 1, burst: 10 } } });
  const twenty = Array.from({ length: 20 }, (_, n) => anEvent({ id: `e${n}` }));
  t.equal(
    (await g.ask('/v1/events', { key: batches, body: twenty })).status,
    200,
    'a batch above the burst goes, into debt',
  );
  const waits = await g.ask('/v1/events', { key: batches, body: anEvent() });
  t.equal(waits.status, 429);
  t.equal(waits.headers.get('retry-after'), '11');
});

t.test('Idempotency-Key', async (t) => {
  const g = await TestGateway.start(t);
  const headers = { 'idempotency-key': 'k1' };
  const first = await g.ask('/v1/events', { headers, body: anEvent() });
  const again = await g.ask('/v1/events', { headers, body: anEvent() });
  t.equal(first.headers.get('idempotent-replayed'), null);
  t.equal(again.headers.get('idempotent-replayed'), 'true');
  t.same(again.bytes, first.bytes, 'the same bytes, not a duplicate');
  t.equal(again.status, 200);
  t.equal(g.engine.submitted.length, 1);
  const other = await g.ask('/v1/events', { headers, body: anEvent({ id: 'e2' }) });
  t.equal(other.status, 422);
  t.equal(other.json.code, 'idempotency_mismatch');
  t.equal(
    (await g.ask('/v1/events?ack=accepted', { headers, body: anEvent() })).status,
    422,
    'another query is another request',
  );
  const key = await g.property('till', ['events:write']);
  t.match(
    (await g.ask('/v1/events', { key, headers, body: anEvent({ id: 'e3' }) })).json,
    { id: 'e3', status: 'applied' },
    'another property has its own',
  );

  const refused = { 'idempotency-key': 'k2' };
  const no = await g.ask('/v1/events', { headers: refused, body: anEvent({ id: 'r', type: 'refused' }) });
  const stillNo = await g.ask('/v1/events', { headers: refused, body: anEvent({ id: 'r', type: 'refused' }) });
  t.equal(no.status, 409);
  t.equal(stillNo.status, 409);
  t.same(stillNo.bytes, no.bytes);
  t.equal(stillNo.headers.get('content-type'), 'application/problem+json');

  for (const body of [anEvent({ type: 'parked' }), [anEvent({ id: 'p' }), anEvent({ type: 'parked' })]]) {
    const parked = { headers: { 'idempotency-key': Array.isArray(body) ? 'k4' : 'k5' }, body };
    await g.ask('/v1/events', parked);
    const still = await g.ask('/v1/events', parked);
    t.equal(still.headers.get('idempotent-replayed'), null, 'a customer may have been mended meanwhile');
  }

  const packed = { 'idempotency-key': 'k3', accept: 'application/msgpack' };
  const one = await g.ask('/v1/events', { headers: packed, body: [anEvent({ id: 'm' })] });
  const two = await g.ask('/v1/events', { headers: packed, body: [anEvent({ id: 'm' })] });
  t.same(two.bytes, one.bytes);
  t.match(decodeMsgpack(two.bytes), { value: { results: [{ status: 'applied' }] } });
  t.equal(
    (await g.ask('/v1/events', { headers: { 'idempotency-key': 'x'.repeat(256) }, body: anEvent() })).json.code,
    'header_invalid',
  );
});

t.test('an Idempotency-Key of what changes nothing is of one request, too', async (t) => {
  const g = await TestGateway.start(t);
  const ask = (path: string, key: string, body?: object) =>
    g.ask(path, { method: 'POST', headers: { 'idempotency-key': key }, ...(body === undefined ? {} : { body }) });
  const basket = (lineId: string) => {
    const lines = [{ lineId, sku: 'mug', quantity: 1, unitPrice: 100 }];
    const time = '2026-11-24T08:26:00-05:00';
    return { customerId: 'ann', transactionId: 't', storeId: 's', time, currency: 'USD', lines };
  };
  for (const [path, body, other] of [
    ['/v1/pos/quote', basket('1'), basket('2')],
    ['/v1/program/validate', PROGRAM, { ...PROGRAM, currency: 'EUR' }],
    ['/v1/import/close', undefined, {}],
  ] as const) {
    t.equal((await ask(path, path, body)).status, 200, path);
    const again = await ask(path, path, body);
    t.equal(again.status, 200, `${path} again`);
    t.equal(again.headers.get('idempotent-replayed'), null, 'judged anew');
    t.match((await ask(path, path, other)).json, { status: 422, code: 'idempotency_mismatch' });
  }
  t.match((await ask('/v1/events', '/v1/pos/quote', anEvent())).json, { code: 'idempotency_mismatch' });
  const bad = await ask('/v1/pos/quote', 'k', {});
  t.equal(bad.status, 422);
  t.equal((await ask('/v1/pos/quote', 'k', basket('1'))).status, 200, 'what was refused may be mended');
});

t.test('two requests with one Idempotency-Key at the same time are one', async (t) => {
  const g = await TestGateway.start(t);
  const headers = { 'idempotency-key': 'together' };
  const replies = await Promise.all(
    Array.from({ length: 8 }, () => g.ask('/v1/events', { headers, body: [anEvent()] })),
  );
  t.equal(g.engine.submitted.length, 1);
  t.strictSame([...new Set(replies.map((reply) => reply.text))].length, 1);
  t.equal(replies.filter((reply) => reply.headers.get('idempotent-replayed') === 'true').length, 7);
});

t.test('a request refused before anything was recorded is judged anew', async (t) => {
  const g = await TestGateway.start(t);
  const headers = { 'idempotency-key': 'k' };
  g.engine.fail('overloaded');
  t.equal((await g.ask('/v1/events', { headers, body: anEvent() })).status, 503);
  t.equal((await g.ask('/v1/events', { headers, body: anEvent() })).status, 200);
});

t.test('the key of a property made with an Idempotency-Key is shown once', async (t) => {
  const g = await TestGateway.start(t);
  const asked = {
    headers: { 'idempotency-key': 'make' },
    body: { id: 'app', name: 'App', kind: 'mobile', scopes: ['stream'] },
  };
  t.match((await g.ask('/v1/properties', asked)).json.key, /^rk_app_/);
  const again = await g.ask('/v1/properties', asked);
  t.equal(again.status, 201);
  t.match(again.json, { id: 'app', key: null });
});

t.test('customers', async (t) => {
  const g = await TestGateway.start(t);
  const id = 'Ω/ü ☕%2F';
  for (let n = 0; n < 5; n++)
    await g.ask('/v1/events', { body: anEvent({ id: `e${n}`, subject: id, type: n === 2 ? 'ignored' : 'purchase' }) });
  const path = `/v1/customers/${encodeURIComponent(id)}`;
  t.match((await g.ask(path)).json, { id, events: 5 });
  t.match(decodeMsgpack((await g.ask(path, { headers: { accept: 'application/msgpack' } })).bytes), { value: { id } });
  const page = await g.ask(`${path}/events?limit=2`);
  t.match(page.json, {
    items: [
      { event: { id: 'e4', time: '2026-11-24T13:26:00Z' }, position: '17-5', outcomes: [{ type: 'points.earned' }] },
      { event: { id: 'e3' } },
    ],
    nextCursor: '2',
  });
  t.match((await g.ask(`${path}/events?limit=2&cursor=4`)).json, {
    items: [{ event: { id: 'e0' } }],
    nextCursor: null,
  });
  t.equal((await g.ask(`${path}/ledger`)).json.items?.length as unknown, 4);
  t.match((await g.ask(`${path}/offers?limit=1`)).json, { items: [{ state: 'active' }], nextCursor: '1' });
  t.equal((await g.ask(`${path}/messages`)).status, 404);
  t.match((await g.ask(`${path}/explain/e1?level=full`)).json, { eventId: 'e1', full: true });
  t.match((await g.ask(`${path}/explain/e1`)).json, { full: false });
  t.equal((await g.ask(`${path}/explain/e1?source=elsewhere`)).json.code, 'event_not_found');
  for (const [tail, status, code] of [
    ['/events?limit=0', 400, 'query_invalid'],
    [`/events?limit=${limits.pageItemsMax + 1}`, 400, 'query_invalid'],
    ['/events?limit=many', 400, 'query_invalid'],
    ['/events?cursor=forged', 400, 'cursor_invalid'],
    ['/events?cursor=', 400, 'cursor_invalid'],
    ['/explain/nothing', 404, 'event_not_found'],
    ['/explain/old', 410, 'history_gone'],
    ['/explain/e1?level=deep', 400, 'query_invalid'],
  ] as const) {
    const reply = await g.ask(`${path}${tail}`);
    t.equal(reply.status, status, tail);
    t.equal(reply.json.code, code, tail);
  }
  for (const [bad, code] of [
    ['/v1/customers/%E2%82', 'path_invalid'],
    ['/v1/customers/a%00b', 'path_invalid'],
    [`/v1/customers/${'x'.repeat(129)}`, 'path_invalid'],
    ['/v1/customers/nobody', 'customer_not_found'],
    ['/v1/customers/nobody/events', 'customer_not_found'],
    ['/v1/customers/nobody/explain/e1', 'customer_not_found'],
  ] as const) {
    t.equal((await g.ask(bad)).json.code, code, bad);
  }
  t.equal(
    (await g.ask(`/v1/customers/${'x'.repeat(128)}`)).json.code,
    'customer_not_found',
    '128 characters are an id',
  );
});

t.test('the program', async (t) => {
  const g = await TestGateway.start(t);
  t.equal((await g.ask('/v1/program')).json.code, 'program_not_found');
  const put = (body: string | Uint8Array | object, type?: string, headers = {}) =>
    g.ask('/v1/program', { method: 'PUT', body, headers, ...(type === undefined ? {} : { type }) });
  const invalid = await put({ ...PROGRAM, currency: 7 });
  t.equal(invalid.status, 422);
  t.match(invalid.json, { code: 'program_invalid', errors: [{ pointer: '/currency' }] });
  t.same(g.engine.programs(), []);
  const valid = (await g.ask('/v1/program/validate', { body: PROGRAM })).json;
  if (!(valid.valid as unknown)) t.comment(JSON.stringify(valid.errors));
  t.equal((await put(PROGRAM)).status, 200);
  const got = await g.ask('/v1/program');
  t.equal(got.headers.get('etag'), '"1"');
  t.match(got.json, { version: 1, publishedBy: 'root', document: PROGRAM });
  t.equal((await g.ask('/v1/program', { headers: { 'if-none-match': '"1"' } })).status, 304);
  const yaml =
    'program: Test\ncurrency: USD\ntimeZone: America/New_York\npoints:\n  accounts:\n    - {id: stars, name: Stars}\n';
  t.equal((await put(yaml, 'application/yaml', { 'if-match': '"1"' })).json.version as unknown, 2);
  t.equal((await put(yaml, 'text/yaml', { 'if-match': '"1"' })).status, 412, 'over the version read only');
  t.equal((await put(encode(PROGRAM), 'application/msgpack')).status, 200);
  t.equal((await put(PROGRAM, undefined, { 'if-none-match': '*' })).json.code, 'version_changed');
  t.match((await g.ask('/v1/program/versions')).json, {
    items: [{ version: 3 }, { version: 2 }, { version: 1 }],
    nextCursor: null,
  });
  t.match((await g.ask('/v1/program/versions/2')).json, { version: 2, document: PROGRAM });
  for (const version of ['0', '4', 'one', '1e0', '-1'])
    t.equal((await g.ask(`/v1/program/versions/${version}`)).status, 404, version);
  t.match((await g.ask('/v1/program/schema', { key: '' })).json, { type: 'object' });
  const read = await g.property('reader', ['program:read']);
  t.equal((await g.ask('/v1/program', { method: 'PUT', key: read, body: PROGRAM })).status, 403);
  t.equal((await g.ask('/v1/program/validate', { key: read, body: {} })).json.valid as unknown, false);
});

t.test('YAML that is broken, endless or hostile is refused with its place', async (t) => {
  const g = await TestGateway.start(t);
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x,x]',
    ...'bcdefghi'.split('').map((name, at) => `${name}: &${name} [${`*${'abcdefgh'[at]},`.repeat(10)}]`),
  ].join('\n');
  for (const [name, body] of [
    ['broken', 'a: [1'],
    ['tabs', 'a:\n\t- b'],
    ['an alias bomb', bomb],
    ['a key twice', 'a: 1\na: 2'],
    ['__proto__', '__proto__: {polluted: true}'],
    ['two documents', 'a: 1\n---\nb: 2'],
  ] as const) {
    const reply = await g.ask('/v1/program/validate', { type: 'application/yaml', body });
    t.equal(reply.status, 400, name);
    t.equal(reply.json.code, 'unparseable', name);
  }
  t.match((await g.ask('/v1/program/validate', { type: 'application/yaml', body: 'a: 1\nb: [1' })).json.position, {
    line: 2,
  });
});

t.test('import close, liveness, readiness', async (t) => {
  const g = await TestGateway.start(t);
  t.strictSame((await g.ask('/v1/import/close', { method: 'POST' })).json, { closed: true });
  t.equal(g.engine.importClosed, 1);
  const key = await g.property('till', ['events:write']);
  t.equal((await g.ask('/v1/import/close', { method: 'POST', key })).status, 403);
  t.strictSame((await g.ask('/livez', { key: '' })).json, { alive: true, version: '1.2.3' });
  t.strictSame((await g.ask('/readyz', { key: '' })).json, { ready: true, reasons: [] });
  g.engine.unready = ['stopping'];
  const not = await g.ask('/readyz?verbose', { key: '' });
  t.equal(not.status, 503);
  t.strictSame(not.json, { ready: false, reasons: ['stopping'], shards: 64 });
  t.equal((await g.ask('/livez', { key: '' })).status, 200);
});

t.test('metrics', async (t) => {
  const g = await TestGateway.start(t);
  await g.ask('/v1/events', { body: anEvent() });
  await g.ask('/v1/events', { key: 'wrong', body: anEvent() });
  const { text, headers } = await g.ask('/metrics', { key: '' });
  t.match(headers.get('content-type'), /^text\/plain/);
  t.match(text, /regulars_http_requests_total\{route="events.post",status="2xx"\} 1/);
  t.match(text, /regulars_http_requests_total\{route="none",status="4xx"\} 1/);
  t.match(text, /regulars_http_request_seconds_bucket\{route="events.post",le="\+Inf"\} 1/);
  t.match(text, /regulars_http_request_seconds_count\{route="events.post"\} 1/);
  t.match(text, new RegExp(`regulars_http_server_info\\{server="${g.gateway.server}"\\} 1`));
  t.match(text, /regulars_ready 1/);
  t.ok(text.split('\n').length < 500, 'few series');
});

t.test('metrics on a port of their own are only there', async (t) => {
  const g = await TestGateway.start(t, { metricsPort: 0 });
  t.not(g.gateway.metricsPort, g.port);
  t.equal((await g.ask('/metrics', { key: '' })).status, 404);
  t.equal((await fetch(`http://127.0.0.1:${g.gateway.metricsPort}/metrics`)).status, 200);
  t.equal((await fetch(`http://127.0.0.1:${g.gateway.metricsPort}/readyz`)).status, 200);
  t.equal((await fetch(`http://127.0.0.1:${g.gateway.metricsPort}/v1/events`)).status, 404);
});

t.test('pages for people', async (t) => {
  const g = await TestGateway.start(t);
  const docs = await g.ask('/docs', { key: '' });
  t.equal(docs.status, 200);
  t.match(docs.headers.get('content-type'), /text\/html/);
  t.match(docs.headers.get('content-security-policy'), /default-src 'none'/);
  t.notMatch(docs.text, /(src|href)="https?:/, 'nothing from elsewhere');
  for (const path of ['/v1/events', '/v1/customers/{id}', '/v1/stream']) t.ok(docs.text.includes(path), path);
  t.equal((await g.ask('/', { key: '' })).headers.get('location'), '/docs');
  t.match((await g.ask('/problems', { key: '' })).text, /storage_full/);
  t.match((await g.ask('/problems/storage_full', { key: '' })).text, /nearly full/);
  t.equal((await g.ask('/problems/__proto__', { key: '' })).status, 404);
});

t.test('browsers of other origins only where they are allowed', async (t) => {
  const closed = await TestGateway.start(t);
  const headers = { origin: 'https://shop.example' };
  t.equal((await closed.ask('/livez', { headers })).headers.get('access-control-allow-origin'), null);
  const open = await TestGateway.start(t, { corsOrigins: ['https://shop.example'] });
  t.equal((await open.ask('/livez', { headers })).headers.get('access-control-allow-origin'), 'https://shop.example');
  t.equal(
    (await open.ask('/v1/nothing', { headers })).headers.get('access-control-allow-origin'),
    'https://shop.example',
    'problems too',
  );
  const preflight = await open.ask('/v1/events', { method: 'OPTIONS', key: '', headers });
  t.match(preflight.headers.get('access-control-allow-headers'), /Authorization/);
  t.equal(
    (await open.ask('/livez', { headers: { origin: 'https://evil.example' } })).headers.get(
      'access-control-allow-origin',
    ),
    null,
  );
});

t.test('stopping: what is in flight is answered, then nobody is', async (t) => {
  const g = await TestGateway.start(t);
  g.engine.hold();
  const waiting = g.ask('/v1/events', { body: anEvent() });
  while (g.engine.submitted.length === 0) await new Promise((resolve) => setImmediate(resolve));
  const closed = g.gateway.close();
  g.engine.release();
  t.equal((await waiting).status, 200);
  await closed;
  await t.rejects(RawConnection.open(g.port), { code: 'ECONNREFUSED' });
});

t.test('a port that is taken is said so', async (t) => {
  const g = await TestGateway.start(t);
  await t.rejects(TestGateway.start(t, { port: g.port }), PortInUseError);
  await t.rejects(TestGateway.start(t, { metricsPort: g.port }), PortInUseError);
});
