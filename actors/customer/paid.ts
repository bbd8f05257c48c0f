/**
 * What was paid for each unit of a purchase: its price less its shares of the shop's own discounts, which are spread in
 * the order given, over their line or the whole check, excluded lines too (PROGRAM: Offers).
 *
 * Shares are in proportion to what is still to pay on each unit, by largest remainder, ties to the earlier line, then
 * the lower unit; a unit with nothing to pay gets none. Units that cost the same stand as one run.
 */
import type { PurchaseData, ShopDiscount } from '../event.js';

/** Units `first` to `last` (from 1) of the line at place `line`, each of which costs `net` minor units. */
export interface PaidRun {
  readonly line: number;
  readonly first: number;
  readonly last: number;
  readonly net: number;
}

/** All units, by line, then unit. A purchase with only a total has none. */
export function paidRuns(data: PurchaseData): readonly PaidRun[] {
  const lines = data.lines ?? [];
  let runs: readonly PaidRun[] = lines.map((line, place) => ({
    line: place,
    first: 1,
    last: line.quantity,
    net: line.unitPrice,
  }));
  for (const discount of data.discounts ?? []) {
    const place =
      discount.lineId === undefined ? undefined : lines.findIndex((line) => line.lineId === discount.lineId);
    runs = spread(runs, place, discount);
  }
  return runs;
}

/** What each line costs, by place; undefined where that is its quantity times its price. */
export function lineNets(data: PurchaseData): readonly number[] | undefined {
  if (data.discounts === undefined || data.discounts.length === 0) return undefined;
  const nets = new Array<number>(data.lines?.length ?? 0).fill(0);
  for (const run of paidRuns(data)) nets[run.line]! += (run.last - run.first + 1) * run.net;
  return nets;
}

function spread(runs: readonly PaidRun[], place: number | undefined, discount: ShopDiscount): readonly PaidRun[] {
  const inIt = (run: PaidRun) => place === undefined || run.line === place;
  let whole = 0;
  for (const run of runs) if (inIt(run)) whole += sizeOf(run) * run.net;
  const amount = Math.min(discount.amount, whole);
  if (amount <= 0) return runs;
  let left = amount;
  const shares = runs.map((run) => {
    if (!inIt(run)) return { run, share: 0, rest: 0n };
    const product = BigInt(amount) * BigInt(run.net);
    const share = Number(product / BigInt(whole));
    left -= share * sizeOf(run);
    return { run, share, rest: product % BigInt(whole) };
  });
  const extra = new Map<PaidRun, number>();
  const byRest = shares.filter(({ rest }) => rest > 0n);
  byRest.sort((a, b) =>
    a.rest > b.rest ? -1 : a.rest < b.rest ? 1 : a.run.line - b.run.line || a.run.first - b.run.first,
  );
  for (const { run } of byRest) {
    const units = Math.min(left, sizeOf(run));
    extra.set(run, units);
    left -= units;
  }
  return shares.flatMap(({ run, share }) => cut(run, share, extra.get(run) ?? 0));
}

/** A run less `share` for each unit, and one more for its first `extra` units. */
function cut(run: PaidRun, share: number, extra: number): PaidRun[] {
  const net = run.net - share;
  if (extra === 0) return [share === 0 ? run : { ...run, net }];
  if (extra === sizeOf(run)) return [{ ...run, net: net - 1 }];
  const middle = run.first + extra - 1;
  return [
    { ...run, last: middle, net: net - 1 },
    { ...run, first: middle + 1, net },
  ];
}

function sizeOf(run: PaidRun): number {
  return run.last - run.first + 1;
}
