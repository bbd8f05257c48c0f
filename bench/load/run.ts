/**
 * One run of the load generator, autocannon, in the calling process: the same code and settings for every server and
 * every shape of request. The only file that knows autocannon.
 *
 * Each connection sends its next request when the reply to the last one is in (a closed loop, no pipelining): latency
 * is what a client sees, queueing in the generator included, and says nothing of a fixed rate of arrivals (for that see
 * `open-loop.ts`).
 */
import autocannon from 'autocannon';
import { Blanks, Numbers } from './blanks.js';
import { Latencies } from './latencies.js';
import { Meter, type ServerShare } from './meter.js';
import { ReplyCheck } from './reply-check.js';
import { eventsOf, requestOf, SEED_STEP, type Shape } from './request.js';

export interface LoadSpec {
  /** `http://host:port` */
  readonly url: string;
  /** Whose CPU time is taken. */
  readonly serverPid: number;
  readonly key: string;
  readonly shape: Shape;
  readonly connections: number;
  /** Requests a second, sent evenly whatever is answered (an open loop); absent: a closed loop. */
  readonly rate?: number;
  /** How long; with `requests`, at most so long. */
  readonly seconds: number;
  /** Ends after so many instead; of a closed loop only. */
  readonly requests?: number;
  /** Number of the first event; the run uses this and `numbersUsed - 1` more. */
  readonly firstEvent: number;
  readonly customersFirst: number;
  readonly customers: number;
}

export interface LoadResult {
  readonly seconds: number;
  readonly requests: number;
  /** Requests × events in each (1 for a read or a quote). */
  readonly events: number;
  readonly perSecond: number;
  /** Of a request; in an open loop from the moment it should have been sent. */
  readonly milliseconds: { readonly p50: number; readonly p99: number; readonly p999: number; readonly max: number };
  readonly replyBytes: number;
  /** Replies other than 2xx, and connection errors. */
  readonly failed: number;
  /** Of every sixteenth reply, the share of events said to be `applied`, of quotes those that name all offers held; 1 for reads. */
  readonly applied: number;
  readonly numbersUsed: number;
  /** Share of one core. NaN where the system has no /proc. */
  readonly generatorBusy: number;
  /** Cores that everything else on the machine kept busy meanwhile. */
  readonly othersBusy: number;
  readonly server: ServerShare;
  /** Of an open loop: what was offered, and how late the generator was in sending what it could have sent (p99). */
  readonly open?: { readonly offeredPerSecond: number; readonly lateMilliseconds: number };
}

/** How often autocannon looks whether it is time to stop. */
const SAMPLE_MS = 100;

export async function runLoad(spec: LoadSpec): Promise<LoadResult> {
  const numbers = new Numbers(spec.firstEvent, spec.customersFirst, spec.customers);
  const latencies = new Latencies();
  const check = new ReplyCheck(spec.shape);
  let requests = 0;
  let bytes = 0;
  let failed = 0;
  let last = 0;

  const started = performance.now();
  const meter = new Meter(spec.serverPid);
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
        if (check.wants(requests)) check.look(String(reply));
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
  const events = requests * eventsOf(spec.shape);
  return {
    seconds,
    requests,
    events,
    perSecond: events / seconds,
    milliseconds: latencies.summary(),
    replyBytes: requests === 0 ? 0 : bytes / requests,
    failed,
    applied: check.share,
    numbersUsed: numbers.used,
    ...meter.read(events),
  };
}

/** Builds each connection's request once and has its blanks filled before every send. */
function clientSetup(spec: LoadSpec, numbers: Numbers): (client: autocannon.Client) => void {
  const time = new Date().toISOString();
  let seed = 0;
  return (client) => {
    seed += SEED_STEP;
    client.setRequests([requestOf(spec.shape, spec.key, seed, time)]);
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
