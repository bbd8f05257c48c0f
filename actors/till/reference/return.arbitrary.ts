/** Which units come back, read off a number: what can be asked for depends on what has come back already. */
import type { Line } from './check.js';
import type { Sale, Wanted } from './taking-back.js';

/** One to three lines of a return, by line, by sku or by unit, never more than is left. */
export function wantedBy(luck: number, sale: Sale, lines: readonly Line[]): Wanted[] {
  const wanted: Wanted[] = [];
  let kept = sale.kept;
  for (let n = 0; n <= luck % 3 && kept.length > 0; n++) {
    const one = kept[(luck + n * 7) % kept.length]!;
    const { lineId, sku } = lines[one.line]!;
    const how = Math.floor(luck / 10) % 3;
    const able = kept.filter(({ line }) => (how === 1 ? lines[line]!.sku === sku : line === one.line));
    const quantity = 1 + (Math.floor(luck / 30) % able.length);
    if (how === 0) wanted.push({ lineId, quantity });
    else if (how === 1) wanted.push({ sku, quantity });
    else wanted.push({ lineId, quantity: 1, units: [one.unit] });
    // What one line asks for is out of the others' way.
    kept = kept.filter(({ line }) => lines[line]!.sku !== sku);
  }
  return wanted;
}

export function everythingLeft(sale: Sale, lines: readonly Line[]): Wanted[] {
  return lines.flatMap(({ lineId }, at) => {
    const quantity = sale.kept.filter(({ line }) => line === at).length;
    return quantity === 0 ? [] : [{ lineId, quantity }];
  });
}
