/** Which events are personal by their type: their data is sealed where it is written (DESIGN D13). */
import type { Event } from '../actors/event.js';
import type { Program } from '../actors/program/program.js';

/** Built-in types whose data is personal: attributes, and where somebody was. */
const PERSONAL: ReadonlySet<string> = new Set(['profile.updated', 'location', 'check_in']);

/** Whether an event's data is sealed where it is written (DESIGN D13). */
export function isPersonal(event: Event, program: Program): boolean {
  return PERSONAL.has(event.type) || program.declared.get(event.type)?.personal === true;
}

/** Whether its customer needs a key before it is judged: outcomes of a merge bring attributes along. */
export function needsKey(event: Event, program: Program): boolean {
  return event.type === 'customer.merged' || isPersonal(event, program);
}
