/**
 * What a customer remembers, asked by name: was this event seen, which purchase is this transaction. The look-up goes
 * by hash (memory.ts) and is settled by reading the entry itself.
 */
import type { History, KnownPurchase, LockedBasket, OtherCustomer } from '../actors/customer/history.js';
import type { Event, PurchaseData } from '../actors/event.js';
import { limits } from '../actors/limits.js';
import type { Outcome, PurchaseRecord } from '../actors/outcome.js';
import { asMade } from '../actors/till/made.js';
import { isTillType, stepEventId, TILL_SOURCE, tillType } from '../actors/till/step.js';
import type { JournalEntry } from './journal/entry.js';
import { hashName } from './memory.js';
import type { ReadEntry, Reader } from './reader.js';
import type { Resident, Residents } from './residents.js';
import type { Rows } from './rows.js';

/** Purchases and returns have transaction ids of their own. */
const NAMES = { 'purchase.recorded': 'p', 'return.recorded': 't' } as const;
const DAY_MS = 86_400_000;

export class Recall {
  /** Whose past `view` answers for: set for each entry judged, so that judging allocates no view of its own. */
  private resident!: Resident;
  private readonly view: History = {
    transaction: (kind, transactionId) => {
      const found = this.transaction(this.resident, kind, transactionId);
      return found === undefined ? undefined : this.eventOf(found)?.id;
    },
    purchase: (transactionId) => this.purchase(this.resident, transactionId),
    locked: (transactionId) => this.locked(this.resident, transactionId),
    customer: (id) => this.other(id),
    issued: (issueId) => this.issued(this.resident, issueId),
    purchaseOf: (customerId, transactionId) => this.purchase(this.residents.wake(customerId), transactionId),
  };

  constructor(
    private readonly rows: Rows,
    private readonly reader: Reader,
    private readonly residents: Residents,
  ) {}

  /** The entry in which this (source, id) came first for the id it was `reportedFor`, if it is remembered. */
  event(resident: Resident, event: Event, reportedFor: string): ReadEntry | undefined {
    return this.find(resident, hashName('e', event.id, event.source), (found) => {
      const seen = this.reportIn(found);
      if (seen === undefined || seen.event.id !== event.id || seen.event.source !== event.source) return false;
      return (seen.reportedFor ?? seen.event.subject) === reportedFor;
    });
  }

  /** The judge's view of one customer's past, good until the next call. */
  history(resident: Resident): History {
    this.resident = resident;
    return this.view;
  }

  private transaction(resident: Resident, kind: 'purchase' | 'return', transactionId: string): ReadEntry | undefined {
    const type = kind === 'purchase' ? 'purchase.recorded' : 'return.recorded';
    return this.find(resident, hashName(NAMES[type], transactionId), (found) =>
      found.outcomes.some((outcome) => outcome.type === type && outcome.data.transactionId === transactionId),
    );
  }

  private purchase(resident: Resident, transactionId: string): KnownPurchase | undefined {
    const found = this.transaction(resident, 'purchase', transactionId);
    if (found === undefined) return undefined;
    const event = this.eventOf(found) as Event<PurchaseData>;
    const last = this.find(
      resident,
      hashName('r', transactionId),
      (entry) => returnOf(entry, transactionId) !== undefined,
      buyerOf(found),
    );
    return {
      event,
      outcomes: found.outcomes,
      record: last === undefined ? undefined : returnOf(last, transactionId)!.record,
    };
  }

  /** The event an entry is about, through an entry that was judged only when its customer was unparked. */
  eventOf(found: ReadEntry): Event | undefined {
    const reported = this.reportedIn(found);
    return reported === undefined ? undefined : asMade(reported, found.outcomes);
  }

  /** The same as it was reported. */
  reportedIn(found: ReadEntry): Event | undefined {
    return this.reportIn(found)?.event;
  }

  private reportIn(found: ReadEntry): Extract<JournalEntry, { kind: 'event' }> | undefined {
    if (found.entry.kind === 'event') return found.entry;
    if (found.entry.kind !== 'unparked') return undefined;
    const first = this.reader.read(found.entry.sequence);
    return first === undefined || first === 'gone' ? undefined : this.reportIn(first);
  }

  /** Another customer, to be merged. */
  private other(id: string): OtherCustomer | undefined {
    const resident = this.residents.wake(id);
    if (resident.sequence === 0) return undefined;
    const mergedInto = resident.mergedInto === null ? undefined : this.residents.survivor(id).id;
    return { state: resident.actor.state, mergedInto };
  }

  /** The newest step of the till with this event id and type: a return may be named like its sale. */
  tillStep(resident: Resident, eventId: string, type: string): ReadEntry | undefined {
    return this.find(resident, hashName('e', eventId, TILL_SOURCE), (found) => {
      const seen = this.reportedIn(found);
      return seen !== undefined && seen.id === eventId && seen.type === type;
    });
  }

  private locked(resident: Resident, transactionId: string): LockedBasket | undefined {
    const found = this.tillStep(resident, stepEventId('lock', transactionId, undefined), tillType('lock'));
    for (const outcome of found?.outcomes ?? []) {
      if (outcome.type === 'lock.recorded') return outcome.data as unknown as LockedBasket;
    }
    return undefined;
  }

  /** An issue is named by its place in the journal. */
  private issued(resident: Resident, issueId: string): { offerId: string; expiresAt: number | null } | undefined {
    const sequence = Number(issueId.split('-')[1]);
    if (!Number.isSafeInteger(sequence) || sequence <= 0) return undefined;
    const found = this.reader.read(sequence);
    if (found === undefined || found === 'gone') return undefined;
    for (const outcome of found.outcomes) {
      if (outcome.type !== 'offer.issued' || outcome.data.issueId !== issueId) continue;
      if (outcome.customerId === resident.id || aliasesOf(resident).includes(outcome.customerId)) return outcome.data;
    }
    return undefined;
  }

  /**
   * What was remembered of a customer who was merged stays with the old id: asked after the survivor's own. `last`: who is
   * asked last; what others remember by that name is of something else.
   */
  private find(
    resident: Resident,
    hash: number,
    matches: (found: ReadEntry) => boolean,
    last?: string,
  ): ReadEntry | undefined {
    const own = this.findIn(resident, hash, matches);
    if (own !== undefined || last === resident.id) return own;
    const aliases = aliasesOf(resident);
    for (let i = 0; i < aliases.length && (i === 0 || aliases[i - 1] !== last); i++) {
      const found = this.findIn(this.residents.wake(aliases[i]!), hash, matches);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private findIn(resident: Resident, hash: number, matches: (found: ReadEntry) => boolean): ReadEntry | undefined {
    let answer: ReadEntry | undefined;
    const visit = (sequence: number): boolean => {
      const found = this.reader.read(sequence);
      if (found === undefined || found === 'gone' || !matches(found)) return false;
      answer = found;
      return true;
    };
    if (resident.memory.find(hash, visit) !== undefined) return answer;
    for (const one of resident.spilling) if (one.hash === hash && visit(one.sequence)) return answer;
    if (resident.memory.spilled) {
      const sequences = this.rows.spilled(resident.id, hash);
      for (let i = sequences.length - 1; i >= 0; i--) if (visit(sequences[i]!)) return answer;
    }
    return undefined;
  }
}

const NO_ALIASES: readonly string[] = [];

function aliasesOf(resident: Resident): readonly string[] {
  return resident.actor.state?.aliases ?? NO_ALIASES;
}

/** Notes an entry in the customer's memory: its event id, and the transaction it recorded. `event` as first reported. */
export function remember(
  resident: Resident,
  event: Event | undefined,
  outcomes: readonly Outcome[],
  sequence: number,
  stamp: number,
  latenessMs: number,
): void {
  if (event === undefined || wasInvalid(outcomes)) return;
  const isTill = isTillType(event.type);
  // A step that did not fit changed nothing: the till may take it again when it fits.
  if (isTill && outcomes.some((outcome) => outcome.type === 'event.refused')) return;
  const until = stamp + Math.max(limits.rememberedIdsDaysMin * DAY_MS, latenessMs);
  resident.memory.add(hashName('e', event.id, event.source), sequence, until);
  if (event.type !== 'purchase' && event.type !== 'return' && event.type !== 'purchase.claimed' && !isTill) return;
  for (const outcome of outcomes) {
    if (outcome.type === 'sale.voided')
      resident.memory.add(hashName('r', outcome.data.transactionId), sequence, Number.POSITIVE_INFINITY);
    if (outcome.type !== 'purchase.recorded' && outcome.type !== 'return.recorded') continue;
    resident.memory.add(hashName(NAMES[outcome.type], outcome.data.transactionId), sequence, Number.POSITIVE_INFINITY);
    if (outcome.type === 'return.recorded' && outcome.data.record !== undefined) {
      resident.memory.add(hashName('r', outcome.data.originalTransactionId!), sequence, Number.POSITIVE_INFINITY);
    }
  }
}

/** Whose a purchase was when it was recorded. */
function buyerOf({ outcomes }: ReadEntry): string | undefined {
  return outcomes.find(({ type }) => type === 'purchase.recorded')?.customerId;
}

function returnOf(
  entry: ReadEntry,
  originalTransactionId: string,
): { readonly record?: PurchaseRecord | undefined } | undefined {
  for (const outcome of entry.outcomes) {
    if (outcome.type === 'sale.voided' && outcome.data.transactionId === originalTransactionId) return outcome.data;
    if (
      outcome.type === 'return.recorded' &&
      outcome.data.originalTransactionId === originalTransactionId &&
      outcome.data.record !== undefined
    ) {
      return outcome.data;
    }
  }
  return undefined;
}

function wasInvalid(outcomes: readonly Outcome[]): boolean {
  return outcomes.some((outcome) => outcome.type === 'event.refused' && outcome.data.reason === 'invalid');
}
