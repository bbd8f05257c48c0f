/**
 * How a served process ends. On SIGTERM or SIGINT what was opened is closed again, newest first, and the process ends
 * with 0; a second signal ends it at once with 1, and so does what nobody foresaw.
 */
import type { Log } from '../../engine/log.js';

export class Shutdown {
  private readonly steps: (() => unknown)[] = [];
  private told = false;

  constructor(private readonly log: Log) {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => this.onSignal(signal));
    for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, (reason) => this.crash(reason));
  }

  /** Whether the process was told to stop. */
  get stopping(): boolean {
    return this.told;
  }

  /** Adds what is to be done at the end, before what was added earlier. */
  atEnd(step: () => unknown): void {
    this.steps.push(step);
  }

  async run(): Promise<void> {
    for (let step = this.steps.pop(); step !== undefined; step = this.steps.pop()) await step();
  }

  private crash(reason: unknown): void {
    const { message, stack } = reason instanceof Error ? reason : new Error(String(reason));
    this.log.error('crashed', { error: message, stack });
    process.exit(1);
  }

  private onSignal(signal: string): void {
    if (this.told) process.exit(1);
    this.told = true;
    this.log.info('stopping', { signal });
    this.run().then(
      () => process.exit(0),
      (error: Error) => {
        this.log.error('stop_failed', { error: error.message });
        process.exit(1);
      },
    );
  }
}
