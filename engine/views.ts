/**
 * What is read of a customer: profile, store, quotes, event stream. A read waits at the gate for the position it saw
 * (DESIGN D1), and changes nothing. Where customers stand is `standings.ts`, why events did what they did
 * `explanations.ts`.
 */

import { nextDue } from '../actors/customer/due.js';
import type { History } from '../actors/customer/history.js';
import { invalid } from '../actors/customer/invalid.js';
import { IssueList, type ShownIssue } from '../actors/customer/issue-list.js';
import { judge } from '../actors/customer/judge.js';
import { profile } from '../actors/customer/profile.js';
import type { SharedLimits } from '../actors/customer/shared-limits.js';
import { type CustomerState, copyOf } from '../actors/customer/state.js';
import { store } from '../actors/customer/store.js';
import type { Json } from '../actors/event.js';
import { isPublic } from '../actors/outcome.js';
import type { Program } from '../actors/program/program.js';
import { anonymousId } from '../actors/till/anonymous.js';
import { quoted } from '../actors/till/quoted.js';
import { type TillData, tillType } from '../actors/till/step.js';
import { EngineError, type Page, type PageRequest, type StreamItem } from './contract.js';
import type { Control } from './control.js';
import type { Gate } from './gate.js';
import { formatPosition, recordOf, shardOf } from './journal/position.js';
import type { ReadEntry, Reader } from './reader.js';
import type { Recall } from './recall.js';
import type { Resident, Residents } from './residents.js';
import type { Standing, Standings } from './standings.js';

const NOTHING_KNOWN: History = {
  transaction: () => undefined,
  purchase: () => undefined,
  locked: () => undefined,
  customer: () => undefined,
  purchaseOf: () => undefined,
  issued: () => undefined,
};

export class Views {
  constructor(
    private readonly standings: Standings,
    private readonly residents: Residents,
    private readonly control: Control,
    private readonly reader: Reader,
    private readonly recall: Recall,
    private readonly shared: SharedLimits,
    private readonly gate: Gate,
    private readonly now: () => number,
    private readonly lastRecord: () => number,
  ) {}

  async profile(id: string): Promise<Record<string, Json> | undefined> {
    const standing = this.standings.of(id);
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
    const standing = this.standings.of(id);
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
  quote(customerId: string | undefined, time: number, data: TillData): Json | Promise<Json> {
    const { program } = this.control;
    if (program === undefined) throw noProgram();
    const basket = data.basket!;
    const now = this.now();
    refuseInvalid(data, program);
    // A basket of nobody is a customer of its own once it is locked: what it holds is not in its way.
    const id = customerId ?? anonymousId(data.transactionId);
    const found = this.residentOf(id);
    // Claimed by now, it is an alias of somebody, about whom nobody asks here.
    const resident = customerId === undefined && found?.id !== id ? undefined : found;
    // What codes are taken is for others to say.
    const seen = data.codes === undefined ? recordOf(resident?.sequence ?? 0) : this.lastRecord();
    const answer = quoted({
      customerId: customerId === undefined ? undefined : (resident?.id ?? customerId),
      // Of one instant the step comes before what is due then.
      state: resident?.actor.state && asOf(resident.actor.state, now - 1, program, this.shared),
      program,
      history: resident === undefined ? NOTHING_KNOWN : this.recall.history(resident),
      shared: this.shared,
      data: { ...data, basket },
      time,
      now,
    });
    return this.gate.isOpen(seen) ? answer : this.gate.wait(seen).then(() => answer);
  }

  /** Whom an id stands for, in memory; undefined where nobody has heard of it. */
  private residentOf(id: string): Resident | undefined {
    const here = this.residents.peek(id);
    const isHere = here?.mergedInto === null && here.actor.state !== undefined;
    const isKnown = isHere || this.standings.of(id) !== undefined;
    return isKnown ? this.residents.survivor(id) : undefined;
  }

  async events(id: string, page: PageRequest, only?: 'ledger'): Promise<Page<StreamItem> | undefined> {
    const standing = this.standings.of(id);
    if (standing === undefined) return undefined;
    const before = page.cursor === undefined ? Number.POSITIVE_INFINITY : parseCursor(page.cursor);
    const items: StreamItem[] = [];
    let nextCursor: string | null = null;
    let looked = 0;
    for (const sequence of this.standings.allPositions(standing)) {
      if (sequence >= before) continue;
      if (items.length === page.limit) {
        nextCursor = String(items.at(-1)!.position.split('-')[1]);
        break;
      }
      const read = this.reader.read(sequence);
      if (read === 'gone') break;
      if (read === undefined) continue;
      const item = this.item(read);
      if (only === undefined || item.outcomes.some((o) => o.type.startsWith('points.'))) items.push(item);
      if (++looked % 256 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await this.gate.wait(recordOf(standing.sequence));
    return { items, nextCursor };
  }

  /** What became of an issue is told after it: every page is read from the newest entry on. */
  async offers(id: string, page: PageRequest): Promise<Page<Record<string, Json>> | undefined> {
    const { program } = this.control;
    const standing = this.standings.of(id);
    if (standing === undefined || program === undefined) return undefined;
    const before = page.cursor === undefined ? undefined : parseIssueCursor(page.cursor);
    const { state, at } = this.standingNow(standing, program);
    const list = new IssueList(state, at, state.zone ?? program.zone);
    const issues: ShownIssue[] = [];
    let looked = 0;
    for (const sequence of this.standings.allPositions(standing)) {
      const read = this.reader.read(sequence);
      if (read === 'gone' || issues.length > page.limit) break;
      for (const issue of read === undefined ? [] : list.next(read.outcomes))
        if (before === undefined || isOlder(issue, before)) issues.push(issue);
      if (++looked % 256 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await this.gate.wait(recordOf(standing.sequence));
    const items = issues.slice(0, page.limit);
    return { items, nextCursor: issues.length > page.limit ? placeOf(items.at(-1)!).join('-') : null };
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

function sendOf({ entry }: ReadEntry): Pick<StreamItem, 'send'> {
  return entry.kind === 'send' ? { send: { campaignId: entry.campaignId, at: entry.at } } : {};
}

/** What a redemption would be refused for is refused of a quote. */
function refuseInvalid(data: TillData, program: Program): void {
  const errors = invalid({ type: tillType('redeem'), data }, program);
  if (errors.length === 0) return;
  const places = errors.map((error) => ({ ...error, pointer: error.pointer.replace(/^\/data/, '') }));
  throw new EngineError('basket_invalid', places[0]!.detail, undefined, places);
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
  if (!/^\d{1,16}$/.test(text)) throw notOurs(text);
  return Number(text);
}

/** Where in the journal an issue was given: its entry's sequence and its number in the entry. */
type IssuePlace = readonly [sequence: number, n: number];

function parseIssueCursor(text: string): IssuePlace {
  if (!/^\d{1,16}-\d{1,9}$/.test(text)) throw notOurs(text);
  return text.split('-').map(Number) as unknown as IssuePlace;
}

/** An issue is named by its place, behind the shard. */
function placeOf({ id }: ShownIssue): IssuePlace {
  return id.split('-').slice(1).map(Number) as unknown as IssuePlace;
}

function isOlder(issue: ShownIssue, [sequence, n]: IssuePlace): boolean {
  const [own, place] = placeOf(issue);
  return own < sequence || (own === sequence && place < n);
}

function notOurs(cursor: string): EngineError {
  const detail = `${JSON.stringify(cursor)} is not a cursor of this list; use nextCursor, or leave it out`;
  return new EngineError('cursor_invalid', detail);
}
