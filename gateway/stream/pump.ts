/**
 * Moves outcomes from the engine to one reader, at the reader's pace. Nothing is queued here: it pulls only what the
 * reader has room for, so a slow one holds no more than a cursor (DESIGN D6).
 */
import { limits } from '../../actors/limits.js';
import type { Delivery, Engine, TailRequest } from '../../engine/contract.js';

export interface Reader {
  /** How many deliveries it can take now; 0: none, until `resume` is called. */
  room(): number;
  deliver(delivery: Delivery): void;
  /** The cursor was before the oldest history kept: some outcomes can no longer be given. */
  gap(): void;
  /** Nothing more will come: the engine refused, or stopped. Not called after `stop`. */
  failed(thrown: unknown): void;
}

export class Pump {
  readonly #abort = new AbortController();
  #wake: (() => void) | undefined;

  /** Throws where the cursor is refused at once. */
  constructor(engine: Pick<Engine, 'tail'>, request: TailRequest, reader: Reader) {
    const tail = engine.tail(request);
    void this.#run(tail, reader).finally(() => tail.close());
  }

  /** The reader has room again. */
  resume(): void {
    this.#wake?.();
  }

  stop(): void {
    this.#abort.abort();
    this.#wake?.();
  }

  async #run(tail: ReturnType<Engine['tail']>, reader: Reader): Promise<void> {
    const { signal } = this.#abort;
    try {
      while (!signal.aborted) {
        const room = Math.min(reader.room(), limits.streamBatchMax);
        if (room <= 0) {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
          this.#wake = undefined;
          continue;
        }
        const { deliveries, gap } = await tail.next(room, signal);
        if (signal.aborted) return;
        if (gap) reader.gap();
        for (const delivery of deliveries) reader.deliver(delivery);
      }
    } catch (thrown) {
      if (!signal.aborted) reader.failed(thrown);
    }
  }
}
