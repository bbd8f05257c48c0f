/**
 * What is reported about a customer, once it is valid: the form that is journaled, judged and replayed.
 *
 * This file owns the shapes. `events/schemas.ts` owns the checks that turn bytes from outside into them.
 * Invariants: (1) times are integer milliseconds since the Unix epoch, UTC; (2) money is integer minor units of the
 * program's currency; (3) an event is never changed after it was journaled.
 */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** One event, valid in itself (no program and no state was asked). */
export interface Event<D = unknown> {
  /** 1 to 128 characters; unique together with `source` for one subject. */
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** The customer's id. */
  readonly subject: string;
  /** When it happened, ms. */
  readonly time: number;
  readonly data: D;
}

export interface Line {
  readonly lineId: string;
  readonly sku: string;
  readonly name?: string;
  readonly categories?: readonly string[];
  /** Units, 1 or more. */
  readonly quantity: number;
  /** Minor units of one unit, 0 or more. */
  readonly unitPrice: number;
  readonly attributes?: Readonly<Record<string, Json>>;
  /** Out of every offer; counts like any other line for points. */
  readonly excluded?: boolean;
}

export interface ShopDiscount {
  readonly lineId?: string;
  readonly amount: number;
  readonly reason?: string;
}

export interface PurchaseData {
  readonly transactionId: string;
  readonly storeId?: string;
  readonly registerId?: string;
  readonly channel?: string;
  readonly currency?: string;
  readonly lines?: readonly Line[];
  readonly discounts?: readonly ShopDiscount[];
  /** Net of the purchase. Required when there are no lines, and equal to their net when there are. */
  readonly total?: number;
  readonly [extra: string]: unknown;
}

export interface ReturnLine {
  readonly lineId?: string;
  readonly sku?: string;
  readonly name?: string;
  readonly categories?: readonly string[];
  readonly attributes?: Readonly<Record<string, Json>>;
  readonly quantity: number;
  /** Unit numbers of the line, from 1; as many as `quantity`. */
  readonly units?: readonly number[];
  /** Price of one unit; needed when the return is blind, ignored when it names its purchase. */
  readonly unitPrice?: number;
}

export interface ReturnData {
  readonly transactionId: string;
  readonly originalTransactionId?: string;
  readonly storeId?: string;
  readonly channel?: string;
  readonly currency?: string;
  readonly lines?: readonly ReturnLine[];
  readonly total?: number;
  readonly [extra: string]: unknown;
}

export interface ProfileData {
  /** A null removes the attribute. */
  readonly attributes?: Readonly<Record<string, Json>>;
  readonly timeZone?: string | null;
  readonly locale?: string | null;
}

export interface StatusData {
  readonly status: string;
  readonly reason?: string;
}

export interface TagData {
  readonly tag: string;
  /** ISO 8601 duration, from the event's time. */
  readonly for?: string;
}

export interface AdjustmentData {
  readonly account: string;
  readonly points: number;
  readonly reason?: string;
}

/** An offer as the till applied it; kept with the sale, so that a return asks no program. */
export interface SaleOffer {
  readonly issueId: string;
  /** Null where an offline till states an issue that nobody knows, and not of what. */
  readonly offerId: string | null;
  readonly onReturn: 'keep' | 'reprice';
  /** What it would have taken off without its cap, minor units. */
  readonly desired: number;
  /** Minor units, before discounts. */
  readonly minimumSpend: number;
  /** Flat: line's place, unit, share in minor units; in the order taken. */
  readonly discounted: readonly number[];
  /** Flat: line's place, unit; in the order taken. */
  readonly required: readonly number[];
  /** Discounted and required units of one application; 0 where the offer has none (all but buyXGetY). */
  readonly perGet: number;
  readonly perBuy: number;
}
export const DISCOUNTED_WIDTH = 3;
export const REQUIRED_WIDTH = 2;

/** A purchase that the till made, less what offers took off it. Made by the till only: nobody can report one. */
export class SaleData implements PurchaseData {
  readonly [extra: string]: unknown;
  readonly transactionId: string;
  readonly storeId?: string;
  readonly registerId?: string;
  readonly channel: string;
  readonly currency?: string;
  readonly lines: readonly Line[];
  readonly discounts?: readonly ShopDiscount[];
  readonly offers: readonly SaleOffer[];

  constructor(basket: PurchaseData, offers: readonly SaleOffer[]) {
    this.transactionId = basket.transactionId;
    if (basket.storeId !== undefined) this.storeId = basket.storeId;
    if (basket.registerId !== undefined) this.registerId = basket.registerId;
    this.channel = 'pos';
    if (basket.currency !== undefined) this.currency = basket.currency;
    this.lines = basket.lines ?? [];
    if (basket.discounts !== undefined) this.discounts = basket.discounts;
    this.offers = offers;
  }
}

/** What an offer took off, minor units. */
export function amountOfOffer({ discounted }: SaleOffer): number {
  let amount = 0;
  for (let i = 2; i < discounted.length; i += DISCOUNTED_WIDTH) amount += discounted[i]!;
  return amount;
}

export interface CheckInData {
  /** A store with geofences, or a geofence without a store. */
  readonly venueId?: string;
  /** Degrees; both or none. */
  readonly latitude?: number;
  readonly longitude?: number;
  readonly accuracyMeters?: number;
}

export interface MergeData {
  /** The id that is given up. */
  readonly from: string;
}

export interface LocationData {
  /** Degrees. */
  readonly latitude: number;
  readonly longitude: number;
  readonly accuracyMeters?: number;
}

export interface RewardPurchasedData {
  readonly rewardId: string;
  /** 1 where it is absent. */
  readonly quantity?: number;
}

export interface RewardRefundedData {
  /** Of the `reward.purchased` outcome. */
  readonly purchaseId: string;
}

export interface PromoCodeData {
  /** As it was typed. */
  readonly code: string;
}

/**
 * Net of a purchase: Σ quantity × unitPrice − Σ discounts, the till's offers among them, or its `total` where there are
 * no lines. Minor units.
 */
export function netOf(data: PurchaseData): number {
  if (data.lines === undefined || data.lines.length === 0) return data.total ?? 0;
  let net = 0;
  for (const line of data.lines) net += line.quantity * line.unitPrice;
  if (data.discounts !== undefined) for (const discount of data.discounts) net -= discount.amount;
  if (data instanceof SaleData) for (const offer of data.offers) net -= amountOfOffer(offer);
  return net;
}
