/**
 * How a survivor's state follows a merge: the fold of `state.moved` (PROGRAM: Merge). Everything of the old customer is
 * put into its place among what the survivor has; sums are taken anew.
 *
 * Invariants: (1) the ledger identity holds, since both had it and all is added; (2) nothing of the outcome is kept: it
 * is copied, because the state changes in place; (3) where both counted the same rule, what they counted stands
 * together, and of two standings that cannot be joined the one further on stays (a finished step, a later arming).
 */
import type { Json } from '../event.js';
import type { StateMoved } from '../outcome.js';
import { accountOf } from './account-state.js';
import { joinCapped } from './caps.js';
import { idleOf } from './inactivity.js';
import { compareIssue, sortLots } from './lots.js';
import { mergeBehaviors } from './merge-behaviors.js';
import { joinCodes } from './promo-code-state.js';
import { fromRow } from './row.js';
import { SPEND_WIDTH } from './spend.js';
import {
  type AccountState,
  type CustomerState,
  copyOf,
  type SpentLot,
  type TagClaims,
  type TagState,
  type UntilState,
} from './state.js';
import { addTo, tierOf } from './tier-state.js';
import { isSameWindow } from './until.js';

export function stateMoved(state: CustomerState, { from, row, status, attributes }: StateMoved): void {
  if (row === null) {
    state.aliases = [...state.aliases, from];
    return;
  }
  const old = copyOf(fromRow(row as readonly unknown[]));
  state.aliases = [...state.aliases, from, ...old.aliases];
  state.createdAt = Math.min(state.createdAt, old.createdAt);
  state.arrival = Math.max(state.arrival, old.arrival);
  state.zone ??= old.zone;
  state.locale ??= old.locale;
  if (status !== undefined) state.status = status;
  if (attributes !== undefined) state.attributes = filled(state.attributes, attributes);
  state.tags = joinTags(state.tags, old.tags);
  joinTotals(state, old);
  state.spend = joinByTime(state.spend, old.spend, SPEND_WIDTH);
  for (const account of old.accounts) joinAccount(state, account);
  joinTiers(state, old);
  mergeBehaviors(state, old);
  state.offers = [...state.offers, ...old.offers].sort((a, b) => compareIssue(a.id, b.id));
  joinRewards(state, old);
  state.locks = [...state.locks, ...old.locks];
  state.codes = joinCodes(state.codes, old.codes);
  state.runs = [...new Set([...state.runs, ...old.runs])].sort((a, b) => a - b);
  state.inside = [...new Set([...state.inside, ...old.inside])];
  if (old.locatedAt !== null) state.locatedAt = Math.max(old.locatedAt, state.locatedAt ?? old.locatedAt);
}

/** Made from entries, so that no name is special. */
function filled(
  attributes: Readonly<Record<string, Json>>,
  more: Readonly<Record<string, Json>>,
): Readonly<Record<string, Json>> {
  return Object.fromEntries([...Object.entries(attributes), ...Object.entries(more)]);
}

/** Both by time, flat; of one time the survivor's first. */
export function joinByTime(own: readonly number[], more: readonly number[], width: number): number[] {
  const joined: number[] = [];
  let i = 0;
  let j = 0;
  while (i < own.length || j < more.length) {
    const isOwn = j >= more.length || (i < own.length && own[i]! <= more[j]!);
    const from = isOwn ? own : more;
    const at = isOwn ? i : j;
    for (let n = 0; n < width; n++) joined.push(from[at + n]!);
    if (isOwn) i += width;
    else j += width;
  }
  return joined;
}

function joinTotals(state: CustomerState, old: CustomerState): void {
  const { totals } = state;
  totals.purchases += old.totals.purchases;
  totals.returns += old.totals.returns;
  totals.net += old.totals.net;
  totals.lastPurchaseAt = later(totals.lastPurchaseAt, old.totals.lastPurchaseAt);
}

function later(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

// ---- tags -----------------------------------------------------------------------------------------------------------

/** A tag of both is held to the later end. */
function joinTags(own: readonly TagState[], more: readonly TagState[]): readonly TagState[] {
  const joined = own.map((tag) => {
    const other = more.find((each) => each.tag === tag.tag);
    if (other === undefined) return tag;
    return { tag: tag.tag, until: longer(tag.until, other.until), claims: joinClaims(tag, other) };
  });
  return [...joined, ...more.filter((tag) => own.every((each) => each.tag !== tag.tag))];
}

/** Null is for good. */
function longer(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.max(a, b);
}

function joinClaims(a: TagState, b: TagState): TagClaims | null {
  if (a.claims === null && b.claims === null) return null;
  const [first, second] = [claimsOf(a), claimsOf(b)];
  const firm =
    first.firm === false ? second.firm : second.firm === false ? first.firm : longer(first.firm, second.firm);
  return { firm, by: [...first.by, ...second.by] };
}

/** A tag that no completion claims is held firmly. */
function claimsOf({ until, claims }: TagState): TagClaims {
  return claims ?? { firm: until, by: [] };
}

// ---- points ---------------------------------------------------------------------------------------------------------

function joinAccount(state: CustomerState, old: AccountState): void {
  const account = accountOf(state, old.id);
  if (account === undefined) {
    state.accounts.push(old);
    return;
  }
  const idle = joinIdle(account, old);
  account.lots.push(...old.lots.map((lot) => ({ ...lot, idle: idle(lot.idle) })));
  account.waiting.push(...old.waiting.map((lot) => ({ ...lot, idle: idle(lot.idle) })));
  outlast(account);
  sortLots(account.lots);
  account.waiting.sort((a, b) => compareIssue(a.id, b.id));
  account.active += old.active;
  account.pending += old.pending;
  account.debt += old.debt;
  account.earned += old.earned;
  account.adjusted += old.adjusted;
  account.spent += old.spent;
  account.expired += old.expired;
  account.cancelled += old.cancelled;
  account.reversed += old.reversed;
  joinCapped(account.capped, old.capped);
}

/** The last of the prolonging events of either; how the old one's places are called from now on. */
function joinIdle(account: AccountState, old: AccountState): (idle: number) => number {
  const places = old.idle.map(({ key, at, ends }) => {
    const place = idleOf(account, key);
    const held = account.idle[place - 1]!;
    held.at = later(held.at, at);
    held.ends = Math.max(held.ends, ends);
    return place;
  });
  return (idle) => (idle === 0 ? 0 : places[idle - 1]!);
}

/** Lots by inactivity last as long as the latest event of either lets them, but for what had ended before it. */
function outlast(account: AccountState): void {
  for (const lot of [...account.lots, ...account.waiting]) lot.expiresAt = outlasting(account, lot.idle, lot.expiresAt);
}

function outlasting(account: AccountState, idle: number, expiresAt: number | null): number | null {
  const held = idle === 0 ? undefined : account.idle[idle - 1];
  if (held === undefined || held.at === null || expiresAt === null || expiresAt < held.at) return expiresAt;
  return Math.max(expiresAt, held.ends);
}

function joinRewards(state: CustomerState, old: CustomerState): void {
  for (const { rewardId, bought } of old.rewards) {
    const held = state.rewards.find((reward) => reward.rewardId === rewardId);
    if (held === undefined) state.rewards.push({ rewardId, bought });
    else held.bought += bought;
  }
  // A lot taken by a purchase names its span by the place in its own account's list.
  for (const purchase of old.rewardPurchases) {
    const account = accountOf(state, purchase.account);
    const spans = accountOf(old, purchase.account)?.idle ?? [];
    const lots = purchase.lots.map(([lotId, points, earnedAt, expiresAt, idle]) => {
      const key = idle === 0 ? undefined : spans[idle - 1]?.key;
      return [
        lotId,
        points,
        earnedAt,
        expiresAt,
        key === undefined || account === undefined ? 0 : idleOf(account, key),
      ] as const;
    });
    state.rewardPurchases.push({ ...purchase, lots });
  }
  state.rewardPurchases = state.rewardPurchases.map((purchase) => {
    const account = accountOf(state, purchase.account);
    // What only the old one had is as it was.
    if (account === undefined || account === accountOf(old, purchase.account)) return purchase;
    const lots = purchase.lots.map(([lotId, points, earnedAt, expiresAt, idle]): SpentLot => {
      return [lotId, points, earnedAt, outlasting(account, idle, expiresAt), idle];
    });
    return { ...purchase, lots };
  });
  state.rewardPurchases.sort((a, b) => compareIssue(a.id, b.id));
}

// ---- tiers ----------------------------------------------------------------------------------------------------------

/** What counts of another basis than the survivor's is dropped, as where a program changes it. */
function joinTiers(state: CustomerState, old: CustomerState): void {
  for (const more of old.tiers) {
    const tier = tierOf(state, more.system);
    if (tier === undefined) {
      state.tiers.push(more);
      continue;
    }
    tier.untils = joinUntils(tier.untils, more.untils, state.arrival);
    tier.entered = [...tier.entered, ...more.entered];
    if (tier.basis === more.basis)
      for (let i = 0; i < more.sums.length; i += 2) addTo(tier, more.sums[i]!, more.sums[i + 1]!);
  }
}

/**
 * Of a level that both have reached, and hold or wait for alike, the longer reason stays; others stand side by side: what
 * is given with a window's end, moves and what they took away, what is kept after a fall.
 */
function joinUntils(own: readonly UntilState[], more: readonly UntilState[], arrival: number): readonly UntilState[] {
  const joined = [...own];
  const isPending = ({ from }: UntilState) => from !== null && from >= arrival;
  const isLike = (a: UntilState, b: UntilState) =>
    a.level === b.level && isReached(a) && isReached(b) && isPending(a) === isPending(b);
  for (const until of more) {
    // Where a return may take a level back every window is kept.
    if (joined.some((each) => isSameWindow(each, until))) continue;
    const place = joined.findIndex((each) => isLike(each, until));
    if (place < 0) joined.push(until);
    else joined[place] = longerOf(joined[place]!, until);
  }
  return joined;
}

/** Of two windows to be waited for the level is given with the earlier. */
function longerOf(a: UntilState, b: UntilState): UntilState {
  const from = a.from === null || b.from === null ? null : Math.min(a.from, b.from);
  return { ...(b.ends > a.ends ? b : a), from };
}

function isReached({ by, under, window }: UntilState): boolean {
  return typeof by === 'number' && under === null && window === null;
}
