/**
 * What a sale changed of the customer, kept with it so that a void restores it exactly (PROGRAM: "Void takes back every
 * outcome of the transaction"): each part of the state as it was before and as it was after.
 *
 * Invariant: a part that stands as the sale left it is put back as it was before the sale. One that has moved on since
 * is undone by what the sale's outcomes say (`void.ts`), and is not here.
 */
import type { KnownPurchase } from '../customer/history.js';
import type { CustomerState } from '../customer/state.js';
import type { Json } from '../event.js';

/** Parts of the state that a sale may change, each under a name of its own. Values are plain; null: not there. */
export type Part = readonly [
  kind: 'behavior' | 'tier' | 'account' | 'tags' | 'offers',
  name: string,
  before: Json,
  after: Json,
];

/** The parts that differ. Both states must be the caller's to keep. */
export function partsChanged(before: CustomerState, after: CustomerState): Part[] {
  const parts: Part[] = [];
  const each = <T>(kind: Part[0], was: readonly T[], is: readonly T[], nameOf: (item: T) => string): void => {
    for (const item of is) {
      const name = nameOf(item);
      const old = was.find((one) => nameOf(one) === name) ?? null;
      if (!sameJson(old, item)) parts.push([kind, name, old as Json, item as Json]);
    }
  };
  each('behavior', before.behaviors, after.behaviors, ({ campaignId }) => campaignId);
  each('tier', before.tiers, after.tiers, ({ system }) => system);
  each('account', before.accounts, after.accounts, ({ id }) => id);
  if (!sameJson(before.tags, after.tags))
    parts.push(['tags', '', before.tags as unknown as Json, after.tags as unknown as Json]);
  if (!sameJson(before.offers, after.offers))
    parts.push(['offers', '', before.offers as unknown as Json, after.offers as unknown as Json]);
  return parts;
}

/** Those that stand as the sale left them. */
export function partsStanding(state: CustomerState, parts: readonly Part[]): Part[] {
  return parts.filter(([kind, name, , after]) => sameJson(partOf(state, kind, name), after));
}

function partOf(state: CustomerState, kind: Part[0], name: string): unknown {
  switch (kind) {
    case 'behavior':
      return state.behaviors.find(({ campaignId }) => campaignId === name) ?? null;
    case 'tier':
      return state.tiers.find(({ system }) => system === name) ?? null;
    case 'account':
      return state.accounts.find(({ id }) => id === name) ?? null;
    case 'tags':
      return state.tags;
    case 'offers':
      return state.offers;
  }
}

/** Puts parts back as they were before the sale. The fold of `sale.voided`. */
export function restoreParts(state: CustomerState, parts: readonly (readonly [Part[0], string, Json])[]): void {
  for (const [kind, name, before] of parts) {
    const value = structuredCopy(asNow(kind, before)) as never;
    switch (kind) {
      case 'behavior':
        put(state.behaviors, ({ campaignId }) => campaignId === name, value);
        break;
      case 'tier':
        put(state.tiers, ({ system }) => system === name, value);
        break;
      case 'account':
        put(state.accounts, ({ id }) => id === name, value);
        break;
      case 'tags':
        state.tags = value;
        break;
      case 'offers':
        state.offers = value;
        break;
    }
  }
}

/** A part as it would be now: sales recorded with states of version 1 knew of no windows and of no dropped excess. */
function asNow(kind: Part[0], part: Json): Json {
  if (part === null) return null;
  if (kind === 'behavior') return { dropped: [], ...(part as object) };
  if (kind === 'tier') {
    const { untils, ...tier } = part as { untils: { [field: string]: Json }[] };
    return { ...tier, untils: untils.map((until) => ({ window: null, ...until })) };
  }
  if (kind !== 'account') return part;
  const { idle, ...account } = part as { idle: { [field: string]: Json }[] };
  return { ...account, idle: idle.map(({ aliveFrom: _, ...each }) => each) };
}

function put<T>(list: T[], isIt: (item: T) => boolean, before: T | null): void {
  const place = list.findIndex(isIt);
  if (before === null) {
    if (place >= 0) list.splice(place, 1);
  } else if (place >= 0) list[place] = before;
  else list.push(before);
}

function structuredCopy(value: Json): Json {
  if (Array.isArray(value)) return value.map(structuredCopy);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, structuredCopy(part)]));
}

export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => sameJson((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}

/** What a sale kept of itself for its void. */
export interface Undo {
  readonly lastPurchaseAt: number | null;
  readonly parts: readonly Part[];
}

export function undoOf(known: KnownPurchase): Undo {
  for (const outcome of known.outcomes) {
    if (outcome.type !== 'sale.kept') continue;
    const { lastPurchaseAt, parts } = outcome.data.undo as unknown as Undo;
    return {
      lastPurchaseAt,
      parts: parts.map(([kind, name, before, after]) => [kind, name, asNow(kind, before), asNow(kind, after)]),
    };
  }
  return { lastPurchaseAt: null, parts: [] };
}

/** The parts it changed. */
export function partsOf(known: KnownPurchase): readonly Part[] {
  return undoOf(known).parts;
}
