/**
 * A purchase's units: which have come back, which are kept and what was paid for them (PROGRAM: Offers, "A return by
 * line or sku takes …"). Units stand as runs, because a line may have a million of them.
 */
import type { PurchaseData, ReturnLine } from '../event.js';
import type { PurchaseRecord } from '../outcome.js';
import { type PaidRun, paidRuns, type TakenBack } from './paid.js';

/** What is left of a purchase. */
export interface Kept {
  /** Runs of units not returned, by line, then unit. */
  readonly runs: readonly PaidRun[];
  /** For each line by its place: runs of unit numbers that have come back, [first, last, …]. */
  readonly back: readonly (readonly number[])[];
}

/** What is left after the returns recorded so far. */
export function keptOf(data: PurchaseData, record: PurchaseRecord | undefined): Kept {
  if (record === undefined) return { runs: paidRuns(data), back: (data.lines ?? []).map(() => []) };
  return { runs: keptRuns(data, record.back, record.taken), back: record.back };
}

/** Units not in `back`, with what is now paid for them; `taken`: shares of offers that returns took back. */
export function keptRuns(data: PurchaseData, back: Kept['back'], taken?: TakenBack): readonly PaidRun[] {
  return paidRuns(data, taken).flatMap((run) => withoutUnits(run, back[run.line] ?? []));
}

/** The units that return lines take, or undefined where there are not so many left. Named units first, then by line, then by sku. */
export function takeUnits(
  data: PurchaseData,
  kept: Kept,
  lines: readonly ReturnLine[],
): { readonly taken: readonly PaidRun[]; readonly left: Kept } | undefined {
  let { runs } = kept;
  const taken: PaidRun[] = [];
  const inOrder = lines.slice().sort((a, b) => vagueness(a) - vagueness(b));
  for (const line of inOrder) {
    const units = line.units === undefined ? cheapest(data, runs, line) : named(data, runs, line, line.units);
    if (units === undefined) return undefined;
    taken.push(...units);
    runs = runs.flatMap((run) => {
      const gone = units.filter((unit) => unit.line === run.line).flatMap(({ first, last }) => [first, last]);
      return gone.length === 0 ? [run] : withoutUnits(run, sortedRuns(gone));
    });
  }
  const back = kept.back.map((before, place) => {
    const more = taken.filter((run) => run.line === place).flatMap(({ first, last }) => [first, last]);
    return more.length === 0 ? before : sortedRuns([...before, ...more]);
  });
  return { taken, left: { runs, back } };
}

export function unitsOf(runs: readonly PaidRun[]): number {
  let units = 0;
  for (const run of runs) units += run.last - run.first + 1;
  return units;
}

export function amountOf(runs: readonly PaidRun[]): number {
  let amount = 0;
  for (const run of runs) amount += (run.last - run.first + 1) * run.net;
  return amount;
}

/** Units and amounts by the lines' places. */
export function byLine(
  runs: readonly PaidRun[],
  lines: number,
): { readonly quantities: number[]; readonly amounts: number[] } {
  const quantities = new Array<number>(lines).fill(0);
  const amounts = new Array<number>(lines).fill(0);
  for (const run of runs) {
    quantities[run.line]! += run.last - run.first + 1;
    amounts[run.line]! += (run.last - run.first + 1) * run.net;
  }
  return { quantities, amounts };
}

function vagueness(line: ReturnLine): number {
  return line.units !== undefined ? 0 : line.lineId !== undefined ? 1 : 2;
}

function matches(data: PurchaseData, place: number, line: ReturnLine): boolean {
  const bought = data.lines![place]!;
  if (line.lineId === undefined && line.sku === undefined) return false;
  return (
    (line.lineId === undefined || line.lineId === bought.lineId) && (line.sku === undefined || line.sku === bought.sku)
  );
}

/** Of the units not yet returned the one for which least is paid, then the earlier line, then the lower unit. */
function cheapest(data: PurchaseData, runs: readonly PaidRun[], line: ReturnLine): PaidRun[] | undefined {
  const candidates = runs.filter((run) => matches(data, run.line, line));
  candidates.sort((a, b) => a.net - b.net || a.line - b.line || a.first - b.first);
  const taken: PaidRun[] = [];
  let missing = line.quantity;
  for (const run of candidates) {
    if (missing === 0) break;
    const count = Math.min(missing, run.last - run.first + 1);
    taken.push({ ...run, last: run.first + count - 1 });
    missing -= count;
  }
  return missing === 0 ? taken : undefined;
}

/** Exactly these units, all of one line that still has them. */
function named(
  data: PurchaseData,
  runs: readonly PaidRun[],
  line: ReturnLine,
  units: readonly number[],
): PaidRun[] | undefined {
  for (let place = 0; place < (data.lines ?? []).length; place++) {
    if (!matches(data, place, line)) continue;
    const taken: PaidRun[] = [];
    for (const unit of units) {
      const run = runs.find((each) => each.line === place && each.first <= unit && unit <= each.last);
      if (run !== undefined && !taken.some((each) => each.first === unit))
        taken.push({ ...run, first: unit, last: unit });
    }
    if (taken.length === line.quantity && units.length === line.quantity) return taken;
  }
  return undefined;
}

/** What of a run lies outside the sorted runs given. */
function withoutUnits(run: PaidRun, gone: readonly number[]): PaidRun[] {
  const left: PaidRun[] = [];
  let first = run.first;
  for (let i = 0; i < gone.length; i += 2) {
    const from = gone[i]!;
    const to = gone[i + 1]!;
    if (to < first || from > run.last) continue;
    if (from > first) left.push({ ...run, first, last: from - 1 });
    first = to + 1;
  }
  if (first <= run.last) left.push({ ...run, first });
  return left;
}

/** Runs ascending, those that touch as one. */
function sortedRuns(pairs: readonly number[]): number[] {
  const runs: [number, number][] = [];
  for (let i = 0; i < pairs.length; i += 2) runs.push([pairs[i]!, pairs[i + 1]!]);
  runs.sort((a, b) => a[0] - b[0]);
  const result: number[] = [];
  for (const [first, last] of runs) {
    if (result.length > 0 && result.at(-1)! + 1 >= first) result[result.length - 1] = Math.max(result.at(-1)!, last);
    else result.push(first, last);
  }
  return result;
}
