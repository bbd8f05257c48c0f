/**
 * All customers of a brand in the reference: events come by an id, which may stand for another customer since a merge; an
 * event that was seen before is a duplicate (API: "this customer, source and id seen before"; "under another subject it is
 * another event").
 */
import { ReferenceCustomer } from './customer.js';
import type { Program } from './document.js';
import { type Brand, newBrand, type ReportedEvent } from './life.js';
import type { ReferenceOutcome } from './outcome.js';

export class ReferenceBrand {
  readonly #brand: Brand = newBrand();
  readonly #customers = new Map<string, ReferenceCustomer>();
  /** Events as they were addressed; "`invalid` is not remembered". */
  readonly #seen = new Set<string>();

  constructor(
    readonly program: Program,
    readonly triggered: boolean,
  ) {}

  /** Whom an id stands for: "the old id is an alias from then on". */
  survivor(id: string): string {
    let survivor = id;
    for (;;) {
      const into = this.#brand.mergedInto.get(survivor);
      if (into === undefined) return survivor;
      survivor = into;
    }
  }

  /** Undefined: a duplicate. */
  report(
    subject: string,
    event: ReportedEvent,
    arrived: { readonly arrival: number; readonly imported: boolean },
  ): ReferenceOutcome[] | undefined {
    const name = JSON.stringify([subject, event.source, event.id]);
    if (this.#seen.has(name)) return undefined;
    const outcomes = this.customer(subject).report(event, arrived);
    const isInvalid = outcomes.some(({ type, data }) => type === 'event.refused' && data.reason === 'invalid');
    if (!isInvalid) this.#seen.add(name);
    return outcomes;
  }

  /** The customer an id stands for; of one who is nobody yet, one who has lived nothing. */
  customer(subject: string): ReferenceCustomer {
    const id = this.survivor(subject);
    let customer = this.#customers.get(id);
    if (customer === undefined) {
      const { program, triggered } = this;
      customer = new ReferenceCustomer(program, { id, triggered, brand: this.#brand });
      this.#customers.set(id, customer);
    }
    return customer;
  }
}
