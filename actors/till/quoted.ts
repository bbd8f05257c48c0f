/** What a till's question is answered: the basket priced, and the points it would earn. Nothing is changed. */
import type { History } from '../customer/history.js';
import { decide } from '../customer/judge.js';
import type { SharedLimits } from '../customer/shared-limits.js';
import { type CustomerState, initial } from '../customer/state.js';
import type { Json, PurchaseData } from '../event.js';
import type { Program } from '../program/program.js';
import { answerOf, earnedBy } from './answer.js';
import { price } from './price.js';
import { saleTold } from './sale-told.js';
import type { TillData } from './step.js';

export interface Asking {
  /** Undefined: an anonymous basket, with which nobody earns. */
  readonly customerId: string | undefined;
  /** Undefined: a customer nobody has heard of yet. */
  readonly state: CustomerState | undefined;
  readonly program: Program;
  readonly history: History;
  readonly shared: SharedLimits;
  readonly data: TillData & { readonly basket: PurchaseData };
  /** The body's time and the wall clock, ms. */
  readonly time: number;
  readonly now: number;
}

export function quoted(asking: Asking): Record<string, Json> {
  const { customerId, state, program, history, shared, data, time, now } = asking;
  const priced = price({ state, program, history, shared, told: [], data, time, now });
  const { sale, quote, notApplied, conditions } = priced;
  const { transactionId } = data;
  let earns: ReadonlyMap<string, number> = new Map();
  if (customerId !== undefined) {
    const event = saleTold({ subject: customerId, time, data }, priced, program);
    const entry = { kind: 'event', position: '', stamp: now, event, imported: false } as const;
    earns = earnedBy(decide(state, entry, program, history, shared), 0);
  }
  const answer = answerOf({
    transactionId,
    state: 'quoted',
    program,
    data: sale,
    kept: undefined,
    offers: sale.offers,
    notApplied,
    conditions,
    partial: quote.partial,
    refund: 0,
    customer: customerId === undefined ? undefined : (state ?? initial(customerId)),
    earns,
  });
  answer.outcomes = [];
  return answer;
}
