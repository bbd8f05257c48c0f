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

/** A run of a campaign without behavior reaches the customer. Decides nothing where the campaign gives them nothing. */
export interface SendEntry extends Placed {
  readonly kind: 'send';
  readonly customerId: string;
  readonly campaignId: string;
  /** Numbered by the journal: a run opened later has a higher number. */
  readonly run: number;
  /** The instant of the run, ms: the time of its outcomes. */
  readonly at: number;
  /** Runs numbered below it have ended. */
  readonly openFrom: number;
}

export type CustomerEntry = EventEntry | DueEntry | SendEntry;
