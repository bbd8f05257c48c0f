/**
 * An engine in memory, for the gateway's tests: it decides by the event's type, remembers what it was told, and can be
 * made to fail or to wait. Nothing of loyalty is in it. It is long because the contract is one list.
 */
import type { Event, Json } from '../actors/event.js';
import type { Outcome } from '../actors/outcome.js';
import type { Program } from '../actors/program/program.js';
import type { TillData, TillStep } from '../actors/till/step.js';
import {
  type Clock,
  type Decision,
  type Delivery,
  type Engine,
  EngineError,
  type EngineErrorCode,
  type EventSource,
  type Health,
  type IssuedNow,
  type KeepReply,
  type KeptReply,
  type Page,
  type PageRequest,
  type PublishedProgram,
  type Registry,
  type StreamItem,
  type Tail,
  type TailRequest,
} from '../engine/contract.js';

export class FakeEngine implements Engine {
  readonly submitted: { events: readonly Event[]; clock: Clock }[] = [];
  readonly items = new Map<string, StreamItem[]>();
  /** The next submit rejects with it. */
  failing: EngineError | undefined;
  unready: string[] = [];
  importClosed = 0;
  /** Deliveries handed to readers. */
  delivered = 0;
  /** Open tails, to see that they are closed. */
  tails = 0;
  program: Program | undefined;
  closed = false;
  readonly #first = new Map<string, Decision>();
  readonly #kept = new Map<string, { fingerprint: string; reply: KeptReply }>();
  readonly #log: Outcome[] = [];
  readonly #documents: Json[] = [];
  readonly #published: PublishedProgram[] = [];
  readonly #tables = new Map<string, Map<string, Json>>();
  #waiting = new Set<() => void>();
  #gate: Promise<void> | undefined;
  #open: (() => void) | undefined;
  #sequence = 0;
  #codes = 0;

  /** Everything waits until `release`. */
  hold(): void {
    this.#gate = new Promise((resolve) => {
      this.#open = resolve;
    });
  }
  release(): void {
    this.#open?.();
    this.#gate = undefined;
  }
  fail(code: EngineErrorCode, retryAfterSeconds?: number): void {
    this.failing = new EngineError(code, `the test said ${code}`, retryAfterSeconds);
  }

  async submit(events: readonly Event[], clock: Clock, keep?: KeepReply): Promise<readonly Decision[]> {
    const decisions: Decision[] = [];
    let at = 0;
    const source: EventSource = {
      count: events.length,
      next: () => events[at++],
      decided: (_event, decision) => decisions.push(decision),
      paused: () => {},
    };
    await this.take(source, clock, keep);
    return decisions;
  }

  async take(source: EventSource, clock: Clock, keep?: KeepReply): Promise<void> {
    const { failing } = this;
    this.failing = undefined;
    if (failing !== undefined) throw failing;
    const events: Event[] = [];
    for (let event = source.next(); event !== undefined; event = source.next()) {
      events.push(event);
      source.decided(event, this.#decide(event));
    }
    if (events.length > 0) this.submitted.push({ events, clock });
    if (keep !== undefined) this.#keep(keep);
    await this.#gate;
    for (const wake of this.#waiting) wake();
  }

  async till(
    step: TillStep,
    customerId: string | undefined,
    time: number | undefined,
    data: TillData,
  ): Promise<Decision> {
    const event = {
      id: data.transactionId,
      source: 'pos',
      type: `pos.${step}`,
      subject: customerId ?? 'nobody',
      time: time ?? 0,
      data,
    };
    const [decision] = await this.submit([event], 'wall');
    return { ...decision, answer: { transactionId: data.transactionId, state: step } } as Decision;
  }

  async quote(_customerId: string | undefined, _time: number, data: TillData): Promise<Json> {
    return { transactionId: data.transactionId, state: 'quoted' };
  }

  async keptReply(scope: string, key: string, fingerprint: string): Promise<KeptReply | 'mismatch' | undefined> {
    const kept = this.#kept.get(`${scope}\n${key}`);
    if (kept === undefined) return undefined;
    return kept.fingerprint === fingerprint ? kept.reply : 'mismatch';
  }

  async profile(customerId: string): Promise<Record<string, Json> | undefined> {
    const items = this.items.get(customerId);
    return items === undefined ? undefined : { id: customerId, status: 'good', events: items.length };
  }

  async store(customerId: string | undefined): Promise<Record<string, Json> | undefined> {
    if (customerId === undefined) return { items: [] };
    return this.items.has(customerId) ? { items: [], purchases: [] } : undefined;
  }

  async events(customerId: string, page: PageRequest, only?: 'ledger'): Promise<Page<StreamItem> | undefined> {
    const all = this.items.get(customerId);
    if (all === undefined) return undefined;
    if (page.cursor !== undefined && !/^\d+$/.test(page.cursor))
      throw new EngineError('cursor_invalid', 'Not a cursor of this list.');
    const newest = all.toReversed().filter((item) => only !== 'ledger' || item.outcomes.length > 0);
    const from = Number(page.cursor ?? 0);
    const next = from + page.limit;
    return { items: newest.slice(from, next), nextCursor: next < newest.length ? String(next) : null };
  }

  async offers(customerId: string, page: PageRequest): Promise<Page<Record<string, Json>> | undefined> {
    const found = await this.events(customerId, page);
    return found && { ...found, items: found.items.map(({ position }) => ({ id: position, state: 'active' })) };
  }

  async explain(
    customerId: string,
    eventId: string,
    full: boolean,
    source?: string,
  ): Promise<Record<string, Json> | 'gone' | undefined> {
    if (eventId === 'old') return 'gone';
    const item = this.items
      .get(customerId)
      ?.find(({ event }) => event?.id === eventId && (source ?? event.source) === event.source);
    return item === undefined ? undefined : { eventId, full, campaigns: [] };
  }

  /** One promo code, `letter`, of seven codes. */
  async promoCodes(id: string, { limit, cursor }: PageRequest): Promise<Page<Record<string, Json>> | undefined> {
    if (id !== 'letter') return undefined;
    const from = Number(cursor ?? 0);
    const to = Math.min(from + limit, 7);
    const items = Array.from({ length: Math.max(0, to - from) }, (_, i) => ({
      code: `LETTER${from + i}`,
      issued: from + i < this.#codes,
      claimed: from + i === 1,
    }));
    return { items, nextCursor: to < 7 ? String(to) : null };
  }

  async issueCodes(
    id: string,
    count: number,
    keepOf: (issued: () => IssuedNow | 'too_few') => KeepReply | undefined,
  ): Promise<IssuedNow | 'too_few' | undefined> {
    if (id !== 'letter') return undefined;
    const from = this.#codes;
    if (from + count > 7) return 'too_few';
    this.#codes += count;
    const issued = { codes: Array.from({ length: count }, (_, i) => `LETTER${from + i}`), left: 7 - from - count };
    const keep = keepOf(() => issued);
    if (keep !== undefined) this.#keep(keep);
    return issued;
  }

  async publish(document: unknown, by: string): Promise<PublishedProgram> {
    const version = this.#published.length + 1;
    const published = { version, publishedAt: 1_795_000_000_000 + version, publishedBy: by };
    this.#published.push(published);
    this.#documents.push(document as Json);
    this.program = { version, document } as unknown as Program;
    return published;
  }
  programs(): readonly PublishedProgram[] {
    return this.#published;
  }
  async programDocument(version: number): Promise<Json | undefined> {
    return this.#documents[version - 1];
  }

  readonly registry: Registry = {
    get: (table, key) => this.#tables.get(table)?.get(key),
    list: (table) => [...(this.#tables.get(table) ?? [])],
    put: async (table, key, value, keep) => {
      const rows = this.#tables.get(table) ?? new Map<string, Json>();
      this.#tables.set(table, rows);
      if (value === null) rows.delete(key);
      else rows.set(key, value);
      if (keep !== undefined) this.#keep(keep);
    },
  };

  tail(request: TailRequest): Tail {
    let from =
      request.after === undefined ? this.#log.length : request.after === 'lost' ? 0 : Number(request.after) + 1;
    if (Number.isNaN(from)) throw new EngineError('cursor_invalid', 'Not a cursor of this stream.');
    let gap = request.after === 'lost';
    this.tails++;
    const wanted = (outcome: Outcome): boolean =>
      (request.customers === undefined || request.customers.has(outcome.customerId)) &&
      (request.types === undefined ||
        request.types.some((type) =>
          type.endsWith('*') ? outcome.type.startsWith(type.slice(0, -1)) : outcome.type === type,
        ));
    return {
      next: async (max, signal) => {
        for (;;) {
          const deliveries: Delivery[] = [];
          while (from < this.#log.length && deliveries.length < max) {
            const outcome = this.#log[from] as Outcome;
            if (wanted(outcome)) deliveries.push({ cursor: String(from), outcome });
            from++;
          }
          if (deliveries.length > 0 || signal.aborted || gap) {
            this.delivered += deliveries.length;
            const first = gap;
            gap = false;
            return { deliveries, gap: first };
          }
          await new Promise<void>((resolve) => {
            const wake = (): void => {
              this.#waiting.delete(wake);
              signal.removeEventListener('abort', wake);
              resolve();
            };
            this.#waiting.add(wake);
            signal.addEventListener('abort', wake);
          });
        }
      },
      close: () => {
        this.tails--;
      },
    };
  }

  async closeImport(): Promise<void> {
    this.importClosed++;
  }
  health(): Health {
    return { ready: this.unready.length === 0, reasons: this.unready, shards: 64 };
  }
  async close(): Promise<void> {
    this.closed = true;
  }

  #keep(keep: KeepReply): void {
    const reply = keep.render();
    if (reply !== undefined) this.#kept.set(`${keep.scope}\n${keep.key}`, { fingerprint: keep.fingerprint, reply });
  }

  #decide(event: Event): Decision {
    if (event.type === 'parked') return { status: 'parked' };
    if (event.type === 'flawed')
      return { status: 'invalid', errors: [{ pointer: '/data', code: 'flawed', detail: 'As asked.' }] };
    const name = `${event.subject}\n${event.source}\n${event.id}`;
    const first = this.#first.get(name);
    if (
      first !== undefined &&
      first.status !== 'invalid' &&
      first.status !== 'parked' &&
      first.status !== 'duplicate'
    ) {
      const { position, programVersion, outcomes, status } = first;
      return { status: 'duplicate', first: { status }, position, programVersion, outcomes };
    }
    const decision = this.#judge(event);
    this.#first.set(name, decision);
    return decision;
  }

  #judge(event: Event): Decision {
    const position = `17-${++this.#sequence}`;
    const place = { position, programVersion: 1 };
    let decision: Decision & { outcomes: readonly Outcome[] };
    if (event.type === 'refused')
      decision = { status: 'refused', reason: 'insufficient_points', ...place, outcomes: [] };
    else if (event.type === 'ignored') decision = { status: 'ignored', reason: 'no_campaign', ...place, outcomes: [] };
    else decision = { status: 'applied', ...place, outcomes: [earned(event, position)] };
    const items = this.items.get(event.subject) ?? [];
    this.items.set(event.subject, items);
    items.push({ position, arrival: event.time, event, programVersion: 1, outcomes: decision.outcomes });
    this.#log.push(...decision.outcomes);
    return decision;
  }
}

function earned(event: Event, position: string): Outcome {
  return {
    id: `${position}-0`,
    type: 'points.earned',
    customerId: event.subject,
    time: event.time,
    cause: { eventId: event.id, campaignId: 'earn' },
    data: {
      account: 'stars',
      points: 8,
      lotId: `${position}-0`,
      expiresAt: 1_827_637_199_000,
      zone: 'America/New_York',
      earnedAt: event.time,
    },
  };
}
