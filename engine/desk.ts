/**
 * The engine's front desk: what `contract.ts` offers, over the parts that node.ts put together.
 *
 * Owns: whether writes are taken now, and keyed requests under way (a repeat waits for the first). Everything else it
 * passes on.
 */

import { randomBytes } from 'node:crypto';
import type { Event, Json } from '../actors/event.js';
import { compileProgram } from '../actors/program/compile.js';
import type { ProgramDocument } from '../actors/program/document.js';
import { anonymousId } from '../actors/till/anonymous.js';
import { stepEventId, TILL_SOURCE, type TillData, tillType } from '../actors/till/step.js';
import type { Checkpoint } from './checkpoint.js';
import type { CodeLists } from './code-lists.js';
import {
  type Clock,
  type Decision,
  type Engine,
  EngineError,
  type EventSource,
  type Health,
  type KeepReply,
  type KeptReply,
  type PublishedProgram,
  type Registry,
  type TailRequest,
} from './contract.js';
import type { Control } from './control.js';
import type { Customers } from './customers.js';
import type { Deadlines } from './deadlines.js';
import type { DiskGuard } from './disk.js';
import type { Explanations } from './explanations.js';
import type { Follower } from './follower.js';
import type { Gate } from './gate.js';
import type { Journal } from './journal/journal.js';
import type { Log } from './log.js';
import type { Merges } from './merges.js';
import type { Retention } from './retention.js';
import type { Sends } from './sends.js';
import type { Tails } from './tail.js';
import type { Turns } from './turns.js';
import type { Views } from './views.js';

/** Beyond the contract with the gateway: for the command line and tests. */
export interface NodeExtras {
  /** Judges what was kept while the customer was parked. Resolves to how many entries are still kept. */
  unpark(customerId: string): Promise<number>;
  /** Writes all rows that are dirty now. */
  checkpoint(): Promise<void>;
  /** Opens the runs of sends that are due and walks them, now and not at the next look. */
  tickSends(): Promise<void>;
  /** Drops the segments past their time now, not at the next round. */
  retain(): Promise<void>;
  /** The newest record applied and on disk. */
  readonly record: number;
  /** Of a node in a cluster, until it leads. */
  readonly follower: Follower | undefined;
  /** Entries are taken from now on, and what is due falls due. */
  lead(): void;
  /** Takes no more writes; resolves when what was taken is durable. What it knows can still be read. */
  drain(): Promise<void>;
}

export interface DeskParts {
  readonly journal: Journal;
  readonly control: Control;
  readonly customers: Customers;
  readonly merges: Merges;
  readonly checkpoint: Checkpoint;
  readonly turns: Turns;
  readonly tails: Tails;
  readonly views: Views;
  readonly codes: CodeLists;
  readonly explanations: Explanations;
  readonly deadlines: Deadlines;
  readonly sends: Sends;
  readonly retention: Retention;
  readonly guard: DiskGuard;
  readonly log: Log;
  readonly now: () => number;
  /** Set for good once the node has failed. */
  readonly life: { failure: Error | undefined; stopping: boolean };
  readonly gate: Gate;
  readonly follower: Follower | undefined;
  readonly lead: () => void;
  readonly drain: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export function deskOf(parts: DeskParts): Engine & NodeExtras {
  const {
    journal,
    control,
    customers,
    merges,
    checkpoint,
    turns,
    tails,
    views,
    codes,
    explanations,
    deadlines,
    sends,
    retention,
    guard,
    log,
    now,
    life,
    gate,
  } = parts;
  const underway = new Map<string, Promise<unknown>>();
  /** Remembers a keyed request while it runs, so that its repeat waits instead of running too. */
  const tracked = <T>(keep: KeepReply | undefined, work: Promise<T>): Promise<T> => {
    if (keep === undefined) return work;
    const name = keep.scope + '/' + keep.key;
    const end = (): void => {
      if (underway.get(name) === settled) underway.delete(name);
    };
    const settled: Promise<void> = work.then(end, end);
    underway.set(name, settled);
    return work;
  };
  const writable = (): EngineError | undefined => {
    if (guard.low)
      return new EngineError('storage_full', 'the disk is nearly full; free space on the data volume and repeat', 30);
    if (life.stopping)
      return new EngineError('stopping', 'this node is stopping; repeat at once, another or the next will answer', 1);
    return undefined;
  };

  const registry: Registry = {
    get: (table, key) => control.get(table, key),
    list: (table) => control.list(table),
    put: async (table, key, value, keep) => {
      const refused = writable();
      if (refused !== undefined) throw refused;
      const work = turns.append((turn) => {
        const entry = { kind: 'registry', table, key, value } as const;
        control.apply(entry, turn.nextSequence, turn.stamp);
        return entry;
      }, keep);
      await tracked(keep, work);
    },
  };

  const take = (source: EventSource, clock: Clock, keep?: KeepReply): Promise<void> => {
    const refused = writable();
    if (refused !== undefined) return Promise.reject(refused);
    return tracked(keep, turns.take(source, clock, keep));
  };

  return {
    take,
    async submit(events: readonly Event[], clock: Clock, keep?: KeepReply): Promise<readonly Decision[]> {
      const source = new ListSource(events);
      await take(source, clock, keep);
      return source.decisions;
    },
    async till(step, customerId, time, data, keepOf): Promise<Decision> {
      const refused = writable();
      if (refused !== undefined) throw refused;
      const eventAt = (stamp: number): Event<TillData> => ({
        id: stepEventId(step, data.transactionId, data.returnId),
        source: TILL_SOURCE,
        type: tillType(step),
        subject: customerId ?? anonymousId(data.transactionId),
        time: time ?? stamp,
        data,
      });
      return turns.till(eventAt, keepOf);
    },
    quote: (customerId, time, data) => views.quote(customerId, time, data),
    async keptReply(scope, key, fingerprint): Promise<KeptReply | 'mismatch' | undefined> {
      await underway.get(scope + '/' + key);
      // In memory it may stand ahead of the disk for good (DESIGN D1, D12).
      if (life.failure !== undefined)
        throw new EngineError('storage_failed', 'the node could not write its journal and has stopped');
      const stored = control.reply(scope, key, now());
      if (stored === undefined) return undefined;
      return stored.fingerprint === fingerprint ? stored : 'mismatch';
    },
    profile: (id) => views.profile(id),
    store: (id) => views.store(id),
    events: (id, page, only) => views.events(id, page, only),
    offers: (id, page) => views.offers(id, page),
    explain: (id, eventId, full, source) => explanations.of(id, eventId, full, source),
    promoCodes: (id, page) => codes.page(id, page),
    async issueCodes(id, count, keepOf) {
      const refused = writable();
      if (refused !== undefined) throw refused;
      let keep: KeepReply | undefined;
      const work = codes.issue(id, count, (issued) => {
        keep = keepOf(issued);
        return keep;
      });
      return tracked(keep, work);
    },
    get program() {
      return control.program;
    },
    async publish(document, by, keep): Promise<PublishedProgram> {
      const refused = writable();
      if (refused !== undefined) throw refused;
      if (control.codeSecret === undefined && hasGeneratedCodes(document as ProgramDocument)) {
        const fresh = randomBytes(32).toString('base64');
        await turns.append((turn) => {
          const entry = control.codeSecretEntry(fresh);
          if (entry !== undefined) control.apply(entry, turn.nextSequence, turn.stamp);
          return entry;
        });
      }
      let published: PublishedProgram | undefined;
      const work = turns.append((turn) => {
        const version = (control.program?.version ?? 0) + 1;
        const compiled = compileProgram(document as ProgramDocument, version);
        published = { version, publishedAt: turn.stamp, publishedBy: by };
        const entry = { kind: 'program', version, at: turn.stamp, by, document: document as Json } as const;
        control.apply(entry, turn.nextSequence, turn.stamp, compiled);
        return entry;
      }, keep);
      await tracked(keep, work);
      log.info('program_published', { version: published!.version, by });
      void sends.tick();
      return published!;
    },
    programs: () => control.programs(),
    programDocument: async (version) => control.document(version),
    registry,
    tail: (request) => tails.tail(withSurvivors(request, merges)),
    async closeImport(): Promise<void> {
      const refused = writable();
      if (refused !== undefined) throw refused;
      await turns.append((turn) => {
        control.apply({ kind: 'importClosed' }, turn.nextSequence, turn.stamp);
        return { kind: 'importClosed' };
      });
    },
    unpark: (customerId) => turns.unpark(customerId),
    checkpoint: () => checkpoint.settle(),
    tickSends: () => sends.tick(),
    retain: () => retention.run(),
    health(): Health {
      const reasons: string[] = [];
      if (life.failure !== undefined) reasons.push('the journal could not be written: ' + life.failure.message);
      if (life.stopping) reasons.push('stopping');
      if (guard.low) reasons.push('the disk is nearly full: writes are refused');
      if (control.program === undefined) reasons.push('no program is published');
      return {
        ready: reasons.length === 0,
        reasons,
        program: control.program?.version ?? null,
        record: journal.last,
        unappliedEntries: checkpoint.unapplied,
        parkedCustomers: customers.parkedCount,
        deadlinesHeld: deadlines.held,
      };
    },
    get record() {
      return gate.position;
    },
    follower: parts.follower,
    lead: parts.lead,
    drain: () => parts.drain(),
    close: () => parts.close(),
  };
}

function hasGeneratedCodes({ promoCodes = [] }: ProgramDocument): boolean {
  return promoCodes.some(({ kind }) => kind === 'singleUse');
}

/** Who follows an id follows also whom it stands for now. */
function withSurvivors(request: TailRequest, merges: Merges): TailRequest {
  if (request.customers === undefined) return request;
  const followed = new Set(request.customers);
  for (const id of request.customers) followed.add(merges.survivorOf(id));
  return { ...request, customers: followed };
}

/** Events at hand. */
class ListSource implements EventSource {
  readonly decisions: Decision[] = [];
  #at = 0;

  constructor(private readonly events: readonly Event[]) {}

  get count(): number {
    return this.events.length;
  }
  next(): Event | undefined {
    return this.events[this.#at++];
  }
  decided(_event: Event, decision: Decision): void {
    this.decisions.push(decision);
  }
  paused(): void {}
}
