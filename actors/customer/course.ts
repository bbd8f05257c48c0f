/** For tests of behaviors: what each report did to the campaign `c`, in one line. */
import type { Test } from 'tap';
import type { Outcome } from '../outcome.js';
import type { Program } from '../program/program.js';
import { programOf, purchase, type Reported, Scenario } from './scenario.js';

/** A program with one campaign `c` of this behavior, which sets a tag. */
export function behaving(behavior: object, more: object = {}, parts: object = {}): Program {
  const outcomes = [{ tag: { add: 'done' } }];
  const campaign = { id: 'c', kind: 'promotion', behavior, outcomes, ...more };
  return programOf({ events: [{ type: 'survey' }, { type: 'other' }], campaigns: [campaign], ...parts });
}

/** A purchase at noon of a day, or at a time; of 1000 where nothing else is said. */
export function buy(id: string, day: string, what: number | object = 1000): Reported {
  return purchase(id, day.length > 10 ? day : `${day}T12:00:00Z`, what);
}

/** A sentence of PROGRAM with a behavior, what is reported, and the course that takes. */
export type Row = readonly [
  sentence: string,
  behavior: object,
  reports: readonly (Reported | string)[],
  course: string,
  more?: object,
];

export function holdsEach(t: Test, rows: readonly Row[]): void {
  for (const [sentence, behavior, reports, wanted, more] of rows)
    t.equal(course(behaving(behavior, more), ...reports), wanted, sentence);
}

/**
 * For each report: `c` for every completion, else the rules' `have` joined by `/`, else `-`. A text is an instant that is
 * waited for.
 */
export function course(of: Scenario | Program, ...reports: (Reported | string)[]): string {
  const scenario = of instanceof Scenario ? of : new Scenario(of);
  return reports.map((each) => moved(typeof each === 'string' ? scenario.time(each) : scenario.report(each))).join(' ');
}

function moved(outcomes: readonly Outcome[]): string {
  let completions = '';
  let progress = '-';
  for (const outcome of outcomes) {
    if (outcome.type === 'behavior.completed') completions += 'c';
    else if (outcome.type === 'behavior.progressed') progress = outcome.data.rules.map(({ have }) => have).join('/');
  }
  return completions === '' ? progress : completions;
}
