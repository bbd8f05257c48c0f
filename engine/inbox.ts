/** What waits for its turn, first come first served, and how much that is. */

/** Work done may hold a large body: it stays in the list no longer than it takes to be worth moving the rest. */
const DONE_KEPT_MAX = 32;

export class Inbox<W extends { readonly weight: number }> {
  private readonly waiting: W[] = [];
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
    this.head++;
    if (this.head === this.waiting.length) this.waiting.length = 0;
    else if (this.head > DONE_KEPT_MAX) this.waiting.splice(0, this.head);
    else return;
    this.head = 0;
  }

  /** Takes everybody out. */
  drain(): W[] {
    const all = this.waiting.slice(this.head);
    this.waiting.length = 0;
    this.head = 0;
    this.weighs = 0;
    return all;
  }
}
