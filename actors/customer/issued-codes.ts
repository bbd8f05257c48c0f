/**
 * Generated codes as the judge asks for them: whether a text is one, and whether somebody has taken it. Whoever answers
 * knows a secret that the rules do not; no list of all codes is kept anywhere (`code-text.ts` says how they compare).
 *
 * Invariant: what is taken is the sum of all `code.counted` with a number, over all customers and nothing else.
 */
import type { Outcome } from '../outcome.js';
import type { PromoCode } from '../program/program.js';

/** Synchronous, and exact as of the entry being judged, without what that entry has taken. */
export interface IssuedCodes {
  /** The number of a code among those of a promo code with generated codes, from 0; undefined: it is none of them. */
  serialOf(promoCode: PromoCode, text: string): number | undefined;
  isTaken(promoCodeId: string, length: number, serial: number): boolean;
}

/** No promo code has generated codes. */
export const NO_CODES: IssuedCodes = { serialOf: () => undefined, isTaken: () => false };

/** What the entry with these outcomes was told when it was judged: it named one code. */
export function recordedCodes(outcomes: readonly Outcome[]): IssuedCodes {
  const found = (promoCodeId: string, text: string | undefined) => {
    for (const { type, data } of outcomes) {
      if (type === 'promo_code.claimed' && data.promoCodeId === promoCodeId && (text ?? data.code) === data.code)
        return { serial: data.single?.[1], taken: false };
      if (type === 'code.counted' && data.promoCodeId === promoCodeId && data.by === 0)
        return { serial: data.single?.[1], taken: true };
    }
    return undefined;
  };
  return {
    serialOf: ({ id }, text) => found(id, text)?.serial,
    isTaken: (promoCodeId) => found(promoCodeId, undefined)?.taken === true,
  };
}
