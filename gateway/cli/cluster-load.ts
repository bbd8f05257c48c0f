/**
 * Load on a cluster that knows what was acknowledged and how long nothing was, and the proof that it all stayed. Used by
 * tests only.
 */
import type { Test } from 'tap';
import { purchase } from './running.js';
import { GIVE_UP_MS, type Running } from './running-cluster.js';

const WORKERS = 12;
const CUSTOMERS = 9;
const TICK_MS = 50;
const STANDSTILL_MS = 1_000;

/** Workers that send one purchase after the other, each until it is acknowledged. */
export class Load {
  readonly acknowledged = new Map<
    string,
    { body: Record<string, unknown>; reply: { position: string; outcomes: unknown } }
  >();
  readonly tried = new Map<string, { body: Record<string, unknown> }>();
  #stopped = false;
  #answeredAt = performance.now();
  #gap = 0;
  #next = 0;
  #tickedAt = performance.now();
  readonly #ticks = setInterval(() => this.#tick(), TICK_MS);
  /** How often this process itself stood still for so long that what it measured meanwhile says nothing. */
  standstills = 0;
  readonly #workers: Promise<void>[];

  /** Ends with the test, also where that fails. */
  constructor(
    t: Test,
    private readonly cluster: Running,
  ) {
    t.teardown(() => this.stop());
    this.#workers = Array.from({ length: WORKERS }, (_, worker) => this.#work(worker));
  }

  runsFor(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  /** The longest time without an acknowledgement from the beginning of `work` until one after its end, ms. */
  async gapWhile(work: () => Promise<void>): Promise<number> {
    this.#gap = 0;
    this.#answeredAt = performance.now();
    await work();
    const count = this.acknowledged.size;
    const started = performance.now();
    while (this.acknowledged.size < count + WORKERS && performance.now() - started < GIVE_UP_MS) await this.runsFor(20);
    return Math.round(this.#gap);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#ticks);
    await Promise.all(this.#workers);
  }

  #tick(): void {
    const now = performance.now();
    if (now - this.#tickedAt > STANDSTILL_MS) {
      this.standstills++;
      this.#answeredAt += now - this.#tickedAt;
    }
    this.#tickedAt = now;
  }

  async #work(worker: number): Promise<void> {
    while (!this.#stopped) {
      const n = this.#next++;
      const body = purchase(`e${n}`, `c${n % CUSTOMERS}`, 300);
      this.tried.set(`e${n}`, { body });
      const reply = await this.cluster.answered(body, worker, () => this.#stopped);
      if (reply === undefined) return;
      const now = performance.now();
      this.#gap = Math.max(this.#gap, now - this.#answeredAt);
      this.#answeredAt = now;
      this.acknowledged.set(`e${n}`, { body, reply });
    }
  }
}

/** Every acknowledged event is known, once, with the outcomes of its first reply; and nothing else came of them. */
export async function remembers(t: Test, cluster: Running, load: Load): Promise<void> {
  let wrong = 0;
  for (const [id, { body, reply }] of load.acknowledged) {
    const again = (await cluster.post(body)) as { status: string; position: string; outcomes: unknown };
    const isSame =
      again.position === reply.position && JSON.stringify(again.outcomes) === JSON.stringify(reply.outcomes);
    if (again.status !== 'duplicate' || !isSame) wrong += t.fail(`event ${id} is answered otherwise`) ? 0 : 1;
  }
  t.equal(wrong, 0, 'every event acknowledged is answered again as it was');
  const known = new Map<string, number>();
  for (const { body } of load.tried.values()) {
    const { status } = (await cluster.post(body)) as { status: string };
    t.ok(status === 'duplicate' || status === 'applied') || t.comment(status);
    known.set(body.subject as string, (known.get(body.subject as string) ?? 0) + 1);
  }
  for (const [customer, events] of known) {
    const { totals, points } = (await cluster.get(`/v1/customers/${customer}`)) as {
      totals: { purchases: number };
      points: { stars: { active: number } };
    };
    t.equal(totals.purchases, events, `${customer} has bought as often as was sent`);
    t.equal(points.stars.active, events * 3, `${customer} has the points of it`);
  }
}
