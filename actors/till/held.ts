/** The issues that a till asks about: of a customer, and those a promo code stands for; and what it names that is none. */
import type { History } from '../customer/history.js';
import { expiryOf, startOf } from '../customer/offers.js';
import { codeOf, unclaimable } from '../customer/promo-code.js';
import type { SharedLimits } from '../customer/shared-limits.js';
import type { CustomerState, LockState } from '../customer/state.js';
import type { Outcome } from '../outcome.js';
import type { Program } from '../program/program.js';
import { type CodeIssue, issuesOfCode } from './code-issues.js';
import { usesLockedElsewhere } from './lock-state.js';
import type { HeldIssue } from './quote.js';
import type { NotApplied } from './reason.js';
import type { TillData } from './step.js';

export interface Asked {
  readonly issues: readonly HeldIssue[];
  readonly unknown: readonly NotApplied[];
  /** Those of the issues that a promo code stands for. */
  readonly codes: readonly CodeIssue[];
}

/** What a till's request is looked up in. */
export interface HeldParts {
  /** Undefined: nobody. */
  readonly state: CustomerState | undefined;
  readonly program: Program;
  readonly history: Pick<History, 'issued'>;
  readonly shared: SharedLimits;
  /** What the entry has done so far; none for a quote. */
  readonly told: readonly Outcome[];
  readonly data: TillData;
  /** The body's time, by which dates are judged, and arrival; ms. */
  readonly time: number;
  readonly now: number;
}

/** All closed-loop issues held, or those named in `offers`; beside either those of `codes`. */
export function heldBy(parts: HeldParts): Asked {
  const { state, program, history, time, now } = parts;
  const { offers, transactionId } = parts.data;
  const issues: HeldIssue[] = [];
  const unknown: NotApplied[] = [];
  const codes = parts.data.codes === undefined ? NO_ISSUES : addCodes(parts, parts.data.codes, issues, unknown);
  const named = offers === undefined ? undefined : new Set(offers);
  const held = state?.offers ?? [];
  const lock = state?.locks.find((one) => one.transactionId === transactionId);
  for (let place = 0; place < held.length; place++) {
    const issue = held[place]!;
    if (named !== undefined && !named.delete(issue.id)) continue;
    const offer = program.offers.get(issue.offerId);
    if (offer?.till === undefined) {
      if (named !== undefined) unknown.push({ issueId: issue.id, offerId: issue.offerId, code: 'unknown_offer' });
      continue;
    }
    const elsewhere = usesLockedElsewhere(state!, issue.id, transactionId, now);
    issues.push({
      id: issue.id,
      place,
      offer: offer.till,
      where: offer.where,
      startsAt: issue.startsAt,
      expiresAt: issue.expiresAt,
      usesLeft: issue.usesLeft,
      lockedElsewhere: issue.usesLeft > 0 && issue.usesLeft <= elsewhere,
      named: named !== undefined,
      isLockedHere: lock !== undefined && lock.until >= now && lock.issues.includes(issue.id),
    });
  }
  for (const issueId of named ?? []) unknown.push(goneOf(issueId, history, Math.max(time, now)));
  return { issues, unknown, codes };
}
const NO_ISSUES: readonly CodeIssue[] = [];

/** Adds what promo codes stand for: as if it were issued now, with a use while the code can be claimed. */
function addCodes(
  parts: HeldParts,
  written: readonly string[],
  issues: HeldIssue[],
  unknown: NotApplied[],
): readonly CodeIssue[] {
  const { state, program, shared, told, time, now } = parts;
  const { transactionId } = parts.data;
  const zone = state?.zone ?? program.zone;
  const added: CodeIssue[] = [];
  for (const each of written) {
    const code = codeOf(program, shared.codes, each);
    const found = code === undefined ? NO_ISSUES : issuesOfCode(program, code);
    if (found.length === 0) unknown.push({ issueId: each, offerId: null, code: 'unknown_offer' });
    if (code === undefined || added.some(({ text }) => text === code.text)) continue;
    const holds = (lock: LockState): boolean =>
      lock.until >= now && lock.codes.some(([, , text]) => text === code.text);
    const locks = (state?.locks ?? []).filter(holds);
    const isLockedHere = locks.some((lock) => lock.transactionId === transactionId);
    const isFree = isLockedHere || unclaimable(state, shared, code, told) === undefined;
    for (const issue of found) {
      const offer = program.offers.get(issue.offerId)!;
      issues.push({
        id: issue.issueId,
        place: (state?.offers.length ?? 0) + added.length,
        offer: offer.till!,
        where: offer.where,
        startsAt: startOf(offer, time) ?? null,
        expiresAt: expiryOf(offer, time, zone),
        usesLeft: isFree || locks.length > 0 ? 1 : 0,
        lockedElsewhere: !isFree && locks.length > 0,
        named: true,
        isLockedHere,
      });
      added.push(issue);
    }
  }
  return added;
}

/** One that is not held any more says how it ended: it expired by `time` (ms: arrival, or later), or was used up. */
export function goneOf(issueId: string, history: Pick<History, 'issued'>, time: number): NotApplied {
  const issued = history.issued(issueId);
  if (issued === undefined) return { issueId, offerId: null, code: 'unknown_offer' };
  const { offerId, expiresAt } = issued;
  return expiresAt !== null && expiresAt < time
    ? { issueId, offerId, code: 'expired' }
    : { issueId, offerId, code: 'no_uses_left', need: 1, have: 0, missing: 1 };
}
