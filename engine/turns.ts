/**
 * The loop of the engine: what waits is judged in turns, one journal record each, and answered when that record is on
 * disk (group commit).
 *
 * Owns: what waits (`inbox.ts`), when a turn runs, and who is answered at which record. Customers own what an entry does.
 * Invariants:
 *  1. One turn at a time; entries of a customer apply in the order they came (DESIGN D3).
 *  2. A turn runs to its end without awaiting anything. The only wait is the gate's.
 *  3. The stamp of a turn is never before that of the turn before it (D10).
 *  4. Everything submitted is answered exactly once: with decisions, or with an error when the outcome is unknown.
 * It is long because every kind of work that waits for its turn comes through here.
 */
import type { Event } from '../actors/event.js';
import { limits } from '../actors/limits.js';
import type { Program } from '../actors/program/program.js';
import type { TillData } from '../actors/till/step.js';
import type { Checkpoint } from './checkpoint.js';
import { type Clock, type Decision, EngineError, type EventSource, type KeepOf, type KeepReply } from './contract.js';
import type { Control } from './control.js';
import type { Customers } from './customers.js';
import type { Gate, Waiter } from './gate.js';
import { Inbox } from './inbox.js';
import { encodeEntry, type JournalEntry } from './journal/entry.js';
import type { Journal } from './journal/journal.js';
import { CONTROL_SHARD, shardOf } from './journal/position.js';
import type { Merges } from './merges.js';
import type { EngineMetrics } from './metrics.js';
import { needsKey } from './personal.js';
import type { Reader } from './reader.js';
import { Turn } from './turn.js';
import type { Vault } from './vault/vault.js';

/** Done, or the turn was full, or there is something to wait for that is no entry (others go on meanwhile). */
type Ran = boolean | Promise<void>;

/** Something that waits for its turn. */
interface Work extends Waiter {
  readonly weight: number;
  run(turn: Turn): Ran;
}

const NONE = new Uint8Array(0);

export class Turns {
  private readonly inbox = new Inbox<Work>();
  private inFlight = 0;
  private scheduled = false;
  private paused = false;
  private refusing: (() => EngineError) | undefined;
  private failed = false;
  private stamp: number;

  constructor(
    private readonly journal: Journal,
    private readonly gate: Gate,
    private readonly customers: Customers,
    private readonly merges: Merges,
    private readonly control: Control,
    private readonly checkpoint: Checkpoint,
    private readonly reader: Reader,
    private readonly vault: Pick<Vault, 'prepare' | 'hasKey' | 'erase'>,
    private readonly metrics: EngineMetrics,
    private readonly now: () => number,
    private readonly follow: (turn: Turn) => void,
    private readonly onFailure: (error: Error) => void,
    lastStamp: number,
  ) {
    this.stamp = lastStamp;
  }

  get queued(): number {
    return this.inbox.weight;
  }

  /** From now on nothing new is taken; what waits is still done. */
  refuse(error: () => EngineError): void {
    this.refusing = error;
  }

  /** From now on entries are taken. `lastStamp`: wall time of the newest record, ms. */
  accept(lastStamp: number): void {
    this.stamp = Math.max(this.stamp, lastStamp);
    this.refusing = undefined;
  }

  /** The node has failed: nothing runs any more, and what still waits for its turn is told. */
  fail(error: () => EngineError): void {
    this.refusing = error;
    this.failed = true;
    for (const work of this.inbox.drain()) work.failed(error());
  }

  /** Takes events one by one, each decided before the next is asked for. */
  take(source: EventSource, clock: Clock, keep: KeepReply | undefined): Promise<void> {
    const weight = source.count;
    const refused = this.refusal(weight) ?? this.withoutProgram();
    if (refused !== undefined) return Promise.reject(refused);
    let held: Event | undefined;
    return this.work(weight, (turn) => {
      for (;;) {
        if (turn.full) {
          source.paused();
          return false;
        }
        const event = held ?? source.next();
        held = undefined;
        if (event === undefined) break;
        const keys = this.keysFor(event, clock, turn);
        if (keys !== undefined) {
          held = event;
          source.paused();
          return keys;
        }
        source.decided(event, this.decide(event, clock, turn));
      }
      if (keep !== undefined) this.control.keep(keep, turn);
      return true;
    });
  }

  /** What must be durable of the keys, or gone for good, before an event is judged; undefined where all is. */
  private keysFor(event: Event, clock: Clock, turn: Turn): Promise<void> | undefined {
    if (event.type === 'customer.erased') {
      const open = this.merges.toErase(event, clock, turn.stamp).filter((id) => this.vault.hasKey(id));
      return open.length === 0 ? undefined : Promise.all(open.map((id) => this.vault.erase(id))).then(() => {});
    }
    if (!needsKey(event, this.programInForce())) return undefined;
    return this.vault.prepare(this.merges.survivorOf(event.subject));
  }

  /** A step of the till; `eventAt` gives the event once the turn's stamp (ms) is known. */
  async till(eventAt: (stamp: number) => Event<TillData>, keepOf?: KeepOf): Promise<Decision> {
    const refused = this.refusal(1) ?? this.withoutProgram();
    if (refused !== undefined) throw refused;
    let decision: Decision | undefined;
    await this.work(1, (turn) => {
      if (turn.full) return false;
      const event = eventAt(turn.stamp);
      const isStopped = this.customers.stopped(shardOf(event.subject));
      decision = isStopped ? { status: 'parked' } : this.customers.till(event, this.programInForce(), turn);
      this.metrics.events[decision.status].inc();
      this.control.keep(keepOf?.(decision), turn);
      return true;
    });
    return decision!;
  }

  /** Wakes customers whose deadlines came. Nobody waits for an answer. */
  fire(customerIds: readonly string[]): Promise<void> {
    const refused = this.refusal(0);
    if (refused !== undefined) return Promise.reject(refused);
    let next = 0;
    return this.work(customerIds.length, (turn) => {
      const program = this.control.program;
      while (next < customerIds.length && program !== undefined) {
        if (turn.full) return false;
        this.customers.due(customerIds[next++]!, program, turn, this.control.importClosedAt);
      }
      return true;
    });
  }

  /** A step of a run of sends: `step` puts what fits into the turn and says whether it is done. */
  reach(customers: number, step: (turn: Turn) => boolean): Promise<void> {
    const refused = this.refusal(customers);
    if (refused !== undefined) return Promise.reject(refused);
    return this.work(customers, step);
  }

  unpark(customerId: string): Promise<number> {
    const refused = this.refusal(1);
    if (refused !== undefined) return Promise.reject(refused);
    let left = 0;
    return this.work(1, (turn) => {
      left = this.customers.unpark(customerId, this.programInForce(), turn);
      return left === 0 || !turn.full;
    }).then(() => left);
  }

  /** A control entry: `make` is called in its turn and applies what it returns. */
  append(make: (turn: Turn) => JournalEntry | undefined, keep?: KeepReply): Promise<void> {
    const refused = this.refusal(1);
    if (refused !== undefined) return Promise.reject(refused);
    return this.work(1, (turn) => {
      const entry = make(turn);
      if (entry !== undefined && entry.kind !== 'event') turn.add(CONTROL_SHARD, entry, encodeEntry(entry), [], NONE);
      if (keep !== undefined) this.control.keep(keep, turn);
      return true;
    });
  }

  /** Resolves when everything taken so far has been answered. */
  drained(): Promise<void> {
    return this.work(0, () => true);
  }

  private refusal(weight: number): EngineError | undefined {
    if (this.refusing !== undefined) return this.refusing();
    const { queued } = this;
    if (queued === 0 || queued + weight <= limits.inboxEventsMax) return undefined;
    return new EngineError('overloaded', `${queued} events are waiting already; try again in a second`, 1);
  }

  private work(weight: number, run: (turn: Turn) => Ran): Promise<void> {
    return new Promise((resolve, reject) => this.enqueue({ weight, run, opened: resolve, failed: reject }));
  }

  private enqueue(work: Work): void {
    this.inbox.push(work);
    this.schedule();
  }

  /** Puts work that has something to wait for into the inbox again, behind what is there. */
  private await(work: Work, something: Promise<void>): void {
    something.then(
      () => {
        if (this.failed && this.refusing !== undefined) work.failed(this.refusing());
        else this.enqueue(work);
      },
      (error: Error) => work.failed(error),
    );
  }

  private schedule(): void {
    if (this.scheduled || this.paused || this.failed || this.inbox.first === undefined) return;
    if (this.inFlight >= limits.recordsInFlightMax) return;
    this.scheduled = true;
    setImmediate(this.turn);
  }

  private readonly turn = (): void => {
    this.scheduled = false;
    if (this.failed) return;
    if (this.checkpoint.behind) {
      this.paused = true;
      this.checkpoint.whenSpace(() => {
        this.paused = false;
        this.schedule();
      });
      this.checkpoint.nudge();
      return;
    }
    const started = performance.now();
    this.stamp = Math.max(this.stamp, this.now());
    const turn = new Turn(this.journal.last + 1, this.stamp, started);
    const done: Work[] = [];
    this.reader.turn = turn;
    try {
      for (let work = this.inbox.first; work !== undefined && turn.mayBegin(work.weight); work = this.inbox.first) {
        const ran = work.run(turn);
        if (ran === false) break;
        this.inbox.shift();
        if (ran === true) done.push(work);
        else this.await(work, ran);
      }
      if (turn.count > 0) this.commit(turn);
    } catch (error) {
      // Those done stand in the inbox no more; all others, the one that threw included, are told by `fail`.
      this.onFailure(error as Error);
      for (const work of done) this.gate.pass(turn.record, work);
      return;
    } finally {
      this.reader.turn = undefined;
    }
    // Whatever was found on the way (a duplicate's first record) is at or before the newest record appended.
    const newest = this.journal.last;
    for (const work of done) this.gate.pass(newest, work);
    this.metrics.turnSeconds.observe((performance.now() - started) / 1000);
    this.checkpoint.nudge();
    this.schedule();
  };

  private commit(turn: Turn): void {
    const appended = performance.now();
    const { record, durable } = this.journal.append(turn.stamp, turn.entries);
    this.inFlight++;
    this.metrics.entries.inc(turn.count);
    this.metrics.turnEntries.observe(turn.count);
    this.follow(turn);
    durable.then(
      () => {
        this.inFlight--;
        this.metrics.commitSeconds.observe((performance.now() - appended) / 1000);
        this.gate.open(record);
        this.schedule();
      },
      (error: Error) => this.onFailure(error),
    );
  }

  private decide(event: Event, clock: Clock, turn: Turn): Decision {
    if (this.customers.stopped(shardOf(event.subject))) return { status: 'parked' };
    const decision = this.customers.event(event, clock, this.programInForce(), turn);
    this.metrics.events[decision.status].inc();
    return decision;
  }

  /** A program once published never goes away, so what was taken finds one in its turn. */
  private programInForce(): Program {
    return this.control.program!;
  }

  private withoutProgram(): EngineError | undefined {
    if (this.control.program !== undefined) return undefined;
    return new EngineError('no_program', 'no program is published yet; PUT one to /v1/program');
  }
}
