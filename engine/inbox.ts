/** What waits for its turn, first come first served, and how much that is. */

/** Places of work done that stay in the list before the rest is moved up. */
const DONE_KEPT_MAX = 32;

export class Inbox<W extends { readonly weight: number }> {
  /** Work done leaves its place at once: it may hold a large body. */
  private readonly waiting: (W | undefined)[] = [];
  private head = 0;
  private weighs = 0;

  /** Of all that waits. */
  get weight(): number {
    return this.weighs;
  }

  /** Whose turn it is; undefined where nobody waits. */
  get first(): W | undefined {
    return this.waiting[this.head];
  }

  push(work: W): void {
    this.waiting.push(work);
    this.weighs += work.weight;
  }

  /** Takes the first out. */
  shift(): void {
    this.weighs -= this.waiting[this.head]!.weight;
    this.waiting[this.head++] = undefined;
    if (this.head === this.waiting.length) this.waiting.length = 0;
    else if (this.head > DONE_KEPT_MAX) this.waiting.splice(0, this.head);
    else return;
    this.head = 0;
  }

  /** Takes everybody out. */
  drain(): W[] {
    const all = this.waiting.slice(this.head) as W[];
    this.waiting.length = 0;
    this.head = 0;
    this.weighs = 0;
    return all;
  }
}
