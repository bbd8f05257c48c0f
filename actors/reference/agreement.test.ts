/**
 * The engine and the reference, which share no code, agree on random programs and random histories. A seed is printed;
 * REGULARS_SEED (or SEED) and PATH_OF_CASE repeat a run. The usual run plays the same 5,000 histories each time;
 * REGULARS_HISTORIES makes it longer, draws its own and says on stderr how far it is. `npm run agree` plays 100,000; several
 * of them side by side, each with a seed of its own, play different ones.
 */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { Crowd } from '../customer/testing/crowd.js';
import type { Outcome } from '../outcome.js';
import { compileProgram } from '../program/compile.js';
import { validateProgram } from '../program/validate.js';
import { ReferenceBrand } from './brand.js';
import { type Addressed, crowds } from './crowds.arbitrary.js';
import type { Program } from './document.js';
import { AWAY, FEATURES } from './features.arbitrary.js';
import { type Normal, Normals, sameForm } from './normal.js';
import type { ReferenceOutcome } from './outcome.js';
import { programs } from './programs.arbitrary.js';

const isLong = process.env.REGULARS_HISTORIES !== undefined;
const seed = Number(process.env.REGULARS_SEED ?? process.env.SEED ?? (isLong ? Date.now() % 2 ** 31 : 20_261_124));
const numRuns = Number(process.env.REGULARS_HISTORIES ?? 5000);
const path = process.env.PATH_OF_CASE;
/** Of each lateness, how many days are never too late. */
const DAYS: Readonly<Record<string, number>> = { P5D: 5, P1M: 28, P60D: 60 };
// It takes as long as it takes.
t.setTimeout(0);

t.test(`engine and reference agree on ${numRuns} random programs and histories`, (t) => {
  t.comment(`seed ${seed}`);
  const started = Date.now();
  let played = 0;
  const property = fc.property(programs, crowds, (program, history) => {
    if (++played % 1000 === 0 && isLong) {
      const seconds = Math.round((Date.now() - started) / 1000);
      process.stderr.write(`seed ${seed}: ${played} of ${numRuns} histories, ${seconds} s\n`);
    }
    const difference = firstDifference(program, keptAway(program, history));
    if (difference !== undefined) throw new Error(difference);
  });
  const run = fc.check(property, { seed, numRuns, ...(path === undefined ? {} : { path }) });
  const message = (run.errorInstance as Error | null)?.message ?? '';
  for (const line of message.split('\n')) if (run.failed) t.comment(line);
  t.notOk(run.failed, `repeat it with REGULARS_SEED=${run.seed} PATH_OF_CASE=${run.counterexamplePath}`);
  t.end();
});

/** Without what is known to differ (`features.arbitrary.ts`, AWAY). */
function keptAway({ lateness = 'P1M' }: Program, history: readonly Addressed[]): readonly Addressed[] {
  return history.map((step): Addressed => {
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
function firstDifference(program: Program, history: readonly Addressed[]): string | undefined {
  const validated = validateProgram(program);
  if (!validated.ok) return `the program is refused: ${JSON.stringify(validated.errors)}\n${JSON.stringify(program)}`;
  const engine = new Crowd(compileProgram(validated.document, 1));
  const reference = new ReferenceBrand(program, FEATURES.triggered);
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
    const { subject } = step;
    if (step.kind !== 'event' && engine.state(subject) === undefined) continue;
    if (step.kind === 'send' && program.campaigns?.some(({ id }) => id === 'hello') !== true) continue;
    const outcomes = engineAfter(engine, step, normals);
    const got = outcomes === undefined ? 'a duplicate' : normals.of(outcomes);
    const expected = referenceAfter(reference, step) ?? 'a duplicate';
    const isDuplicate = typeof got === 'string' || typeof expected === 'string';
    if (isDuplicate ? got !== expected : !agree(got, expected))
      return differs('what happened', [got].flat(), [expected].flat());
    if (step.kind !== 'look') continue;
    engine.restart(subject);
    const at = Math.max(engine.state(subject)!.arrival, step.at);
    const profile = normals.profile(engine.profile(subject, at));
    const wanted = reference.customer(subject).profile(at);
    for (const key of Object.keys(wanted)) {
      if (!isDeepStrictEqual(profile[key], wanted[key]))
        return differs(`the profile's ${key}`, [profile[key]], [wanted[key]]);
    }
  }
  return undefined;
}

/** Undefined: a duplicate. */
function referenceAfter(reference: ReferenceBrand, step: Addressed): ReferenceOutcome[] | undefined {
  switch (step.kind) {
    case 'event':
      return reference.report(step.subject, step.event, step);
    case 'send':
      return reference.customer(step.subject).send('hello', step.run, step.at, step.arrival);
    case 'look':
      return reference.customer(step.subject).time(step.at);
  }
}

/** Undefined: a duplicate. */
function engineAfter(engine: Crowd, step: Addressed, normals: Normals): readonly Outcome[] | undefined {
  switch (step.kind) {
    case 'event':
      return engine.report(reported(step, normals));
    case 'send':
      return engine.send(step.subject, 'hello', step.run, step.at, step.arrival);
    case 'look':
      return engine.time(step.subject, step.at);
  }
}

function reported({ subject, event, arrival, imported }: Extract<Addressed, { kind: 'event' }>, normals: Normals) {
  const { id, type, time, data } = normals.told(event);
  return { event: { id, source: 'test', type, subject, time, data }, stamp: arrival, imported };
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

function stepShown(step: Addressed): string {
  const at = (instant: number) => `${new Date(instant).toISOString()} ${step.subject}`;
  if (step.kind === 'look') return `  ${at(step.at)} look`;
  if (step.kind === 'send')
    return `  ${at(step.at)} run ${step.run} of a send arrives ${new Date(step.arrival).toISOString()}`;
  const { event, arrival, imported } = step;
  const late = event.time === arrival ? '' : ` arrives ${new Date(arrival).toISOString()}`;
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
