/** Customers and their purchases, made ready before anything is timed: a purchase every few days for each of them. */
import type { CustomerEntry } from '../../actors/customer/entry.js';
import type { History } from '../../actors/customer/history.js';
import type { Event } from '../../actors/event.js';
import { readEvent } from '../../actors/events/read.js';
import { compileProgram } from '../../actors/program/compile.js';
import type { Program } from '../../actors/program/program.js';
import { validateProgram } from '../../actors/program/validate.js';
import { brand } from '../brand.js';
import { purchase } from '../load/purchase.js';

const DAY_MS = 86_400_000;
const STARTS = Date.UTC(2026, 2, 1, 14);
const APART_MS = 3 * DAY_MS;

/** One entry, and whose it is (from 0). */
export interface Step {
  readonly customer: number;
  readonly entry: CustomerEntry;
}

/** The first purchase of every customer, then the second of every customer, and so on: no customer twice in a row. */
export function steps(customers: number, purchases: number): Step[] {
  const made: Step[] = [];
  for (let nth = 0; nth < purchases; nth++) {
    for (let customer = 0; customer < customers; customer++) {
      const event = eventOf(text(customer, nth));
      const position = `${customer % 64}-${made.length * 4096}`;
      made.push({ customer, entry: { kind: 'event', position, stamp: event.time, event, imported: false } });
    }
  }
  return made;
}

/** The same purchase as it comes over the wire. */
export function text(customer: number, nth: number): string {
  const time = new Date(STARTS + nth * APART_MS + customer * 10).toISOString();
  const number = String(nth * 1_000_000 + customer).padStart(10, '0');
  return JSON.stringify(purchase(customer + nth * 7, time, number, String(customer).padStart(7, '0')));
}

/** Throws where the bench itself made an event that is not valid. */
export function eventOf(line: string): Event {
  const read = readEvent(JSON.parse(line), 'bench');
  if (!read.ok) throw new Error(JSON.stringify(read.errors));
  return read.event;
}

/** The bench's brand with so many campaigns, compiled. */
export function program(campaigns: number): Program {
  const validated = validateProgram(brand(campaigns));
  if (!validated.ok) throw new Error(JSON.stringify(validated.errors.slice(0, 3)));
  return compileProgram(validated.document, 1);
}

/** No purchase here names an earlier one, and none repeats. */
export const NO_HISTORY: History = {
  transaction: () => undefined,
  purchase: () => undefined,
  locked: () => undefined,
  customer: () => undefined,
  purchaseOf: () => undefined,
  issued: () => undefined,
};

/** Microseconds for each of `count` things that `work` does; the garbage of what came before is not its own. */
export function microsEach(count: number, work: () => void): number {
  (globalThis as { gc?: () => void }).gc?.();
  const started = performance.now();
  work();
  return ((performance.now() - started) * 1_000) / count;
}
