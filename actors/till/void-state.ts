/** How a customer's totals, windows and parts follow a void. */
import { spendVoided } from '../customer/spend.js';
import type { CustomerState } from '../customer/state.js';
import { purchaseUncounted } from '../customer/tier-state.js';
import type { SaleVoided } from '../outcome.js';
import { type Part, restoreParts } from './undo.js';

export function saleVoided(state: CustomerState, data: SaleVoided): void {
  spendVoided(state, data);
  purchaseUncounted(state, data);
  restoreParts(state, data.parts as unknown as (readonly [Part[0], string, Part[2]])[]);
}
