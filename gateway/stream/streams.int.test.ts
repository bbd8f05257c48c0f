/** Outcomes as they happen, over WebSocket and server-sent events, on real sockets. */
import { once } from 'node:events';
import { encode } from '@msgpack/msgpack';
import t from 'tap';
import { WebSocket } from 'ws';
import { limits } from '../../actors/limits.js';
import { decodeMsgpack } from '../msgpack.js';
import { RawConnection } from '../server/raw-connection.js';
import { anEvent, ROOT_KEY, SERVERS, TestGateway } from '../test-gateway.js';

interface Message {
  readonly cursor?: string;
  readonly outcome?: { id: string; type: string; customerId: string };
  readonly subscribed?: object;
  readonly gap?: boolean;
  readonly error?: { code: string };
}

/** Of which nothing would ever come. */
const UNKNOWN_TYPES: readonly (readonly [string, RegExp])[] = [
  ['points.earnd', /no outcomes of type "points.earnd"\. Did you mean points.earned\?/],
  ['survey.done', /no outcomes of type "survey.done".*Types that a program declares are of events/],
  ['point.*', /no outcomes of type "point\.\*"/],
  ['purchase', /"purchase" is a type of events; here are outcomes/],
];

/** A client that keeps what it receives. */
class Listener {
  readonly received: Message[] = [];
  closed: number | undefined;
  #wake: (() => void)[] = [];

  private constructor(readonly ws: WebSocket) {
    ws.on('message', (data: Buffer, binary) => {
      const decoded = binary ? decodeMsgpack(data) : undefined;
      this.received.push(
        (decoded === undefined ? JSON.parse(String(data)) : decoded.ok ? decoded.value : {}) as Message,
      );
      for (const wake of this.#wake.splice(0)) wake();
    });
    ws.on('close', (code) => {
      this.closed = code;
      for (const wake of this.#wake.splice(0)) wake();
    });
  }

  static async open(g: TestGateway, protocols: string[] = [], key = ROOT_KEY): Promise<Listener> {
    const headers: Record<string, string> = key === '' ? {} : { authorization: `Bearer ${key}` };
    const ws = new WebSocket(g.url('/v1/stream').replace('http', 'ws'), protocols, { headers });
    const listener = new Listener(ws);
    await once(ws, 'open');
    return listener;
  }

  say(message: object): void {
    this.ws.send(this.ws.protocol.endsWith('msgpack') ? encode(message) : JSON.stringify(message));
  }
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.closed !== undefined) throw new Error(`closed ${this.closed}: ${JSON.stringify(this.received.at(-1))}`);
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }
  async ended(): Promise<number> {
    while (this.closed === undefined) await new Promise<void>((resolve) => this.#wake.push(resolve));
    return this.closed;
  }
  async subscribe(wanted: object): Promise<void> {
    const before = this.received.filter((one) => one.subscribed !== undefined).length;
    this.say({ subscribe: wanted });
    await this.until(() => this.received.filter((one) => one.subscribed !== undefined).length > before);
  }
  get outcomes(): string[] {
    return this.received.flatMap(({ outcome }) =>
      outcome === undefined ? [] : [`${outcome.customerId} ${outcome.id}`],
    );
  }
}

async function refusal(g: TestGateway, headers: Record<string, string>, protocols: string[] = []): Promise<number> {
  const ws = new WebSocket(g.url('/v1/stream').replace('http', 'ws'), protocols, { headers });
  ws.on('error', () => {});
  const [, response] = await once(ws, 'unexpected-response');
  ws.terminate();
  return (response as { statusCode: number }).statusCode;
}

const report = (g: TestGateway, id: string, subject = 'a') => g.ask('/v1/events', { body: anEvent({ id, subject }) });

for (const server of SERVERS) {
  t.test(server, async (t) => {
    t.test('a subscriber gets what happens from now on, in JSON or MessagePack', async (t) => {
      const g = await TestGateway.start(t, { server });
      await report(g, 'before');
      for (const protocol of ['json', 'regulars.json', 'msgpack', 'regulars.msgpack']) {
        const listener = await Listener.open(g, ['other', protocol]);
        t.equal(listener.ws.protocol, protocol);
        await listener.subscribe({});
        t.same(listener.received[0], { subscribed: { customers: '*', types: ['*'], after: null } });
        await report(g, protocol);
        await listener.until(() => listener.outcomes.length === 1);
        t.match(listener.received[1], {
          cursor: /^\d+$/,
          outcome: { type: 'points.earned', customerId: 'a', data: { expiresAt: '2027-11-30T23:59:59-05:00' } },
        });
        listener.ws.close();
        await listener.ended();
      }
      t.equal(g.engine.tails, 0, 'a reader that left holds nothing');
    });

    t.test('only the customers and types asked for', async (t) => {
      const g = await TestGateway.start(t, { server });
      const listener = await Listener.open(g);
      await listener.subscribe({ customers: ['a', '__proto__'], types: ['points.*'] });
      await report(g, '1', 'a');
      await report(g, '2', 'b');
      await report(g, '3', '__proto__');
      await listener.until(() => listener.outcomes.length === 2);
      t.same(listener.outcomes, ['a 17-1-0', '__proto__ 17-3-0']);
      await listener.subscribe({ customers: '*', types: ['tier.changed'] });
      await report(g, '4', 'a');
      await listener.subscribe({ customers: ['b'] });
      await report(g, '5', 'b');
      await listener.until(() => listener.outcomes.length === 3);
      t.equal(listener.outcomes[2], 'b 17-5-0', 'a new subscription replaces the old one');
      listener.ws.close();
      await listener.ended();
    });

    t.test('what was not acknowledged comes again after a reconnect', async (t) => {
      const g = await TestGateway.start(t, { server });
      const first = await Listener.open(g);
      await first.subscribe({});
      for (let n = 1; n <= 3; n++) await report(g, `e${n}`);
      await first.until(() => first.outcomes.length === 3);
      const acted = first.received.find(({ outcome }) => outcome?.id === '17-1-0')?.cursor as string;
      first.say({ ack: acted });
      first.ws.terminate();
      await first.ended();
      await report(g, 'e4');
      const second = await Listener.open(g);
      await second.subscribe({ after: acted });
      await second.until(() => second.outcomes.length === 3);
      t.same(second.outcomes, ['a 17-2-0', 'a 17-3-0', 'a 17-4-0']);
      second.ws.close();
      await second.ended();
    });

    t.test('nothing more is sent than may be unacknowledged, and it goes on after an ack', async (t) => {
      const g = await TestGateway.start(t, { server });
      const listener = await Listener.open(g);
      await listener.subscribe({ after: '-1' });
      const most = limits.streamUnacknowledgedMax;
      const events = Array.from({ length: most + 100 }, (_, n) => anEvent({ id: `e${n}` }));
      await g.ask('/v1/events', { body: events });
      await listener.until(() => listener.outcomes.length >= most);
      await report(g, 'another');
      t.equal(listener.outcomes.length, most);
      listener.say({ ack: 'never given' });
      listener.say({ ack: listener.received[50]?.cursor });
      await listener.until(() => listener.outcomes.length >= most + 50);
      t.equal(listener.outcomes.length, most + 50, 'as many more as were acknowledged');
      listener.say({ ack: listener.received.at(-1)?.cursor });
      await listener.until(() => listener.outcomes.length === most + 101);
      t.equal(new Set(listener.outcomes).size, most + 101, 'each once');
      listener.ws.close();
      await listener.ended();
    });

    t.test('a reader that does not read holds nothing but its place', async (t) => {
      const g = await TestGateway.start(t, { server });
      const connection = await RawConnection.open(g.port);
      connection.request('GET', '/v1/outcomes', { Authorization: `Bearer ${ROOT_KEY}` });
      await connection.until((received) => received.includes('retry:'));
      connection.socket.pause();
      const long = 'x'.repeat(110);
      let last = 0;
      for (let batch = 0; batch < 8; batch++) {
        const events = Array.from({ length: 2_000 }, () => anEvent({ id: `${long}${last++}` }));
        await g.ask('/v1/events', { body: events });
      }
      t.ok(g.engine.delivered < last, 'it was handed only what the socket took');
      connection.socket.resume();
      await connection.until((received) => received.includes(`${long}${last - 1}"`));
      t.equal(connection.unread.split('id: ').length - 1, last, 'all of it came, once it read');
      connection.destroy();
    });

    t.test('a cursor older than the history kept is a gap, a forged one an error', async (t) => {
      const g = await TestGateway.start(t, { server });
      await report(g, 'e1');
      const listener = await Listener.open(g);
      await listener.subscribe({ after: 'lost' });
      await listener.until(() => listener.outcomes.length === 1);
      t.same(listener.received.map((one) => Object.keys(one)[0]).sort(), ['cursor', 'gap', 'subscribed']);
      const forged = await Listener.open(g);
      forged.say({ subscribe: { after: 'forged' } });
      t.equal(await forged.ended(), 4400);
      t.match(forged.received.at(-1), { error: { code: 'cursor_invalid' } });
      listener.ws.close();
      await listener.ended();
    });

    t.test('messages that cannot be understood are answered and end it', async (t) => {
      const g = await TestGateway.start(t, { server });
      for (const message of [
        'not json',
        '[]',
        '{}',
        '{"ack": 7}',
        '{"subscribe": 7}',
        '{"subscribe": {"customers": []}}',
        '{"subscribe": {"types": ["Points"]}}',
        '{"subscribe": {"after": 7}}',
      ]) {
        const listener = await Listener.open(g);
        listener.ws.send(message);
        t.equal(await listener.ended(), 4400, message);
        t.match(listener.received.at(-1), { error: { code: 'unparseable', detail: /\w/ } });
      }
      for (const [type, detail] of UNKNOWN_TYPES) {
        const listener = await Listener.open(g);
        listener.say({ subscribe: { types: ['points.*', type] } });
        t.equal(await listener.ended(), 4400, type);
        t.match(listener.received.at(-1), { error: { code: 'unparseable', detail } });
        const reply = await g.ask(`/v1/outcomes?types=points.*,${type}`);
        t.match(reply.json, { status: 400, code: 'query_invalid', errors: [{ pointer: '/query/types', detail }] });
      }
      t.equal(g.engine.tails, 0);
    });

    t.test('keys: header or subprotocol, never without, and never for long after they are revoked', async (t) => {
      const g = await TestGateway.start(t, { server, streamHeartbeatMs: 30 });
      t.equal(await refusal(g, {}), 401);
      t.equal(await refusal(g, { authorization: 'Bearer wrong' }), 401);
      const writer = await g.property('writer', ['events:write']);
      t.equal(await refusal(g, { authorization: `Bearer ${writer}` }), 403);
      const key = await g.property('reader', ['stream']);
      const listener = await Listener.open(g, ['json', `bearer.${key}`], '');
      t.equal(listener.ws.protocol, 'json', 'the key is never echoed');
      await listener.subscribe({});
      const events = await RawConnection.open(g.port);
      events.request('GET', '/v1/outcomes', { Authorization: `Bearer ${key}` });
      await events.until((received) => received.includes(': beat'));
      await g.ask('/v1/properties/reader/revoke', { method: 'POST' });
      t.equal(await listener.ended(), 4401);
      t.match(await events.until((received) => received.includes('event: error')), /key_unknown/);
      events.destroy();
    });

    t.test('asked for without an upgrade it says what it is', async (t) => {
      const g = await TestGateway.start(t, { server });
      const reply = await g.ask('/v1/stream');
      t.equal(reply.status, 426);
      t.equal(reply.headers.get('upgrade'), 'websocket');
      t.equal(reply.json.code, 'upgrade_required');
    });

    t.test('server-sent events carry their cursor and resume by it', async (t) => {
      const g = await TestGateway.start(t, { server });
      for (const id of ['1', '2', '3']) await report(g, id, id === '2' ? 'b, c' : 'a');
      const read = async (query: string, headers = {}): Promise<string> => {
        const connection = await RawConnection.open(g.port);
        connection.request('GET', `/v1/outcomes${query}`, { Authorization: `Bearer ${ROOT_KEY}`, ...headers });
        await connection.until(
          (received) => received.includes('17-3-0') || received.includes('17-2-0"') || / [45]\d\d /.test(received),
        );
        connection.destroy();
        return connection.unread;
      };
      const all = await read('?after=-1');
      t.match(all, /text\/event-stream/);
      t.match(all, /id: 1\ndata: {"cursor":"1","outcome":{"id":"17-2-0","type":"points.earned"/);
      t.notMatch(await read('?types=points.earned', { 'Last-Event-ID': '0' }), /17-1-0/);
      t.notMatch(await read('?after=0&customers=a,none'), /17-2-0/);
      t.match(await read('?after=-1&customers=b%2C%20c'), /17-2-0/);
      t.match(await read('?colour=red'), /"pointer":"\/query\/colour","code":"query_invalid"/);
      t.match(await read('?after=forged'), /HTTP\/1.1 400 [\s\S]*cursor_invalid/);
    });

    t.test('stopping closes every stream', async (t) => {
      const g = await TestGateway.start(t, { server });
      const listener = await Listener.open(g);
      await listener.subscribe({});
      const events = await RawConnection.open(g.port);
      events.request('GET', '/v1/outcomes', { Authorization: `Bearer ${ROOT_KEY}` });
      await events.until((received) => received.includes('retry:'));
      await g.gateway.close();
      t.equal(await listener.ended(), 1001);
      await events.ended();
      t.equal(g.engine.tails, 0);
    });
  });
}
