/**
 * The fast server: uWebSockets.js, where its binary loads. The only file that knows it (DESIGN: measured facts).
 *
 * Invariants of the library, kept here: a request object dies when its handler returns; a response may be touched
 * neither after its end nor after its abort; a data chunk is gone when its callback returns; writes outside a callback
 * of the response are corked. `endWithoutBody` with any argument leaves the response pending, so a
 * HEAD's length is written as a header. A pipelined request that comes while an earlier one still waits for its reply closes the
 * connection: the library cannot hold it, and it never mixes them.
 * It is long because all of the contract meets one library here.
 */
import type { HttpRequest, HttpResponse, TemplatedApp, us_listen_socket, WebSocket } from 'uWebSockets.js';
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
  type SocketEvents,
  type Source,
  type SourceEvents,
  type Upload,
} from './http-server.js';
import { isBodiless, statusLine } from './status-line.js';
import { Uploads, type Watched } from './uploads.js';

/** Above this a body is handed over piece by piece as the client takes it, instead of copied into a buffer whole. */
const WHOLE_BYTES_MAX = 65_536;
/** Seconds; more than 960 kills the process. */
const SOCKET_IDLE_SECONDS = 120;
/** LIBUS_LISTEN_EXCLUSIVE_PORT: without it two processes share a port and nobody notices. */
const EXCLUSIVE_PORT = 1;
const EMPTY = new Uint8Array(0);

type Library = typeof import('uWebSockets.js');

/** Loads the binary. Throws where there is none for this platform and Node. */
export async function loadUws(headerBytesMax: number): Promise<ServerAdapter> {
  // Read by the library once, as it loads.
  process.env.UWS_HTTP_MAX_HEADERS_SIZE = String(headerBytesMax);
  const library = await import('uWebSockets.js');
  return { name: 'uws', listen: async (site, options) => new UwsServer(library, site, options).listening() };
}

class UwsServer implements HttpServer {
  port = 0;
  stopping = false;
  inFlight = 0;
  readonly uploads: Uploads;
  readonly streams = new Set<Exchange>();
  readonly sockets = new Set<UwsSocket>();
  readonly #app: TemplatedApp;
  #listener: us_listen_socket | undefined;
  #connections = 0;
  #idle: (() => void) | undefined;

  constructor(
    private readonly library: Library,
    readonly site: Site,
    private readonly options: ServerOptions,
  ) {
    this.uploads = new Uploads(options.uploadMsMax, options.uploadStallMsMax);
    this.#app = library.App();
    const counted = (res: HttpResponse, change: number): void => {
      this.#connections += change;
      if (change > 0 && this.#connections > options.connectionsMax) res.close();
    };
    this.#app.filter(counted);
    this.#app.ws<Seat>('/*', {
      idleTimeout: SOCKET_IDLE_SECONDS,
      sendPingsAutomatically: true,
      maxPayloadLength: options.socketMessageBytesMax,
      maxBackpressure: options.socketBufferBytesMax,
      closeOnBackpressureLimit: true,
      upgrade: (res, req, context) => this.#upgrade(res, req, context),
      open: (ws) => {
        const seat = ws.getUserData();
        seat.socket = new UwsSocket(ws);
        this.sockets.add(seat.socket);
        seat.events = seat.accepted.open(seat.socket);
      },
      message: (ws, message, isBinary) => {
        const copy = isBinary ? new Uint8Array(message.slice(0)) : Buffer.from(message).toString('utf8');
        ws.getUserData().events?.message(copy);
      },
      drain: (ws) => {
        if (ws.getBufferedAmount() === 0) ws.getUserData().events?.drained();
      },
      close: (ws, code) => {
        const seat = ws.getUserData();
        if (seat.socket !== undefined) {
          seat.socket.open = false;
          this.sockets.delete(seat.socket);
        }
        seat.events?.closed(code);
        this.#settle();
      },
    });
    this.#app.any('/*', (res, req) => this.#serve(res, req));
  }

  async listening(): Promise<HttpServer> {
    const { host, port } = this.options;
    await new Promise<void>((resolve, reject) => {
      // The declaration leaves this form out; the binary takes host, port, options and callback.
      const listen = this.#app.listen as unknown as (
        host: string,
        port: number,
        options: number,
        done: (token: us_listen_socket | false) => void,
      ) => void;
      listen.call(this.#app, host, port, EXCLUSIVE_PORT, (token) => {
        if (token === false) return reject(new PortInUseError(host, port));
        this.#listener = token;
        this.port = this.library.us_socket_local_port(
          token as unknown as Parameters<Library['us_socket_local_port']>[0],
        );
        resolve();
      });
    }).catch((error) => {
      this.uploads.stop();
      throw error;
    });
    return this;
  }

  async stop(): Promise<void> {
    if (this.stopping) return;
    this.stopping = true;
    if (this.#listener !== undefined) this.library.us_listen_socket_close(this.#listener);
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
    this.uploads.stop();
    this.#app.close();
  }

  finished(): void {
    this.inFlight--;
    if (this.stopping) this.#settle();
  }

  #settle(): void {
    if (this.#idle !== undefined && this.inFlight === 0 && this.sockets.size === 0) this.#idle();
  }

  #serve(res: HttpResponse, req: HttpRequest): void {
    const head = new UwsHead(req);
    const exchange = new Exchange(this, res, head.method === 'HEAD');
    let admitted: Reply | Promise<Reply> | Upload;
    try {
      admitted = this.site.admit(head);
    } catch {
      admitted = BROKEN;
    }
    this.inFlight++;
    if (isUpload(admitted)) exchange.receive(admitted, Number(head.header('content-length') || 0));
    else exchange.answer(admitted);
    head.close();
  }

  #upgrade(res: HttpResponse, req: HttpRequest, context: Parameters<HttpResponse['upgrade']>[4]): void {
    const head = new UwsHead(req);
    let answer: Accepted | Reply;
    try {
      answer = this.stopping ? { status: 503 } : this.site.upgrade(head);
    } catch {
      answer = BROKEN;
    }
    if ('status' in answer) {
      this.inFlight++;
      new Exchange(this, res, false).answer(answer);
    } else {
      const seat: Seat = { accepted: answer, socket: undefined, events: undefined };
      const key = head.header('sec-websocket-key');
      res.upgrade(seat, key, answer.protocol, head.header('sec-websocket-extensions'), context);
    }
    head.close();
  }
}

class UwsHead implements Head {
  readonly method: string;
  readonly path: string;
  #request: HttpRequest | undefined;

  constructor(request: HttpRequest) {
    this.#request = request;
    this.method = request.getCaseSensitiveMethod();
    this.path = request.getUrl();
  }
  get query(): string {
    return this.#live().getQuery() ?? '';
  }
  header(name: string): string {
    return this.#live().getHeader(name);
  }
  eachHeader(visit: (name: string, value: string) => void): void {
    this.#live().forEach(visit);
  }
  close(): void {
    this.#request = undefined;
  }
  #live(): HttpRequest {
    if (this.#request === undefined) throw new Error('A head is read during admit or upgrade, not later.');
    return this.#request;
  }
}

/** One request and its reply. `res` is undefined once it may not be touched any more. */
class Exchange implements Watched {
  startedAt = 0;
  movedAt = 0;
  #res: HttpResponse | undefined;
  #upload: Upload | undefined;
  #chunks: Buffer[] | undefined;
  #bytes = 0;
  #watched = false;
  #stream: SourceEvents | undefined;
  #listened = false;

  constructor(
    private readonly server: UwsServer,
    res: HttpResponse,
    private readonly bodiless: boolean,
  ) {
    this.#res = res;
  }

  receive(upload: Upload, declared: number): void {
    if (declared > upload.maxBytes) {
      const reply = upload.refuse('body_too_large');
      this.#send({ ...reply, close: declared > upload.maxBytes * DRAIN_FACTOR }, true);
      return;
    }
    const { uploads } = this.server;
    this.#upload = upload;
    this.startedAt = uploads.now;
    this.movedAt = uploads.now;
    this.#watched = true;
    uploads.add(this);
    this.#listen();
    this.#res?.onData((chunk, isLast) => this.#data(chunk, isLast));
  }

  answer(reply: Reply | Promise<Reply>): void {
    if (!isLater(reply)) {
      this.#send(reply, true);
      return;
    }
    this.#listen();
    reply.then(
      (settled) => this.#send(settled, false),
      () => this.#send(BROKEN, false),
    );
  }

  timedOut(): void {
    const upload = this.#upload;
    this.#watched = false;
    this.#upload = undefined;
    this.#chunks = undefined;
    if (upload !== undefined) this.#send({ ...upload.refuse('upload_timed_out'), close: true }, false);
  }

  endStream(): void {
    const stream = this.#stream;
    const res = this.#res;
    this.#finish();
    stream?.gone();
    res?.cork(() => res.end('', true));
  }

  #data(chunk: ArrayBuffer, isLast: boolean): void {
    const upload = this.#upload;
    if (upload === undefined) return;
    this.movedAt = this.server.uploads.now;
    this.#bytes += chunk.byteLength;
    if (this.#bytes > upload.maxBytes) {
      this.#received();
      this.#send(upload.refuse('body_too_large'), true);
      return;
    }
    if (!isLast) {
      if (chunk.byteLength === 0) return;
      const copy = Buffer.from(new Uint8Array(chunk));
      if (this.#chunks === undefined) this.#chunks = [copy];
      else this.#chunks.push(copy);
      return;
    }
    let body: Uint8Array = EMPTY;
    if (this.#chunks === undefined) {
      if (chunk.byteLength > 0) body = Buffer.from(new Uint8Array(chunk));
    } else {
      this.#chunks.push(Buffer.from(chunk));
      body = Buffer.concat(this.#chunks, this.#bytes);
    }
    this.#received();
    let reply: Reply | Promise<Reply>;
    try {
      reply = upload.receive(body);
    } catch {
      reply = BROKEN;
    }
    this.answer(reply);
  }

  #received(): void {
    this.#upload = undefined;
    this.#chunks = undefined;
    if (this.#watched) {
      this.#watched = false;
      this.server.uploads.remove(this);
    }
  }

  #listen(): void {
    if (this.#listened) return;
    this.#listened = true;
    this.#res?.onAborted(() => {
      const stream = this.#stream;
      this.#finish();
      stream?.gone();
    });
  }

  #finish(): void {
    if (this.#res === undefined) return;
    this.#res = undefined;
    this.#received();
    if (this.#stream !== undefined) {
      this.#stream = undefined;
      this.server.streams.delete(this);
    }
    this.server.finished();
  }

  /** `corked`: called from a callback of the response itself. */
  #send(reply: Reply, corked: boolean): void {
    const res = this.#res;
    if (res === undefined) return;
    if (reply === DROPPED) {
      this.#finish();
      res.close();
    } else if (corked) this.#write(res, reply);
    else res.cork(() => this.#write(res, reply));
  }

  #write(res: HttpResponse, reply: Reply): void {
    const { body, contentType, headers } = reply;
    const close = reply.close === true || this.server.stopping;
    if (reply.status !== 200) res.writeStatus(statusLine(reply.status));
    if (contentType !== undefined) res.writeHeader('Content-Type', contentType);
    if (headers !== undefined) {
      for (let at = 0; at + 1 < headers.length; at += 2)
        res.writeHeader(headers[at] as string, headers[at + 1] as string);
    }
    if (body !== undefined && isSource(body)) {
      if (this.bodiless) this.#end(res, reply.status, EMPTY, close);
      else this.#pour(res, body);
    } else this.#end(res, reply.status, body ?? EMPTY, close);
  }

  #end(res: HttpResponse, status: number, body: Payload, close: boolean): void {
    if (this.bodiless || isBodiless(status)) {
      if (!isBodiless(status)) {
        const length = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
        res.writeHeader('Content-Length', String(length));
      }
      if (close) res.writeHeader('Connection', 'close');
      res.endWithoutBody();
      this.#finish();
    } else if (body.length <= WHOLE_BYTES_MAX || close) {
      res.end(body, close);
      this.#finish();
    } else this.#endInPieces(res, typeof body === 'string' ? Buffer.from(body) : body);
  }

  #endInPieces(res: HttpResponse, body: Uint8Array): void {
    this.#listen();
    const total = body.byteLength;
    const start = res.getWriteOffset();
    const [, done] = res.tryEnd(body, total);
    if (done) {
      this.#finish();
      return;
    }
    res.onWritable((offset) => {
      const [taken, finished] = res.tryEnd(body.subarray(offset - start), total);
      if (finished) this.#finish();
      return taken;
    });
  }

  #pour(res: HttpResponse, source: Source): void {
    this.#listen();
    this.server.streams.add(this);
    let corking = true;
    this.#stream = source.open({
      write: (chunk) => {
        if (this.#res === undefined) return false;
        if (corking) return res.write(chunk);
        let taken = true;
        res.cork(() => {
          taken = res.write(chunk);
        });
        return taken;
      },
      end: () => {
        if (this.#res === undefined) return;
        this.#finish();
        if (corking) res.end();
        else res.cork(() => res.end());
      },
    });
    corking = false;
    if (this.#res === undefined) {
      this.#stream = undefined;
      this.server.streams.delete(this);
      return;
    }
    res.onWritable(() => {
      this.#stream?.drained();
      return true;
    });
    if (this.server.stopping) this.endStream();
  }
}

/** What a WebSocket carries with it. */
interface Seat {
  readonly accepted: Accepted;
  socket: UwsSocket | undefined;
  events: SocketEvents | undefined;
}

class UwsSocket implements Socket {
  open = true;
  constructor(private readonly ws: WebSocket<Seat>) {}

  send(message: Payload): boolean {
    if (!this.open) return false;
    return this.ws.send(message, typeof message !== 'string') === 1;
  }
  buffered(): number {
    return this.open ? this.ws.getBufferedAmount() : 0;
  }
  close(code: number, reason: string): void {
    if (this.open) this.ws.end(code, reason);
  }
}
