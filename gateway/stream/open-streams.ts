/** All streams open at this gateway: how many there may be, and the one clock that keeps them alive and lets them go. */
import { limits } from '../../actors/limits.js';
import { ProblemError } from '../problem.js';

export interface OpenStream {
  /** Called now and then: say that you live, or end where you may no longer be read. */
  beat(): void;
}

export class OpenStreams {
  readonly #open = new Set<OpenStream>();
  readonly #timer: NodeJS.Timeout;

  constructor(everyMs: number = limits.streamHeartbeatMs) {
    this.#timer = setInterval(() => {
      for (const stream of this.#open) stream.beat();
    }, everyMs);
    this.#timer.unref();
  }

  get count(): number {
    return this.#open.size;
  }

  /** Throws `streams_full`; asked before a stream is opened, so that the caller gets a proper answer. */
  admit(): void {
    if (this.#open.size < limits.streamsMax) return;
    throw new ProblemError('streams_full', `There may be ${limits.streamsMax} open streams.`, { retryAfterSeconds: 5 });
  }

  add(stream: OpenStream): void {
    this.#open.add(stream);
  }

  remove(stream: OpenStream): void {
    this.#open.delete(stream);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
