/** Whether replies say what they should: every sixteenth is read, the others cost nothing. */
import { eventsOf, type Shape } from './request.js';

const EVERY = 16;
/** As text in JSON, and with one byte of length between in MessagePack. */
const APPLIED = /status.{1,3}applied/g;
/** Once for each offer named, applied or not. */
const NAMED = /"issueId"/g;

export class ReplyCheck {
  private checked = 0;
  private good = 0;

  constructor(private readonly shape: Shape) {}

  /** `reply`: the number of the reply. */
  wants(reply: number): boolean {
    return this.shape.kind !== 'profile' && reply % EVERY === 0;
  }

  look(reply: string): void {
    const { shape } = this;
    this.checked += eventsOf(shape);
    if (shape.kind === 'events') this.good += count(reply, APPLIED);
    else if (shape.kind === 'quote' && count(reply, NAMED) === shape.held) this.good++;
  }

  /** Of what was looked at; 1 of nothing. */
  get share(): number {
    return this.checked === 0 ? 1 : this.good / this.checked;
  }
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
