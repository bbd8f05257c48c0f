/**
 * How an account follows its outcomes. Every step keeps the identity
 * earned + adjusted = active + pending + spent + expired + cancelled + reversed − debt.
 */
import type { LotShare, PointsAdjusted, PointsEarned, PointsMoved, PointsProlonged, PointsTaken } from '../outcome.js';
import { capEarned, capReversed } from './caps.js';
import { idleOf, prolong } from './inactivity.js';
import { addLot, putLot, takeShares } from './lots.js';
import { purchaseRefilled, purchaseSpent, spentProlonged } from './reward-state.js';
import type { AccountState, CustomerState } from './state.js';

export function emptyAccount(id: string): AccountState {
  return {
    id,
    lots: [],
    waiting: [],
    active: 0,
    pending: 0,
    debt: 0,
    earned: 0,
    adjusted: 0,
    spent: 0,
    expired: 0,
    cancelled: 0,
    reversed: 0,
    idle: [],
    capped: [],
  };
}

export function accountOf(state: CustomerState, id: string): AccountState | undefined {
  const { accounts } = state;
  for (let i = 0; i < accounts.length; i++) if (accounts[i]!.id === id) return accounts[i];
  return undefined;
}

export function earned(state: CustomerState, data: PointsEarned): void {
  const account = openAccount(state, data.account);
  openLot(account, data.lotId, data.points, data);
  account.earned += data.points;
  if (data.cap !== undefined) capEarned(account, data.cap, data.points);
}

export function adjusted(state: CustomerState, data: PointsAdjusted): void {
  const account = openAccount(state, data.account);
  if (data.lotId === undefined) take(account, data.lots ?? NO_SHARES, data.debt);
  else openLot(account, data.lotId, data.points, data);
  account.adjusted += data.points;
}

export function reversed(state: CustomerState, data: PointsTaken): void {
  const account = openAccount(state, data.account);
  take(account, data.lots, data.debt);
  if (data.undone === true) account.earned -= data.points;
  else account.reversed += data.points;
  if (data.lotId !== undefined && data.countsAt !== undefined) capReversed(account, data.countsAt, data.points);
}

/** Negative points: a spend undone, its lots refilled. */
export function spent(state: CustomerState, data: PointsTaken): void {
  const account = openAccount(state, data.account);
  if (data.points < 0) refill(state, account, data);
  else {
    if (data.purchaseId !== undefined) purchaseSpent(state, account, data.purchaseId, data.lots);
    take(account, data.lots, data.debt);
  }
  account.spent += data.points;
}

export function expired(state: CustomerState, data: PointsMoved): void {
  const account = openAccount(state, data.account);
  take(account, [data], undefined);
  account.expired += data.points;
}

export function cancelled(state: CustomerState, data: PointsMoved): void {
  const account = openAccount(state, data.account);
  take(account, [data], undefined);
  account.cancelled += data.points;
}

/** A waiting lot becomes active, less what pays a debt at once. */
export function activated(state: CustomerState, data: PointsMoved): void {
  const account = openAccount(state, data.account);
  const { waiting } = account;
  const lot = waiting.find((each) => each.id === data.lotId);
  if (lot === undefined) return;
  account.waiting = waiting.filter((each) => each !== lot);
  account.pending -= lot.left;
  const { id, earnedAt, expiresAt, idle } = lot;
  const left = lot.left - payDebt(account, data.paidDebt);
  if (left > 0) putLot(account.lots, { id, earnedAt, left, expiresAt, idle });
  account.active += left;
}

export function prolonged(state: CustomerState, data: PointsProlonged): void {
  const place = prolong(openAccount(state, data.account), data);
  if (state.rewardPurchases.length > 0) spentProlonged(state, data.account, place, data.ends);
}

const NO_SHARES: readonly LotShare[] = [];

type Opening = Pick<
  PointsAdjusted,
  'earnedAt' | 'paidDebt' | 'expiresAt' | 'activatesAt' | 'activatesOn' | 'cancelsAt' | 'idle'
>;

/** A new lot: waiting, or active less what paid a debt at once. */
function openLot(account: AccountState, id: string, points: number, data: Opening): void {
  const { earnedAt, expiresAt = null } = data;
  const idle = data.idle === undefined ? 0 : idleOf(account, data.idle);
  const dueAt = data.activatesAt ?? data.cancelsAt;
  if (dueAt !== undefined) {
    if (points === 0) return;
    const awaits = data.activatesOn ?? null;
    account.waiting.push({ id, earnedAt, left: points, expiresAt, idle, dueAt, awaits });
    account.pending += points;
    return;
  }
  const left = points - payDebt(account, data.paidDebt);
  if (left > 0) addLot(account.lots, { id, earnedAt, left, expiresAt, idle });
  account.active += left;
}

function payDebt(account: AccountState, points = 0): number {
  account.debt -= points;
  return points;
}

function refill(state: CustomerState, account: AccountState, data: PointsTaken): void {
  let pays = payDebt(account, data.paidDebt);
  for (const [id, points, earnedAt, expiresAt, idle] of purchaseRefilled(state, data.purchaseId!)) {
    const left = points - Math.min(pays, points);
    pays -= points - left;
    if (left > 0) putLot(account.lots, { id, earnedAt, left, expiresAt, idle });
    account.active += left;
  }
}

function take(account: AccountState, shares: readonly LotShare[], debt = 0): void {
  account.active -= takeShares(account.lots, shares);
  if (account.waiting.length > 0) account.pending -= takeShares(account.waiting, shares);
  account.debt += debt;
}

/** The account, which is opened where it is not there yet. */
function openAccount(state: CustomerState, id: string): AccountState {
  const held = accountOf(state, id);
  if (held !== undefined) return held;
  const account = emptyAccount(id);
  state.accounts.push(account);
  return account;
}
