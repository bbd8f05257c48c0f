/**
 * What is read of a customer: profile, event stream, explanation. Reads take the resident actor's state where there is
 * one, else the row, and wait at the gate for the position they saw (DESIGN D1). Nothing is changed by a read.
 */

import { nextDue } from '../actors/customer/due.js';
import type { CustomerEntry } from '../actors/customer/entry.js';
import { evolve } from '../actors/customer/evolve.js';
import { explain } from '../actors/customer/explain.js';
import type { History, KnownPurchase, LockedBasket, OtherCustomer } from '../actors/customer/history.js';
import { judge } from '../actors/customer/judge.js';
import { profile } from '../actors/customer/profile.js';
import { recordedLimits, type SharedLimits } from '../actors/customer/shared-limits.js';
import { type CustomerState, copyOf } from '../actors/customer/state.js';
import { store } from '../actors/customer/store.js';
import type { Event, Json, MergeData, PurchaseData } from '../actors/event.js';
import { limits } from '../actors/limits.js';
import { isPublic } from '../actors/outcome.js';
import { compileProgram } from '../actors/program/compile.js';
import type { ProgramDocument } from '../actors/program/document.js';
import type { Program } from '../actors/program/program.js';
import { quoted } from '../actors/till/quoted.js';
import type { TillData } from '../actors/till/step.js';
import type { Bases } from './bases.js';
import { EngineError, type Page, type PageRequest, type StreamItem } from './contract.js';
import type { Control } from './control.js';
import type { Gate } from './gate.js';
import type { Sealer } from './journal/entry.js';
import { formatPosition, recordOf, shardOf } from './journal/position.js';
import type { ReadEntry, Reader } from './reader.js';
import type { Recall } from './recall.js';
import type { Residents } from './residents.js';
import { HISTORY_CHUNK, type Rows } from './rows.js';

/** Where a customer stands, whoever holds it. */
interface Standing {
  readonly id: string;
  readonly state: CustomerState;
  readonly sequence: number;
  readonly entries: number;
  readonly tail: readonly number[];
  readonly mergedInto: string | null;
}

const NOTHING_KNOWN: History = {
  transaction: () => undefined,
  purchase: () => undefined,
  locked: () => undefined,
  customer: () => undefined,
  purchaseOf: () => undefined,
  issued: () => undefined,
};

export class Views {
  private readonly compiled = new Map<number, Program>();

  constructor(
    private readonly rows: Rows,
    private readonly residents: Residents,
    private readonly control: Control,
    private readonly reader: Reader,
    private readonly recall: Recall,
    private readonly shared: SharedLimits,
    private readonly gate: Gate,
    private readonly sealer: Sealer,
    private readonly now: () => number,
    private readonly bases: Bases,
  ) {}

  async profile(id: string): Promise<Record<string, Json> | undefined> {
    const standing = this.standing(id);
    const { program } = this.control;
    if (standing === undefined || program === undefined) return undefined;
    const { state, at } = this.standingNow(standing, program);
    const shown = profile(state, program, at);
    await this.gate.wait(recordOf(standing.sequence));
    return { ...shown, position: formatPosition(shardOf(state.id), standing.sequence) };
  }

  /** The reward store; for nobody in particular without an id. */
  async store(id: string | undefined): Promise<Record<string, Json> | undefined> {
    const { program } = this.control;
    if (program === undefined) throw noProgram();
    if (id === undefined) return store(undefined, program, this.shared, this.now());
    const standing = this.standing(id);
    if (standing === undefined) return undefined;
    const { state, at } = this.standingNow(standing, program);
    const shown = store(state, program, this.shared, at);
    await this.gate.wait(recordOf(standing.sequence));
    return shown;
  }

  /** With all that is due by now: by the wall clock, or for a customer on event time as of the last event. */
  private standingNow({ state, sequence }: Standing, program: Program): { state: CustomerState; at: number } {
    if (state.imported && sequence > this.control.importClosedAt) return { state, at: state.arrival };
    const at = Math.max(this.now(), state.arrival);
    return { state: asOf(state, at, program, this.shared), at };
  }

  /** What a basket costs: read from memory at once, told once what it saw is durable (DESIGN D1). */
  async quote(customerId: string | undefined, time: number, data: TillData): Promise<Json> {
    const { program } = this.control;
    if (program === undefined) throw noProgram();
    const basket = data.basket!;
    const known = customerId !== undefined && this.standing(customerId) !== undefined;
    const resident = known ? this.residents.survivor(customerId!) : undefined;
    const sequence = resident?.sequence ?? 0;
    const answer = quoted({
      customerId: resident?.id ?? customerId,
      state: resident?.actor.state,
      program,
      history: resident === undefined ? NOTHING_KNOWN : this.recall.history(resident),
      shared: this.shared,
      data: { ...data, basket },
      time,
      now: this.now(),
    });
    await this.gate.wait(recordOf(sequence));
    return answer;
  }

  async events(id: string, page: PageRequest, only?: 'ledger' | 'offers'): Promise<Page<StreamItem> | undefined> {
    const standing = this.standing(id);
    if (standing === undefined) return undefined;
    const before = page.cursor === undefined ? Number.POSITIVE_INFINITY : parseCursor(page.cursor);
    const prefix = only === 'ledger' ? 'points.' : only === 'offers' ? 'offer.' : undefined;
    const items: StreamItem[] = [];
    let nextCursor: string | null = null;
    let looked = 0;
    for (const sequence of this.allPositions(standing)) {
      if (sequence >= before) continue;
      if (items.length === page.limit) {
        nextCursor = String(items.at(-1)!.position.split('-')[1]);
        break;
      }
      const read = this.reader.read(sequence);
      if (read === 'gone') break;
      if (read === undefined) continue;
      const item = this.item(read);
      if (prefix === undefined || item.outcomes.some((o) => o.type.startsWith(prefix))) items.push(item);
      if (++looked % 256 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await this.gate.wait(recordOf(standing.sequence));
    return { items, nextCursor };
  }

  /** Judges a past event again, by the program in force at its place, against the state before it. */
  async explain(id: string, eventId: string, full: boolean): Promise<Record<string, Json> | 'gone' | undefined> {
    const standing = this.standing(id);
    if (standing === undefined) return undefined;
    let dropped = false;
    for (const each of [standing, ...this.merged(standing)]) {
      const explained = await this.explainOf(each, eventId, full);
      if (explained === 'gone') dropped = true;
      else if (explained !== undefined) return explained;
    }
    return dropped ? 'gone' : undefined;
  }

  /** The same for an event that came to this very id. */
  private async explainOf(
    standing: Standing,
    eventId: string,
    full: boolean,
  ): Promise<Record<string, Json> | 'gone' | undefined> {
    const { id } = standing;
    let state: CustomerState | undefined;
    const past = new Past();
    let looked = 0;
    let gone = false;
    let dropped = false;
    for (const sequence of this.oldestFirst(standing)) {
      const read = this.reader.read(sequence);
      if (read === 'gone') {
        gone = true;
        dropped = true;
        continue;
      }
      if (gone) {
        // What was dropped stands folded in the base at its end.
        state = this.bases.oldest?.customer(id, this.sealer)?.state;
        gone = false;
      }
      if (read === undefined) continue;
      const event = this.recall.eventOf(read);
      if (event?.id === eventId && read.outcomes.length > 0) {
        if (event.type === 'customer.merged') past.knows(await this.otherAt((event.data as MergeData).from, sequence));
        return this.explainAt(read, event, state, past, full);
      }
      for (const outcome of read.outcomes) state = evolve(state, outcome);
      if (event !== undefined) past.add(event, read);
      for (const from of movedBy(read)) this.addPast(from, sequence, past);
      if (++looked % 256 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    return dropped ? 'gone' : undefined;
  }

  private async explainAt(
    read: ReadEntry,
    event: Event,
    before: CustomerState | undefined,
    past: Past,
    full: boolean,
  ): Promise<Record<string, Json>> {
    const judged = read.outcomes.find((outcome) => outcome.type === 'entry.judged');
    const version = judged?.type === 'entry.judged' ? judged.data.programVersion : 0;
    const imported = judged?.type === 'entry.judged' && judged.data.imported;
    const entry: CustomerEntry = { kind: 'event', position: read.position, stamp: read.stamp, event, imported };
    const shared = recordedLimits(read.outcomes);
    const explained = explain(before, entry, this.programAt(version), past.history, shared, full);
    await this.gate.wait(recordOf(read.sequence));
    return { eventId: event.id, source: event.source, position: read.position, programVersion: version, ...explained };
  }

  private programAt(version: number): Program {
    if (this.control.program?.version === version) return this.control.program;
    const known = this.compiled.get(version);
    if (known !== undefined) return known;
    const program = compileProgram(this.control.document(version) as unknown as ProgramDocument, version);
    if (this.compiled.size >= limits.compiledProgramsMax) this.compiled.delete(this.compiled.keys().next().value!);
    this.compiled.set(version, program);
    return program;
  }

  /** Whom the id stands for. */
  private standing(id: string): Standing | undefined {
    let into: string | null = id;
    for (;;) {
      const standing: Standing | string | undefined = this.own(into);
      if (typeof standing !== 'object') {
        if (standing === undefined) return undefined;
        into = standing;
      } else if (standing.mergedInto === null) return standing;
      else into = standing.mergedInto;
    }
  }

  /** The id itself, also where it was merged away; whom it was merged into where nobody had heard of it. */
  private own(id: string): Standing | string | undefined {
    const resident = this.residents.peek(id);
    const { state, mergedInto, sequence, entries, tail } =
      resident === undefined
        ? (this.rows.customer(id, this.sealer) ?? NOWHERE)
        : { ...resident, state: resident.actor.state };
    if (state === undefined) return mergedInto ?? undefined;
    return { id, state, sequence, entries, tail: [...tail], mergedInto };
  }

  /** Those merged into a customer. */
  private merged({ state }: Standing): Standing[] {
    return state.aliases.map((id) => this.own(id)).filter((standing) => typeof standing === 'object');
  }

  /** Positions of entries of a customer and of all who were merged into it, newest first. */
  private *allPositions(standing: Standing): Iterable<number> {
    if (standing.state.aliases.length === 0) {
      yield* this.positions(standing);
      return;
    }
    const streams = [standing, ...this.merged(standing)].map((each) => this.positions(each)[Symbol.iterator]());
    const next = streams.map((stream) => stream.next());
    for (;;) {
      let newest = -1;
      for (let i = 0; i < next.length; i++) {
        if (next[i]!.done !== true && (newest < 0 || next[i]!.value > next[newest]!.value)) newest = i;
      }
      if (newest < 0) return;
      yield next[newest]!.value as number;
      next[newest] = streams[newest]!.next();
    }
  }

  private oldestFirst(standing: Standing): number[] {
    return [...this.positions(standing)].reverse();
  }

  /** Another customer as the judge of an entry saw it. */
  private async otherAt(id: string, before: number): Promise<readonly [id: string, other: OtherCustomer | undefined]> {
    const standing = this.own(id);
    if (standing === undefined) return [id, undefined];
    if (typeof standing !== 'object') return [id, undefined];
    if (standing.mergedInto !== null && standing.sequence < before)
      return [id, { state: undefined, mergedInto: this.standing(id)!.id }];
    let state: CustomerState | undefined;
    for (const sequence of this.oldestFirst(standing)) {
      const read = sequence < before ? this.reader.read(sequence) : undefined;
      if (read === 'gone') state = this.bases.oldest?.customer(id, this.sealer)?.state;
      else for (const outcome of read?.outcomes ?? []) state = evolve(state, outcome);
    }
    return [id, { state, mergedInto: undefined }];
  }

  /** What was remembered of a customer who was merged. */
  private addPast(from: string, before: number, past: Past): void {
    const standing = this.own(from);
    if (typeof standing !== 'object') return;
    for (const each of [...this.merged(standing), standing]) {
      for (const sequence of this.oldestFirst(each)) {
        const read = sequence < before ? this.reader.read(sequence) : undefined;
        if (read === undefined || read === 'gone') continue;
        const event = this.recall.eventOf(read);
        if (event !== undefined) past.add(event, read);
      }
    }
  }

  /** Positions of a customer's entries, newest first. */
  private *positions({ id, tail, entries }: Standing): Iterable<number> {
    for (let i = tail.length - 1; i >= 0; i--) yield tail[i]!;
    for (let chunk = (entries - tail.length) / HISTORY_CHUNK - 1; chunk >= 0; chunk--)
      yield* this.rows.chunk(id, chunk).reverse();
  }

  private item(read: ReadEntry): StreamItem {
    const judged = read.outcomes.find((outcome) => outcome.type === 'entry.judged');
    return {
      position: read.position,
      arrival: read.stamp,
      event: this.recall.eventOf(read),
      ...sendOf(read),
      programVersion: judged?.type === 'entry.judged' ? judged.data.programVersion : 0,
      outcomes: read.outcomes.filter(isPublic),
    };
  }
}

const NOWHERE = { state: undefined, mergedInto: null, sequence: 0, entries: 0, tail: [] };

/** Whom an entry moved to its customer. */
function movedBy({ outcomes }: ReadEntry): string[] {
  return outcomes.flatMap((outcome) => (outcome.type === 'state.moved' ? [outcome.data.from] : []));
}

function sendOf({ entry }: ReadEntry): Pick<StreamItem, 'send'> {
  return entry.kind === 'send' ? { send: { campaignId: entry.campaignId, at: entry.at } } : {};
}

function noProgram(): EngineError {
  return new EngineError('no_program', 'no program is published yet; PUT one to /v1/program');
}

/** The state with what fell due by `at` done, for showing only. */
function asOf(state: CustomerState, at: number, program: Program, shared: SharedLimits): CustomerState {
  const due = nextDue(state);
  if (due === null || due > at) return state;
  const entry = { kind: 'due', position: '', stamp: at, customerId: state.id } as const;
  return judge(copyOf(state), entry, program, NOTHING_KNOWN, shared).state;
}

function parseCursor(text: string): number {
  if (!/^\d{1,16}$/.test(text))
    throw new EngineError(
      'cursor_invalid',
      `${JSON.stringify(text)} is not a cursor of this list; use nextCursor, or leave it out`,
    );
  return Number(text);
}

/** A customer's purchases up to the event explained, gathered on the way there. */
class Past {
  private readonly transactions = { purchase: new Map<string, string>(), return: new Map<string, string>() };
  private readonly purchases = new Map<string, KnownPurchase>();
  private readonly locks = new Map<string, LockedBasket>();
  /** Anonymous sales that the entry explained claimed. */
  readonly claimed = new Map<string, KnownPurchase>();
  private readonly others = new Map<string, OtherCustomer>();
  private readonly issues = new Map<string, { offerId: string; expiresAt: number | null }>();
  readonly history: History = {
    transaction: (kind, transactionId) => this.transactions[kind].get(transactionId),
    purchase: (transactionId) => this.purchases.get(transactionId),
    locked: (transactionId) => this.locks.get(transactionId),
    customer: (id) => this.others.get(id),
    purchaseOf: (customerId) => this.claimed.get(customerId),
    issued: (issueId) => this.issues.get(issueId),
  };

  knows([id, other]: readonly [id: string, other: OtherCustomer | undefined]): void {
    if (other !== undefined) this.others.set(id, other);
  }

  add(event: Event, read: ReadEntry): void {
    for (const outcome of read.outcomes) {
      if (outcome.type === 'offer.issued') this.issues.set(outcome.data.issueId, outcome.data);
      else if (outcome.type === 'lock.recorded') {
        this.locks.set(outcome.data.transactionId, outcome.data as unknown as LockedBasket);
      } else if (outcome.type === 'purchase.recorded') {
        this.transactions.purchase.set(outcome.data.transactionId, event.id);
        this.purchases.set(outcome.data.transactionId, {
          event: event as Event<PurchaseData>,
          outcomes: read.outcomes,
          record: undefined,
        });
      } else if (outcome.type === 'sale.voided') {
        const { transactionId, record } = outcome.data;
        const known = this.purchases.get(transactionId);
        if (known !== undefined) this.purchases.set(transactionId, { ...known, record });
      } else if (outcome.type === 'return.recorded') {
        const { transactionId, originalTransactionId, record } = outcome.data;
        this.transactions.return.set(transactionId, event.id);
        const known = originalTransactionId === undefined ? undefined : this.purchases.get(originalTransactionId);
        if (known !== undefined && record !== undefined)
          this.purchases.set(originalTransactionId!, { ...known, record });
      }
    }
  }
}
