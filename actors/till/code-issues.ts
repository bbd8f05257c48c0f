/**
 * Promo codes at the till (API: `codes` of a quote): a code whose outcomes hold closed-loop offers stands for an issue of
 * each, named `code:<code>` (the second `code:<code>/2`, …). Nobody holds it; redeeming it claims the code in the same
 * step, which gives what else the code gives, and a void gives the use back.
 *
 * Invariant: a use of a code is taken by the lock that reserves it or by the sale that claims it, once for all its issues.
 */
import type { IssuedCodes } from '../customer/issued-codes.js';
import { type Claimed, type Code, codeOf, freeCode, type Single, takeCode } from '../customer/promo-code.js';
import type { LockedCode, LockState } from '../customer/state.js';
import type { Working } from '../customer/working.js';
import type { SaleOffer } from '../event.js';
import type { Cause } from '../outcome.js';
import type { CampaignOutcome, Program } from '../program/program.js';

const PREFIX = 'code:';

/** One offer that a code stands for. */
export interface CodeIssue {
  readonly issueId: string;
  readonly offerId: string;
  readonly text: string;
  readonly promoCodeId: string;
  readonly single: Single | undefined;
}

export function isCodeIssue(issueId: string): boolean {
  return issueId.startsWith(PREFIX);
}

/** Those of a code, in the order of its outcomes; none where it gives no discount. */
export function issuesOfCode(program: Program, { text, promoCode, single }: Code): readonly CodeIssue[] {
  return discounts(program, promoCode.outcomes).map(
    ({ offerId }, i): CodeIssue => ({ issueId: issueIdOf(text, i), offerId, text, promoCodeId: promoCode.id, single }),
  );
}

function discounts(program: Program, outcomes: readonly CampaignOutcome[]) {
  return outcomes.filter((outcome) => outcome.kind === 'offer').filter(({ offerId }) => isDiscount(program, offerId));
}

function isDiscount(program: Program, offerId: string): boolean {
  return program.offers.get(offerId)?.till !== undefined;
}

function issueIdOf(text: string, place: number): string {
  return place === 0 ? PREFIX + text : `${PREFIX}${text}/${place + 1}`;
}

/** The issue by this name, with its code; undefined where the program has none like it now. */
export function codeIssueOf(
  program: Program,
  codes: IssuedCodes,
  issueId: string,
): readonly [issue: CodeIssue, code: Code] | undefined {
  const named = issueId.slice(PREFIX.length);
  const slash = named.lastIndexOf('/');
  // A code for many may have a slash of its own.
  for (const text of slash < 0 ? [named] : [named, named.slice(0, slash)]) {
    const code = codeOf(program, codes, text);
    const issue = code === undefined ? undefined : issuesOfCode(program, code).find((each) => each.issueId === issueId);
    if (issue !== undefined) return [issue, code!];
  }
  return undefined;
}

/** As a lock keeps it, so that it is given back whatever the program says by then. */
export function lockedCode({ issueId, offerId, text, promoCodeId, single }: CodeIssue): LockedCode {
  return [issueId, offerId, text, promoCodeId, single?.[0] ?? null, single?.[1] ?? null];
}

function issueOfLock([issueId, offerId, text, promoCodeId, length, serial]: LockedCode): CodeIssue {
  const single = length === null || serial === null ? undefined : ([length, serial] as const);
  return { issueId, offerId, text, promoCodeId, single };
}

export function issuesOfLock(lock: LockState | undefined): readonly CodeIssue[] {
  return (lock?.codes ?? []).map(issueOfLock);
}

/** Takes the codes that are new and frees those that are no more, each once. */
export function moveCodes(
  working: Working,
  before: readonly CodeIssue[],
  after: readonly CodeIssue[],
  time: number,
  cause: Cause,
): void {
  for (const { promoCodeId, single } of without(before, after)) freeCode(working, promoCodeId, single, time, cause);
  for (const { promoCodeId, single } of without(after, before)) takeCode(working, promoCodeId, single, time, cause);
}

/** One issue of each code that is among `issues` and not among `others`. */
function without(issues: readonly CodeIssue[], others: readonly CodeIssue[]): readonly CodeIssue[] {
  return oneOfEach(issues).filter(({ text }) => !others.some((other) => other.text === text));
}

export function oneOfEach(issues: readonly CodeIssue[]): readonly CodeIssue[] {
  return issues.filter(({ text }, i) => issues.findIndex((other) => other.text === text) === i);
}

/** What a code gives beside the offers that a sale applied: of those the uses that one sale does not need. */
export function givenBeside(
  program: Program,
  { promoCodeId, text }: Pick<CodeIssue, 'promoCodeId' | 'text'>,
  applied: readonly SaleOffer[],
): Claimed {
  const outcomes = program.promoCodes.byId.get(promoCodeId)?.outcomes ?? [];
  const beside: CampaignOutcome[] = [];
  const left: { offerId: string; uses: number }[] = [];
  let place = 0;
  for (const outcome of outcomes) {
    const issueId =
      outcome.kind === 'offer' && isDiscount(program, outcome.offerId) ? issueIdOf(text, place++) : undefined;
    if (outcome.kind !== 'offer' || !applied.some((offer) => offer.issueId === issueId)) beside.push(outcome);
    else {
      const uses = program.offers.get(outcome.offerId)!.uses - 1;
      if (uses > 0) left.push({ offerId: outcome.offerId, uses });
    }
  }
  return { id: promoCodeId, outcomes: beside, budget: undefined, left };
}
