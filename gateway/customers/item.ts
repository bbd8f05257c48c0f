/** One event of a customer with what it caused, as `GET /v1/customers/{id}/events` shows it. */
import { toWire } from '../../actors/outcome.js';
import { formatInstant } from '../../actors/time/instant.js';
import type { StreamItem } from '../../engine/contract.js';

export function shownItem(item: StreamItem): Record<string, unknown> {
  const { event, send } = item;
  return {
    position: item.position,
    arrival: formatInstant(item.arrival, 'UTC'),
    event: event === undefined ? null : { ...event, time: formatInstant(event.time, 'UTC') },
    ...(send === undefined ? {} : { send: { ...send, at: formatInstant(send.at, 'UTC') } }),
    programVersion: item.programVersion,
    outcomes: item.outcomes.map(toWire),
  };
}
