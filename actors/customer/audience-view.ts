/** What an audience's condition sees: the profile, and no event (`audiences.ts`). */
import type { Event } from '../event.js';
import type { CustomerView, Program } from '../program/program.js';
import { EventView, measuredOf } from './view.js';

/** Ids of the audiences whose conditions hold for the customer, in the order of the program. */
export function audiencesOf(customer: CustomerView, program: Program, at: number, zone: string): readonly string[] {
  const { audiences } = program;
  const event: Event = { id: '', source: '', type: 'audience', subject: '', time: at, data: {} };
  const view = new EventView(event, measuredOf(event), customer, program, zone);
  const found: string[] = [];
  for (let i = 0; i < audiences.length; i++) if (audiences[i]!.where.test(view)) found.push(audiences[i]!.id);
  return found;
}
