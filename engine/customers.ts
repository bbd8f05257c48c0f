/**
 * Applies entries to customers: an event that was reported, a deadline or a send that came, an entry kept while the
 * customer was parked. Each gives a decision and one entry of the turn at work.
 *
 * Owns: duplicate or new (DESIGN D2), judging through the resident actor, parking (D5). Turns own when; the journal
 * owns where. Invariant: whatever is added to the turn has been applied to the resident, and the other way round.
 * It is long because all kinds of entries go through one door.
 */

import { nextDue } from '../actors/customer/due.js';
import type { CustomerEntry, SendEntry } from '../actors/customer/entry.js';
import { invalid } from '../actors/customer/invalid.js';
import type { Event } from '../actors/event.js';
import { limits } from '../actors/limits.js';
import type { Program } from '../actors/program/program.js';
import { isAnonymous } from '../actors/till/anonymous.js';
import { stepOf, type TillData } from '../actors/till/step.js';
import type { Checkpoint } from './checkpoint.js';
import type { Clock, Decision } from './contract.js';
import { decisionOf, inFuture, repeated, tooLarge } from './decision.js';
import { encodeEntry, encodeEvent, type JournalEntry, type Sealer } from './journal/entry.js';
import { encodeOutcomes } from './journal/outcomes.js';
import { formatPosition } from './journal/position.js';
import type { Log } from './log.js';
import type { Merges } from './merges.js';
import type { EngineMetrics } from './metrics.js';
import { isPersonal } from './personal.js';
import type { ReadEntry, Reader } from './reader.js';
import { type Recall, remember } from './recall.js';
import type { Resident, Residents } from './residents.js';
import { sameValue } from './same-value.js';
import type { SharedCounts } from './shared-counts.js';
import type { Turn } from './turn.js';

const NONE = new Uint8Array(0);
const MERGED = 'customer.merged';
const CLAIMED = 'purchase.claimed';

/** A run of sends, as it comes to a customer. */
export type Sending = Pick<SendEntry, 'campaignId' | 'run' | 'at' | 'openFrom'>;
/**
 * What became of it: something given; nothing (not in the target, say); nothing because the customer came later, or is
 * on event time; or its shard has stopped, and the run waits.
 */
export type Came = 'given' | 'nothing' | 'later' | 'passedOver' | 'stopped';

export class Customers {
  private readonly parkedIn = new Map<number, number>();

  constructor(
    private readonly residents: Residents,
    private readonly recall: Recall,
    private readonly reader: Reader,
    private readonly checkpoint: Checkpoint,
    private readonly shared: SharedCounts,
    private readonly sealer: Sealer,
    private readonly metrics: EngineMetrics,
    private readonly log: Log,
    private readonly merges: Merges,
  ) {}

  /** Too many customers of a shard could not be judged: a defect of this build, not of their data (DESIGN D5). */
  stopped(shard: number): boolean {
    return (this.parkedIn.get(shard) ?? 0) > limits.parkedCustomersMax;
  }

  /** One reported event. */
  event(event: Event, clock: Clock, program: Program, turn: Turn): Decision {
    if (clock === 'wall' && event.time > turn.stamp + limits.futureMsMax) {
      return inFuture(event.time, turn.stamp);
    }
    const errors = invalid(event, program);
    if (errors.length > 0) return { status: 'invalid', errors };
    const resident = this.residents.survivor(event.subject);
    if (resident.sequence !== 0) {
      const seen = this.recall.event(resident, event, event.subject);
      if (seen !== undefined && !isRefusedLater(resident, seen))
        return repeated(seen, this.recall.reportedIn(seen), event);
    }
    if (event.type === MERGED && this.merges.isParked(resident, event)) return { status: 'parked' };
    return this.judge(resident, event, clock === 'event', program, turn);
  }

  /** A step of the till. The same request again is answered as it was, as long as what it did stands. */
  till(event: Event<TillData>, program: Program, turn: Turn): Decision {
    if (event.time > turn.stamp + limits.futureMsMax) return inFuture(event.time, turn.stamp);
    const errors = invalid(event, program);
    if (errors.length > 0) return { status: 'invalid', errors };
    const resident = this.residents.survivor(event.subject);
    if (resident.sequence !== 0) {
      const seen = this.tillStep(resident, event);
      if (seen !== undefined && this.isRepeat(resident, seen, event, turn.stamp))
        return decisionOf(seen.position, seen.outcomes);
    }
    return this.judge(resident, event, false, program, turn);
  }

  /** What an anonymous sale was before it was claimed stays with it. */
  private tillStep(resident: Resident, { id, type, subject }: Event): ReadEntry | undefined {
    const seen = this.recall.tillStep(resident, id, type);
    if (seen !== undefined || resident.id === subject) return seen;
    return this.recall.tillStep(this.residents.wake(subject), id, type);
  }

  /** A lock is repeated while it lives; once it has ended, or where it was made again, the same request asks anew. */
  private isRepeat(resident: Resident, seen: ReadEntry, event: Event<TillData>, now: number): boolean {
    const first = this.recall.reportedIn(seen);
    if (first === undefined || first.type !== event.type || !sameValue(first.data, event.data)) return false;
    const { transactionId } = event.data;
    const locks = resident.actor.state?.locks ?? [];
    // One whose end has come may still stand until it is told.
    const lives = locks.some((lock) => lock.transactionId === transactionId && lock.until >= now);
    const step = stepOf(event.type);
    return step === 'lock' ? lives : step === 'unlock' ? !lives : true;
  }

  private judge(resident: Resident, reported: Event, imported: boolean, program: Program, turn: Turn): Decision {
    const reportedFor = reported.subject === resident.id ? undefined : reported.subject;
    const event = reportedFor === undefined ? reported : { ...reported, subject: resident.id };
    const sequence = turn.nextSequence;
    const position = formatPosition(resident.shard, sequence);
    const sealer = isPersonal(event, program) ? this.sealer : undefined;
    const bytes = encodeEvent(event, imported, false, sealer, reportedFor);
    if (bytes.length > limits.entryBytesMax) return tooLarge(bytes.length);
    if (resident.parked.length > 0) return this.keep(resident, event, imported, sealer, turn, reportedFor);
    const entry: CustomerEntry = { kind: 'event', position, stamp: turn.stamp, event, imported };
    const result = resident.actor.judge(entry, program, this.recall.history(resident), this.shared);
    if ('fault' in result) {
      this.park(resident, result.fault);
      return this.keep(resident, event, imported, sealer, turn, reportedFor);
    }
    const { outcomes } = result;
    const journaled: JournalEntry = { kind: 'event', event, imported, erased: false, parked: false, reportedFor };
    turn.add(resident.shard, journaled, bytes, outcomes, encodeOutcomes(outcomes, event.id, event.time, this.sealer));
    remember(resident, event, outcomes, sequence, turn.stamp, program.lateness.ms);
    this.shared.apply(outcomes, sequence);
    this.applied(resident, sequence, turn.record);
    if (event.type === MERGED || event.type === CLAIMED) this.merges.apply(outcomes, sequence, turn.record);
    return decisionOf(position, outcomes);
  }

  /**
   * A deadline came: judged only if something is pending by now. The row that told of it may be older than the
   * customer: one imported since waits until the import is closed (DESIGN D10).
   */
  due(customerId: string, program: Program, turn: Turn, importClosedAt: number): void {
    const resident = this.residents.wake(customerId);
    const { state } = resident.actor;
    if (resident.mergedInto !== null) return;
    if (state === undefined || resident.parked.length > 0 || this.stopped(resident.shard)) return;
    if (state.imported && resident.sequence > importClosedAt) return;
    const pending = nextDue(state);
    if (pending === null || pending > turn.stamp) return;
    const sequence = turn.nextSequence;
    const position = formatPosition(resident.shard, sequence);
    const result = resident.actor.judge(
      { kind: 'due', position, stamp: turn.stamp, customerId },
      program,
      this.recall.history(resident),
      this.shared,
    );
    const journaled: JournalEntry = { kind: 'due', customerId };
    if ('fault' in result) {
      this.park(resident, result.fault);
      turn.add(resident.shard, journaled, encodeEntry(journaled), [], NONE);
      resident.parked.push(sequence);
    } else {
      const { outcomes } = result;
      turn.add(
        resident.shard,
        journaled,
        encodeEntry(journaled),
        outcomes,
        encodeOutcomes(outcomes, undefined, 0, this.sealer),
      );
      this.shared.apply(outcomes, sequence);
    }
    this.applied(resident, sequence, turn.record);
  }

  /** A run of sends comes by. In it is who had an entry before it opened. */
  send(customerId: string, sending: Sending, program: Program, turn: Turn, importClosedAt: number): Came {
    const resident = this.residents.wake(customerId);
    if (this.stopped(resident.shard)) return 'stopped';
    // Its survivor is reached by itself.
    if (resident.mergedInto !== null || isAnonymous(customerId)) return 'nothing';
    if (resident.sequence > sending.run && this.residents.first(resident) > sending.run) return 'later';
    const { campaignId, run, at } = sending;
    const journaled: JournalEntry = { kind: 'send', customerId, campaignId, run, at };
    if (resident.parked.length > 0) return this.keepSend(resident, journaled, turn);
    const { state } = resident.actor;
    if (state === undefined) return 'later';
    if (state.imported && resident.sequence > importClosedAt) return 'passedOver';
    const sequence = turn.nextSequence;
    const placed = { position: formatPosition(resident.shard, sequence), stamp: turn.stamp };
    const entry: CustomerEntry = { kind: 'send', ...placed, customerId, ...sending };
    const result = resident.actor.judge(entry, program, this.recall.history(resident), this.shared);
    if ('fault' in result) {
      this.park(resident, result.fault);
      return this.keepSend(resident, journaled, turn);
    }
    const { outcomes } = result;
    if (outcomes.length === 0) return 'nothing';
    const bytes = encodeOutcomes(outcomes, undefined, at, this.sealer);
    turn.add(resident.shard, journaled, encodeEntry(journaled), outcomes, bytes);
    this.shared.apply(outcomes, sequence);
    this.applied(resident, sequence, turn.record);
    return outcomes.some(({ type }) => type === 'send.received') ? 'given' : 'nothing';
  }

  private keepSend(resident: Resident, journaled: Extract<JournalEntry, { kind: 'send' }>, turn: Turn): Came {
    if (resident.parked.length >= limits.parkedEntriesPerCustomerMax) return 'nothing';
    const sequence = turn.nextSequence;
    turn.add(resident.shard, journaled, encodeEntry(journaled), [], NONE);
    resident.parked.push(sequence);
    this.applied(resident, sequence, turn.record);
    return 'nothing';
  }

  /** Judges what was kept while the customer was parked, in order; stops at the first that still throws. Returns how many are left. */
  unpark(customerId: string, program: Program, turn: Turn): number {
    const resident = this.residents.survivor(customerId);
    while (resident.parked.length > 0 && !turn.full) {
      const kept = resident.parked[0]!;
      const read = this.reader.read(kept);
      if (read === undefined || read === 'gone')
        throw new Error(`entry ${kept} of parked customer is not in the journal`);
      const sequence = turn.nextSequence;
      const placed = { position: formatPosition(resident.shard, sequence), stamp: turn.stamp };
      const event = read.entry.kind === 'event' ? read.entry.event : undefined;
      const imported = read.entry.kind === 'event' && read.entry.imported;
      const entry: CustomerEntry =
        read.entry.kind === 'send'
          ? { ...read.entry, ...placed, openFrom: 0 }
          : event === undefined
            ? { kind: 'due', ...placed, customerId }
            : { kind: 'event', ...placed, event, imported };
      const result = resident.actor.judge(entry, program, this.recall.history(resident), this.shared);
      if ('fault' in result) {
        this.restore(resident);
        this.log.error('customer_still_parked', { customer: customerId, error: String(result.fault) });
        break;
      }
      const last = resident.parked.length === 1;
      const journaled: JournalEntry = { kind: 'unparked', customerId, sequence: kept, last };
      turn.add(
        resident.shard,
        journaled,
        encodeEntry(journaled),
        result.outcomes,
        encodeOutcomes(result.outcomes, undefined, 0, this.sealer),
      );
      remember(resident, event, result.outcomes, sequence, turn.stamp, program.lateness.ms);
      this.shared.apply(result.outcomes, sequence);
      resident.parked.shift();
      if (last) this.released(resident.shard);
      this.applied(resident, sequence, turn.record);
      this.merges.apply(result.outcomes, sequence, turn.record);
    }
    return resident.parked.length;
  }

  /** Counts a customer found parked while rows were read at the start. */
  foundParked(shard: number): void {
    this.parkedIn.set(shard, (this.parkedIn.get(shard) ?? 0) + 1);
    this.metrics.parkedCustomers.set(this.parkedCount);
  }

  released(shard: number): void {
    this.parkedIn.set(shard, (this.parkedIn.get(shard) ?? 1) - 1);
    this.metrics.parkedCustomers.set(this.parkedCount);
  }

  get parkedCount(): number {
    let count = 0;
    for (const n of this.parkedIn.values()) count += n;
    return count;
  }

  private keep(
    resident: Resident,
    event: Event,
    imported: boolean,
    sealer: Sealer | undefined,
    turn: Turn,
    reportedFor: string | undefined,
  ): Decision {
    if (resident.parked.length < limits.parkedEntriesPerCustomerMax) {
      const sequence = turn.nextSequence;
      const journaled: JournalEntry = { kind: 'event', event, imported, erased: false, parked: true, reportedFor };
      turn.add(resident.shard, journaled, encodeEvent(event, imported, true, sealer, reportedFor), [], NONE);
      resident.parked.push(sequence);
      remember(resident, event, [], sequence, turn.stamp, 0);
      this.applied(resident, sequence, turn.record);
    }
    return { status: 'parked' };
  }

  private park(resident: Resident, fault: unknown): void {
    this.restore(resident);
    this.foundParked(resident.shard);
    const error = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
    this.log.error('customer_parked', { customer: resident.id, shard: resident.shard, error });
  }

  private restore(resident: Resident): void {
    this.residents.restore(resident, (sequence) => {
      const read = this.reader.read(sequence);
      if (read === undefined || read === 'gone')
        throw new Error(`entry ${sequence} of a customer is not in the journal`);
      return read.outcomes;
    });
  }

  private applied(resident: Resident, sequence: number, record: number): void {
    resident.sequence = sequence;
    resident.entries++;
    resident.tail.push(sequence);
    this.checkpoint.touch(resident, record);
  }
}

/** An entry kept while the customer was parked that turned out invalid when it was judged: not remembered (DESIGN D2). */
function isRefusedLater(resident: Resident, seen: ReadEntry): boolean {
  return seen.entry.kind === 'event' && seen.entry.parked && !resident.parked.includes(seen.sequence);
}
