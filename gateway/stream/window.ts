/** Deliveries sent and not yet acknowledged, oldest first, bounded. An acknowledgement covers all before it too. */
export class Window {
  readonly #sent: string[] = [];
  /** Index of the oldest one not acknowledged; the array is cut now and then, not at each acknowledgement. */
  #from = 0;

  constructor(private readonly most: number) {}

  get room(): number {
    return this.most - (this.#sent.length - this.#from);
  }

  sent(cursor: string): void {
    this.#sent.push(cursor);
  }

  /** False where that cursor is not among those waiting. */
  acknowledge(cursor: string): boolean {
    const at = this.#sent.indexOf(cursor, this.#from);
    if (at < 0) return false;
    this.#from = at + 1;
    if (this.#from >= this.most) {
      this.#sent.splice(0, this.#from);
      this.#from = 0;
    }
    return true;
  }

  clear(): void {
    this.#sent.length = 0;
    this.#from = 0;
  }
}
