/** What reaches a customer's actor: one journal entry. Only types here. */
import type { Event } from '../event.js';

/** Where an entry stands in the journal, as API.md shows it: `<shard>-<sequence>`. Outcome ids are `<position>-<n>`. */
export type Position = string;

interface Placed {
  readonly position: Position;
  /** Wall time at which the journal took the entry, ms. Never goes back within a shard (DESIGN D10). */
  readonly stamp: number;
}

/** An event was reported. */
export interface EventEntry extends Placed {
  readonly kind: 'event';
  readonly event: Event;
  /** Reported with `clock=event`: arrival is then the later of the event's time and the customer's last arrival. */
  readonly imported: boolean;
}

/** Nobody else woke the customer: something may be due by `stamp`. Decides nothing where nothing is. */
export interface DueEntry extends Placed {
  readonly kind: 'due';
  readonly customerId: string;
}

export type CustomerEntry = EventEntry | DueEntry;
