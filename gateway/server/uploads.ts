/**
 * Bodies on their way in, and the one clock that watches them: a sweep once a period instead of a timer a request.
 * Invariant: an upload is in the set from its head until its last byte, refusal or abort.
 */
export interface Watched {
  /** Monotonic ms of the head and of the last byte. */
  startedAt: number;
  movedAt: number;
  timedOut(): void;
}

export class Uploads {
  readonly #open = new Set<Watched>();
  readonly #sweep: NodeJS.Timeout;
  /** Coarse monotonic time, ms: good enough for limits in seconds, and free to read. */
  now = performance.now();

  constructor(
    private readonly uploadMsMax: number,
    private readonly stallMsMax: number,
  ) {
    const period = Math.max(10, Math.min(1_000, Math.floor(Math.min(uploadMsMax, stallMsMax) / 4)));
    this.#sweep = setInterval(() => this.sweep(), period);
    this.#sweep.unref();
  }

  add(upload: Watched): void {
    this.#open.add(upload);
  }

  remove(upload: Watched): void {
    this.#open.delete(upload);
  }

  /** Times out what is too slow. */
  sweep(): void {
    this.now = performance.now();
    for (const upload of this.#open) {
      if (this.now - upload.startedAt <= this.uploadMsMax && this.now - upload.movedAt <= this.stallMsMax) continue;
      this.#open.delete(upload);
      upload.timedOut();
    }
  }

  stop(): void {
    clearInterval(this.#sweep);
  }
}
