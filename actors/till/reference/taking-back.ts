/**
 * Returns of a sale, written plainly from the page (PROGRAM: Offers, "A return by line or sku …", "`reprice` …"), for tests only.
 */
import type { Line } from './check.js';
import { earlier } from './check.js';
import type { Quoted } from './quote.js';

/** A share of an offer on a unit, as far as it still stands. */
interface Standing {
  readonly unit: Sold;
  amount: number;
  /** Units that this application requires. */
  readonly required: readonly Sold[];
}

interface SoldOffer {
  readonly reprices: boolean;
  readonly minimumSpend: number;
  readonly standing: readonly Standing[];
}

export interface Sold {
  readonly line: number;
  readonly unit: number;
  readonly excluded: boolean;
  readonly price: number;
  /** What is now paid for it. */
  paid: number;
  back: boolean;
}

export interface Wanted {
  readonly lineId?: string;
  readonly sku?: string;
  readonly quantity: number;
  readonly units?: readonly number[];
}

export class Sale {
  readonly #lines: readonly Line[];
  readonly units: readonly Sold[];
  /** In the order they were applied. */
  readonly #offers: readonly SoldOffer[];

  constructor(lines: readonly Line[], { units, applied }: Quoted) {
    this.#lines = lines;
    this.units = units.map(({ line, unit, excluded, price, left }) => ({
      line,
      unit,
      excluded,
      price,
      paid: left,
      back: false,
    }));
    const sold = (line: number, unit: number) => this.units.find((one) => one.line === line && one.unit === unit)!;
    this.#offers = applied.map(({ issue: { offer }, taken }) => {
      const { discount } = offer;
      // "Application i of `buyXGetY` has the i-th get units and the i-th required units, each in the order they were taken."
      const requiredOf = (at: number) => {
        if (discount.kind !== 'buyXGetY') return [];
        const i = Math.floor(at / discount.get.quantity);
        return taken.required.slice(i * discount.buy.quantity, (i + 1) * discount.buy.quantity);
      };
      return {
        reprices: offer.onReturn === 'reprice',
        minimumSpend: offer.minimumSpend ?? 0,
        standing: taken.discounted.map(({ unit, amount }, at) => ({
          unit: sold(unit.line, unit.unit),
          amount,
          required: requiredOf(at).map((one) => sold(one.line, one.unit)),
        })),
      };
    });
  }

  get kept(): Sold[] {
    return this.units.filter(({ back }) => !back);
  }

  /** The refund. Each wanted line can be served. */
  takeBack(wanted: readonly Wanted[]): number {
    // "The refund of a unit is its price less its shares"; "a return is judged once, with all its lines".
    let refund = 0;
    for (const one of wanted) {
      for (const unit of this.#serving(one)) {
        unit.back = true;
        refund += unit.paid;
      }
    }
    // "Judged on the units kept"; "the shares on kept units that no longer hold are deducted from the refund and become
    // part of what was paid for them", "in the order the offers were applied, then line, then unit, the last in part".
    for (const offer of this.#offers) {
      for (const share of this.#fallen(offer)) {
        const part = Math.min(share.amount, refund);
        share.amount -= part;
        share.unit.paid += part;
        refund -= part;
      }
    }
    return refund;
  }

  /** "Of the units not yet returned, the one for which least is now paid, then the earlier line, then the lower unit; `units: [n]` may name them." */
  #serving({ lineId, sku, quantity, units }: Wanted): Sold[] {
    const able = this.kept.filter(({ line }) =>
      lineId === undefined ? this.#lines[line]!.sku === sku : this.#lines[line]!.lineId === lineId,
    );
    if (units !== undefined) return able.filter(({ unit }) => units.includes(unit));
    return able.sort((a, b) => a.paid - b.paid || earlier(a, b)).slice(0, quantity);
  }

  /** "At prices before discounts: `minimumSpend`, and each application whose required unit came back." */
  #fallen({ reprices, minimumSpend, standing }: SoldOffer): Standing[] {
    if (!reprices) return [];
    const worth = this.kept.filter(({ excluded }) => !excluded).reduce((sum, { price }) => sum + price, 0);
    return standing
      .filter(({ unit }) => !unit.back)
      .filter(({ required }) => worth < minimumSpend || required.some(({ back }) => back))
      .sort((a, b) => earlier(a.unit, b.unit));
  }
}
