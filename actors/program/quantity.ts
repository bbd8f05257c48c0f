/** What a rate or a sum is taken of (PROGRAM: Points, `of`), compiled once. */
import { compileLineCondition } from './condition.js';
import type { QuantityOfDocument } from './document-condition.js';
import type { Quantity, View } from './program.js';

const AMOUNT: Quantity = { kind: 'amount', of: (view) => view.amount ?? 0 };
const QUANTITY: Quantity = { kind: 'quantity', of: (view) => view.quantity ?? 0 };

/** Minor units or units; 0 where the event has none. */
export function compileQuantity(document: QuantityOfDocument): Quantity {
  if (document === 'amount') return AMOUNT;
  if (document === 'quantity') return QUANTITY;
  const { test } = compileLineCondition(document.lines);
  if (document.of === 'amount') {
    return {
      kind: 'lineAmount',
      of: (view: View) => {
        const lines = view.lines;
        let sum = 0;
        if (lines !== undefined) for (let i = 0; i < lines.length; i++) if (test(lines[i]!)) sum += lines[i]!.amount;
        return sum;
      },
    };
  }
  return {
    kind: 'lineQuantity',
    of: (view: View) => {
      const lines = view.lines;
      let sum = 0;
      if (lines !== undefined) for (let i = 0; i < lines.length; i++) if (test(lines[i]!)) sum += lines[i]!.quantity;
      return sum;
    },
  };
}
