/**
 * Which runs of sends reached a customer: numbers, ascending, of those that are under way or that one as old still is.
 * The journal names each customer once a run; this is for two customers who became one meanwhile (PROGRAM: "at most once
 * per run").
 */
import type { SendReceived } from '../outcome.js';
import type { CustomerState } from './state.js';

export function hasReceived(state: CustomerState, run: number): boolean {
  return state.runs.includes(run);
}

export function sendReceived(state: CustomerState, { run, keepFrom }: SendReceived): void {
  const runs = state.runs.filter((held) => held >= keepFrom && held !== run);
  runs.push(run);
  state.runs = runs.sort((a, b) => a - b);
}
