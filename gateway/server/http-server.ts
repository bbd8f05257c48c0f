/**
 * What the gateway asks of a web server, and nothing more. Two adapters stand behind it (`uws.ts`, `node.ts`); one
 * contract test (`http-server.int.test.ts`) holds both to it. This file owns only the shapes.
 *
 * Invariants every adapter keeps:
 * 1. A head is read while `admit` or `upgrade` runs, never later: what a route needs of it, it takes then.
 * 2. Replies on one connection leave in the order of their requests, or the connection is closed; never mixed.
 * 3. Bytes are counted as they come: more than `maxBytes` is answered 413 early, a stalled upload 408, and both close.
 * 4. A client that has left is never written to; its handler simply finds no taker.
 * 5. Nothing sent is buffered without bound: `write` and `send` say when to wait, `drained` when to go on.
 */

export type Payload = string | Uint8Array;

/** A request before its body. Only readable while `admit` or `upgrade` runs. */
export interface Head {
  /** Upper case. */
  readonly method: string;
  /** As sent, still percent-encoded, without the query. */
  readonly path: string;
  /** Without the question mark; '' where there is none. */
  readonly query: string;
  /** `name` in lower case; '' where the header is absent. */
  header(name: string): string;
  eachHeader(visit: (name: string, value: string) => void): void;
}

export interface Reply {
  readonly status: number;
  readonly contentType?: string;
  /** Name, value, name, value, …; without Content-Type and Content-Length. */
  readonly headers?: readonly string[];
  readonly body?: Payload | Source;
  /** Close the connection once the reply is out. */
  readonly close?: boolean;
}

/** A body made as fast as the client takes it: server-sent events, a large download. */
export interface Source {
  /** Called once the head is out. May write at once. */
  open(sink: Sink): SourceEvents;
}
export interface SourceEvents {
  /** What was buffered has gone: write on. */
  drained(): void;
  /** The client left, or the server stops: nothing may be written any more. Not called after `end`. */
  gone(): void;
}
export interface Sink {
  /** False: taken, but wait for `drained` before the next one. */
  write(chunk: Payload): boolean;
  end(): void;
}

/** A request whose body is wanted. */
export interface Upload {
  readonly maxBytes: number;
  /** The whole body; the bytes are the callee's to keep. */
  receive(body: Uint8Array): Reply | Promise<Reply>;
  /** The body will not come: too large, or stalled. */
  refuse(why: 'body_too_large' | 'upload_timed_out'): Reply;
}

/** A WebSocket accepted. `protocol`: the subprotocol chosen, '' for none. */
export interface Accepted {
  readonly protocol: string;
  open(socket: Socket): SocketEvents;
}
export interface SocketEvents {
  /** Text comes as a string, binary as bytes of the callee's own. */
  message(message: Payload): void;
  drained(): void;
  /** Once, whoever closed it. */
  closed(code: number): void;
}
export interface Socket {
  /** False: buffered, wait for `drained`. A socket already closed swallows it and answers false. */
  send(message: Payload): boolean;
  /** Bytes sent and not yet taken by the client. */
  buffered(): number;
  close(code: number, reason: string): void;
}

/** The application behind the server. Whatever it throws is answered 500 by the server, in one line of text. */
export interface Site {
  /** Called with the head, before any of the body is read: a Reply (now or later), or an Upload that wants the body. */
  admit(head: Head): Reply | Promise<Reply> | Upload;
  /** A WebSocket is asked for. */
  upgrade(head: Head): Accepted | Reply;
}

export interface ServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly headerBytesMax: number;
  readonly connectionsMax: number;
  /** For a whole body to arrive, ms. */
  readonly uploadMsMax: number;
  /** Without a single byte of it arriving, ms. */
  readonly uploadStallMsMax: number;
  /** Sent to a WebSocket and not taken by it; beyond it the socket is closed. */
  readonly socketBufferBytesMax: number;
  readonly socketMessageBytesMax: number;
  /** For requests in flight to finish when stopping, ms. */
  readonly stopMsMax: number;
}

export interface HttpServer {
  readonly port: number;
  /** Stops accepting, lets what is in flight finish, closes sockets (1001) and streams, then all connections. */
  stop(): Promise<void>;
}

export interface ServerAdapter {
  readonly name: 'uws' | 'node';
  /** Rejects with `PortInUseError` where another process listens. */
  listen(site: Site, options: ServerOptions): Promise<HttpServer>;
}

export class PortInUseError extends Error {
  readonly code = 'port_in_use';
  constructor(host: string, port: number) {
    super(`port in use: something already listens on ${host}:${port}. Stop it, or choose another with --port.`);
    this.name = 'PortInUseError';
  }
}

/** A 413 drains a body up to this many times its limit, so that an ordinary client gets to read the answer. */
export const DRAIN_FACTOR = 4;

/** The last resort where the site itself throws: a bug, said without detail. */
export const BROKEN: Reply = { status: 500, contentType: 'text/plain; charset=utf-8', body: 'Internal error\n' };

/** Not a reply: the connection is closed without one, because the outcome is not known (DESIGN D12). */
export const DROPPED: Reply = { status: 0 };

export function isUpload(admitted: Reply | Promise<Reply> | Upload): admitted is Upload {
  return (admitted as Upload).receive !== undefined;
}
export function isLater(reply: Reply | Promise<Reply>): reply is Promise<Reply> {
  return typeof (reply as Promise<Reply>).then === 'function';
}
export function isSource(body: Payload | Source): body is Source {
  return typeof body !== 'string' && !(body instanceof Uint8Array);
}
