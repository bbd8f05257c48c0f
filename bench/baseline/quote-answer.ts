/**
 * The answer to a quote in the form and about the size of the node's: as many offers named as the customer's id says
 * are held, about half of them applied to about two thirds of the units, as the brand's offers are (`till-brand.ts`).
 */
import { heldBy, type Quote } from '../load/quote.js';

export function quoteAnswer(quote: Quote): unknown {
  const held = heldBy(quote.customerId);
  const units: { lineId: string; unit: number; role: string; amount: number }[] = [];
  const lines = [];
  let total = 0;
  for (const { lineId, quantity, unitPrice } of quote.lines) {
    const gross = quantity * unitPrice;
    total += gross;
    lines.push({ lineId, gross, discount: 50, net: gross - 50 });
    for (let unit = 1; unit <= quantity; unit++) units.push({ lineId, unit, role: 'discounted', amount: 30 });
  }
  const count = appliedOf(held, lines.length);
  const share = Math.ceil(units.length * SHARE_OF_UNITS);
  const applied = [];
  const notApplied = [];
  for (let i = 0; i < held; i++) {
    const named = { issueId: `36-90119-${i}`, offerId: `till-${i}` };
    if (i >= count) notApplied.push({ ...named, code: 'unit_already_used', need: 1, have: 0, missing: 1 });
    else applied.push({ ...named, amount: 450, desired: 450, clippedBy: null, units: units.slice(0, share) });
  }
  return {
    transactionId: quote.transactionId,
    state: 'quoted',
    programVersion: 1,
    currency: quote.currency,
    applied,
    notApplied,
    lines,
    totals: { gross: total, discount: 50 * lines.length, net: total - 50 * lines.length, refund: 0 },
    points: { stars: { willEarn: 27, active: 4 } },
    outcomes: [],
  };
}

const SHARE_OF_UNITS = 0.65;

/** Many offers on a few lines leave each other nothing. */
function appliedOf(held: number, lines: number): number {
  return Math.min(Math.ceil(held / 2), 10 + Math.floor(lines / 4));
}
