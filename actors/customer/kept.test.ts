import fc from 'fast-check';
import t from 'tap';
import type { PurchaseData } from '../event.js';
import { netOf } from '../event.js';
import { amountOf, keptOf, takeUnits, unitsOf } from './kept.js';
import { lineNets, paidRuns } from './paid.js';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);

/** A purchase whose discounts fit. */
const baskets = fc
  .record({
    lines: fc.array(
      fc.record({
        quantity: fc.integer({ min: 1, max: 6 }),
        unitPrice: fc.integer({ min: 0, max: 900 }),
        sku: fc.constantFrom('A', 'B'),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    discounts: fc.array(
      fc.record({ line: fc.option(fc.nat(3), { nil: undefined }), part: fc.integer({ min: 0, max: 100 }) }),
      { maxLength: 3 },
    ),
  })
  .map(({ lines, discounts }): PurchaseData => {
    const data = {
      transactionId: 'p',
      lines: lines.map((line, i) => ({ ...line, lineId: String(i) })),
      discounts: [] as { lineId?: string; amount: number }[],
    };
    for (const { line, part } of discounts) {
      const nets = lineNets(data) ?? data.lines.map(({ quantity, unitPrice }) => quantity * unitPrice);
      const place = line === undefined || line >= data.lines.length ? undefined : line;
      const whole = place === undefined ? nets.reduce((a, b) => a + b, 0) : nets[place]!;
      const amount = Math.floor((whole * part) / 100);
      data.discounts.push(place === undefined ? { amount } : { lineId: String(place), amount });
    }
    return data;
  });

t.test('what was paid for all units is the net, no unit costs less than nothing or more than its price', (t) => {
  fc.assert(
    fc.property(baskets, (data) => {
      const runs = paidRuns(data);
      return (
        amountOf(runs) === netOf(data) && runs.every(({ net, line }) => net >= 0 && net <= data.lines![line]!.unitPrice)
      );
    }),
    { seed },
  );
  t.comment(`seed ${seed}`);
  t.end();
});

t.test('units taken in any order and number add up to all there are, each once', (t) => {
  fc.assert(
    fc.property(
      baskets,
      fc.array(fc.tuple(fc.constantFrom('A', 'B', '0', '1', '2'), fc.integer({ min: 1, max: 5 })), { maxLength: 12 }),
      (data, takes) => {
        let kept = keptOf(data, undefined);
        let units = 0;
        let amount = 0;
        for (const [what, quantity] of takes) {
          const line = what < 'A' ? { lineId: what, quantity } : { sku: what, quantity };
          const took = takeUnits(data, kept, [line]);
          if (took === undefined) continue;
          units += unitsOf(took.taken);
          amount += amountOf(took.taken);
          kept = took.left;
        }
        const whole = keptOf(data, undefined).runs;
        const again = keptOf(data, { v: 1, refunded: amount, back: kept.back, reversed: [], all: false });
        t.same(
          again.runs.map(({ line, first, last, net }) => [line, first, last, net]),
          kept.runs.map(({ line, first, last, net }) => [line, first, last, net]),
        );
        return units + unitsOf(kept.runs) === unitsOf(whole) && amount + amountOf(kept.runs) === netOf(data);
      },
    ),
    { seed, numRuns: 300 },
  );
  t.comment(`seed ${seed}`);
  t.end();
});
