/**
 * Promo codes as the brand sees them: which codes there are, which were handed out, which are claimed; and the next ones
 * handed out, so that no two mailings share a code. A code may be claimed whether it was handed out or not.
 *
 * Invariant (DESIGN D1): nothing is told before what it was seen in is durable.
 */
import type { Json } from '../actors/event.js';
import type { PromoCode } from '../actors/program/program.js';
import { EngineError, type IssuedNow, type KeepReply, type Page, type PageRequest } from './contract.js';
import type { Control } from './control.js';
import type { Gate } from './gate.js';
import type { SharedCounts } from './shared-counts.js';
import type { Turns } from './turns.js';

/** Control table: how many codes of a promo code and length were handed out. */
const ISSUED = '#issued';
/** Codes enciphered before others have their turn. */
const SLICE = 256;

export class CodeLists {
  constructor(
    private readonly control: Control,
    private readonly shared: SharedCounts,
    private readonly turns: Turns,
    private readonly gate: Gate,
    private readonly lastRecord: () => number,
  ) {}

  /** As `Engine.promoCodes`. */
  async page(id: string, { limit, cursor }: PageRequest): Promise<Page<Record<string, Json>> | undefined> {
    const from = cursor === undefined ? 0 : numberOf(cursor);
    const promoCode = this.control.program?.promoCodes.byId.get(id);
    if (promoCode === undefined) return undefined;
    const seen = this.lastRecord();
    const items: Record<string, Json>[] = [];
    const { issue } = promoCode;
    const to = Math.min(from + limit, issue?.count ?? 1);
    if (issue === undefined && from === 0) items.push(this.ofMany(promoCode));
    for (let serial = from; issue !== undefined && serial < to; serial++) {
      items.push(this.generated(promoCode, issue.length, serial));
      if (items.length % SLICE === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await this.gate.wait(seen);
    return { items, nextCursor: to < (issue?.count ?? 1) ? String(to) : null };
  }

  /** As `Engine.issueCodes`. */
  async issue(
    id: string,
    count: number,
    keepOf: (issued: () => IssuedNow | 'too_few') => KeepReply | undefined,
  ): Promise<IssuedNow | 'too_few' | undefined> {
    const { issue } = this.control.program?.promoCodes.byId.get(id) ?? {};
    if (issue === undefined) return undefined;
    const name = nameOf(id, issue.length);
    let issued: IssuedNow | 'too_few' = 'too_few';
    await this.turns.append(
      (turn) => {
        const from = this.issuedOf(id, issue.length);
        if (from + count > issue.count) return undefined;
        const codes = Array.from({ length: count }, (_, i) => this.textOf(id, issue.length, from + i));
        issued = { codes, left: issue.count - from - count };
        const entry = { kind: 'registry', table: ISSUED, key: name, value: from + count } as const;
        this.control.apply(entry, turn.nextSequence, turn.stamp);
        return entry;
      },
      keepOf(() => issued),
    );
    return issued;
  }

  private ofMany({ id, code, total, perCustomer }: PromoCode): Record<string, Json> {
    return {
      code: code!,
      claims: -this.shared.left('code', id, 0),
      total: total ?? null,
      perCustomer: perCustomer ?? null,
    };
  }

  private generated({ id }: PromoCode, length: number, serial: number): Record<string, Json> {
    return {
      code: this.textOf(id, length, serial),
      issued: serial < this.issuedOf(id, length),
      claimed: this.shared.codes.isTaken(id, length, serial),
    };
  }

  private issuedOf(id: string, length: number): number {
    return (this.control.get(ISSUED, nameOf(id, length)) as number | undefined) ?? 0;
  }

  private textOf(id: string, length: number, serial: number): string {
    const text = this.shared.codes.textOf(id, length, serial);
    if (text === undefined) throw new Error('a program with generated codes is in force, and there is no secret');
    return text;
  }
}

function nameOf(id: string, length: number): string {
  return `${id}/${length}`;
}

function numberOf(cursor: string): number {
  const from = Number(cursor);
  if (Number.isInteger(from) && from > 0 && String(from) === cursor) return from;
  throw new EngineError(
    'cursor_invalid',
    `${JSON.stringify(cursor)} is not a cursor of this list; use nextCursor, or leave it out`,
  );
}
