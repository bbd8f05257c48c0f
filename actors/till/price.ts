/** A basket priced against a customer's state, for a quote, a lock or a redemption. Changes nothing. */
import type { History } from '../customer/history.js';
import { ProfileView } from '../customer/profile-view.js';
import type { CustomerState } from '../customer/state.js';
import { EventView, measuredOf } from '../customer/view.js';
import { type PurchaseData, SaleData } from '../event.js';
import type { Program } from '../program/program.js';
import { heldBy } from './held.js';
import { NOBODY } from './nobody.js';
import { type Quote, quote } from './quote.js';
import type { NotApplied } from './reason.js';
import { saleOffers } from './sale-offers.js';
import type { TillData } from './step.js';

export interface QuoteParts {
  readonly state: CustomerState | undefined;
  readonly program: Program;
  readonly history: Pick<History, 'issued'>;
  readonly data: TillData & { readonly basket: PurchaseData };
  /** The body's time, by which dates are judged, and arrival; ms. */
  readonly time: number;
  readonly now: number;
}

export interface Priced {
  readonly sale: SaleData;
  readonly quote: Quote;
  readonly notApplied: readonly NotApplied[];
}

/** A basket priced against a state. Changes nothing. */
export function price({ state, program, history, data, time, now }: QuoteParts): Priced {
  const basket = new SaleData(data.basket, []);
  const asked = heldBy(state, data, program, history, time, now);
  const status = state === undefined ? undefined : (program.statuses.get(state.status) ?? program.defaultStatus);
  const subject = state?.id ?? '';
  const event = { id: data.transactionId, source: 'pos', type: 'purchase', subject, time, data: basket };
  const zone = state?.zone ?? program.zone;
  const customer = state === undefined ? NOBODY : new ProfileView(state, state.spend, program, time);
  const result = quote({
    data: basket,
    time,
    view: new EventView(event, measuredOf(event), customer, program, zone),
    issues: asked.issues,
    redeems: status?.redeems ?? true,
    select: data.select ?? 'order',
    full: data.explain === 'full',
  });
  const sale = new SaleData(data.basket, saleOffers(result.units, result.applied));
  return { sale, quote: result, notApplied: [...result.notApplied, ...asked.unknown] };
}
