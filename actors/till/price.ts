/** A basket priced against a customer's state, for a quote, a lock or a redemption. Changes nothing. */
import { ProfileView } from '../customer/profile-view.js';
import { EventView, measuredOf } from '../customer/view.js';
import { type Json, type PurchaseData, SaleData } from '../event.js';
import { isAnonymous } from './anonymous.js';
import type { CodeIssue } from './code-issues.js';
import { type HeldParts, heldBy } from './held.js';
import { NOBODY } from './nobody.js';
import { type Quote, quote } from './quote.js';
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
  /** With `explain: full`, of each issue that has one: every node of the condition, with the value seen. */
  readonly conditions: ReadonlyMap<string, Json>;
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
  const conditions = new Map<string, Json>();
  if (data.explain !== 'full') return { sale, quote: result, notApplied, conditions, codes: asked.codes };
  for (const { id, where } of asked.issues)
    if (where !== undefined) conditions.set(id, where.explain(view) as unknown as Json);
  // Also where something else came first.
  const told = notApplied.map((reason): NotApplied => {
    const condition = conditions.get(reason.issueId);
    return condition === undefined ? reason : { ...reason, condition };
  });
  return { sale, quote: result, notApplied: told, conditions, codes: asked.codes };
}
