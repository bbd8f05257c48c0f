/**
 * One run of the load generator, autocannon, in the calling process: the same code and settings for every server and
 * every shape of request. The only file that knows autocannon.
 *
 * Each connection sends its next request when the reply to the last one is in (a closed loop, no pipelining): latency
 * is what a client sees, queueing in the generator included, and says nothing of a fixed rate of arrivals.
 */
import autocannon from 'autocannon';
import { type CpuTimes, cpuTimes, machineMs } from '../servers/proc.js';
import { Blanks, Numbers } from './blanks.js';
import { Latencies } from './latencies.js';
import { body, CONTENT_TYPES, CUSTOMER_BLANK, type Format } from './purchase.js';

export interface LoadSpec {
  /** `http://host:port` */
  readonly url: string;
  /** Whose CPU time is taken. */
  readonly serverPid: number;
  readonly key: string;
  readonly shape:
    | { readonly kind: 'events'; readonly format: Format; readonly batch: number }
    | { readonly kind: 'profile' };
  readonly connections: number;
  /** How long; with `requests`, at most so long. */
  readonly seconds: number;
  /** Ends after so many instead. */
  readonly requests?: number;
  /** Number of the first event; the run uses this and `numbersUsed - 1` more. */
  readonly firstEvent: number;
  readonly customersFirst: number;
  readonly customers: number;
}

export interface LoadResult {
  readonly seconds: number;
  readonly requests: number;
  /** Requests × events in each (1 for a read). */
  readonly events: number;
  readonly perSecond: number;
  /** Of a request. */
  readonly milliseconds: { readonly p50: number; readonly p99: number; readonly p999: number; readonly max: number };
  readonly replyBytes: number;
  /** Replies other than 2xx, and connection errors. */
  readonly failed: number;
  /** Of every sixteenth reply, the share of events said to be `applied`; 1 for reads. */
  readonly applied: number;
  readonly numbersUsed: number;
  /** Share of one core. NaN where the system has no /proc. */
  readonly generatorBusy: number;
  /** Cores that everything else on the machine kept busy meanwhile. */
  readonly othersBusy: number;
  readonly server: {
    /** The server's main thread, share of one core. */
    readonly mainBusy: number;
    /** All its threads, share of one core. */
    readonly busy: number;
    /** CPU time of all its threads for one event; NaN where there was none. */
    readonly microsPerEvent: number;
  };
}

const CHECK_EVERY = 16;
/** As text in JSON, and with one byte of length between in MessagePack. */
const APPLIED = /status.{1,3}applied/g;
/** How often autocannon looks whether it is time to stop. */
const SAMPLE_MS = 100;

export async function runLoad(spec: LoadSpec): Promise<LoadResult> {
  const numbers = new Numbers(spec.firstEvent, spec.customersFirst, spec.customers);
  const latencies = new Latencies();
  const batch = spec.shape.kind === 'events' ? spec.shape.batch : 1;
  let requests = 0;
  let bytes = 0;
  let failed = 0;
  let checked = 0;
  let applied = 0;
  let last = 0;

  const started = performance.now();
  const serverBefore = cpuTimes(spec.serverPid);
  const machineBefore = machineMs();
  const generatorBefore = process.cpuUsage();
  const run = autocannon(
    {
      url: spec.url,
      connections: spec.connections,
      duration: spec.seconds,
      ...(spec.requests === undefined ? {} : { amount: spec.requests }),
      timeout: 30,
      sampleInt: SAMPLE_MS,
      setupClient: clientSetup(spec, numbers),
      verifyBody: (reply) => {
        if (spec.shape.kind === 'events' && requests % CHECK_EVERY === 0) {
          checked += batch;
          applied += String(reply).match(APPLIED)?.length ?? 0;
        }
        return true;
      },
    },
    () => {},
  );
  run.on('response', (_client, status, size, milliseconds) => {
    requests++;
    bytes += size;
    if (status < 200 || status > 299) failed++;
    latencies.record(milliseconds);
    last = performance.now();
  });
  run.on('reqError', () => {
    failed++;
  });
  await new Promise<void>((resolve) => {
    run.on('done', () => resolve());
  });

  const seconds = (Math.max(last, started + 1) - started) / 1_000;
  const elapsed = (performance.now() - started) / 1_000;
  const generator = process.cpuUsage(generatorBefore);
  const generatorBusy = (generator.user + generator.system) / 1e6 / elapsed;
  const events = requests * batch;
  const server = serverShare(serverBefore, cpuTimes(spec.serverPid), elapsed, events);
  return {
    seconds,
    requests,
    events,
    perSecond: events / seconds,
    milliseconds: {
      p50: latencies.percentile(0.5),
      p99: latencies.percentile(0.99),
      p999: latencies.percentile(0.999),
      max: latencies.max,
    },
    replyBytes: requests === 0 ? 0 : bytes / requests,
    failed,
    applied: checked === 0 ? 1 : applied / checked,
    numbersUsed: numbers.used,
    generatorBusy,
    othersBusy: Math.max(0, (machineMs() - machineBefore) / 1_000 / elapsed - generatorBusy - server.busy),
    server,
  };
}

/** Builds each connection's request once and has its blanks filled before every send. */
function clientSetup(spec: LoadSpec, numbers: Numbers): (client: autocannon.Client) => void {
  const time = new Date().toISOString();
  let seed = 0;
  return (client) => {
    const headers = { authorization: `Bearer ${spec.key}` };
    if (spec.shape.kind === 'profile') {
      client.setRequests([{ method: 'GET', path: `/v1/customers/c${CUSTOMER_BLANK}`, headers }]);
    } else {
      const { format, batch } = spec.shape;
      seed += 7;
      client.setRequests([
        {
          method: 'POST',
          path: '/v1/events',
          headers: { ...headers, 'content-type': CONTENT_TYPES[format] },
          body: body(format, batch, seed, time),
        },
      ]);
    }
    const sending = client as unknown as SendingClient;
    const blanks = new Blanks(sending.getRequestBuffer());
    sending.on('request', () => blanks.fill(numbers));
  };
}

/** What the types leave out: the bytes the client sends, the same object each time, and when it is about to. */
interface SendingClient {
  getRequestBuffer(): Buffer;
  on(event: 'request', listener: () => void): void;
}

function serverShare(before: CpuTimes, after: CpuTimes, seconds: number, events: number): LoadResult['server'] {
  const all = (after.all - before.all) / 1_000;
  return {
    mainBusy: (after.main - before.main) / 1_000 / seconds,
    busy: all / seconds,
    microsPerEvent: events === 0 ? Number.NaN : (all * 1e6) / events,
  };
}
