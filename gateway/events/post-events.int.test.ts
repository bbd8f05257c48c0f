/**
 * `POST /v1/events` over real sockets: every content type, every status, and what bad input gets. It is long because
 * that is one endpoint's whole promise.
 */
import { encode } from '@msgpack/msgpack';
import t from 'tap';
import { limits } from '../../actors/limits.js';
import { decodeMsgpack } from '../msgpack.js';
import { RawConnection } from '../server/raw-connection.js';
import { anEvent, ROOT_KEY, SERVERS, TestGateway } from '../test-gateway.js';

const APPLIED = {
  id: 'e1',
  source: 'pos/bos-1',
  status: 'applied',
  position: '17-1',
  programVersion: 1,
  outcomes: [
    {
      id: '17-1-0',
      type: 'points.earned',
      customerId: '17850',
      time: '2026-11-24T13:26:00Z',
      cause: { eventId: 'e1', campaignId: 'earn' },
      data: { account: 'stars', points: 8, lotId: '17-1-0', expiresAt: '2027-11-30T23:59:59-05:00' },
    },
  ],
};

for (const server of SERVERS) {
  t.test(server, async (t) => {
    t.test('one event is answered with what became of it', async (t) => {
      const g = await TestGateway.start(t, { server });
      const reply = await g.ask('/v1/events', { body: anEvent() });
      t.equal(reply.status, 200);
      t.equal(reply.headers.get('content-type'), 'application/json');
      t.match(reply.headers.get('x-request-id'), /^[0-9a-f]{8}-\w+$/);
      t.strictSame(reply.json, APPLIED);
      t.equal(g.engine.submitted[0]?.clock, 'wall');
      const again = await g.ask('/v1/events', { body: anEvent() });
      t.equal(again.status, 200);
      t.strictSame(again.json, {
        id: 'e1',
        source: 'pos/bos-1',
        status: 'duplicate',
        first: { status: 'applied' },
        position: '17-1',
        programVersion: 1,
        outcomes: APPLIED.outcomes,
      });
    });

    t.test('several events are answered in the order sent, each by itself', async (t) => {
      const g = await TestGateway.start(t, { server });
      const events = [
        anEvent({ id: 'a' }),
        anEvent({ id: 'b', subject: '' }),
        anEvent({ id: 'c', type: 'refused' }),
        anEvent({ id: 'd', type: 'ignored' }),
        'not an event',
        anEvent({ id: 'e', type: 'parked' }),
        anEvent({ id: 'f', type: 'flawed' }),
        anEvent({ id: 'a' }),
      ];
      const { status, json } = await g.ask('/v1/events', { body: events });
      t.equal(status, 200);
      const results = json.results as unknown as {
        id?: string;
        status: string;
        reason?: string;
        errors?: { code: string }[];
      }[];
      t.strictSame(
        results.map((one) => [one.id, one.status, one.reason]),
        [
          ['a', 'applied', undefined],
          ['b', 'invalid', undefined],
          ['c', 'refused', 'insufficient_points'],
          ['d', 'ignored', 'no_campaign'],
          [undefined, 'invalid', undefined],
          ['e', 'parked', undefined],
          ['f', 'invalid', undefined],
          ['a', 'duplicate', undefined],
        ],
      );
      t.equal(results[1]?.errors?.length, 1);
      t.equal(g.engine.submitted[0]?.events.length, 6, 'the two that were not valid never reached the engine');
    });

    t.test('a single refused event is 409, an invalid one 422, of a parked customer 503', async (t) => {
      const g = await TestGateway.start(t, { server });
      const refused = await g.ask('/v1/events', { body: anEvent({ type: 'refused' }) });
      t.equal(refused.status, 409);
      t.equal(refused.headers.get('content-type'), 'application/problem+json');
      t.match(refused.json, {
        code: 'event_refused',
        status: 409,
        retryable: false,
        eventStatus: 'refused',
        reason: 'insufficient_points',
        id: 'e1',
        source: 'pos/bos-1',
        position: '17-1',
        outcomes: [],
      });
      const invalid = await g.ask('/v1/events', { body: anEvent({ time: 'yesterday' }) });
      t.equal(invalid.status, 422);
      t.match(invalid.json, {
        code: 'event_invalid',
        eventStatus: 'invalid',
        id: 'e1',
        errors: [{ pointer: '/time' }],
      });
      t.equal(invalid.json.requestId, invalid.headers.get('x-request-id'));
      const flawed = await g.ask('/v1/events', { body: anEvent({ type: 'flawed' }) });
      t.equal(flawed.status, 422);
      t.match(flawed.json, { code: 'event_invalid', errors: [{ pointer: '/data', code: 'flawed' }] });
      const parked = await g.ask('/v1/events', { body: anEvent({ type: 'parked' }) });
      t.equal(parked.status, 503);
      t.equal(parked.headers.get('retry-after'), '60');
      t.match(parked.json, { code: 'customer_parked', retryable: true });
    });

    t.test('NDJSON: a line that cannot be read spoils no other, and is named', async (t) => {
      const g = await TestGateway.start(t, { server });
      const body = `${JSON.stringify(anEvent({ id: 'a' }))}\r\n\n{"id":\n${JSON.stringify(anEvent({ id: 'b' }))}`;
      const reply = await g.ask('/v1/events', { type: 'application/x-ndjson', body });
      t.equal(reply.status, 200);
      const results = reply.json.results as unknown as {
        id?: string;
        status: string;
        line?: number;
        errors: { code: string; detail: string }[];
      }[];
      t.strictSame(
        results.map((one) => [one.id, one.status, one.line]),
        [
          ['a', 'applied', undefined],
          [undefined, 'invalid', 3],
          ['b', 'applied', undefined],
        ],
      );
      t.match(results[1]?.errors[0], {
        code: 'unparseable',
        detail: /Line 3 is not JSON: the text ends too early \(column 7\)/,
      });
      const empty = await g.ask('/v1/events', { type: 'application/x-ndjson', body: '\n\n' });
      t.strictSame(empty.json, { results: [] });
    });

    t.test('CloudEvents: structured, batch and binary mode', async (t) => {
      const g = await TestGateway.start(t, { server });
      const one = await g.ask('/v1/events', {
        type: 'application/cloudevents+json; charset=utf-8',
        body: { specversion: '1.0', ...anEvent() },
      });
      t.strictSame(one.json, APPLIED);
      const batch = await g.ask('/v1/events', {
        type: 'application/cloudevents-batch+json',
        body: [anEvent({ id: 'b' })],
      });
      t.match(batch.json, { results: [{ id: 'b', status: 'applied' }] });
      t.equal((await g.ask('/v1/events', { type: 'application/cloudevents-batch+json', body: anEvent() })).status, 400);
      t.equal((await g.ask('/v1/events', { type: 'application/cloudevents+json', body: [anEvent()] })).status, 400);
      const { data, time } = anEvent() as { data: object; time: string };
      const headers = {
        'ce-specversion': '1.0',
        'ce-id': 'binary%201',
        'ce-source': '"pos/bos-2"',
        'ce-type': 'purchase',
        'ce-subject': '%E2%82%AC%E2%98%95',
        'ce-time': time,
      };
      const binary = await g.ask('/v1/events', { headers, body: data });
      t.match(binary.json, { id: 'binary 1', source: 'pos/bos-2', status: 'applied' });
      t.match(g.engine.submitted.at(-1)?.events[0], { subject: '€☕', data: { transactionId: 't1' } });
      t.equal(
        (await g.ask('/v1/events', { headers: { ...headers, 'ce-subject': '%E2' }, body: data })).json.code,
        'header_invalid',
      );
      t.equal((await g.ask('/v1/events', { headers, type: 'text/plain', body: 'x' })).status, 415);
    });

    t.test('MessagePack both ways, one and many', async (t) => {
      const g = await TestGateway.start(t, { server });
      const one = await g.ask('/v1/events', { type: 'application/msgpack', body: encode(anEvent()) });
      t.equal(one.status, 200);
      t.equal(one.headers.get('content-type'), 'application/msgpack');
      t.strictSame(decodeMsgpack(one.bytes), { ok: true, value: APPLIED });
      const many = await g.ask('/v1/events', {
        type: 'application/msgpack',
        headers: { accept: 'application/json' },
        body: encode([anEvent({ id: 'x', time: new Date('2026-11-24T13:26:00Z') }), 7]),
      });
      t.equal(many.headers.get('content-type'), 'application/json');
      t.match(many.json, { results: [{ id: 'x', status: 'applied' }, { status: 'invalid' }] });
      const packed = await g.ask('/v1/events', {
        headers: { accept: 'application/msgpack, application/json;q=0.5' },
        body: [anEvent()],
      });
      t.strictSame(decodeMsgpack(packed.bytes), {
        ok: true,
        value: { results: [{ ...APPLIED, status: 'duplicate', first: { status: 'applied' } }] },
      });
      const refused = await g.ask('/v1/events', {
        type: 'application/msgpack',
        body: encode(anEvent({ id: 'r', type: 'refused' })),
      });
      t.equal(
        refused.headers.get('content-type'),
        'application/problem+json',
        'a problem is JSON, whatever was accepted',
      );
    });

    t.test('MessagePack that has no JSON counterpart is refused', async (t) => {
      const g = await TestGateway.start(t, { server });
      const bodies: [string, Uint8Array][] = [
        ['binary', encode({ data: new Uint8Array([1]) })],
        ['cut off', encode(anEvent()).subarray(0, 20)],
        ['more after the value', Buffer.concat([encode(anEvent()), Buffer.from([0])])],
        ['an unknown extension', Buffer.from([0xd4, 0x05, 0x00])],
        ['__proto__', Buffer.from([0x81, 0xa9, ...Buffer.from('__proto__'), 0x01])],
        ['a list said to be huge', Buffer.from([0xdd, 0xff, 0xff, 0xff, 0xff])],
        ['nothing', Buffer.alloc(0)],
      ];
      for (const [name, body] of bodies) {
        const reply = await g.ask('/v1/events', { type: 'application/msgpack', body });
        t.equal(reply.status, 400, name);
        t.equal(reply.json.code, 'unparseable', name);
      }
    });

    t.test('what is not JSON is 400 with the place of the fault', async (t) => {
      const g = await TestGateway.start(t, { server });
      const reply = await g.ask('/v1/events', { body: '{"id": "e1",\n "source": pos}' });
      t.equal(reply.status, 400);
      t.match(reply.json, {
        code: 'unparseable',
        retryable: false,
        type: '/problems/unparseable',
        position: { offset: 24, line: 2, column: 12 },
      });
      t.equal((await g.ask('/v1/events', { body: '' })).json.detail, 'The body is empty.');
      t.equal(
        (await g.ask('/v1/events', { body: Buffer.from([0x22, 0xff, 0x22]) })).json.detail,
        'The body is not UTF-8.',
      );
      t.equal((await g.ask('/v1/events', { body: '[1,]' })).status, 400);
    });

    t.test('bad input by name: each is refused, none is recorded', async (t) => {
      const g = await TestGateway.start(t, { server });
      const deep = '['.repeat(1_000) + ']'.repeat(1_000);
      const line = (change: string) =>
        `{"id":"e","type":"purchase","subject":"s","time":"2026-11-24T08:26:00Z","data":{"transactionId":"t","lines":[{"lineId":"1","sku":"a","quantity":1,"unitPrice":1,${change}}]}}`;
      const bodies: [string, string][] = [
        ['wrong type', JSON.stringify(anEvent({ id: 7 }))],
        ['no object', '"text"'],
        ['null', 'null'],
        ['negative quantity', line('"quantity":-1')],
        ['fractional quantity', line('"quantity":1.5')],
        ['unsafe quantity', line('"quantity":9007199254740993')],
        ['negative price', line('"unitPrice":-1')],
        ['fractional price', line('"unitPrice":0.1')],
        ['unsafe price', line('"unitPrice":1e300')],
        ['an id with a control character', JSON.stringify(anEvent({ id: 'a\u0000b' }))],
        ['an id too long', JSON.stringify(anEvent({ subject: 'x'.repeat(129) }))],
        ['no time', JSON.stringify(anEvent({ time: undefined }))],
        [
          '__proto__ as a key',
          '{"id":"e","type":"x","subject":"s","time":"2026-11-24T08:26:00Z","data":{"__proto__":{"polluted":true}}}',
        ],
        [
          'nesting a thousand deep',
          `{"id":"e","type":"x","subject":"s","time":"2026-11-24T08:26:00Z","data":{"a":${deep}}}`,
        ],
      ];
      for (const [name, body] of bodies) {
        const reply = await g.ask('/v1/events', { body });
        t.equal(reply.status, 422, name);
        t.equal(reply.json.code, 'event_invalid', name);
      }
      t.equal((await g.ask('/v1/events', { body: deep })).status, 200, 'a list of a list is one invalid item');
      t.same(g.engine.submitted, []);
      t.equal(({} as { polluted?: boolean }).polluted, undefined);
    });

    t.test('__proto__ as any id is an id like another', async (t) => {
      const g = await TestGateway.start(t, { server });
      const proto = { id: '__proto__', source: '__proto__', subject: '__proto__' };
      t.match((await g.ask('/v1/events', { body: anEvent(proto) })).json, { id: '__proto__', status: 'applied' });
      t.match((await g.ask('/v1/customers/__proto__')).json, { id: '__proto__' });
      t.equal((await g.ask('/v1/customers/constructor')).status, 404);
    });

    t.test('too many items and too large a body are 413', async (t) => {
      const g = await TestGateway.start(t, { server });
      const many = await g.ask('/v1/events', { body: `[${'0,'.repeat(limits.itemsPerRequestMax)}0]` });
      t.equal(many.status, 413);
      t.equal(many.json.code, 'too_many_items');
      const lines = await g.ask('/v1/events', {
        type: 'application/x-ndjson',
        body: '0\n'.repeat(limits.itemsPerRequestMax + 1),
      });
      t.equal(lines.json.code, 'too_many_items');
      const large = await g.ask('/v1/events', { body: Buffer.alloc(limits.bodyBytesMax + 1, ' ') });
      t.equal(large.status, 413);
      const slow = await RawConnection.open(g.port);
      const bytes = 2 * limits.bodyBytesMax;
      slow.write(
        `POST /v1/events HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer ${ROOT_KEY}\r\nContent-Length: ${bytes}\r\n\r\n`,
      );
      t.equal((await slow.reply())?.status, 413);
      slow.write(Buffer.alloc(bytes / 2));
      await new Promise((resolve) => setTimeout(resolve, 30));
      t.notOk(slow.closed, 'a client that reads only when it has sent everything can read why');
      slow.destroy();
      t.equal(large.json.code, 'body_too_large');
      const atLimit = await g.ask('/v1/events', { body: Buffer.alloc(limits.bodyBytesMax, ' ') });
      t.equal(atLimit.status, 400, 'of exactly the limit it is read');
    });

    t.test('an upload that stops half way is 408, and nothing of it is recorded', async (t) => {
      const g = await TestGateway.start(t, { server, uploadStallMsMax: 100 });
      const connection = await RawConnection.open(g.port);
      const body = JSON.stringify([anEvent()]);
      connection.write(
        `POST /v1/events HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer ${ROOT_KEY}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 40)}`,
      );
      const reply = await connection.reply();
      t.equal(reply?.status, 408);
      t.match(JSON.parse(String(reply?.body)), { code: 'upload_timed_out', retryable: true });
      await connection.ended();
      t.same(g.engine.submitted, []);
    });

    t.test('a client that leaves before the reply: its event stands, and a repeat tells', async (t) => {
      const g = await TestGateway.start(t, { server });
      g.engine.hold();
      const connection = await RawConnection.open(g.port);
      connection.request(
        'POST',
        '/v1/events',
        { Authorization: `Bearer ${ROOT_KEY}`, 'Content-Type': 'application/json' },
        JSON.stringify(anEvent()),
      );
      while (g.engine.submitted.length === 0) await new Promise((resolve) => setImmediate(resolve));
      connection.destroy();
      g.engine.release();
      t.match((await g.ask('/v1/events', { body: anEvent() })).json, {
        status: 'duplicate',
        first: { status: 'applied' },
      });
    });

    t.test('media types not read here are 415, formats not given 406', async (t) => {
      const g = await TestGateway.start(t, { server });
      t.match((await g.ask('/v1/events', { type: 'text/csv', body: 'a' })).json, {
        status: 415,
        code: 'media_type_unsupported',
      });
      t.match((await g.ask('/v1/events', { headers: { 'content-encoding': 'gzip' }, body: anEvent() })).json, {
        status: 415,
        code: 'encoding_unsupported',
      });
      t.match((await g.ask('/v1/events', { headers: { accept: 'text/html' }, body: anEvent() })).json, {
        status: 406,
        code: 'not_acceptable',
      });
      t.equal(
        (await g.ask('/v1/events', { type: 'application/x-www-form-urlencoded', body: JSON.stringify(anEvent()) }))
          .status,
        200,
        'what curl -d says',
      );
      t.equal(g.engine.submitted.length, 1);
    });

    t.test('ack=accepted is 202 with the position, and still tells what is refused', async (t) => {
      const g = await TestGateway.start(t, { server });
      const reply = await g.ask('/v1/events?ack=accepted', { body: anEvent() });
      t.equal(reply.status, 202);
      t.match(reply.json, { id: 'e1', status: 'accepted', position: '17-1' });
      t.equal(Object.keys(reply.json as object).length, 4, 'and the source');
      const many = await g.ask('/v1/events?ack=accepted', { body: [anEvent({ id: 'b1' }), 1] });
      t.equal(many.status, 202);
      t.match(many.json, { results: [{ id: 'b1', status: 'accepted' }, { status: 'invalid' }] });
      t.notMatch(JSON.stringify(many.json), 'outcomes', 'an accepted item says only where it is');
      t.match((await g.ask('/v1/events?ack=later', { body: anEvent() })).json, { status: 400, code: 'query_invalid' });
      t.match((await g.ask('/v1/events?akc=accepted', { body: anEvent() })).json, {
        status: 400,
        errors: [{ pointer: '/query/akc' }],
      });
    });

    t.test('clock=event needs the scope import', async (t) => {
      const g = await TestGateway.start(t, { server });
      const key = await g.property('till', ['events:write']);
      const refused = await g.ask('/v1/events?clock=event', { key, body: anEvent() });
      t.equal(refused.status, 403);
      t.match(refused.json, { code: 'scope_missing', detail: /import/ });
      t.equal((await g.ask('/v1/events?clock=event', { body: anEvent() })).status, 200);
      t.equal(g.engine.submitted[0]?.clock, 'event');
    });

    t.test('source defaults to the property', async (t) => {
      const g = await TestGateway.start(t, { server });
      const key = await g.property('till', ['events:write']);
      t.equal((await g.ask('/v1/events', { key, body: anEvent({ source: undefined }) })).json.source, 'till');
    });

    t.test('each way the engine can fail has its answer', async (t) => {
      const g = await TestGateway.start(t, { server });
      const cases = [
        ['overloaded', 503, true],
        ['storage_full', 507, true],
        ['stopping', 503, true],
        ['shard_stopped', 503, true],
        ['no_program', 409, true],
      ] as const;
      for (const [code, status, retryable] of cases) {
        g.engine.fail(code, 7);
        const reply = await g.ask('/v1/events', { body: anEvent() });
        t.equal(reply.status, status, code);
        t.match(reply.json, { code, retryable });
        t.equal(reply.headers.get('retry-after'), '7');
      }
      g.engine.fail('storage_failed');
      await t.rejects(g.ask('/v1/events', { body: anEvent() }), 'after a failed commit nothing is answered');
    });

    t.test('a bug inside is 500, logged with the request id, and told to nobody', async (t) => {
      const g = await TestGateway.start(t, { server });
      g.engine.failing = new TypeError('secret detail') as never;
      const reply = await g.ask('/v1/events', { headers: { 'x-request-id': 'mine-1' }, body: anEvent() });
      t.equal(reply.status, 500);
      t.equal(reply.headers.get('x-request-id'), 'mine-1');
      t.notMatch(reply.text, /secret/);
      t.match(g.logged.at(-1), {
        level: 'error',
        fields: { requestId: 'mine-1', error: { message: 'secret detail' } },
      });
    });
  });
}
