/**
 * The issues a customer was ever given, as `GET /v1/customers/{id}/offers` shows them. What is held stands in the state;
 * what became of the others is read from the outcomes, newest first.
 */
import type { Json } from '../event.js';
import type { OfferIssued, Outcome } from '../outcome.js';
import { usesLockedElsewhere } from '../till/lock-state.js';
import { formatInstant } from '../time/instant.js';
import type { CustomerState, IssueState } from './state.js';

export interface ShownIssue extends Record<string, Json> {
  readonly id: string;
}

/** One that is held, as the profile shows it too. */
export function heldIssue(issue: IssueState, state: CustomerState, now: number, zone: string): ShownIssue {
  const isLocked = usesLockedElsewhere(state, issue.id, undefined, now) >= issue.usesLeft;
  return shown(issue, isLocked ? 'locked' : 'active', zone);
}

type Ended = 'used' | 'expired' | 'voided';

export class IssueList {
  /** What became last of an issue whose entry has not been seen yet. */
  readonly #last = new Map<string, Ended>();

  /** `state`: as of `now`, ms. */
  constructor(
    private readonly state: CustomerState,
    private readonly now: number,
    private readonly zone: string,
  ) {}

  /** The issues given in an entry, newest first. Entries must be shown to it newest first, without a gap. */
  next(outcomes: readonly Outcome[]): ShownIssue[] {
    const issues: ShownIssue[] = [];
    for (let i = outcomes.length - 1; i >= 0; i--) {
      const { type, data } = outcomes[i]!;
      if (type === 'offer.issued') issues.push(this.#shown(data, outcomes[i]!.time));
      else if (type === 'offer.redeemed') this.#ended(data.issueId, 'used');
      else if (type === 'offer.expired') this.#ended(data.issueId, 'expired');
      else if (type === 'offer.voided') this.#ended(data.issueId, 'voided');
    }
    return issues;
  }

  #ended(issueId: string, how: Ended): void {
    if (!this.#last.has(issueId)) this.#last.set(issueId, how);
  }

  #shown({ issueId: id, offerId, startsAt, expiresAt, uses }: OfferIssued, issuedAt: number): ShownIssue {
    const { state, now, zone } = this;
    const held = state.offers.find((issue) => issue.id === id);
    if (held !== undefined) return heldIssue(held, state, now, zone);
    // Nothing was told of one that ends just now.
    const isOver = expiresAt !== null && expiresAt < now;
    const how = this.#last.get(id) ?? (isOver ? 'expired' : 'voided');
    const usesLeft = how === 'used' ? 0 : uses;
    return shown({ id, offerId, issuedAt, startsAt: startsAt ?? null, expiresAt, usesLeft }, how, zone);
  }
}

function shown({ id, offerId, startsAt, expiresAt, usesLeft }: IssueState, state: string, zone: string): ShownIssue {
  const at = (instant: number | null): Json => (instant === null ? null : formatInstant(instant, zone));
  return { id, offerId, state, startsAt: at(startsAt), expiresAt: at(expiresAt), usesLeft };
}
