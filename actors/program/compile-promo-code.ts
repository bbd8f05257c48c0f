/** Promo codes compiled (PROGRAM: promo codes). */
import { limits } from '../limits.js';
import { codeText } from './code-text.js';
import { compileOutcome } from './compile-outcome.js';
import type { PromoCodeDocument } from './document-promo-code.js';
import type { PromoCode, PromoCodes, TierSystem } from './program.js';

export function compilePromoCodes(documents: readonly PromoCodeDocument[], tiers: readonly TierSystem[]): PromoCodes {
  const byId = new Map<string, PromoCode>();
  const byCode = new Map<string, PromoCode>();
  const singleUse: PromoCode[] = [];
  for (const document of documents) {
    const isSingle = document.kind === 'singleUse';
    const code = isSingle ? undefined : codeText(document.code);
    const promoCode: PromoCode = {
      id: document.id,
      code,
      perCustomer: isSingle ? undefined : document.perCustomer,
      total: isSingle ? undefined : document.total,
      issue: isSingle ? { count: document.count, length: document.length ?? limits.codeCharactersDefault } : undefined,
      outcomes: document.outcomes.map((outcome) => compileOutcome(outcome, tiers)),
      budget: undefined,
    };
    byId.set(promoCode.id, promoCode);
    if (code === undefined) singleUse.push(promoCode);
    else byCode.set(code, promoCode);
  }
  return { byId, byCode, singleUse };
}
