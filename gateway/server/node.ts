/**
 * The server that runs everywhere: `node:http` and `ws`, for where the fast one has no binary (other Node versions,
 * musl). The only file that knows `ws`. Same contract, same tests; slower. It is long because all of the
 * contract meets one library here.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import {
  type Accepted,
  BROKEN,
  DRAIN_FACTOR,
  DROPPED,
  type Head,
  type HttpServer,
  isLater,
  isSource,
  isUpload,
  type Payload,
  PortInUseError,
  type Reply,
  type ServerAdapter,
  type ServerOptions,
  type Site,
  type Socket,
  type Source,
  type SourceEvents,
  type Upload,
} from './http-server.js';
import { isBodiless, statusLine } from './status-line.js';
import { Uploads, type Watched } from './uploads.js';

const KEEP_ALIVE_MS = 10_000;
const PING_MS = 60_000;
const EMPTY = new Uint8Array(0);

export const nodeServer: ServerAdapter = {
  name: 'node',
  listen: async (site, options) => new NodeServer(site, options).listening(),
};

class NodeServer implements HttpServer {
  port = 0;
  stopping = false;
  inFlight = 0;
  readonly uploads: Uploads;
  readonly streams = new Set<Exchange>();
  readonly sockets = new Set<NodeSocket>();
  readonly #server: Server;
  readonly #webSockets: WebSocketServer;
  readonly #ping: NodeJS.Timeout;
  #idle: (() => void) | undefined;

  constructor(
    readonly site: Site,
    private readonly options: ServerOptions,
  ) {
    this.uploads = new Uploads(options.uploadMsMax, options.uploadStallMsMax);
    // Uploads are timed here (`uploads.ts`), so that a slow one gets an answer; heads are timed by the library.
    this.#server = createServer({
      maxHeaderSize: options.headerBytesMax,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: KEEP_ALIVE_MS,
      requestTimeout: 0,
      noDelay: true,
    });
    this.#server.maxConnections = options.connectionsMax;
    this.#server.on('request', (request, response) => this.#serve(request, response, false));
    this.#server.on('checkContinue', (request, response) => this.#serve(request, response, true));
    this.#server.on('upgrade', (request, stream, rest) => this.#upgrade(request, stream, rest));
    this.#server.on('clientError', refuseGarbage);
    this.#webSockets = new WebSocketServer({
      noServer: true,
      maxPayload: options.socketMessageBytesMax,
      perMessageDeflate: false,
      handleProtocols: (_, request) => chosen.get(request) || false,
    });
    this.#ping = setInterval(() => {
      for (const socket of this.sockets) socket.ping();
    }, PING_MS);
    this.#ping.unref();
  }

  async listening(): Promise<HttpServer> {
    const { host, port } = this.options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => {
        this.#quiet();
        reject(error.code === 'EADDRINUSE' ? new PortInUseError(host, port) : error);
      });
      this.#server.listen({ host, port, exclusive: true }, resolve);
    });
    this.port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  async stop(): Promise<void> {
    if (this.stopping) return;
    this.stopping = true;
    this.#server.close();
    this.#server.closeIdleConnections();
    for (const stream of this.streams) stream.endStream();
    for (const socket of this.sockets) socket.close(1001, 'the server stops');
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([
      new Promise<void>((resolve) => {
        this.#idle = resolve;
        this.#settle();
      }),
      new Promise<void>((resolve) => {
        timer = setTimeout(resolve, this.options.stopMsMax);
      }),
    ]);
    clearTimeout(timer);
    this.#quiet();
    for (const socket of this.sockets) socket.terminate();
    this.#server.closeAllConnections();
  }

  finished(): void {
    this.inFlight--;
    if (this.stopping) this.#settle();
  }

  #quiet(): void {
    this.uploads.stop();
    clearInterval(this.#ping);
  }

  #settle(): void {
    if (this.#idle !== undefined && this.inFlight === 0 && this.sockets.size === 0) this.#idle();
  }

  #serve(request: IncomingMessage, response: ServerResponse, wantsContinue: boolean): void {
    const head = new NodeHead(request);
    const exchange = new Exchange(this, request, response);
    let admitted: Reply | Promise<Reply> | Upload;
    try {
      admitted = this.site.admit(head);
    } catch {
      admitted = BROKEN;
    }
    this.inFlight++;
    if (isUpload(admitted)) exchange.receive(admitted, Number(head.header('content-length') || 0), wantsContinue);
    else exchange.answer(admitted);
    head.close();
  }

  #upgrade(request: IncomingMessage, stream: Duplex, rest: Buffer): void {
    stream.on('error', () => stream.destroy());
    const head = new NodeHead(request);
    let answer: Accepted | Reply;
    try {
      answer = this.stopping ? { status: 503 } : this.site.upgrade(head);
    } catch {
      answer = BROKEN;
    }
    head.close();
    if ('status' in answer) {
      stream.end(rawReply(answer));
      return;
    }
    const accepted = answer;
    chosen.set(request, accepted.protocol);
    this.#webSockets.handleUpgrade(request, stream, rest, (ws) => {
      const socket = new NodeSocket(ws, this.options.socketBufferBytesMax);
      this.sockets.add(socket);
      const events = accepted.open(socket);
      socket.drained = () => events.drained();
      ws.on('message', (message: Buffer, isBinary) => {
        events.message(isBinary ? new Uint8Array(message) : message.toString('utf8'));
      });
      ws.on('pong', () => {
        socket.alive = true;
      });
      ws.on('error', () => ws.terminate());
      ws.on('close', (code) => {
        this.sockets.delete(socket);
        events.closed(code);
        this.#settle();
      });
    });
  }
}

/** The subprotocol chosen for an upgrade under way. */
const chosen = new WeakMap<IncomingMessage, string>();

class NodeHead implements Head {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  #request: IncomingMessage | undefined;

  constructor(request: IncomingMessage) {
    this.#request = request;
    this.method = request.method ?? 'GET';
    const url = request.url ?? '/';
    const mark = url.indexOf('?');
    this.path = mark < 0 ? url : url.slice(0, mark);
    this.query = mark < 0 ? '' : url.slice(mark + 1);
  }
  header(name: string): string {
    const value = this.#live().headers[name];
    return value === undefined ? '' : typeof value === 'string' ? value : value.join(', ');
  }
  eachHeader(visit: (name: string, value: string) => void): void {
    const { headers } = this.#live();
    for (const name of Object.keys(headers)) visit(name, this.header(name));
  }
  close(): void {
    this.#request = undefined;
  }
  #live(): IncomingMessage {
    if (this.#request === undefined) throw new Error('A head is read during admit or upgrade, not later.');
    return this.#request;
  }
}

class Exchange implements Watched {
  startedAt = 0;
  movedAt = 0;
  #open = true;
  #upload: Upload | undefined;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #stream: SourceEvents | undefined;

  constructor(
    private readonly server: NodeServer,
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
  ) {
    response.on('close', () => {
      const stream = this.#stream;
      this.#finish();
      stream?.gone();
    });
    request.on('error', () => {});
    response.on('error', () => {});
  }

  receive(upload: Upload, declared: number, wantsContinue: boolean): void {
    if (declared > upload.maxBytes) {
      this.#refuse(upload.refuse('body_too_large'), upload.maxBytes);
      return;
    }
    if (wantsContinue) this.response.writeContinue();
    this.#upload = upload;
    this.startedAt = this.server.uploads.now;
    this.movedAt = this.startedAt;
    this.server.uploads.add(this);
    this.request.on('data', (chunk: Buffer) => this.#data(chunk));
    this.request.on('end', () => this.#complete());
  }

  answer(reply: Reply | Promise<Reply>): void {
    if (!isLater(reply)) {
      this.#send(reply);
      return;
    }
    reply.then(
      (settled) => this.#send(settled),
      () => this.#send(BROKEN),
    );
  }

  timedOut(): void {
    const upload = this.#received();
    if (upload !== undefined) this.#send({ ...upload.refuse('upload_timed_out'), close: true });
  }

  endStream(): void {
    const stream = this.#stream;
    this.#finish();
    stream?.gone();
    this.response.end();
  }

  #data(chunk: Buffer): void {
    const upload = this.#upload;
    if (upload === undefined) return;
    this.movedAt = this.server.uploads.now;
    this.#bytes += chunk.byteLength;
    if (this.#bytes <= upload.maxBytes) {
      this.#chunks.push(chunk);
      return;
    }
    this.#received();
    this.#refuse(upload.refuse('body_too_large'), upload.maxBytes);
  }

  #complete(): void {
    const chunks = this.#chunks;
    const upload = this.#received();
    if (upload === undefined) return;
    const body = chunks.length === 0 ? EMPTY : chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
    let reply: Reply | Promise<Reply>;
    try {
      reply = upload.receive(body);
    } catch {
      reply = BROKEN;
    }
    this.answer(reply);
  }

  #received(): Upload | undefined {
    const upload = this.#upload;
    if (upload === undefined) return undefined;
    this.#upload = undefined;
    this.#chunks = [];
    this.server.uploads.remove(this);
    return upload;
  }

  #finish(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#received();
    if (this.#stream !== undefined) {
      this.#stream = undefined;
      this.server.streams.delete(this);
    }
    this.server.finished();
  }

  /**
   * Answers while the body still comes, and takes in enough of it for the client to read the answer. The library closes
   * a connection as soon as its last response has ended, so that one ends when the body does.
   */
  #refuse(reply: Reply, maxBytes: number): void {
    const { request, response } = this;
    const { uploads } = this.server;
    const rest: Watched = { startedAt: uploads.now, movedAt: uploads.now, timedOut: () => request.socket.destroy() };
    let drained = this.#bytes;
    request.on('data', (chunk: Buffer) => {
      rest.movedAt = uploads.now;
      drained += chunk.byteLength;
      if (drained > maxBytes * DRAIN_FACTOR) request.socket.destroy();
    });
    request.on('end', () => response.end());
    response.on('close', () => uploads.remove(rest));
    uploads.add(rest);
    this.#send({ ...reply, close: true }, false);
    this.#finish();
  }

  #send(reply: Reply, ends = true): void {
    if (!this.#open) return;
    if (reply === DROPPED) {
      this.request.socket.destroy();
      return;
    }
    const { response } = this;
    const { body, contentType, headers, status } = reply;
    response.statusCode = status;
    if (contentType !== undefined) response.setHeader('Content-Type', contentType);
    if (headers !== undefined) {
      for (let at = 0; at + 1 < headers.length; at += 2)
        response.appendHeader(headers[at] as string, headers[at + 1] as string);
    }
    if (reply.close === true || this.server.stopping) response.setHeader('Connection', 'close');
    if (body !== undefined && isSource(body)) {
      if (this.request.method === 'HEAD') response.end();
      else this.#pour(body);
      return;
    }
    const whole = body ?? EMPTY;
    if (!isBodiless(status)) {
      response.setHeader('Content-Length', typeof whole === 'string' ? Buffer.byteLength(whole) : whole.byteLength);
    }
    if (ends) response.end(whole);
    else response.write(whole);
  }

  #pour(source: Source): void {
    const { response } = this;
    response.flushHeaders();
    this.server.streams.add(this);
    let ended = false;
    const events = source.open({
      write: (chunk) => this.#open && !ended && response.write(chunk),
      end: () => {
        ended = true;
        this.server.streams.delete(this);
        this.#stream = undefined;
        response.end();
      },
    });
    if (ended) return;
    this.#stream = events;
    response.on('drain', () => this.#stream?.drained());
    if (this.server.stopping) this.endStream();
  }
}

class NodeSocket implements Socket {
  alive = true;
  drained: () => void = () => {};
  #waiting = false;

  constructor(
    private readonly ws: WebSocket,
    private readonly bufferBytesMax: number,
  ) {}

  send(message: Payload): boolean {
    const { ws } = this;
    if (ws.readyState !== ws.OPEN) return false;
    ws.send(message, this.#sent);
    const buffered = ws.bufferedAmount;
    if (buffered > this.bufferBytesMax) ws.terminate();
    this.#waiting = buffered > 0;
    return !this.#waiting;
  }
  buffered(): number {
    return this.ws.readyState === this.ws.OPEN ? this.ws.bufferedAmount : 0;
  }
  close(code: number, reason: string): void {
    this.ws.close(code, reason);
  }
  ping(): void {
    if (this.alive) {
      this.alive = false;
      this.ws.ping();
    } else this.ws.terminate();
  }
  terminate(): void {
    this.ws.terminate();
  }
  readonly #sent = (): void => {
    if (!this.#waiting || this.ws.bufferedAmount > 0) return;
    this.#waiting = false;
    this.drained();
  };
}

/** What is not HTTP at all, answered as far as it can be. */
function refuseGarbage(error: NodeJS.ErrnoException, stream: Duplex): void {
  if (!stream.writable || error.code === 'ECONNRESET') {
    stream.destroy();
    return;
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  stream.end(rawReply({ status }));
}

/** A reply for a connection that has no response object. */
function rawReply(reply: Reply): Buffer {
  const body = reply.body === undefined || isSource(reply.body) ? EMPTY : Buffer.from(reply.body as string);
  const lines = [`HTTP/1.1 ${statusLine(reply.status)}`, 'Connection: close', `Content-Length: ${body.byteLength}`];
  if (reply.contentType !== undefined) lines.push(`Content-Type: ${reply.contentType}`);
  const headers = reply.headers ?? [];
  for (let at = 0; at + 1 < headers.length; at += 2) lines.push(`${headers[at]}: ${headers[at + 1]}`);
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
}
