/** Checks of promo codes beyond their shape: each code names one of them, cannot be guessed, and gives what can be given. */
import { limits } from '../limits.js';
import { type Checking, checkOutcome } from './check-campaign.js';
import { CODE_ALPHABET, codeText } from './code-text.js';
import type { OutcomeDocument } from './document-campaign.js';
import type { PromoCodeDocument } from './document-promo-code.js';
import { listAt, textAt } from './names.js';
import { shown } from './problem.js';

export function checkPromoCodes(document: unknown, checking: Checking): void {
  const codes = new Map<string, string>();
  let generated = 0;
  listAt(document, 'promoCodes').forEach((promoCode, i) => {
    const pointer = `/promoCodes/${i}`;
    listAt(promoCode, 'outcomes').forEach((outcome, j) => {
      const here = `${pointer}/outcomes/${j}`;
      if (checking.sound(here)) checkGiven(outcome as OutcomeDocument, here, checking);
    });
    if (textAt(promoCode, 'kind') === 'singleUse' && ++generated === limits.singleUsePromoCodesMax + 1) {
      const detail = `At most ${limits.singleUsePromoCodesMax} promo codes are of kind singleUse; take those out that are over.`;
      checking.problems.add(`${pointer}/kind`, 'too_many', detail);
    }
    if (checking.sound(pointer)) checkCode(promoCode as PromoCodeDocument, pointer, codes, checking);
  });
}

/** `codes`: those of the promo codes before it, with where they are. */
function checkCode(
  document: PromoCodeDocument,
  pointer: string,
  codes: Map<string, string>,
  { problems }: Checking,
): void {
  if (document.kind === 'singleUse') {
    const { count, length = limits.codeCharactersDefault } = document;
    const needed = lengthFor(count);
    if (length >= needed) return;
    const detail = `Of so short a code one in few would be valid: ${count} codes need at least ${needed} characters.`;
    problems.add(`${pointer}/length`, 'code_guessable', detail);
    return;
  }
  const text = codeText(document.code);
  const before = codes.get(text);
  if (text === '') {
    problems.add(`${pointer}/code`, 'code_empty', 'Blanks and dashes do not count, and nothing else is in it.');
  } else if (before !== undefined) {
    const detail = `${shown(document.code)} is the code of ${before} (case, blanks and dashes do not count); give it another.`;
    problems.add(`${pointer}/code`, 'duplicate_code', detail);
  } else codes.set(text, pointer);
}

/** So that a guess hits one of them with a chance of at most one in `codeGuessesMin`. */
function lengthFor(count: number): number {
  let length: number = limits.codeCharactersMin;
  while (CODE_ALPHABET.length ** length < count * limits.codeGuessesMin) length++;
  return length;
}

/** A claim is no purchase. */
function checkGiven(outcome: OutcomeDocument, pointer: string, checking: Checking): void {
  checkOutcome(outcome, pointer, checking);
  if ('points' in outcome && outcome.points.rate !== undefined) {
    const detail = 'A rate is taken of a purchase, and a code is claimed without one; use fixed.';
    checking.problems.add(`${pointer}/points/rate`, 'rate_needs_purchase', detail);
  }
}
