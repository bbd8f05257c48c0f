/**
 * Several customers of one brand and their merges, for tests of the decider: whom an id stands for, what was seen before
 * and what another remembers is as the engine has it (`engine/customers.ts`, `engine/merges.ts`). Every step also proves
 * that the judged state is the fold of its outcomes.
 */
import { deepStrictEqual } from 'node:assert/strict';
import { Packr } from 'msgpackr';
import type { Event, Json, MergeData } from '../../event.js';
import type { Outcome } from '../../outcome.js';
import type { Program } from '../../program/program.js';
import type { CustomerEntry, Position } from '../entry.js';
import { evolve } from '../evolve.js';
import { MemoryHistory } from '../history.memory.js';
import { judge } from '../judge.js';
import { profile } from '../profile.js';
import { fromRow, toRow } from '../row.js';
import type { Reported } from '../scenario.js';
import { MemoryLimits } from '../shared-limits.memory.js';
import type { CustomerState } from '../state.js';

const packr = new Packr({ useRecords: false });

class Customer {
  readonly history = new MemoryHistory();
  state: CustomerState | undefined;
  folded: CustomerState | undefined;
  mergedInto: string | undefined;

  constructor(readonly id: string) {}
}

export class Crowd {
  readonly #customers = new Map<string, Customer>();
  /** Events as they were addressed; invalid ones are not remembered. */
  readonly #seen = new Set<string>();
  readonly #shared = new MemoryLimits();
  #entries = 0;

  constructor(readonly program: Program) {}

  /** All outcomes, internal ones too; undefined where the event was seen before. */
  report({ event: reported, stamp, imported = false }: Reported): readonly Outcome[] | undefined {
    const seen = JSON.stringify([reported.subject, reported.source, reported.id]);
    if (this.#seen.has(seen)) return undefined;
    const customer = this.#survivor(reported.subject);
    const event = { ...reported, subject: customer.id };
    if (event.type === 'customer.merged') this.#know(customer, (event as Event<MergeData>).data.from);
    const placed = { position: this.#nextPosition(), stamp: stamp ?? event.time };
    const outcomes = this.#judge(customer, { kind: 'event', ...placed, event, imported });
    customer.history.add(event, outcomes);
    const isInvalid = outcomes.some(({ type, data }) => type === 'event.refused' && data.reason === 'invalid');
    if (!isInvalid) this.#seen.add(seen);
    for (const { type, data } of outcomes) if (type === 'customer.merged') this.#merge(customer, data.from);
    return outcomes;
  }

  /** A deadline entry; stamp in ms. */
  time(id: string, stamp: number): readonly Outcome[] {
    const customer = this.#survivor(id);
    const placed = { position: this.#nextPosition(), stamp };
    return this.#judge(customer, { kind: 'due', ...placed, customerId: customer.id });
  }

  /** A run of a campaign without behavior, of an instant; it comes by at `stamp`. Who was merged is reached as the survivor. */
  send(id: string, campaignId: string, run: number, at: number, stamp: number): readonly Outcome[] {
    const customer = this.#survivor(id);
    const placed = { position: this.#nextPosition(), stamp };
    return this.#judge(customer, {
      kind: 'send',
      ...placed,
      customerId: customer.id,
      campaignId,
      run,
      at,
      openFrom: 0,
    });
  }

  /** Undefined: nobody has heard of it. */
  state(id: string): CustomerState | undefined {
    return this.#survivor(id).state;
  }

  profile(id: string, now: number): Record<string, Json> {
    return profile(this.state(id)!, this.program, now);
  }

  /** As after a crash: the customer is read back from the row. */
  restart(id: string): void {
    const customer = this.#survivor(id);
    customer.state = fromRow(packr.unpack(packr.pack(toRow(customer.state!))) as unknown[]);
  }

  #nextPosition(): Position {
    return `0-${++this.#entries}`;
  }

  #judge(customer: Customer, entry: CustomerEntry): readonly Outcome[] {
    const { outcomes, state } = judge(customer.state, entry, this.program, customer.history, this.#shared);
    if (outcomes.length === 0) return outcomes;
    for (const outcome of outcomes) customer.folded = evolve(customer.folded, outcome);
    this.#shared.add(outcomes);
    customer.state = state;
    deepStrictEqual(state, customer.folded);
    return outcomes;
  }

  #survivor(id: string): Customer {
    let customer = this.#wake(id);
    while (customer.mergedInto !== undefined) customer = this.#wake(customer.mergedInto);
    return customer;
  }

  #wake(id: string): Customer {
    let customer = this.#customers.get(id);
    if (customer === undefined) {
      customer = new Customer(id);
      this.#customers.set(id, customer);
    }
    return customer;
  }

  #know({ history }: Customer, from: string): void {
    const { state, mergedInto } = this.#wake(from);
    if (state === undefined && mergedInto === undefined) return;
    history.knows(from, { state, mergedInto: mergedInto === undefined ? undefined : this.#survivor(from).id });
  }

  /** The other half of a merge: the old id is an alias, and what it remembers is asked after the survivor's own. */
  #merge(survivor: Customer, from: string): void {
    const old = this.#wake(from);
    old.mergedInto = survivor.id;
    survivor.history.absorb(old.history);
  }
}
