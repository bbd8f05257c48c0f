/**
 * One run at a fixed rate of arrivals, in the calling process: requests are due evenly, whatever is answered, and the
 * latency of each counts from the moment it was due. A server that stalls is charged with everything that should have
 * been sent meanwhile (coordinated omission is avoided, not corrected). Where all sockets wait for a reply, what is due
 * waits for the first that is free, and its clock runs.
 *
 * A small sender of its own and not autocannon with `overallRate`: autocannon sends what belongs to a second as fast as
 * it can at the second's beginning and then pauses, so it offers bursts; and it mends its histogram afterwards by a
 * guess, not the latencies it tells one by one.
 *
 * Between two sends the thread naps for fractions of a millisecond, shorter than a timer can and cheaper than spinning
 * on a core that the server wants. How late it was in spite of that is in the result: it is part of the latencies.
 */
import { Blanks, Numbers } from './blanks.js';
import { Connection } from './connection.js';
import { Latencies } from './latencies.js';
import { Meter } from './meter.js';
import { ReplyCheck } from './reply-check.js';
import { bytesOf, eventsOf, requestOf, SEED_STEP } from './request.js';
import type { LoadResult, LoadSpec } from './run.js';

const NAP_MS_MAX = 0.2;
/** Nothing due for so long: a timer is good enough, and costs nothing. */
const TIMER_MS_MIN = 3;
/** A timer may be so late. */
const TIMER_SLACK_MS = 1.5;
/** From the sockets being open to the first request. */
const LEAD_MS = 20;
/** How long the last replies are waited for. */
const LAST_MS_MAX = 10_000;

/** What is not answered in the end has failed, and counts with the time it has waited. */
export async function runOpenLoop(spec: LoadSpec & { readonly rate: number }): Promise<LoadResult> {
  const url = new URL(spec.url);
  const opened = await Promise.all(Array.from({ length: spec.connections }, () => Connection.open(url)));
  return new OpenLoop(spec, url.host, opened).run();
}

/** A socket with its request, and which arrival it carries now; -1: none. */
interface Sender {
  readonly connection: Connection;
  readonly request: Buffer;
  readonly blanks: Blanks;
  carries: number;
}

class OpenLoop {
  private readonly numbers: Numbers;
  private readonly latencies = new Latencies();
  private readonly lateness = new Latencies();
  private readonly check: ReplyCheck;
  private readonly senders: Sender[];
  /** Longest idle first, so that all sockets take part. */
  private readonly free: Sender[];
  private readonly total: number;
  private start = 0;
  private sent = 0;
  private ended = 0;
  private answered = 0;
  private failed = 0;
  private bytes = 0;
  private last = 0;
  private alive: number;

  constructor(
    private readonly spec: LoadSpec & { readonly rate: number },
    host: string,
    connections: readonly Connection[],
  ) {
    this.numbers = new Numbers(spec.firstEvent, spec.customersFirst, spec.customers);
    this.check = new ReplyCheck(spec.shape);
    this.total = Math.max(1, Math.round(spec.rate * spec.seconds));
    this.alive = connections.length;
    const time = new Date().toISOString();
    this.senders = connections.map((connection, i) => {
      const request = bytesOf(requestOf(spec.shape, spec.key, (i + 1) * SEED_STEP, time), host);
      return { connection, request, blanks: new Blanks(request), carries: -1 };
    });
    this.free = [...this.senders];
    for (const sender of this.senders) {
      sender.connection.onReply = ({ status, bytes, body }) => {
        if (body !== undefined) this.check.look(body);
        this.bytes += bytes;
        this.answered++;
        this.end(sender, status < 200 || status > 299);
        if (this.sent < this.total && this.due(this.sent) <= this.last) this.send(sender);
        else this.free.push(sender);
      };
      sender.connection.onEnd = () => {
        this.alive--;
        if (sender.carries >= 0) this.end(sender, true);
        else this.free.splice(this.free.indexOf(sender), 1);
      };
    }
  }

  async run(): Promise<LoadResult> {
    const { spec } = this;
    const meter = new Meter(spec.serverPid);
    this.start = performance.now() + LEAD_MS;
    await this.sendAll();
    const events = this.answered * eventsOf(spec.shape);
    const metered = meter.read(events);
    this.giveUp();
    const seconds = (Math.max(this.last, this.start + 1) - this.start) / 1_000;
    return {
      seconds,
      requests: this.answered,
      events,
      perSecond: events / seconds,
      milliseconds: this.latencies.summary(),
      replyBytes: this.answered === 0 ? 0 : this.bytes / this.answered,
      failed: this.failed,
      applied: this.check.share,
      numbersUsed: this.numbers.used,
      ...metered,
      open: {
        offeredPerSecond: spec.rate * eventsOf(spec.shape),
        lateMilliseconds: this.lateness.percentile(0.99),
      },
    };
  }

  /** When the `i`-th request should be sent, on the clock of `performance.now`. */
  private due(i: number): number {
    return this.start + (i * 1_000) / this.spec.rate;
  }

  private sendAll(): Promise<void> {
    const over = this.due(this.total) + LAST_MS_MAX;
    return new Promise((resolve) => {
      const turn = (): void => {
        const now = performance.now();
        while (this.sent < this.total && this.free.length > 0 && this.due(this.sent) <= now) {
          this.lateness.record(now - this.due(this.sent));
          this.send(this.free.shift()!);
        }
        if (this.ended >= this.total || this.alive === 0 || now > over) {
          resolve();
          return;
        }
        const wait = this.sent < this.total ? this.due(this.sent) - now : TIMER_MS_MIN;
        if (wait >= TIMER_MS_MIN) {
          setTimeout(turn, wait - TIMER_SLACK_MS);
        } else {
          nap(wait > 0 ? Math.min(wait, NAP_MS_MAX) : NAP_MS_MAX);
          setImmediate(turn);
        }
      };
      turn();
    });
  }

  private send(sender: Sender): void {
    sender.blanks.fill(this.numbers);
    sender.carries = this.sent;
    sender.connection.send(sender.request, this.check.wants(this.sent));
    this.sent++;
  }

  private end(sender: Sender, hasFailed: boolean): void {
    this.last = performance.now();
    this.latencies.record(this.last - this.due(sender.carries));
    sender.carries = -1;
    this.ended++;
    if (hasFailed) this.failed++;
  }

  private giveUp(): void {
    const now = performance.now();
    for (const sender of this.senders) {
      if (sender.carries >= 0) {
        this.latencies.record(now - this.due(sender.carries));
        this.failed++;
      }
      sender.connection.close();
    }
    for (let i = this.sent; i < this.total; i++) {
      this.latencies.record(Math.max(0, now - this.due(i)));
      this.failed++;
    }
  }
}

const NOTHING = new Int32Array(new SharedArrayBuffer(4));

/** The thread sleeps; what came meanwhile is read right after. */
function nap(milliseconds: number): void {
  Atomics.wait(NOTHING, 0, 0, milliseconds);
}
