/**
 * Ids that were merged: whom they stand for, and the half of a merge that is not the survivor's (PROGRAM: Merge). What
 * moves, the judge decides (`actors/customer/merge.ts`).
 *
 * Invariant: who was merged away stands at the entry that did it, and has no later one; so its row, written apart from
 * the survivor's, says for itself whether it has the merge.
 */
import type { Event, MergeData } from '../actors/event.js';
import { limits } from '../actors/limits.js';
import type { Outcome } from '../actors/outcome.js';
import type { Checkpoint } from './checkpoint.js';
import type { Clock } from './contract.js';
import type { Recall } from './recall.js';
import type { Resident, Residents } from './residents.js';

export class Merges {
  constructor(
    private readonly residents: Residents,
    private readonly recall: Recall,
    private readonly checkpoint: Checkpoint,
  ) {}

  /** Whom events for this id come to. */
  survivorOf(customerId: string): string {
    return this.residents.survivor(customerId).id;
  }

  /**
   * The other half of a merge, live or on replay: the customer that an entry of the survivor moved is its alias from
   * now on, and stands at that entry. Its own entries are all before it.
   */
  apply(outcomes: readonly Outcome[], sequence: number, record: number): void {
    for (const outcome of outcomes) {
      if (outcome.type !== 'customer.merged' && outcome.type !== 'sale.claimed') continue;
      const old = this.residents.wake(outcome.data.from);
      if (old.sequence >= sequence) continue;
      old.mergedInto = outcome.customerId;
      old.sequence = sequence;
      this.checkpoint.touch(old, record);
    }
  }

  /** Neither can be merged while entries of it are kept unjudged: they would come to another customer. */
  isParked(resident: Resident, event: Event): boolean {
    return resident.parked.length > 0 || this.residents.survivor((event.data as MergeData).from).parked.length > 0;
  }

  /**
   * Whose keys go before `customer.erased` is judged: the customer's, and those of all merged into it. None where the
   * event is a repeat, which must not take what came later, or will be refused.
   */
  toErase(event: Event, clock: Clock, stamp: number): readonly string[] {
    if (clock === 'wall' && event.time > stamp + limits.futureMsMax) return [];
    const resident = this.residents.survivor(event.subject);
    if (resident.sequence !== 0 && this.recall.event(resident, event, event.subject) !== undefined) return [];
    return [resident.id, ...(resident.actor.state?.aliases ?? [])];
  }
}
