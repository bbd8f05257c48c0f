/**
 * What a step of the till is answered (API: Point of sale). Plain values: what is recorded with a step is this, so that
 * its repeat is answered with the same bytes.
 */

import { accountOf } from '../customer/account-state.js';
import { byLine } from '../customer/kept.js';
import type { PaidRun } from '../customer/paid.js';
import type { CustomerState } from '../customer/state.js';
import {
  amountOfOffer,
  DISCOUNTED_WIDTH,
  type Json,
  type PurchaseData,
  REQUIRED_WIDTH,
  type SaleOffer,
} from '../event.js';
import type { Outcome } from '../outcome.js';
import type { Program } from '../program/program.js';
import type { NotApplied } from './reason.js';

export type TillState = 'quoted' | 'locked' | 'redeemed' | 'unlocked' | 'voided' | 'returned';

export interface AnswerParts {
  readonly transactionId: string;
  readonly state: TillState;
  readonly program: Program;
  /** The basket, or of a sale what is kept of it. */
  readonly data: PurchaseData;
  /** Units kept with what is paid for them. */
  readonly kept: readonly PaidRun[];
  readonly offers: readonly SaleOffer[];
  readonly notApplied: readonly NotApplied[];
  readonly partial: boolean;
  /** Given back by this step, minor units. */
  readonly refund: number;
  /** Undefined for an anonymous basket. */
  readonly customer: CustomerState | undefined;
  /** Points the step earns or would earn. */
  readonly earns: ReadonlyMap<string, number>;
  /** Offers that a void could not take back because they were used. */
  readonly notTaken?: readonly { readonly issueId: string; readonly offerId: string }[];
  /** When a lock ends, RFC 3339. */
  readonly until?: string;
}

/** `{transactionId, state, programVersion, currency, applied, notApplied, lines, totals, points}`; `outcomes` come behind. */
export function answerOf(parts: AnswerParts): Record<string, Json> {
  const { transactionId, state, program, data, kept, offers, refund, until } = parts;
  const lines = linesOf(data, kept);
  const sum = (field: 'gross' | 'discount' | 'net'): number => lines.reduce((all, line) => all + line[field], 0);
  return {
    transactionId,
    state,
    ...(until === undefined ? {} : { lockedUntil: until }),
    programVersion: program.version,
    currency: program.currency,
    applied: offers.map((offer) => appliedOf(offer, data)),
    notApplied: parts.notApplied as unknown as Json,
    ...(parts.partial ? { search: 'partial' } : {}),
    ...(parts.notTaken === undefined || parts.notTaken.length === 0
      ? {}
      : { notTaken: parts.notTaken as unknown as Json }),
    lines: lines as unknown as Json,
    totals: { gross: sum('gross'), discount: sum('discount'), net: sum('net'), refund },
    points: pointsOf(parts),
  };
}

function linesOf(data: PurchaseData, kept: readonly PaidRun[]) {
  const lines = data.lines ?? [];
  const { quantities, amounts } = byLine(kept, lines.length);
  return lines.map(({ lineId, unitPrice }, place) => {
    const gross = quantities[place]! * unitPrice;
    const net = amounts[place]!;
    return { lineId, gross, discount: gross - net, net };
  });
}

function appliedOf(offer: SaleOffer, data: PurchaseData): Json {
  const lineId = (place: number): string => data.lines![place]!.lineId;
  const { discounted, required } = offer;
  const units: { place: number; lineId: string; unit: number; role: string; amount: number }[] = [];
  for (let i = 0; i < discounted.length; i += DISCOUNTED_WIDTH) {
    const place = discounted[i]!;
    units.push({
      place,
      lineId: lineId(place),
      unit: discounted[i + 1]!,
      role: 'discounted',
      amount: discounted[i + 2]!,
    });
  }
  for (let i = 0; i < required.length; i += REQUIRED_WIDTH) {
    const place = required[i]!;
    units.push({ place, lineId: lineId(place), unit: required[i + 1]!, role: 'required', amount: 0 });
  }
  units.sort((a, b) => a.place - b.place || a.unit - b.unit);
  const amount = amountOfOffer(offer);
  return {
    issueId: offer.issueId,
    offerId: offer.offerId,
    amount,
    desired: offer.desired,
    clippedBy: offer.desired > amount ? 'cap' : null,
    units: units.map(({ place: _, ...unit }) => unit),
  };
}

/** By account, in the program's order; nobody earns with an anonymous basket. */
function pointsOf({ program, customer, earns }: AnswerParts): Json {
  if (customer === undefined) return {};
  const shown: [string, Json][] = [];
  for (const id of program.accounts.keys()) {
    shown.push([id, { willEarn: earns.get(id) ?? 0, active: accountOf(customer, id)?.active ?? 0 }]);
  }
  return Object.fromEntries(shown);
}

/** Points earned by account, from outcome `from` on. */
export function earnedBy(outcomes: readonly Outcome[], from: number): Map<string, number> {
  const earned = new Map<string, number>();
  for (let i = from; i < outcomes.length; i++) {
    const outcome = outcomes[i]!;
    if (outcome.type !== 'points.earned') continue;
    earned.set(outcome.data.account, (earned.get(outcome.data.account) ?? 0) + outcome.data.points);
  }
  return earned;
}
