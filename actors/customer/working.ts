/**
 * One entry under judgement: the state as it stands after the outcomes decided so far.
 *
 * Invariants: (1) the state is `evolve` folded over `outcomes` and nothing else; whatever the judge wants to change it
 * must say as an outcome; (2) the state that was given
 * is changed in place: after a throw half way it is good for nothing, and whoever owns it makes it anew from its record.
 */
import type { Cause, Outcome, OutcomeData, OutcomeType } from '../outcome.js';
import type { Position } from './entry.js';
import { evolve } from './evolve.js';
import { type CustomerState, initial } from './state.js';

/** The cause of what time itself brings. */
export const TIME: Cause = {};

export class Working {
  readonly outcomes: Outcome[] = [];
  readonly customerId: string;
  /** Business time of the entry, ms. */
  readonly arrival: number;
  /** Outcomes of this entry that were judged by campaigns which count outcomes (`trigger.ts`). */
  triggered = 0;
  /** What holds levels is asked after this instant, ms: what has ended by then brings nothing back. It never goes back. */
  after: number;
  /** As of when audiences were drawn last, ms. */
  drawn = Number.NEGATIVE_INFINITY;
  readonly #state: CustomerState;
  readonly #position: Position;
  #next = 0;

  constructor(customerId: string, state: CustomerState | undefined, position: Position, arrival: number) {
    this.customerId = customerId;
    this.#state = state ?? initial(customerId);
    this.#position = position;
    this.arrival = arrival;
    // The deadlines of the last arrival's own instant have been done, but on event time they are still to come.
    this.after = state === undefined ? Number.NEGATIVE_INFINITY : state.imported ? state.arrival - 1 : state.arrival;
  }

  /** Deadlines up to here have been done, ms. */
  doneUpTo(instant: number): void {
    this.after = Math.max(this.after, instant);
  }

  /** The state as it stands. */
  get now(): CustomerState {
    return this.#state;
  }

  /** The id the next public outcome will have (DESIGN D4): what it brings into being is named by it. */
  get nextId(): string {
    return this.#position + '-' + this.#next;
  }

  /** A public outcome. */
  tell<T extends OutcomeType>(type: T, time: number, cause: Cause, data: OutcomeData[T]): void {
    this.#add(this.#position + '-' + this.#next++, type, time, cause, data);
  }

  /** An internal outcome. */
  note<T extends OutcomeType>(type: T, time: number, cause: Cause, data: OutcomeData[T]): void {
    this.#add('', type, time, cause, data);
  }

  #add(id: string, type: OutcomeType, time: number, cause: Cause, data: unknown): void {
    const outcome = { id, type, customerId: this.customerId, time, cause, data } as Outcome;
    this.outcomes.push(outcome);
    evolve(this.#state, outcome);
  }
}
