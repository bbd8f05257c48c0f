/**
 * Offers judged again when part of a sale comes back (PROGRAM: Offers, `reprice`). What an offer was is kept with the
 * sale, so that a return asks no program.
 *
 * Invariant: all returns together refund what was paid, to the cent, in any order. A share that is taken back on a
 * return becomes part of what was paid for its unit.
 */
import { type PaidRun, TAKEN_WIDTH, type TakenBack } from '../customer/paid.js';
import { DISCOUNTED_WIDTH, REQUIRED_WIDTH, type SaleData, type SaleOffer } from '../event.js';

/** What a return gives back once `reprice` offers were judged again on the units kept. */
export interface Repriced {
  /** Minor units. */
  readonly refund: number;
  /** All shares taken back so far, this return included. */
  readonly taken: TakenBack;
}

/**
 * `kept`: the units left after the return, with what was paid for them before it; `refund`: what was paid for those
 * that come back. Shares on kept units that no longer hold are deducted, in the order the offers were applied, then
 * line, then unit, the last in part; what the refund cannot bear stays in place.
 */
export function reprice(data: SaleData, taken: TakenBack, kept: readonly PaidRun[], refund: number): Repriced {
  const { offers } = data;
  const isKept = keptTest(kept);
  const subtotal = subtotalOf(data, kept);
  const after = taken.slice();
  let left = refund;
  for (let place = 0; place < offers.length && left > 0; place++) {
    const offer = offers[place]!;
    if (offer.onReturn !== 'reprice') continue;
    for (const [line, unit, share] of brokenShares(offer, subtotal, isKept)) {
      const standing = share - takenOf(taken, place, line, unit);
      const back = Math.min(standing, left);
      if (back <= 0) continue;
      after.push(place, line, unit, back);
      left -= back;
    }
  }
  return { refund: left, taken: after };
}

type IsKept = (line: number, unit: number) => boolean;

/** Shares on kept units that no longer hold, by line, then unit. */
function brokenShares(
  offer: SaleOffer,
  subtotal: number,
  isKept: IsKept,
): [line: number, unit: number, share: number][] {
  const { discounted } = offer;
  const isBelow = subtotal < offer.minimumSpend;
  const broken: [number, number, number][] = [];
  for (let i = 0; i < discounted.length; i += DISCOUNTED_WIDTH) {
    const [line, unit, share] = [discounted[i]!, discounted[i + 1]!, discounted[i + 2]!];
    const application = offer.perGet === 0 ? -1 : Math.floor(i / DISCOUNTED_WIDTH / offer.perGet);
    if (isKept(line, unit) && (isBelow || (application >= 0 && !isBought(offer, application, isKept))))
      broken.push([line, unit, share]);
  }
  return broken.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}

/** Whether every unit that an application required is kept. */
function isBought({ required, perBuy }: SaleOffer, application: number, isKept: IsKept): boolean {
  const from = application * perBuy * REQUIRED_WIDTH;
  for (let i = from; i < from + perBuy * REQUIRED_WIDTH; i += REQUIRED_WIDTH) {
    if (!isKept(required[i]!, required[i + 1]!)) return false;
  }
  return true;
}

/** Prices before discounts of the units kept, without excluded lines. */
function subtotalOf({ lines }: SaleData, kept: readonly PaidRun[]): number {
  let subtotal = 0;
  for (const run of kept) {
    const line = lines[run.line]!;
    if (line.excluded !== true) subtotal += (run.last - run.first + 1) * line.unitPrice;
  }
  return subtotal;
}

function keptTest(kept: readonly PaidRun[]): IsKept {
  const byLine = new Map<number, PaidRun[]>();
  for (const run of kept) {
    const runs = byLine.get(run.line);
    if (runs === undefined) byLine.set(run.line, [run]);
    else runs.push(run);
  }
  return (line, unit) => byLine.get(line)?.some((run) => unit >= run.first && unit <= run.last) ?? false;
}

function takenOf(taken: TakenBack, place: number, line: number, unit: number): number {
  let sum = 0;
  for (let i = 0; i < taken.length; i += TAKEN_WIDTH) {
    if (taken[i] === place && taken[i + 1] === line && taken[i + 2] === unit) sum += taken[i + 3]!;
  }
  return sum;
}
