/**
 * A purchase as its units, and what a return takes of them (PROGRAM: Offers). "The unit is the atom: 3 lattes on a line
 * are three units."
 */
import type { Life, Purchase, ReportedEvent, Unit } from './life.js';

export interface PurchaseData {
  readonly transactionId: string;
  readonly lines?: readonly {
    readonly lineId: string;
    readonly sku: string;
    readonly quantity: number;
    readonly unitPrice: number;
  }[];
  readonly discounts?: readonly { readonly lineId?: string; readonly amount: number }[];
  readonly total?: number;
}

export interface ReturnLine {
  readonly lineId?: string;
  readonly sku?: string;
  readonly quantity: number;
  readonly units?: readonly number[];
  readonly unitPrice?: number;
}

export interface ReturnData {
  readonly transactionId: string;
  readonly originalTransactionId?: string;
  readonly lines?: readonly ReturnLine[];
  readonly total?: number;
}

/** The purchase goes into `totals` and RFM. */
export function bought(life: Life, event: ReportedEvent, tooLate: boolean): Purchase {
  const data = event.data as PurchaseData;
  const hasLines = (data.lines?.length ?? 0) > 0;
  const units = hasLines ? paidUnits(data) : [];
  const purchase: Purchase = {
    event,
    transactionId: data.transactionId,
    time: event.time,
    // API: "net = Σ quantity × unitPrice − Σ discounts".
    net: hasLines ? units.reduce((sum, unit) => sum + unit.paid, 0) : (data.total ?? 0),
    tooLate,
    units,
    hasLines,
    refunded: 0,
    allBack: false,
  };
  life.purchases.push(purchase);
  return purchase;
}

/** "The shop's own `discounts` are spread before any offer, as a check discount or over their line", "in the order given". */
function paidUnits({ lines = [], discounts = [] }: PurchaseData): Unit[] {
  const units = lines.flatMap((line, place) =>
    Array.from({ length: line.quantity }, (_, i) => ({ line: place, unit: i + 1, paid: line.unitPrice, back: false })),
  );
  for (const { lineId, amount } of discounts) {
    const over = lineId === undefined ? units : units.filter((unit) => lines[unit.line]!.lineId === lineId);
    spread(over, amount);
  }
  return units;
}

/** "In proportion to what is still to pay on each unit, by largest remainder, ties to the earlier line, then unit." */
function spread(units: { line: number; unit: number; paid: number }[], amount: number): void {
  const whole = units.reduce((sum, unit) => sum + unit.paid, 0);
  if (whole === 0) return;
  const shares = units.map((unit) => {
    const exact = BigInt(amount) * BigInt(unit.paid);
    return { unit, share: Number(exact / BigInt(whole)), rest: exact % BigInt(whole) };
  });
  let left = amount - shares.reduce((sum, { share }) => sum + share, 0);
  const byRest = [...shares].sort(
    (a, b) =>
      (a.rest > b.rest ? -1 : a.rest < b.rest ? 1 : 0) || a.unit.line - b.unit.line || a.unit.unit - b.unit.unit,
  );
  for (const { unit, share } of shares) unit.paid -= share;
  for (const { unit } of byRest) {
    if (left === 0) break;
    unit.paid -= 1;
    left -= 1;
  }
}

/**
 * The units that return lines take; undefined where there are not so many. "Of the units not yet returned, the one for
 * which least is now paid, then the earlier line, then the lower unit; `units: [n]` may name them, as many as `quantity`."
 * "A return is judged once, with all its lines": those that leave less choice are served first.
 */
export function unitsTaken(purchase: Purchase, lines: readonly ReturnLine[]): Unit[] | undefined {
  const bought = (purchase.event.data as PurchaseData).lines ?? [];
  const choice = (line: ReturnLine) => (line.units !== undefined ? 0 : line.lineId !== undefined ? 1 : 2);
  const taken: Unit[] = [];
  for (const line of [...lines].sort((a, b) => choice(a) - choice(b))) {
    const candidates = purchase.units.filter((unit) => {
      const { lineId, sku } = bought[unit.line]!;
      const named = line.lineId !== undefined || line.sku !== undefined;
      const fits =
        (line.lineId === undefined || line.lineId === lineId) && (line.sku === undefined || line.sku === sku);
      return named && fits && !unit.back && !taken.includes(unit);
    });
    const chosen = line.units === undefined ? cheapest(candidates, line.quantity) : named(candidates, line.units);
    if (chosen.length !== line.quantity) return undefined;
    taken.push(...chosen);
  }
  return taken;
}

function cheapest(candidates: readonly Unit[], quantity: number): Unit[] {
  const inOrder = [...candidates].sort((a, b) => a.paid - b.paid || a.line - b.line || a.unit - b.unit);
  return inOrder.slice(0, quantity);
}

/** Units with these numbers, all of the first line that has them all. */
function named(candidates: readonly Unit[], numbers: readonly number[]): Unit[] {
  for (const place of new Set(candidates.map(({ line }) => line))) {
    const chosen = numbers.flatMap((number) =>
      candidates.filter(({ line, unit }) => line === place && unit === number),
    );
    if (chosen.length === numbers.length && new Set(chosen).size === chosen.length) return chosen;
  }
  return [];
}
