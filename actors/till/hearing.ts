/** A step of the till under judgement: what it has at hand, how it is answered, how it is refused. */
import type { Occasion } from '../customer/campaigns.js';
import type { History } from '../customer/history.js';
import type { Claimed } from '../customer/promo-code.js';
import type { SharedLimits } from '../customer/shared-limits.js';
import type { IssueState } from '../customer/state.js';
import type { Working } from '../customer/working.js';
import { type Event, type PurchaseData, SaleData } from '../event.js';
import type { Cause, EventRefused, Outcome } from '../outcome.js';
import type { Program } from '../program/program.js';
import { isAnonymous } from './anonymous.js';
import { type AnswerParts, answerOf, type TillState } from './answer.js';
import type { TillData } from './step.js';

/** What a step did before the event it makes is heard. */
export interface Beside {
  /** What codes claimed give. */
  readonly claimed: readonly Claimed[];
  /** The place of the step's first outcome that campaigns may count. */
  readonly from: number;
  /** The offers held before, which is what conditions see: as before the event's outcomes. */
  readonly held: readonly IssueState[] | undefined;
}

export interface TillHearing {
  readonly working: Working;
  readonly program: Program;
  readonly history: History;
  readonly shared: SharedLimits;
  readonly event: Event<TillData>;
  readonly cause: Cause;
  /** The purchase or return that the step makes, judged like any other. A refusal is told by it. */
  hear(event: Event, beside?: Beside): void;
  /** What an event would bring if it came now. Nothing is changed. */
  trial(event: Event): readonly Outcome[];
  /** What judging an event would look at, without judging it. */
  occasion(event: Event): Occasion;
}

/** A step that does not fit where its transaction stands. */
export function conflict(transactionId: string, why: string): EventRefused {
  return { reason: 'transaction_conflict', detail: `transaction ${JSON.stringify(transactionId)} ${why}` };
}

/** Records what the step is answered. */
export function answer(hearing: TillHearing, state: TillState, data: PurchaseData, more: Partial<AnswerParts>): void {
  const { working, program, event, cause } = hearing;
  const parts = answerOf({
    transactionId: data.transactionId,
    state,
    program,
    data,
    kept: undefined,
    offers: data instanceof SaleData ? data.offers : [],
    notApplied: [],
    partial: false,
    refund: 0,
    customer: isAnonymous(working.customerId) ? undefined : working.now,
    earns: new Map(),
    ...more,
  });
  working.note('till.answered', event.time, cause, { answer: parts });
}
