/** The metrics page. The only importer of prom-client here; counting itself is done elsewhere with plain numbers. */
import { Counter, collectDefaultMetrics, Gauge, type Metric, Registry } from 'prom-client';
import { LATENCY_BOUNDS, type Traffic } from './traffic.js';

export type MetricsRegistry = Registry;

/** A registry with the process's own metrics, for the engine and the gateway to add theirs to. */
export function newMetricsRegistry(): MetricsRegistry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

export interface Gauges {
  readonly server: 'uws' | 'node';
  readonly requestsInFlight: () => number;
  readonly streamsOpen: () => number;
  readonly ready: () => boolean;
}

export function addGatewayMetrics(registry: MetricsRegistry, traffic: Traffic, gauges: Gauges): void {
  const registers = [registry];
  new Counter({
    name: 'regulars_http_requests_total',
    help: 'Requests answered, by endpoint and hundred of the status. `none`: no endpoint matched, or refused before one did.',
    labelNames: ['route', 'status'],
    registers,
    collect() {
      this.reset();
      for (const row of traffic.rows) {
        row.replies.forEach((count, hundreds) => {
          if (count > 0) this.inc({ route: row.route, status: `${hundreds}xx` }, count);
        });
      }
    },
  });
  registry.registerMetric(latency(traffic) as unknown as Metric);
  const gauge = (name: string, help: string, value: () => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  };
  gauge('regulars_http_requests_in_flight', 'Requests whose reply is awaited.', gauges.requestsInFlight);
  gauge('regulars_streams_open', 'Open WebSockets and server-sent event streams.', gauges.streamsOpen);
  gauge('regulars_ready', '1 while this node takes requests; alarm on 0.', () => (gauges.ready() ? 1 : 0));
  new Gauge({
    name: 'regulars_http_server_info',
    help: '1, with the server that serves as label: uws (fast) or node (everywhere).',
    labelNames: ['server'],
    registers,
  }).set({ server: gauges.server }, 1);
}

/** A histogram that is read, not observed: the library's own counts at each observation, which costs a microsecond. */
function latency(traffic: Traffic) {
  const name = 'regulars_http_request_seconds';
  return {
    name,
    async get() {
      const values: { metricName: string; labels: Record<string, string | number>; value: number }[] = [];
      for (const row of traffic.rows) {
        let count = 0;
        for (let at = 0; at < row.latency.length; at++) count += row.latency[at] as number;
        if (count === 0) continue;
        let below = 0;
        LATENCY_BOUNDS.forEach((bound, at) => {
          below += row.latency[at] as number;
          values.push({ metricName: `${name}_bucket`, labels: { route: row.route, le: bound }, value: below });
        });
        values.push({ metricName: `${name}_bucket`, labels: { route: row.route, le: '+Inf' }, value: count });
        values.push({ metricName: `${name}_sum`, labels: { route: row.route }, value: row.latencySum });
        values.push({ metricName: `${name}_count`, labels: { route: row.route }, value: count });
      }
      return {
        name,
        help: 'From the head of a request to its reply, seconds.',
        type: 'histogram',
        values,
        aggregator: 'sum',
      };
    },
    reset() {},
  };
}
