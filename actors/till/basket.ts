/** Baskets, offers and issues for tests of the till. */
import { EventView, measuredOf } from '../customer/view.js';
import type { PurchaseData } from '../event.js';
import { compileProgram } from '../program/compile.js';
import type { ProgramDocument } from '../program/document.js';
import { NOBODY } from './nobody.js';
import { type HeldIssue, type Question, type Quote, quote, shownUnits } from './quote.js';

export const NOW = Date.UTC(2026, 10, 24, 12);

/** A line: id, units, price of one; the sku is the id, the category its first letter. */
export type LineSpec = readonly [id: string, quantity: number, unitPrice: number, more?: object];

export function basket(lines: readonly LineSpec[], discounts: PurchaseData['discounts'] = []): PurchaseData {
  return {
    transactionId: 't',
    lines: lines.map(([lineId, quantity, unitPrice, more]) => ({
      lineId,
      sku: lineId,
      categories: [lineId.slice(0, 1)],
      quantity,
      unitPrice,
      ...more,
    })),
    discounts,
  };
}

/** Lines of a category. */
export const of = (category: string) => ({ field: 'categories', has: category });

export interface Asked extends Partial<Omit<HeldIssue, 'offer'>> {
  readonly offer: string;
}

/** What offers (documents without kind) make of a basket; one issue of each unless `asked` says otherwise. */
export function priced(
  offers: readonly object[],
  data: PurchaseData,
  more: Partial<Question> = {},
  asked: readonly Asked[] = offers.map((offer) => ({ offer: (offer as { id: string }).id })),
): Quote {
  const document: unknown = {
    program: 'till',
    currency: 'USD',
    timeZone: 'UTC',
    offers: offers.map((offer) => ({ kind: 'closedLoop', ...offer })),
  };
  const program = compileProgram(document as ProgramDocument, 1);
  const event = { id: 't', source: 'pos', type: 'purchase', subject: 'c', time: NOW, data };
  const view = new EventView(event, measuredOf(event), NOBODY, program, 'UTC');
  const issues = asked.map((one, place): HeldIssue => {
    const definition = program.offers.get(one.offer)!;
    return {
      id: `i${place}`,
      place,
      expiresAt: null,
      startsAt: null,
      usesLeft: 1,
      lockedElsewhere: false,
      named: false,
      isLockedHere: false,
      where: definition.where,
      ...one,
      offer: definition.till!,
    };
  });
  return quote({ data, time: NOW, view, issues, redeems: true, select: 'order', ...more });
}

/** What applied: `offer amount: line.unit-share, (line.unit required)`. */
export function shown(result: Quote, data: PurchaseData): string[] {
  return result.applied.map(({ issue, taken }) => {
    const units = shownUnits(result.units, data, taken).map(({ lineId, unit, role, amount }) =>
      role === 'required' ? `(${lineId}.${unit})` : `${lineId}.${unit}-${amount}`,
    );
    return `${issue.offer.id} ${taken.amount}: ${units.join(' ')}`;
  });
}

/** What did not: `issue code need/have/missing`. */
export function refused(result: Quote): string[] {
  return result.notApplied.map(({ issueId, code, need, have, missing }) =>
    need === undefined ? `${issueId} ${code}` : `${issueId} ${code} ${need}/${have}/${missing ?? '-'}`,
  );
}
