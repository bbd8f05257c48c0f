/**
 * What was paid for each unit of a purchase: its price less its shares of the shop's own discounts, which are spread in
 * the order given, over their line or the whole check, excluded lines too (PROGRAM: Offers).
 *
 * Shares are in proportion to what is still to pay on each unit, by largest remainder, ties to the earlier line, then
 * the lower unit; a unit with nothing to pay gets none. Units that cost the same stand as one run.
 */
import { DISCOUNTED_WIDTH, type PurchaseData, SaleData, type SaleOffer } from '../event.js';

/** Units `first` to `last` (from 1) of the line at place `line`, each of which costs `net` minor units. */
export interface PaidRun {
  readonly line: number;
  readonly first: number;
  readonly last: number;
  readonly net: number;
}

/** All units, by line, then unit, with what is paid for them. A purchase with only a total has none. */
export function paidRuns(data: PurchaseData, taken: TakenBack = NONE_TAKEN): readonly PaidRun[] {
  const { runs } = spreadAll(data);
  if (!(data instanceof SaleData) || data.offers.length === 0) return runs;
  const off = offByUnit(data.offers, taken);
  return runs.flatMap((run) => lessOffers(run, off));
}

/** The same before the till's offers. */
export function runsBeforeOffers(data: PurchaseData): readonly PaidRun[] {
  return spreadAll(data).runs;
}

/** Shares of offers that a return took back (`reprice`), flat: place of the offer, place of the line, unit, minor units. */
export type TakenBack = readonly number[];
export const TAKEN_WIDTH = 4;
const NONE_TAKEN: TakenBack = [];

/** A unit's key: lines have at most a million units. */
const UNITS = 2 ** 21;

function offByUnit(offers: readonly SaleOffer[], taken: TakenBack): ReadonlyMap<number, number> {
  const off = new Map<number, number>();
  const add = (line: number, unit: number, amount: number): void => {
    off.set(line * UNITS + unit, (off.get(line * UNITS + unit) ?? 0) + amount);
  };
  for (const { discounted } of offers) {
    for (let i = 0; i < discounted.length; i += DISCOUNTED_WIDTH)
      add(discounted[i]!, discounted[i + 1]!, discounted[i + 2]!);
  }
  for (let i = 0; i < taken.length; i += TAKEN_WIDTH) add(taken[i + 1]!, taken[i + 2]!, -taken[i + 3]!);
  return off;
}

function lessOffers(run: PaidRun, off: ReadonlyMap<number, number>): PaidRun[] {
  const result: PaidRun[] = [];
  for (let unit = run.first; unit <= run.last; unit++) {
    const net = run.net - (off.get(run.line * UNITS + unit) ?? 0);
    const last = result.at(-1);
    if (last !== undefined && last.net === net) result[result.length - 1] = { ...last, last: unit };
    else result.push({ line: run.line, first: unit, last: unit, net });
  }
  return result;
}

/**
 * The first discount larger than what is left to pay of what it goes over, by place, with what is left; undefined where
 * all fit (PROGRAM, Offers: "one larger than what is left to pay is invalid"). Lines that are named must be there.
 */
export function firstMisfit(data: PurchaseData): { readonly discount: number; readonly left: number } | undefined {
  return spreadAll(data).misfit;
}

function spreadAll({ lines = [], discounts = [] }: PurchaseData): {
  readonly runs: readonly PaidRun[];
  readonly misfit: { readonly discount: number; readonly left: number } | undefined;
} {
  const whole = lines.map(
    ({ quantity, unitPrice }, line): PaidRun => ({ line, first: 1, last: quantity, net: unitPrice }),
  );
  if (discounts.length === 0) return { runs: whole, misfit: undefined };
  // By line, so that a discount over one line costs nothing for the others.
  let byLine = whole.map((run): readonly PaidRun[] => [run]);
  const places = new Map(lines.map((line, place) => [line.lineId, place]));
  let misfit: { readonly discount: number; readonly left: number } | undefined;
  for (let i = 0; i < discounts.length; i++) {
    const { lineId, amount } = discounts[i]!;
    const place = lineId === undefined ? undefined : places.get(lineId);
    if (lineId !== undefined && place === undefined) continue;
    const over = place === undefined ? byLine.flat() : byLine[place]!;
    const left = costOf(over);
    if (amount > left) misfit ??= { discount: i, left };
    const spread = spreadOver(over, Math.min(amount, left), left);
    if (place === undefined) byLine = groupedByLine(spread, lines.length);
    else byLine[place] = spread;
  }
  return { runs: byLine.flat(), misfit };
}

const NO_OFFERS: readonly SaleOffer[] = [];

/** What each line costs, by place; undefined where that is its quantity times its price. */
export function lineNets(data: PurchaseData): readonly number[] | undefined {
  const offers = data instanceof SaleData ? data.offers : NO_OFFERS;
  const { lines = [], discounts = [] } = data;
  if (offers.length === 0 && discounts.length === 0) return undefined;
  const nets = new Array<number>(lines.length).fill(0);
  if (discounts.length > 0) for (const run of runsBeforeOffers(data)) nets[run.line]! += sizeOf(run) * run.net;
  else for (let i = 0; i < lines.length; i++) nets[i] = lines[i]!.quantity * lines[i]!.unitPrice;
  for (const { discounted } of offers) {
    for (let i = 0; i < discounted.length; i += DISCOUNTED_WIDTH) nets[discounted[i]!]! -= discounted[i + 2]!;
  }
  return nets;
}

function groupedByLine(runs: readonly PaidRun[], lines: number): (readonly PaidRun[])[] {
  const groups = Array.from({ length: lines }, (): PaidRun[] => []);
  for (const run of runs) groups[run.line]!.push(run);
  return groups;
}

function costOf(runs: readonly PaidRun[]): number {
  let cost = 0;
  for (const run of runs) cost += sizeOf(run) * run.net;
  return cost;
}

/** What each unit of a run gives, but for the remainder, which decides who gives one more. */
interface Share {
  readonly run: PaidRun;
  readonly share: number;
  readonly rest: number | bigint;
  extra: number;
}

/** `amount` of the `whole` that the runs cost is taken off them. */
function spreadOver(runs: readonly PaidRun[], amount: number, whole: number): readonly PaidRun[] {
  if (amount <= 0) return runs;
  let left = amount;
  const shares = runs.map((run) => {
    const share = shareOf(run, amount, whole);
    left -= share.share * sizeOf(run);
    return share;
  });
  const byRest = left === 0 ? [] : shares.filter(({ rest }) => rest > 0);
  byRest.sort((a, b) =>
    a.rest > b.rest ? -1 : a.rest < b.rest ? 1 : a.run.line - b.run.line || a.run.first - b.run.first,
  );
  for (const share of byRest) {
    share.extra = Math.min(left, sizeOf(share.run));
    left -= share.extra;
  }
  return shares.flatMap(({ run, share, extra }) => cut(run, share, extra));
}

function shareOf(run: PaidRun, amount: number, whole: number): Share {
  const product = amount * run.net;
  if (product <= Number.MAX_SAFE_INTEGER) {
    const rest = product % whole;
    return { run, share: (product - rest) / whole, rest, extra: 0 };
  }
  const exact = BigInt(amount) * BigInt(run.net);
  const share = exact / BigInt(whole);
  return { run, share: Number(share), rest: exact - share * BigInt(whole), extra: 0 };
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
