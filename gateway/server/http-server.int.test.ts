/**
 * One contract for both servers, over real sockets. A test here runs against each adapter this platform can load. It is
 * long because the contract is one.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import t, { type Test } from 'tap';
import { WebSocket } from 'ws';
import { chooseServer } from './choose-server.js';
import type { Head, HttpServer, Reply, ServerAdapter, ServerOptions, Site, Socket, Upload } from './http-server.js';
import { DROPPED, PortInUseError } from './http-server.js';
import { nodeServer } from './node.js';
import { RawConnection } from './raw-connection.js';

const OPTIONS: ServerOptions = {
  host: '127.0.0.1',
  port: 0,
  headerBytesMax: 16_384,
  connectionsMax: 2_000,
  uploadMsMax: 600,
  uploadStallMsMax: 200,
  socketBufferBytesMax: 1_048_576,
  socketMessageBytesMax: 65_536,
  stopMsMax: 3_000,
};
const LARGE = Buffer.alloc(24 * 1_048_576, 'regulars ');

/** A site whose late replies the test releases. */
class Stage implements Site {
  readonly held: ((reply: Reply) => void)[] = [];
  readonly sockets: Socket[] = [];
  readonly closes: number[] = [];
  readonly received: number[] = [];
  gone = 0;
  drained = 0;
  stalledWrites = 0;
  #waiting: (() => void)[] = [];

  admit(head: Head): Reply | Promise<Reply> | Upload {
    const { path, method } = head;
    if (path === '/echo') return this.#echo(`${method} ${head.query} ${head.header('x-note')}`);
    if (path === '/late') return this.#later(`late ${head.query}`);
    if (path === '/late-echo') return this.#lateEcho();
    if (path === '/only-get') {
      if (method === 'GET' || method === 'HEAD')
        return { status: 200, contentType: 'text/plain', body: 'twelve bytes' };
      return { status: 405, headers: ['Allow', 'GET, HEAD'], contentType: 'text/plain', body: 'no' };
    }
    if (path === '/large') return { status: 200, body: LARGE };
    if (path === '/nothing') return { status: 204 };
    if (path === '/throws') throw new Error('a bug');
    if (path === '/pour') return { status: 200, contentType: 'text/plain', body: { open: (sink) => this.#pour(sink) } };
    if (path === '/ticks') {
      return {
        status: 200,
        contentType: 'text/event-stream',
        body: {
          open: (sink) => {
            sink.write('data: one\n\n');
            return { drained: () => {}, gone: () => this.#note(() => this.gone++) };
          },
        },
      };
    }
    return { status: 404, contentType: 'text/plain', body: 'nothing here' };
  }

  upgrade(head: Head) {
    if (head.path !== '/socket') return { status: 404, contentType: 'text/plain', body: 'no socket here' };
    const asked = head.header('sec-websocket-protocol').split(/,\s*/);
    return {
      protocol: asked.includes('msgpack') ? 'msgpack' : '',
      open: (socket: Socket) => {
        this.sockets.push(socket);
        return {
          message: (message: string | Uint8Array) => {
            if (message === 'close') socket.close(4001, 'as asked');
            else if (message !== 'quiet') socket.send(message);
          },
          drained: () => this.#note(() => this.drained++),
          closed: (code: number) => this.#note(() => this.closes.push(code)),
        };
      },
    };
  }

  /** Resolves once `holds`, looked at whenever something happened on the stage. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Answers the first held request with nothing. */
  dropHeld(): void {
    this.#drops[0]?.();
  }
  readonly #drops: (() => void)[] = [];

  #note(change: () => unknown): void {
    change();
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #echo(prefix: string): Upload {
    return {
      maxBytes: 100_000,
      receive: (body) => {
        this.#note(() => this.received.push(body.byteLength));
        return { status: 200, contentType: 'text/plain', body: `${prefix} ${Buffer.from(body).toString('utf8')}` };
      },
      refuse: (why) => ({ status: why === 'body_too_large' ? 413 : 408, contentType: 'text/plain', body: why }),
    };
  }

  #lateEcho(): Upload {
    return {
      maxBytes: 100_000,
      receive: (body) => this.#later(Buffer.from(body).toString('utf8')),
      refuse: () => ({ status: 413 }),
    };
  }

  #later(body: string): Promise<Reply> {
    return new Promise((resolve) => {
      this.#drops.push(() => resolve(DROPPED));
      this.#note(() => this.held.push((reply) => resolve({ body, ...reply })));
    });
  }

  #pour(sink: { write(chunk: Uint8Array): boolean; end(): void }) {
    let left = 64;
    const chunk = Buffer.alloc(262_144, 'x');
    const go = (): void => {
      while (left > 0) {
        left--;
        if (!sink.write(chunk)) {
          this.#note(() => this.stalledWrites++);
          if (left > 0) return;
        }
      }
      sink.end();
    };
    go();
    return { drained: go, gone: () => this.#note(() => this.gone++) };
  }
}

async function staged(t: Test, adapter: ServerAdapter, options: Partial<ServerOptions> = {}) {
  const stage = new Stage();
  const server: HttpServer = await adapter.listen(stage, { ...OPTIONS, ...options });
  t.teardown(() => server.stop());
  return { stage, server, connect: () => RawConnection.open(server.port) };
}
const text = (reply: { body: Buffer } | undefined) => reply?.body.toString('utf8');
const OK: Reply = { status: 200 };

function contract(t: Test, adapter: ServerAdapter): void {
  t.test('a connection is kept and carries one request after another', async (t) => {
    const { connect } = await staged(t, adapter);
    const connection = await connect();
    for (let n = 0; n < 5; n++) {
      connection.request('POST', `/echo?n=${n}`, { 'X-Note': 'hello' }, `body ${n}`);
      t.equal(text(await connection.reply()), `POST n=${n} hello body ${n}`);
    }
    connection.destroy();
  });

  t.test('pipelined requests are answered in order', async (t) => {
    const { connect } = await staged(t, adapter);
    const connection = await connect();
    let all = '';
    for (let n = 0; n < 20; n++)
      all += `POST /echo?${n} HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\n${String(n).padStart(2)}`;
    connection.write(all);
    for (let n = 0; n < 20; n++) t.equal(text(await connection.reply()), `POST ${n}  ${String(n).padStart(2)}`);
    connection.destroy();
  });

  t.test('a request pipelined behind one still waiting never gets its reply before it', async (t) => {
    const { connect, stage } = await staged(t, adapter);
    const connection = await connect();
    connection.write('GET /late?1 HTTP/1.1\r\nHost: t\r\n\r\nGET /only-get HTTP/1.1\r\nHost: t\r\n\r\n');
    await stage.until(() => stage.held.length === 1);
    stage.held[0]?.(OK);
    const first = await connection.reply();
    if (first === undefined) t.pass('the connection was closed, nothing mixed');
    else {
      t.equal(text(first), 'late 1');
      t.equal(text(await connection.reply()), 'twelve bytes');
    }
    connection.destroy();
  });

  t.test('a chunked body arrives whole, however it is cut', async (t) => {
    const { connect } = await staged(t, adapter);
    const connection = await connect();
    connection.write('POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n');
    await pause(20);
    connection.write('7\r\n, wor');
    await pause(20);
    connection.write('ld\r\n0\r\n\r\n');
    t.equal(text(await connection.reply()), 'POST   hello, world');
    connection.request('POST', '/echo', {}, 'next');
    t.equal(text(await connection.reply()), 'POST   next');
    connection.destroy();
  });

  t.test('a body with its length arrives whole, byte by byte', async (t) => {
    const { connect } = await staged(t, adapter);
    const connection = await connect();
    connection.write('POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 6\r\n\r\n');
    for (const byte of 'señor') {
      connection.write(byte);
      await pause(5);
    }
    t.equal(text(await connection.reply()), 'POST   señor');
    connection.destroy();
  });

  t.test('an empty body is an empty body', async (t) => {
    const { connect } = await staged(t, adapter);
    const connection = await connect();
    connection.request('POST', '/echo', {}, '');
    t.equal(text(await connection.reply()), 'POST   ');
    connection.request('GET', '/echo');
    t.equal(text(await connection.reply()), 'GET   ');
    connection.destroy();
  });

  t.test('a reply may come later, to a body too', async (t) => {
    const { connect, stage } = await staged(t, adapter);
    const connection = await connect();
    connection.request('POST', '/late-echo', {}, 'kept bytes');
    await stage.until(() => stage.held.length === 1);
    stage.held[0]?.({ status: 201, headers: ['X-Request-Id', 'r1', 'Retry-After', '3'] });
    const reply = await connection.reply();
    t.equal(reply?.status, 201);
    t.equal(reply?.headers.get('x-request-id'), 'r1');
    t.equal(reply?.headers.get('retry-after'), '3');
    t.equal(text(reply), 'kept bytes');
    connection.destroy();
  });

  t.test('a client that leaves before the reply disturbs nobody', async (t) => {
    const { connect, stage } = await staged(t, adapter);
    const leaver = await connect();
    leaver.request('POST', '/late-echo', {}, 'x');
    await stage.until(() => stage.held.length === 1);
    leaver.destroy();
    const stayer = await connect();
    stayer.request('GET', '/late?2');
    await stage.until(() => stage.held.length === 2);
    await pause(30);
    stage.held[0]?.(OK);
    stage.held[1]?.(OK);
    t.equal(text(await stayer.reply()), 'late 2');
    stayer.destroy();
  });

  t.test('a client gone half way through its upload is forgotten', async (t) => {
    const { connect, stage } = await staged(t, adapter);
    const leaver = await connect();
    leaver.write('POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 5000\r\n\r\nhalf');
    await pause(30);
    leaver.destroy();
    await pause(400);
    const stayer = await connect();
    stayer.request('POST', '/echo', {}, 'whole');
    t.equal(text(await stayer.reply()), 'POST   whole');
    t.same(stage.received, [5], 'the half was never handed over');
    stayer.destroy();
  });

  t.test('a body declared too large is refused before it comes, and the connection ends', async (t) => {
    const { connect, stage } = await staged(t, adapter);
    const connection = await connect();
    connection.write('POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 99999999\r\n\r\n');
    const reply = await connection.reply();
    t.equal(reply?.status, 413);
    t.equal(text(reply), 'body_too_large');
    for (let n = 0; n < 40 && !connection.closed; n++) {
      connection.write(Buffer.alloc(65_536));
      await pause(5);
    }
    await connection.ended();
    t.same(stage.received, []);
  });

  t.test('a client that sends a little too much can read why', async (t) => {
    const { connect } = await staged(t, adapter);
    for (const chunked of [false, true]) {
      const connection = await connect();
      const body = Buffer.alloc(150_000, 'a');
      const frame = chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.byteLength}`;
      connection.write(`POST /echo HTTP/1.1\r\nHost: t\r\n${frame}\r\n\r\n`);
      if (chunked) connection.write(`${body.byteLength.toString(16)}\r\n`);
      connection.write(body);
      if (chunked) connection.write('\r\n0\r\n\r\n');
      t.equal((await connection.reply())?.status, 413, chunked ? 'chunked' : 'with its length');
      connection.destroy();
    }
  });

  t.test('a body of exactly the limit is taken', async (t) => {
    const { connect, stage } = await staged(t, adapter);
    const connection = await connect();
    connection.request('POST', '/echo', {}, Buffer.alloc(100_000, 'a'));
    t.equal((await connection.reply())?.status, 200);
    t.same(stage.received, [100_000]);
    connection.destroy();
  });

  t.test('an upload that stalls is answered 408 and closed', async (t) => {
    const { connect } = await staged(t, adapter);
    const connection = await connect();
    connection.write('POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nhalf');
    t.equal((await connection.reply())?.status, 408);
    await connection.ended();
  });

  t.test('an upload that trickles is answered 408 and closed', async (t) => {
    const { connect } = await staged(t, adapter);
    const connection = await connect();
    connection.write('POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 1000\r\n\r\n');
    const drip = setInterval(() => connection.write('.'), 40);
    const reply = await connection.reply();
    clearInterval(drip);
    t.equal(reply?.status, 408);
    await connection.ended();
  });

  t.test('HEAD has the length and no body, 404 and 405 are what the site says', async (t) => {
    const { connect } = await staged(t, adapter);
    const connection = await connect();
    connection.request('HEAD', '/only-get');
    const head = await connection.reply(true);
    t.equal(head?.status, 200);
    t.equal(head?.headers.get('content-length'), '12');
    connection.request('DELETE', '/only-get');
    const refused = await connection.reply();
    t.equal(refused?.status, 405);
    t.equal(refused?.headers.get('allow'), 'GET, HEAD');
    connection.request('GET', '/elsewhere');
    t.equal((await connection.reply())?.status, 404);
    connection.request('BREW', '/elsewhere');
    const reply = await connection.reply();
    t.ok(reply?.status === 404 || reply?.status === 400, 'a method nobody knows');
    connection.destroy();
  });

  t.test('204 has no body and no length, and the connection goes on', async (t) => {
    const { connect } = await staged(t, adapter);
    const connection = await connect();
    connection.request('GET', '/nothing');
    const reply = await connection.reply();
    t.equal(reply?.status, 204);
    t.notOk(reply?.headers.has('content-length'));
    connection.request('GET', '/only-get');
    t.equal((await connection.reply())?.status, 200);
    connection.destroy();
  });

  t.test('a reply that comes before the body was sent leaves the connection usable', async (t) => {
    const { connect } = await staged(t, adapter);
    const connection = await connect();
    connection.write('POST /elsewhere HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\n12345');
    t.equal((await connection.reply())?.status, 404);
    connection.write('67890');
    connection.request('GET', '/only-get');
    t.equal((await connection.reply())?.status, 200);
    connection.destroy();
  });

  t.test('a site that throws is a 500 for that request only', async (t) => {
    const { connect } = await staged(t, adapter);
    const connection = await connect();
    connection.request('GET', '/throws');
    t.equal((await connection.reply())?.status, 500);
    connection.request('GET', '/only-get');
    t.equal((await connection.reply())?.status, 200);
    connection.destroy();
  });

  t.test('a reply that is not known is no reply: the connection closes', async (t) => {
    const { connect, stage } = await staged(t, adapter);
    const connection = await connect();
    connection.request('POST', '/late-echo', {}, 'x');
    await stage.until(() => stage.held.length === 1);
    stage.dropHeld();
    t.equal(await connection.reply(), undefined);
  });

  t.test('a large reply reaches a slow reader whole', async (t) => {
    const { connect } = await staged(t, adapter);
    const connection = await connect();
    connection.socket.pause();
    connection.request('GET', '/large');
    await pause(100);
    connection.socket.resume();
    const reply = await connection.reply();
    t.equal(reply?.body.byteLength, LARGE.byteLength);
    t.equal(sha(reply?.body), sha(LARGE));
    connection.request('GET', '/only-get');
    t.equal((await connection.reply())?.status, 200);
    connection.destroy();
  });

  t.test('a poured body waits for a slow reader and arrives whole', async (t) => {
    const { connect, stage } = await staged(t, adapter);
    const connection = await connect();
    connection.socket.pause();
    connection.request('GET', '/pour');
    await stage.until(() => stage.stalledWrites > 0);
    connection.socket.resume();
    t.equal((await connection.reply())?.body.byteLength, 64 * 262_144);
    t.equal(stage.gone, 0);
    connection.destroy();
  });

  t.test('a stream whose reader leaves is told so', async (t) => {
    const { connect, stage } = await staged(t, adapter);
    const connection = await connect();
    connection.request('GET', '/ticks');
    await connection.until((received) => received.includes('data: one'));
    connection.destroy();
    await stage.until(() => stage.gone === 1);
    t.equal(stage.gone, 1);
  });

  t.test('headers too large are refused, the server lives', async (t) => {
    const { connect } = await staged(t, adapter);
    const connection = await connect();
    connection.request('GET', '/only-get', { 'X-Long': 'a'.repeat(20_000) });
    t.equal((await connection.reply())?.status, 431);
    await connection.ended();
    const next = await connect();
    next.request('GET', '/only-get', { 'X-Long': 'a'.repeat(12_000) });
    t.equal((await next.reply())?.status, 200);
    next.destroy();
  });

  t.test('what is not HTTP is closed, the server lives', async (t) => {
    const { connect } = await staged(t, adapter);
    for (const garbage of [
      '\x16\x03\x01\x02\x00\r\n\r\n',
      'hello there\r\n\r\n',
      'POST /echo HTTP/1.1\r\nContent-Length: -1\r\n\r\n',
    ]) {
      const connection = await connect();
      connection.write(garbage);
      await connection.ended();
    }
    const connection = await connect();
    connection.request('GET', '/only-get');
    t.equal((await connection.reply())?.status, 200);
    connection.destroy();
  });

  t.test('a length and chunks together are refused (request smuggling)', async (t) => {
    const { connect, stage } = await staged(t, adapter);
    const connection = await connect();
    connection.write(
      'POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    );
    t.equal((await connection.reply())?.status, 400);
    t.same(stage.received, []);
    await connection.ended();
  });

  t.test('a WebSocket echoes text and bytes, in the subprotocol chosen', async (t) => {
    const { server } = await staged(t, adapter);
    const ws = new WebSocket(`ws://127.0.0.1:${server.port}/socket`, ['json', 'msgpack']);
    await once(ws, 'open');
    t.equal(ws.protocol, 'msgpack');
    ws.send('héllo');
    const [said, binary] = await once(ws, 'message');
    t.equal(String(said), 'héllo');
    t.equal(binary, false);
    ws.send(Buffer.from([0, 1, 255]));
    const [bytes, isBinary] = await once(ws, 'message');
    t.same([...(bytes as Buffer)], [0, 1, 255]);
    t.equal(isBinary, true);
    ws.close();
    await once(ws, 'close');
  });

  t.test('a WebSocket without a subprotocol gets none, and one not for sockets its reply', async (t) => {
    const { server } = await staged(t, adapter);
    const ws = new WebSocket(`ws://127.0.0.1:${server.port}/socket`);
    await once(ws, 'open');
    t.equal(ws.protocol, '');
    ws.close();
    const refused = new WebSocket(`ws://127.0.0.1:${server.port}/elsewhere`);
    const [, response] = await once(refused, 'unexpected-response');
    t.equal((response as { statusCode: number }).statusCode, 404);
    refused.on('error', () => {});
    refused.terminate();
  });

  t.test('close codes arrive on both sides', async (t) => {
    const { server, stage } = await staged(t, adapter);
    const asked = new WebSocket(`ws://127.0.0.1:${server.port}/socket`);
    await once(asked, 'open');
    asked.send('close');
    const [code, reason] = await once(asked, 'close');
    t.equal(code, 4001);
    t.equal(String(reason), 'as asked');
    const leaver = new WebSocket(`ws://127.0.0.1:${server.port}/socket`);
    await once(leaver, 'open');
    leaver.close(4002);
    await stage.until(() => stage.closes.length === 2);
    t.same(stage.closes, [4001, 4002]);
    t.equal(stage.sockets[0]?.send('too late'), false, 'a closed socket swallows what is sent');
  });

  t.test('a WebSocket that does not read stops the sender, and drains once it reads', async (t) => {
    const { server, stage } = await staged(t, adapter, { socketBufferBytesMax: 64 * 1_048_576 });
    const ws = new WebSocket(`ws://127.0.0.1:${server.port}/socket`);
    await once(ws, 'open');
    let bytes = 0;
    ws.on('message', (message: Buffer) => {
      bytes += message.byteLength;
    });
    await stage.until(() => stage.sockets.length === 1).catch(() => {});
    ws.pause();
    const chunk = Buffer.alloc(262_144, 'z');
    let sent = 0;
    let taken = true;
    while (taken && sent < 200) {
      taken = stage.sockets[0]?.send(chunk) ?? false;
      sent++;
    }
    t.equal(taken, false, 'told to wait');
    t.ok((stage.sockets[0]?.buffered() ?? 0) > 0);
    ws.resume();
    await stage.until(() => stage.drained > 0);
    t.equal(stage.sockets[0]?.buffered(), 0);
    while (bytes < sent * chunk.byteLength) await once(ws, 'message');
    t.equal(bytes, sent * chunk.byteLength);
    ws.close();
    await once(ws, 'close');
  });

  t.test('a WebSocket that never reads is closed rather than buffered for', async (t) => {
    const { server, stage } = await staged(t, adapter, { socketBufferBytesMax: 1_048_576 });
    const ws = new WebSocket(`ws://127.0.0.1:${server.port}/socket`);
    ws.on('error', () => {});
    await once(ws, 'open');
    ws.pause();
    const chunk = Buffer.alloc(524_288, 'z');
    for (let n = 0; n < 200 && stage.closes.length === 0; n++) {
      stage.sockets[0]?.send(chunk);
      await pause(1);
    }
    await stage.until(() => stage.closes.length === 1);
    t.ok((stage.sockets[0]?.buffered() ?? 0) === 0);
    ws.terminate();
  });

  t.test('a message too large closes the socket with 1009 or 1006', async (t) => {
    const { server, stage } = await staged(t, adapter);
    const ws = new WebSocket(`ws://127.0.0.1:${server.port}/socket`);
    ws.on('error', () => {});
    await once(ws, 'open');
    ws.send(Buffer.alloc(100_000));
    await stage.until(() => stage.closes.length === 1);
    t.ok([1006, 1009].includes(stage.closes[0] ?? 0));
  });

  t.test('many connections at once are all served', async (t) => {
    const { connect } = await staged(t, adapter);
    const connections = await Promise.all(Array.from({ length: 300 }, connect));
    const replies = await Promise.all(
      connections.map((connection, n) => {
        connection.request('POST', `/echo?${n}`, {}, `${n}`);
        return connection.reply();
      }),
    );
    t.same(
      replies.map(text),
      replies.map((_, n) => `POST ${n}  ${n}`),
    );
    for (const connection of connections) connection.destroy();
  });

  t.test('more connections than allowed are closed, and places free up', async (t) => {
    const { connect } = await staged(t, adapter, { connectionsMax: 3 });
    const kept = [await connect(), await connect(), await connect()];
    for (const connection of kept) {
      connection.request('GET', '/only-get');
      t.equal((await connection.reply())?.status, 200);
    }
    const extra = await connect();
    await extra.ended();
    for (const connection of kept) connection.destroy();
    await pause(50);
    const next = await connect();
    next.request('GET', '/only-get');
    t.equal((await next.reply())?.status, 200);
    next.destroy();
  });

  t.test('a port taken is said so', async (t) => {
    const { server } = await staged(t, adapter);
    await t.rejects(adapter.listen(new Stage(), { ...OPTIONS, port: server.port }), PortInUseError);
    await t.rejects(nodeServer.listen(new Stage(), { ...OPTIONS, port: server.port }), /port in use/);
  });

  t.test('stopping lets requests in flight finish and refuses new connections', async (t) => {
    const { server, stage, connect } = await staged(t, adapter);
    const waiting = await connect();
    waiting.request('POST', '/late-echo', {}, 'in flight');
    const idle = await connect();
    idle.request('GET', '/only-get');
    await idle.reply();
    await stage.until(() => stage.held.length === 1);
    const stopped = server.stop();
    await t.rejects(connect(), { code: 'ECONNREFUSED' });
    stage.held[0]?.(OK);
    t.equal(text(await waiting.reply()), 'in flight');
    await stopped;
    await waiting.ended();
    await idle.ended();
  });

  t.test('stopping closes sockets with 1001 and ends streams', async (t) => {
    const { server, stage, connect } = await staged(t, adapter);
    const ws = new WebSocket(`ws://127.0.0.1:${server.port}/socket`);
    await once(ws, 'open');
    const stream = await connect();
    stream.request('GET', '/ticks');
    await stream.until((received) => received.includes('data: one'));
    const closed = once(ws, 'close');
    await server.stop();
    t.equal((await closed)[0], 1001);
    await stream.ended();
    t.equal(stage.gone, 1);
  });

  t.test('stopping does not wait for ever', async (t) => {
    const { server, stage, connect } = await staged(t, adapter, { stopMsMax: 50 });
    const waiting = await connect();
    waiting.request('GET', '/late');
    await stage.until(() => stage.held.length === 1);
    await server.stop();
    await waiting.ended();
    t.pass();
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
function sha(bytes: Uint8Array | undefined): string {
  return createHash('sha256')
    .update(bytes ?? '')
    .digest('hex');
}

const auto = await chooseServer('auto', OPTIONS.headerBytesMax);
t.test('node:http with ws', async (t) => contract(t, nodeServer));
if (auto.adapter.name === 'uws') t.test('uWebSockets.js', async (t) => contract(t, auto.adapter));
t.test('where the fast server does not load, the other serves and the reason is kept', async (t) => {
  if (auto.adapter.name === 'node') t.match(auto.fellBack, /\w/);
  else t.equal(auto.fellBack, undefined);
  t.equal((await chooseServer('node', OPTIONS.headerBytesMax)).adapter.name, 'node');
});
