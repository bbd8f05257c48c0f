/**
 * `GET /v1/stream`: outcomes over a WebSocket (API: Delivery). The client subscribes, gets `{cursor, outcome}` one by
 * one, and acknowledges; at most `limits.streamUnacknowledgedMax` are under way. At least once: what was not
 * acknowledged comes again after a reconnect with `after`. Text frames are JSON, binary ones MessagePack.
 *
 * Closing codes: 4400 a message that cannot be understood (an `error` message says why), 4401 the key no longer holds,
 * 4503 the engine cannot go on (try again later), 1001 the server stops.
 */
import { limits } from '../../actors/limits.js';
import { toWire } from '../../actors/outcome.js';
import type { Delivery, Engine } from '../../engine/contract.js';
import type { Call } from '../call.js';
import { outcomeText } from '../events/write-outcome.js';
import { decodeMsgpack, encodeMsgpack } from '../msgpack.js';
import { asProblem, ProblemError, problemBody } from '../problem.js';
import { headersNamed, type Route } from '../route.js';
import type { Payload, Socket, SocketEvents } from '../server/http-server.js';
import { streamDocs } from './docs.js';
import { filterOf } from './filter.js';
import type { OpenStream, OpenStreams } from './open-streams.js';
import { Pump, type Reader } from './pump.js';
import { Window } from './window.js';

const PROTOCOLS = ['regulars.json', 'json', 'regulars.msgpack', 'msgpack'];

export function streamRoute(
  engine: Pick<Engine, 'tail'>,
  streams: OpenStreams,
  stands: (call: Call) => boolean,
): Route {
  return {
    method: 'GET',
    pattern: '/v1/stream',
    name: 'stream',
    scope: 'stream',
    readHead: headersNamed('sec-websocket-protocol'),
    docs: streamDocs,
    handle: () => {
      throw new ProblemError('upgrade_required', '/v1/stream is a WebSocket.', { headers: ['Upgrade', 'websocket'] });
    },
    upgrade: (call) => {
      call.query();
      streams.admit();
      const offered = (call.headers.get('sec-websocket-protocol') ?? '').split(',').map((name) => name.trim());
      const protocol = offered.find((name) => PROTOCOLS.includes(name)) ?? '';
      return {
        protocol,
        open: (socket) => new Stream(engine, streams, socket, protocol.endsWith('msgpack'), call, () => stands(call)),
      };
    },
  };
}

class Stream implements SocketEvents, Reader, OpenStream {
  readonly #window = new Window(limits.streamUnacknowledgedMax);
  #pump: Pump | undefined;
  #blocked = false;

  constructor(
    private readonly engine: Pick<Engine, 'tail'>,
    private readonly streams: OpenStreams,
    private readonly socket: Socket,
    private readonly packed: boolean,
    private readonly call: Call,
    private readonly stands: () => boolean,
  ) {
    streams.add(this);
  }

  message(message: Payload): void {
    const complaint = this.#take(message);
    if (complaint !== undefined) this.#end(new ProblemError('unparseable', complaint), 4400);
  }

  drained(): void {
    this.#blocked = false;
    this.#pump?.resume();
  }

  closed(): void {
    this.#pump?.stop();
    this.#pump = undefined;
    this.streams.remove(this);
  }

  beat(): void {
    if (!this.stands()) this.socket.close(4401, 'the key no longer holds');
  }

  room(): number {
    return this.#blocked ? 0 : this.#window.room;
  }

  deliver(delivery: Delivery): void {
    this.#window.sent(delivery.cursor);
    this.#send(
      this.packed
        ? encodeMsgpack({ cursor: delivery.cursor, outcome: toWire(delivery.outcome) })
        : `{"cursor":${JSON.stringify(delivery.cursor)},"outcome":${outcomeText(delivery.outcome)}}`,
    );
  }

  gap(): void {
    this.#sendValue({ gap: true });
  }

  failed(thrown: unknown): void {
    const problem = asProblem(thrown) ?? new ProblemError('internal', 'The stream cannot go on.');
    this.#end(problem, problem.code === 'cursor_invalid' ? 4400 : 4503);
  }

  /** What is wrong with a message; undefined where it was understood. */
  #take(message: Payload): string | undefined {
    const sent = this.#read(message);
    if (sent === undefined) {
      return 'A message is a JSON object in a text frame, or a MessagePack map in a binary one.';
    }
    if ('subscribe' in sent) return this.#subscribe(sent.subscribe);
    if (!('ack' in sent)) return 'A message is {"subscribe": {…}} or {"ack": "<cursor>"}.';
    if (typeof sent.ack !== 'string') return '"ack" is a cursor.';
    if (this.#window.acknowledge(sent.ack)) this.#pump?.resume();
    return undefined;
  }

  /** Replaces what was subscribed before; what was not acknowledged of it is forgotten, `after` gives it again. */
  #subscribe(wanted: unknown): string | undefined {
    if (typeof wanted !== 'object' || wanted === null || Array.isArray(wanted)) {
      return '"subscribe" is an object: {"customers": ["…"] | "*", "types": ["points.*"], "after": "<cursor>"}.';
    }
    const filter = filterOf(wanted);
    if (!filter.ok) return filter.detail;
    const { customers, types, after } = filter.request;
    this.#pump?.stop();
    this.#window.clear();
    try {
      this.#pump = new Pump(this.engine, filter.request, this);
    } catch (thrown) {
      this.failed(thrown);
      return undefined;
    }
    const shown = customers === undefined ? '*' : [...customers];
    this.#sendValue({ subscribed: { customers: shown, types: types ?? ['*'], after: after ?? null } });
    return undefined;
  }

  #read(message: Payload): Record<string, unknown> | undefined {
    let value: unknown;
    if (typeof message === 'string') {
      try {
        value = JSON.parse(message);
      } catch {
        return undefined;
      }
    } else {
      const decoded = decodeMsgpack(message);
      if (!decoded.ok) return undefined;
      value = decoded.value;
    }
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  }

  #end(problem: ProblemError, closeCode: number): void {
    this.#pump?.stop();
    this.#pump = undefined;
    this.#sendValue({ error: problemBody(problem, this.call.requestId) });
    this.socket.close(closeCode, problem.code);
  }

  #sendValue(value: unknown): void {
    this.#send(this.packed ? encodeMsgpack(value) : JSON.stringify(value));
  }

  #send(message: Payload): void {
    if (!this.socket.send(message)) this.#blocked = true;
  }
}
