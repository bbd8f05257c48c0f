/** An offer as PROGRAM's section Offers has it, for the reference; "Defaults: priority 0, withItself 1, …". */
import type { Condition } from '../../reference/document.js';

export interface Chosen {
  readonly lines?: Condition;
  readonly choose?: 'cheapest' | 'dearest' | 'all';
  readonly units?: number;
}

export interface Get {
  readonly lines?: Condition;
  readonly quantity: number;
  readonly percentOff?: number;
  readonly amountOff?: number;
  readonly setPrice?: number;
}

export type BuyXGetY = {
  readonly kind: 'buyXGetY';
  readonly buy: { readonly lines?: Condition; readonly quantity: number };
  readonly get: Get;
  readonly choose?: 'cheapest' | 'dearest';
  readonly maxApplications?: number;
};

export type Discount =
  | { readonly kind: 'amountOffCheck'; readonly amount: number }
  | { readonly kind: 'percentOffCheck'; readonly percent: number }
  | ({ readonly kind: 'amountOffItem'; readonly amount: number } & Chosen)
  | ({ readonly kind: 'percentOffItem'; readonly percent: number } & Chosen)
  | ({ readonly kind: 'setPrice'; readonly price: number } & Chosen)
  | BuyXGetY;

export interface Offer {
  readonly id: string;
  readonly uses?: number;
  readonly validity?: { readonly for?: string; readonly from?: string; readonly until?: string };
  readonly where?: Condition;
  readonly minimumSpend?: number;
  readonly discount: Discount;
  readonly stacking?: {
    readonly group?: string;
    readonly exclusive?: boolean;
    readonly priority?: number;
    readonly reuseQualifying?: boolean;
    readonly stackDiscounted?: boolean;
    readonly withItself?: number;
  };
  readonly cap?: number;
  readonly onReturn?: 'keep' | 'reprice';
}

export function isCheckOffer({ discount }: Offer): boolean {
  return discount.kind === 'amountOffCheck' || discount.kind === 'percentOffCheck';
}

export interface Issue {
  readonly id: string;
  readonly offer: Offer;
  /** Which of the customer's issues it is, in the order issued. */
  readonly place: number;
  readonly expiresAt: number | null;
  readonly startsAt: number | null;
  readonly usesLeft: number;
  readonly lockedElsewhere: boolean;
  /** Asked for by `offers`. */
  readonly named: boolean;
  /** Locked by this very transaction. */
  readonly isLockedHere: boolean;
}

/** "Item offers, then check offers; within each ascending `priority`, then soonest expiry (none is last), then offer id, then issue." */
export function inOrder(issues: readonly Issue[]): Issue[] {
  const expiry = ({ expiresAt }: Issue) => expiresAt ?? Number.POSITIVE_INFINITY;
  const rank = (issue: Issue): (number | string)[] => [
    isCheckOffer(issue.offer) ? 1 : 0,
    issue.offer.stacking?.priority ?? 0,
    expiry(issue),
    issue.offer.id,
    issue.place,
  ];
  return [...issues].sort((a, b) => {
    const [left, right] = [rank(a), rank(b)];
    const at = left.findIndex((each, i) => each !== right[i]);
    return at === -1 ? 0 : left[at]! < right[at]! ? -1 : 1;
  });
}
