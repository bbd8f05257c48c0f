/**
 * The output gate (DESIGN D1): nothing that depends on a journal record leaves before that record is on disk.
 *
 * Owns: who waits for which record. The journal owns when a record is durable.
 * Invariants: waiters of a record are released after those of every earlier one; once failed, the gate never opens
 * again and every waiter is rejected (D12: the outcome is unknown).
 */
export interface Waiter {
  opened(): void;
  failed(error: Error): void;
}

export class Gate {
  private durable: number;
  private failure: Error | undefined;
  /** Ascending by record. */
  private waiting: { record: number; waiter: Waiter }[] = [];

  constructor(durable: number) {
    this.durable = durable;
  }

  get position(): number {
    return this.durable;
  }

  isOpen(record: number): boolean {
    return record <= this.durable && this.failure === undefined;
  }

  /** Calls the waiter when `record` is durable: at once if it is. */
  pass(record: number, waiter: Waiter): void {
    if (this.failure !== undefined) waiter.failed(this.failure);
    else if (record <= this.durable) waiter.opened();
    else {
      let at = this.waiting.length;
      while (at > 0 && this.waiting[at - 1]!.record > record) at--;
      this.waiting.splice(at, 0, { record, waiter });
    }
  }

  /** Takes back a waiter that waits no longer; it is not called any more. */
  leave(waiter: Waiter): void {
    const at = this.waiting.findIndex((one) => one.waiter === waiter);
    if (at >= 0) this.waiting.splice(at, 1);
  }

  get waiters(): number {
    return this.waiting.length;
  }

  wait(record: number): Promise<void> {
    if (this.isOpen(record)) return Promise.resolve();
    return new Promise((resolve, reject) => this.pass(record, { opened: resolve, failed: reject }));
  }

  open(record: number): void {
    if (this.failure !== undefined || record <= this.durable) return;
    this.durable = record;
    let n = 0;
    while (n < this.waiting.length && this.waiting[n]!.record <= record) n++;
    for (const { waiter } of this.waiting.splice(0, n)) waiter.opened();
  }

  fail(error: Error): void {
    if (this.failure !== undefined) return;
    this.failure = error;
    for (const { waiter } of this.waiting.splice(0)) waiter.failed(error);
  }
}
