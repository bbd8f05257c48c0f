/** A purchase, in what it says of itself: totals and RFM (PROGRAM: "One event, in order"). */
import { type Event, netOf, type PurchaseData } from '../event.js';
import type { Cause } from '../outcome.js';
import type { Program } from '../program/program.js';
import { parseDuration, subtractDuration } from '../time/duration.js';
import { oldestSpend } from './spend.js';
import type { CustomerState } from './state.js';
import type { Working } from './working.js';

/** Without RFM in the program so much is remembered, for a program that asks for it later. */
const REMEMBERED = parseDuration('P365D')!;

export function recordPurchase(
  working: Working,
  event: Event<PurchaseData>,
  tooLate: boolean,
  keepFrom: number | undefined,
  cause: Cause,
): void {
  working.note('purchase.recorded', event.time, cause, {
    transactionId: event.data.transactionId,
    at: event.time,
    net: netOf(event.data),
    tooLate: tooLate ? true : undefined,
    keepFrom,
  });
}

/** RFM's window, of an event as late as may be, no longer sees what is at or before it; undefined: nothing to forget. */
export function spendKeptFrom(
  state: CustomerState,
  program: Program,
  earliest: number,
  zone: string,
): number | undefined {
  const oldest = oldestSpend(state);
  if (oldest === undefined) return undefined;
  const keepFrom = subtractDuration(earliest, program.rfm?.window ?? REMEMBERED, zone);
  return oldest <= keepFrom ? keepFrom : undefined;
}
