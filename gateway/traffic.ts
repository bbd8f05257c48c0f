/**
 * Counts of what went through, as plain numbers: counting costs nanoseconds, the metrics page reads them when asked.
 * One row per route and one for what matched none; never a path, key or customer as a label.
 */
import type { Route } from './route.js';

/** Upper bounds, seconds. */
export const LATENCY_BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

export interface TrafficRow {
  readonly route: string;
  /** By hundreds: 1xx to 5xx. */
  readonly replies: Float64Array;
  /** Not cumulative; the last one is beyond every bound. */
  readonly latency: Float64Array;
  latencySum: number;
}

export class Traffic {
  readonly rows: readonly TrafficRow[];
  readonly #byRoute = new Map<Route | undefined, TrafficRow>();

  constructor(routes: readonly Route[]) {
    const rows: TrafficRow[] = [];
    const add = (name: string, route: Route | undefined): void => {
      const row = {
        route: name,
        replies: new Float64Array(6),
        latency: new Float64Array(LATENCY_BOUNDS.length + 1),
        latencySum: 0,
      };
      rows.push(row);
      this.#byRoute.set(route, row);
    };
    for (const route of routes) add(route.name, route);
    add('none', undefined);
    this.rows = rows;
  }

  /** `startedAt`: monotonic ms. */
  answered(route: Route | undefined, status: number, startedAt: number): void {
    const row = this.#byRoute.get(route) as TrafficRow;
    const hundreds = Math.floor(status / 100);
    row.replies[hundreds] = (row.replies[hundreds] as number) + 1;
    const seconds = (performance.now() - startedAt) / 1_000;
    row.latencySum += seconds;
    let bucket = 0;
    while (bucket < LATENCY_BOUNDS.length && seconds > (LATENCY_BOUNDS[bucket] as number)) bucket++;
    row.latency[bucket] = (row.latency[bucket] as number) + 1;
  }
}
