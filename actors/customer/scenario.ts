/**
 * Scenarios for tests of the decider: given what was reported before, when something is reported, then these are the
 * public outcomes. Every step also proves that the judged state is the fold of all outcomes so far.
 */
import { deepStrictEqual } from 'node:assert/strict';
import type { Test } from 'tap';
import type { Event, Json } from '../event.js';
import { isPublic, type Outcome, type OutcomeType } from '../outcome.js';
import { compileProgram } from '../program/compile.js';
import type { ProgramDocument } from '../program/document.js';
import type { Program } from '../program/program.js';
import { parseInstant } from '../time/instant.js';
import { evolve } from './evolve.js';
import { MemoryHistory } from './history.memory.js';
import { judge } from './judge.js';
import { profile } from './profile.js';
import { MemoryLimits } from './shared-limits.memory.js';
import { type CustomerState, copyOf } from './state.js';
import { Working } from './working.js';

/** A program with an account `stars`, in UTC, and whatever else is given. */
export function programOf(parts: object = {}, version = 1): Program {
  const document: unknown = {
    program: 'test',
    currency: 'USD',
    timeZone: 'UTC',
    points: { accounts: [{ id: 'stars' }] },
    ...parts,
  };
  return compileProgram(document as ProgramDocument, version);
}

/** A base campaign that gives one star for each 100 minor units. */
export const EARN = {
  id: 'earn',
  kind: 'promotion',
  base: true,
  behavior: { all: [{ event: 'purchase' }] },
  outcomes: [{ points: { account: 'stars', rate: { points: 1, per: 100, of: 'amount' } } }],
} as const;

export interface Reported {
  readonly event: Event;
  /** Wall time of the journal, ms; the event's own time where it is absent. */
  readonly stamp?: number;
  readonly imported?: boolean;
}

/** An event of customer `c` at an RFC 3339 time. */
export function event(type: string, id: string, time: string, data: unknown): Reported {
  return { event: { id, source: 'test', type, subject: 'c', time: parseInstant(time)!, data } };
}

/** A purchase whose transaction is the event's id; a number is its total. */
export function purchase(id: string, time: string, what: number | object): Reported {
  const data = typeof what === 'number' ? { total: what } : what;
  return event('purchase', id, time, { transactionId: id, ...data });
}

/** A return whose transaction is the event's id; of `original` where that is given. */
export function giveBack(id: string, time: string, original: string | undefined, what: number | object): Reported {
  const data = typeof what === 'number' ? { total: what } : what;
  return event('return', id, time, { transactionId: id, originalTransactionId: original, ...data });
}

export function line(lineId: string, quantity: number, unitPrice: number, more: object = {}): object {
  return { lineId, sku: `sku-${lineId}`, quantity, unitPrice, ...more };
}

/** Reported so much later than it happened. */
export function arriving(reported: Reported, stamp: string): Reported {
  return { ...reported, stamp: parseInstant(stamp)! };
}

export function imported(reported: Reported): Reported {
  return { ...reported, imported: true };
}

/** One customer. */
export class Scenario {
  readonly history = new MemoryHistory();
  program: Program;
  state: CustomerState | undefined;
  /** The limits it shares: with those who are given the same. */
  shared = new MemoryLimits();
  #folded: CustomerState | undefined;
  #entries = 0;

  constructor(program: Program) {
    this.program = program;
  }

  /** All outcomes, internal ones too. */
  report({ event, stamp, imported = false }: Reported): readonly Outcome[] {
    const position = `0-${++this.#entries}`;
    const entry = { kind: 'event', position, stamp: stamp ?? event.time, event, imported } as const;
    const judged = judge(this.state, entry, this.program, this.history, this.shared);
    this.#took(judged.outcomes, judged.state);
    this.history.add(event, judged.outcomes);
    return judged.outcomes;
  }

  /** A deadline entry. */
  time(stamp: string): readonly Outcome[] {
    const entry = {
      kind: 'due',
      position: `0-${++this.#entries}`,
      stamp: parseInstant(stamp)!,
      customerId: 'c',
    } as const;
    const judged = judge(this.state, entry, this.program, this.history, this.shared);
    this.#took(judged.outcomes, judged.state);
    return judged.outcomes;
  }

  /** A run of a campaign without behavior, of an instant; it comes by at `stamp`, which is that instant unless told. */
  send(campaignId: string, run: number, at: string, stamp = at, openFrom = 0): readonly Outcome[] {
    const placed = { position: `0-${++this.#entries}`, stamp: parseInstant(stamp)! };
    const entry = {
      kind: 'send',
      ...placed,
      customerId: 'c',
      campaignId,
      run,
      at: parseInstant(at)!,
      openFrom,
    } as const;
    const judged = judge(this.state, entry, this.program, this.history, this.shared);
    if (judged.outcomes.length > 0) this.#took(judged.outcomes, judged.state);
    return judged.outcomes;
  }

  /** What one part of the judge says by itself at an instant (RFC 3339), as if within an entry. */
  within(stamp: string, step: (working: Working) => void): readonly Outcome[] {
    const state = this.state === undefined ? undefined : copyOf(this.state);
    const working = new Working('c', state, `0-${++this.#entries}`, parseInstant(stamp)!);
    step(working);
    this.#took(working.outcomes, working.now);
    return working.outcomes;
  }

  profile(now: number = this.state!.arrival): Record<string, Json> {
    return profile(this.state!, this.program, now);
  }

  #took(outcomes: readonly Outcome[], state: CustomerState): void {
    for (const outcome of outcomes) this.#folded = evolve(this.#folded, outcome);
    this.shared.add(outcomes);
    this.state = state;
    if (outcomes.length > 0) deepStrictEqual(state, this.#folded);
  }
}

export type Told = readonly [type: OutcomeType, data: Record<string, unknown>];

/** Public outcomes as [type, data] with only the fields that `like` names, type by type; for comparing. */
export function told(outcomes: readonly Outcome[], like: readonly Told[]): Told[] {
  return outcomes.filter(isPublic).map((outcome, i): Told => {
    const fields = Object.keys(like[i]?.[1] ?? {});
    const data = outcome.data as unknown as Record<string, unknown>;
    return [outcome.type, Object.fromEntries(fields.map((field) => [field, data[field]]))];
  });
}

/** given(program, …before).when(event).gives(t, outcomes) */
export function given(program: Program, ...before: readonly Reported[]) {
  const scenario = new Scenario(program);
  for (const reported of before) scenario.report(reported);
  const outcome = (outcomes: readonly Outcome[]) => ({
    scenario,
    outcomes,
    gives(t: Test, wanted: readonly Told[]): Scenario {
      t.same(told(outcomes, wanted), wanted);
      return scenario;
    },
  });
  return {
    scenario,
    when: (reported: Reported) => outcome(scenario.report(reported)),
    whenTime: (stamp: string) => outcome(scenario.time(stamp)),
  };
}
