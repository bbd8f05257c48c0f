/**
 * Random histories of a brand: of one customer, or of up to three who are merged somewhere in them; and events that come a
 * second time. What is reported after a merge goes on being addressed to either id.
 */
import fc from 'fast-check';
import { histories, type Step } from './histories.arbitrary.js';

/** A step, and the id it is addressed to. */
export type Addressed = Step & { readonly subject: string };

/** What no history has heard of. */
const NOBODY = 'nobody';
const HOUR = 3_600_000;

interface Merging {
  /** Where in the history, from 0 to 1. */
  readonly place: number;
  readonly into: string;
  readonly from: string;
  readonly late: number;
}

interface Plan {
  /** To whom each step is addressed, over and over. */
  readonly subjects: readonly string[];
  /** Of returns: to the id that bought, or as all others. */
  readonly toBuyer: readonly boolean[];
  readonly merges: readonly Merging[];
}

interface Repeat {
  readonly place: number;
  /** How many steps ago the event came first. */
  readonly back: number;
  /** Addressed to another id: no duplicate then. */
  readonly elsewhere: boolean;
}

/** From 0 to 1. (A random double is nearly always next to nothing.) */
const fraction = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);

/** Into whom, and who. */
const first = fc.constantFrom<string[]>(['c', 'd'], ['c', 'd'], ['d', 'c'], ['c', 'e']);
const further = fc.constantFrom<string[]>(
  ...[
    ['c', 'e'],
    ['c', 'e'],
    ['e', 'c'],
    ['e', 'c'],
    ['d', 'e'],
    ['e', 'd'],
    ['c', 'd'],
  ],
  ...[
    ['c', 'c'],
    ['d', NOBODY],
    [NOBODY, 'c'],
  ],
);
const lateness = fc.constantFrom(0, 0, 0, HOUR, 50 * HOUR, 1_000 * HOUR);

const merging = (place: fc.Arbitrary<number>, whom: fc.Arbitrary<string[]>): fc.Arbitrary<Merging> =>
  fc.tuple(place, whom, lateness).map(([place, [into, from], late]) => ({ place, into: into!, from: from!, late }));

const plans: fc.Arbitrary<Plan> = fc.record({
  subjects: fc.array(fc.constantFrom('c', 'c', 'd', 'd', 'e'), { minLength: 1, maxLength: 26, size: 'max' }),
  toBuyer: fc.array(fc.constantFrom(true, true, true, false), { minLength: 1, maxLength: 7, size: 'max' }),
  merges: fc
    .tuple(
      merging(
        fc.integer({ min: 20, max: 90 }).map((percent) => percent / 100),
        first,
      ),
      fc.array(merging(fraction, further), { maxLength: 2, size: 'max' }),
    )
    .map(([one, more]) => [one, ...more]),
});

const repeats: fc.Arbitrary<readonly Repeat[]> = fc.array(
  fc.record({ place: fraction, back: fc.integer({ min: 1, max: 4 }), elsewhere: fc.constantFrom(false, false, true) }),
  { maxLength: 2, size: 'max' },
);

export const crowds: fc.Arbitrary<readonly Addressed[]> = fc
  .tuple(histories, fc.option(plans, { freq: 2, nil: undefined }), repeats)
  .map(([history, plan, again]) => repeated(plan === undefined ? alone(history) : together(history, plan), again));

function alone(history: readonly Step[]): Addressed[] {
  return history.map((step) => ({ ...step, subject: 'c' }));
}

function together(history: readonly Step[], { subjects, toBuyer, merges }: Plan): Addressed[] {
  const buyers = new Map<string, string>();
  const steps = history.flatMap((step, place): Addressed[] => {
    const subject = subjects[place % subjects.length]!;
    // In the end everybody is looked at.
    if (step.kind === 'look' && place >= history.length - 2)
      return ['c', 'd', 'e'].map((id) => ({ ...step, subject: id }));
    if (step.kind !== 'event') return [{ ...step, subject }];
    const { transactionId = '', originalTransactionId = '' } = step.event.data as Partial<Record<string, string>>;
    if (step.event.type === 'purchase') buyers.set(transactionId, subject);
    const buyer = toBuyer[place % toBuyer.length]! ? buyers.get(originalTransactionId) : undefined;
    return [{ ...step, subject: buyer ?? subject }];
  });
  const atEnd = steps.findLastIndex(({ kind }) => kind !== 'look') + 1;
  const placed = merges.map((each) => ({ ...each, at: Math.round(each.place * atEnd) })).sort((a, b) => b.at - a.at);
  placed.forEach(({ at, into, from, late }, number) => {
    const beside = steps[Math.max(0, at - 1)]!;
    const arrival = clockOf(beside);
    const event = { id: `m${number}`, source: 'test', type: 'customer.merged', time: arrival - late, data: { from } };
    const imported = beside.kind === 'event' && beside.imported;
    steps.splice(at, 0, { kind: 'event', event, arrival, imported, subject: into });
  });
  return steps;
}

/** When a step comes, on the wall. */
function clockOf(step: Step): number {
  return step.kind === 'look' ? step.at : step.arrival;
}

function repeated(steps: readonly Addressed[], again: readonly Repeat[]): readonly Addressed[] {
  const result = [...steps];
  for (const { place, back, elsewhere } of again) {
    const at = Math.round(place * result.length);
    const first = result[at - back];
    if (first?.kind !== 'event') continue;
    const isAlone = steps.every((step) => step.subject === 'c');
    const subject = elsewhere && !isAlone ? (first.subject === 'c' ? 'd' : 'c') : first.subject;
    result.splice(at, 0, { ...first, arrival: clockOf(result[at - 1]!), subject });
  }
  return result;
}
