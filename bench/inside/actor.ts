/** What one event costs inside: reading and checking it, judging it plainly, judging it through the XState actor. */
import { createCustomerActor } from '../../actors/customer/actor.js';
import { invalid } from '../../actors/customer/invalid.js';
import { judge } from '../../actors/customer/judge.js';
import { NOTHING_TAKEN } from '../../actors/customer/shared-limits.js';
import type { CustomerState } from '../../actors/customer/state.js';
import type { Program } from '../../actors/program/program.js';
import type { InsideFact, InsideOrder } from './order.js';
import { eventOf, microsEach, NO_HISTORY, program, type Step, steps, text } from './year.js';

const CUSTOMERS = 4_000;
const PURCHASES = 12;
const CAMPAIGNS = 10;

export function measureActor(order: InsideOrder): InsideFact[] {
  const rules = program(CAMPAIGNS);
  const customers = Math.round(CUSTOMERS * order.scale);
  const year = steps(customers, PURCHASES);
  const lines = Array.from({ length: customers }, (_, customer) => text(customer, customer % PURCHASES));
  const found = { read: [] as number[], check: [] as number[], plain: [] as number[], actor: [] as number[] };
  let outcomes = 0;
  for (let round = 0; round <= order.rounds; round++) {
    const read = microsEach(lines.length, () => {
      for (const line of lines) eventOf(line);
    });
    const check = microsEach(year.length, () => {
      for (const { entry } of year) if (entry.kind === 'event') invalid(entry.event, rules);
    });
    const plain = microsEach(year.length, () => {
      outcomes = judgePlainly(year, customers, rules);
    });
    const actor = microsEach(year.length, () => judgeThroughActors(year, customers, rules));
    if (round === 0) continue;
    found.read.push(read);
    found.check.push(check);
    found.plain.push(plain);
    found.actor.push(actor);
  }
  return [
    fact('read', 'parse the JSON of an event and check it alone', found.read),
    fact('check', 'check an event against the program', found.check),
    fact('plain', `judge an event, plain function, ${CAMPAIGNS} campaigns`, found.plain),
    fact('actor', 'judge an event through the XState actor, its start included', found.actor),
    {
      id: 'actor-outcomes',
      title: 'outcomes of an event, internal ones included',
      unit: '',
      values: [outcomes / year.length],
    },
  ];
}

/** Returns how many outcomes there were. */
export function judgePlainly(year: readonly Step[], customers: number, rules: Program): number {
  const states: (CustomerState | undefined)[] = new Array(customers).fill(undefined);
  let outcomes = 0;
  for (const { customer, entry } of year) {
    const judged = judge(states[customer], entry, rules, NO_HISTORY, NOTHING_TAKEN);
    states[customer] = judged.state;
    outcomes += judged.outcomes.length;
  }
  return outcomes;
}

function judgeThroughActors(year: readonly Step[], customers: number, rules: Program): void {
  const actors = Array.from({ length: customers }, (_, i) => createCustomerActor(`c${i}`, undefined));
  for (const { customer, entry } of year) {
    const answer = actors[customer]!.judge(entry, rules, NO_HISTORY, NOTHING_TAKEN);
    if ('fault' in answer) throw answer.fault;
  }
}

function fact(id: string, title: string, values: readonly number[]): InsideFact {
  return { id: `inside-${id}`, title, unit: 'µs', values };
}
