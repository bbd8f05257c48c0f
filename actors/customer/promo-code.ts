/**
 * Promo codes claimed (PROGRAM: promo codes; API: `promo_code.claimed {code}`). The claim is what the event says of
 * itself; what the code gives is given after the view was taken, like every other outcome.
 *
 * A code is *taken* where it is claimed, and for as long as a lock of the till holds it. Invariants: (1) a generated code
 * is taken once in the world, a code for many at most `total` times; (2) whoever takes one says so (`code.counted`), and
 * whoever gives it back says so with a negative number.
 */
import type { Event, PromoCodeData } from '../event.js';
import type { Cause, EventRefused, Outcome } from '../outcome.js';
import { codeText } from '../program/code-text.js';
import type { CampaignOutcome, Program, PromoCode } from '../program/program.js';
import { award } from './award.js';
import type { Occasion } from './campaigns.js';
import type { IssuedCodes } from './issued-codes.js';
import { issue } from './offers.js';
import { takenOf } from './promo-code-state.js';
import type { Hearing, Said } from './says.js';
import { countShared, leftIn, noteReached, type SharedLimits } from './shared-limits.js';
import type { CustomerState } from './state.js';
import type { Working } from './working.js';

/** A code of the program. */
export interface Code {
  /** As it is compared. */
  readonly text: string;
  readonly promoCode: PromoCode;
  /** Which of the generated codes; undefined where one code is for many. */
  readonly single: Single | undefined;
}
export type Single = readonly [length: number, serial: number];

/** A claim that stands: what it gives is still to come. */
export interface Claimed {
  readonly id: string;
  readonly outcomes: readonly CampaignOutcome[];
  readonly budget: undefined;
  /** Offers of which the till has used one of several uses at once. */
  readonly left?: readonly { readonly offerId: string; readonly uses: number }[];
}

/** The code somebody typed; undefined where the program has none like it. */
export function codeOf({ promoCodes }: Program, codes: IssuedCodes, written: string): Code | undefined {
  const text = codeText(written);
  const ofMany = promoCodes.byCode.get(text);
  if (ofMany !== undefined) return { text, promoCode: ofMany, single: undefined };
  for (const promoCode of promoCodes.singleUse) {
    const { length } = promoCode.issue!;
    const serial = text.length === length ? codes.serialOf(promoCode, text) : undefined;
    if (serial !== undefined) return { text, promoCode, single: [length, serial] };
  }
  return undefined;
}

export type Unclaimable = 'code_already_claimed' | 'promo_limit' | 'promo_used_up';

/** Why a customer may not take it once more; undefined where they may. `told`: what the entry has done so far. */
export function unclaimable(
  state: CustomerState | undefined,
  shared: SharedLimits,
  { promoCode, single }: Code,
  told: readonly Outcome[],
): Unclaimable | undefined {
  const { id, perCustomer, total } = promoCode;
  if (single !== undefined) return isTaken(shared.codes, id, single, told) ? 'code_already_claimed' : undefined;
  if (perCustomer !== undefined && state !== undefined && takenOf(state, id) >= perCustomer) return 'promo_limit';
  return total !== undefined && leftIn(told, shared, 'code', id, total) < 1 ? 'promo_used_up' : undefined;
}

function isTaken(codes: IssuedCodes, id: string, [length, serial]: Single, told: readonly Outcome[]): boolean {
  for (let i = told.length - 1; i >= 0; i--) {
    const { type, data } = told[i]!;
    if (type === 'code.counted' && data.promoCodeId === id && data.by !== 0 && data.single?.[1] === serial)
      return data.by > 0;
  }
  return codes.isTaken(id, length, serial);
}

/** Claims it, or refuses: unknown_code, code_already_claimed, promo_limit, promo_used_up. */
export function claimCode(hearing: Hearing, event: Event<PromoCodeData>): Said {
  const { working, program, shared, cause } = hearing;
  const code = codeOf(program, shared.codes, event.data.code);
  if (code === undefined) return { refused: unknownCode(event.data.code) };
  const reason = unclaimable(working.now, shared, code, working.outcomes);
  const { text, promoCode, single } = code;
  if (reason !== undefined) {
    // So that the refusal can be explained later, without knowing what others did before it.
    if (single !== undefined)
      working.note('code.counted', event.time, cause, { promoCodeId: promoCode.id, by: 0, single });
    else if (reason === 'promo_used_up')
      noteReached(working, shared, event.time, cause, 'code', promoCode.id, promoCode.total!);
    return { refused: { reason, detail: DETAILS[reason](code) } };
  }
  working.tell('promo_code.claimed', event.time, cause, { code: text, promoCodeId: promoCode.id, single });
  takeCode(working, promoCode.id, single, event.time, cause);
  return { claimed: promoCode };
}

/** After the view was taken. */
export function giveClaimed(occasion: Occasion, claimed: Claimed): void {
  const { working, program, zone, view, eventId } = occasion;
  const cause: Cause = eventId === undefined ? {} : { eventId };
  award(occasion, claimed, cause);
  for (const { offerId, uses } of claimed.left ?? [])
    issue(working, program.offers.get(offerId)!, view.event.time, zone, cause, undefined, uses);
}

/** Says that a use of a code is taken. */
export function takeCode(working: Working, id: string, single: Single | undefined, time: number, cause: Cause): void {
  countCode(working, id, single, 1, time, cause);
}

/** Says that it is free again. */
export function freeCode(working: Working, id: string, single: Single | undefined, time: number, cause: Cause): void {
  countCode(working, id, single, -1, time, cause);
}

function countCode(
  working: Working,
  promoCodeId: string,
  single: Single | undefined,
  by: number,
  time: number,
  cause: Cause,
): void {
  working.note('code.counted', time, cause, { promoCodeId, by, single });
  if (single === undefined) countShared(working, time, cause, 'code', promoCodeId, by);
}

function unknownCode(written: string): EventRefused {
  return { reason: 'unknown_code', detail: `${JSON.stringify(written)} is no promo code of this program` };
}

const DETAILS: Readonly<Record<Unclaimable, (code: Code) => string>> = {
  code_already_claimed: ({ text }) => `code ${JSON.stringify(text)} was claimed before; it can be claimed once`,
  promo_limit: ({ text, promoCode }) => `a customer may claim ${JSON.stringify(text)} ${promoCode.perCustomer} times`,
  promo_used_up: ({ text, promoCode }) =>
    `code ${JSON.stringify(text)} has been claimed ${promoCode.total} times, as often as it may be`,
};
