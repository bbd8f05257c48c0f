/**
 * What conditions see of one event: the event's own fields and the profile as it stood before the event's outcomes
 * (PROGRAM: "One event, in order": "judged against one view").
 */
import { holds } from './condition.js';
import type { Life, Purchase, ReportedEvent, Unit } from './life.js';
import { zoneOf } from './life.js';
import { activePoints } from './points.js';
import { type RfmNow, rfmAt } from './rfm.js';

const DAY = 86_400_000;

export interface LineView {
  readonly place: number;
  readonly sku: string | undefined;
  readonly name: string | undefined;
  readonly categories: readonly string[];
  readonly quantity: number;
  readonly unitPrice: number;
  readonly amount: number;
  readonly attributes: unknown;
}

export interface CustomerView {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly status: string;
  readonly tags: readonly string[];
  readonly tiers: ReadonlyMap<string, string>;
  readonly points: ReadonlyMap<string, number>;
  readonly audiences: readonly string[];
  readonly rfm: RfmNow | undefined;
  readonly ageDays: number;
  readonly offers: readonly string[];
}

export interface View {
  readonly event: ReportedEvent;
  readonly amount: number | undefined;
  readonly quantity: number | undefined;
  readonly lines: readonly LineView[] | undefined;
  readonly storeId: string | undefined;
  readonly storeTags: readonly string[] | undefined;
  readonly channel: string | undefined;
  readonly localZone: string;
  readonly customer: CustomerView;
}

export interface Measures {
  readonly amount: number | undefined;
  readonly quantity: number | undefined;
  readonly lines: readonly LineView[] | undefined;
}

export const NOT_MEASURED: Measures = { amount: undefined, quantity: undefined, lines: undefined };

/** A copy of the profile as it stands; `rfm` was taken before the event was in it. */
export function customerView(life: Life, time: number, rfm: RfmNow | undefined): CustomerView {
  const { program } = life;
  const levels = (program.tiers ?? []).map((system): [string, string] => [
    system.id,
    system.levels[life.tiers.get(system.id)?.level ?? 0]!.id,
  ]);
  const accounts = (program.points?.accounts ?? []).map(({ id }): [string, number] => [id, activePoints(life, id)]);
  // "`customer.offers` are the offerIds held and usable."
  const usable = life.issues.filter(
    ({ state, startsAt, expiresAt, usesLeft }) =>
      state === 'active' &&
      usesLeft > 0 &&
      (startsAt === null || startsAt <= time) &&
      (expiresAt === null || expiresAt >= time),
  );
  const customer: CustomerView = {
    attributes: Object.fromEntries(life.attributes),
    status: life.status,
    tags: life.tags.map(({ tag }) => tag),
    tiers: new Map(levels),
    points: new Map(accounts),
    audiences: [],
    rfm,
    // "floor(elapsed ÷ 24 h) since `createdAt`"; what happened before it has no age yet.
    ageDays: Math.max(0, Math.floor((time - life.createdAt!) / DAY)),
    offers: [...new Set(usable.map(({ offerId }) => offerId))],
  };
  const profile = viewOf(life, { id: '', type: 'audience', time, data: {} }, NOT_MEASURED, customer);
  const audiences = (life.program.audiences ?? []).filter(({ where }) => holds(where, profile)).map(({ id }) => id);
  return { ...customer, audiences };
}

export function viewOf(life: Life, event: ReportedEvent, measures: Measures, customer: CustomerView): View {
  const data = (typeof event.data === 'object' && event.data !== null ? event.data : {}) as Record<string, unknown>;
  const storeId = typeof data.storeId === 'string' ? data.storeId : undefined;
  const channel = typeof data.channel === 'string' ? data.channel : undefined;
  const store = storeId === undefined ? undefined : life.program.stores?.find(({ id }) => id === storeId);
  return {
    event,
    ...measures,
    storeId,
    storeTags: store === undefined ? undefined : (store.tags ?? []),
    channel,
    // "Without a store's zone, `local.*`, `distinct: day` and `streak` use the customer's, else the program's."
    localZone: store?.timeZone ?? zoneOf(life),
    customer,
  };
}

/** "`customer.rfm` is as of the event's time." */
export function rfmBefore(life: Life, time: number): RfmNow | undefined {
  return rfmAt(life, time);
}

/** What is left of a purchase, as conditions see it: at first, all of it. */
export function purchaseMeasures(purchase: Purchase): Measures {
  const amount = purchase.net - purchase.refunded;
  // "A purchase with only `total` has no lines and no `quantity`."
  if (!purchase.hasLines) return { amount, quantity: undefined, lines: undefined };
  const kept = purchase.units.filter(({ back }) => !back);
  return { amount, quantity: kept.length, lines: linesOf(purchase, kept) };
}

interface BoughtLine {
  readonly sku: string;
  readonly name?: string;
  readonly categories?: readonly string[];
  readonly unitPrice: number;
  readonly attributes?: unknown;
}

/** The lines that some units make; those without any are not there. */
export function linesOf(purchase: Purchase, units: readonly Unit[]): LineView[] {
  const lines = (purchase.event.data as { lines: readonly BoughtLine[] }).lines;
  return lines
    .map((line, place): LineView => {
      const own = units.filter((unit) => unit.line === place);
      return {
        place,
        sku: line.sku,
        name: line.name,
        categories: line.categories ?? [],
        quantity: own.length,
        unitPrice: line.unitPrice,
        // "A line's `amount` is what its units left cost after the shop's own discounts."
        amount: own.reduce((sum, unit) => sum + unit.paid, 0),
        attributes: line.attributes,
      };
    })
    .filter(({ quantity }) => quantity > 0);
}
