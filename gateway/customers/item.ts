/** One event of a customer with what it caused, as `GET /v1/customers/{id}/events` shows it. */
import { toWire } from '../../actors/outcome.js';
import type { StreamItem } from '../../engine/contract.js';
import { wireTime } from '../events/wire-time.js';

export function shownItem(item: StreamItem): Record<string, unknown> {
  const { event } = item;
  return {
    position: item.position,
    arrival: wireTime(item.arrival, 'UTC'),
    event: event === undefined ? null : { ...event, time: wireTime(event.time, 'UTC') },
    programVersion: item.programVersion,
    outcomes: item.outcomes.map(toWire),
  };
}
