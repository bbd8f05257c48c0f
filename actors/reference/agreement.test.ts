/**
 * The engine and the reference, which share no code, agree on random programs and random histories. A seed is printed;
 * SEED and PATH_OF_CASE repeat a run. The usual run plays the same 5,000 histories each time; REGULARS_HISTORIES makes it
 * longer, and draws its own.
 */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { Packr } from 'msgpackr';
import t from 'tap';
import { fromRow, toRow } from '../customer/row.js';
import { Scenario } from '../customer/scenario.js';
import type { Outcome } from '../outcome.js';
import { compileProgram } from '../program/compile.js';
import { validateProgram } from '../program/validate.js';
import { ReferenceCustomer } from './customer.js';
import type { Program } from './document.js';
import { AWAY, FEATURES } from './features.arbitrary.js';
import { histories, type Step } from './histories.arbitrary.js';
import { type Normal, Normals, sameForm } from './normal.js';
import type { ReferenceOutcome } from './outcome.js';
import { programs } from './programs.arbitrary.js';

const packr = new Packr({ useRecords: false });
const isLong = process.env.REGULARS_HISTORIES !== undefined;
const seed = Number(process.env.SEED ?? (isLong ? Date.now() % 2 ** 31 : 20_261_124));
const numRuns = Number(process.env.REGULARS_HISTORIES ?? 5000);
const path = process.env.PATH_OF_CASE;
/** Of each lateness, how many days are never too late. */
const DAYS: Readonly<Record<string, number>> = { P5D: 5, P1M: 28, P60D: 60 };
// It takes as long as it takes.
t.setTimeout(0);

t.test(`engine and reference agree on ${numRuns} random programs and histories`, (t) => {
  t.comment(`seed ${seed}`);
  const property = fc.property(programs, histories, (program, history) => {
    const difference = firstDifference(program, keptAway(program, history));
    if (difference !== undefined) throw new Error(difference);
  });
  const run = fc.check(property, { seed, numRuns, ...(path === undefined ? {} : { path }) });
  const message = (run.errorInstance as Error | null)?.message ?? '';
  for (const line of message.split('\n')) if (run.failed) t.comment(line);
  t.notOk(run.failed, `repeat it with SEED=${run.seed} PATH_OF_CASE=${run.counterexamplePath}`);
  t.end();
});

/** Without what is known to differ (`features.arbitrary.ts`, AWAY). */
function keptAway({ lateness = 'P1M' }: Program, history: readonly Step[]): readonly Step[] {
  return history.map((step): Step => {
    if (step.kind !== 'event') return step;
    const { event, arrival } = step;
    const isReturn = event.type === 'return';
    const isAway =
      (isReturn ? AWAY.returnLongAgo : AWAY.tooLateEnds && event.type !== 'purchase') &&
      arrival - event.time > (isReturn ? 5 : DAYS[lateness]!) * 86_400_000;
    return isAway ? { ...step, event: { ...event, time: arrival } } : step;
  });
}

/** What the two say differently, with everything needed to see it; undefined where they agree. */
function firstDifference(program: Program, history: readonly Step[]): string | undefined {
  const validated = validateProgram(program);
  if (!validated.ok) return `the program is refused: ${JSON.stringify(validated.errors)}\n${JSON.stringify(program)}`;
  const engine = new Scenario(compileProgram(validated.document, 1));
  const reference = new ReferenceCustomer(program, { triggered: FEATURES.triggered });
  const normals = new Normals();
  const told: string[] = [];
  const differs = (what: string, got: unknown, expected: unknown) =>
    [
      `${what} differs`,
      'program',
      ...programShown(program),
      'history',
      ...told,
      `engine    ${shown(got)}`,
      `reference ${shown(expected)}`,
    ].join('\n');
  for (const step of history) {
    told.push(stepShown(step));
    if (step.kind !== 'event' && engine.state === undefined) continue;
    if (step.kind === 'send' && program.campaigns?.some(({ id }) => id === 'hello') !== true) continue;
    const outcomes = engineAfter(engine, step, normals);
    const got = normals.of(outcomes);
    const expected = referenceAfter(reference, step);
    if (!agree(got, expected)) return differs('what happened', got, expected);
    if (step.kind !== 'look') continue;
    restart(engine);
    const at = Math.max(engine.state!.arrival, step.at);
    const profile = normals.profile(engine.profile(at));
    const wanted = reference.profile(at);
    for (const key of Object.keys(wanted)) {
      if (!isDeepStrictEqual(profile[key], wanted[key]))
        return differs(`the profile's ${key}`, [profile[key]], [wanted[key]]);
    }
  }
  return undefined;
}

/** As after a crash: the customer is read back from the row. */
function restart(engine: Scenario): void {
  engine.state = fromRow(packr.unpack(packr.pack(toRow(engine.state!))) as unknown[]);
}

function referenceAfter(reference: ReferenceCustomer, step: Step): ReferenceOutcome[] {
  switch (step.kind) {
    case 'event':
      return reference.report(step.event, step);
    case 'send':
      return reference.send('hello', step.run, step.at, step.arrival);
    case 'look':
      return reference.time(step.at);
  }
}

function engineAfter(engine: Scenario, step: Step, normals: Normals): readonly Outcome[] {
  switch (step.kind) {
    case 'event':
      return engine.report(reported({ ...step, event: normals.told(step.event) }));
    case 'send':
      return engine.send('hello', step.run, isoOf(step.at), isoOf(step.arrival));
    case 'look':
      return engine.time(isoOf(step.at));
  }
}

function isoOf(instant: number): string {
  return new Date(instant).toISOString();
}

function reported({ event, arrival, imported }: Extract<Step, { kind: 'event' }>) {
  const { id, type, time, data } = event;
  return { event: { id, source: 'test', type, subject: 'c', time, data }, stamp: arrival, imported };
}

/** What a return moved unseen may be told or not. */
function agree(got: readonly Normal[], expected: readonly ReferenceOutcome[]): boolean {
  const left = [...got];
  for (const outcome of expected) {
    const wanted = sameForm(outcome);
    if (left.length > 0 && isDeepStrictEqual(left[0], wanted)) left.shift();
    else if (outcome.unseen !== true) return false;
  }
  return left.length === 0;
}

/** One line for each part; the parts that are always the same are left out. */
function programShown(program: Program): string[] {
  const { program: _, currency, stores, statuses, events, ...more } = program;
  return Object.entries(more).flatMap(([key, value]) =>
    Array.isArray(value)
      ? [`  ${key}`, ...value.map((each) => `    ${JSON.stringify(each)}`)]
      : [`  ${key} ${JSON.stringify(value)}`],
  );
}

function stepShown(step: Step): string {
  const at = (instant: number) => new Date(instant).toISOString();
  if (step.kind === 'look') return `  ${at(step.at)} look`;
  if (step.kind === 'send') return `  ${at(step.at)} run ${step.run} of a send arrives ${at(step.arrival)}`;
  const { event, arrival, imported } = step;
  const late = event.time === arrival ? '' : ` arrives ${at(arrival)}`;
  return `  ${at(event.time)} ${event.id} ${event.type} ${JSON.stringify(event.data)}${late}${imported ? ' imported' : ''}`;
}

function shown(outcomes: unknown): string {
  const list = outcomes as readonly unknown[];
  return list
    .map(
      (each) =>
        `\n  ${JSON.stringify(each, (_, value) => (typeof value === 'number' && value > 1e12 ? new Date(value).toISOString() : value))}`,
    )
    .join('');
}
