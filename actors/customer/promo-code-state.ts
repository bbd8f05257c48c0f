/** How often a customer has taken the codes that many may claim: what `perCustomer` looks at. */
import type { CodeCounted } from '../outcome.js';
import { replaced } from './list.js';
import type { CodeState, CustomerState } from './state.js';

/** Claims that stand, and those a lock of the till holds. */
export function takenOf(state: CustomerState, promoCodeId: string): number {
  return state.codes.find((code) => code.promoCodeId === promoCodeId)?.taken ?? 0;
}

/** The fold of `code.counted`. A generated code is taken once in the world, which no customer needs to remember. */
export function codeCounted(state: CustomerState, { promoCodeId, by, single }: CodeCounted): void {
  if (single === undefined) state.codes = counted(state.codes, promoCodeId, by);
}

/** Those of both. */
export function joinCodes(own: readonly CodeState[], more: readonly CodeState[]): readonly CodeState[] {
  let joined = own;
  for (const { promoCodeId, taken } of more) joined = counted(joined, promoCodeId, taken);
  return joined;
}

function counted(codes: readonly CodeState[], promoCodeId: string, by: number): readonly CodeState[] {
  const place = codes.findIndex((code) => code.promoCodeId === promoCodeId);
  const taken = (codes[place]?.taken ?? 0) + by;
  if (taken <= 0) return codes.filter((code) => code.promoCodeId !== promoCodeId);
  return replaced(codes, place < 0 ? codes.length : place, { promoCodeId, taken });
}
