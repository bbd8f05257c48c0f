/**
 * Why a past event did what it did: judged again by the program in force at its place, against the state before it, which
 * is folded from what was recorded. What was merged into a customer is explained by either id.
 */
import type { CustomerEntry } from '../actors/customer/entry.js';
import { evolve } from '../actors/customer/evolve.js';
import { explain } from '../actors/customer/explain.js';
import type { KnownPurchase, OtherCustomer } from '../actors/customer/history.js';
import { recordedLimits } from '../actors/customer/shared-limits.js';
import type { CustomerState } from '../actors/customer/state.js';
import type { Event, Json, MergeData, PurchaseData } from '../actors/event.js';
import { limits } from '../actors/limits.js';
import { compileProgram } from '../actors/program/compile.js';
import type { ProgramDocument } from '../actors/program/document.js';
import type { Program } from '../actors/program/program.js';
import { anonymousId } from '../actors/till/anonymous.js';
import type { ClaimData } from '../actors/till/claim.js';
import { tillType } from '../actors/till/step.js';
import type { Bases } from './bases.js';
import type { Control } from './control.js';
import type { Gate } from './gate.js';
import type { Sealer } from './journal/entry.js';
import { recordOf } from './journal/position.js';
import { Past } from './past.js';
import type { ReadEntry, Reader } from './reader.js';
import type { Recall } from './recall.js';
import type { Standing, Standings } from './standings.js';

const CLAIMED = 'purchase.claimed';

export class Explanations {
  private readonly compiled = new Map<number, Program>();

  constructor(
    private readonly standings: Standings,
    private readonly control: Control,
    private readonly reader: Reader,
    private readonly recall: Recall,
    private readonly gate: Gate,
    private readonly sealer: Sealer,
    private readonly bases: Bases,
  ) {}

  /** Judges a past event again, by the program in force at its place, against the state before it. */
  async of(
    id: string,
    eventId: string,
    full: boolean,
    source?: string,
  ): Promise<Record<string, Json> | 'gone' | undefined> {
    const standing = this.standings.of(id);
    if (standing === undefined) return undefined;
    let dropped = false;
    for (const each of [standing, ...this.standings.merged(standing)]) {
      const explained = await this.explainOf(each, eventId, source, full);
      if (explained === 'gone') dropped = true;
      else if (explained !== undefined) return explained;
    }
    return dropped ? 'gone' : undefined;
  }

  /** The same for an event that came to this very id. */
  private async explainOf(
    standing: Standing,
    eventId: string,
    source: string | undefined,
    full: boolean,
  ): Promise<Record<string, Json> | 'gone' | undefined> {
    const { id } = standing;
    let state: CustomerState | undefined;
    const past = new Past();
    let looked = 0;
    let gone = false;
    let dropped = false;
    for (const sequence of this.standings.oldestFirst(standing)) {
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
      if (event?.id === eventId && (source ?? event.source) === event.source && read.outcomes.length > 0) {
        if (event.type === 'customer.merged') past.knows(await this.otherAt((event.data as MergeData).from, sequence));
        const judged = this.judgedIn(read, event);
        const { transactionId } = judged.data as ClaimData;
        if (judged.type === CLAIMED) past.claims(transactionId, this.saleOf(transactionId), read.outcomes);
        return this.explainAt(read, judged, state, past, full);
      }
      for (const outcome of read.outcomes) state = evolve(state, outcome);
      if (event !== undefined) past.add(event, read);
      for (const from of movedBy(read)) this.addPast(from, sequence, past);
      if (++looked % 256 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    return dropped ? 'gone' : undefined;
  }

  /** A redemption and a claim do more than their purchase does: they are judged again as they were reported. */
  private judgedIn(read: ReadEntry, event: Event): Event {
    const reported = this.recall.reportedIn(read);
    return reported?.type === tillType('redeem') || reported?.type === CLAIMED ? reported : event;
  }

  /** An anonymous sale, as it was when it was claimed: nothing had come back of it. */
  private saleOf(transactionId: string): KnownPurchase | undefined {
    const standing = this.standings.own(anonymousId(transactionId));
    if (typeof standing !== 'object') return undefined;
    for (const sequence of this.standings.oldestFirst(standing)) {
      const read = this.reader.read(sequence);
      if (read === undefined || read === 'gone') continue;
      if (!read.outcomes.some(({ type }) => type === 'sale.recorded')) continue;
      return { event: this.recall.eventOf(read) as Event<PurchaseData>, outcomes: read.outcomes, record: undefined };
    }
    return undefined;
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

  /** Another customer as the judge of an entry saw it. */
  private async otherAt(id: string, before: number): Promise<readonly [id: string, other: OtherCustomer | undefined]> {
    const standing = this.standings.own(id);
    if (standing === undefined) return [id, undefined];
    if (typeof standing !== 'object') return [id, undefined];
    if (standing.mergedInto !== null && standing.sequence < before)
      return [id, { state: undefined, mergedInto: this.standings.of(id)!.id }];
    let state: CustomerState | undefined;
    for (const sequence of this.standings.oldestFirst(standing)) {
      const read = sequence < before ? this.reader.read(sequence) : undefined;
      if (read === 'gone') state = this.bases.oldest?.customer(id, this.sealer)?.state;
      else for (const outcome of read?.outcomes ?? []) state = evolve(state, outcome);
    }
    return [id, { state, mergedInto: undefined }];
  }

  /** What was remembered of a customer who was merged. */
  private addPast(from: string, before: number, past: Past): void {
    const standing = this.standings.own(from);
    if (typeof standing !== 'object') return;
    for (const each of [...this.standings.merged(standing), standing]) {
      for (const sequence of this.standings.oldestFirst(each)) {
        const read = sequence < before ? this.reader.read(sequence) : undefined;
        if (read === undefined || read === 'gone') continue;
        const event = this.recall.eventOf(read);
        if (event !== undefined) past.add(event, read);
      }
    }
  }
}

/** Whom an entry moved to its customer. */
function movedBy({ outcomes }: ReadEntry): string[] {
  return outcomes.flatMap((outcome) => (outcome.type === 'state.moved' ? [outcome.data.from] : []));
}
