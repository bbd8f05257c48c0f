/** A basket priced against a customer's state, for a quote, a lock or a redemption. Changes nothing. */
import { ProfileView } from '../customer/profile-view.js';
import { EventView, measuredOf } from '../customer/view.js';
import { type Json, type PurchaseData, SaleData } from '../event.js';
import type { View } from '../program/program.js';
import { isAnonymous } from './anonymous.js';
import type { CodeIssue } from './code-issues.js';
import { type HeldParts, heldBy } from './held.js';
import { NOBODY } from './nobody.js';
import { type HeldIssue, type Quote, quote } from './quote.js';
import type { NotApplied } from './reason.js';
import { saleOffers } from './sale-offers.js';
import type { TillData } from './step.js';

export interface QuoteParts extends HeldParts {
  readonly data: TillData & { readonly basket: PurchaseData };
}

export interface Priced {
  readonly sale: SaleData;
  readonly quote: Quote;
  readonly notApplied: readonly NotApplied[];
  /** Issues among those asked about that a promo code stands for. */
  readonly codes: readonly CodeIssue[];
}

/** A basket priced against a state. Changes nothing. */
export function price(parts: QuoteParts): Priced {
  const { state, program, data, time } = parts;
  const basket = new SaleData(data.basket, []);
  const asked = heldBy(parts);
  // An anonymous basket has a state for its locks, and no profile.
  const isNobody = state === undefined || isAnonymous(state.id);
  const status = isNobody ? undefined : (program.statuses.get(state.status) ?? program.defaultStatus);
  const subject = state?.id ?? '';
  const event = { id: data.transactionId, source: 'pos', type: 'purchase', subject, time, data: basket };
  const zone = state?.zone ?? program.zone;
  const customer = isNobody ? NOBODY : new ProfileView(state, state.spend, program, time);
  const view = new EventView(event, measuredOf(event), customer, program, zone);
  const result = quote({
    data: basket,
    time,
    view,
    issues: asked.issues,
    redeems: status?.redeems ?? true,
    select: data.select ?? 'order',
  });
  const sale = new SaleData(data.basket, saleOffers(result.units, result.applied));
  const notApplied = [...result.notApplied, ...asked.unknown];
  const told =
    data.explain === 'full' ? notApplied.map((reason) => withCondition(reason, asked.issues, view)) : notApplied;
  return { sale, quote: result, notApplied: told, codes: asked.codes };
}

/** With `explain: full` the offer's condition is shown with what it saw, also where something else came first. */
function withCondition(reason: NotApplied, issues: readonly HeldIssue[], view: View): NotApplied {
  const where = issues.find((issue) => issue.id === reason.issueId)?.where;
  return where === undefined ? reason : { ...reason, condition: where.explain(view) as unknown as Json };
}
