/** Some servers under the same load, in turn: whatever else the machine does meanwhile falls on all of them. */
import type { Bench } from '../bench.js';
import type { LoadResult, LoadSpec } from '../load/run.js';
import type { ServerProcess } from '../servers/server-process.js';

export interface Subject {
  readonly server: ServerProcess;
  readonly label: string;
}

export interface Shape {
  readonly shape: LoadSpec['shape'];
  readonly connections: number;
  /** A fixed range of customers, for reads; absent: a range of their own for each run. */
  readonly customersFirst?: number;
}

/** Warms each subject up once, then runs the rounds with the order turned round each time. Results in order of subjects. */
export async function sideBySide(bench: Bench, subjects: readonly Subject[], shape: Shape): Promise<LoadResult[][]> {
  const results: LoadResult[][] = subjects.map(() => []);
  for (let round = 0; round <= bench.options.rounds; round++) {
    const isWarmUp = round === 0;
    const order = subjects.map((_, i) => i);
    if (round % 2 === 0) order.reverse();
    for (const i of order) {
      const subject = subjects[i]!;
      bench.say(`${subject.label}: ${isWarmUp ? 'warm-up' : `round ${round} of ${bench.options.rounds}`}`);
      const seconds = isWarmUp ? Math.max(1, Math.round(bench.options.seconds / 2)) : bench.options.seconds;
      const result = await bench.load(subject.server, { ...shape, seconds });
      if (isWarmUp) continue;
      bench.check(subject.label, result);
      results[i]!.push(result);
    }
  }
  return results;
}
