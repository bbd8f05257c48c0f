/** What a run of the bench found: the shape of the stored JSON, and what the table is printed from. */
import type { LoadResult } from '../load/run.js';
import { type Spread, spread } from './spread.js';

export interface Report {
  readonly format: 1;
  /** RFC 3339. */
  readonly at: string;
  readonly environment: Environment;
  readonly settings: { readonly seconds: number; readonly rounds: number; readonly quick: boolean };
  readonly rows: readonly Row[];
  readonly bars: readonly Bar[];
  readonly notMeasured: readonly string[];
  readonly warnings: readonly string[];
}

export interface Environment {
  readonly regulars: string;
  readonly node: string;
  readonly os: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly autocannon: string;
  /** What the baseline ran on. */
  readonly baseline: string;
}

export type Row = LoadRow | FactRow;

/** A server under load. */
export interface LoadRow {
  readonly kind: 'load';
  readonly id: string;
  readonly title: string;
  /** Events (or reads) a second. */
  readonly perSecond: Spread;
  /** Milliseconds of a request. */
  readonly p50: Spread;
  readonly p99: Spread;
  readonly p999: Spread;
  readonly microsPerEvent: Spread;
  readonly serverBusy: Spread;
  readonly generatorBusy: Spread;
  /** What kept it from being faster, judged by who had no CPU time left. */
  readonly limitedBy: 'server' | 'generator' | 'neither';
  /** Times the baseline's events a second; absent for the baseline itself. */
  readonly ratio?: number;
  readonly rounds: readonly LoadResult[];
}

/** Any other figure. */
export interface FactRow {
  readonly kind: 'fact';
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly value: Spread;
}

/** What must hold. */
export interface Bar {
  readonly id: string;
  readonly title: string;
  readonly need: string;
  /** Undefined where its case was not run. */
  readonly have: string | undefined;
  readonly holds: boolean | undefined;
  /** What the figure means less than it says. */
  readonly note?: string;
}

/** A core is taken as full from this share on. */
const FULL = 0.9;

export function loadRow(id: string, title: string, rounds: readonly LoadResult[], baseline?: LoadRow): LoadRow {
  const of = (read: (round: LoadResult) => number): Spread => spread(rounds.map(read));
  const perSecond = of((round) => round.perSecond);
  const serverBusy = of((round) => round.server.mainBusy);
  const generatorBusy = of((round) => round.generatorBusy);
  const serverIsFull = serverBusy.median >= FULL;
  return {
    kind: 'load',
    id,
    title,
    perSecond,
    p50: of((round) => round.milliseconds.p50),
    p99: of((round) => round.milliseconds.p99),
    p999: of((round) => round.milliseconds.p999),
    microsPerEvent: of((round) => round.server.microsPerEvent),
    serverBusy,
    generatorBusy,
    limitedBy: serverIsFull ? 'server' : generatorBusy.median >= FULL ? 'generator' : 'neither',
    ...(baseline === undefined ? {} : { ratio: perSecond.median / baseline.perSecond.median }),
    rounds,
  };
}

export function factRow(id: string, title: string, unit: string, values: readonly number[]): FactRow {
  return { kind: 'fact', id, title, unit, value: spread(values) };
}
