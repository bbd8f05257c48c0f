/**
 * What a till asks for, as it is journaled: an event of the customer of a type of its own (`pos.…`), which nobody can
 * report. A redemption is seen everywhere else as the purchase it makes, a return as a return.
 */
import type { Json, PurchaseData, ReturnLine } from '../event.js';

export const TILL_SOURCE = 'pos';

export type TillStep = 'lock' | 'redeem' | 'unlock' | 'void' | 'return';

/** The data of a `pos.…` event. */
export interface TillData {
  readonly transactionId: string;
  /** Absent: as locked. */
  readonly basket?: PurchaseData;
  /** Issues asked for; absent: all held. */
  readonly offers?: readonly string[];
  readonly codes?: readonly string[];
  readonly select?: 'order' | 'best';
  readonly explain?: 'reasons' | 'full';
  /** Of a lock, ms. */
  readonly ttlMs?: number;
  /** Of a redemption: what the till expects to be due, minor units. */
  readonly expectNet?: number;
  /** Of a redemption without a line: what the till did, to be recorded as stated. */
  readonly offline?: boolean;
  readonly stated?: readonly StatedOffer[];
  readonly payments?: Json;
  /** Of a return. */
  readonly returnId?: string;
  readonly lines?: readonly ReturnLine[];
}

/** An offer that an offline till says it applied. */
export interface StatedOffer {
  readonly issueId: string;
  readonly offerId?: string;
  readonly units: readonly {
    readonly lineId: string;
    readonly unit: number;
    readonly role?: 'discounted' | 'required';
    readonly amount: number;
  }[];
}

const PREFIX = 'pos.';

export function isTillType(type: string): boolean {
  return type.startsWith(PREFIX);
}

export function tillType(step: TillStep): string {
  return PREFIX + step;
}

export function stepOf(type: string): TillStep {
  return type.slice(PREFIX.length) as TillStep;
}

/** What the event of a step is named by: the purchase by its transaction, a return by its own id, the others by both. */
export function stepEventId(step: TillStep, transactionId: string, returnId: string | undefined): string {
  switch (step) {
    case 'redeem':
      return transactionId;
    case 'return':
      return returnId!;
    default:
      return `${transactionId}/${step}`;
  }
}
