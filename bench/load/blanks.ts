/**
 * The blanks of a request that was built once: each send is made unique by writing digits over the last ones. It costs
 * nothing that grows with the size of the body, so the generator stays as fast as with one fixed body.
 */
import { CUSTOMER_BLANK, EVENT_BLANK } from './purchase.js';

const ZERO = 48;

/** Hands out the numbers of events and customers; one for all connections of a run. */
export class Numbers {
  /** Events numbered so far, `first` included in none. */
  used = 0;

  /**
   * Customers are `customersFirst` and the `customers - 1` after it, visited in an order far from that of their ids,
   * each once before any comes again.
   */
  constructor(
    private readonly first: number,
    private readonly customersFirst: number,
    private readonly customers: number,
  ) {}

  event(): number {
    return this.first + this.used++;
  }

  customer(event: number): number {
    return this.customersFirst + (((event - this.first) * STRIDE) % this.customers);
  }
}
/** A prime that divides no number of customers used here. */
const STRIDE = 7_368_787;

/** How many blanks `request` has, found once, and filled again and again. */
export class Blanks {
  private readonly events: readonly number[];
  private readonly customers: readonly number[];
  private readonly eventsPerCustomer: number;

  constructor(private readonly request: Buffer) {
    this.events = offsets(request, EVENT_BLANK);
    this.customers = offsets(request, CUSTOMER_BLANK);
    this.eventsPerCustomer = this.events.length / Math.max(1, this.customers.length);
  }

  fill(numbers: Numbers): void {
    const { request, events, customers, eventsPerCustomer } = this;
    let next = 0;
    for (let i = 0; i < customers.length; i++) {
      const event = numbers.event();
      for (let n = 0; n < eventsPerCustomer; n++) write(request, events[next++]!, EVENT_BLANK.length, event);
      write(request, customers[i]!, CUSTOMER_BLANK.length, numbers.customer(event));
    }
  }
}

function write(bytes: Buffer, offset: number, width: number, number: number): void {
  let rest = number;
  for (let i = offset + width - 1; i >= offset; i--) {
    const above = Math.floor(rest / 10);
    bytes[i] = ZERO + rest - above * 10;
    rest = above;
  }
}

function offsets(bytes: Buffer, blank: string): number[] {
  const found = [];
  for (let at = bytes.indexOf(blank); at >= 0; at = bytes.indexOf(blank, at + blank.length)) found.push(at);
  return found;
}
