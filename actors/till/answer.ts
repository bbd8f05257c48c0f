/**
 * What a step of the till is answered (API: Point of sale). Plain values: what is recorded with a step is this, so that
 * its repeat is answered with the same bytes.
 */

import { accountOf } from '../customer/account-state.js';
import { byLine } from '../customer/kept.js';
import { lineNets, type PaidRun } from '../customer/paid.js';
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
  /** Units kept with what is paid for them; undefined: all. */
  readonly kept: readonly PaidRun[] | undefined;
  readonly offers: readonly SaleOffer[];
  readonly notApplied: readonly NotApplied[];
  readonly partial: boolean;
  /** Given back by this step, minor units. */
  readonly refund: number;
  /** Undefined for an anonymous basket. */
  readonly customer: CustomerState | undefined;
  /** Points the step earns or would earn. */
  readonly earns: ReadonlyMap<string, number>;
  /** By issue, with `explain: full`: every node of the offer's condition, with the value seen. */
  readonly conditions?: ReadonlyMap<string, Json>;
  /** Offers that a void could not take back because they were used. */
  readonly notTaken?: readonly { readonly issueId: string; readonly offerId: string }[];
  /** When a lock ends, RFC 3339. */
  readonly until?: string;
}

/** `{transactionId, state, programVersion, currency, applied, notApplied, lines, totals, points}`; `outcomes` come behind. */
export function answerOf(parts: AnswerParts): Record<string, Json> {
  const { transactionId, state, program, data, kept, offers, refund, until } = parts;
  const lines = linesOf(data, kept);
  const answer: Record<string, Json> = { transactionId, state };
  if (until !== undefined) answer.lockedUntil = until;
  answer.programVersion = program.version;
  answer.currency = program.currency;
  answer.applied = offers.map((offer) => appliedOf(offer, data, parts.conditions?.get(offer.issueId)));
  answer.notApplied = parts.notApplied as unknown as Json;
  if (parts.partial) answer.search = 'partial';
  if (parts.notTaken !== undefined && parts.notTaken.length > 0) answer.notTaken = parts.notTaken as unknown as Json;
  answer.lines = lines as unknown as Json;
  answer.totals = totalsOf(lines, refund);
  answer.points = pointsOf(parts);
  return answer;
}

function totalsOf(lines: readonly LineShown[], refund: number): Json {
  let gross = 0;
  let net = 0;
  for (const line of lines) {
    gross += line.gross;
    net += line.net;
  }
  return { gross, discount: gross - net, net, refund };
}

interface LineShown {
  readonly lineId: string;
  readonly gross: number;
  readonly discount: number;
  readonly net: number;
}

function linesOf(data: PurchaseData, kept: readonly PaidRun[] | undefined): LineShown[] {
  const lines = data.lines ?? [];
  if (kept === undefined) {
    const nets = lineNets(data);
    return lines.map(({ lineId, quantity, unitPrice }, place) => {
      const gross = quantity * unitPrice;
      return lineShown(lineId, gross, nets === undefined ? gross : nets[place]!);
    });
  }
  const { quantities, amounts } = byLine(kept, lines.length);
  return lines.map(({ lineId, unitPrice }, place) =>
    lineShown(lineId, quantities[place]! * unitPrice, amounts[place]!),
  );
}

function lineShown(lineId: string, gross: number, net: number): LineShown {
  return { lineId, gross, discount: gross - net, net };
}

function appliedOf(offer: SaleOffer, data: PurchaseData, condition: Json | undefined): Json {
  const amount = amountOfOffer(offer);
  const lines = data.lines!;
  return {
    issueId: offer.issueId,
    offerId: offer.offerId,
    amount,
    desired: offer.desired,
    clippedBy: offer.desired > amount ? 'cap' : null,
    units: takenBy(offer).map(({ line, unit, role, amount }) => ({ lineId: lines[line]!.lineId, unit, role, amount })),
    ...(condition === undefined ? {} : { condition }),
  };
}

/** A unit that an offer took. */
interface TakenUnit {
  /** The place of its line. */
  readonly line: number;
  readonly unit: number;
  readonly role: 'discounted' | 'required';
  readonly amount: number;
}

/** By line, then unit. */
function takenBy({ discounted, required }: SaleOffer): TakenUnit[] {
  const units: TakenUnit[] = [];
  let inOrder = true;
  const add = (line: number, unit: number, role: TakenUnit['role'], amount: number): void => {
    const last = units.at(-1);
    if (last !== undefined && (last.line > line || (last.line === line && last.unit > unit))) inOrder = false;
    units.push({ line, unit, role, amount });
  };
  for (let i = 0; i < discounted.length; i += DISCOUNTED_WIDTH)
    add(discounted[i]!, discounted[i + 1]!, 'discounted', discounted[i + 2]!);
  for (let i = 0; i < required.length; i += REQUIRED_WIDTH) add(required[i]!, required[i + 1]!, 'required', 0);
  return inOrder ? units : units.sort((a, b) => a.line - b.line || a.unit - b.unit);
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
