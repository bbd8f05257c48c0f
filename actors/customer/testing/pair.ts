/** Two customers and their merge, for tests of the decider. Every step also proves that the judged state is the fold of its outcomes. */
import { deepStrictEqual } from 'node:assert/strict';
import type { Json } from '../../event.js';
import type { Outcome } from '../../outcome.js';
import type { Program } from '../../program/program.js';
import { parseInstant } from '../../time/instant.js';
import { evolve } from '../evolve.js';
import { MemoryHistory } from '../history.memory.js';
import { judge } from '../judge.js';
import { profile } from '../profile.js';
import type { Reported } from '../scenario.js';
import { NOTHING_TAKEN } from '../shared-limits.js';
import { type CustomerState, copyOf } from '../state.js';

/** `ann` and `bob`; bob survives. */
export class Pair {
  readonly histories = { ann: new MemoryHistory(), bob: new MemoryHistory() };
  readonly states: { ann?: CustomerState; bob?: CustomerState } = {};
  #entries = 0;

  constructor(public program: Program) {}

  report(who: 'ann' | 'bob', { event, stamp, imported = false }: Reported): readonly Outcome[] {
    const entry = {
      kind: 'event',
      position: `0-${++this.#entries}`,
      stamp: stamp ?? event.time,
      event: { ...event, subject: who },
      imported,
    } as const;
    const before = this.states[who];
    let folded = before === undefined ? undefined : copyOf(before);
    const judged = judge(before, entry, this.program, this.histories[who], NOTHING_TAKEN);
    for (const outcome of judged.outcomes) folded = evolve(folded, outcome);
    deepStrictEqual(judged.state, folded);
    this.states[who] = judged.state;
    this.histories[who].add(entry.event, judged.outcomes);
    return judged.outcomes;
  }

  /** Ann into bob; `stamp` as in `Reported`. */
  merge(time = '2026-05-10T10:00:00Z', from = 'ann', stamp?: number): readonly Outcome[] {
    this.histories.bob.knows('ann', { state: this.states.ann, mergedInto: undefined });
    const at = parseInstant(time)!;
    const event = { id: 'm', source: 'crm', type: 'customer.merged', subject: 'bob', time: at, data: { from } };
    const outcomes = this.report('bob', stamp === undefined ? { event } : { event, stamp });
    this.histories.bob.absorb(this.histories.ann);
    return outcomes;
  }

  profile(time: string): Record<string, Json> {
    return profile(this.states.bob!, this.program, parseInstant(time)!);
  }
}
