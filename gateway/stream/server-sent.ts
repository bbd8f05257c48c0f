/**
 * `GET /v1/outcomes`: the same outcomes as server-sent events (API: Delivery). Each has its cursor as `id`, so that a
 * browser resumes by itself with Last-Event-ID. The socket's own pace is the window.
 */
import { limits } from '../../actors/limits.js';
import type { Delivery, Engine, TailRequest } from '../../engine/contract.js';
import { type Call, queryProblem } from '../call.js';
import { outcomeText } from '../events/write-outcome.js';
import { asProblem, ProblemError, problemBody } from '../problem.js';
import { headersNamed, type Route } from '../route.js';
import type { Sink, Source, SourceEvents } from '../server/http-server.js';
import { outcomesDocs } from './docs.js';
import { filterOfQuery } from './filter.js';
import type { OpenStream, OpenStreams } from './open-streams.js';
import { Pump, type Reader } from './pump.js';

export function outcomesRoute(
  engine: Pick<Engine, 'tail'>,
  streams: OpenStreams,
  stands: (call: Call) => boolean,
): Route {
  return {
    method: 'GET',
    pattern: '/v1/outcomes',
    name: 'outcomes',
    scope: 'stream',
    ownFormat: true,
    readHead: headersNamed('last-event-id'),
    docs: outcomesDocs,
    handle: (call) => {
      const filter = filterOfQuery(call.queryText, call.headers.get('last-event-id'));
      if (!filter.ok) throw queryProblem(filter.at, filter.detail);
      streams.admit();
      // A cursor that is refused at once gets a proper answer, before any stream has begun.
      if (filter.request.after !== undefined) engine.tail(filter.request).close();
      const source = new EventSource(engine, streams, filter.request, call, () => stands(call));
      return call.raw(200, 'text/event-stream', source, ['Cache-Control', 'no-store', 'X-Accel-Buffering', 'no']);
    },
  };
}

class EventSource implements Source, SourceEvents, Reader, OpenStream {
  #sink: Sink | undefined;
  #pump: Pump | undefined;
  #blocked = false;

  constructor(
    private readonly engine: Pick<Engine, 'tail'>,
    private readonly streams: OpenStreams,
    private readonly request: TailRequest,
    private readonly call: Call,
    private readonly stands: () => boolean,
  ) {}

  open(sink: Sink): SourceEvents {
    this.#sink = sink;
    this.streams.add(this);
    this.#write('retry: 2000\n\n');
    try {
      this.#pump = new Pump(this.engine, this.request, this);
    } catch (thrown) {
      this.failed(thrown);
    }
    return this;
  }

  drained(): void {
    this.#blocked = false;
    this.#pump?.resume();
  }

  gone(): void {
    this.#sink = undefined;
    this.#pump?.stop();
    this.streams.remove(this);
  }

  beat(): void {
    if (!this.stands()) this.failed(new ProblemError('key_unknown', 'The key no longer holds.'));
    else if (!this.#blocked) this.#write(': beat\n\n');
  }

  room(): number {
    return this.#blocked || this.#sink === undefined ? 0 : limits.streamBatchMax;
  }

  deliver(delivery: Delivery): void {
    this.#write(
      `id: ${delivery.cursor}\ndata: {"cursor":${JSON.stringify(delivery.cursor)},"outcome":${outcomeText(delivery.outcome)}}\n\n`,
    );
  }

  gap(): void {
    this.#write('event: gap\ndata: {"gap":true}\n\n');
  }

  failed(thrown: unknown): void {
    const problem = asProblem(thrown) ?? new ProblemError('internal', 'The stream cannot go on.');
    this.#write(`event: error\ndata: ${JSON.stringify(problemBody(problem, this.call.requestId))}\n\n`);
    const sink = this.#sink;
    this.gone();
    sink?.end();
  }

  #write(text: string): void {
    if (this.#sink !== undefined && !this.#sink.write(text)) this.#blocked = true;
  }
}
